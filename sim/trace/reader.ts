/**
 * Reads a recording: any state at any time, marks, changes of a row, density over time.
 *
 * Needs no code of the model that made it. Reads ranges and never the whole file; what stays in memory is the index, all
 * names, one state a cursor, and bounded caches.
 */
import { assert } from '../engine/assert.ts';
import type { ByteSource } from './byte-source.ts';
import type { Catalog } from './catalog.ts';
import { CHUNK_CACHE_BYTES, ChunkStore } from './chunk-store.ts';
import { TraceCursor, WARM_BYTES } from './cursor.ts';
import { densityOf } from './density-query.ts';
import { PAYLOAD_MAX } from './format.ts';
import type { TraceHeader } from './header.ts';
import { unpackState } from './keyframe-codec.ts';
import type { PyramidSlice } from './pyramid.ts';
import { PyramidQuery } from './pyramid-query.ts';
import type { MarkColumns, RecordColumns } from './record-columns.ts';
import { TraceState } from './state.ts';
import { readFrame, TraceContents } from './trace-contents.ts';
import type { ChunkInfo } from './trace-index.ts';

export type { ByteSource } from './byte-source.ts';
export type { TraceCursor } from './cursor.ts';
export type { TraceHeader } from './header.ts';
export type { PyramidSlice } from './pyramid.ts';
export type { TableState, TraceState } from './state.ts';
export type { ChunkInfo } from './trace-index.ts';
export { TraceProblem } from './trace-problem.ts';

/** One mark. */
export interface MarkRecord {
  /** Its number over the run. Numbers have gaps where marks were not written. */
  readonly index: number;
  readonly timeNs: number;
  /** Number of its kind in `catalog.marks`. */
  readonly kind: number;
  /** The row of the kind's table that it is about, -1 for none. */
  readonly row: number;
  /** The number of the nearest mark in the file that led to it, -1 for none. */
  readonly cause: number;
  /** The numbers of the mark, in the order of its kind's `payload`. */
  readonly payload: number[];
}

/** One change of a column of a row. */
export interface ColumnChange {
  readonly timeNs: number;
  /** Name of the column. */
  readonly column: string;
  /** The new value, as it is stored. */
  readonly value: number;
}

/** Opens a recording. @throws {TraceProblem} one sentence with what to do, when it cannot be read. */
export async function openTrace(source: ByteSource): Promise<TraceReader> {
  return new TraceReader(await TraceContents.open(source));
}

/** An opened recording. */
export class TraceReader {
  readonly header: TraceHeader;
  readonly catalog: Catalog;
  private readonly contents: TraceContents;
  private readonly store: ChunkStore;
  private readonly overTime: PyramidQuery;
  private refreshing: Promise<boolean> | undefined;

  /** Use {@link openTrace}. */
  constructor(contents: TraceContents) {
    this.contents = contents;
    this.header = contents.header;
    this.catalog = contents.layout.catalog;
    this.store = new ChunkStore(contents, CHUNK_CACHE_BYTES);
    this.overTime = new PyramidQuery(contents, this.store);
  }

  /** The end of what the file shows; the last record of a file without a footer. */
  get endNs(): number {
    return this.contents.endNs;
  }

  /** The digest of the run; `null` while the file has no footer. */
  get digest(): string | null {
    return this.contents.digest;
  }

  /** Whether the file has no footer: it was cut short, or is still being written. */
  get recovered(): boolean {
    return this.contents.digest === null;
  }

