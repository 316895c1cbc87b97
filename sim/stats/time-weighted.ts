/**
 * The average over time of something that keeps a value until it changes: a queue's length, a link's load.
 */
import { assert } from '../engine/assert.ts';
import type { TimeNs } from '../engine/sim-time.ts';

/** One such value, watched from a start on. */
export class TimeWeighted {
  readonly #startNs: TimeNs;
  #sinceNs: TimeNs;
  #value: number;
  #area = 0;
  #min: number;
  #max: number;

  /** Watching begins at `startNs` with `value`. */
  constructor(startNs: TimeNs, value = 0) {
    this.#startNs = startNs;
    this.#sinceNs = startNs;
    this.#value = value;
    this.#min = value;
    this.#max = value;
  }

  /** The value is `value` from `nowNs` on. A value that held for no time counts for `min` and `max`, not for the mean. */
  set(nowNs: TimeNs, value: number): void {
    assert(nowNs >= this.#sinceNs, () => `time runs backwards: ${nowNs} after ${this.#sinceNs}`);
    this.#area += this.#value * (nowNs - this.#sinceNs);
    this.#sinceNs = nowNs;
    this.#value = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** What it is now. */
  get value(): number {
    return this.#value;
  }

  /** Lowest value so far, however short it held. */
  get min(): number {
    return this.#min;
  }

  /** Highest value so far, however short it held. */
  get max(): number {
    return this.#max;
  }

  /** Value times nanoseconds from the start to `nowNs`. */
  areaNs(nowNs: TimeNs): number {
    assert(nowNs >= this.#sinceNs, () => `area asked for ${nowNs}, before the change at ${this.#sinceNs}`);
    return this.#area + this.#value * (nowNs - this.#sinceNs);
  }

  /** The average from the start to `nowNs`; the present value when no time has gone by. */
  mean(nowNs: TimeNs): number {
    return nowNs === this.#startNs ? this.#value : this.areaNs(nowNs) / (nowNs - this.#startNs);
  }
}
