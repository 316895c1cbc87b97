/**
 * Lists of queue entries in 512-byte chunks of one buffer.
 *
 * Hot file: bench/hold-model.ts measures it. An entry is 16 bytes: time (double), order and payload (32 bits each). Order
 * and payload are moved together as one double, the *tail*; payloads below 2^30 keep that double from being a NaN, whose
 * bits an engine may change. A list is read and written as a stream only, so its chunks may lie anywhere; chunks that were
 * read go to a free list and are written next, while they are still in the cache.
 */

import { assert } from './assert.ts';

/** Entries in one chunk: 32 entries are 512 bytes, eight cache lines, enough for the processor to read ahead. */
export const CHUNK_SHIFT = 5;
/** The same as a number of entries. */
export const CHUNK_ENTRIES = 1 << CHUNK_SHIFT;
/** Position of an entry inside its chunk. */
export const CHUNK_MASK = CHUNK_ENTRIES - 1;

const ENTRY_BYTES = 16;

/** Chunks of a new store: 64 KiB. */
const INITIAL_CHUNKS = 128;

/** 2^21 chunks are 1 GiB and hold 64 million entries: more means that something schedules without end. */
const CHUNKS_MAX = 2 ** 21;

/** Chunks, their links and the lists made of them. */
export class ChunkStore {
  /** Time of entry e is at 2 * e, its tail at 2 * e + 1. */
  doubles: Float64Array;
  /** The same memory: order of entry e is at 4 * e + 2, payload at 4 * e + 3. */
  words: Int32Array;
  /** The chunk after a chunk in its list or in the free list. */
  links: Int32Array;
  /** First chunk of each list. */
  readonly firsts: Int32Array;
  /** Of each list: the entry after its last one, 0 for an empty list. */
  readonly ends: Int32Array;
  private chunks = INITIAL_CHUNKS;
  private firstFree = 0;
  private freeChunks = INITIAL_CHUNKS;

  /** Lists are numbered 0 to `listCount` - 1; all are empty. */
  constructor(listCount: number) {
    const buffer = new ArrayBuffer(INITIAL_CHUNKS * CHUNK_ENTRIES * ENTRY_BYTES);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
    this.links = new Int32Array(INITIAL_CHUNKS);
    this.firsts = new Int32Array(listCount);
    this.ends = new Int32Array(listCount);
    this.linkFree(0);
  }

  /** Adds an entry to the end of a list. */
  append(list: number, timeNs: number, order: number, payload: number): void {
    const ends = this.ends;
    let entry = ends[list];
    if ((entry & CHUNK_MASK) === 0) entry = this.extend(list);
    this.doubles[entry << 1] = timeNs;
    const words = this.words;
    words[(entry << 2) | 2] = order;
    words[(entry << 2) | 3] = payload;
    ends[list] = entry + 1;
  }

  /** Gives a full or empty list a new chunk and returns the first entry of it. */
  extend(list: number): number {
    this.reserve(1);
    const chunk = this.firstFree;
    this.firstFree = this.links[chunk];
    this.freeChunks -= 1;
    const end = this.ends[list];
    if (end === 0) this.firsts[list] = chunk;
    else this.links[(end - 1) >> CHUNK_SHIFT] = chunk;
    return chunk << CHUNK_SHIFT;
  }

  /** Gives one chunk back. */
  free(chunk: number): void {
    this.links[chunk] = this.firstFree;
    this.firstFree = chunk;
    this.freeChunks += 1;
  }

  /** Entries in a list, by walking over its chunks. */
  length(list: number): number {
    const end = this.ends[list];
    if (end === 0) return 0;
    const last = (end - 1) >> CHUNK_SHIFT;
    let entries = end - (last << CHUNK_SHIFT);
    for (let chunk = this.firsts[list]; chunk !== last; chunk = this.links[chunk]) entries += CHUNK_ENTRIES;
    return entries;
  }

  /** Makes a list empty without giving its chunks back: whoever reads them frees them one by one. */
  detach(list: number): void {
    this.ends[list] = 0;
  }

  /** Empties a list of `count` entries and gives its chunks back. */
  release(list: number, count: number): void {
    let chunk = this.firsts[list];
    this.ends[list] = 0;
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      const next = this.links[chunk];
      this.free(chunk);
      chunk = next;
    }
  }

  /** Empties every list. */
  clear(): void {
    this.ends.fill(0);
    this.firstFree = 0;
    this.freeChunks = this.chunks;
    this.linkFree(0);
  }

  /** Sees to it that `count` chunks are free, so that loops may keep the views in local constants. */
  reserve(count: number): void {
    while (this.freeChunks < count) this.grow();
  }

  /** Doubles the store. Only views change; entries keep their numbers. */
  private grow(): void {
    const before = this.chunks;
    assert(before < CHUNKS_MAX, () => `more than ${before * CHUNK_ENTRIES} entries in the event queue`);
    this.chunks = 2 * before;
    const buffer = new ArrayBuffer(this.chunks * CHUNK_ENTRIES * ENTRY_BYTES);
    const words = new Int32Array(buffer);
    words.set(this.words);
    const links = new Int32Array(this.chunks);
    links.set(this.links);
    this.words = words;
    this.doubles = new Float64Array(buffer);
    this.links = links;
    this.linkFree(before);
    this.links[this.chunks - 1] = this.firstFree;
    this.firstFree = before;
    this.freeChunks += before;
  }

  /** Chains the chunks from `from` to the last in order. */
  private linkFree(from: number): void {
    for (let chunk = from; chunk < this.chunks; chunk++) this.links[chunk] = chunk + 1;
  }
}
