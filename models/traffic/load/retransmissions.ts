/**
 * Small payloads that leave while their way is broken: TCP sends them again after a time-out that doubles, until one of the copies arrives.
 *
 * Source: Linux `TCP_RTO_MIN` (200 ms), doubling (RFC 6298), at most 120 s (`TCP_RTO_MAX`), given up after 15 (`tcp_retries2`). The connection is
 * there already and its round trips are short, so that the first time-out is the least one. A copy takes the way that switches have for it then.
 * Left out: tail loss probes, which may come a round trip after the first copy; payloads that a break finds under way.
 */
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';

/** Least and longest time-out, and how many copies are sent. */
export const RETRANSMISSION = { firstNs: 200 * NS_PER_MS, longestNs: 120 * NS_PER_SECOND, copiesMax: 15 } as const;

/** A payload that waits to be sent again. */
interface Waiting {
  readonly from: number;
  readonly to: number;
  readonly hash: number;
  readonly tag: number;
  readonly receiver: number;
  readonly wayNs: TimeNs;
  copies: number;
  /** What is waited for the next copy. */
  pauseNs: TimeNs;
  event: EventHandle;
}

/** What becomes of them. */
export interface RetransmissionGround {
  readonly sim: Simulation;
  /** Whether what leaves one node for another (below 0: outside) now arrives. */
  readonly arrives: (from: number, to: number, hash: number) => boolean;
  /** Hears of a payload's tag and of whom it has reached. */
  readonly delivered: (tag: number, receiver: number) => void;
  /** Hears of the tag of one that was given up. */
  readonly lost: (tag: number) => void;
}

/** Payloads that are sent again. */
export class Retransmissions {
  readonly #at: RetransmissionGround;
  readonly #waiting: (Waiting | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #again: EventKind;
  readonly #there: EventKind;

  constructor(at: RetransmissionGround) {
    this.#at = at;
    this.#again = at.sim.kind('payload is sent again', (slot) => this.#sendAgain(slot));
    this.#there = at.sim.kind('payload that was sent again arrives', (slot) => {
      const { tag, receiver } = this.#take(slot);
      at.delivered(tag, receiver);
    });
  }

  /** A payload was sent in vain; `wayNs` is what a copy takes whose way is whole. Gives a number for `cancel`. */
  lostFirst(way: { from: number; to: number; hash: number; wayNs: TimeNs }, tag: number, receiver: number): number {
    const slot = this.#free.pop() ?? this.#waiting.length;
    const event = this.#at.sim.after(RETRANSMISSION.firstNs, this.#again, slot);
    this.#waiting[slot] = { ...way, tag, receiver, copies: 0, pauseNs: RETRANSMISSION.firstNs, event };
    return slot;
  }

  /** Forgets one. */
  cancel(slot: number): void {
    this.#at.sim.cancel(this.#take(slot).event);
  }

  #take(slot: number): Waiting {
    const one = this.#waiting[slot]!;
    this.#waiting[slot] = undefined;
    this.#free.push(slot);
    return one;
  }

  #sendAgain(slot: number): void {
    const { sim, arrives, lost } = this.#at;
    const one = this.#waiting[slot]!;
    one.copies++;
    if (arrives(one.from, one.to, one.hash)) one.event = sim.after(one.wayNs, this.#there, slot);
    else if (one.copies === RETRANSMISSION.copiesMax) lost(this.#take(slot).tag);
    else {
      one.pauseNs = Math.min(RETRANSMISSION.longestNs, 2 * one.pauseNs);
      one.event = sim.after(one.pauseNs, this.#again, slot);
    }
  }
}
