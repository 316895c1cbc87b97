/**
 * The front of the event queue: a short sorted run, open at both ends.
 *
 * Hot file: bench/hold-model.ts measures it. Entries are those of chunk-store.ts and lie from `head` to `end`. Room in
 * front makes an event that is due at once as cheap as one that goes to the back.
 */

import { orderBefore } from './pending-events.ts';

/** Free places in front of a fresh run: zero-delay events go there without moving the others. At least one. */
const FRONT_ROOM = 32;

const INITIAL_CAPACITY = 512;

/** Sorted entries (time, order, payload). */
export class SortedRun {
  /** Time of entry i is at 2 * i, ascending, entries of one time by order; its tail is at 2 * i + 1. */
  doubles = new Float64Array(2 * INITIAL_CAPACITY);
  /** The same memory: order of entry i is at 4 * i + 2, payload at 4 * i + 3. */
  words = new Int32Array(this.doubles.buffer);
  /** Index of the first entry. */
  head = FRONT_ROOM;
  /** Index after the last entry; equals `head` if the run is empty. */
  end = FRONT_ROOM;
  private capacity = INITIAL_CAPACITY;

  /** Empties the run and makes room for `count` entries behind the front room. */
  reset(count: number): void {
    this.head = FRONT_ROOM;
    this.end = FRONT_ROOM;
    if (FRONT_ROOM + count > this.capacity) this.resize(2 * (FRONT_ROOM + count));
  }

  /** Puts an entry into its place, moving the smaller half of the run. Returns how many entries were moved. */
  insert(timeNs: number, order: number, payload: number): number {
    if (this.head === this.end) this.reset(1);
    else if (this.end === this.capacity) this.makeRoom();
    const place = this.placeOf(timeNs, order);
    const before = place - this.head;
    const behind = this.end - place;
    const index = before < behind ? this.openFront(place) : this.openBack(place);
    this.doubles[index << 1] = timeNs;
    this.words[(index << 2) | 2] = order;
    this.words[(index << 2) | 3] = payload;
    return before < behind ? before : behind;
  }

  /**
   * Adds the entries `first` to `stop` of another list to a run that was reset for them, by insertion: for few entries.
   * The arrays are those of the list.
   */
  insertAll(doubles: Float64Array, words: Int32Array, first: number, stop: number): void {
    const sorted = this.doubles;
    const sortedWords = this.words;
    let end = this.end << 1;
    // Earlier than any time: the search for a place needs no other end.
    sorted[(FRONT_ROOM << 1) - 2] = Number.NEGATIVE_INFINITY;
    for (let entry = first << 1; entry < stop << 1; entry += 2) {
      const timeNs = doubles[entry];
      let i = end;
      for (;;) {
        const other = sorted[i - 2];
        if (other < timeNs) break;
        if (other === timeNs && !orderBefore(words[(entry << 1) | 2], sortedWords[(i << 1) - 2])) break;
        sorted[i] = other;
        sorted[i + 1] = sorted[i - 1];
        i -= 2;
      }
      sorted[i] = timeNs;
      sorted[i + 1] = doubles[entry + 1];
      end += 2;
    }
    this.end = end >> 1;
  }

  /** Sorts a run in which most entries are in their places already, by insertion. */
  settle(): void {
    const { doubles, words } = this;
    const first = this.head << 1;
    const end = this.end << 1;
    // Earlier than any time: the search for a place needs no other end.
    doubles[first - 2] = Number.NEGATIVE_INFINITY;
    let before = doubles[first];
    for (let i = first + 2; i < end; i += 2) {
      const timeNs = doubles[i];
      if (timeNs > before || (timeNs === before && !orderBefore(words[(i << 1) | 2], words[(i << 1) - 2])))
        before = timeNs;
      else this.sink(i);
    }
  }

