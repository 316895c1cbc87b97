/**
 * How fast a client of the API server may write: a token bucket, as `client-go` keeps one for each client.
 *
 * Source: `k8s.io/client-go/util/flowcontrol`, token bucket; the controller manager of Kubernetes 1.34 has by default 20 requests a
 * second with bursts of 30 (`--kube-api-qps`, `--kube-api-burst`), for which all its controllers queue in order.
 * Leaves out: priority and fairness at the server, retries after conflicts, reads (they come from caches).
 */
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';

/** A client's limits. */
export interface WriteLimits {
  readonly perSecond: number;
  /** Writes that may go at once after a pause. */
  readonly burst: number;
}

/** The controller manager's own defaults. */
export const CONTROLLER_MANAGER_WRITES: WriteLimits = { perSecond: 20, burst: 30 };

/** One client's budget. */
export class WriteBudget {
  readonly #gapNs: TimeNs;
  readonly #aheadNs: TimeNs;
  /** When the bucket would be full again if nothing more were taken. */
  #fullNs: TimeNs = 0;

  constructor({ perSecond, burst }: WriteLimits) {
    assert(perSecond > 0 && burst >= 1, () => `a client writes ${perSecond} times a second with bursts of ${burst}`);
    this.#gapNs = Math.round(NS_PER_SECOND / perSecond);
    this.#aheadNs = (burst - 1) * this.#gapNs;
  }

  /** Takes one write; the instant at which it may go, not before `nowNs`. */
  take(nowNs: TimeNs): TimeNs {
    const atNs = Math.max(nowNs, this.#fullNs - this.#aheadNs);
    this.#fullNs = Math.max(this.#fullNs, nowNs) + this.#gapNs;
    return atNs;
  }
}
