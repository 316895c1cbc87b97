/**
 * The front of the event queue: a short sorted run, open at both ends.
 *
 * Hot file: bench/hold-model.ts measures it. Entries lie in three parallel arrays from `head` to `end`. Room in front
 * makes an event that is due at once as cheap as one that goes to the back.
 */

import { orderBefore } from './pending-events.ts';

/** Free places in front of a fresh run: zero-delay events go there without moving the others. */
const FRONT_ROOM = 32;

const INITIAL_CAPACITY = 512;

/** Sorted entries (time, order, payload). */
export class SortedRun {
  /** Entry i lies at i in all three columns; times in ns, ascending, entries of one time by order. */
  times = new Float64Array(INITIAL_CAPACITY);
  orders = new Int32Array(INITIAL_CAPACITY);
  payloads = new Int32Array(INITIAL_CAPACITY);
  /** Index of the first entry. */
  head = FRONT_ROOM;
  /** Index after the last entry; equals `head` if the run is empty. */
  end = FRONT_ROOM;

  /** Empties the run and makes room for `count` entries behind the front room. */
  reset(count: number): void {
    this.head = FRONT_ROOM;
    this.end = FRONT_ROOM;
    if (FRONT_ROOM + count > this.times.length) this.resize(2 * (FRONT_ROOM + count));
  }

  /** Puts an entry into its place, moving the smaller half of the run. */
  insert(timeNs: number, order: number, payload: number): void {
    if (this.head === this.end) this.reset(1);
    else if (this.end === this.times.length) this.makeRoom();
    const place = this.placeOf(timeNs, order);
    const index = place - this.head < this.end - place ? this.openFront(place) : this.openBack(place);
    this.times[index] = timeNs;
    this.orders[index] = order;
    this.payloads[index] = payload;
  }

  /** Adds an entry at the end, whatever its order; `sort` follows. */
  add(timeNs: number, order: number, payload: number): void {
    const index = this.end;
    this.times[index] = timeNs;
    this.orders[index] = order;
    this.payloads[index] = payload;
    this.end = index + 1;
  }

  /** Sorts everything, for runs of any length. A run that is in order already, such as a mass of ties, is only read. */
  sort(): void {
    for (let i = this.head + 1; i < this.end; i++) {
      if (this.isBefore(this.times[i], this.orders[i], i - 1)) {
        this.mergeSort();
        return;
      }
    }
  }

  /** True if (timeNs, order) goes before the entry at `index`. */
  private isBefore(timeNs: number, order: number, index: number): boolean {
    const other = this.times[index];
    return timeNs !== other ? timeNs < other : orderBefore(order, this.orders[index]);
  }

  /** Index of the first entry that goes after (timeNs, order), by halving. */
  private placeOf(timeNs: number, order: number): number {
    const times = this.times;
    let low = this.head;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = times[middle];
      if (timeNs < other || (timeNs === other && orderBefore(order, this.orders[middle]))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Moves the entries before `place` one to the left; returns the index that became free. */
  private openFront(place: number): number {
    // As much room as there are entries: the move is paid for by the insertions that fill the room.
    const moved = this.head === 0 ? this.moveTo(FRONT_ROOM + this.end) : 0;
    const { times, orders, payloads } = this;
    const free = place + moved - 1;
    this.head -= 1;
    for (let i = this.head; i < free; i++) {
      times[i] = times[i + 1];
      orders[i] = orders[i + 1];
      payloads[i] = payloads[i + 1];
    }
    return free;
  }

  /** Moves the entries from `place` one to the right; returns the index that became free. */
  private openBack(place: number): number {
    const { times, orders, payloads } = this;
    for (let i = this.end; i > place; i--) {
      times[i] = times[i - 1];
      orders[i] = orders[i - 1];
      payloads[i] = payloads[i - 1];
    }
    this.end += 1;
    return place;
  }

  /** The back is full: moves the run to the front of its arrays, or to larger ones if more than half is in use. */
  private makeRoom(): void {
    const count = this.end - this.head;
    if (2 * count > this.times.length) this.resize(4 * count);
    this.moveTo(FRONT_ROOM);
  }

  /** Moves the run so that it starts at `head`; returns how far it moved to the right. */
  private moveTo(head: number): number {
    const moved = head - this.head;
    const end = this.end + moved;
    if (end >= this.times.length) this.resize(2 * end);
    this.times.copyWithin(head, this.head, this.end);
    this.orders.copyWithin(head, this.head, this.end);
    this.payloads.copyWithin(head, this.head, this.end);
    this.head = head;
    this.end = end;
    return moved;
  }

  private resize(capacity: number): void {
    const { times, orders, payloads } = this;
    this.times = new Float64Array(capacity);
    this.orders = new Int32Array(capacity);
    this.payloads = new Int32Array(capacity);
    this.times.set(times);
    this.orders.set(orders);
    this.payloads.set(payloads);
  }

  /** Merges sorted stretches of doubling length. Rare: only unsplittable buckets with mixed priorities come here. */
  private mergeSort(): void {
    const count = this.end - this.head;
    let from = new Int32Array(count);
    let to = new Int32Array(count);
    for (let i = 0; i < count; i++) from[i] = this.head + i;
    for (let width = 1; width < count; width *= 2) {
      for (let low = 0; low < count; low += 2 * width) this.merge(from, to, low, width, count);
      [from, to] = [to, from];
    }
    this.permute(from);
  }

  /** Merges the stretches of `from` that start at `low` and `low + width` into `to`. */
  private merge(from: Int32Array, to: Int32Array, low: number, width: number, count: number): void {
    const middle = Math.min(low + width, count);
    const high = Math.min(middle + width, count);
    let left = low;
    let right = middle;
    for (let i = low; i < high; i++) {
      const takeRight = right < high && (left === middle || this.rightFirst(from[left], from[right]));
      to[i] = takeRight ? from[right++] : from[left++];
    }
  }

  private rightFirst(left: number, right: number): boolean {
    return this.isBefore(this.times[right], this.orders[right], left);
  }

  /** Puts the entries into the order of the indices given. */
  private permute(indices: Int32Array): void {
    const times = Float64Array.from(indices, (i) => this.times[i]);
    const orders = indices.map((i) => this.orders[i]);
    const payloads = indices.map((i) => this.payloads[i]);
    this.times.set(times, this.head);
    this.orders.set(orders, this.head);
    this.payloads.set(payloads, this.head);
  }
}
