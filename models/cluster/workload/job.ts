/**
 * A Job: pods that are to end well so and so often.
 *
 * Source: Kubernetes 1.34 `pkg/controller/job`: at most `parallelism` pods at a time and never more than completions are missing; after a
 * failure new pods wait 10 s, doubling with each further failure in a row to 10 min; more than `backoffLimit` failures or
 * `activeDeadlineSeconds` end the Job as failed and take its pods away; an indexed Job fills each index once. `pkg/controller/ttlafterfinished`
 * deletes a Job that has ended, and its pods, after `ttlSecondsAfterFinished`.
 * Leaves out: pod failure and success policies, suspension, a back-off for each index.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { NEVER_NS, NONE, POD_PHASE } from '../pod-table.ts';
import type { ControllerManager, Workload } from './controller-manager.ts';

/** What a Job is made of. */
export interface JobSpec {
  readonly name: string;
  /** The CronJob that owns it; NONE: nobody. */
  readonly parent?: number;
  readonly template: number;
  readonly completions: number;
  readonly parallelism: number;
  readonly backoffLimit: number;
  readonly indexed: boolean;
  /** Infinity: none. */
  readonly activeDeadlineNs: TimeNs;
  /** From the end of the Job until it is deleted; Infinity: never. */
  readonly ttlNs: TimeNs;
  /** Pods leave the table as soon as their end is counted; `ended-pods.ts` keeps what is left of them. */
  readonly clearsEnded?: boolean;
}

/** Defaults of `batch/v1`. */
export const JOB_DEFAULTS = {
  completions: 1,
  parallelism: 1,
  backoffLimit: 6,
  indexed: false,
  activeDeadlineNs: Number.POSITIVE_INFINITY,
  ttlNs: Number.POSITIVE_INFINITY,
} as const satisfies Partial<JobSpec>;

/** The pause after a first failure, and the longest one. */
export const JOB_BACKOFF = { firstNs: 10 * NS_PER_SECOND, longestNs: 600 * NS_PER_SECOND } as const;

/** What has become of a Job. */
export type JobState = 'active' | 'complete' | 'failed';

/** Hears how a Job ended, and why if it failed. */
export type JobListener = (job: Job, reason: 'Complete' | 'BackoffLimitExceeded' | 'DeadlineExceeded') => void;

/** One Job. */
export class Job implements Workload {
  readonly kind = 'Job';
  readonly name: string;
  readonly object: number;
  readonly parent: number;
  readonly startedNs: TimeNs;
  readonly #manager: ControllerManager;
  readonly #spec: JobSpec;
  readonly #onEnd: JobListener;
  readonly #doneIndexes = new Set<number>();
  /** Pods whose end was counted. */
  readonly #counted = new Set<number>();
  #succeeded = 0;
  #failed = 0;
  /** Failures since the last success. */
  #inARow = 0;
  #lastFailureNs: TimeNs = 0;
  #state: JobState = 'active';
  #endedNs: TimeNs = NEVER_NS;

  constructor(manager: ControllerManager, object: number, spec: JobSpec, onEnd: JobListener = () => {}) {
    this.#manager = manager;
    this.object = object;
    this.name = spec.name;
    this.parent = spec.parent ?? NONE;
    this.#spec = spec;
    this.#onEnd = onEnd;
    this.startedNs = manager.sim.nowNs;
  }

  get scale(): number {
    return this.#spec.parallelism;
  }

  /** What has become of it. */
  get state(): JobState {
    return this.#state;
  }

