/**
 * The pending-event set of runs: a packed ladder queue on typed arrays.
 *
 * Hot file: bench/hold-model.ts measures it against the heap of heap-queue.ts, which is also its oracle. Source: the
 * ladder queue of Tang, Goh and Thng (ACM TOMACS 15(3), 2005), with buckets packed into chunks. From late to early:
 *
 *   Top     unsorted; everything from `topStart` on
 *   rungs   up to 8, each of at most 256 unsorted buckets; each rung splits one bucket of the rung above it
 *   run     sorted, short; what is due next
 *
 * An entry moves about three times, always in a stream; no step chases pointers that depend on each other, which is what
 * makes heaps slow beyond the cache. Bucket widths are powers of two, so bucket borders are exact. Left out: giving
 * memory back to the system after a peak.
 */

import { CHUNK_ENTRIES, CHUNK_MASK, CHUNK_SHIFT, ChunkStore } from './chunk-store.ts';
import { orderBefore, type PendingEvents } from './pending-events.ts';
import { SortedRun } from './sorted-run.ts';

/** Eight rungs of 256 buckets divide 2^64 ns, more than time has: deeper ladders cannot be needed. */
const RUNGS_MAX = 8;

/** The write positions of 256 buckets stay in the first-level cache. */
const BUCKETS_MAX = 256;

/** Buckets of a rung are made for this many entries each. */
const BUCKET_ENTRIES = 4;

/** Up to here sorting at once is cheaper than one more rung. */
const SORT_MAX = 24;

/** A run that grew beyond this by insertion is turned into a rung. */
const RUN_MAX = 128;

/** List number of Top, after the buckets of all rungs. */
const TOP = RUNGS_MAX * BUCKETS_MAX;
/** List number for the entries of a run on their way into a rung. */
const OVERFLOW = TOP + 1;

/** A packed ladder queue. */
export class EventQueue implements PendingEvents {
  timeNs = 0;
  payload = 0;
  size = 0;
  private readonly store = new ChunkStore(OVERFLOW + 1);
  private readonly run = new SortedRun();
  private topStart = Number.NEGATIVE_INFINITY;
  private rungs = 0;
  private runLimit = RUN_MAX;
  /** Of each rung: the start of its first bucket. */
  private readonly starts = new Float64Array(RUNGS_MAX);
  /** Of each rung: the start of the first bucket that is not opened yet; earlier times belong to what lies below. */
  private readonly lows = new Float64Array(RUNGS_MAX);
  private readonly widths = new Float64Array(RUNGS_MAX);
  /** Of each rung: 1 / width, exact. */
  private readonly scales = new Float64Array(RUNGS_MAX);
  private readonly buckets = new Int32Array(RUNGS_MAX);
  /** Of each rung: the first bucket that is not opened yet. */
  private readonly opened = new Int32Array(RUNGS_MAX);
  /** Results of the last `measure`. */
  private min = 0;
  private max = 0;
  private sum = 0;

  push(timeNs: number, order: number, payload: number): void {
    const size = this.size;
    this.size = size + 1;
    if (size === 0) this.pushFirst(timeNs, order, payload);
    else if (timeNs >= this.topStart) this.store.append(TOP, timeNs, order, payload);
    else this.pushBelow(timeNs, order, payload);
  }

  pop(): boolean {
    const run = this.run;
    if (run.head === run.end && !this.refill()) return false;
    const head = run.head;
    this.timeNs = run.times[head];
    this.payload = run.payloads[head] >>> 0;
    run.head = head + 1;
    this.size -= 1;
    return true;
  }

  peekTimeNs(): number {
    const run = this.run;
    if (run.head === run.end && !this.refill()) return Number.POSITIVE_INFINITY;
    return run.times[run.head];
  }

  clear(): void {
    this.size = 0;
    this.rungs = 0;
    this.run.reset(0);
    this.store.clear();
  }

  /** The only entry goes straight into the run: a simulation with one pending event never touches the ladder. */
  private pushFirst(timeNs: number, order: number, payload: number): void {
    this.rungs = 0;
    this.runLimit = RUN_MAX;
    this.topStart = timeNs + 1;
    this.run.insert(timeNs, order, payload);
  }

