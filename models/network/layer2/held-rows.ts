/**
 * Rows of a table that are held and released: a row is free when its last holder is done with it.
 *
 * Source: ours (reference counts). Left out: who holds what.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { grown } from './pair-table.ts';

/** Four million in flight at once is a storm, and the storm's own limit should have stopped it before. */
const ROWS_MAX = 4_194_304;
/** Rows that tables begin with. */
export const FIRST_ROWS = 256;

/** The rows in use of one table, whose columns grow with it. */
export class HeldRows {
  readonly #what: string;
  readonly #grow: (length: number) => void;
  #holds = new Int32Array(FIRST_ROWS);
  readonly #freed: number[] = [];
  #used = 0;

  /** `what`: of what the rows are, for messages. `grow`: makes the columns at least so long. */
  constructor(what: string, grow: (length: number) => void) {
    this.#what = what;
    this.#grow = grow;
  }

  /** A free row with one hold. */
  take(): number {
    const row = this.#freed.pop() ?? this.#fresh();
    this.#holds[row] = 1;
    return row;
  }

  /** Somebody else needs it too. */
  hold(row: number): void {
    this.#holds[row]!++;
  }

  /** Whoever held it is done. True when that was the last. */
  release(row: number): boolean {
    const left = --this.#holds[row]!;
    assert(left >= 0, () => `${this.#what} ${row} was released once too often`);
    if (left === 0) this.#freed.push(row);
    return left === 0;
  }

  /** Rows that somebody still holds. */
  get inFlight(): number {
    return this.#used - this.#freed.length;
  }

  #fresh(): number {
    const length = this.#holds.length;
    if (this.#used === length) {
      assert(2 * length <= ROWS_MAX, () => `more than ${ROWS_MAX} ${this.#what}s in flight`);
      this.#holds = grown(this.#holds, 2 * length);
      this.#grow(2 * length);
    }
    return this.#used++;
  }
}
