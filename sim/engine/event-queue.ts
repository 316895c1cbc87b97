/**
 * The pending-event set of runs: a packed ladder queue on typed arrays.
 *
 * Hot file: bench/hold-model.ts measures it against the heap of heap-queue.ts, which is also its oracle. Source: the
 * ladder queue of Tang, Goh and Thng (ACM TOMACS 15(3), 2005), with buckets packed into chunks. From late to early:
 *
 *   Top     one unsorted list; everything beyond the outer rung
 *   rungs   the outer and up to 7 inner ones, each of at most 2,048 unsorted buckets; an inner rung splits one bucket of the
 *           rung above it
 *   run     sorted; what is due next
 *
 * An entry moves two or three times, always in a stream; no step chases pointers that depend on each other, which is what
 * makes heaps slow beyond the cache. As costly as a miss are branches that nobody can foresee: so most entries
 * go straight into the outer rung, and its buckets are sorted by dealing out (slot-sort.ts), many entries at a time. Left
 * out: giving memory back to the system after a peak.
 */

import { CHUNK_ENTRIES, CHUNK_MASK, CHUNK_SHIFT, ChunkStore } from './chunk-store.ts';
import type { EventTable } from './event-table.ts';
import type { PendingEvents } from './pending-events.ts';
import { Rung } from './rung.ts';
import { SLOT_SORT_MAX, SlotSort } from './slot-sort.ts';
import { RECORD } from './small-event.ts';
import { SortedRun } from './sorted-run.ts';

/** Eight rungs of 2,048 buckets divide 2^88 ns, more than time has. Times that crowd together still deeper are sorted whole. */
const RUNGS_MAX = 8;

/** So many bring a hundred thousand events down to runs into which little is pushed; the write positions stay in the second-level cache. */
const BUCKETS_MAX = 2048;

/** Buckets of a rung are made for this many entries each: most fit into one chunk, and opening one is paid by many. */
const BUCKET_ENTRIES = 24;

/** Up to here insertion is the cheapest way to sort. Not more than a chunk, so that such a list is one chunk. */
const INSERT_MAX = 8;

/** Up to so many entries are sorted at once even if others are pushed among them all the time. */
const SORT_MAX = 64;

/** Moving so many entries of the run costs no more than finding the place. */
const CHEAP_MOVE = 8;

/** Entries of Top as few as these are not worth a rung. Not more than a chunk, so that such a list is one chunk. */
const TOP_SORT_MAX = 24;

/** List number of Top; those of the buckets follow. */
const TOP = 0;

/**
 * A rung cut from Top covers so many mean distances. Of entries that are pushed later, few are then beyond it: each
 * of those would be moved once more. Longer rungs would need more buckets to be as fine.
 */
const CUT_MEANS = 8;

/** A run that grew beyond this by insertion is turned into a rung. */
const RUN_MAX = 128;

/** So many records are asked for at once; more would push each other out of the cache before their turn. */
const FETCH_MAX = 64;

/** A table of up to 512 KiB stays in the second-level cache by itself. */
const CACHED_WORDS = 2 ** 17;

/** A packed ladder queue. */
export class EventQueue implements PendingEvents {
  timeNs = 0;
  order = 0;
  payload = 0;
  private readonly store = new ChunkStore(1 + RUNGS_MAX * BUCKETS_MAX);
  private readonly run = new SortedRun();
  private readonly slots = new SlotSort();
  private runLimit = RUN_MAX;
  private readonly ladder = Array.from({ length: RUNGS_MAX }, (_, i) => new Rung(1 + i * BUCKETS_MAX));
  /** The first rung, which takes most of what is pushed. Closed at 0 while the queue is known to be empty. */
  private readonly outer = this.ladder[0];
  /** How many inner rungs there are, from ladder[1] on. */
  private inner = 0;
  /** Entries pushed below the outer rung since its last bucket was opened, but for those that are due almost at once. */
  private below = 0;
  private sortMax = SLOT_SORT_MAX;
  /** Results of the last `measure`. */
  private min = 0;
  private max = 0;
  private sum = 0;

  private readonly table: EventTable | undefined;
  /** Kept, so that no compiler may leave out the reading of `fetchRecords`. */
  fetched = 0;

  /** @param table Its records are brought into the cache shortly before they are due. */
  constructor(table?: EventTable) {
    this.table = table;
  }

  /** How many entries are waiting. Counts them, as keeping a count would cost every event. */
  get size(): number {
    let entries = this.run.end - this.run.head;
    for (let list = 0; list <= RUNGS_MAX * BUCKETS_MAX; list++) entries += this.store.length(list);
    return entries;
  }

  push(timeNs: number, order: number, payload: number): void {
    const { start, scale, opened, buckets } = this.outer;
    const position = (timeNs - start) * scale;
    if (position >= opened) this.store.append(position < buckets ? (position | 0) + 1 : TOP, timeNs, order, payload);
    else this.pushBelow(timeNs, order, payload);
  }

