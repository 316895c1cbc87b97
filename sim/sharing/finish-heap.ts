/**
 * What ends next: an indexed binary min-heap of items by (finish, start order).
 *
 * An item is a small integer and stands for one flow, or for the first of many flows whose order among themselves is
 * kept elsewhere.
 */

import { grownFloat64, grownInt32 } from './growth.ts';

/** The heap itself; finishes are instants in nanoseconds, Infinity for never. */
export class FinishHeap {
  /** Items in the heap. */
  size = 0;
  private heap = new Int32Array(16);
  /** By item: its place plus one, 0 when it is not there. */
  private place = new Int32Array(16);
  /** By item. */
  private finishNs = new Float64Array(16);
  private order = new Float64Array(16);

  /** Makes room for items below `count`. */
  reserve(count: number): void {
    if (count <= this.place.length) return;
    this.place = grownInt32(this.place, count);
    this.finishNs = grownFloat64(this.finishNs, count);
    this.order = grownFloat64(this.order, count);
  }

  /** The item that ends first, -1 when there is none. */
  first(): number {
    return this.size === 0 ? -1 : this.heap[0];
  }

  /** The finish of an item that is there. */
  finishOf(item: number): number {
    return this.finishNs[item];
  }

  /** Puts an item in, or moves it to another finish; of equal finishes the lower order is first. */
  put(item: number, finishNs: number, order: number): void {
    const place = this.place[item];
    if (place > 0 && this.finishNs[item] === finishNs && this.order[item] === order) return;
    this.finishNs[item] = finishNs;
    this.order[item] = order;
    if (place === 0) this.heap = grownInt32(this.heap, this.size + 1);
    const hole = this.rise(place > 0 ? place - 1 : this.size++, item);
    this.sink(hole, item);
  }

  /** Takes an item out, if it is there. */
  remove(item: number): void {
    const place = this.place[item];
    if (!(place > 0)) return;
    this.place[item] = 0;
    const last = this.heap[--this.size];
    if (last !== item) this.sink(this.rise(place - 1, last), last);
  }

  private before(a: number, b: number): boolean {
    const { finishNs, order } = this;
    return finishNs[a] < finishNs[b] || (finishNs[a] === finishNs[b] && order[a] < order[b]);
  }

  private rise(from: number, item: number): number {
    const { heap, place } = this;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.before(item, heap[parent])) break;
      heap[hole] = heap[parent];
      place[heap[hole]] = hole + 1;
      hole = parent;
    }
    heap[hole] = item;
    place[item] = hole + 1;
    return hole;
  }

  private sink(from: number, item: number): void {
    const { heap, place, size } = this;
    let hole = from;
    for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && this.before(heap[child + 1], heap[child])) child++;
      if (!this.before(heap[child], item)) break;
      heap[hole] = heap[child];
      place[heap[hole]] = hole + 1;
      hole = child;
    }
    heap[hole] = item;
    place[item] = hole + 1;
  }
}
