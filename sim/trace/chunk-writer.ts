/**
 * Turns filled columns of records into the frames of a file, and keeps the state that keyframes are made of.
 *
 * Keyframes hold the state at a boundary between chunks: every few chunks, so that a seek needs one keyframe and few
 * chunks; more rarely when chunks are small and the state is large, so that keyframes do not outweigh the records.
 */
import type { CatalogLayout } from './catalog-layout.ts';
import { packMarks, packRecords } from './chunk-codec.ts';
import { Density } from './density.ts';
import { Directory, type DirectoryMark } from './directory.ts';
import {
  CHUNK_RECORDS_MAX,
  END_MAGIC,
  KEYFRAME_CHUNKS,
  KEYFRAME_CHUNKS_MAX,
  MAGIC,
  PREAMBLE_BYTES,
  TRACE_VERSION,
  TRAILER_BYTES,
} from './format.ts';
import { encodeFrame, Frame } from './frame.ts';
import type { TraceHeader } from './header.ts';
import { packState } from './keyframe-codec.ts';
import { MarkColumns, RecordColumns } from './record-columns.ts';
import { TraceState } from './state.ts';
import { type ChunkInfo, chunkHead, type KeyframeInfo, packIndex } from './trace-index.ts';

/** Where the bytes of a recording go: at its end, in order. */
export interface ChunkSink {
  /** Appends; the bytes may be reused by the caller afterwards. Throws when they cannot be kept. */
  write(bytes: Uint8Array): void;
}

/** Writes one file. */
export class ChunkWriter {
  /** The open chunk; the recorder fills it directly. */
  readonly records = RecordColumns.empty(CHUNK_RECORDS_MAX);
  /** Marks of the open chunk; filled by the recorder too. */
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
  private readonly state: TraceState;
  private readonly density = new Density();
  private readonly chunks: ChunkInfo[] = [];
  private readonly keyframes: KeyframeInfo[] = [];
  /** Where the names that are in the file end. */
  private named: DirectoryMark;
  private chunksSinceKeyframe = 0;
  private recordsSinceKeyframe = 0;

  constructor(layout: CatalogLayout, header: TraceHeader, sink: ChunkSink, isOpen: boolean) {
    this.layout = layout;
    this.sink = sink;
    this.isOpen = isOpen;
    this.directory = new Directory(layout.tableCount);
    this.named = this.directory.mark();
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
    const { records, marks } = this;
    const record = records.n > 0 ? records.times[0] : Number.POSITIVE_INFINITY;
    const mark = marks.n > 0 ? marks.times[0] : Number.POSITIVE_INFINITY;
    const first = Math.min(record, mark);
    return first === Number.POSITIVE_INFINITY ? 0 : first;
  }

  /** Opens the window at `timeNs`: what came before is kept only as the keyframe that the file starts with. */
  open(timeNs: number): void {
    this.cut('');
    this.isOpen = true;
    this.writeKeyframe(timeNs);
  }

  /** Ends the open chunk. @param digest The digest of the run up to here. */
  cut(digest: string): void {
    if (this.pending === 0) return;
    if (this.isOpen) {
      if (this.isKeyframeDue()) this.writeKeyframe(this.chunks[this.chunks.length - 1].toNs);
      this.writeChunk(digest);
    }
    this.state.apply(this.records, 0, Number.POSITIVE_INFINITY);
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
      cells += this.state.counts[table] * (1 + firstColumn[table + 1] - firstColumn[table]);
    }
    return cells;
  }

  private writeKeyframe(timeNs: number): void {
    const chunk = this.chunks.length;
    const frame = encodeFrame('keyframe', { chunk, t: timeNs }, { state: packState(this.state) });
    this.keyframes.push({ chunk, offset: this.bytes, length: frame.length, timeNs });
    this.write(frame);
    this.chunksSinceKeyframe = 0;
    this.recordsSinceKeyframe = 0;
  }

  private writeChunk(digest: string): void {
    const { layout, records, marks } = this;
    const fromNs = this.pendingFromNs;
    const parts: Record<string, object> = {};
    if (this.directory.hasGrown(this.named)) parts['names'] = this.directory.pack(this.named);
    if (marks.n > 0) parts['marks'] = packMarks(layout, marks, fromNs);
    parts['records'] = packRecords(layout, records, fromNs);
    this.named = this.directory.mark();
    const facts = {
      seq: this.chunks.length,
      fromNs,
      toNs: Math.max(lastTime(records), lastTime(marks)),
      records: records.n,
      marks: marks.n,
      counts: this.countKinds(),
      digest,
    };
    const frame = encodeFrame('chunk', chunkHead(facts), parts);
    const marksEnd = new Frame(frame, 'a new chunk').endOf('marks');
    this.chunks.push({ ...facts, offset: this.bytes, length: frame.length, marksEnd });
    this.write(frame);
    this.density.add(records.times, records.n);
    this.density.add(marks.times, marks.n);
    this.written += this.pending;
    this.chunksSinceKeyframe++;
    this.recordsSinceKeyframe += records.n;
  }

  private countKinds(): Uint32Array {
    const { layout, records, marks } = this;
    const counts = new Uint32Array(layout.kindCount + layout.catalog.marks.length);
    for (let i = 0; i < records.n; i++) counts[records.kinds[i]]++;
    for (let i = 0; i < marks.n; i++) counts[layout.kindCount + marks.kinds[i]]++;
    return counts;
  }

  /** Ends the file. @param endNs The end of what it shows. */
  finish(endNs: number, digest: string): void {
    this.cut(digest);
    const head = { end: endNs, digest, records: this.written };
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

function lastTime(columns: { readonly n: number; readonly times: Float64Array }): number {
  return columns.n > 0 ? columns.times[columns.n - 1] : 0;
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
