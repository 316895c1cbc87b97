/** The inspector: the selected row at the presented time, what is inside it, its events, and why. */
import type { Catalog, ColumnSpec, TableSpec } from '../../sim/trace/catalog.ts';
import type { FieldValue, Frame, RowDetail } from '../frame-source/frame.ts';
import type { MarkIndex } from '../frame-source/mark-index.ts';
import { ariaShortcuts } from '../keys.ts';
import type { RowRef } from '../map/hit.ts';
import { element, replace } from '../shell/element.ts';
import { markDetail, markSubject, TONE_SIGN } from './mark-words.ts';
import { overview, overviewKey } from './overview.ts';
import { timeText } from './time-text.ts';
import { toneSwatch } from './tone-swatch.ts';
import { enumValue, fieldText } from './value-text.ts';

export interface InspectorEvents {
  select(ref: RowRef | null): void;
  centre(): void;
  seek(timeNs: number): void;
  name(table: string, row: number): string;
  /** Words of a button that explains the row; null for one that nobody decided about. */
  question(row: RowDetail): string | null;
  explain(row: RowDetail): void;
}

const INSIDE_MAX = 60;
const RECENT_MAX = 6;

export class Inspector {
  readonly root = element('section', { class: 'panel inspector scroller', 'aria-label': 'Inspector', tabindex: 0 });
  readonly #catalog: Catalog;
  readonly #marks: MarkIndex;
  readonly #events: InspectorEvents;
  #shown = '';

  constructor(catalog: Catalog, marks: MarkIndex, events: InspectorEvents) {
    this.#catalog = catalog;
    this.#marks = marks;
    this.#events = events;
  }

