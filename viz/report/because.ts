/** The reason of a verdict: rule, hop, header and condition, folded until somebody asks. */

import { formatCount } from '../../scenarios/answers/quantity.ts';
import type { AlternativeResult, Because, Item } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';

/** A disclosure with every reason of an alternative; null when there is none to give. */
export function becauseDisclosure(alternative: AlternativeResult): HTMLElement | null {
  if (alternative.because.length === 0) return null;
  return element('details', { class: 'because' }, element('summary', {}, 'Why'), ...alternative.because.map(reason));
}

function reason(because: Because): HTMLElement {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['Rule', because.rule],
    ['Hop', because.hop],
    ['Header', because.header],
    ['Condition', because.condition],
    ['Source', because.source],
  ];
  const known = fields.filter((field): field is readonly [string, string] => Boolean(field[1]));
  return element(
    'div',
    { class: 'reason' },
    element('p', {}, because.words),
    element('dl', {}, ...known.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
  );
}

/** The marker of figures that rest on a stated formula. */
export function closedFormMark(): HTMLElement {
  return element('span', { class: 'closed-form' }, 'closed form');
}

const ITEMS_OPEN = 2;

/** A list of changes or risks; what does not fit the cell is folded. */
export function itemList(items: readonly Item[], none: string, open = ITEMS_OPEN): HTMLElement {
  if (items.length === 0) return element('p', { class: 'none' }, none);
  // A fold that hides one item costs as much room as the item.
  const shown = items.length <= open + 1 ? items.length : open;
  const rest = items.slice(shown);
  return element(
    'div',
    { class: 'items' },
    shown > 0 && list(items.slice(0, shown)),
    rest.length > 0 && element('details', {}, element('summary', {}, `${rest.length} more`), list(rest)),
  );
}

function list(items: readonly Item[]): HTMLElement {
  return element('ul', {}, ...items.map((item) => element('li', {}, ...itemParts(item))));
}

/** Count, words and marker of one item. */
export function itemParts(item: Item): readonly (Node | string)[] {
  return [
    ...(item.count === undefined ? [] : [element('b', {}, formatCount(item.count)), ' × ']),
    item.words,
    ...(item.closedForm ? [' ', closedFormMark()] : []),
  ];
}
