/**
 * The levels at which something happens while the water rises: a resource fills up, or a flow meets its cap.
 *
 * An indexed binary min-heap. Items are small integers; each is in the heap at most once, with the lowest key that it
 * was given. Equal keys leave in an order that depends on nothing but the calls.
 */

import { grownFloat64, grownInt32 } from './growth.ts';

/** The heap itself; keys are levels, rates in units per second. */
export class LevelHeap {
  /** Items in the heap. */
  size = 0;
  /** Key of the item that `pop` returned last. */
  poppedKey = 0;

  private items = new Int32Array(64);
  private keys = new Float64Array(64);
  /** By item: its place in the heap plus one, 0 when it is not there. */
  private place = new Int32Array(64);

  /** Makes room for items below `count`. */
  reserve(count: number): void {
    if (count <= this.place.length) return;
    this.place = grownInt32(this.place, count);
    this.items = grownInt32(this.items, count);
    this.keys = grownFloat64(this.keys, count);
  }

  /** Puts the item in, or lowers its key; a key that is not lower changes nothing. */
  lower(item: number, key: number): void {
    const place = this.place[item];
    if (place === 0) this.rise(this.size++, item, key);
    else if (key < this.keys[place - 1]) this.rise(place - 1, item, key);
  }

  /** Removes and returns the item with the lowest key, -1 when empty. */
  pop(): number {
    if (this.size === 0) return -1;
    const { items, keys, place } = this;
    const first = items[0];
    this.poppedKey = keys[0];
    place[first] = 0;
    const last = --this.size;
    if (last > 0) this.sink(items[last], keys[last]);
    return first;
  }

  /** Takes all items out. */
  clear(): void {
    for (let i = 0; i < this.size; i++) this.place[this.items[i]] = 0;
    this.size = 0;
  }

  private rise(from: number, item: number, key: number): void {
    const { items, keys, place } = this;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (keys[parent] <= key) break;
      items[hole] = items[parent];
      keys[hole] = keys[parent];
      place[items[hole]] = hole + 1;
      hole = parent;
    }
    items[hole] = item;
    keys[hole] = key;
    place[item] = hole + 1;
  }

  private sink(item: number, key: number): void {
    const { items, keys, place, size } = this;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && keys[child + 1] < keys[child]) child++;
      if (keys[child] >= key) break;
      items[hole] = items[child];
      keys[hole] = keys[child];
      place[items[hole]] = hole + 1;
      hole = child;
    }
    items[hole] = item;
    keys[hole] = key;
    place[item] = hole + 1;
  }
}
