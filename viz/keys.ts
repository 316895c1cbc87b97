/**
 * Every key of the visualizer, in one table. Handlers, the help sheet and `aria-keyshortcuts` are made from it, so that
 * none of them can be wrong about the others.
 */

/** What a key does; a screen implements the ones it can. */
export type Action =
  | 'toggle-play'
  | 'next-event'
  | 'previous-event'
  | 'next-of-kind'
  | 'previous-of-kind'
  | 'next-decision'
  | 'previous-decision'
  | 'faster'
  | 'slower'
  | 'pan-left'
  | 'pan-right'
  | 'pan-up'
  | 'pan-down'
  | 'zoom-in'
  | 'zoom-out'
  | 'centre'
  | 'why'
  | 'search'
  | 'go-to-time'
  | 'help'
  | 'clear';

export interface KeyBinding {
  readonly action: Action;
  /** `KeyboardEvent.key` values; any of them. One-letter keys are written as typed, shift included. */
  readonly keys: readonly string[];
  /** The same for people and for `aria-keyshortcuts`, where they differ from `keys`. */
  readonly shown?: readonly string[];
  readonly label: string;
  readonly group: 'Time' | 'Map' | 'Find' | 'Screen';
}

/** The table. */
export const KEYS: readonly KeyBinding[] = [
  { action: 'toggle-play', keys: [' '], shown: ['Space'], label: 'Play or pause', group: 'Time' },
  { action: 'next-event', keys: ['.'], label: 'Next event of the selection (of anything if none)', group: 'Time' },
  { action: 'previous-event', keys: [','], label: 'Previous event', group: 'Time' },
  { action: 'next-of-kind', keys: ['>'], shown: ['Shift+.'], label: 'Next event of the same kind', group: 'Time' },
  {
    action: 'previous-of-kind',
    keys: ['<'],
    shown: ['Shift+,'],
    label: 'Previous event of the same kind',
    group: 'Time',
  },
  { action: 'next-decision', keys: [']'], label: 'Next decision or fault', group: 'Time' },
  { action: 'previous-decision', keys: ['['], label: 'Previous decision or fault', group: 'Time' },
  { action: 'faster', keys: ['+', '='], label: 'Play twice as fast', group: 'Time' },
  { action: 'slower', keys: ['-', '_'], label: 'Play half as fast', group: 'Time' },
  { action: 'go-to-time', keys: ['g'], label: 'Go to a time', group: 'Time' },
  { action: 'pan-left', keys: ['a', 'ArrowLeft'], label: 'Move the map left', group: 'Map' },
  { action: 'pan-right', keys: ['d', 'ArrowRight'], label: 'Move the map right', group: 'Map' },
  { action: 'pan-up', keys: ['ArrowUp'], label: 'Move the map up', group: 'Map' },
  { action: 'pan-down', keys: ['ArrowDown'], label: 'Move the map down', group: 'Map' },
  { action: 'zoom-in', keys: ['w'], label: 'Zoom in', group: 'Map' },
  { action: 'zoom-out', keys: ['s'], label: 'Zoom out', group: 'Map' },
  { action: 'centre', keys: ['f'], label: 'Centre the selection; again: fit everything', group: 'Map' },
  { action: 'why', keys: ['y'], label: 'Why: go to the cause of the last event of the selection', group: 'Find' },
  { action: 'search', keys: ['/'], label: 'Search by name', group: 'Find' },
  { action: 'help', keys: ['?'], label: 'This sheet', group: 'Screen' },
  {
    action: 'clear',
    keys: ['Escape'],
    shown: ['Escape'],
    label: 'Close what is open, then drop the selection',
    group: 'Screen',
  },
];

/** The binding of a key event, or `undefined`. Keys with Ctrl, Alt or Meta belong to the browser. */
export function bindingOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): KeyBinding | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  return KEYS.find((binding) => binding.keys.includes(event.key));
}

/** The keys of an action as people read them. */
export function shownKeys(action: Action): readonly string[] {
  const binding = KEYS.find((entry) => entry.action === action);
  return binding?.shown ?? binding?.keys ?? [];
}

/** The value of `aria-keyshortcuts` for the control that does an action. */
export function ariaShortcuts(action: Action): string {
  return shownKeys(action).join(' ');
}

/** Whether the focused thing needs this key itself: typing in a field, Space on a button, arrows in a list. */
export function wantsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement) || key === 'Escape') return false;
  if (target.closest('input:not([type=range]), select, textarea, [contenteditable]')) return true;
  if (target.closest('input[type=range], [role=slider], [role=listbox], .scroller') && key.startsWith('Arrow'))
    return true;
  return key === ' ' && target.closest('button, a, summary, [role=option]') !== null;
}

/** Listens on the window and calls the handler of each pressed action; returns the way to stop. */
export function bindKeys(handlers: Partial<Record<Action, () => void>>): () => void {
  const listener = (event: KeyboardEvent): void => {
    const binding = bindingOf(event);
    const handler = binding && handlers[binding.action];
    if (!handler || event.defaultPrevented || wantsKey(event.target, event.key)) return;
    // An open sheet has the keys to itself; Escape closes it and nothing else.
    if (document.querySelector('dialog[open]')) return;
    event.preventDefault();
    handler();
  };
  window.addEventListener('keydown', listener);
  return () => window.removeEventListener('keydown', listener);
}
