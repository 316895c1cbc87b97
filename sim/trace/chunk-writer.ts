/**
 * Turns filled columns of records into the frames of a file, and keeps the state that keyframes are made of.
 *
 * Keyframes hold the state at a boundary between chunks: every few chunks, so that a seek needs one keyframe and few
 * chunks; more rarely when chunks are small and the state is large, so that keyframes do not outweigh the records.
 */
import type { CatalogLayout } from './catalog-layout.ts';
import { type ChunkBounds, packMarks, unpackRecords } from './chunk-codec.ts';
import { Density } from './density.ts';
import { Directory, type DirectoryMark } from './directory.ts';
import {
  CHUNK_RECORDS_MAX,
  END_MAGIC,
  KEYFRAME_CHUNKS,
  KEYFRAME_CHUNKS_MAX,
  MAGIC,
  PREAMBLE_BYTES,
  PYRAMID_RECORDS_MIN,
  TRACE_VERSION,
  TRAILER_BYTES,
} from './format.ts';
import { encodeFrame, Frame } from './frame.ts';
import type { TraceHeader } from './header.ts';
import { packState } from './keyframe-codec.ts';
import { Fields } from './message.ts';
import { OpenChunk } from './open-chunk.ts';
import { Pyramid } from './pyramid.ts';
import { hasPyramid } from './pyramid-query.ts';
import { MarkColumns } from './record-columns.ts';
import { TraceState } from './state.ts';
import { type ChunkInfo, chunkHead, type KeyframeInfo, packIndex } from './trace-index.ts';

/** Where the bytes of a recording go: at its end, in order. */
export interface ChunkSink {
  /** Appends; the bytes may be reused by the caller afterwards. Throws when they cannot be kept. */
  write(bytes: Uint8Array): void;
}

const FROM = 0;
const LAST = 1;

/** Writes one file. */
export class ChunkWriter {
  /** Marks of the open chunk; filled by the recorder, after `beginMark`. */
  readonly marks = MarkColumns.empty(CHUNK_RECORDS_MAX);
  /** Names, parents and texts of the run so far. */
  readonly directory: Directory;
  /** Bytes and records written so far. */
  bytes = 0;
  written = 0;
  /** Whether chunks are written when they are cut, or only kept in the state (before a window opens). */
  private isOpen: boolean;
  private readonly layout: CatalogLayout;
  private readonly sink: ChunkSink;
  private readonly records: OpenChunk;
  /** The state at the last keyframe, or before the window; brought up to date from `since` when one is due. */
  private readonly state: TraceState;
  /** The chunks since then as they are in the file. */
  private readonly since: { readonly packed: object; readonly bounds: ChunkBounds }[] = [];
  private readonly density = new Density();
  private readonly pyramid = new Pyramid();
  /** By column: 1 when it has a pyramid. */
  private readonly isDrawn: Uint8Array;
  private readonly chunks: ChunkInfo[] = [];
  private readonly keyframes: KeyframeInfo[] = [];
  /** Where the names that are in the file end. */
  private named: DirectoryMark;
  /**
   * Where the open chunk begins, and the instant of the last records. In a typed array: an object's field that first
   * holds a small whole number and then a large one makes engines throw away the code that they compiled.
   */
  private readonly instants = new Float64Array(2);
  /** Records at the last instant: counted into the density when time goes on. */
  private dense = 0;
  private chunksSinceKeyframe = 0;
  private recordsSinceKeyframe = 0;

  constructor(layout: CatalogLayout, header: TraceHeader, sink: ChunkSink, isOpen: boolean) {
    this.layout = layout;
    this.sink = sink;
    this.isOpen = isOpen;
    this.directory = new Directory(layout.tableCount);
    this.named = this.directory.mark();
    this.isDrawn = Uint8Array.from(layout.columns, (column) => (hasPyramid(column.type) ? 1 : 0));
    this.records = new OpenChunk(layout.kindCount);
    this.state = new TraceState(layout, this.directory);
    this.write(preamble());
    this.write(encodeFrame('head', { header, catalog: layout.catalog }, {}));
  }

  private write(bytes: Uint8Array): void {
    this.sink.write(bytes);
    this.bytes += bytes.length;
  }

  /** Records and marks in the open chunk. */
  get pending(): number {
    return this.records.n + this.marks.n;
  }

  /** Time of the first record of the open chunk; 0 when there is none. */
  get pendingFromNs(): number {
    return this.pending > 0 ? this.instants[FROM] : 0;
  }

  /** A row whose name the directory has comes to be. */
  born(timeNs: number, table: number, row: number): void {
    if (!this.isOpen) {
      this.bornBefore(table, row);
      return;
    }
    this.begin(timeNs);
    this.records.add(timeNs, 2 * table, row);
  }

  private bornBefore(table: number, row: number): void {
    // A state grows as far as names are known, here always by this one row: more room at once is for us to ask.
    if (row === this.state.alive[table].length) this.state.reserve(table, Math.max(16, 2 * row));
    this.state.born(table, row);
  }

  /** A column of a living row takes a value. Hot. */
  set(timeNs: number, column: number, row: number, value: number): void {
    if (!this.isOpen) {
      this.state.set(column, row, value);
      return;
    }
    const { layout } = this;
    this.begin(timeNs);
    this.records.addSet(timeNs, layout.setBase + column, row, layout.stores[column], value);
    if (this.isDrawn[column] === 1) this.pyramid.add(column, value);
  }

  /** A row ends. */
  died(timeNs: number, table: number, row: number): void {
    if (!this.isOpen) {
      this.state.died(table, row);
      return;
    }
    this.begin(timeNs);
    this.records.add(timeNs, 2 * table + 1, row);
  }