  /** Shows a frame; does nothing while what it would show stays the same, so that the focus is not lost. */
  show(frame: Frame, selection: RowRef | null): void {
    const inside = selection ? insideOf(this.#catalog, frame, selection) : [];
    const key = this.#key(frame, selection, inside);
    if (key === this.#shown) return;
    this.#shown = key;
    const focused = this.#focusedControl();
    const opened = this.#openedDetails();
    const row = frame.row;
    if (!selection)
      replace(this.root, ...overview(this.#catalog, frame, (table, row) => this.#link({ table, row }, '')));
    else if (row && row.table === selection.table && row.row === selection.row)
      replace(this.root, ...this.#rowParts(row, frame, inside));
    this.#restoreDetails(opened);
    this.#restoreFocus(focused);
  }

  /** Forgets what is shown, so that the next frame is drawn even if it is equal (names or marks have arrived). */
  refresh(): void {
    this.#shown = '';
  }

  #key(frame: Frame, selection: RowRef | null, inside: readonly Inside[]): string {
    const marks = selection ? this.#past(selection, frame.timeNs).length : 0;
    return JSON.stringify([
      selection,
      frame.row?.fields.map((field) => field.value),
      frame.row?.alive,
      marks,
      inside.map((part) => part.rows.length),
      selection ? '' : overviewKey(this.#catalog, frame),
    ]);
  }

  /** What the reader opened or closed stays so when the numbers change. */
  #openedDetails(): Map<string, boolean> {
    return new Map([...this.root.querySelectorAll('details')].map((part) => [part.dataset['key'] ?? '', part.open]));
  }

  #restoreDetails(opened: ReadonlyMap<string, boolean>): void {
    for (const part of this.root.querySelectorAll('details'))
      part.open = opened.get(part.dataset['key'] ?? '') ?? part.open;
  }

  #focusedControl(): string | null {
    const active = document.activeElement;
    return active instanceof HTMLElement && this.root.contains(active) && active !== this.root
      ? active.textContent
      : null;
  }

  #restoreFocus(words: string | null): void {
    if (words === null) return;
    for (const button of this.root.querySelectorAll('button')) {
      if (button.textContent === words) {
        button.focus({ preventScroll: true });
        return;
      }
    }
  }

  #rowParts(row: RowDetail, frame: Frame, inside: readonly Inside[]): Node[] {
    const spec = this.#catalog.tables.find((table) => table.name === row.table)!;
    if (!row.born)
      return [
        this.#head(spec, row),
        element('p', { class: 'soft' }, 'Not there yet at this time. Move the playhead forward.'),
      ];
    return [
      this.#head(spec, row),
      this.#fields(spec, row),
      ...inside.map((part) => this.#inside(part, row)),
      ...this.#recent(row, frame.timeNs),
      ...this.#why(row, frame.timeNs),
    ];
  }

  #head(spec: TableSpec, row: RowDetail): HTMLElement {
    const name = row.name || this.#events.name(row.table, row.row);
    return element(
      'header',
      { class: 'inspector-head' },
      element(
        'div',
        { class: 'soft small', title: spec.help },
        row.born && !row.alive ? `${spec.label} (gone)` : spec.label,
      ),
      element('h2', {}, name),
      element(
        'div',
        { class: 'inspector-actions' },
        hasPlace(this.#catalog, row.table) && this.#centreButton(),
        element(
          'button',
          {
            type: 'button',
            class: 'button',
            'aria-keyshortcuts': ariaShortcuts('clear'),
            onclick: () => this.#events.select(null),
          },
          'Clear',
        ),
        this.#question(row),
      ),
    );
  }

  #centreButton(): HTMLElement {
    const attributes = { type: 'button', class: 'button', 'aria-keyshortcuts': ariaShortcuts('centre') };
    return element('button', { ...attributes, onclick: () => this.#events.centre() }, 'Show on map');
  }

  /** Asks for the whole decision behind the row, which is made again. */
  #question(row: RowDetail): HTMLElement | null {
    const words = row.born ? this.#events.question(row) : null;
    if (words === null) return null;
    return element(
      'button',
      { type: 'button', class: 'button', 'aria-haspopup': 'dialog', onclick: () => this.#events.explain(row) },
      words,
    );
  }

  #fields(spec: TableSpec, row: RowDetail): HTMLElement {
    const list = element('dl', { class: 'fields' });
    if (spec.parent && row.parent >= 0) {
      const parent = this.#catalog.tables.find((table) => table.name === spec.parent);
      list.append(
        element('dt', {}, parent?.label ?? spec.parent),
        element('dd', {}, this.#link({ table: spec.parent, row: row.parent }, row.parentName)),
      );
    }
    for (const field of row.fields) {
      const column = spec.columns.find((entry) => entry.name === field.column);
      if (column)
        list.append(element('dt', { title: column.help }, column.label), element('dd', {}, this.#value(column, field)));
    }
    return list;
  }

  #value(column: ColumnSpec, field: FieldValue): Node {
    const state = enumValue(column, field.value);
    if (state) return element('span', { class: 'state' }, toneSwatch(state.tone), state.label);
    if (column.type === 'ref' && column.table && field.value >= 0)
      return this.#link({ table: column.table, row: field.value }, field.words ?? '');
    const words = fieldText(column, field);
    if (column.full === undefined || column.full <= 0) return document.createTextNode(words);
    return element('span', { class: 'gauge' }, gaugeBar(field.value / column.full), words);
  }

  #link(ref: RowRef, name: string): HTMLElement {
    return element(
      'button',
      { type: 'button', class: 'button link', onclick: () => this.#events.select(ref) },
      name || this.#events.name(ref.table, ref.row),
    );
  }

  #inside(part: Inside, ref: RowRef): HTMLElement {
    const shown = part.rows
      .slice(0, INSIDE_MAX)
      .map((row) => this.#link({ table: part.table.name, row }, this.#events.name(part.table.name, row)));
    const rest = part.rows.length - shown.length;
    return element(
      'details',
      { class: 'inside', open: part.rows.length <= 12, 'data-key': `${ref.table}:${ref.row}:${part.table.name}` },
      element('summary', {}, `${part.rows.length} × ${part.table.label}`),
      element(
        'div',
        { class: 'inside-list' },
        ...shown,
        rest > 0 ? element('span', { class: 'soft' }, `and ${rest} more: search by name`) : null,
      ),
    );
  }

  #past(ref: RowRef, timeNs: number): number[] {
    const all = this.#marks.ofRow(ref.table, ref.row);
    const until = this.#marks.countUntil(timeNs);
    return all.filter((at) => at < until);
  }

  #recent(row: RowDetail, timeNs: number): Node[] {
    const past = this.#past(row, timeNs);
    const next = this.#marks.ofRow(row.table, row.row)[past.length];
    if (past.length === 0 && next === undefined) return [];
    const items = past
      .slice(-RECENT_MAX)
      .reverse()
      .map((at) => this.#markLine(at));
    return [
      element('h3', {}, 'Events'),
      next === undefined
        ? null
        : element('ol', { class: 'mark-list upcoming', 'aria-label': 'Next' }, this.#markLine(next)),
      element('ol', { class: 'mark-list' }, ...items),
      past.length > RECENT_MAX
        ? element('p', { class: 'soft small' }, `and ${past.length - RECENT_MAX} earlier`)
        : null,
    ].filter((node) => node !== null);
  }

  #why(row: RowDetail, timeNs: number): Node[] {
    const last = this.#past(row, timeNs).at(-1);
    if (last === undefined) return [];
    const chain = this.#marks.chain(last);
    if (chain.length < 2) return [];
    return [
      element('h3', {}, 'Why'),
      element('p', { class: 'soft small' }, 'Each event with the one that caused it, back to the beginning.'),
      element('ol', { class: 'mark-list why' }, ...chain.map((at, step) => this.#markLine(at, step > 0))),
    ];
  }

  #markLine(at: number, because = false): HTMLElement {
    const spec = this.#marks.spec(at);
    const name = (table: string, row: number): string => this.#events.name(table, row);
    const detail = markDetail(this.#marks, at, name);
    const subject = this.#marks.row[at];
    return element(
      'li',
      { class: `mark tone-${spec.tone}` },
      element(
        'button',
        { type: 'button', class: 'button link mono', onclick: () => this.#events.seek(this.#marks.timeNs[at]) },
        timeText(this.#marks.timeNs[at]),
      ),
      element('span', { title: spec.help }, `${because ? 'because of ' : ''}${TONE_SIGN[spec.tone]} ${spec.label} `),
      subject < 0 ? null : this.#link({ table: spec.table, row: subject }, markSubject(this.#marks, at, name)),
      detail ? element('span', { class: 'soft' }, ` ${detail}`) : null,
    );
  }
}

/** Whether rows of a table stand on the map: groups, cells, items, and what the ends of lines are. */
export function hasPlace({ map, tables }: Catalog, table: string): boolean {
  if (map === undefined) return false;
  const ends = tables.find(({ name }) => name === map.lines)?.columns.map((column) => column.table) ?? [];
  return [map.groups, map.cells, map.items, ...ends].includes(table);
}

function gaugeBar(share: number): HTMLElement {
  const bar = element('i', { class: 'gauge-level' });
  bar.style.width = `${Math.round(Math.max(0, Math.min(1, share)) * 100)}%`;
  return element('i', { class: 'gauge-bar', 'aria-hidden': 'true' }, bar);
}

interface Inside {
  readonly table: TableSpec;
  readonly rows: readonly number[];
}

/** Rows of the drawn tables that belong to a row: its children, and what a reference puts into it. */
export function insideOf(catalog: Catalog, frame: Frame, ref: RowRef): Inside[] {
  const parts: Inside[] = [];
  for (const table of catalog.tables) {
    const rows = frame.tables[table.name];
    if (!rows) continue;
    const through = table.columns
      .filter((column) => column.table === ref.table && rows.columns[column.name])
      .map((column) => rows.columns[column.name]);
    if (table.parent === ref.table) through.push(rows.parent);
    if (through.length === 0) continue;
    const found: number[] = [];
    for (let row = 0; row < rows.count; row++)
      if (rows.alive[row] && through.some((column) => column[row] === ref.row)) found.push(row);
    if (found.length > 0) parts.push({ table, rows: found });
  }
  return parts;
}
