/**
 * Packets under way, and everything else that waits for its time at the packet level: records of one typed buffer.
 *
 * Hot file: `npm run bench -- packet`. A record is 32 bytes, half a cache line. Sources and timers of TCP hold a record too, so that
 * one list of what is due (due-wheel.ts) serves all. That list's own state stands before the first record: for each array that a step
 * reads the engine asks anew where it is and how long, so few arrays are fast. Source: ours. Left out: contents; a packet is a size, a way and a number.
 */
import { assert } from '../../../sim/engine/assert.ts';

/** Doubles of a record count from 4 * item: when it is due, ns. */
export const DUE = 0;
/** When the packet was born at its source (in an acknowledgement: when the packet that it answers was), ns. */
export const BORN = 3;
/** Words of a record count from 8 * item: the next item in the same list. */
export const NEXT = 2;
/** Where the item is on its way: an index into the table of ways. */
export const CURSOR = 3;
/** Bytes on the wire, and the flags below. */
export const SIZE = 4;
/** Number of the segment or of the acknowledgement; in sources and timers the number of the flow. */
export const SEQUENCE = 5;

/** Takes the bytes out of the word `SIZE`; a megabyte is more than any frame. */
export const BYTES_MASK = 0xf_ffff;
/** The sender understands congestion marks (ECN, RFC 3168). */
export const ECN_CAPABLE = 0x10_0000;
/** A queue has marked the packet. */
export const CONGESTION = 0x20_0000;
/** An acknowledgement that tells of a mark. */
export const ECHO = 0x40_0000;
/** No item. */
export const NONE = -1;

/** Two million packets under way are 64 MB; more is a mistake of the scenario. */
const ITEMS_MAX = 2 ** 21;

const RECORD_BYTES = 32;
const INITIAL_ITEMS = 2048;
/** Words before the first record, for the lists of what is due. */
export const WHEEL_WORDS = 1344;
const FIRST_ITEM = WHEEL_WORDS / 8;
/** The cursor of a free record. */
const FREE = -1;

/** Records with a free list. */
export class PacketPool {
  /** Times: of item i at 4 * i + DUE and 4 * i + BORN. */
  doubles: Float64Array;
  /** The rest: of item i at 8 * i + NEXT and so on. */
  words: Int32Array;
  private firstFree = NONE;
  private used = FIRST_ITEM;
  private capacity = INITIAL_ITEMS;

  constructor() {
    const buffer = new ArrayBuffer(INITIAL_ITEMS * RECORD_BYTES);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
  }

  /** A record with nothing in it. The arrays may be others afterwards. */
  take(): number {
    const item = this.firstFree;
    if (item === NONE) return this.takeFresh();
    this.firstFree = this.words[(item << 3) | NEXT]!;
    return item;
  }

  /** Gives a record back. */
  release(item: number): void {
    this.words[(item << 3) | NEXT] = this.firstFree;
    this.words[(item << 3) | CURSOR] = FREE;
    this.firstFree = item;
  }

  /** Calls `visit` with every record that is held. */
  forEachHeld(visit: (item: number) => void): void {
    for (let item = FIRST_ITEM; item < this.used; item++) if (this.words[(item << 3) | CURSOR] !== FREE) visit(item);
  }

  private takeFresh(): number {
    assert(this.used < ITEMS_MAX, () => `more than ${ITEMS_MAX} packets under way`);
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    this.capacity *= 2;
    const buffer = new ArrayBuffer(this.capacity * RECORD_BYTES);
    const words = new Int32Array(buffer);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(buffer);
  }
}
