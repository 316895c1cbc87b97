/**
 * What a pending event says: its kind, two operands and its cause, in records of one typed buffer.
 *
 * Hot file: bench/hold-model.ts measures it. A record is 32 bytes, half a cache line: with many pending events each
 * event costs one cache miss here, where a separate array for each field would cost six.
 *
 * A slot is held from scheduling until its entry leaves the queue, so queue entries need no generation of their own.
 * Generations protect the *handles*: a handle of a slot that was given away again is recognised as stale.
 */

import { assert } from './assert.ts';

/** The kind of a slot whose event was cancelled. Every number below 0 says that the slot holds no live event. */
export const NO_KIND = -1;

/** Places of the fields in a record: doubles count from 4 * slot, words from 8 * slot. */
export const OPERAND_A = 0;
/** The second operand, a double beside the first. */
export const OPERAND_B = 1;
/** The event's kind, a word; below 0 when it was cancelled. In a free slot: -2 minus the next free one. */
export const KIND = 4;
/** Mark index of the nearest marked ancestor, -1 for none. */
export const CAUSE = 5;
const GENERATION = 6;
/** Marks the end of the free list. */
const NO_SLOT = -1;
/** Joins a slot, or none, and the kind of a free slot: `FREE_KIND - slot` is below 0 always. */
const FREE_KIND = -2;

const RECORD_BYTES = 32;

/** Slots that a handle can name. 2^24 pending events are 0.8 GB of table and queue, more than a browser tab bears. */
export const PENDING_LIMIT = 2 ** 24;

/** Generations wrap here, so that slot and generation together stay a safe integer (24 + 29 bits). */
const GENERATION_MASK = 2 ** 29 - 1;

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
  private readonly slotsMax: number;

  /** @param slotsMax Most slots at once; more is an assertion, as it means that a model schedules without end. */
  constructor(slotsMax: number) {
    assert(slotsMax > 0 && slotsMax <= PENDING_LIMIT, `pendingMax must be 1..${PENDING_LIMIT}, got ${slotsMax}`);
    this.slotsMax = slotsMax;
    const buffer = new ArrayBuffer(INITIAL_SLOTS * RECORD_BYTES);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
  }

  /** A slot for a new event; operands, kind and cause are the caller's to fill. */
  take(): number {
    const slot = this.firstFree;
    if (slot < 0) return this.takeFresh();
    this.firstFree = FREE_KIND - this.words[(slot << 3) | KIND];
    return slot;
  }

  /** Gives the slot back when its entry has left the queue. Handles of it become stale. */
  release(slot: number): void {
    const words = this.words;
    const base = slot << 3;
    words[base | KIND] = FREE_KIND - this.firstFree;
    words[base | GENERATION] = (words[base | GENERATION] + 1) & GENERATION_MASK;
    this.firstFree = slot;
  }

  /** The handle of the event that now holds `slot`. */
  handleOf(slot: number): number {
    return this.words[(slot << 3) | GENERATION] * PENDING_LIMIT + slot;
  }

  /** The slot of a live event, or -1 if the handle is stale or was never given out. */
  slotOf(handle: number): number {
    const slot = handle % PENDING_LIMIT;
    // Handles come back from models: fractions, NaN and numbers never given out are stale too.
    if (!(slot >= 0 && slot < this.used && slot === Math.floor(slot))) return -1;
    if (this.words[8 * slot + KIND] < 0) return -1;
    return this.handleOf(slot) === handle ? slot : -1;
  }

  /** Makes the event of a slot void; the slot stays taken until it is released. */
  void(slot: number): void {
    this.words[8 * slot + KIND] = NO_KIND;
  }

  private takeFresh(): number {
    assert(this.used < this.slotsMax, () => `more than ${this.slotsMax} pending events`);
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
