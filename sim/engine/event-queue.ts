/**
 * The pending-event set of runs: a packed ladder queue on typed arrays.
 *
 * Hot file: bench/hold-model.ts measures it against the heap of heap-queue.ts, which is also its oracle. Source: the
 * ladder queue of Tang, Goh and Thng (ACM TOMACS 15(3), 2005), with buckets packed into chunks. From late to early:
 *
 *   Top     unsorted; everything from `topStart` on
 *   rungs   up to 8, each of at most 512 unsorted buckets; each rung splits one bucket of the rung above it
 *   run     sorted; what is due next
 *
 * An entry moves two or three times, always in a stream; no step chases pointers that depend on each other, which is what
 * makes heaps slow beyond the cache. As costly as a miss are branches that nobody can foresee: so most entries
 * go straight into the first rung, and its buckets are sorted by dealing out (slot-sort.ts), many entries at a time. Left
 * out: giving memory back to the system after a peak.
 */

import { CHUNK_ENTRIES, CHUNK_MASK, CHUNK_SHIFT, ChunkStore } from './chunk-store.ts';
import { EntryList } from './entry-list.ts';
import type { EventTable } from './event-table.ts';
import type { PendingEvents } from './pending-events.ts';
import { Rung } from './rung.ts';
import { SLOT_SORT_MAX, SlotSort } from './slot-sort.ts';
import { RECORD } from './small-event.ts';
import { SortedRun } from './sorted-run.ts';

/** Eight rungs of 512 buckets divide 2^72 ns, more than time has. Times that crowd together still deeper are sorted whole. */
const RUNGS_MAX = 8;

/** Two rungs bring a million events down to some tens for each bucket; the write positions stay in the first-level cache. */
const BUCKETS_MAX = 512;

/** Buckets of a rung are made for this many entries each: most fit into one chunk, and opening one is paid by many. */
const BUCKET_ENTRIES = 24;

/** Up to here insertion is the cheapest way to sort. Not more than a chunk, so that such a list is one chunk. */
const INSERT_MAX = 8;

/** Up to so many entries are sorted at once even if others are pushed among them all the time. */
const SORT_MAX = 64;

/** Moving so many entries of the run costs no more than finding the place. */
const CHEAP_MOVE = 8;

