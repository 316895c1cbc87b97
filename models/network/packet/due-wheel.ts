/**
 * What is due next at the packet level: a wheel of buckets, each sorted when its time comes.
 *
 * Hot file: `npm run bench -- packet`. Why not the engine's own queue: a packet has just one thing to wait for, cannot be cancelled, and
 * takes at least the delay of a link for each hop. A bucket is not wider than that, so what is done in one bucket adds to later ones only:
 * adding is two stores, without a branch that depends on chance, and sorting is two passes over numbers of ten bits. Items that are due
 * in the open bucket all the same (sources, timers, links without delay) are put in their place there. Order is that of the engine:
 * time, then the order of adding. What is due beyond the wheel's turn waits in a queue of the engine.
 *
 * Source: calendar queues (Brown, CACM 31(10), 1988); distribution by digits (Knuth, TAOCP 3, 5.2.5). Left out: removal of an item before
 * its time; a width that adapts.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { EventQueue } from '../../../sim/engine/event-queue.ts';
import { orderOf } from '../../../sim/engine/pending-events.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { ITEM_BITS, ITEM_MASK, NEXT, NONE, type PacketPool } from './packet-pool.ts';

/** Widest bucket, ns: the place in it is told by ten bits, which with the item's number fit a small integer. */
export const WIDTH_NS_MAX = 1024;
/** Buckets of a turn: with the widest ones a quarter of a millisecond, the longest usual queue. */
export const BUCKETS = 256;
/** Places in `times`: the start of the open bucket. */
const OPEN = 0;
/** Its end. */
export const CLOSE = 1;
/** The end of the turn: from here on items wait elsewhere. */
export const LIMIT = 2;
/** A multiple of the turn, not far from the present: bucket numbers count from it. */
export const BASE = 3;
/** The base of the wheel's small integers moves when the present is so far from it. */
const REBASE_NS = 2 ** 30;
/** Bits of a digit; two digits make the place in a bucket. */
const DIGIT_BITS = 5;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;
const HIGH_DIGIT_SHIFT = ITEM_BITS + DIGIT_BITS;
/** Fewer items are sorted by insertion. */
const INSERTION_MAX = 12;
/** Priorities do not matter here. */
const ANY_PRIORITY = 0;

/** Items in the order in which they are due. */
export class DueWheel {
  private readonly pool: PacketPool;
  readonly shift: number;
  private readonly widthNs: number;
  private readonly turnNs: number;
  /** The item that was added last to each bucket; the others follow it, newest first. */
  readonly newest = new Int32Array(BUCKETS).fill(NONE);
  /** A bit for each bucket that holds something. */
  readonly bits = new Int32Array(BUCKETS >> 5);
  /** The items of the open bucket in order, each with its place in the bucket in the bits above; `next` is the first that is left. */
  sorted = new Int32Array(1024);
  private other = new Int32Array(1024);
  next = 0;
  end = 0;
  private readonly lowDigits = new Int32Array(DIGITS);
  private readonly highDigits = new Int32Array(DIGITS);
  /** The open bucket, where the present is. */
  private open = 0;
  /** Start and end of the open bucket, end of the turn, and a multiple of the turn not far from the present. */
  readonly times = new Float64Array(4);
  private readonly far = new EventQueue();
  private sequence = 0;

  /** @param widthNs A power of two up to `WIDTH_NS_MAX`. */
  constructor(pool: PacketPool, widthNs: number) {
    assert(widthNs >= 1 && widthNs <= WIDTH_NS_MAX && (widthNs & (widthNs - 1)) === 0, () => `width ${widthNs} ns`);
    this.pool = pool;
    this.shift = 31 - Math.clz32(widthNs);
    this.widthNs = widthNs;
    this.turnNs = widthNs * BUCKETS;
    this.times[CLOSE] = widthNs;
    this.times[LIMIT] = this.turnNs;
  }

  /** Adds an item by the time in its record, which is a whole number and not before the last popped. */
  insert(item: number): void {
    const { times } = this;
    const dueNs = this.pool.doubles[item << 2]!;
    if (dueNs >= times[CLOSE]! && dueNs < times[LIMIT]!) {
      const bucket = ((dueNs - times[BASE]!) >> this.shift) & (BUCKETS - 1);
      this.pool.words[(item << 3) | NEXT] = this.newest[bucket]!;
      this.newest[bucket] = item;
      this.bits[bucket >> 5]! |= 1 << bucket;
    } else if (dueNs < times[LIMIT]!) this.insertOpen(item, dueNs);
    else this.far.push(dueNs, orderOf(ANY_PRIORITY, this.sequence++), item);
  }

  /** When the next item is due; Infinity if there is none. */
  peekNs(): TimeNs {
    const { doubles, words } = this.pool;
    if (this.next < this.end) return doubles[(this.sorted[this.next]! & ITEM_MASK) << 2]!;
    const bucket = this.nextBucket();
    if (bucket === NONE) return this.far.peekTimeNs();
    let first = Number.POSITIVE_INFINITY;
    for (let item = this.newest[bucket]!; item !== NONE; item = words[(item << 3) | NEXT]!)
      first = Math.min(first, doubles[item << 2]!);
    return first;
  }

