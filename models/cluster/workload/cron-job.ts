/**
 * A CronJob: makes a Job at each instant of its schedule.
 *
 * Source: Kubernetes 1.34 `pkg/controller/cronjob`: `concurrencyPolicy` Allow, Forbid (a run that is due while another goes on is
 * left out unless its deadline lets it wait) and Replace; a run later than `startingDeadlineSeconds` is missed; only the latest
 * of several missed runs is made up for.
 * Leaves out: time zones, the limits of history, the end of all runs after 100 missed ones.
 */
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { NONE } from '../pod-table.ts';
import type { ControllerManager, Workload } from './controller-manager.ts';
import { Job, type JobListener, type JobSpec } from './job.ts';

/** What a CronJob is made of. */
export interface CronJobSpec {
  readonly name: string;
  /** The first instant of the schedule after one; Infinity: none. */
  readonly nextAfter: (atNs: TimeNs) => TimeNs;
  readonly concurrency: 'Allow' | 'Forbid' | 'Replace';
  /** Infinity: a run may be as late as it likes. */
  readonly startingDeadlineNs: TimeNs;
  readonly job: Omit<JobSpec, 'name' | 'parent'>;
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
  readonly #onEnd: JobListener;
  readonly #jobs: Job[] = [];
  /** The last instant of the schedule that was seen to. */
  #seenNs: TimeNs;
  /** Runs that were left out. */
  skipped = 0;
  /** Runs that were made. */
  started = 0;

  constructor(manager: ControllerManager, object: number, spec: CronJobSpec, onEnd: JobListener = () => {}) {
    this.#manager = manager;
    this.object = object;
    this.name = spec.name;
    this.#spec = spec;
    this.#onEnd = onEnd;
    this.#seenNs = manager.sim.nowNs;
  }

  sync(): void {
    const due = this.#latestDue();
    if (due !== undefined) this.#start(due);
    const nextNs = this.#spec.nextAfter(this.#seenNs);
    const { nowNs } = this.#manager.sim;
    if (nextNs > nowNs && Number.isFinite(nextNs)) this.#manager.lookAfter(this.object, nextNs + LATE_NS - nowNs);
  }

  /** The latest instant that has come; earlier ones are missed. */
  #latestDue(): TimeNs | undefined {
    const { nowNs } = this.#manager.sim;
    let latest: TimeNs | undefined;
    for (let atNs = this.#spec.nextAfter(this.#seenNs); atNs <= nowNs; atNs = this.#spec.nextAfter(atNs)) {
      if (latest !== undefined) this.skipped++;
      latest = atNs;
    }
    return latest;
  }

  #start(dueNs: TimeNs): void {
    const { nowNs } = this.#manager.sim;
    const late = nowNs - dueNs > this.#spec.startingDeadlineNs;
    const active = this.#jobs.filter(({ state }) => state === 'active');
    if (late) {
      this.#seenNs = dueNs;
      this.skipped++;
      return;
    }
    // It is looked at again when the one that runs has ended.
    if (this.#spec.concurrency === 'Forbid' && active.length > 0) return;
    this.#seenNs = dueNs;
    if (this.#spec.concurrency === 'Replace') for (const job of active) this.#replace(job);
    this.started++;
    const name = `${this.name}-${this.started}`;
    const spec: JobSpec = { ...this.#spec.job, name, parent: this.object };
    this.#jobs.push(this.#manager.add((object) => new Job(this.#manager, object, spec, this.#onEnd)));
  }

  #replace(job: Job): void {
    const { pods } = this.#manager;
    this.#jobs.splice(this.#jobs.indexOf(job), 1);
    for (const pod of pods.podsOf(job.object)) this.#manager.deletePod(pod);
    this.#manager.drop(job.object);
  }
}
