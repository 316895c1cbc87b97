/** The small box beside the pointer on the map. */
import type { Catalog } from '../../sim/trace/catalog.ts';
import type { Frame } from '../frame-source/frame.ts';
import type { RowRef } from '../map/hit.ts';
import { element, replace } from '../shell/element.ts';
import { toneSwatch } from './tone-swatch.ts';
import { fieldText } from './value-text.ts';

export class MapTip {
  readonly root = element('div', { class: 'tip map-tip', 'aria-hidden': 'true', hidden: true });
  readonly #catalog: Catalog;
  readonly #name: (table: string, row: number) => string;

  constructor(catalog: Catalog, name: (table: string, row: number) => string) {
    this.#catalog = catalog;
    this.#name = name;
  }

  /** Shows a row beside a point inside the map, or hides the box. */
  show(ref: RowRef | null, frame: Frame | null, x: number, y: number): void {
    const rows = ref && frame?.tables[ref.table];
    this.root.hidden = !rows;
    if (!ref || !frame || !rows) return;
    const spec = this.#catalog.tables.find((table) => table.name === ref.table);
    replace(
      this.root,
      element(
        'div',
        {},
        element('b', {}, this.#name(ref.table, ref.row)),
        element('span', { class: 'soft' }, ` ${spec?.label ?? ''}`),
      ),
      ...this.#lines(ref, frame),
    );
    const room = this.root.parentElement;
    const left = x + 16 + this.root.offsetWidth > (room?.clientWidth ?? 0) ? x - this.root.offsetWidth - 12 : x + 16;
    const top = Math.min(y + 12, (room?.clientHeight ?? 0) - this.root.offsetHeight - 4);
    this.root.style.transform = `translate(${Math.round(Math.max(2, left))}px, ${Math.round(top)}px)`;
  }

  #lines(ref: RowRef, frame: Frame): HTMLElement[] {
    const rows = frame.tables[ref.table];
    const spec = this.#catalog.tables.find((table) => table.name === ref.table);
    const lines: HTMLElement[] = [];
    for (const column of spec?.columns ?? []) {
      const values = rows.columns[column.name];
      if (!values || (column.type === 'ref' && values[ref.row] < 0)) continue;
      const value = values[ref.row];
      const state = column.type === 'enum' ? column.values?.[value] : undefined;
      const words =
        column.type === 'ref' && column.table
          ? this.#name(column.table, value)
          : fieldText(column, { column: column.name, value });
      lines.push(
        element(
          'div',
          { class: 'tip-line' },
          element('span', { class: 'soft' }, column.label),
          element('span', { class: 'state' }, state ? toneSwatch(state.tone) : null, words),
        ),
      );
    }
    return lines;
  }
}