  /** Puts an item into its place among those of the open bucket that are left. */
  private insertOpen(item: number, dueNs: TimeNs): void {
    if (this.end === this.sorted.length) this.grow();
    const { sorted } = this;
    const place = dueNs - this.times[OPEN]!;
    let at = this.end++;
    while (at > this.next && sorted[at - 1]! >> ITEM_BITS > place) {
      sorted[at] = sorted[at - 1]!;
      at -= 1;
    }
    sorted[at] = (place << ITEM_BITS) | item;
  }

  /**
   * Opens the next bucket that holds something. False if there is none, or if it begins after `untilNs`: then the open one stays
   * where it is, because items may still be added between now and there.
   */
  advance(untilNs: TimeNs): boolean {
    const bucket = this.nextBucket();
    const { times } = this;
    const steps = (bucket - this.open) & (BUCKETS - 1);
    const openNs = bucket === NONE ? this.farBucketNs() : times[OPEN]! + steps * this.widthNs;
    if (openNs > untilNs || openNs === Number.POSITIVE_INFINITY) return false;
    times[OPEN] = openNs;
    times[CLOSE] = openNs + this.widthNs;
    times[LIMIT] = openNs + this.turnNs;
    if (openNs - times[BASE]! >= REBASE_NS) times[BASE]! += Math.floor((openNs - times[BASE]!) / REBASE_NS) * REBASE_NS;
    this.open = ((openNs - times[BASE]!) >> this.shift) & (BUCKETS - 1);
    this.collect(openNs);
    while (this.far.peekTimeNs() < times[LIMIT]! && this.far.pop()) this.insert(this.far.payload);
    return true;
  }

  private farBucketNs(): TimeNs {
    const dueNs = this.far.peekTimeNs();
    return Number.isFinite(dueNs) ? Math.floor(dueNs / this.widthNs) * this.widthNs : dueNs;
  }

  /** The first bucket after the open one that holds something, or `NONE`. */
  private nextBucket(): number {
    const { bits, open } = this;
    const first = open >> 5;
    const rest = bits[first]! & (-2 << (open & 31));
    if (rest !== 0) return (first << 5) | lowestBit(rest);
    for (let step = 1; step <= BUCKETS >> 5; step++) {
      const word = (first + step) & ((BUCKETS >> 5) - 1);
      if (bits[word] !== 0) return (word << 5) | lowestBit(bits[word]!);
    }
    return NONE;
  }

  /** Sorts the items of the open bucket into `sorted`. */
  private collect(openNs: TimeNs): void {
    const { doubles, words } = this.pool;
    const { lowDigits, highDigits, open } = this;
    let { sorted } = this;
    let count = 0;
    for (let item = this.newest[open]!; item !== NONE; item = words[(item << 3) | NEXT]!) {
      if (count === sorted.length) sorted = this.grow();
      const place = doubles[item << 2]! - openNs;
      sorted[count++] = (place << ITEM_BITS) | item;
      lowDigits[place & DIGIT_MASK]! += 1;
      highDigits[place >> DIGIT_BITS]! += 1;
    }
    this.newest[open] = NONE;
    this.bits[open >> 5]! &= ~(1 << open);
    this.next = 0;
    this.end = count;
    if (count > INSERTION_MAX) this.sortByDigits(count);
    else sortByInsertion(sorted, count);
    lowDigits.fill(0);
    highDigits.fill(0);
  }

  /** From newest first to place first and, within a place, oldest first. */
  private sortByDigits(count: number): void {
    const { sorted, other, lowDigits, highDigits } = this;
    let lows = 0;
    let highs = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const low = lowDigits[digit]!;
      const high = highDigits[digit]!;
      lowDigits[digit] = lows;
      highDigits[digit] = highs;
      lows += low;
      highs += high;
    }
    for (let i = count - 1; i >= 0; i--) {
      const entry = sorted[i]!;
      other[lowDigits[(entry >> ITEM_BITS) & DIGIT_MASK]!++] = entry;
    }
    for (let i = 0; i < count; i++) {
      const entry = other[i]!;
      sorted[highDigits[entry >> HIGH_DIGIT_SHIFT]!++] = entry;
    }
  }

  private grow(): Int32Array<ArrayBuffer> {
    const sorted = new Int32Array(this.sorted.length * 2);
    sorted.set(this.sorted);
    this.sorted = sorted;
    this.other = new Int32Array(sorted.length);
    return sorted;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The same as `sortByDigits` for a few. */
function sortByInsertion(entries: Int32Array, count: number): void {
  for (let left = 0, right = count - 1; left < right; left++, right--) {
    const entry = entries[left]!;
    entries[left] = entries[right]!;
    entries[right] = entry;
  }
  for (let i = 1; i < count; i++) {
    const entry = entries[i]!;
    let at = i;
    while (at > 0 && entries[at - 1]! >> ITEM_BITS > entry >> ITEM_BITS) {
      entries[at] = entries[at - 1]!;
      at -= 1;
    }
    entries[at] = entry;
  }
}
