/**
 * The kernel's lock for routes, held now and then by somebody else on the same machine: who writes a route then has to wait.
 *
 * Source: our recordings of routers in network namespaces: making and removing namespaces held the lock (RTNL), and kernel
 * routes of all routers came late together. Left out: who holds it, and waiting in a row.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { Stream } from '../../../sim/random/stream.ts';

/** How the lock is held. */
export interface KernelLockRule {
  /** From one hold to the next, mean of an exponential draw. */
  readonly gapMeanNs: TimeNs;
  /** A hold lasts up to this, uniform. */
  readonly holdMaxNs: TimeNs;
  /** From some time on it is held less often; undefined: never. */
  readonly later?: { readonly fromNs: TimeNs; readonly gapMeanNs: TimeNs };
}

/** Holds that are kept: those of the last seconds. */
const HOLDS_MAX = 64;

/** One machine's lock. */
export class KernelLock {
  readonly #rule: KernelLockRule;
  readonly #stream: Stream;
  /** Ends of one hold and begin of it, in order of time. */
  readonly #holds: { readonly fromNs: TimeNs; readonly toNs: TimeNs }[] = [];

  constructor(rule: KernelLockRule, stream: Stream) {
    this.#rule = rule;
    this.#stream = stream;
  }

  /** When somebody who wants the lock at this time gets it. */
  freeNs(atNs: TimeNs): TimeNs {
    let last = this.#holds.at(-1);
    // Nobody asks about times long gone.
    while (this.#holds.length > HOLDS_MAX) this.#holds.shift();
    while (last === undefined || last.toNs < atNs) {
      const freedNs = last?.toNs ?? 0;
      const { gapMeanNs, later } = this.#rule;
      const meanNs = later !== undefined && freedNs >= later.fromNs ? later.gapMeanNs : gapMeanNs;
      const fromNs = freedNs + Math.round(exponential(this.#stream, meanNs));
      last = { fromNs, toNs: fromNs + Math.round(this.#rule.holdMaxNs * this.#stream.uniform()) };
      this.#holds.push(last);
    }
    const holding = this.#holds.find(({ fromNs, toNs }) => fromNs <= atNs && atNs < toNs);
    return holding === undefined ? atNs : holding.toNs;
  }
}
