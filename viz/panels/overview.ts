/** What the inspector shows while nothing is selected: how many rows are in which state, in words. */
import type { Catalog, ColumnSpec, TableSpec } from '../../sim/trace/catalog.ts';
import type { Frame, TableFrame } from '../frame-source/frame.ts';
import { element } from '../shell/element.ts';
import { timeText } from './time-text.ts';
import { toneSwatch } from './tone-swatch.ts';

/** A count of each value of an enum column over living rows. */
export function countStates(rows: TableFrame, column: ColumnSpec): Int32Array {
  const counts = new Int32Array(column.values?.length ?? 0);
  const values = rows.columns[column.name];
  for (let row = 0; row < rows.count; row++) if (rows.alive[row]) counts[values[row]]++;
  return counts;
}

/** The parts of the overview. */
export function overview(catalog: Catalog, frame: Frame): Node[] {
  const tables = catalog.tables.filter((table) => frame.tables[table.name]).flatMap((table) => tablePart(table, frame.tables[table.name]));
  return [
    element('header', { class: 'inspector-head' }, element('div', { class: 'soft small' }, 'Everything'), element('h2', {}, `At ${timeText(frame.timeNs)}`)),
    ...tables,
    element('p', { class: 'soft' }, 'Select something on the map, in the events, or by its name to see what it is doing and why.'),
  ];
}

function tablePart(table: TableSpec, rows: TableFrame): Node[] {
  const column = table.columns.find((entry) => entry.type === 'enum' && rows.columns[entry.name] && entry.values?.some((value) => value.tone !== 'neutral'));
  const living = rows.alive.reduce((sum, alive) => sum + alive, 0);
  const parts: Node[] = [element('h3', { title: table.help }, `${living} × ${table.label}`)];
  if (!column) return parts;
  const list = element('dl', { class: 'fields' });
  countStates(rows, column).forEach((count, value) => {
    const state = column.values?.[value];
    if (!state || count === 0) return;
    list.append(element('dt', { class: 'state' }, toneSwatch(state.tone), state.label), element('dd', { class: 'number' }, String(count)));
  });
  return [...parts, list];
}
