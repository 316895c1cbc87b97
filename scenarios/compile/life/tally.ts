/** What a living run comes to: counts of what controllers did, and replicas over time. */
import type { HorizontalDecision } from '../../../models/autoscaling/horizontal-controller.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { TimeWeighted } from '../../../sim/stats/time-weighted.ts';
import { DiskFigures } from './disk-figures.ts';
import { JobFigures } from './job-figures.ts';

/** Counts of one run. */
export class Tally {
  readonly jobs = new JobFigures();
  readonly disks = new DiskFigures();
  restarts = 0;
  evictions = 0;
  /** Pods that kubelets evicted for want of memory, and containers that kernels killed. */
  memoryEvictions = 0;
  oomKills = 0;
  descheduled = 0;
  rescales = 0;
  turns = 0;
  /** When the first fault struck; -1: none has. */
  #faultNs = -1;
  /** When all was whole again last; -1: never since. */
  #mendedNs = -1;
  #isWhole = true;
  #longestRolloutNs = -1;
  #longestDrainNs = -1;
  readonly #images = { pulls: 0, failed: 0, bytes: 0, longestNs: -1 };
  readonly #replicas: TimeWeighted;
  #exist = 0;
  #peak = 0;
  readonly #began = new Map<string, TimeNs>();
  readonly #direction = new Map<string, number>();

  constructor(nowNs: TimeNs) {
    this.#replicas = new TimeWeighted(nowNs);
  }

  /** Pods came or are to go. */
  pods(change: 1 | -1, nowNs: TimeNs): void {
    this.#exist += change;
    this.#peak = Math.max(this.#peak, this.#exist);
    this.#replicas.set(nowNs, this.#exist);
  }

  /** An autoscaler wrote another number. */
  rescaled(
    target: string,
    { currentReplicas, replicas }: Pick<HorizontalDecision, 'currentReplicas' | 'replicas'>,
  ): void {
    const direction = Math.sign(replicas - currentReplicas);
    const before = this.#direction.get(target);
    this.rescales++;
    if (before !== undefined && before !== direction) this.turns++;
    this.#direction.set(target, direction);
  }

  /** An image has come to a node, or did not. */
  pulled(pulled: boolean, bytes: number, tookNs: TimeNs): void {
    const images = this.#images;
    if (!pulled) images.failed++;
    else if (bytes > 0) images.pulls++;
    images.bytes += bytes;
    images.longestNs = Math.max(images.longestNs, tookNs);
  }

  #imageMetrics(): Record<string, number> {
    const { pulls, failed, bytes, longestNs } = this.#images;
    if (longestNs < 0) return {};
    return { imagePulls: pulls, imagePullsFailed: failed, imageBytes: bytes, imagePullLongest: longestNs };
  }

  /** A fault strikes. */
  faultStrikes(nowNs: TimeNs): void {
    if (this.#faultNs < 0) this.#faultNs = nowNs;
  }

  /** Somebody asks whether all is whole only after a fault. */
  get isHit(): boolean {
    return this.#faultNs >= 0;
  }

  /** Whether every workload has all its pods Ready now. */
  whole(isWhole: boolean, nowNs: TimeNs): void {
    if (isWhole && !this.#isWhole) this.#mendedNs = nowNs;
    this.#isWhole = isWhole;
  }

  /** From the first fault until all was whole again; not whole at the end counts until then; undefined: it always was. */
  #wholeAgainNs(nowNs: TimeNs): number | undefined {
    if (!this.#isWhole) return nowNs - this.#faultNs;
    return this.#mendedNs < 0 ? undefined : this.#mendedNs - this.#faultNs;
  }

  /** A rollout or a drain begins. */
  begins(what: string, nowNs: TimeNs): void {
    this.#began.set(what, nowNs);
  }

  /** A rollout has come to its end. */
  rolledOut(what: string, nowNs: TimeNs): void {
    const beganNs = this.#began.get(what);
    if (beganNs !== undefined) this.#longestRolloutNs = Math.max(this.#longestRolloutNs, nowNs - beganNs);
    this.#began.delete(what);
  }

  /** A node is empty. */
  drained(what: string, nowNs: TimeNs): void {
    const beganNs = this.#began.get(what);
    if (beganNs !== undefined) this.#longestDrainNs = Math.max(this.#longestDrainNs, nowNs - beganNs);
    this.#began.delete(what);
  }

  /** Keys of the catalog's metrics. */
  metrics(nowNs: TimeNs, autoscaled: boolean): Record<string, number> {
    const wholeAgainNs = this.#wholeAgainNs(nowNs);
    return {
      ...(this.isHit ? { podsEvicted: this.evictions } : {}),
      ...(wholeAgainNs === undefined ? {} : { wholeAgain: wholeAgainNs }),
      replicasMean: this.#replicas.mean(nowNs),
      replicasPeak: this.#peak,
      ...this.#imageMetrics(),
      ...this.jobs.metrics(nowNs),
      podRestarts: this.restarts,
      ...(autoscaled ? { rescales: this.rescales, turns: this.turns } : {}),
      ...(this.#longestRolloutNs < 0 ? {} : { rolloutTime: this.#longestRolloutNs }),
      ...(this.#longestDrainNs < 0 ? {} : { drainTime: this.#longestDrainNs }),
    };
  }
}
