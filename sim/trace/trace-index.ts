/**
 * Where chunks and keyframes stand in a file and what they hold: the index in the footer, and the same facts out of
 * the heads of the frames when there is no footer.
 */
import { TIME_NS_MAX } from '../engine/sim-time.ts';
import { packPlanes, unpackF64, unpackU32 } from './byte-planes.ts';
import { CHUNK_RECORDS_MAX, FRAME_BYTES_MAX } from './format.ts';
import { Fields } from './message.ts';
import { damaged } from './trace-problem.ts';

/** One chunk. */
export interface ChunkInfo {
  /** Number of the chunk, from 0. */
  readonly seq: number;
  /** Where its frame starts in the file, and its bytes. */
  readonly offset: number;
  readonly length: number;
  /** Bytes of the frame up to the end of its marks: enough to read the marks alone. */
  readonly marksEnd: number;
  /** Times of the first and the last record. */
  readonly fromNs: number;
  readonly toNs: number;
  /** Births, deaths and sets. */
  readonly records: number;
  /** Number of marks. */
  readonly marks: number;
  /** Records by kind, then marks by kind. */
  readonly counts: Uint32Array;
  /** The digest of the run up to the end of this chunk. */
  readonly digest: string;
}

/** One keyframe: the state before chunk number `chunk`. */
export interface KeyframeInfo {
  /** Number of the chunk that follows. */
  readonly chunk: number;
  /** Where its frame starts in the file. */
  readonly offset: number;
  /** Bytes of the frame. */
  readonly length: number;
  readonly timeNs: number;
}

/** The head of the frame of a chunk. */
export function chunkHead(info: Omit<ChunkInfo, 'offset' | 'length' | 'marksEnd'>): object {
  const { seq, fromNs, toNs, records, marks, counts, digest } = info;
  return { seq, t0: fromNs, t1: toNs, n: records, marks, counts: packPlanes(counts, counts.length, 4), digest };
}

/** Reads the head of a chunk. @throws {TraceProblem} when it contradicts itself or the chunk before it. */
export function decodeChunkHead(
  head: Fields,
  place: Pick<ChunkInfo, 'offset' | 'length' | 'marksEnd'>,
  kinds: number,
  before: ChunkInfo | undefined,
): ChunkInfo {
  const info = {
    ...place,
    seq: head.int('seq', 0, 4_294_967_296),
    fromNs: head.int('t0', 0, TIME_NS_MAX),
    toNs: head.int('t1', 0, TIME_NS_MAX),
    records: head.int('n', 0, CHUNK_RECORDS_MAX),
    marks: head.int('marks', 0, CHUNK_RECORDS_MAX),
    counts: unpackU32(head.bytes('counts'), kinds, 'counts'),
    digest: head.text('digest'),
  };
  checkChunk(info, before);
  return info;
}

function checkChunk(info: ChunkInfo, before: ChunkInfo | undefined): void {
  if (info.seq !== (before === undefined ? 0 : before.seq + 1)) throw damaged(`chunk ${info.seq} is out of order`);
  if (info.toNs < info.fromNs || info.fromNs < (before?.toNs ?? 0)) throw damaged('times of chunks run backwards');
  const counted = info.counts.reduce((sum, count) => sum + count, 0);
  // An empty chunk is never written; its counts would be memory without bytes behind it.
  if (counted === 0 || counted !== info.records + info.marks)
    throw damaged(`the counts of chunk ${info.seq} do not fit`);
  if (before !== undefined && info.offset < before.offset + before.length) throw damaged('chunks overlap');
}

/** Packs the index as a map for the file. */
export function packIndex(chunks: readonly ChunkInfo[], keyframes: readonly KeyframeInfo[]): object {
  return { ...packChunks(chunks), ...packKeyframes(keyframes) };
}

function packChunks(chunks: readonly ChunkInfo[]): object {
  const kinds = chunks[0]?.counts.length ?? 0;
  const counts = new Uint32Array(chunks.length * kinds);
  for (const chunk of chunks) counts.set(chunk.counts, chunk.seq * kinds);
  return {
    chunks: chunks.length,
    offset: doubles(chunks, (chunk) => chunk.offset),
    length: words(chunks, (chunk) => chunk.length),
    marksEnd: words(chunks, (chunk) => chunk.marksEnd),
    t0: doubles(chunks, (chunk) => chunk.fromNs),
    t1: doubles(chunks, (chunk) => chunk.toNs),
    n: words(chunks, (chunk) => chunk.records),
    marks: words(chunks, (chunk) => chunk.marks),
    counts: packPlanes(counts, counts.length, 4),
    digests: chunks.map((chunk) => chunk.digest),
  };
}