  pop(untilNs = Number.POSITIVE_INFINITY): boolean {
    const run = this.run;
    if (run.head === run.end && !this.refill()) return false;
    const head = run.head;
    const timeNs = run.doubles[head << 1];
    if (timeNs > untilNs) return false;
    this.timeNs = timeNs;
    const words = run.words;
    this.order = words[(head << 2) | 2];
    this.payload = words[(head << 2) | 3];
    run.head = head + 1;
    return true;
  }

  peekTimeNs(): number {
    const run = this.run;
    if (run.head === run.end && !this.refill()) return Number.POSITIVE_INFINITY;
    return run.doubles[run.head << 1];
  }

  clear(): void {
    this.inner = 0;
    this.outer.close(0);
    this.run.reset(0);
    this.store.clear();
  }

  /** Finds the outermost inner rung that still covers the time, or else the run. */
  private pushBelow(timeNs: number, order: number, payload: number): void {
    for (let i = 1; i <= this.inner; i++) {
      const rung = this.ladder[i];
      const position = (timeNs - rung.start) * rung.scale;
      if (position >= rung.opened) {
        this.store.append(this.innerList(rung, position), timeNs, order, payload);
        this.below += 1;
        return;
      }
    }
    const run = this.run;
    if (run.insert(timeNs, order, payload) > CHEAP_MOVE) this.below += 1;
    if (run.end - run.head > this.runLimit) this.openRun();
  }

  /** List for a position in an inner rung. The rung above limits it, not its own width: its last bucket takes the rest. */
  private innerList(rung: Rung, position: number): number {
    return rung.base + (position < rung.buckets ? position | 0 : rung.buckets - 1);
  }

  /** Fills the empty run with the next entries. False if there are none. */
  private refill(): boolean {
    const { run, outer, store } = this;
    while (run.head === run.end) {
      if (this.inner > 0) this.openBucket(this.ladder[this.inner]);
      else if (outer.opened < outer.buckets) this.openBucket(outer);
      else if (store.ends[TOP] > 0) this.openTop();
      else {
        outer.close(0);
        this.runLimit = RUN_MAX;
        return false;
      }
    }
    if (this.table !== undefined && this.table.words.length > CACHED_WORDS) this.fetchRecords(this.table.words);
    return true;
  }

  /**
   * Reads from the record of each entry of the run that has one. These reads do not wait for each other, so the processor
   * fetches the records all at once; on dispatch, one after the other, each would cost a whole trip to memory.
   */
  private fetchRecords(records: Int32Array): void {
    const { words, head, end } = this.run;
    const stop = end - head > FETCH_MAX ? head + FETCH_MAX : end;
    let fetched = 0;
    for (let i = head; i < stop; i++) {
      const payload = words[(i << 2) | 3];
      if (payload >= RECORD) fetched |= records[(payload ^ RECORD) << 3];
    }
    this.fetched = fetched;
  }

  /** Opens the rung's next bucket that is not empty. The rung is the innermost one. */
  private openBucket(rung: Rung): void {
    const { base, buckets } = rung;
    const ends = this.store.ends;
    let bucket = rung.opened;
    while (bucket < buckets && ends[base + bucket] === 0) bucket += 1;
    rung.opened = bucket + 1;
    // Times in an opened last bucket belong to what lies below, up to the border of the rung above.
    if (bucket >= buckets - 1 && rung !== this.outer) this.inner -= 1;
    if (bucket < buckets) this.openList(rung, bucket);
  }

  /** Moves the entries of a bucket into the run, or into a new rung if they are many and can be told apart. */
  private openList(rung: Rung, bucket: number): void {
    const { store, run } = this;
    const list = rung.base + bucket;
    const first = store.firsts[list] << CHUNK_SHIFT;
    const few = store.ends[list] - first;
    if (few > 0 && few <= INSERT_MAX) {
      this.insertList(list, few);
      return;
    }
    const count = store.length(list);
    if (rung === this.outer) this.judgePushes(count);
    if (count <= this.sortMax) {
      run.reset(count);
      if (this.slots.sort(store, rung, bucket, count, run)) {
        this.runLimit = Math.max(RUN_MAX, 2 * count);
        store.release(list, count);
        return;
      }
    }
    this.openLong(list, count);
  }

  /** Moves a list of few entries, in one chunk, into the empty run. */
  private insertList(list: number, count: number): void {
    const { store, run } = this;
    const first = store.firsts[list] << CHUNK_SHIFT;
    run.reset(count);
    run.insertAll(store.doubles, store.words, first, first + count);
    this.runLimit = RUN_MAX;
    store.release(list, count);
  }

  /**
   * A long run is good as long as little is pushed into it. The bucket of the outer rung that was opened last says what
   * to expect of the next one, of `count` entries.
   */
  private judgePushes(count: number): void {
    this.sortMax = 16 * this.below > count ? SORT_MAX : SLOT_SORT_MAX;
    this.below = 0;
  }

