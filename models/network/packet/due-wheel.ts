/**
 * What is due next at the packet level: a wheel of buckets, each spread over its nanoseconds when its time comes.
 *
 * Hot file: `npm run bench -- packet`. Why not the engine's own queue: a packet has just one thing to wait for, cannot be cancelled, and
 * takes at least the delay of a link for each hop. A bucket is not wider than that, so what is done in one bucket adds to later ones only:
 * adding is two stores, without a branch that depends on chance. When a bucket opens, its items are put into one list for each of its
 * nanoseconds, and a bit for each list tells which is next: nothing is compared. Items that are due in the open bucket all the same
 * (sources, timers, links without delay) go to the end of their list there. Order is that of the engine: time, then the order of adding.
 * What is due beyond the wheel's turn waits in a queue of the engine.
 *
 * Source: calendar queues (Brown, CACM 31(10), 1988), with days of one nanosecond in the bucket that is open. Left out: removal of an item
 * before its time; a width that adapts.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { EventQueue } from '../../../sim/engine/event-queue.ts';
import { orderOf } from '../../../sim/engine/pending-events.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { NEXT, NONE, type PacketPool, WHEEL_WORDS } from './packet-pool.ts';

/** Widest bucket, ns: its lists and their bits are five kilobytes, a small part of the first-level cache. */
export const WIDTH_NS_MAX = 1024;
/** Buckets of a turn: with the widest ones a quarter of a millisecond, the longest usual queue. */
export const BUCKETS = 256;
/** Words of the pool, before its records: from 0 the item that was added last to each bucket; the others follow it, newest first. */
export const NEWEST = 0;
/** The open bucket: of each of its nanoseconds the list of items that are left, oldest first. */
export const SLOTS = 256;
/** A bit for each of these lists that holds something. */
export const MAP = 1280;
/** The end of these bits. */
export const MAP_END = 1312;
/** A bit for each bucket that holds something. */
export const BITS = 1312;
const BITS_WORDS = 8;
/** Places in `times`: the start of the open bucket. */
export const OPEN = 0;
/** Its end. */
export const CLOSE = 1;
/** The end of the turn: from here on items wait elsewhere. */
export const LIMIT = 2;
/** A multiple of the turn, not far from the present: bucket numbers count from it. */
export const BASE = 3;
/** The base of the wheel's small integers moves when the present is so far from it. */
const REBASE_NS = 2 ** 30;
/** Priorities do not matter here. */
const ANY_PRIORITY = 0;

/** Items in the order in which they are due. */
export class DueWheel {
  private readonly pool: PacketPool;
  readonly shift: number;
  private readonly widthNs: number;
  private readonly turnNs: number;
  /** No bit of the open bucket is set in the words before this one. */
  word = MAP;
  /** What is left of the list that was taken up last, and its nanosecond. */
  rest = NONE;
  place = 0;
  /** The newest item of a list to which something was added while the bucket was open; `NONE` where it has to be looked for. */
  private readonly tails = new Int32Array(WIDTH_NS_MAX).fill(NONE);
  /** Between these places, the second not among them. */
  private tailsFrom = WIDTH_NS_MAX;
  private tailsTo = 0;
  /** The open bucket, where the present is. */
  private open = 0;
  /** Start and end of the open bucket, end of the turn, and a multiple of the turn not far from the present. */
  readonly times = new Float64Array(4);
  private readonly far = new EventQueue();
  private sequence = 0;

  /** @param widthNs A power of two up to `WIDTH_NS_MAX`. */
  constructor(pool: PacketPool, widthNs: number) {
    assert(widthNs >= 1 && widthNs <= WIDTH_NS_MAX && (widthNs & (widthNs - 1)) === 0, () => `width ${widthNs} ns`);
    assert(BITS + BITS_WORDS <= WHEEL_WORDS, 'the lists fit before the records');
    this.pool = pool;
    pool.words.fill(NONE, NEWEST, NEWEST + BUCKETS);
    pool.words.fill(NONE, SLOTS, SLOTS + WIDTH_NS_MAX);
    this.shift = 31 - Math.clz32(widthNs);
    this.widthNs = widthNs;
    this.turnNs = widthNs * BUCKETS;
    this.times[CLOSE] = widthNs;
    this.times[LIMIT] = this.turnNs;
  }

