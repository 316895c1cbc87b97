/**
 * What the larger pending events say: kind, two operands and cause, in records of one typed buffer.
 *
 * Most events say little and fit the payload of their queue entry (small-event.ts); the others have a record here and its
 * slot as their payload. A slot is held from scheduling until its entry leaves the queue. A record is 32 bytes, half a
 * cache line, so that it costs one cache miss, where an array for each field would cost four.
 */

import { assert } from './assert.ts';

/** Places of the fields in a record: doubles count from 4 * slot, words from 8 * slot. */
export const OPERAND_A = 0;
/** The second operand, a double beside the first. */
export const OPERAND_B = 1;
/** The event's kind, a word. In a free slot: the next free one. */
export const KIND = 4;
/** Mark index of the nearest marked ancestor, -1 for none. */
export const CAUSE = 5;
/** Marks the end of the free list. */
const NO_SLOT = -1;

const RECORD_BYTES = 32;

/** 2^24 pending events are 0.8 GB of table and queue, more than a browser tab bears. */
export const PENDING_LIMIT = 2 ** 24;

/** Slots of a new table; it doubles when full. */
const INITIAL_SLOTS = 256;

/** Records of pending events with a free list. */
export class EventTable {
  /** The operands: of slot s at 4 * s + OPERAND_A and 4 * s + OPERAND_B. */
  doubles: Float64Array;
  /** The rest: of slot s at 8 * s + KIND and so on. */
  words: Int32Array;
  private firstFree = NO_SLOT;
  private used = 0;
  private capacity = INITIAL_SLOTS;

  constructor() {
    const buffer = new ArrayBuffer(INITIAL_SLOTS * RECORD_BYTES);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
  }

  /** Writes a record and returns its slot. */
  add(kind: number, a: number, b: number, cause: number): number {
    const slot = this.firstFree < 0 ? this.takeFresh() : this.firstFree;
    const { doubles, words } = this;
    if (this.firstFree >= 0) this.firstFree = words[(slot << 3) | KIND];
    doubles[(slot << 2) | OPERAND_A] = a;
    doubles[(slot << 2) | OPERAND_B] = b;
    words[(slot << 3) | KIND] = kind;
    words[(slot << 3) | CAUSE] = cause;
    return slot;
  }

  /** Gives a slot back when its entry has left the queue. */
  release(slot: number): void {
    this.words[(slot << 3) | KIND] = this.firstFree;
    this.firstFree = slot;
  }

  private takeFresh(): number {
    assert(this.used < PENDING_LIMIT, () => `more than ${PENDING_LIMIT} pending events`);
    if (this.used === this.capacity) this.grow();
    this.used += 1;
    return this.used - 1;
  }

  private grow(): void {
    this.capacity *= 2;
    const buffer = new ArrayBuffer(this.capacity * RECORD_BYTES);
    const words = new Int32Array(buffer);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(buffer);
  }
}
