/**
 * Decoded chunks of a file, the last used ones kept in memory.
 */
import { ByteCache } from './byte-cache.ts';
import { unpackMarks, unpackRecords } from './chunk-codec.ts';
import { MarkColumns, type RecordColumns } from './record-columns.ts';
import type { TraceContents } from './trace-contents.ts';
import type { ChunkInfo } from './trace-index.ts';

/** Bytes of decoded records that are kept: about forty full chunks. */
export const CHUNK_CACHE_BYTES = 67_108_864;

/** Reads chunks through a cache. */
export class ChunkStore {
  private readonly contents: TraceContents;
  private readonly cache: ByteCache<RecordColumns>;
  /** Reads that are under way, so that two seeks to one chunk read it once. */
  private readonly reading = new Map<number, Promise<RecordColumns>>();

  constructor(contents: TraceContents, cacheBytes: number) {
    this.contents = contents;
    this.cache = new ByteCache(cacheBytes);
  }

  /** Births, deaths and sets of a chunk. @throws {TraceProblem} */
  async records(chunk: ChunkInfo): Promise<RecordColumns> {
    return this.cache.get(chunk.seq) ?? this.reading.get(chunk.seq) ?? this.startReading(chunk);
  }

  private startReading(chunk: ChunkInfo): Promise<RecordColumns> {
    const reading = this.read(chunk).finally(() => this.reading.delete(chunk.seq));
    this.reading.set(chunk.seq, reading);
    return reading;
  }

  private async read(chunk: ChunkInfo): Promise<RecordColumns> {
    const frame = await this.contents.chunkFrame(chunk, chunk.length);
    const records = unpackRecords(this.contents.layout, frame.part('records'), chunk);
    this.cache.put(chunk.seq, records);
    return records;
  }

  /** Marks of a chunk; they are read alone and not kept. @throws {TraceProblem} */
  async marks(chunk: ChunkInfo): Promise<MarkColumns> {
    if (chunk.marks === 0) return MarkColumns.empty(0);
    const frame = await this.contents.chunkFrame(chunk, chunk.marksEnd);
    return unpackMarks(this.contents.layout, frame.part('marks'), chunk);
  }
}
