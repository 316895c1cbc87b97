/**
 * When a kernel tells of a lost carrier: at once where the event is urgent, else at most once a second for all ports together.
 *
 * An event is urgent where the port's number differs from that of the port at the other end, as it mostly does in a veth pair
 * of two namespaces. A run that is due takes all waiting events along, and the next one may come a second later.
 * Source: Linux `net/core/link_watch.c`, and our recordings: of ends with other numbers all were told at once, of ends with
 * equal ones about half, the others up to a second later. Left out: runs of a hundred events at most, lag ports, qdiscs.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Stream } from '../../../sim/random/stream.ts';

/** How the one kernel of all speakers watches its links. */
export interface LinkWatchRule {
  /** Chance that the kernel has run its watch for somebody else within the last second. */
  readonly busyShare: number;
}

/** From one run of the watch to the next, at least. */
const INTERVAL_NS = NS_PER_SECOND;

/** The link watch of one kernel. */
export class LinkWatch {
  readonly #rule: LinkWatchRule;
  readonly #stream: Stream;
  /** Before this there is no run but for urgent events. */
  #nextNs: TimeNs = Number.NEGATIVE_INFINITY;

  constructor(rule: LinkWatchRule, stream: Stream) {
    this.#rule = rule;
    this.#stream = stream;
  }

  /** When the loss of a carrier is told that happens now. */
  toldNs(nowNs: TimeNs, isUrgent: boolean): TimeNs {
    // What others did was so long ago, unless we were the last ourselves.
    if (nowNs > this.#nextNs && this.#stream.uniform() < this.#rule.busyShare)
      this.#nextNs = nowNs + Math.round(INTERVAL_NS * this.#stream.uniform());
    const isDue = nowNs >= this.#nextNs;
    if (isDue) this.#nextNs = nowNs + INTERVAL_NS;
    return isDue || isUrgent ? nowNs : this.#nextNs;
  }
}