  /** Makes room for a mark, and gives its place in `marks`. */
  beginMark(timeNs: number): number {
    this.begin(timeNs);
    return this.marks.n++;
  }

  /** Before each record, while the state is still that before it. */
  private begin(timeNs: number): void {
    if (this.pending === 0) {
      if (this.isKeyframeDue()) this.writeKeyframe(this.chunks[this.chunks.length - 1].toNs);
      this.instants[FROM] = timeNs;
      this.records.begin(timeNs);
    }
    if (timeNs !== this.instants[LAST]) this.countDense(timeNs);
    this.dense++;
  }

  private countDense(timeNs: number): void {
    if (this.dense > 0) this.density.add(this.instants[LAST], this.dense);
    this.instants[LAST] = timeNs;
    this.pyramid.at(timeNs);
    this.dense = 0;
  }

  /** Opens the window at `timeNs`: what came before is kept only as the keyframe that the file starts with. */
  open(timeNs: number): void {
    this.isOpen = true;
    this.writeKeyframe(timeNs);
  }

  /** Ends the open chunk. @param digest The digest of the run up to here. */
  cut(digest: string): void {
    if (this.pending === 0) return;
    this.writeChunk(digest);
    this.records.n = 0;
    this.marks.n = 0;
  }

  private isKeyframeDue(): boolean {
    const { chunksSinceKeyframe, recordsSinceKeyframe } = this;
    if (chunksSinceKeyframe < KEYFRAME_CHUNKS) return false;
    const isEnough = recordsSinceKeyframe >= KEYFRAME_CHUNKS * CHUNK_RECORDS_MAX;
    return isEnough || chunksSinceKeyframe >= KEYFRAME_CHUNKS_MAX || recordsSinceKeyframe >= this.liveCells();
  }

  private liveCells(): number {
    const { firstColumn, tableCount } = this.layout;
    let cells = 0;
    for (let table = 0; table < tableCount; table++) {
      cells += this.directory.rows(table) * (1 + firstColumn[table + 1] - firstColumn[table]);
    }
    return cells;
  }

  private writeKeyframe(timeNs: number): void {
    const chunk = this.chunks.length;
    this.catchUp();
    const frame = encodeFrame('keyframe', { chunk, t: timeNs }, { state: packState(this.state) });
    this.keyframes.push({ chunk, offset: this.bytes, length: frame.length, timeNs });
    this.write(frame);
    this.chunksSinceKeyframe = 0;
    this.recordsSinceKeyframe = 0;
  }

  /**
   * Brings the state to the end of the last chunk, as a reader would. Only a keyframe needs the state, and many runs
   * end before one is due.
   */
  private catchUp(): void {
    for (const { packed, bounds } of this.since) {
      const records = unpackRecords(this.layout, new Fields(packed, 'a chunk'), bounds);
      this.state.apply(records, 0, Number.POSITIVE_INFINITY);
    }
    this.since.length = 0;
  }

  private writeChunk(digest: string): void {
    const { layout, records, marks } = this;
    const fromNs = this.instants[FROM];
    const parts: Record<string, object> = {};
    if (this.directory.hasGrown(this.named)) parts['names'] = this.directory.pack(this.named);
    if (marks.n > 0) parts['marks'] = packMarks(layout, marks, fromNs);
    const packed = records.pack();
    parts['records'] = packed;
    this.named = this.directory.mark();
    const facts = {
      seq: this.chunks.length,
      fromNs,
      toNs: Math.max(records.n > 0 ? records.lastNs : 0, marks.n > 0 ? marks.times[marks.n - 1] : 0),
      records: records.n,
      marks: marks.n,
      counts: this.countKinds(),
      digest,
    };
    const frame = encodeFrame('chunk', chunkHead(facts), parts);
    const marksEnd = new Frame(frame, 'a new chunk').endOf('marks');
    this.chunks.push({ ...facts, offset: this.bytes, length: frame.length, marksEnd });
    this.write(frame);
    this.since.push({ packed, bounds: facts });
    this.written += this.pending;
    this.chunksSinceKeyframe++;
    this.recordsSinceKeyframe += records.n;
  }

  private countKinds(): Uint32Array {
    const { layout, records, marks } = this;
    const counts = new Uint32Array(layout.kindCount + layout.catalog.marks.length);
    counts.set(records.counts);
    for (let i = 0; i < marks.n; i++) counts[layout.kindCount + marks.kinds[i]]++;
    return counts;
  }

  /** Gives its place for the footer; undefined when there is nothing to show. */
  private writePyramid(): object | undefined {
    // Where there is little, reading it all is as quick.
    if (this.written < PYRAMID_RECORDS_MIN) return undefined;
    const parts = this.pyramid.parts();
    if (Object.keys(parts).length === 0) return undefined;
    const frame = encodeFrame('pyramid', {}, parts);
    const place = { offset: this.bytes, length: frame.length, width: this.pyramid.widthNs };
    this.write(frame);
    return place;
  }

  /** Ends the file. @param endNs The end of what it shows. */
  finish(endNs: number, digest: string): void {
    this.cut(digest);
    this.countDense(endNs);
    const place = this.writePyramid();
    const head = { pyramid: place, end: endNs, digest, records: this.written };
    const parts = {
      index: packIndex(this.chunks, this.keyframes),
      names: this.directory.pack(),
      density: this.density.pack(),
    };
    const frame = encodeFrame('footer', head, parts);
    this.write(frame);
    this.write(trailer(frame.length));
  }
}

function preamble(): Uint8Array {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, TRACE_VERSION, true);
  return bytes;
}

function trailer(footerLength: number): Uint8Array {
  const bytes = new Uint8Array(TRAILER_BYTES);
  new DataView(bytes.buffer).setUint32(0, footerLength, true);
  bytes.set(END_MAGIC, 4);
  return bytes;
}
