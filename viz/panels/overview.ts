/** What the inspector shows while nothing is selected: how many rows are in which state, in words. */
import type { Catalog, ColumnSpec, TableSpec } from '../../sim/trace/catalog.ts';
import type { Frame, TableFrame } from '../frame-source/frame.ts';
import { element } from '../shell/element.ts';
import { isListed, listedTables, listsKey } from './listed-tables.ts';
import { toneSwatch } from './tone-swatch.ts';

/** A count of each value of an enum column over living rows. */
export function countStates(rows: TableFrame, column: ColumnSpec): Int32Array {
  const counts = new Int32Array(column.values?.length ?? 0);
  const values = rows.columns[column.name];
  for (let row = 0; row < rows.count; row++) if (rows.alive[row]) counts[values[row]]++;
  return counts;
}

/** What the overview would say, as a key: equal keys need no new markup. */
export function overviewKey(catalog: Catalog, frame: Frame): string {
  const counts = catalog.tables.map((table) => {
    const rows = frame.tables[table.name];
    const column = rows && stateColumn(table, rows);
    return column ? countStates(rows, column).join(' ') : (rows?.count ?? '');
  });
  return `${counts.join('|')}|${listsKey(catalog, frame)}`;
}

function stateColumn(table: TableSpec, rows: TableFrame): ColumnSpec | undefined {
  const tells = (column: ColumnSpec): boolean => column.values?.some((value) => value.tone !== 'neutral') ?? false;
  return table.columns.find((entry) => entry.type === 'enum' && rows.columns[entry.name] && tells(entry));
}

/** The parts of the overview. */
export function overview(catalog: Catalog, frame: Frame, link: (table: string, row: number) => Node): Node[] {
  const tables = catalog.tables
    .filter((table) => frame.tables[table.name] && !isListed(catalog, table.name))
    .flatMap((table) => tablePart(table, frame.tables[table.name]));
  return [
    element(
      'header',
      { class: 'inspector-head' },
      element('div', { class: 'soft small' }, 'Nothing selected'),
      element('h2', {}, 'Everything'),
    ),
    ...listedTables(catalog, frame, link),
    ...tables,
    ...groupLinks(catalog, frame, link),
    element(
      'p',
      { class: 'soft' },
      'Select something on the map, in the events, or by its name to see what it is doing and why.',
    ),
  ];
}

/** A way from the keyboard into everything: the groups, from which the rest can be reached. */
function groupLinks(catalog: Catalog, frame: Frame, link: (table: string, row: number) => Node): Node[] {
  const groups = catalog.map?.groups;
  if (groups === undefined) return [];
  const label = catalog.tables.find((table) => table.name === groups)?.label ?? groups;
  const links = Array.from({ length: Math.min(400, frame.tables[groups].count) }, (_, row) => link(groups, row));
  return [
    element(
      'details',
      { class: 'inside', 'data-key': 'groups' },
      element('summary', {}, `Every ${label}`),
      element('div', { class: 'inside-list' }, ...links),
    ),
  ];
}

function tablePart(table: TableSpec, rows: TableFrame): Node[] {
  const column = stateColumn(table, rows);
  const living = rows.alive.reduce((sum, alive) => sum + alive, 0);
  const parts: Node[] = [element('h3', { title: table.help }, `${living} × ${table.label}`)];
  if (!column) return parts;
  const list = element('dl', { class: 'fields' });
  countStates(rows, column).forEach((count, value) => {
    const state = column.values?.[value];
    if (!state || count === 0) return;
    list.append(
      element('dt', { class: 'state' }, toneSwatch(state.tone), state.label),
      element('dd', { class: 'number' }, String(count)),
    );
  });
  return [...parts, list];
}
