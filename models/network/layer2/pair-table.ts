/**
 * A table of rows that are found by two whole numbers, in typed arrays: what bridges and neighbour tables are kept in.
 *
 * Holds no model. Source: Knuth, The Art of Computer Programming 3, 6.4 (algorithm R closes gaps). Left out: iteration in
 * an order of keys. Open addressing with linear probing; a removed row's place is closed by moving later ones back, so
 * that no dead marks pile up. Rows keep their number until they are removed; numbers are then used again.
 */
import { assert } from '../../../sim/engine/assert.ts';

/** 2^25 rows: four thousand hosts that all know each other, twice over. */
export const ROWS_MAX = 33_554_432;

const FIRST_CAPACITY = 64;
const NO_ROW = -1;

/** Rows by two keys, each a 32-bit integer. */
export class PairTable {
  /** First key by row. */
  first = new Int32Array(FIRST_CAPACITY);
  /** Second key by row. */
  second = new Int32Array(FIRST_CAPACITY);
  /** Rows in use. */
  size = 0;
  #slots = new Int32Array(2 * FIRST_CAPACITY).fill(NO_ROW);
  #mask = 2 * FIRST_CAPACITY - 1;
  #fresh = 0;
  /** Free rows are chained through `first`. */
  #freed = NO_ROW;
  readonly #grew: (capacity: number) => void;

  /** `grew` is told of a new capacity, so that the caller's own columns grow along. It is called at once, too. */
  constructor(grew: (capacity: number) => void) {
    this.#grew = grew;
    grew(FIRST_CAPACITY);
  }

  /** One past the highest row that was ever used. */
  get end(): number {
    return this.#fresh;
  }

  /** The row of a pair of keys, -1 if there is none. */
  find(first: number, second: number): number {
    const mask = this.#mask;
    for (let slot = hash(first, second) & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot]!;
      if (row === NO_ROW || (this.first[row] === first && this.second[row] === second)) return row;
    }
  }

  /** Adds a row for keys that have none, and returns its number. */
  add(first: number, second: number): number {
    const row = this.#takeRow();
    this.first[row] = first;
    this.second[row] = second;
    this.#place(row);
    this.size++;
    return row;
  }

  /** Removes a row; its number may be given to another at once. */
  remove(row: number): void {
    let hole = this.#slotOf(row);
    const mask = this.#mask;
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== NO_ROW; slot = (slot + 1) & mask) {
      const other = this.#slots[slot]!;
      const home = hash(this.first[other]!, this.second[other]!) & mask;
      // It may move back to the hole only if its own home does not lie between.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = other;
      hole = slot;
    }
    this.#slots[hole] = NO_ROW;
    this.first[row] = this.#freed;
    this.#freed = row;
    this.size--;
  }

  #slotOf(row: number): number {
    const mask = this.#mask;
    let slot = hash(this.first[row]!, this.second[row]!) & mask;
    while (this.#slots[slot] !== row) {
      assert(this.#slots[slot] !== NO_ROW, () => `row ${row} is not in the table`);
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #takeRow(): number {
    if (this.#freed !== NO_ROW) {
      const row = this.#freed;
      this.#freed = this.first[row]!;
      return row;
    }
    if (this.#fresh === this.first.length) this.#grow();
    return this.#fresh++;
  }

  #place(row: number): void {
    const mask = this.#mask;
    let slot = hash(this.first[row]!, this.second[row]!) & mask;
    while (this.#slots[slot] !== NO_ROW) slot = (slot + 1) & mask;
    this.#slots[slot] = row;
  }

  /** Only when no row is free, so every row below `#fresh` is in use. */
  #grow(): void {
    const capacity = 2 * this.first.length;
    assert(capacity <= ROWS_MAX, () => `more than ${ROWS_MAX} rows in one table`);
    this.first = grown(this.first, capacity);
    this.second = grown(this.second, capacity);
    this.#slots = new Int32Array(2 * capacity).fill(NO_ROW);
    this.#mask = 2 * capacity - 1;
    for (let row = 0; row < this.#fresh; row++) this.#place(row);
    this.#grew(capacity);
  }
}

/** A longer copy of a typed array. */
export function grown<T extends Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array>(
  old: T,
  length: number,
): T {
  const copy = new (old.constructor as new (length: number) => T)(length);
  copy.set(old);
  return copy;
}

/** Mixes both keys so that neighbouring ones spread. */
function hash(first: number, second: number): number {
  let mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
