/** The help sheet, made from the table of keys. */
import { KEYS, type KeyBinding } from '../keys.ts';
import { element } from './element.ts';

const GROUPS = ['Time', 'Map', 'Find', 'Screen'] as const;

/** A dialog that lists every key. */
export function helpSheet(): HTMLDialogElement {
  const close = element('button', { type: 'button', class: 'button', onclick: () => sheet.close() }, 'Close');
  const sheet = element(
    'dialog',
    { class: 'sheet', 'aria-labelledby': 'help-title' },
    element('header', { class: 'sheet-head' }, element('h2', { id: 'help-title' }, 'Keys'), close),
    element('div', { class: 'key-groups' }, ...GROUPS.map(keyGroup)),
    element(
      'p',
      { class: 'soft' },
      'Keys work anywhere outside a text field. Drop a .wtrace or results.json file on the page to open it.',
    ),
  );
  return sheet;
}

function keyGroup(group: KeyBinding['group']): HTMLElement {
  const rows = KEYS.filter((binding) => binding.group === group).map((binding) => [
    element('dt', {}, ...(binding.shown ?? binding.keys).flatMap((key) => [element('kbd', {}, key), ' '])),
    element('dd', {}, binding.label),
  ]);
  return element('section', {}, element('h3', {}, group), element('dl', { class: 'key-list' }, ...rows.flat()));
}