  /** Finds the outermost rung that still covers the time, or else the run. */
  private pushBelow(timeNs: number, order: number, payload: number): void {
    const rungs = this.rungs;
    const lows = this.lows;
    for (let rung = 0; rung < rungs; rung++) {
      if (timeNs >= lows[rung]) {
        this.store.append(this.bucketOf(rung, timeNs), timeNs, order, payload);
        return;
      }
    }
    const run = this.run;
    run.insert(timeNs, order, payload);
    if (run.end - run.head > this.runLimit) this.openRun();
  }

  /** List number of the bucket for a time; the last bucket also takes what lies beyond the rung's own width. */
  private bucketOf(rung: number, timeNs: number): number {
    const position = (timeNs - this.starts[rung]) * this.scales[rung];
    const last = this.buckets[rung] - 1;
    return rung * BUCKETS_MAX + (position < last ? position | 0 : last);
  }

  /** Fills the empty run with the next entries. False if there are none. */
  private refill(): boolean {
    const run = this.run;
    if (this.size === 0) return false;
    while (run.head === run.end) {
      if (this.rungs === 0) this.openTop();
      else this.openBucket();
    }
    return true;
  }

  /** Opens the next bucket that is not empty of the innermost rung, or drops the rung if there is none. */
  private openBucket(): void {
    const rung = this.rungs - 1;
    const lists = this.store.lists;
    const count = this.buckets[rung];
    let bucket = this.opened[rung];
    while (bucket < count && lists[2 * (rung * BUCKETS_MAX + bucket) + 1] === 0) bucket += 1;
    this.opened[rung] = bucket + 1;
    this.lows[rung] = this.starts[rung] + (bucket + 1) * this.widths[rung];
    // Times in an opened last bucket belong to what lies below, up to the border of the rung above.
    if (bucket >= count - 1) this.rungs = rung;
    if (bucket < count) this.openList(rung * BUCKETS_MAX + bucket);
  }

  /** Moves the entries of a list into the run, or into a new rung if they are many and can be told apart. */
  private openList(list: number): void {
    const count = this.store.length(list);
    if (count <= SORT_MAX || this.rungs === RUNGS_MAX) {
      this.load(list, count);
      return;
    }
    this.measure(list);
    if (this.min === this.max) {
      this.load(list, count);
      return;
    }
    this.addRung(this.min, this.max - this.min + 1, count);
    // The border above limits the rung, not its own width: nothing stays behind.
    this.distribute(list, count, Number.POSITIVE_INFINITY);
  }

  /** Cuts a rung from the early part of Top. The cut at twice the mean leaves the long tail where it is. */
  private openTop(): void {
    const count = this.store.length(TOP);
    this.measure(TOP);
    if (count <= SORT_MAX) {
      this.load(TOP, count);
      this.topStart = this.max + 1;
      return;
    }
    const span = Math.min(this.max - this.min, Math.ceil(2 * (this.sum / count))) + 1;
    this.addRung(this.min, span, count);
    this.topStart = this.starts[0] + this.buckets[0] * this.widths[0];
    this.distribute(TOP, count, this.topStart);
  }

  /** Turns a run that grew too long into a rung, unless it is a mass of ties, to which adding is cheap anyway. */
  private openRun(): void {
    const { run, store } = this;
    const count = run.end - run.head;
    const first = run.times[run.head];
    const last = run.times[run.end - 1];
    this.runLimit = 2 * count;
    if (first === last || this.rungs === RUNGS_MAX) return;
    for (let i = run.head; i < run.end; i++) store.append(OVERFLOW, run.times[i], run.orders[i], run.payloads[i]);
    run.reset(0);
    this.runLimit = RUN_MAX;
    this.addRung(first, last - first + 1, count);
    this.distribute(OVERFLOW, count, Number.POSITIVE_INFINITY);
  }

  /** A new innermost rung from `start` over at least `span` ns, with buckets for `count` entries. */
  private addRung(start: number, span: number, count: number): void {
    const rung = this.rungs;
    const wanted = Math.min(BUCKETS_MAX, Math.ceil(count / BUCKET_ENTRIES));
    let width = 1;
    while (width * wanted < span) width *= 2;
    this.starts[rung] = start;
    this.lows[rung] = start;
    this.widths[rung] = width;
    this.scales[rung] = 1 / width;
    this.buckets[rung] = Math.ceil(span / width);
    this.opened[rung] = 0;
    this.rungs = rung + 1;
  }