  private openLong(list: number, count: number): void {
    this.measure(list);
    if (this.min === this.max || this.inner === RUNGS_MAX - 1) this.load(list, count);
    else this.distributeList(list, count, this.addRung(this.min, this.max - this.min + 1, count));
  }

  /** Cuts the outer rung from the early part of Top. The cut leaves a long tail where it is. */
  private openTop(): void {
    const { store, run, outer } = this;
    const count = store.length(TOP);
    if (count <= TOP_SORT_MAX) {
      this.insertList(TOP, count);
      outer.close(run.doubles[(run.end - 1) << 1] + 1);
      return;
    }
    this.measure(TOP);
    if (this.min === this.max) {
      this.load(TOP, count);
      outer.close(this.max + 1);
      return;
    }
    const span = Math.min(this.max - this.min, Math.ceil(CUT_MEANS * (this.sum / count))) + 1;
    // As many entries as there are now pass by in each mean distance.
    outer.cut(this.min, span, this.bucketsFor(CUT_MEANS * count));
    this.distributeList(TOP, count, outer);
  }

  /** Turns a run that grew too long into a rung, unless it is a mass of ties, to which adding is cheap anyway. */
  private openRun(): void {
    const run = this.run;
    const { doubles, head, end } = run;
    const first = doubles[2 * head];
    const last = doubles[2 * (end - 1)];
    this.runLimit = 2 * (end - head);
    if (first === last || this.inner === RUNGS_MAX - 1) return;
    this.runLimit = RUN_MAX;
    const rung = this.addRung(first, last - first + 1, end - head);
    this.store.reserve(((end - head) >> CHUNK_SHIFT) + BUCKETS_MAX + 2);
    this.distribute(doubles, head, end, rung);
    run.reset(0);
  }

  /** A new innermost rung from `start` over `span` ns, with buckets for `count` entries. */
  private addRung(start: number, span: number, count: number): Rung {
    this.inner += 1;
    const rung = this.ladder[this.inner];
    rung.cut(start, span, this.bucketsFor(count));
    return rung;
  }

  private bucketsFor(count: number): number {
    return Math.max(2, Math.min(BUCKETS_MAX, Math.ceil(count / BUCKET_ENTRIES)));
  }

  /** Moves a list into the buckets of a rung, and back into Top what lies beyond the outer one. */
  private distributeList(list: number, count: number, rung: Rung): void {
    const store = this.store;
    let chunk = store.firsts[list];
    store.detach(list);
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      // More are never needed at once: what was read is free again.
      store.reserve(BUCKETS_MAX + 2);
      const first = chunk << CHUNK_SHIFT;
      this.distribute(store.doubles, first, first + Math.min(left, CHUNK_ENTRIES), rung);
      const next = store.links[chunk];
      store.free(chunk);
      chunk = next;
    }
  }

  /** Copies the entries `first` to `stop` of an array into the buckets of a rung. There is room for them. */
  private distribute(source: Float64Array, first: number, stop: number, rung: Rung): void {
    const store = this.store;
    const { doubles, ends } = store;
    const { base, start, scale, buckets } = rung;
    const beyond = rung === this.outer ? TOP : base + buckets - 1;
    for (let entry = first << 1; entry < stop << 1; entry += 2) {
      const timeNs = source[entry];
      const position = (timeNs - start) * scale;
      const list = position < buckets ? base + (position | 0) : beyond;
      let to = ends[list];
      if ((to & CHUNK_MASK) === 0) to = store.extend(list);
      doubles[to << 1] = timeNs;
      doubles[(to << 1) | 1] = source[entry + 1];
      ends[list] = to + 1;
    }
  }

  /** Earliest and latest time of a list, and the sum of the distances from the earliest. */
  private measure(list: number): void {
    const { doubles, firsts, ends, links } = this.store;
    const end = ends[list];
    const lastChunk = (end - 1) >> CHUNK_SHIFT;
    let chunk = firsts[list];
    const origin = doubles[chunk << (CHUNK_SHIFT + 1)];
    let min = origin;
    let max = origin;
    let sum = 0;
    let entries = 0;
    for (;;) {
      const first = chunk << CHUNK_SHIFT;
      const stop = chunk === lastChunk ? end : first + CHUNK_ENTRIES;
      for (let entry = first << 1; entry < stop << 1; entry += 2) {
        const timeNs = doubles[entry];
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

  /** Moves a list that cannot be split into the empty run, sorted. */
  private load(list: number, count: number): void {
    const { store, run } = this;
    run.reset(count);
    this.runLimit = Math.max(RUN_MAX, 2 * count);
    let chunk = store.firsts[list];
    store.detach(list);
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      const first = chunk << CHUNK_SHIFT;
      run.addAll(store.doubles, first, first + Math.min(left, CHUNK_ENTRIES));
      const next = store.links[chunk];
      store.free(chunk);
      chunk = next;
    }
    run.sort();
  }
}