  /** Adds an item by the time in its record, which is a whole number and not before the last popped. */
  insert(item: number): void {
    const { times } = this;
    const { words } = this.pool;
    const dueNs = this.pool.doubles[item << 2]!;
    if (dueNs >= times[CLOSE]! && dueNs < times[LIMIT]!) {
      const bucket = ((dueNs - times[BASE]!) >> this.shift) & (BUCKETS - 1);
      words[(item << 3) | NEXT] = words[NEWEST + bucket]!;
      words[NEWEST + bucket] = item;
      words[BITS + (bucket >> 5)]! |= 1 << bucket;
    } else if (dueNs < times[LIMIT]!) this.insertOpen(item, dueNs);
    else this.far.push(dueNs, orderOf(ANY_PRIORITY, this.sequence++), item);
  }

  /** When the next item is due; Infinity if there is none. */
  peekNs(): TimeNs {
    const { doubles, words } = this.pool;
    if (this.rest !== NONE) return doubles[this.rest << 2]!;
    for (let word = this.word; word < MAP_END; word++)
      if (words[word] !== 0) return this.times[OPEN]! + (((word - MAP) << 5) | lowestBit(words[word]!));
    const bucket = this.nextBucket();
    if (bucket === NONE) return this.far.peekTimeNs();
    let first = Number.POSITIVE_INFINITY;
    for (let item = words[NEWEST + bucket]!; item !== NONE; item = words[(item << 3) | NEXT]!)
      first = Math.min(first, doubles[item << 2]!);
    return first;
  }

  /** Puts an item behind the others of its nanosecond in the open bucket. */
  private insertOpen(item: number, dueNs: TimeNs): void {
    const { tails } = this;
    const { words } = this.pool;
    const place = dueNs - this.times[OPEN]!;
    words[(item << 3) | NEXT] = NONE;
    if (words[SLOTS + place] === NONE) words[SLOTS + place] = item;
    else {
      let tail = tails[place] === NONE ? words[SLOTS + place]! : tails[place]!;
      while (words[(tail << 3) | NEXT] !== NONE) tail = words[(tail << 3) | NEXT]!;
      words[(tail << 3) | NEXT] = item;
    }
    tails[place] = item;
    if (place < this.tailsFrom) this.tailsFrom = place;
    if (place >= this.tailsTo) this.tailsTo = place + 1;
    const word = MAP + (place >> 5);
    words[word]! |= 1 << place;
    if (word < this.word) this.word = word;
  }

  /**
   * Opens the next bucket that holds something, when the open one is empty. False if there is none, or if it begins after `untilNs`: then
   * the open one stays where it is, because items may still be added between now and there.
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
    const { open } = this;
    const { words } = this.pool;
    const first = open >> 5;
    const rest = words[BITS + first]! & (-2 << (open & 31));
    if (rest !== 0) return (first << 5) | lowestBit(rest);
    for (let step = 1; step <= BITS_WORDS; step++) {
      const word = (first + step) & (BITS_WORDS - 1);
      if (words[BITS + word] !== 0) return (word << 5) | lowestBit(words[BITS + word]!);
    }
    return NONE;
  }

  private forgetTails(): void {
    this.tails.fill(NONE, this.tailsFrom, this.tailsTo);
    this.tailsFrom = WIDTH_NS_MAX;
    this.tailsTo = 0;
  }

  /** Spreads the items of the open bucket over its nanoseconds: from newest first to oldest first. */
  private collect(openNs: TimeNs): void {
    const { doubles, words } = this.pool;
    const { open } = this;
    let item = words[NEWEST + open]!;
    words[NEWEST + open] = NONE;
    words[BITS + (open >> 5)]! &= ~(1 << open);
    this.word = MAP;
    if (this.tailsTo > 0) this.forgetTails();
    while (item !== NONE) {
      const older = words[(item << 3) | NEXT]!;
      const place = (doubles[item << 2]! - openNs) | 0;
      words[(item << 3) | NEXT] = words[SLOTS + place]!;
      words[SLOTS + place] = item;
      words[MAP + (place >> 5)]! |= 1 << place;
      item = older;
    }
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
