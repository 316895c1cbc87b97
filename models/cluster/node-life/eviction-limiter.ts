/**
 * How often nodes of one zone may be tainted NoExecute: a token bucket that holds one token.
 *
 * Source: Kubernetes 1.34 `pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go`: a new rate starts with an empty bucket if the old
 * one was empty, and with a full one otherwise; the same rate again changes nothing.
 * Leaves out: parts of tokens that are carried from one rate to another (upstream does not either).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** Gap of a limiter that lets nothing pass. */
export const NEVER_GAP = Number.POSITIVE_INFINITY;

/** The bucket of one zone. */
export class EvictionLimiter {
  #gapNs: TimeNs;
  #nextNs: TimeNs = 0;

  /** `gapNs`: one divided by the rate; `NEVER_GAP`: nothing passes. */
  constructor(gapNs: TimeNs) {
    assert(gapNs > 0, () => `gap ${gapNs} of an eviction limiter`);
    this.#gapNs = gapNs;
    if (gapNs === NEVER_GAP) this.#nextNs = NEVER_GAP;
  }

  /** From when on one may pass; Infinity: not at this rate. */
  get nextNs(): TimeNs {
    return this.#nextNs;
  }

  /** The pause between two. */
  get gapNs(): TimeNs {
    return this.#gapNs;
  }

  /** One passes. */
  take(nowNs: TimeNs): void {
    assert(nowNs >= this.#nextNs, () => `limiter is asked at ${nowNs} and has no token before ${this.#nextNs}`);
    this.#nextNs = nowNs + this.#gapNs;
  }

  /** Another rate from now on. */
  swap(gapNs: TimeNs, nowNs: TimeNs): void {
    if (gapNs === this.#gapNs) return;
    const wasEmpty = nowNs < this.#nextNs;
    this.#gapNs = gapNs;
    if (gapNs === NEVER_GAP) this.#nextNs = NEVER_GAP;
    else this.#nextNs = wasEmpty ? nowNs + gapNs : nowNs;
  }
}
