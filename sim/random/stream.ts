/**
 * Chance: named streams of random numbers.
 *
 * A stream is named by (seed, entity, purpose) and made when first asked for, so adding a model, an entity or a draw in
 * one place moves no draw elsewhere: two alternatives meet the same arrivals and the same failures. The generator is
 * Johannes Baagoe's Alea as packaged by `seedrandom` (period about 2^116); it uses only multiplication, subtraction and
 * truncation, so its bits are the same in every JavaScript engine. Left out: jumping ahead, and any claim of secrecy.
 */

import alea from 'seedrandom/lib/alea.js';
import { assert } from '../engine/assert.ts';

const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

/** Weights of the two halves of a 53-bit fraction: 26 high bits, 27 low bits. */
const HIGH_WEIGHT = 1 / 67108864;
const LOW_WEIGHT = 1 / TWO_53;

/**
 * Separates the parts of a name before hashing. No scenario name holds this control character, so ("ab", "c") and
 * ("a", "bc") stay different streams.
 */
const SEPARATOR = '\u0000';

/**
 * Draws thrown away at the start. Alea's three lags start from hashes of the name; after three draws each draw depends
 * on the whole of it, and a few more cost nothing.
 */
const WARM_UP_DRAWS = 8;

/** One source of random numbers; the same name gives the same draws. */
export class Stream {
  private readonly next: () => number;

  /**
   * @param seed The seed of the run.
   * @param entity Path of the thing that draws, such as `service/web`.
   * @param purpose What the draws decide, such as `arrivals`.
   */
  constructor(seed: string, entity: string, purpose: string) {
    this.next = alea(seed + SEPARATOR + entity + SEPARATOR + purpose);
    for (let i = 0; i < WARM_UP_DRAWS; i++) this.next();
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    return (this.next() * TWO_32) >>> 0;
  }

  /** A number from 0 (possible) to 1 (never) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 6;
    const low = this.uint32() >>> 5;
    return high * HIGH_WEIGHT + low * LOW_WEIGHT;
  }

  /** An integer from 0 to `n` - 1, each with the same chance. `n` is an integer from 1 to 2^32. */
  below(n: number): number {
    assert(Number.isInteger(n) && n >= 1 && n <= TWO_32, () => `below() needs an integer 1..2^32, got ${n}`);
    // Draws from the incomplete last block would favour small results: they are drawn again.
    const limit = TWO_32 - (TWO_32 % n);
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return drawn % n;
  }

  /** One element of a list that is not empty, each with the same chance. */
  pick<T>(list: readonly T[]): T {
    assert(list.length > 0, 'pick() needs a list that is not empty');
    return list[this.below(list.length)];
  }

  /** Shuffles the list in place (Fisher-Yates), every order with the same chance, and returns it. */
  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = list[i];
      list[i] = list[j];
      list[j] = kept;
    }
    return list;
  }
}

/** All streams of one run, by name. */
export class StreamSource {
  /** The seed that every stream of this source starts from. */
  readonly seed: string;
  private readonly streams = new Map<string, Stream>();

  constructor(seed: string) {
    this.seed = seed;
  }

  /** The stream of that name; the same object on every call, so its draws go on where they were. */
  stream(entity: string, purpose: string): Stream {
    const key = entity + SEPARATOR + purpose;
    const known = this.streams.get(key);
    if (known !== undefined) return known;
    const made = new Stream(this.seed, entity, purpose);
    this.streams.set(key, made);
    return made;
  }
}
