/** Frames out of a recorded trace: one cursor, and copies of the columns that screens draw. */
import type { Catalog, ColumnSpec, TableSpec } from '../../sim/trace/catalog.ts';
import type { MarkRecord, TableState, TraceCursor, TraceReader, TraceState } from '../../sim/trace/reader.ts';
import {
  type ColumnArray,
  type FieldValue,
  type Frame,
  type FrameRequest,
  type FrameSource,
  type MarkBatch,
  PAYLOAD_STRIDE,
  type RowDetail,
  type RunInfo,
  type TableFrame,
} from './frame.ts';

/** Which columns of which tables a map draws: what a frame carries. Other rows are asked for one at a time. */
export function drawnColumns(catalog: Catalog): ReadonlyMap<string, readonly string[]> {
  const { map, lists = [] } = catalog;
  const wanted = new Map<string, Set<string>>();
  if (!map) return new Map(catalog.tables.map((table) => [table.name, stateColumns(catalog, table.name)]));
  const want = (table: string, columns: readonly string[]): void => {
    const set = wanted.get(table) ?? new Set();
    for (const column of columns) set.add(column);
    wanted.set(table, set);
  };
  want(map.groups, map.groupState === undefined ? [] : [map.groupState]);
  const belief = map.cellBelief === undefined ? [] : [map.cellBelief];
  want(map.cells, [map.cellState, ...belief, ...map.cellFill.flatMap((fill) => [fill.used, fill.of])]);
  want(map.items, [map.itemCell, map.itemState]);
  want(map.lines, [map.lineLoad, map.lineState]);
  const lines = catalog.tables.find((table) => table.name === map.lines);
  for (const column of lines?.columns ?? []) {
    if (column.type !== 'ref') continue;
    want(map.lines, [column.name]);
    if (column.table && !wanted.has(column.table)) want(column.table, stateColumns(catalog, column.table));
  }
  for (const { table, columns } of lists) want(table, columns);
  return new Map([...wanted].map(([table, columns]) => [table, [...columns]]));
}

function stateColumns(catalog: Catalog, name: string): string[] {
  const table = catalog.tables.find((entry) => entry.name === name);
  const drawn = (table?.columns ?? []).filter((column) => {
    return column.type === 'enum' || (column.type === 'ref' && column.table === catalog.map?.groups);
  });
  return drawn.map((column) => column.name);
}

/** Serves the frames of an opened reader. */
export class TraceFrames implements FrameSource {
  readonly #reader: TraceReader;
  readonly #cursor: TraceCursor;
  readonly #drawn: ReadonlyMap<string, readonly string[]>;
  #marks: Promise<MarkRecord[]> | null = null;
  #end: Promise<TraceState> | null = null;

  constructor(reader: TraceReader) {
    this.#reader = reader;
    this.#cursor = reader.cursor();
    this.#drawn = drawnColumns(reader.catalog);
  }

