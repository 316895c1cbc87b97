/**
 * The recorder: models tell it what happens, it hashes that and writes it to a file.
 *
 * Hot: `set` is called for every change of every column. It appends to typed arrays and allocates nothing; all
 * encoding happens when a chunk is full. The bytes depend only on the sequence of calls.
 */
import { AssertionError, assert } from '../engine/assert.ts';
import { TIME_NS_MAX } from '../engine/sim-time.ts';
import type { Catalog, RecordingLevel } from './catalog.ts';
import { validateCatalog } from './catalog-check.ts';
import { CatalogLayout, includesLevel } from './catalog-layout.ts';
import { type ChunkSink, ChunkWriter } from './chunk-writer.ts';
import { STORE } from './column-type.ts';
import { Digest } from './digest.ts';
import {
  CHUNK_RECORDS_MAX,
  CHUNK_RECORDS_MIN,
  CHUNK_SPAN_NS,
  CHUNK_TEXT_BYTES_MAX,
  TEXT_BYTES_MAX,
  TRACE_VERSION,
} from './format.ts';
import type { TraceHeader } from './header.ts';
import { MarkLineage } from './mark-lineage.ts';
import { BATCH_BLOCKS, BLOCK, type RecordBlocks } from './record-blocks.ts';

export type { ChunkSink } from './chunk-writer.ts';
export { TRACE_VERSION } from './format.ts';
export { type TraceHeader, traceHeader } from './header.ts';

/** Small integers that `table`, `column` and `markKind` give, resolved once by models. */
export type TableId = number;
/** Number of a column over all tables. */
export type ColumnId = number;
/** Number of a kind of mark in the catalog. */
export type MarkKind = number;

/** What a recorder is told when it is made. */
export interface RecorderOptions {
  readonly catalog: Catalog;
  readonly header: TraceHeader;
  /** The clock of the run. `cause` is the nearest marked ancestor of what happens now; marks read and write it. */
  readonly clock: { readonly nowNs: number; cause: number };
  /** What is written: tables and marks of this level and those before it. `state` when absent. */
  readonly level?: RecordingLevel;
  /** Where the bytes go; without it there is only the digest. */
  readonly sink?: ChunkSink;
  /** Only what happens in this span (both ends included) is written, with a keyframe at its start. */
  readonly window?: { readonly fromNs: number; readonly toNs: number };
}

/** What a finished recording amounts to. */
export interface RecordingSummary {
  /** The digest of the run: of all records of the levels `summary` and `state`, written or not. */
  readonly digest: string;
  /** Records of the levels `summary` and `state`. */
  readonly records: number;
  /** Records in the file. */
  readonly written: number;
  /** Bytes of the file. */
  readonly bytes: number;
}

/** Places in `Recorder.instants`. */
const NOW = 0;
const HASHED_AT = 1;
const TOLD_AT = 2;

/** What becomes of the records of a table or a mark. */
const HASHED = 1;
const WRITTEN = 2;
/** Beside them, what kind of numbers a column takes: one load tells `set` all it needs. */
const WHOLE = 4;
const FLOAT = 8;

/** Records one run. */
export class Recorder {
  private readonly layout: CatalogLayout;
  private readonly clock: RecorderOptions['clock'];
  private readonly digest = new Digest();
  /** What waits to be hashed and written; of the digest. */
  private readonly blocks: RecordBlocks;
  /** At so many blocks they are hashed and written: a chunk never gets more records than it has room for. */
  private batch = BATCH_BLOCKS;
  private readonly writer: ChunkWriter | undefined;
  private readonly window: { readonly fromNs: number; readonly toNs: number } | undefined;
  /** HASHED and WRITTEN by table, by column, by kind of mark. */
  private readonly tableUse: Uint8Array;
  private readonly columnUse: Uint8Array;
  private readonly markUse: Uint8Array;
  /** Of the layout; here for `set`. */
  private readonly tableOf: Int32Array;
  private readonly minima: Float64Array;
  private readonly setBase: number;
  /** Largest value by column; that of texts grows with the texts. */
  private readonly maxima: Float64Array;
  private readonly textColumns: readonly number[];
  private readonly alive: Uint8Array[] = [];
  private readonly counts: Int32Array;
  private readonly texts = new Map<string, number>([['', 0]]);
  private readonly lineage = new MarkLineage();
  /**
   * Time of the last call, of the last block of time in the digest, and of the last block of time. In a typed array: an object's field that first
   * holds a small whole number and then a large one makes engines throw away the code that they compiled.
   */
  private readonly instants = new Float64Array(3);
  private records = 0;
  private newTextLength = 0;
  private phase: 'before' | 'in' | 'after' | 'finished';