  /** Moves the entry at 2 * i to its place further in front. */
  private sink(from: number): void {
    const { doubles, words } = this;
    const timeNs = doubles[from];
    const tail = doubles[from + 1];
    const order = words[(from << 1) | 2];
    let i = from;
    do {
      doubles[i] = doubles[i - 2];
      doubles[i + 1] = doubles[i - 1];
      i -= 2;
    } while (doubles[i - 2] > timeNs || (doubles[i - 2] === timeNs && orderBefore(order, words[(i << 1) - 2])));
    doubles[i] = timeNs;
    doubles[i + 1] = tail;
  }

  /** Adds the entries `first` to `stop` of another list at the end, whatever their order; `sort` follows. */
  addAll(doubles: Float64Array, first: number, stop: number): void {
    this.doubles.set(doubles.subarray(2 * first, 2 * stop), 2 * this.end);
    this.end += stop - first;
  }

  /** Sorts everything, for runs of any length. A run that is in order already, such as a mass of ties, is only read. */
  sort(): void {
    for (let i = this.head + 1; i < this.end; i++) {
      if (this.isBefore(i, i - 1)) {
        this.mergeSort();
        return;
      }
    }
  }

  /** True if the entry at `index` goes before the one at `other`. */
  private isBefore(index: number, other: number): boolean {
    const { doubles, words } = this;
    const timeNs = doubles[2 * index];
    const otherNs = doubles[2 * other];
    return timeNs !== otherNs ? timeNs < otherNs : orderBefore(words[4 * index + 2], words[4 * other + 2]);
  }

  /** Index of the first entry that goes after (timeNs, order), by halving. */
  private placeOf(timeNs: number, order: number): number {
    const doubles = this.doubles;
    let low = this.head;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = doubles[middle << 1];
      if (timeNs < other || (timeNs === other && orderBefore(order, this.words[(middle << 2) | 2]))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Moves the entries before `place` one to the left; returns the index that became free. */
  private openFront(place: number): number {
    // As much room as there are entries: the move is paid for by the insertions that fill the room.
    const moved = this.head === 0 ? this.moveTo(FRONT_ROOM + this.end) : 0;
    const doubles = this.doubles;
    const free = place + moved - 1;
    this.head -= 1;
    for (let i = this.head << 1; i < free << 1; i++) doubles[i] = doubles[i + 2];
    return free;
  }

  /** Moves the entries from `place` one to the right; returns the index that became free. */
  private openBack(place: number): number {
    const doubles = this.doubles;
    for (let i = (this.end << 1) + 1; i > (place << 1) + 1; i--) doubles[i] = doubles[i - 2];
    this.end += 1;
    return place;
  }

  /** The back is full: moves the run to the front of its arrays, or to larger ones if more than half is in use. */
  private makeRoom(): void {
    const count = this.end - this.head;
    if (2 * count > this.capacity) this.resize(4 * count);
    this.moveTo(FRONT_ROOM);
  }

  /** Moves the run so that it starts at `head`; returns how far it moved to the right. */
  private moveTo(head: number): number {
    const moved = head - this.head;
    const end = this.end + moved;
    if (end >= this.capacity) this.resize(2 * end);
    this.doubles.copyWithin(2 * head, 2 * this.head, 2 * this.end);
    this.head = head;
    this.end = end;
    return moved;
  }

  private resize(capacity: number): void {
    const before = this.doubles;
    this.capacity = capacity;
    this.doubles = new Float64Array(2 * capacity);
    this.words = new Int32Array(this.doubles.buffer);
    this.doubles.set(before);
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
      const takeRight = right < high && (left === middle || this.isBefore(from[right], from[left]));
      to[i] = takeRight ? from[right++] : from[left++];
    }
  }

  /** Puts the entries into the order of the indices given. */
  private permute(indices: Int32Array): void {
    const sorted = new Float64Array(2 * indices.length);
    for (let i = 0; i < indices.length; i++) {
      sorted[2 * i] = this.doubles[2 * indices[i]];
      sorted[2 * i + 1] = this.doubles[2 * indices[i] + 1];
    }
    this.doubles.set(sorted, 2 * this.head);
  }
}
