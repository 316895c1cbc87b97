/**
 * Rows of TCP flows: taken when a flow begins, given back when its owner is done with it and none of its packets is under way.
 *
 * A row is the flow's words and doubles (tcp-state.ts) and its part of the bits in which the receiver notes what came out of order.
 * Source: ours. Left out: giving memory back to the machine; what was needed once is kept for the next flows.
 */
import * as at from './tcp-state.ts';

const INITIAL_FLOWS = 16;
/** Segments in a word of bits. */
const WORD_BITS = 32;

/** The rows of all flows of one network. */
export class TcpTable {
  doubles = new Float64Array(0);
  words = new Int32Array(0);
  /** A bit for each segment that came out of order, by its number modulo the receiver's room. */
  bits = new Int32Array(0);
  private bitWords = 0;
  private rows = 0;
  private readonly free: number[] = [];

  /** Rows in use or free: what the table has grown to. */
  get size(): number {
    return this.rows;
  }

  /** A row that is empty but for room for `segments` out of order. */
  take(segments: number): number {
    const flow = this.free.pop() ?? this.append();
    const w = flow << at.WORDS_SHIFT;
    const base = this.words[w | at.BITS]!;
    const held = this.words[w | at.HELD]!;
    this.words.fill(0, w, w + (1 << at.WORDS_SHIFT));
    this.doubles.fill(0, flow << at.DOUBLES_SHIFT, (flow + 1) << at.DOUBLES_SHIFT);
    let room = WORD_BITS;
    while (room < segments) room *= 2;
    this.words[w | at.ROOM] = room;
    this.words[w | at.BITS] = base;
    this.words[w | at.HELD] = held;
    if (room > held) this.extend(w, room);
    this.bits.fill(0, this.words[w | at.BITS]!, this.words[w | at.BITS]! + room / WORD_BITS);
    return flow;
  }

  /** The row is nobody's any more. */
  give(flow: number): void {
    this.free.push(flow);
  }

  /** More bits, in a new place: rare, as most flows have receivers of one size. */
  private extend(w: number, room: number): void {
    this.words[w | at.BITS] = this.bitWords;
    this.words[w | at.HELD] = room;
    this.bitWords += room / WORD_BITS;
    if (this.bitWords <= this.bits.length) return;
    const bits = new Int32Array(Math.max(this.bitWords, 2 * this.bits.length));
    bits.set(this.bits);
    this.bits = bits;
  }

  private append(): number {
    const flow = this.rows++;
    if (this.words.length >= this.rows << at.WORDS_SHIFT) return flow;
    const flows = Math.max(INITIAL_FLOWS, 2 * this.rows);
    const words = new Int32Array(flows << at.WORDS_SHIFT);
    words.set(this.words);
    this.words = words;
    const doubles = new Float64Array(flows << at.DOUBLES_SHIFT);
    doubles.set(this.doubles);
    this.doubles = doubles;
    return flow;
  }
}