  /** Moves a list into the buckets of the innermost rung; entries from `border` on go back to Top. */
  private distribute(list: number, count: number, border: number): void {
    const store = this.store;
    const rung = this.rungs - 1;
    const base = rung * BUCKETS_MAX;
    const start = this.starts[rung];
    const scale = this.scales[rung];
    const last = this.buckets[rung] - 1;
    let chunk = store.lists[2 * list];
    const end = store.lists[2 * list + 1];
    store.detach(list);
    store.reserve((count >> CHUNK_SHIFT) + BUCKETS_MAX + 2);
    const { times, words, lists, links } = store;
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      const first = chunk << CHUNK_SHIFT;
      const stop = left > CHUNK_ENTRIES ? first + CHUNK_ENTRIES : end;
      for (let entry = first; entry < stop; entry++) {
        const timeNs = times[2 * entry];
        const position = (timeNs - start) * scale;
        const target = timeNs >= border ? TOP : base + (position < last ? position | 0 : last);
        let to = lists[2 * target + 1];
        if ((to & CHUNK_MASK) === 0) to = store.extend(target);
        times[2 * to] = timeNs;
        words[4 * to + 2] = words[4 * entry + 2];
        words[4 * to + 3] = words[4 * entry + 3];
        lists[2 * target + 1] = to + 1;
      }
      const next = links[chunk];
      store.free(chunk);
      chunk = next;
    }
  }

  /** Earliest and latest time of a list, and the sum of the distances from its first entry's time. */
  private measure(list: number): void {
    const { times, lists, links } = this.store;
    const end = lists[2 * list + 1];
    const lastChunk = (end - 1) >> CHUNK_SHIFT;
    let chunk = lists[2 * list];
    const origin = times[2 * (chunk << CHUNK_SHIFT)];
    let min = origin;
    let max = origin;
    let sum = 0;
    let entries = 0;
    for (;;) {
      const first = chunk << CHUNK_SHIFT;
      const stop = chunk === lastChunk ? end : first + CHUNK_ENTRIES;
      for (let entry = first; entry < stop; entry++) {
        const timeNs = times[2 * entry];
        if (timeNs < min) min = timeNs;
        if (timeNs > max) max = timeNs;
        sum += timeNs - origin;
      }
      entries += stop - first;
      if (chunk === lastChunk) break;
      chunk = links[chunk];
    }
    this.min = min;
    this.max = max;
    // Distances from the minimum are never negative, so the cut is never before the first entry.
    this.sum = Math.max(0, sum + entries * (origin - min));
  }

  /** Moves a list into the empty run, sorted. */
  private load(list: number, count: number): void {
    const { store, run } = this;
    run.reset(count);
    this.runLimit = Math.max(RUN_MAX, 2 * count);
    let chunk = store.lists[2 * list];
    store.detach(list);
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      const first = chunk << CHUNK_SHIFT;
      const stop = first + Math.min(left, CHUNK_ENTRIES);
      if (count <= SORT_MAX) this.insertChunk(first, stop);
      else this.addChunk(first, stop);
      const next = store.links[chunk];
      store.free(chunk);
      chunk = next;
    }
    if (count > SORT_MAX) run.sort();
  }

  private addChunk(first: number, stop: number): void {
    const { times, words } = this.store;
    for (let entry = first; entry < stop; entry++) {
      this.run.add(times[2 * entry], words[4 * entry + 2], words[4 * entry + 3]);
    }
  }

  /** Insertion sort from a chunk into the run. */
  private insertChunk(first: number, stop: number): void {
    const { times, words } = this.store;
    const run = this.run;
    const sorted = run.times;
    const orders = run.orders;
    const payloads = run.payloads;
    const head = run.head;
    let end = run.end;
    for (let entry = first; entry < stop; entry++) {
      const timeNs = times[2 * entry];
      const order = words[4 * entry + 2];
      let i = end;
      while (i > head && (timeNs < sorted[i - 1] || (timeNs === sorted[i - 1] && orderBefore(order, orders[i - 1])))) {
        sorted[i] = sorted[i - 1];
        orders[i] = orders[i - 1];
        payloads[i] = payloads[i - 1];
        i -= 1;
      }
      sorted[i] = timeNs;
      orders[i] = order;
      payloads[i] = words[4 * entry + 3];
      end += 1;
    }
    run.end = end;
  }
}