  constructor(options: RecorderOptions) {
    const { catalog, header, clock, level = 'state', sink, window } = options;
    validateCatalog(catalog);
    assert(header.version === TRACE_VERSION, `version ${header.version} of a header is not ${TRACE_VERSION}`);
    assert(window === undefined || window.fromNs <= window.toNs, 'a window must not end before it starts');
    this.layout = new CatalogLayout(catalog);
    this.clock = clock;
    this.window = window;
    this.phase = window === undefined || window.fromNs <= 0 ? 'in' : 'before';
    this.blocks = this.digest.blocks;
    const use = (of: RecordingLevel): number =>
      (of === 'packets' ? 0 : HASHED) | (sink !== undefined && includesLevel(level, of) ? WRITTEN : 0);
    this.tableUse = Uint8Array.from(catalog.tables, (table) => use(table.level));
    this.tableOf = this.layout.tableOf;
    this.minima = this.layout.minima;
    this.setBase = this.layout.setBase;
    this.columnUse = Uint8Array.from(
      this.tableOf,
      (table, column) => this.tableUse[table] | numberUse(this.layout, column),
    );
    this.markUse = Uint8Array.from(catalog.marks, (mark) => use(mark.level));
    if (sink !== undefined) this.writer = this.writerOf(header, sink);
    this.maxima = this.layout.maxima.slice();
    this.textColumns = this.layout.columns.flatMap((column, id) => (column.type === 'text' ? [id] : []));
    for (const column of this.textColumns) this.maxima[column] = 0;
    this.counts = new Int32Array(this.layout.tableCount);
    for (let table = 0; table < this.layout.tableCount; table++) this.alive.push(new Uint8Array(16));
  }

  private writerOf(header: TraceHeader, sink: ChunkSink): ChunkWriter {
    const { layout, lineage, tableUse, columnUse, markUse } = this;
    const uses = [...Array.from(tableUse).flatMap((use) => [use, use]), ...columnUse, ...markUse];
    const isWritten = Uint8Array.from(uses, (use) => ((use & WRITTEN) !== 0 ? 1 : 0));
    return new ChunkWriter({ layout, header, sink, lineage, isWritten, isOpen: this.phase === 'in' });
  }

  /** The number of a table of the catalog. */
  table(name: string): TableId {
    const id = this.layout.tableIndex(name);
    assert(id >= 0, () => `the catalog has no table ${name}`);
    return id;
  }

  /** The number of a column; numbers are different over all tables. */
  column(table: TableId, name: string): ColumnId {
    const id = this.layout.columnIndex(table, name);
    assert(id >= 0, () => `the catalog has no column ${name} in table ${table}`);
    return id;
  }

  /** The number of a kind of mark. */
  markKind(name: string): MarkKind {
    const id = this.layout.catalog.marks.findIndex((mark) => mark.name === name);
    assert(id >= 0, () => `the catalog has no mark ${name}`);
    return id;
  }

  /** The number of a text; the same for equal texts. 0 is the empty one. */
  text(text: string): number {
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.assertShort(text);
    const id = this.texts.size;
    this.texts.set(text, id);
    this.blocks.addText(BLOCK.text, text);
    for (const column of this.textColumns) this.maxima[column] = id;
    this.writer?.directory.texts.add(text);
    this.newTextLength += text.length;
    if (this.blocks.n >= this.batch) this.drain();
    return id;
  }

  private assertShort(text: string): void {
    // A UTF-16 unit takes three bytes at most.
    assert(3 * text.length <= TEXT_BYTES_MAX, () => `a text of ${text.length} characters is too long for a recording`);
  }

