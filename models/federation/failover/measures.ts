/**
 * What a failover took: time to detect, to decide, to place, to serve; requests lost; cost of traffic between regions.
 *
 * An outage begins when a cluster is lost in truth. *Detected*: the federation's verdict. *Decided*: its replicas are to run elsewhere.
 * *Placed*: as many replicas as were lost have nodes in other clusters. *Served*: as many are Ready there. An outage ends when it is served, or when
 * the cluster is back before that; a step that was not reached counts until then, or until the report.
 * Source: ours; the steps are those of the field's own time lines of failover. Leaves out: requests that were slow and not lost, clusters that
 * are lost while another outage lasts (each has an outage of its own, and a request that is lost counts once in each).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** The steps in their order. */
export const FAILOVER_STEPS = ['detected', 'decided', 'placed', 'served'] as const;
/** One of them. */
export type FailoverStep = (typeof FAILOVER_STEPS)[number];

/** One outage. */
export interface Outage {
  readonly cluster: number;
  readonly lostNs: TimeNs;
  /** When each step was reached; undefined: it was not. */
  readonly reachedNs: Readonly<Partial<Record<FailoverStep, TimeNs>>>;
  /** From the step before to this one; 0 where a later step came first. */
  readonly took: Readonly<Record<FailoverStep, TimeNs>>;
  /** From the loss to the end of the outage. */
  readonly outageNs: TimeNs;
  /** How it ended. */
  readonly end: 'served' | 'back' | 'lasts';
  readonly requestsLost: number;
  /** What traffic between places cost meanwhile, US dollars. */
  readonly trafficUsd: number;
}

interface OpenOutage {
  readonly cluster: number;
  readonly lostNs: TimeNs;
  readonly reachedNs: Partial<Record<FailoverStep, TimeNs>>;
  readonly usdBefore: number;
  requestsLost: number;
}

/** Filled by events, asked at the end. */
export class FailoverMeasures {
  readonly #trafficUsd: () => number;
  readonly #closed: Outage[] = [];
  #open: OpenOutage[] = [];

  /** `trafficUsd`: what traffic between places has cost up to now. */
  constructor(trafficUsd: () => number) {
    this.#trafficUsd = trafficUsd;
  }

  /** A cluster is lost in truth. */
  lost(cluster: number, nowNs: TimeNs): void {
    assert(this.#of(cluster) === undefined, () => `cluster ${cluster} is lost twice`);
    this.#open.push({ cluster, lostNs: nowNs, reachedNs: {}, usdBefore: this.#trafficUsd(), requestsLost: 0 });
  }

  /** A step is reached, for the first time or again; without an outage nothing is counted (a false alarm). */
  reached(step: FailoverStep, cluster: number, nowNs: TimeNs): void {
    const outage = this.#of(cluster);
    if (outage === undefined) return;
    outage.reachedNs[step] ??= nowNs;
    if (step === 'served') this.#close(outage, nowNs, 'served');
  }

  /** The cluster is back in truth. */
  back(cluster: number, nowNs: TimeNs): void {
    const outage = this.#of(cluster);
    if (outage !== undefined) this.#close(outage, nowNs, 'back');
  }

  /** Requests that failed. */
  requestsFailed(count = 1): void {
    for (const outage of this.#open) outage.requestsLost += count;
  }

  /** All outages so far, by the time of the loss. */
  outages(nowNs: TimeNs): Outage[] {
    const lasting = this.#open.map((outage) => this.#report(outage, nowNs, 'lasts'));
    return [...this.#closed, ...lasting].sort((a, b) => a.lostNs - b.lostNs || a.cluster - b.cluster);
  }

  #of(cluster: number): OpenOutage | undefined {
    return this.#open.find((outage) => outage.cluster === cluster);
  }

  #close(outage: OpenOutage, nowNs: TimeNs, end: Outage['end']): void {
    this.#open = this.#open.filter((one) => one !== outage);
    this.#closed.push(this.#report(outage, nowNs, end));
  }

  #report(outage: OpenOutage, nowNs: TimeNs, end: Outage['end']): Outage {
    const { cluster, lostNs, reachedNs, requestsLost, usdBefore } = outage;
    const took = {} as Record<FailoverStep, TimeNs>;
    let beforeNs = lostNs;
    for (const step of FAILOVER_STEPS) {
      const atNs = reachedNs[step] ?? nowNs;
      took[step] = Math.max(0, atNs - beforeNs);
      beforeNs = Math.max(beforeNs, atNs);
    }
    const outageNs = nowNs - lostNs;
    return {
      cluster,
      lostNs,
      reachedNs,
      took,
      outageNs,
      end,
      requestsLost,
      trafficUsd: this.#trafficUsd() - usdBefore,
    };
  }
}
