/**
 * Quantiles of a stream of numbers in fixed memory: counts in buckets whose width is one part in 128 of the value.
 *
 * Hot file: bench/load.ts measures what holds it. Source: the bucket layout of HdrHistogram (Tene) and of DDSketch (Masson, Rim
 * and Lee, VLDB 2019), with the bucket taken from the bits of the double, so that a number costs no logarithm. A quantile is the middle of
 * its bucket and so at most one part in 256 from the order statistic; numbers below 1 are all one bucket. Weights may be broken:
 * a sampled number counts for those that were not looked at. Left out: negative numbers, and taking numbers out again.
 */
import { assert } from '../engine/assert.ts';
import { highWord, withHighWord } from '../random/double-bits.ts';

/** Bits of the fraction that choose the bucket inside an octave. */
const FRACTION_BITS = 7;
const SHIFT = 20 - FRACTION_BITS;
/** The bucket number of 1 before it is moved to bucket 1. */
const ONE = (1023 << 20) >>> SHIFT;
/** Numbers up to 2^63: more than any time in ns. */
const BUCKETS_MAX = (63 << FRACTION_BITS) + 1;
const BUCKETS_FIRST = 1024;

/** The largest relative error of a quantile. */
export const SKETCH_ERROR = 1 / (2 << FRACTION_BITS);

/** One sketch. */
export class QuantileSketch {
  #counts = new Float64Array(BUCKETS_FIRST);
  #first = BUCKETS_MAX;
  #last = -1;
  #weight = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Takes in a number from 0 to 2^63, `weight` times. */
  add(value: number, weight = 1): void {
    const bucket = value < 1 ? 0 : (highWord(value) >>> SHIFT) - ONE + 1;
    if (bucket >= this.#counts.length) this.#grow(bucket);
    this.#counts[bucket] += weight;
    this.#weight += weight;
    this.#sum += value * weight;
    if (bucket < this.#first) this.#first = bucket;
    if (bucket > this.#last) this.#last = bucket;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /** Takes in all numbers of another sketch. */
  merge(other: QuantileSketch): void {
    if (other.#weight === 0) return;
    if (other.#last >= this.#counts.length) this.#grow(other.#last);
    for (let bucket = other.#first; bucket <= other.#last; bucket++) this.#counts[bucket] += other.#counts[bucket];
    this.#weight += other.#weight;
    this.#sum += other.#sum;
    this.#first = Math.min(this.#first, other.#first);
    this.#last = Math.max(this.#last, other.#last);
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Forgets everything and keeps its memory. */
  clear(): void {
    if (this.#last >= 0) this.#counts.fill(0, this.#first, this.#last + 1);
    this.#first = BUCKETS_MAX;
    this.#last = -1;
    this.#weight = 0;
    this.#sum = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  /** Sum of the weights: how many numbers, if each counts once. */
  get weight(): number {
    return this.#weight;
  }

  /** The mean, without the error of buckets; 0 when there are no numbers. */
  get mean(): number {
    return this.#weight === 0 ? 0 : this.#sum / this.#weight;
  }

  /** The smallest number; +Infinity when there is none. */
  get min(): number {
    return this.#min;
  }

  /** The largest number; -Infinity when there is none. */
  get max(): number {
    return this.#max;
  }

  /** The least value that a share `p` of the numbers does not exceed, within `SKETCH_ERROR`; NaN when there are no numbers. */
  quantile(p: number): number {
    assert(p >= 0 && p <= 1, () => `the quantile ${p} is outside of [0, 1]`);
    if (this.#weight === 0) return Number.NaN;
    const rank = p * this.#weight;
    let below = 0;
    for (let bucket = this.#first; bucket < this.#last; bucket++) {
      below += this.#counts[bucket];
      if (below >= rank && below > 0) return this.#clamped(bucket);
    }
    return this.#clamped(this.#last);
  }

  /** Extremes are known exactly, and no middle of a bucket lies beyond them. */
  #clamped(bucket: number): number {
    return Math.min(this.#max, Math.max(this.#min, middleOf(bucket)));
  }

  #grow(bucket: number): void {
    assert(bucket < BUCKETS_MAX, 'a quantile sketch takes numbers from 0 to 2^63');
    let length = this.#counts.length;
    while (length <= bucket) length *= 2;
    const longer = new Float64Array(Math.min(length, BUCKETS_MAX));
    longer.set(this.#counts);
    this.#counts = longer;
  }
}

function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const low = withHighWord(0, (bucket - 1 + ONE) << SHIFT);
  const high = withHighWord(0, (bucket + ONE) << SHIFT);
  return (low + high) / 2;
}