  /** Records in the file, marks among them. */
  get records(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.records + chunk.marks, 0);
  }

  /** The chunks in their order. */
  get chunks(): readonly ChunkInfo[] {
    return this.contents.chunks;
  }

  /** The keyframes' times, for ticks on a timeline. */
  get keyframeTimesNs(): readonly number[] {
    return this.contents.keyframes.map((keyframe) => keyframe.timeNs);
  }

  /**
   * Takes in what was appended since to a file without a footer; reads only that.
   *
   * @returns whether anything was new.
   */
  refresh(): Promise<boolean> {
    this.refreshing ??= this.scanMore().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async scanMore(): Promise<boolean> {
    const { chunks, digest } = this.contents;
    const before = chunks.length;
    if (digest !== null) return false;
    await this.contents.scan();
    return this.contents.chunks.length > before || this.contents.digest !== null;
  }

  /** The state at `timeNs`, the caller's own. @throws {TraceProblem} */
  stateAt(timeNs: number): Promise<TraceState> {
    // A cursor for one seek needs no warm keyframes.
    return new TraceCursor(this.contents, this.store, 0).seek(timeNs);
  }

  /** A cursor for playing and scrubbing. */
  cursor(): TraceCursor {
    return new TraceCursor(this.contents, this.store, WARM_BYTES);
  }

  /** All marks in their order. Reads the marks of each chunk and nothing else. @throws {TraceProblem} */
  marks(): Promise<MarkRecord[]> {
    return this.marksFrom(0);
  }

  /** The marks of chunk number `seq` and those after it: what is new after a refresh. @throws {TraceProblem} */
  async marksFrom(seq: number): Promise<MarkRecord[]> {
    const lengths = this.catalog.marks.map((mark) => mark.payload.length);
    const list: MarkRecord[] = [];
    for (const chunk of this.chunks.slice(seq)) appendMarks(list, await this.store.marks(chunk), lengths);
    return list;
  }

  /**
   * Records and marks in each of `bins` equal spans from `fromNs` to `toNs`, both included.
   *
   * Exact when few chunks have to be opened for it; otherwise spread from the histogram of the file, where a record may
   * count one of the histogram's bins (1/2048 of the run or less) too early or too late.
   * @throws {TraceProblem}
   */
  density(bins: number, fromNs: number, toNs: number): Promise<Uint32Array> {
    return densityOf(this.contents, this.store, bins, fromNs, toNs);
  }

  /**
   * What the rows of a column of numbers were set to from `fromNs` to `toNs`, in at most `maxBuckets` buckets of time (two
   * at least are needed for any stretch). Reads one level of the file's pyramid; in a file without one, every chunk that sets
   * the column. Undefined when the column holds no numbers or was never set.
   * @throws {TraceProblem}
   */
  pyramid(
    table: string,
    column: string,
    fromNs: number,
    toNs: number,
    maxBuckets: number,
  ): Promise<PyramidSlice | undefined> {
    return this.overTime.slice(table, column, fromNs, toNs, maxBuckets);
  }

  /** All changes of one row in their order. Opens every chunk that changes this table. @throws {TraceProblem} */
  async changes(table: string, row: number): Promise<ColumnChange[]> {
    const { layout } = this.contents;
    const index = layout.tableIndex(table);
    assert(index >= 0, `no table ${table} in the catalog`);
    const from = layout.setBase + layout.firstColumn[index];
    const to = layout.setBase + layout.firstColumn[index + 1];
    const changes: ColumnChange[] = [];
    for (const chunk of this.chunks) {
      if (!chunk.counts.subarray(from, to).some((count) => count > 0)) continue;
      const records = await this.store.records(chunk);
      for (const at of rowsAt(records, row, from, to)) {
        const column = layout.columns[records.kinds[at] - layout.setBase].name;
        changes.push({ timeNs: records.times[at], column, value: records.values[at] });
      }
    }
    return changes;
  }

  /** The records and marks of chunk number `seq`. @throws {TraceProblem} when it cannot be read. */
  async chunkContents(seq: number): Promise<{ readonly records: RecordColumns; readonly marks: MarkRecord[] }> {
    const chunk = this.chunks[seq];
    assert(chunk !== undefined, () => `there is no chunk ${seq}`);
    const marks: MarkRecord[] = [];
    const lengths = this.catalog.marks.map((mark) => mark.payload.length);
    appendMarks(marks, await this.store.marks(chunk), lengths);
    return { records: await this.store.records(chunk), marks };
  }

  /** The state that a recording of a window begins with; undefined when it begins with nothing. @throws {TraceProblem} */
  async startState(): Promise<TraceState | undefined> {
    const first = this.contents.keyframes[0];
    if (first === undefined || first.chunk !== 0) return undefined;
    const state = new TraceState(this.contents.layout, this.contents.directory);
    const frame = await readFrame(this.contents.source, first.offset, 'a keyframe');
    unpackState(frame.part('state'), state);
    state.timeNs = first.timeNs;
    return state;
  }

  /** The name that a row of a table was born with; empty when it never was. */
  rowName(table: number, row: number): string {
    return this.contents.directory.name(table, row);
  }

  /** The parent that a row of a table was born with, -1 for none. */
  rowParent(table: number, row: number): number {
    return row < this.contents.directory.rows(table) ? this.contents.directory.parentsOf(table, row + 1)[row] : -1;
  }

  /** An interned text; empty when there is none of this number. */
  text(id: number): string {
    return this.contents.directory.texts.get(id);
  }
}

function rowsAt(records: RecordColumns, row: number, fromKind: number, toKind: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < records.n; i++) {
    if (records.rows[i] === row && records.kinds[i] >= fromKind && records.kinds[i] < toKind) found.push(i);
  }
  return found;
}

function appendMarks(list: MarkRecord[], marks: MarkColumns, lengths: readonly number[]): void {
  for (let i = 0; i < marks.n; i++) {
    const kind = marks.kinds[i];
    list.push({
      index: marks.indices[i],
      timeNs: marks.times[i],
      kind,
      row: marks.rows[i],
      cause: marks.causes[i],
      payload: Array.from(marks.payload.subarray(PAYLOAD_MAX * i, PAYLOAD_MAX * i + lengths[kind])),
    });
  }
}