  /** A row comes to be. Rows of a table are numbered from 0 without gaps and never used again. */
  born(table: TableId, row: number, name: string, parent = -1): void {
    assert(row === this.counts[table], () => `table ${table}: row ${row} born after ${this.counts[table]} rows`);
    const parentOk = Number.isInteger(parent) && parent >= -1 && parent < 2_147_483_648;
    assert(parentOk, () => `table ${table}: row ${row} cannot have the parent ${parent}`);
    this.assertShort(name);
    this.moveTime();
    this.counts[table] = row + 1;
    if (row === this.alive[table].length) this.growAlive(table);
    this.alive[table][row] = 1;
    const use = this.tableUse[table];
    // The writer looks names up in the directory when it takes the birth.
    if ((use & WRITTEN) !== 0) this.writer!.directory.add(table, name, parent);
    this.tell(use, 2 * table, row, parent, 0);
    if ((use & HASHED) !== 0) this.blocks.addText(BLOCK.name, name);
    if (this.blocks.n >= this.batch) this.drain();
    if ((use & WRITTEN) === 0) return;
    this.newTextLength += name.length;
    if (this.newTextLength > CHUNK_TEXT_BYTES_MAX) this.cut();
  }

  private growAlive(table: number): void {
    const grown = new Uint8Array(2 * this.alive[table].length);
    grown.set(this.alive[table]);
    this.alive[table] = grown;
  }

  /** A column of a living row takes a value. Hot. */
  set(column: ColumnId, row: number, value: number): void {
    if (this.alive[this.tableOf[column]]?.[row] !== 1) this.refuseRow(column, row);
    const use = this.columnUse[column];
    if ((use & WHOLE) !== 0) {
      const isInside = value >= this.minima[column] && value <= this.maxima[column] && Math.floor(value) === value;
      if (!isInside) this.refuseValue(column, row, value);
    }
    // -0 becomes 0, and a float loses here what it would lose in the file, so that the digest is that of the file.
    const stored = (use & FLOAT) !== 0 ? Math.fround(value) + 0 : value + 0;
    if (this.clock.nowNs !== this.instants[NOW]) this.moveTime();
    if ((use & HASHED) !== 0) {
      if (this.instants[NOW] !== this.instants[HASHED_AT]) this.tellTime();
      this.records++;
      this.blocks.addNumber(this.setBase + column, row, stored);
    } else if ((this.columnUse[column] & WRITTEN) !== 0) {
      // Asked again, because a window may have closed just now.
      this.tellUnhashedTime();
      this.blocks.addNumber(this.setBase + column, row, stored);
      this.blocks.leaveOutLast();
    }
    if (this.blocks.n >= this.batch) this.drain();
  }

  private refuseRow(column: number, row: number): never {
    const table = this.layout.catalog.tables[this.layout.tableOf[column]]?.name;
    throw new AssertionError(`set of column ${column} (table ${table}): row ${row} does not live`);
  }

  private refuseValue(column: number, row: number, value: number): never {
    const { name, type } = this.layout.columns[column];
    throw new AssertionError(`set of column ${name} in row ${row}: ${value} does not fit the type ${type}`);
  }

  /** A row ends. Its columns go back to the values of a newborn row. */
  died(table: TableId, row: number): void {
    assert(this.alive[table]?.[row] === 1, () => `table ${table}: row ${row} died but does not live`);
    this.moveTime();
    this.alive[table][row] = 0;
    this.tell(this.tableUse[table], 2 * table + 1, row, 0, 0);
    if (this.blocks.n >= this.batch) this.drain();
  }

  /**
   * Something worth telling happens to a row (-1: to none). Its cause is the clock's; from now on it is the clock's
   * cause itself, so that what is scheduled next descends from it.
   *
   * @returns the number of the mark over the run; it does not depend on what is written.
   */
  mark(kind: MarkKind, row: number, p0 = 0, p1 = 0, p2 = 0, p3 = 0): number {
    const spec = this.layout.catalog.marks[kind];
    assert(spec !== undefined, () => `there is no kind ${kind} of marks`);
    const isBorn = row === -1 || (Number.isInteger(row) && row >= 0 && row < this.counts[this.table(spec.table)]);
    assert(isBorn, () => `mark ${spec.name}: row ${row} was never born`);
    this.moveTime();
    const use = this.markUse[kind];
    const { cause } = this.clock;
    const index = this.lineage.add(cause, (use & WRITTEN) !== 0 && this.phase === 'in');
    const payload = [p0, p1, p2, p3];
    this.tell(use, this.layout.kindCount + kind, row, cause, index);
    if ((use & (HASHED | WRITTEN)) !== 0) {
      for (let i = 0; i < spec.payload.length; i++) {
        this.blocks.addNumber(BLOCK.payload, i, payload[i]);
        if ((use & HASHED) === 0) this.blocks.leaveOutLast();
      }
    }
    if (this.blocks.n >= this.batch) this.drain();
    this.clock.cause = index;
    return index;
  }

