/**
 * Ways that flows have left while packets are still on them: each is given back when the last of these has come to its end.
 *
 * Source: ours. Left out: nothing.
 */
import type { Ways } from './ways.ts';

/** A way that was left. */
interface LeftWay {
  readonly flow: number;
  readonly way: number;
  packets: number;
}

/** The left ways of all flows of one kind, by the cell where they end. */
export class LeftWays {
  private readonly ways: Ways;
  private readonly byEnd = new Map<number, LeftWay>();

  constructor(ways: Ways) {
    this.ways = ways;
  }

  /** Ways that still wait for packets. */
  get count(): number {
    return this.byEnd.size;
  }

  /** A flow that has so many packets under way, on this way and on those that it left before, sets out on another from now on. */
  leave(flow: number, way: number, underWay: number): void {
    let packets = underWay;
    for (const each of this.byEnd.values()) if (each.flow === flow) packets -= each.packets;
    if (packets === 0) this.ways.give(way);
    else this.byEnd.set(this.ways.end(way), { flow, way, packets });
  }

  /** A packet whose cursor is at `cursor` has arrived or is lost. */
  ended(cursor: number): void {
    const end = this.ways.end(cursor);
    const left = this.byEnd.get(end);
    if (left === undefined) return;
    left.packets -= 1;
    if (left.packets > 0) return;
    this.byEnd.delete(end);
    this.ways.give(left.way);
  }
}
