/**
 * A plain binary heap of pending events: the oracle of the packed ladder.
 *
 * Written to be obviously right rather than fast. Left out: any care for the cache; `EventQueue` is what runs use.
 */

import { orderBefore, type PendingEvents } from './pending-events.ts';
import type { TimeNs } from './sim-time.ts';

interface Entry {
  readonly timeNs: TimeNs;
  readonly order: number;
  readonly payload: number;
}

function before(a: Entry, b: Entry): boolean {
  return a.timeNs !== b.timeNs ? a.timeNs < b.timeNs : orderBefore(a.order, b.order);
}

/** A binary heap in an array of objects. */
export class HeapQueue implements PendingEvents {
  timeNs = 0;
  order = 0;
  payload = 0;
  private readonly heap: Entry[] = [];

  get size(): number {
    return this.heap.length;
  }

  push(timeNs: TimeNs, order: number, payload: number): void {
    this.rise(this.heap.length, { timeNs, order, payload });
  }

  pop(untilNs = Number.POSITIVE_INFINITY): boolean {
    const first = this.heap[0];
    if (first === undefined || first.timeNs > untilNs) return false;
    this.timeNs = first.timeNs;
    this.order = first.order;
    this.payload = first.payload;
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) this.sink(0, last);
    return true;
  }

  peekTimeNs(): number {
    return this.heap[0]?.timeNs ?? Number.POSITIVE_INFINITY;
  }

  clear(): void {
    this.heap.length = 0;
  }

  /** Moves the hole at `index` up until `entry` fits. */
  private rise(index: number, entry: Entry): void {
    let hole = index;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!before(entry, this.heap[parent])) break;
      this.heap[hole] = this.heap[parent];
      hole = parent;
    }
    this.heap[hole] = entry;
  }

  /** Moves the hole at `index` down until `entry` fits. */
  private sink(index: number, entry: Entry): void {
    const count = this.heap.length;
    let hole = index;
    for (let child = 2 * hole + 1; child < count; child = 2 * hole + 1) {
      if (child + 1 < count && before(this.heap[child + 1], this.heap[child])) child += 1;
      if (!before(this.heap[child], entry)) break;
      this.heap[hole] = this.heap[child];
      hole = child;
    }
    this.heap[hole] = entry;
  }
}