  /** Pods that are to work at this time. */
  get wanted(): number {
    if (this.#state !== 'active') return 0;
    return Math.min(this.#spec.parallelism, this.#spec.completions - this.#succeeded);
  }

  /** Pods that are to end well. */
  get completions(): number {
    return this.#spec.completions;
  }

  /** Pods that ended well. */
  get succeeded(): number {
    return this.#succeeded;
  }

  /** Pods that failed. */
  get failed(): number {
    return this.#failed;
  }

  /** When it ended; NEVER_NS: it goes on. */
  get endedNs(): TimeNs {
    return this.#endedNs;
  }

  sync(): void {
    if (this.#state !== 'active') {
      this.#expire();
      return;
    }
    this.#count();
    if (this.#succeeded >= this.#spec.completions) this.#end('complete', 'Complete');
    else if (this.#failed > this.#spec.backoffLimit) this.#end('failed', 'BackoffLimitExceeded');
    else if (this.#leftNs() <= 0) this.#end('failed', 'DeadlineExceeded');
    else this.#goOn();
  }

  #leftNs(): number {
    return this.startedNs + this.#spec.activeDeadlineNs - this.#manager.sim.nowNs;
  }

  /** Pods that have ended since the last look. */
  #count(): void {
    const { pods } = this.#manager;
    for (const pod of pods.podsOf(this.object)) {
      const serial = pods.serial[pod]!;
      // A pod that is deleted before its end counts as failed once it is really gone or has ended.
      if (!pods.hasEnded(pod) || this.#counted.has(serial)) continue;
      this.#counted.add(serial);
      if (pods.phase[pod] === POD_PHASE.succeeded) {
        this.#inARow = 0;
        if (!this.#spec.indexed || !this.#doneIndexes.has(pods.ordinal[pod]!)) this.#succeeded++;
        this.#doneIndexes.add(pods.ordinal[pod]!);
      } else {
        this.#failed++;
        this.#inARow++;
        this.#lastFailureNs = this.#manager.sim.nowNs;
      }
      if (this.#spec.clearsEnded === true) this.#manager.deleteNow(pod);
    }
  }

  #goOn(): void {
    const { nowNs } = this.#manager.sim;
    if (Number.isFinite(this.#leftNs())) this.#manager.lookAfter(this.object, this.#leftNs());
    const active = this.#active();
    const missing = this.wanted - active.length - this.#manager.expected(this.object);
    if (missing < 0) for (const pod of active.slice(missing)) this.#manager.deletePod(pod);
    if (missing <= 0) return;
    const waitNs = this.#backoffNs() - (nowNs - this.#lastFailureNs);
    if (this.#inARow > 0 && waitNs > 0) {
      this.#manager.lookAfter(this.object, waitNs);
      return;
    }
    // Pods of indexes that are on their way are known by number only once they exist.
    if (this.#spec.indexed && this.#manager.expected(this.object) > 0) return;
    for (const ordinal of this.#places(active, missing))
      this.#manager.createPod({ owner: this.object, template: this.#spec.template, ordinal });
  }

  #backoffNs(): TimeNs {
    return Math.min(JOB_BACKOFF.longestNs, JOB_BACKOFF.firstNs * (1 << Math.min(20, Math.max(0, this.#inARow - 1))));
  }

  /** The lowest indexes that are neither done nor under way; without indexes, no place at all. */
  #places(active: readonly number[], count: number): number[] {
    if (!this.#spec.indexed) return new Array<number>(count).fill(NONE);
    const taken = new Set(active.map((pod) => this.#manager.pods.ordinal[pod]!));
    const free: number[] = [];
    for (let index = 0; index < this.#spec.completions && free.length < count; index++)
      if (!taken.has(index) && !this.#doneIndexes.has(index)) free.push(index);
    return free;
  }

  #active(): number[] {
    const { pods } = this.#manager;
    return pods.podsOf(this.object).filter((pod) => pods.isActive(pod));
  }

  #end(state: JobState, reason: Parameters<JobListener>[1]): void {
    this.#state = state;
    this.#endedNs = this.#manager.sim.nowNs;
    for (const pod of this.#active()) this.#manager.deletePod(pod);
    this.#onEnd(this, reason);
    this.#manager.changed(this.parent);
    this.#expire();
  }

  /** What has ended long enough ago is deleted. */
  #expire(): void {
    if (this.#spec.ttlNs === Number.POSITIVE_INFINITY) return;
    const leftNs = this.#endedNs + this.#spec.ttlNs - this.#manager.sim.nowNs;
    if (leftNs > 0) this.#manager.lookAfter(this.object, leftNs);
    else this.#manager.deleteWithPods(this.object);
  }
}
