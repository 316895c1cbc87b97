/**
 * Turns filled columns of records into the frames of a file, and keeps the state that keyframes are made of.
 *
 * Keyframes hold the state at a boundary between chunks: every few chunks, so that a seek needs one keyframe and few
 * chunks; more rarely when chunks are small and the state is large, so that keyframes do not outweigh the records.
 */
import type { CatalogLayout } from './catalog-layout.ts';
import { type ChunkBounds, unpackRecords } from './chunk-codec.ts';
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
import { encodeFrame, encodeFrameParts } from './frame.ts';
import type { TraceHeader } from './header.ts';
import { packState } from './keyframe-codec.ts';
import type { MarkLineage } from './mark-lineage.ts';
import { Fields } from './message.ts';
import { OpenChunk } from './open-chunk.ts';
import { BLOCK, type RecordBlocks, textBlocks } from './record-blocks.ts';
import { rehearse } from './rehearsal.ts';
import { TraceState } from './state.ts';
import { type ChunkInfo, chunkHead, type KeyframeInfo, packIndex } from './trace-index.ts';

/** Where the bytes of a recording go: at its end, in order. */
export interface ChunkSink {
  /** Appends; the bytes may be reused by the caller afterwards. Throws when they cannot be kept. */
  write(bytes: Uint8Array): void;
}

/** What a writer is told when it is made. */
export interface WriterOptions {
  readonly layout: CatalogLayout;
  readonly header: TraceHeader;
  readonly sink: ChunkSink;
  /** Causes of marks. */
  readonly lineage: MarkLineage;
  /** By kind of record, then by kind of mark: 1 when it is written. */
  readonly isWritten: Uint8Array;
  /** False when a window opens later. */
  readonly isOpen: boolean;
}

/** Writes one file. */
export class ChunkWriter {
  /** Names, parents and texts of the run so far. */
  readonly directory: Directory;
  /** Bytes and records written so far. */
  bytes = 0;
  written = 0;
  /** Whether chunks are written when they are cut, or only kept in the state (before a window opens). */
  private isOpen: boolean;
  private readonly layout: CatalogLayout;
  private readonly sink: ChunkSink;
  private readonly open: OpenChunk;
  /** By kind of record, then by kind of mark: 1 when it is written. */
  private readonly isWritten: Uint8Array;
  /** The state at the last keyframe, or before the window; brought up to date from `since` when one is due. */
  private readonly state: TraceState;
  /** The chunks since then as they are in the file. */
  private readonly since: { readonly packed: object; readonly bounds: ChunkBounds }[] = [];
  private readonly chunks: ChunkInfo[] = [];
  private readonly keyframes: KeyframeInfo[] = [];
  /** Names as the chunks have them, for the footer to repeat, and where those that are in the file end. */
  private readonly names: object[] = [];
  private named: DirectoryMark;
  private chunksSinceKeyframe = 0;
  private recordsSinceKeyframe = 0;

  constructor(options: WriterOptions) {
    const { layout, header, sink, isOpen, isWritten } = options;
    this.layout = layout;
    this.sink = sink;
    this.isOpen = isOpen;
    this.directory = new Directory(layout.tableCount);
    this.named = this.directory.mark();
    this.isWritten = isWritten;
    rehearse();
    this.open = new OpenChunk(layout, options.lineage, isWritten, CHUNK_RECORDS_MAX);
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
    return this.open.n + this.open.marks;
  }

  /** Time of the first record of the open chunk; nothing is due while there is none. */
  get pendingFromNs(): number {
    return this.pending > 0 ? this.open.fromNs : Number.POSITIVE_INFINITY;
  }

  /** Takes what is written of a batch; the directory knows all names in it. At most as many as a chunk still has room for. */
  take(blocks: RecordBlocks): void {
    if (this.isOpen) this.open.take(blocks);
    else this.takeBefore(blocks);
  }

