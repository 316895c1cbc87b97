/**
 * A CronJob: makes a Job at each instant of its schedule.
 *
 * Source: Kubernetes 1.34 `pkg/controller/cronjob`: only the latest instant since the last run is made up for; `concurrencyPolicy` Allow, Forbid
 * (nothing is begun while a Job goes on; when it has ended, the latest instant that is not too late is) and Replace; an instant that lies further
 * back than `startingDeadlineSeconds` is missed. More than 100 instants since the last run, or within that deadline, are told of with the warning
 * TooManyMissedTimes and begin a Job all the same: so the source has it since 1.21, while its documentation still says that none is begun. Of Jobs that
 * have ended three that were completed and one that failed are kept, the latest by their start.
 * Leaves out: suspension; the number of missed instants is counted and not estimated from the distance of two, as upstream does.
 */
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { NONE } from '../pod-table.ts';
import type { ControllerManager, Workload } from './controller-manager.ts';
import { Job, type JobListener, type JobSpec, type JobState } from './job.ts';

/** What a CronJob is made of. */
export interface CronJobSpec {
  readonly name: string;
  /** The first instant of the schedule after one; Infinity: none. */
  readonly nextAfter: (atNs: TimeNs) => TimeNs;
  readonly concurrency: 'Allow' | 'Forbid' | 'Replace';
  /** Infinity: a run may be as late as it likes. */
  readonly startingDeadlineNs: TimeNs;
  /** Jobs that were completed, and those that failed, of which so many are kept. */
  readonly successfulHistory: number;
  readonly failedHistory: number;
  readonly job: Omit<JobSpec, 'name' | 'parent'>;
}

/** Defaults of `batch/v1`. */
export const CRON_JOB_DEFAULTS = {
  concurrency: 'Allow',
  startingDeadlineNs: Number.POSITIVE_INFINITY,
  successfulHistory: 3,
  failedHistory: 1,
} as const satisfies Partial<CronJobSpec>;

/** More missed instants than these are told of. */
export const MISSED_MAX = 100;

/** Hears of a CronJob's Jobs, and of too many missed instants. */
export interface CronJobListener {
  jobEnded?: JobListener;
  /** So many instants were missed when a Job was begun. */
  tooManyMissed?(missed: number): void;
}

/** The controller looks this long after the instant, so that it is not early. */
const LATE_NS = 100 * NS_PER_MS;

/** One CronJob. */
export class CronJob implements Workload {
  readonly kind = 'CronJob';
  readonly name: string;
  readonly object: number;
  readonly parent = NONE;
  readonly scale = 0;
  readonly #manager: ControllerManager;
  readonly #spec: CronJobSpec;
  readonly #listener: CronJobListener;
  /** In the order of their start. */
  #jobs: Job[] = [];
  /** The instant of the last run; before the first: when it was created. */
  #lastNs: TimeNs;
  /** Instants of the schedule up to here were counted. */
  #countedNs: TimeNs;
  #instants = 0;
  #started = 0;

  constructor(manager: ControllerManager, object: number, spec: CronJobSpec, listener: CronJobListener = {}) {
    this.#manager = manager;
    this.object = object;
    this.name = spec.name;
    this.#spec = spec;
    this.#listener = listener;
    this.#lastNs = manager.sim.nowNs;
    this.#countedNs = manager.sim.nowNs;
  }

  /** Runs that were made. */
  get started(): number {
    return this.#started;
  }

  /** Instants that have come and have no run, and will have none. */
  get missed(): number {
    this.#count();
    return this.#instants - this.#started - (this.#due() === undefined ? 0 : 1);
  }

  /** Its Jobs that exist, in the order of their start. */
  get jobs(): readonly Job[] {
    return this.#jobs.filter((job) => this.#manager.get(job.object) === job);
  }

  sync(): void {
    this.#jobs = [...this.jobs];
    this.#forgetOld('complete', this.#spec.successfulHistory);
    this.#forgetOld('failed', this.#spec.failedHistory);
    const dueNs = this.#due();
    if (dueNs !== undefined) this.#start(dueNs);
    const { nowNs } = this.#manager.sim;
    const nextNs = this.#spec.nextAfter(nowNs);
    if (Number.isFinite(nextNs)) this.#manager.lookAfter(this.object, nextNs + LATE_NS - nowNs);
  }

  /** Before this nothing is made up for. */
  get #earliestNs(): TimeNs {
    return Math.max(this.#lastNs, this.#manager.sim.nowNs - this.#spec.startingDeadlineNs);
  }

  /** The latest instant since the last run that is not too late. */
  #due(): TimeNs | undefined {
    const { nowNs } = this.#manager.sim;
    let due: TimeNs | undefined;
    for (let atNs = this.#spec.nextAfter(this.#earliestNs); atNs <= nowNs; atNs = this.#spec.nextAfter(atNs))
      due = atNs;
    return due;
  }

  #count(): void {
    const { nowNs } = this.#manager.sim;
    for (let atNs = this.#spec.nextAfter(this.#countedNs); atNs <= nowNs; atNs = this.#spec.nextAfter(atNs)) {
      this.#instants++;
      this.#countedNs = atNs;
    }
  }

  #start(dueNs: TimeNs): void {
    const active = this.#jobs.filter(({ state }) => state === 'active');
    // It is looked at again when the one that runs has ended.
    if (this.#spec.concurrency === 'Forbid' && active.length > 0) return;
    this.#warn();
    this.#lastNs = dueNs;
    if (this.#spec.concurrency === 'Replace') for (const job of active) this.#manager.deleteWithPods(job.object);
    this.#started++;
    const name = `${this.name}-${this.#started}`;
    const spec: JobSpec = { ...this.#spec.job, name, parent: this.object };
    const onEnd: JobListener = (job, reason) => this.#listener.jobEnded?.(job, reason);
    this.#jobs.push(this.#manager.add((object) => new Job(this.#manager, object, spec, onEnd)));
  }

  #warn(): void {
    const { nowNs } = this.#manager.sim;
    let missed = 0;
    for (let atNs = this.#spec.nextAfter(this.#earliestNs); atNs <= nowNs; atNs = this.#spec.nextAfter(atNs)) missed++;
    if (missed > MISSED_MAX) this.#listener.tooManyMissed?.(missed);
  }

  /** Deletes the oldest Jobs that ended so, but for that many. */
  #forgetOld(state: JobState, kept: number): void {
    const ended = this.#jobs.filter((job) => job.state === state);
    for (const job of ended.slice(0, Math.max(0, ended.length - kept))) this.#manager.deleteWithPods(job.object);
    this.#jobs = [...this.jobs];
  }
}