  /** Keeps a record to be hashed, written or both; nothing of one that is neither. */
  private tell(use: number, kind: number, row: number, c: number, d: number): void {
    if ((use & HASHED) !== 0) {
      if (this.instants[NOW] !== this.instants[HASHED_AT]) this.tellTime();
      this.records++;
      this.blocks.add(kind, row, c, d);
    } else if ((use & WRITTEN) !== 0) {
      this.tellUnhashedTime();
      this.blocks.add(kind, row, c, d);
      this.blocks.leaveOutLast();
    }
  }

  private tellTime(): void {
    this.instants[HASHED_AT] = this.instants[NOW];
    this.instants[TOLD_AT] = this.instants[NOW];
    this.blocks.addNumber(BLOCK.time, 0, this.instants[NOW]);
  }

  private tellUnhashedTime(): void {
    if (this.instants[NOW] === this.instants[TOLD_AT]) return;
    this.instants[TOLD_AT] = this.instants[NOW];
    this.blocks.addNumber(BLOCK.time, 0, this.instants[NOW]);
    this.blocks.leaveOutLast();
  }

  /** Hashes and writes what waits. */
  private drain(): void {
    const { writer, blocks } = this;
    const isHeard = writer !== undefined && this.phase !== 'after';
    if (isHeard) writer.take(blocks);
    this.digest.drain();
    if (!isHeard) return;
    this.batch = Math.min(BATCH_BLOCKS, CHUNK_RECORDS_MAX - writer.pending);
    if (this.batch === 0) this.cut();
  }

  /** Follows the clock; chunks end and windows open and close here. */
  private moveTime(): void {
    const now = this.clock.nowNs;
    assert(this.phase !== 'finished', 'a finished recorder was called');
    if (now === this.instants[NOW]) return;
    // No assertion with a closure here: this runs for most records, and a closure is an allocation.
    if (!(now > this.instants[NOW] && now <= TIME_NS_MAX && Math.floor(now) === now)) this.refuseTime(now);
    this.instants[NOW] = now;
    if (this.window !== undefined) this.followWindow(this.window);
    const { writer } = this;
    if (writer === undefined || now - writer.pendingFromNs < CHUNK_SPAN_NS) return;
    // A record takes a block at least: with fewer blocks than this there cannot be enough records.
    if (writer.pending + this.blocks.n < CHUNK_RECORDS_MIN) return;
    this.drain();
    if (writer.pending >= CHUNK_RECORDS_MIN) this.cut();
  }

  private refuseTime(now: number): never {
    throw new AssertionError(`the clock went from ${this.instants[NOW]} to ${now}`);
  }

  private followWindow(window: { readonly fromNs: number; readonly toNs: number }): void {
    if (this.phase === 'before' && this.instants[NOW] >= window.fromNs) {
      this.drain();
      this.writer?.openAt(window.fromNs);
      this.phase = 'in';
    }
    if (this.phase === 'in' && this.instants[NOW] > window.toNs) {
      this.cut();
      this.phase = 'after';
      for (const use of [this.tableUse, this.columnUse, this.markUse]) dropWritten(use);
    }
  }

  private cut(): void {
    if (this.blocks.n > 0) this.drain();
    this.newTextLength = 0;
    this.writer?.cut(this.digest.hex());
    this.batch = BATCH_BLOCKS;
  }

  /** Ends the open chunk now, so that a reader of a growing file sees it. Flushing at other times gives other bytes. */
  flush(): void {
    if (this.phase === 'in') this.cut();
  }

  /** Ends the recording at the time of the clock. */
  finish(): RecordingSummary {
    this.moveTime();
    this.drain();
    const digest = this.digest.hex();
    this.phase = 'finished';
    const endNs = Math.min(this.instants[NOW], this.window?.toNs ?? this.instants[NOW]);
    this.writer?.finish(endNs, digest);
    return { digest, records: this.records, written: this.writer?.written ?? 0, bytes: this.writer?.bytes ?? 0 };
  }
}

function numberUse(layout: CatalogLayout, column: number): number {
  return (layout.isWhole[column] === 1 ? WHOLE : 0) | (layout.stores[column] === STORE.f32 ? FLOAT : 0);
}

function dropWritten(use: Uint8Array): void {
  for (let i = 0; i < use.length; i++) use[i] &= ~WRITTEN;
}
