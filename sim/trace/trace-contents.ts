/**
 * What a reader knows of a file after it was opened: where everything stands, and all names.
 */
import { TIME_NS_MAX } from '../engine/sim-time.ts';
import { type ByteSource, readAll, readSome } from './byte-source.ts';
import type { Catalog } from './catalog.ts';
import { catalogFault } from './catalog-check.ts';
import { CatalogLayout } from './catalog-layout.ts';
import { Density } from './density.ts';
import { Directory } from './directory.ts';
import {
  END_MAGIC,
  FRAME_BYTES_MAX,
  FRAME_PREFIX_BYTES,
  MAGIC,
  PREAMBLE_BYTES,
  TRACE_VERSION,
  TRAILER_BYTES,
} from './format.ts';
import { decodePrefix, Frame } from './frame.ts';
import { decodeHeader, type TraceHeader } from './header.ts';
import { decodePyramidPlace, type PyramidPlace } from './pyramid.ts';
import { type ChunkInfo, decodeChunkHead, type KeyframeInfo, unpackChunks, unpackKeyframes } from './trace-index.ts';
import { damaged, TraceProblem } from './trace-problem.ts';

/** Read ahead with a head: enough for the whole head of a chunk in nearly all files. */
const HEAD_AHEAD_BYTES = 4_096;

/** Where things stand in one file. */
export class TraceContents {
  readonly source: ByteSource;
  readonly header: TraceHeader;
  readonly layout: CatalogLayout;
  /** Names, parents and texts, as far as the file was read. */
  directory: Directory;
  /** In the order of the file. */
  chunks: ChunkInfo[] = [];
  /** In the order of the file. */
  keyframes: KeyframeInfo[] = [];
  /** Where the recording ends. */
  endNs = 0;
  /** Nothing while the file has no footer. */
  digest: string | null = null;
  /** Records over time, from the footer; undefined while the file has none. */
  density: Density | undefined;
  /** Columns over time; undefined while the file has none. */
  pyramid: PyramidPlace | undefined;
  /** Where the next frame will be found in a file without a footer. */
  private scannedTo: number;
  /** A keyframe counts when the chunk after it is there. */
  private waiting: KeyframeInfo | undefined;

  private constructor(source: ByteSource, header: TraceHeader, catalog: Catalog, scannedTo: number) {
    this.source = source;
    this.header = header;
    this.layout = new CatalogLayout(catalog);
    this.directory = new Directory(this.layout.tableCount);
    this.scannedTo = scannedTo;
  }

  /** Opens a file by its footer, or without one by its frames. @throws {TraceProblem} */
  static async open(source: ByteSource): Promise<TraceContents> {
    await checkPreamble(source);
    const head = await readFrame(source, PREAMBLE_BYTES, 'its beginning');
    if (head.name !== 'head') throw damaged('it does not begin with a header');
    const header = decodeHeader(head.head.fields('header'));
    const catalog = head.head.raw('catalog');
    const fault = catalogFault(catalog);
    if (fault !== undefined) throw damaged(`its catalog cannot be used: ${fault}`);
    const contents = new TraceContents(source, header, catalog as Catalog, PREAMBLE_BYTES + head.length);
    if (!(await contents.readFooter())) {
      await contents.scan();
      await contents.dropTorn();
    }
    return contents;
  }

  /** Kinds that are counted in each chunk. */
  private get kinds(): number {
    return this.layout.kindCount + this.layout.catalog.marks.length;
  }

  /** Reads the footer. A file without a whole one is not a fault: it was cut, or is still being written. */
  private async readFooter(): Promise<boolean> {
    const { size } = this.source;
    const trailer = await readSome(this.source, Math.max(0, size - TRAILER_BYTES), TRAILER_BYTES);
    if (trailer.length < TRAILER_BYTES || END_MAGIC.some((byte, i) => trailer[4 + i] !== byte)) return false;
    const length = new DataView(trailer.buffer, trailer.byteOffset).getUint32(0, true);
    const offset = size - TRAILER_BYTES - length;
    if (offset < this.scannedTo || length > FRAME_BYTES_MAX) return false;
    try {
      const frame = new Frame(await readAll(this.source, offset, length), 'the index');
      if (frame.name !== 'footer' || frame.length !== length) return false;
      this.takeFooter(frame);
      return true;
    } catch (error) {
      if (error instanceof TraceProblem) return false;
      throw error;
    }
  }

  private takeFooter(frame: Frame): void {
    const index = frame.part('index');
    const chunks = unpackChunks(index, this.kinds, this.source.size);
    const keyframes = unpackKeyframes(index, chunks.length, this.source.size);
    const directory = new Directory(this.layout.tableCount);
    directory.unpackPieces(frame.part('names'));
    const endNs = frame.head.int('end', chunks[chunks.length - 1]?.toNs ?? 0, TIME_NS_MAX);
    const digest = frame.head.text('digest');
    const pyramid = decodePyramidPlace(frame.head, this.source.size);
    this.density = Density.unpack(frame.part('density'));
    this.pyramid = pyramid;
    this.chunks = chunks;
    this.keyframes = keyframes;
    this.directory = directory;
    this.endNs = endNs;
    this.digest = digest;
  }

