/**
 * The decision table on a page: one row for each alternative, the four questions in columns; cards on a narrow screen.
 *
 * Cards are made by the style sheet, which takes the table's own roles away in some browsers: they are written out.
 */
import type { AlternativeResult } from '../../sim/experiment/results.ts';
import { element } from '../shell/element.ts';
import { becauseDisclosure, itemList } from './because.ts';
import { figure } from './interval-bar.ts';
import type { ReportLinks } from './links.ts';
import {
  type MetricColumn,
  metricOf,
  SORT_CHANGES,
  SORT_NAME,
  SORT_RISKS,
  type TableModel,
  type TableRow,
  type TableView,
} from './table-model.ts';
import { verdictMark } from './verdict-mark.ts';

/** What the table needs besides its model. */
export interface DecisionTableOptions {
  readonly view: TableView;
  readonly links: ReportLinks;
  /** Is called when a column's heading is pressed. */
  onSort(key: string): void;
}

/** Builds the table. */
export function decisionTable(model: TableModel, options: DecisionTableOptions): HTMLElement {
  const body = model.groups.flatMap((group) => [
    element(
      'tr',
      { class: 'group', role: 'row' },
      element('th', { colspan: columnCount(model), scope: 'colgroup', role: 'rowheader' }, group.title),
    ),
    ...group.rows.map((row) => tableRow(row, model, options.links)),
  ]);
  return element(
    'table',
    { class: `decision decision-${model.shape}`, role: 'table', 'aria-label': 'Decision table' },
    tableHead(model, options),
    element('tbody', { role: 'rowgroup' }, ...body),
  );
}

function columnCount(model: TableModel): number {
  return 1 + model.fast.length + (model.shape === 'questions' ? 3 : 0);
}

function tableHead(model: TableModel, options: DecisionTableOptions): HTMLElement {
  const sortable = (key: string, words: string, title?: string) => sortHeading(key, words, options, title);
  const figures = model.fast.map(({ spec }) => sortable(spec.key, spec.label, spec.help));
  if (model.shape === 'metrics') {
    return element('thead', { role: 'rowgroup' }, row('', sortable(SORT_NAME, 'Alternative'), ...figures));
  }
  const first = row(
    'questions',
    blank(),
    question('Connected?'),
    model.fast.length > 0 && question('Fast?', model.fast.length),
    question('How little must change?'),
    question('Which risk points?'),
  );
  const second = row(
    '',
    sortable(SORT_NAME, 'Alternative'),
    plainHeading('From which side'),
    ...figures,
    sortable(SORT_CHANGES, 'Changes needed'),
    sortable(SORT_RISKS, 'What can fail'),
  );
  return element('thead', { role: 'rowgroup' }, first, second);
}

function row(name: string, ...cells: readonly (HTMLElement | false)[]): HTMLElement {
  return element('tr', { class: name || null, role: 'row' }, ...cells);
}

function blank(): HTMLElement {
  return element('td', { role: 'cell' });
}

function question(words: string, columns = 1): HTMLElement {
  return element('th', { scope: columns > 1 ? 'colgroup' : 'col', colspan: columns, role: 'columnheader' }, words);
}

function plainHeading(words: string): HTMLElement {
  return element('th', { scope: 'col', role: 'columnheader' }, words);
}

function sortHeading(key: string, words: string, options: DecisionTableOptions, title?: string): HTMLElement {
  const sort = options.view.sort;
  const active = sort !== undefined && sort.key === key;
  const direction = active ? (sort.descending ? 'descending' : 'ascending') : null;
  const arrow = active ? (sort.descending ? ' \u25bc' : ' \u25b2') : '';
  const button = element(
    'button',
    { type: 'button', class: 'sort', title, 'data-sort': key, onclick: () => options.onSort(key) },
    words,
    element('span', { 'aria-hidden': 'true' }, arrow),
  );
  return element('th', { scope: 'col', role: 'columnheader', 'aria-sort': direction }, button);
}