  /** Before a window, records only change the state; marks are no part of it. */
  private takeBefore({ words, doubles, n }: RecordBlocks): void {
    const { layout, state, isWritten } = this;
    for (let at = 0; at < 4 * n; at += 4) {
      const kind = words[at];
      const row = words[at + 1];
      if (kind < 0) at += kind === BLOCK.text || kind === BLOCK.name ? 4 * textBlocks(row) : 0;
      else if (kind >= layout.kindCount || isWritten[kind] === 0) continue;
      else if (kind >= layout.setBase) state.set(kind - layout.setBase, row, doubles[(at >> 1) + 1]);
      else if ((kind & 1) === 0) this.bornBefore(kind >> 1, row);
      else state.died(kind >> 1, row);
    }
  }

  private bornBefore(table: number, row: number): void {
    // A state grows as far as names are known: more room at once is for us to ask.
    if (row >= this.state.alive[table].length) this.state.reserve(table, Math.max(16, 2 * row));
    this.state.born(table, row);
  }

  /** Opens the window at `timeNs`: what came before is kept only as the keyframe that the file starts with. */
  openAt(timeNs: number): void {
    this.isOpen = true;
    this.writeKeyframe(timeNs);
  }

  /** Ends the open chunk. @param digest The digest of the run up to here. */
  cut(digest: string): void {
    if (this.pending === 0) return;
    if (this.isKeyframeDue()) this.writeKeyframe(this.chunks[this.chunks.length - 1].toNs);
    this.writeChunk(digest);
    this.open.clear();
  }

  private isKeyframeDue(): boolean {
    const { chunksSinceKeyframe, recordsSinceKeyframe } = this;
    if (chunksSinceKeyframe < KEYFRAME_CHUNKS) return false;
    const isEnough = recordsSinceKeyframe >= KEYFRAME_CHUNKS * CHUNK_RECORDS_MAX;
    return isEnough || chunksSinceKeyframe >= KEYFRAME_CHUNKS_MAX || recordsSinceKeyframe >= this.liveCells();
  }

  /** Of the rows that are in the file. */
  private liveCells(): number {
    const { firstColumn, tableCount } = this.layout;
    let cells = 0;
    for (let table = 0; table < tableCount; table++) {
      cells += this.named.rows[table] * (1 + firstColumn[table + 1] - firstColumn[table]);
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
    const { open } = this;
    const parts: Record<string, object> = {};
    if (this.directory.hasGrown(this.named)) parts['names'] = this.packNames();
    if (open.marks > 0) parts['marks'] = open.packMarks();
    const packed = open.packRecords();
    parts['records'] = packed;
    const facts = {
      seq: this.chunks.length,
      fromNs: open.fromNs,
      toNs: open.lastNs,
      records: open.n,
      marks: open.marks,
      counts: open.counts.slice(),
      digest,
    };
    const { bytes: frame, ends } = encodeFrameParts('chunk', chunkHead(facts), parts);
    this.chunks.push({ ...facts, offset: this.bytes, length: frame.length, marksEnd: ends.get('marks') ?? 0 });
    this.write(frame);
    this.since.push({ packed, bounds: facts });
    this.written += this.pending;
    this.chunksSinceKeyframe++;
    this.recordsSinceKeyframe += open.n;
  }

  /** What is new in the directory. */
  private packNames(): object {
    const packed = this.directory.pack(this.named);
    this.named = this.directory.mark();
    this.names.push(packed);
    return packed;
  }

  /** Gives its place for the footer; undefined when there is nothing to show. */
  private writePyramid(): object | undefined {
    // Where there is little, reading it all is as quick.
    if (this.written < PYRAMID_RECORDS_MIN) return undefined;
    const parts = this.open.pyramid.parts();
    if (Object.keys(parts).length === 0) return undefined;
    const frame = encodeFrame('pyramid', {}, parts);
    const place = { offset: this.bytes, length: frame.length, width: this.open.pyramid.widthNs };
    this.write(frame);
    return place;
  }

  /** Ends the file. @param endNs The end of what it shows. */
  finish(endNs: number, digest: string): void {
    this.cut(digest);
    this.open.endInstant(endNs);
    if (this.directory.hasGrown(this.named)) this.packNames();
    const place = this.writePyramid();
    const head = { pyramid: place, end: endNs, digest, records: this.written };
    const parts = {
      index: packIndex(this.chunks, this.keyframes),
      names: { pieces: this.names },
      density: this.open.density.pack(),
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
