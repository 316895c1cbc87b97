/**
 * A growing list of queue entries in one piece of memory, read and written as a stream.
 *
 * Hot file: bench/hold-model.ts measures it. An entry is 16 bytes: time (double), order and payload (32 bits each). Order
 * and payload are moved together as one double, the *tail*; payloads below 2^30 keep that double from being a NaN, whose
 * bits an engine may change.
 */

/** Entries of a new list: 4 KiB. */
const INITIAL_ENTRIES = 256;

/** A flat list of entries. */
export class EntryList {
  /** Time of entry e is at 2 * e, its tail at 2 * e + 1. */
  doubles: Float64Array;
  /** The same memory: order of entry e is at 4 * e + 2, payload at 4 * e + 3. */
  words: Int32Array;
  /** How many entries there are. */
  count = 0;
  private capacity = INITIAL_ENTRIES;

  constructor() {
    this.doubles = new Float64Array(2 * INITIAL_ENTRIES);
    this.words = new Int32Array(this.doubles.buffer);
  }

  /** Adds an entry to the end. */
  append(timeNs: number, order: number, payload: number): void {
    const entry = this.count;
    if (entry === this.capacity) this.grow();
    this.doubles[entry << 1] = timeNs;
    const words = this.words;
    words[(entry << 2) | 2] = order;
    words[(entry << 2) | 3] = payload;
    this.count = (entry + 1) | 0;
  }

  private grow(): void {
    this.capacity *= 2;
    const doubles = new Float64Array(2 * this.capacity);
    doubles.set(this.doubles);
    this.doubles = doubles;
    this.words = new Int32Array(doubles.buffer);
  }
}