/** Entries of Top as few as these are not worth a rung. */
const TOP_SORT_MAX = 24;

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
  private readonly top = new EntryList();
  private readonly store = new ChunkStore(RUNGS_MAX * BUCKETS_MAX);
  private readonly run = new SortedRun();
  private readonly slots = new SlotSort();
  /** Entries from this time on go to Top. Infinity while the queue is known to be empty. */
  private topStart = Number.POSITIVE_INFINITY;
  private rungs = 0;
  private runLimit = RUN_MAX;
  private readonly ladder = Array.from({ length: RUNGS_MAX }, (_, i) => new Rung(i * BUCKETS_MAX));
  /** The first rung, which takes most of what is pushed. */
  private readonly outer = this.ladder[0];
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
    let entries = this.run.end - this.run.head + this.top.count;
    for (let rung = 0; rung < this.rungs; rung++) {
      const { base, opened, last } = this.ladder[rung];
      for (let bucket = opened; bucket <= last; bucket++) entries += this.store.length(base + bucket);
    }
    return entries;
  }

  push(timeNs: number, order: number, payload: number): void {
    if (timeNs >= this.topStart) {
      this.top.append(timeNs, order, payload);
      return;
    }
    const { start, scale, opened, last } = this.outer;
    const position = (timeNs - start) * scale;
    if (position >= opened) this.store.append(position < last ? position | 0 : last, timeNs, order, payload);
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
    this.rungs = 0;
    this.outer.drop();
    this.topStart = Number.POSITIVE_INFINITY;
    this.top.count = 0;
    this.run.reset(0);
    this.store.clear();
  }

  /** Finds the outermost of the other rungs that still covers the time, or else the run. */
  private pushBelow(timeNs: number, order: number, payload: number): void {
    for (let rung = 1; rung < this.rungs; rung++) {
      const { base, start, scale, opened, last } = this.ladder[rung];
      const position = (timeNs - start) * scale;
      if (position >= opened) {
        this.store.append(base + (position < last ? position | 0 : last), timeNs, order, payload);
        this.below += 1;
        return;
      }
    }
    // The only entry goes straight into the run.
    if (this.topStart === Number.POSITIVE_INFINITY) this.topStart = timeNs + 1;
    const run = this.run;
    if (run.insert(timeNs, order, payload) > CHEAP_MOVE) this.below += 1;
    if (run.end - run.head > this.runLimit) this.openRun();
  }

  /** Fills the empty run with the next entries. False if there are none. */
  private refill(): boolean {
    const run = this.run;
    while (run.head === run.end) {
      if (this.rungs > 0) this.openBucket();
      else if (this.top.count > 0) this.openTop();
      else {
        this.topStart = Number.POSITIVE_INFINITY;
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

  /** Opens the next bucket that is not empty of the innermost rung, or drops the rung if there is none. */
  private openBucket(): void {
    const rung = this.ladder[this.rungs - 1];
    const { base, last } = rung;
    const lists = this.store.lists;
    let bucket = rung.opened;
    while (bucket <= last && lists[((base + bucket) << 1) | 1] === 0) bucket += 1;
    rung.opened = bucket + 1;
    // Times in an opened last bucket belong to what lies below, up to the border of the rung above.
    if (bucket >= last) this.rungs -= 1;
    if (bucket <= last) this.openList(rung, bucket);
    if (this.rungs === 0) this.outer.drop();
  }

  /**
   * Moves the entries of a bucket into the run, or into a new rung if they are many and can be told apart.
   */
  private openList(rung: Rung, bucket: number): void {
    const { store, run } = this;
    const list = rung.base + bucket;
    const first = store.lists[list << 1] << CHUNK_SHIFT;
    const few = store.lists[(list << 1) | 1] - first;
    if (few > 0 && few <= INSERT_MAX) {
      run.reset(few);
      run.insertAll(store.doubles, store.words, first, first + few);
      this.runLimit = RUN_MAX;
      store.detach(list);
      store.free(first >> CHUNK_SHIFT);
      return;
    }
    const count = store.length(list);
    if (list < BUCKETS_MAX) this.judgePushes(count);
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
    if (this.min === this.max || this.rungs === RUNGS_MAX) {
      this.load(list, count);
      return;
    }
    this.addRung(this.min, this.max - this.min + 1, count);
    this.distributeList(list, count);
  }

  /** Cuts a rung from the early part of Top. The cut leaves a long tail where it is. */
  private openTop(): void {
    const { top, run } = this;
    const { doubles, words, count } = top;
    if (count <= TOP_SORT_MAX) {
      run.reset(count);
      run.insertAll(doubles, words, 0, count);
      this.loadedTop(run.doubles[(run.end - 1) << 1]);
      return;
    }
    this.measureEntries(doubles, count);
    if (this.min === this.max) {
      run.reset(count);
      run.addAll(doubles, 0, count);
      run.sort();
      this.loadedTop(this.max);
      return;
    }
    const span = Math.min(this.max - this.min, Math.ceil(CUT_MEANS * (this.sum / count))) + 1;
    // As many entries as there are now pass by in each mean distance.
    this.addRung(this.min, span, CUT_MEANS * count);
    this.topStart = this.min + span;
    top.count = this.distribute(doubles, 0, count, this.topStart);
  }

  /** All of Top is in the run now, the latest at `lastNs`. */
  private loadedTop(lastNs: number): void {
    this.runLimit = Math.max(RUN_MAX, 2 * this.top.count);
    this.topStart = lastNs + 1;
    this.top.count = 0;
  }

  /** Turns a run that grew too long into a rung, unless it is a mass of ties, to which adding is cheap anyway. */
  private openRun(): void {
    const run = this.run;
    const { doubles, head, end } = run;
    const first = doubles[2 * head];
    const last = doubles[2 * (end - 1)];
    this.runLimit = 2 * (end - head);
    if (first === last || this.rungs === RUNGS_MAX) return;
    this.runLimit = RUN_MAX;
    this.addRung(first, last - first + 1, end - head);
    // The border above limits the rung, not its own width: nothing stays behind.
    this.distribute(doubles, head, end, Number.POSITIVE_INFINITY);
    run.reset(0);
  }

  /** A new innermost rung from `start` over `span` ns, with buckets for `count` entries. */
  private addRung(start: number, span: number, count: number): void {
    const buckets = Math.max(2, Math.min(BUCKETS_MAX, Math.ceil(count / BUCKET_ENTRIES)));
    this.ladder[this.rungs].cut(start, span, buckets);
    this.rungs += 1;
  }

  /**
   * Copies the entries `first` to `stop` of a flat list into the buckets of the innermost rung. Those from `border` on
   * stay: they are moved together at `first`, and their number is returned.
   */
  private distribute(source: Float64Array, first: number, stop: number, border: number): number {
    const store = this.store;
    store.reserve(((stop - first) >> CHUNK_SHIFT) + BUCKETS_MAX + 2);
    const { doubles, lists } = store;
    const { base, start, scale, last } = this.ladder[this.rungs - 1];
    let kept = first << 1;
    for (let entry = first << 1; entry < stop << 1; entry += 2) {
      const timeNs = source[entry];
      if (timeNs >= border) {
        source[kept] = timeNs;
        source[kept + 1] = source[entry + 1];
        kept += 2;
        continue;
      }
      const position = (timeNs - start) * scale;
      const target = base + (position < last ? position | 0 : last);
      let to = lists[(target << 1) | 1];
      if ((to & CHUNK_MASK) === 0) to = store.extend(target);
      doubles[to << 1] = timeNs;
      doubles[(to << 1) | 1] = source[entry + 1];
      lists[(target << 1) | 1] = to + 1;
    }
    return (kept >> 1) - first;
  }

  /** Moves a list into the buckets of the innermost rung. */
  private distributeList(list: number, count: number): void {
    const store = this.store;
    store.reserve((count >> CHUNK_SHIFT) + BUCKETS_MAX + 2);
    let chunk = store.lists[list << 1];
    const end = store.lists[(list << 1) | 1];
    store.detach(list);
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      const first = chunk << CHUNK_SHIFT;
      // The border above limits the rung, not its own width: nothing stays behind.
      const stop = left > CHUNK_ENTRIES ? first + CHUNK_ENTRIES : end;
      this.distribute(store.doubles, first, stop, Number.POSITIVE_INFINITY);
      const next = store.links[chunk];
      store.free(chunk);
      chunk = next;
    }
  }

  /** Earliest and latest time of a list. */
  private measure(list: number): void {
    const { doubles, lists, links } = this.store;
    const end = lists[(list << 1) | 1];
    const lastChunk = (end - 1) >> CHUNK_SHIFT;
    let chunk = lists[list << 1];
    let min = doubles[chunk << (CHUNK_SHIFT + 1)];
    let max = min;
    for (;;) {
      const first = chunk << CHUNK_SHIFT;
      const stop = chunk === lastChunk ? end : first + CHUNK_ENTRIES;
      for (let entry = first << 1; entry < stop << 1; entry += 2) {
        const timeNs = doubles[entry];
        if (timeNs < min) min = timeNs;
        if (timeNs > max) max = timeNs;
      }
      if (chunk === lastChunk) break;
      chunk = links[chunk];
    }
    this.min = min;
    this.max = max;
  }

  /** Earliest and latest time of a flat list, and the sum of the distances from the earliest. */
  private measureEntries(doubles: Float64Array, count: number): void {
    const origin = doubles[0];
    let min = origin;
    let max = origin;
    let sum = 0;
    for (let entry = 0; entry < count << 1; entry += 2) {
      const timeNs = doubles[entry];
      if (timeNs < min) min = timeNs;
      if (timeNs > max) max = timeNs;
      sum += timeNs - origin;
    }
    this.min = min;
    this.max = max;
    // Distances from the minimum are never negative, so the cut is never before the first entry.
    this.sum = Math.max(0, sum + count * (origin - min));
  }

  /** Moves a list that cannot be split into the empty run, sorted. */
  private load(list: number, count: number): void {
    const { store, run } = this;
    run.reset(count);
    this.runLimit = Math.max(RUN_MAX, 2 * count);
    let chunk = store.lists[list << 1];
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
