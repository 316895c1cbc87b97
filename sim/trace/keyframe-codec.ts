/**
 * A whole state as the part of a frame, and back: for each table the rows that live and their columns.
 */
import { packPlanes, unpackU32 } from './byte-planes.ts';
import { Fields } from './message.ts';
import type { TraceState } from './state.ts';
import { damaged } from './trace-problem.ts';
import { ValuePacker, ValueUnpacker } from './value-columns.ts';

/** Packs a state as a map for the file. */
export function packState(state: TraceState): object {
  const tables: object[] = [];
  for (let table = 0; table < state.layout.tableCount; table++) {
    if (state.counts[table] > 0) tables.push(packTable(state, table));
  }
  return { tables };
}

function packTable(state: TraceState, table: number): object {
  const { firstColumn, stores } = state.layout;
  const rows = liveRows(state, table);
  const columns: object[] = [];
  for (let column = firstColumn[table]; column < firstColumn[table + 1]; column++) {
    const packer = new ValuePacker(rows.length);
    const cells = state.cells[column];
    for (let i = 0; i < rows.length; i++) packer.add(stores[column], cells[rows[i]]);
    columns.push(packer.finish());
  }
  return { table, count: state.counts[table], live: rows.length, rows: packSteps(rows), columns };
}

function liveRows(state: TraceState, table: number): Uint32Array {
  const alive = state.alive[table];
  const rows = new Uint32Array(state.counts[table]);
  let live = 0;
  for (let row = 0; row < rows.length; row++) if (alive[row] === 1) rows[live++] = row;
  return rows.subarray(0, live);
}

/** Rows as the gaps between them: all zeros, and so no bytes, while every row lives. */
function packSteps(rows: Uint32Array): Uint8Array {
  const gaps = new Uint32Array(rows.length);
  let next = 0;
  for (let i = 0; i < rows.length; i++) {
    gaps[i] = rows[i] - next;
    next = rows[i] + 1;
  }
  return packPlanes(gaps, rows.length, 4);
}

/**
 * Replaces the rows of `state` by those of a keyframe.
 *
 * @throws {TraceProblem} when the keyframe does not fit the catalog or the directory; the state is then useless.
 */
export function unpackState(fields: Fields, state: TraceState): void {
  state.reset();
  for (const item of fields.list('tables')) {
    const packed = new Fields(item, 'a table of a keyframe');
    unpackTable(packed, state, packed.int('table', 0, state.layout.tableCount - 1));
  }
}

function unpackTable(packed: Fields, state: TraceState, table: number): void {
  const { firstColumn, stores } = state.layout;
  const count = packed.int('count', 1, Math.max(1, state.directory.rows(table)));
  const live = packed.int('live', 0, count);
  const rows = unpackSteps(packed.bytes('rows'), live, count);
  if (count > state.directory.rows(table) || state.counts[table] > 0) throw damaged('a keyframe with too many rows');
  state.reserve(table, count);
  state.counts[table] = count;
  for (const row of rows) state.alive[table][row] = 1;
  const columns = packed.list('columns');
  for (let column = firstColumn[table]; column < firstColumn[table + 1]; column++) {
    const counts = new Int32Array(6);
    counts[stores[column]] = live;
    const values = new ValueUnpacker(
      new Fields(columns[column - firstColumn[table]], 'a column of a keyframe'),
      counts,
    );
    const cells = state.cells[column];
    for (let i = 0; i < live; i++) cells[rows[i]] = values.next(stores[column]);
  }
}

function unpackSteps(packed: Uint8Array, live: number, count: number): Uint32Array {
  const rows = unpackU32(packed, live, 'rows');
  let next = 0;
  for (let i = 0; i < live; i++) {
    const row = next + rows[i];
    if (row >= count) throw damaged('a keyframe with a row past its count');
    rows[i] = row;
    next = row + 1;
  }
  return rows;
}