function tableRow(tableRow: TableRow, model: TableModel, links: ReportLinks): HTMLElement {
  const { alternative } = tableRow;
  const cells = [nameCell(tableRow, links)];
  if (model.shape === 'questions') cells.push(cell('Connected?', connected(alternative)));
  cells.push(...figureCells(tableRow, model.fast));
  if (model.shape === 'questions') {
    cells.push(cell('How little must change?', itemList(alternative.changes, 'Nothing to change')));
    cells.push(cell('Which risk points?', risks(tableRow, model.risk)));
  }
  return element('tr', { class: `alternative is-${alternative.verdict}`, role: 'row' }, ...cells);
}

function nameCell({ label, alternative }: TableRow, links: ReportLinks): HTMLElement {
  return element(
    'th',
    { scope: 'row', role: 'rowheader', class: 'name' },
    element('span', { class: 'name-words', title: alternative.name }, label),
    verdictMark(alternative.verdict),
    decided(alternative),
    becauseDisclosure(alternative),
    links.trace !== undefined &&
      alternative.trace !== undefined &&
      element('a', { class: 'replay', href: links.trace(alternative.trace) }, 'Replay', hiddenWords(` ${label}`)),
  );
}

/** The one fact behind a verdict that must not be folded away: the condition, or the rule that refused. */
function decided(alternative: AlternativeResult): HTMLElement | null {
  const condition = alternative.because.find((because) => because.condition !== undefined)?.condition;
  const rule = alternative.because[0]?.rule;
  if (alternative.verdict === 'restricted' && condition !== undefined) {
    return element('p', { class: 'condition' }, `only if ${condition}`);
  }
  if (alternative.verdict !== 'refused' || rule === undefined) return null;
  return element('p', { class: 'condition' }, 'by rule ', element('code', {}, rule));
}

function hiddenWords(words: string): HTMLElement {
  return element('span', { class: 'visually-hidden' }, words);
}

function cell(label: string, ...content: readonly (Node | string)[]): HTMLElement {
  return element('td', { role: 'cell', 'data-label': label }, ...content);
}

function connected(alternative: AlternativeResult): HTMLElement {
  const { fromPods, toPods, podAddressesVisible } = alternative.connected;
  return element(
    'div',
    { class: 'connected' },
    element('p', {}, element('b', {}, 'Out: '), fromPods),
    element('p', {}, element('b', {}, 'In: '), toPods),
    element('p', { class: 'dim' }, podAddressesVisible ? 'Pod addresses are visible.' : 'Pod addresses are hidden.'),
  );
}

/** Refused alternatives have no figures: their reason takes the room, where the eye looks for them. */
function figureCells({ alternative, best }: TableRow, columns: readonly MetricColumn[]): readonly HTMLElement[] {
  const present = columns.some(({ spec }) => metricOf(alternative, spec.key) !== undefined);
  if (!present && columns.length > 0) {
    const words = alternative.because[0]?.words ?? 'Nothing was measured.';
    const attributes = { role: 'cell', class: 'no-figures', colspan: columns.length };
    return [element('td', attributes, alternative.verdict === 'refused' ? `Not run: ${words}` : words)];
  }
  return columns.map(({ spec, max }) => {
    const estimate = metricOf(alternative, spec.key);
    const content = estimate === undefined ? '\u2013' : figure(estimate, spec.unit, max, best.has(spec.key));
    return element('td', { role: 'cell', class: 'figure-cell', 'data-label': spec.label }, content);
  });
}

function risks({ alternative, best }: TableRow, columns: readonly MetricColumn[]): HTMLElement {
  const figures = columns.flatMap(({ spec, max }) => {
    const estimate = metricOf(alternative, spec.key);
    return estimate === undefined ? [] : [riskFigure(spec.label, figure(estimate, spec.unit, max, best.has(spec.key)))];
  });
  const list = itemList(alternative.risks, 'None stated', figures.length > 0 ? 1 : 2);
  return element('div', { class: 'risks' }, ...figures, list);
}

function riskFigure(label: string, content: HTMLElement): HTMLElement {
  return element('div', { class: 'risk-figure' }, element('span', { class: 'risk-label' }, label), content);
}