  /** Takes in the frames that have come since; ends before the first one that is not whole. */
  async scan(): Promise<void> {
    while (this.digest === null) {
      const ahead = await readSome(this.source, this.scannedTo, FRAME_PREFIX_BYTES + HEAD_AHEAD_BYTES);
      const prefix = decodePrefix(ahead);
      if (prefix === undefined || this.scannedTo + prefix.length > this.source.size) return;
      try {
        await this.takeFrame(ahead, prefix.headLength);
      } catch (error) {
        if (error instanceof TraceProblem) return;
        throw error;
      }
      this.scannedTo += prefix.length;
    }
  }

  private async takeFrame(ahead: Uint8Array, headLength: number): Promise<void> {
    const offset = this.scannedTo;
    const needed = FRAME_PREFIX_BYTES + headLength;
    const head = needed <= ahead.length ? ahead : await readAll(this.source, offset, needed);
    const frame = new Frame(head, `the frame at byte ${offset}`);
    if (frame.name === 'chunk') await this.takeChunk(frame, offset);
    else if (frame.name === 'keyframe') this.takeKeyframe(frame, offset);
    else if (frame.name === 'footer') await this.takeLateFooter(offset, frame.length);
    // The footer that follows says where it stands.
    else if (frame.name !== 'pyramid') throw damaged('a second header');
  }

  private async takeChunk(frame: Frame, offset: number): Promise<void> {
    const place = { offset, length: frame.length, marksEnd: frame.endOf('marks') };
    const chunk = decodeChunkHead(frame.head, place, this.kinds, this.chunks[this.chunks.length - 1]);
    if (frame.has('names')) {
      const whole = new Frame(await readAll(this.source, offset, frame.endOf('names')), 'a chunk');
      this.directory.unpack(whole.part('names'));
    }
    this.chunks.push(chunk);
    this.endNs = chunk.toNs;
    if (this.waiting?.chunk === chunk.seq) this.keyframes.push(this.waiting);
    this.waiting = undefined;
  }

  private takeKeyframe(frame: Frame, offset: number): void {
    const chunk = frame.head.int('chunk', this.chunks.length, this.chunks.length);
    const timeNs = frame.head.int('t', 0, TIME_NS_MAX);
    this.waiting = { chunk, offset, length: frame.length, timeNs };
  }

  /** A live file was finished. Its footer repeats what is known, except the end, the digest and the density. */
  private async takeLateFooter(offset: number, length: number): Promise<void> {
    const { directory } = this;
    this.takeFooter(new Frame(await readAll(this.source, offset, length), 'the index'));
    // States hold on to the directory that they were made with; it holds the same names.
    if (directory.equals(this.directory)) this.directory = directory;
  }

  /** Drops last chunks whose contents did not reach the disk whole. */
  private async dropTorn(): Promise<void> {
    while (this.chunks.length > 0 && this.digest === null) {
      const last = this.chunks[this.chunks.length - 1];
      try {
        const frame = await this.chunkFrame(last, last.length);
        frame.part('records');
        if (last.marks > 0) frame.part('marks');
        return;
      } catch (error) {
        if (!(error instanceof TraceProblem)) throw error;
        this.chunks.pop();
        this.keyframes = this.keyframes.filter((keyframe) => keyframe.chunk < this.chunks.length);
        this.endNs = this.chunks[this.chunks.length - 1]?.toNs ?? 0;
      }
    }
  }

  /** The first `length` bytes of the frame of a chunk. @throws {TraceProblem} when something else stands there. */
  async chunkFrame(chunk: ChunkInfo, length: number): Promise<Frame> {
    const frame = new Frame(await readAll(this.source, chunk.offset, length), `chunk ${chunk.seq}`);
    const isThis = frame.name === 'chunk' && frame.length === chunk.length && frame.head.raw('seq') === chunk.seq;
    if (!isThis) throw damaged(`the index points beside chunk ${chunk.seq}`);
    return frame;
  }
}

async function checkPreamble(source: ByteSource): Promise<void> {
  const bytes = await readSome(source, 0, PREAMBLE_BYTES);
  if (bytes.length === 0)
    throw new TraceProblem('This file is empty: choose a recording (a file that ends in .wtrace).');
  if (MAGIC.some((byte, i) => i < bytes.length && bytes[i] !== byte)) {
    throw new TraceProblem('This is not a recording of Wavetank: choose a file that ends in .wtrace.');
  }
  if (bytes.length < PREAMBLE_BYTES) throw damaged('it was cut before its header');
  const version = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  if (version > TRACE_VERSION) {
    throw new TraceProblem(
      `This recording has version ${version} of the format, this program reads up to ${TRACE_VERSION}: ` +
        'open it with a newer Wavetank.',
    );
  }
  if (version === 0) throw damaged('its version is 0');
}

/** Reads a whole frame. @throws {TraceProblem} when it is not whole. */
export async function readFrame(source: ByteSource, offset: number, where: string): Promise<Frame> {
  const ahead = await readSome(source, offset, FRAME_PREFIX_BYTES + HEAD_AHEAD_BYTES);
  const prefix = decodePrefix(ahead);
  if (prefix === undefined) throw damaged(`${where} is not whole`);
  return new Frame(prefix.length <= ahead.length ? ahead : await readAll(source, offset, prefix.length), where);
}
