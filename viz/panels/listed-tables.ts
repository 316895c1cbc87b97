/** Tables of few rows, listed by name with their figures: workloads, clusters. */
import type { Catalog, ColumnSpec, ListedTable, TableSpec } from '../../sim/trace/catalog.ts';
import type { Frame, TableFrame } from '../frame-source/frame.ts';
import { element } from '../shell/element.ts';
import { toneSwatch } from './tone-swatch.ts';
import { enumValue, fieldText } from './value-text.ts';

/** More rows than these are counted and not listed. */
const ROWS_MAX = 60;

/** Whether a table of the recording is listed, and not only counted. */
export function isListed(catalog: Catalog, table: string): boolean {
  return catalog.lists?.some((list) => list.table === table) ?? false;
}

/** What the lists would say, as a key: equal keys need no new markup. */
export function listsKey(catalog: Catalog, frame: Frame): string {
  return JSON.stringify(
    (catalog.lists ?? []).map(({ table, columns }) => {
      const rows = frame.tables[table];
      return living(rows).map((row) => columns.map((column) => rows?.columns[column]?.[row]));
    }),
  );
}

/** The lists of all tables that have rows. */
export function listedTables(catalog: Catalog, frame: Frame, link: (table: string, row: number) => Node): Node[] {
  return (catalog.lists ?? []).flatMap((list) => {
    const spec = catalog.tables.find((table) => table.name === list.table);
    const rows = frame.tables[list.table];
    return spec === undefined || rows === undefined ? [] : listedTable(spec, list, rows, link);
  });
}

function living(rows: TableFrame | undefined): number[] {
  const found: number[] = [];
  for (let row = 0; row < (rows?.count ?? 0); row++) if (rows!.alive[row]) found.push(row);
  return found;
}

function listedTable(
  spec: TableSpec,
  list: ListedTable,
  rows: TableFrame,
  link: (table: string, row: number) => Node,
): Node[] {
  const alive = living(rows);
  if (alive.length === 0) return [];
  const columns = list.columns.flatMap((name) => spec.columns.find((column) => column.name === name) ?? []);
  const shown = alive.slice(0, ROWS_MAX);
  return [
    element('h3', { title: spec.help }, `${alive.length} × ${spec.label}`),
    element(
      'div',
      { class: 'listed' },
      element(
        'table',
        { class: 'listed-table' },
        element(
          'thead',
          {},
          element('tr', {}, element('th', { scope: 'col' }, 'name'), ...columns.map((column) => headOf(column))),
        ),
        element(
          'tbody',
          {},
          ...shown.map((row) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, link(spec.name, row)),
              ...columns.map((column) => cell(column, rows.columns[column.name]?.[row] ?? 0)),
            ),
          ),
        ),
      ),
    ),
    ...(alive.length > shown.length
      ? [element('p', { class: 'soft small' }, `and ${alive.length - shown.length} more: search for them by name`)]
      : []),
  ];
}

/** Over numbers the head stands to the right, as they do. */
function headOf(column: ColumnSpec): HTMLElement {
  const isNumber = column.type !== 'enum';
  return element('th', { scope: 'col', title: column.help, class: isNumber ? 'number' : null }, column.label);
}

function cell(column: ColumnSpec, value: number): HTMLElement {
  const state = enumValue(column, value);
  if (state !== undefined)
    return element('td', {}, element('span', { class: 'state' }, toneSwatch(state.tone), state.label));
  return element('td', { class: 'number' }, fieldText(column, { column: column.name, value }));
}
