/**
 * Sorts the entries of a bucket into the run: they are dealt out to as many slots as there are entries, and what is left to
 * do is done by insertion.
 *
 * Hot file: bench/hold-model.ts measures it. Within a bucket times are spread evenly, more or less, so most slots hold none,
 * one or two entries, and few entries move in the end. Sorting by comparison alone would mispredict a branch or two for
 * each entry, which costs more than everything that is done here.
 */

import { CHUNK_ENTRIES, CHUNK_SHIFT, type ChunkStore } from './chunk-store.ts';
import type { Rung } from './rung.ts';
import type { SortedRun } from './sorted-run.ts';

/** Up to so many entries are sorted at once: sources, slots and run stay in the second-level cache. */
export const SLOT_SORT_MAX = 2048;

/** Up to here the last step is cheap even if all entries are in one slot. */
const FEW = 64;

/** Entries of the same slot are compared with each other: more than so many pairs for each entry take too long. */
const PAIRS_MAX = 8;

/** Sorts lists; keeps its counters from one to the next. */
export class SlotSort {
  /** Of each slot: how many entries. Zero between two lists. */
  private readonly counts = new Int32Array(SLOT_SORT_MAX);
  /** Of each slot: where its next entry goes. */
  private readonly places = new Int32Array(SLOT_SORT_MAX);

  /**
   * Sorts the `count` entries of a bucket of the rung into a run that was reset for them. The list stays as it is.
   *
   * @returns False, and nothing changes, if too many of them fall into the same slots.
   */
  sort(store: ChunkStore, rung: Rung, bucket: number, count: number, run: SortedRun): boolean {
    this.countSlots(store, rung, bucket, count);
    if (!this.sumUp(count, run.head)) return false;
    this.deal(store, rung, bucket, count, run);
    run.end = run.head + count;
    run.settle();
    return true;
  }

  private countSlots(store: ChunkStore, rung: Rung, bucket: number, count: number): void {
    const { doubles, links } = store;
    const { start, scale } = rung;
    const counts = this.counts;
    const last = count - 1;
    const slotScale = scale * count;
    const firstSlot = bucket * count;
    let chunk = store.firsts[rung.base + bucket];
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      const first = chunk << (CHUNK_SHIFT + 1);
      const stop = first + ((left < CHUNK_ENTRIES ? left : CHUNK_ENTRIES) << 1);
      for (let entry = first; entry < stop; entry += 2) {
        const position = (doubles[entry] - start) * slotScale - firstSlot;
        counts[position < last ? position | 0 : last] += 1;
      }
      chunk = links[chunk];
    }
  }

  /** Turns the counts into the place of each slot's first entry. False if the entries crowd. */
  private sumUp(count: number, first: number): boolean {
    const { counts, places } = this;
    let place = first;
    let pairs = 0;
    for (let slot = 0; slot < count; slot++) {
      const entries = counts[slot];
      counts[slot] = 0;
      pairs += entries * entries;
      places[slot] = place;
      place += entries;
    }
    return count <= FEW || pairs <= PAIRS_MAX * count;
  }

  private deal(store: ChunkStore, rung: Rung, bucket: number, count: number, run: SortedRun): void {
    const { doubles, links } = store;
    const { start, scale } = rung;
    const places = this.places;
    const sorted = run.doubles;
    const last = count - 1;
    const slotScale = scale * count;
    const firstSlot = bucket * count;
    let chunk = store.firsts[rung.base + bucket];
    for (let left = count; left > 0; left -= CHUNK_ENTRIES) {
      const first = chunk << (CHUNK_SHIFT + 1);
      const stop = first + ((left < CHUNK_ENTRIES ? left : CHUNK_ENTRIES) << 1);
      for (let entry = first; entry < stop; entry += 2) {
        const timeNs = doubles[entry];
        const position = (timeNs - start) * slotScale - firstSlot;
        const slot = position < last ? position | 0 : last;
        const place = places[slot];
        places[slot] = place + 1;
        sorted[place << 1] = timeNs;
        sorted[(place << 1) | 1] = doubles[entry + 1];
      }
      chunk = links[chunk];
    }
  }
}