  async open(): Promise<RunInfo> {
    return runInfo(this.#reader, false);
  }

  async frame(request: FrameRequest): Promise<Frame> {
    const timeNs = Math.max(0, Math.min(this.#reader.endNs, Math.round(request.timeNs)));
    const state = await this.#cursor.seek(timeNs);
    return {
      timeNs,
      edgeNs: this.#reader.endNs,
      digest: this.#reader.digest,
      markCount: (await this.#allMarks()).length,
      tables: copyTables(state, this.#drawn),
      row: request.row ? rowDetail(state, this.#reader, request.row.table, request.row.row) : null,
      stateDigest: request.check ? state.digest() : null,
    };
  }

  async marks(from: number): Promise<MarkBatch> {
    return packMarks((await this.#allMarks()).slice(from), this.#reader);
  }

  density(bins: number, fromNs: number, toNs: number): Promise<Uint32Array> {
    return this.#reader.density(bins, fromNs, toNs);
  }

  async names(table: string, from: number): Promise<readonly string[]> {
    this.#end ??= this.#reader.stateAt(this.#reader.endNs);
    return namesOf((await this.#end).table(table), from);
  }

  tune(): Promise<void> {
    return Promise.reject(new Error('A recording cannot be changed. Open the scenario live to turn this knob.'));
  }

  close(): void {
    this.#marks = null;
    this.#end = null;
  }

  #allMarks(): Promise<MarkRecord[]> {
    this.#marks ??= this.#reader.marks();
    return this.#marks;
  }
}

/** The run in words, from a reader. */
export function runInfo(reader: TraceReader, live: boolean): RunInfo {
  const { header, catalog, endNs, digest, records, recovered } = reader;
  const { scenario, title, seed, alternative, wavetank, source } = header;
  return {
    scenario,
    title,
    seed,
    alternative,
    wavetank,
    source: source ?? null,
    alternatives: [alternative],
    digest,
    catalog,
    endNs,
    records,
    recovered,
    live,
  };
}

/** Copies the drawn columns. */
export function copyTables(
  state: TraceState,
  drawn: ReadonlyMap<string, readonly string[]>,
): Record<string, TableFrame> {
  const tables: Record<string, TableFrame> = {};
  for (const [name, columns] of drawn) tables[name] = copyTable(state.table(name), columns);
  return tables;
}

function copyTable(table: TableState, columns: readonly string[]): TableFrame {
  const { count } = table;
  const copied: Record<string, ColumnArray> = {};
  for (const name of columns) copied[name] = table.column(name).slice(0, count);
  return { count, alive: table.alive.slice(0, count), parent: table.parent.slice(0, count), columns: copied };
}

/** The names of rows `from` and later. */
export function namesOf(table: TableState, from: number): string[] {
  const names: string[] = [];
  for (let row = from; row < table.count; row++) names.push(table.name(row));
  return names;
}

/** One row with all its fields, references and texts in words. */
export function rowDetail(state: TraceState, reader: TraceReader, table: string, row: number): RowDetail | null {
  const spec = reader.catalog.tables.find((entry) => entry.name === table);
  if (!spec) return null;
  const rows = state.table(table);
  if (row >= rows.count) {
    return { table, row, born: false, alive: false, name: '', parent: -1, parentName: '', fields: [] };
  }
  const parent = rows.parent[row];
  return {
    table,
    row,
    born: true,
    alive: rows.alive[row] === 1,
    name: rows.name(row),
    parent,
    parentName: spec.parent ? nameIn(state, spec.parent, parent) : '',
    fields: spec.columns.map((column) => fieldValue(state, reader, spec, column, row)),
  };
}

function fieldValue(
  state: TraceState,
  reader: TraceReader,
  table: TableSpec,
  column: ColumnSpec,
  row: number,
): FieldValue {
  const value = state.table(table.name).column(column.name)[row];
  if (column.type === 'ref' && column.table)
    return { column: column.name, value, words: nameIn(state, column.table, value) };
  if (column.type === 'text') return { column: column.name, value, words: reader.text(value) };
  return { column: column.name, value };
}

function nameIn(state: TraceState, table: string, row: number): string {
  const rows = state.table(table);
  return row >= 0 && row < rows.count ? rows.name(row) : '';
}

/** Marks as columns. */
export function packMarks(marks: readonly MarkRecord[], reader: TraceReader): MarkBatch {
  const count = marks.length;
  const batch = {
    index: new Int32Array(count),
    timeNs: new Float64Array(count),
    kind: new Uint16Array(count),
    row: new Int32Array(count),
    cause: new Int32Array(count),
    payload: new Float64Array(count * PAYLOAD_STRIDE),
    texts: {} as Record<number, string>,
  };
  const textFields = reader.catalog.marks.map((spec) => spec.payload.map((field) => field.text === true));
  for (let at = 0; at < count; at++) packMark(batch, at, marks[at], textFields[marks[at].kind], reader);
  return batch;
}

function packMark(
  batch: MarkBatch & { readonly texts: Record<number, string> },
  at: number,
  mark: MarkRecord,
  isText: readonly boolean[],
  reader: TraceReader,
): void {
  batch.index[at] = mark.index;
  batch.timeNs[at] = mark.timeNs;
  batch.kind[at] = mark.kind;
  batch.row[at] = mark.row;
  batch.cause[at] = mark.cause;
  for (let field = 0; field < PAYLOAD_STRIDE; field++) {
    const value = mark.payload[field] ?? 0;
    batch.payload[at * PAYLOAD_STRIDE + field] = value;
    if (isText[field] && batch.texts[value] === undefined) batch.texts[value] = reader.text(value);
  }
}