function packKeyframes(keyframes: readonly KeyframeInfo[]): object {
  return {
    keyframes: keyframes.length,
    keyChunk: words(keyframes, (keyframe) => keyframe.chunk),
    keyOffset: doubles(keyframes, (keyframe) => keyframe.offset),
    keyLength: words(keyframes, (keyframe) => keyframe.length),
    keyTime: doubles(keyframes, (keyframe) => keyframe.timeNs),
  };
}

function words<T>(list: readonly T[], pick: (item: T) => number): Uint8Array {
  return packPlanes(Uint32Array.from(list, pick), list.length, 4);
}

function doubles<T>(list: readonly T[], pick: (item: T) => number): Uint8Array {
  return packPlanes(Float64Array.from(list, pick), list.length, 8);
}

/** Reads the chunks of an index. @throws {TraceProblem} when they contradict each other or the size of the file. */
export function unpackChunks(fields: Fields, kinds: number, fileSize: number): ChunkInfo[] {
  // A chunk has an offset that is not 0 and a count that is not 0, so these columns have bytes for each of them.
  const n = fields.int('chunks', 0, fields.bytes('offset').length);
  if (n * kinds > fields.bytes('counts').length) throw damaged('the index has too few counts');
  const offsets = unpackF64(fields.bytes('offset'), n, 'offset');
  const lengths = unpackU32(fields.bytes('length'), n, 'length');
  const marksEnds = unpackU32(fields.bytes('marksEnd'), n, 'marksEnd');
  const fromNs = unpackF64(fields.bytes('t0'), n, 't0');
  const toNs = unpackF64(fields.bytes('t1'), n, 't1');
  const records = unpackU32(fields.bytes('n'), n, 'n');
  const marks = unpackU32(fields.bytes('marks'), n, 'marks');
  const counts = unpackU32(fields.bytes('counts'), n * kinds, 'counts');
  const digests = fields.list('digests');
  const chunks: ChunkInfo[] = [];
  for (let seq = 0; seq < n; seq++) {
    // Through the same checks as a head, so that nothing depends on where a fact came from.
    const head = new Fields(
      {
        seq,
        t0: fromNs[seq],
        t1: toNs[seq],
        n: records[seq],
        marks: marks[seq],
        counts: packPlanes(counts.subarray(seq * kinds, (seq + 1) * kinds), kinds, 4),
        digest: digests[seq],
      },
      `entry ${seq} of the index`,
    );
    const place = { offset: offsets[seq], length: lengths[seq], marksEnd: marksEnds[seq] };
    checkPlace(place, fileSize);
    chunks.push(decodeChunkHead(head, place, kinds, chunks[seq - 1]));
  }
  return chunks;
}

/** Reads the keyframes of an index. @throws {TraceProblem} as {@link unpackChunks} does. */
export function unpackKeyframes(fields: Fields, chunkCount: number, fileSize: number): KeyframeInfo[] {
  const n = fields.int('keyframes', 0, fields.bytes('keyOffset').length);
  const chunks = unpackU32(fields.bytes('keyChunk'), n, 'keyChunk');
  const offsets = unpackF64(fields.bytes('keyOffset'), n, 'keyOffset');
  const lengths = unpackU32(fields.bytes('keyLength'), n, 'keyLength');
  const times = unpackF64(fields.bytes('keyTime'), n, 'keyTime');
  const keyframes: KeyframeInfo[] = [];
  for (let i = 0; i < n; i++) {
    const keyframe = { chunk: chunks[i], offset: offsets[i], length: lengths[i], timeNs: times[i] };
    checkPlace(keyframe, fileSize);
    const before = i === 0 ? -1 : chunks[i - 1];
    if (keyframe.chunk <= before || keyframe.chunk > chunkCount || !(keyframe.timeNs >= 0)) {
      throw damaged('keyframes are out of order');
    }
    keyframes.push(keyframe);
  }
  return keyframes;
}

function checkPlace(place: { readonly offset: number; readonly length: number }, fileSize: number): void {
  const { offset, length } = place;
  if (!Number.isInteger(offset) || offset < 0 || offset + length > fileSize || length > FRAME_BYTES_MAX) {
    throw damaged('the index points past the end of the file');
  }
}
