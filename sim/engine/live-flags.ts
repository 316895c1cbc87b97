/**
 * One bit for each scheduled event, by its sequence: set while the event waits, clear once it ran or was cancelled.
 *
 * Hot file: bench/hold-model.ts measures it. The bits lie in a ring over the sequences from the oldest waiting event to
 * the newest, so setting them is a stream, and reading them stays in the cache with a million events. Bits are set a
 * block at a time before their sequences are given out; whoever asks about a sequence knows whether it was given out.
 * An event that was cancelled keeps its block from being given out again for as long as its entry is in the queue: else the entry
 * would be taken for that of a later event.
 */

import { assert } from './assert.ts';

/** Sequences in a block: 32 words. */
export const BLOCK_SEQUENCES = 1024;
const BLOCK_WORDS = BLOCK_SEQUENCES / 32;
const BLOCK_BITS = 10;

/** A ring over as many sequences has 8 MiB; the sequence of an order wraps around at four times as many. */
export const RING_MAX = 2 ** 26;

const INITIAL_RING = 2 ** 13;

/** Which sequences are of events that still wait. */
export class LiveFlags {
  /** Bit s mod 32 of word (s mod `ring`) / 32 is that of sequence s. */
  words = new Int32Array(INITIAL_RING / 32);
  /** Sequences in the ring less one; the ring is a power of two. */
  mask = INITIAL_RING - 1;
  /** By block of the ring: entries of cancelled events that are still in the queue. */
  private dead = new Int32Array(INITIAL_RING / BLOCK_SEQUENCES);
  private readonly ringMax: number;

  /** @param ringMax Longest ring, a power of two; smaller in tests only. */
  constructor(ringMax = RING_MAX) {
    assert(ringMax >= INITIAL_RING && ringMax <= RING_MAX, () => `no ring of ${ringMax} sequences`);
    this.ringMax = ringMax;
  }

  /** Sequences that can be told apart at present. */
  get ring(): number {
    return this.mask + 1;
  }

  /** True while the event of this sequence (or order: higher bits do not matter) waits. */
  has(sequence: number): boolean {
    return (this.words[(sequence & this.mask) >>> 5] & (1 << sequence)) !== 0;
  }

  /** Clears a bit. False if it was clear. */
  take(sequence: number): boolean {
    const words = this.words;
    const place = (sequence & this.mask) >>> 5;
    const word = words[place];
    const bit = 1 << sequence;
    if ((word & bit) === 0) return false;
    words[place] = word ^ bit;
    return true;
  }

  /** The event of this sequence was cancelled, and its entry is still in the queue. */
  keep(sequence: number): void {
    this.dead[(sequence & this.mask) >>> BLOCK_BITS] += 1;
  }

  /** The entry of a cancelled event of this sequence (or order) has left the queue. */
  release(sequence: number): void {
    this.dead[(sequence & this.mask) >>> BLOCK_BITS] -= 1;
  }

  /**
   * Sets the bits of the block that starts at `sequence`. False, and nothing changes, if the entry of an event of one whole ring ago
   * is still in the queue and the ring is as long as it may be.
   */
  openBlock(sequence: number): boolean {
    while (!this.isFree(sequence)) {
      if (this.ring >= this.ringMax) return false;
      this.grow(sequence);
    }
    this.words.fill(-1, this.placeOf(sequence), this.placeOf(sequence) + BLOCK_WORDS);
    return true;
  }

  /** Clears every bit, for a queue that is empty. */
  clear(): void {
    this.words.fill(0);
    this.dead.fill(0);
  }

  private placeOf(sequence: number): number {
    return (sequence & this.mask) >>> 5;
  }

  private isFree(sequence: number): boolean {
    if (this.dead[(sequence & this.mask) >>> BLOCK_BITS] !== 0) return false;
    const first = this.placeOf(sequence);
    for (let place = first; place < first + BLOCK_WORDS; place++) if (this.words[place] !== 0) return false;
    return true;
  }

  /** Doubles the ring. `end` is the sequence after the last one of the ring: every bit belongs to the ring before it. */
  private grow(end: number): void {
    const before = this.words;
    const ringBefore = this.ring;
    this.words = new Int32Array(2 * before.length);
    this.mask = 2 * ringBefore - 1;
    for (let sequence = end - ringBefore; sequence !== end; sequence += 32)
      this.words[this.placeOf(sequence)] = before[(sequence & (ringBefore - 1)) >>> 5];
    const deadBefore = this.dead;
    this.dead = new Int32Array(2 * deadBefore.length);
    for (let sequence = end - ringBefore; sequence !== end; sequence += BLOCK_SEQUENCES)
      this.dead[(sequence & this.mask) >>> BLOCK_BITS] = deadBefore[(sequence & (ringBefore - 1)) >>> BLOCK_BITS];
  }
}
