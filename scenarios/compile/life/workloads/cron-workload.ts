/** CronJobs of a document: their instants are those of a schedule, or multiples of a period. */
import { CRON_JOB_DEFAULTS, CronJob } from '../../../../models/cluster/workload/cron-job.ts';
import { readCronSchedule } from '../../../../models/cluster/workload/cron-schedule.ts';
import type { Job } from '../../../../models/cluster/workload/job.ts';
import { assert } from '../../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../../sim/engine/sim-time.ts';
import type { WorkloadFile } from '../../../document/workload-schema.ts';
import { jobSpecOf } from './job-workload.ts';
import { OwnedPods } from './owned-pods.ts';
import type { WorkloadGround } from './scaled-workload.ts';

/** The first instant `first + n × every` after one. */
export function nextOf(firstNs: TimeNs, everyNs: TimeNs, atNs: TimeNs): TimeNs {
  return atNs < firstNs ? firstNs : firstNs + (Math.floor((atNs - firstNs) / everyNs) + 1) * everyNs;
}

/** When a CronJob runs: the first instant after one; Infinity: none. `beginsSeconds`: what time it is when the run begins, since 1970 UTC. */
export function instantsOf(
  { schedule, every, first }: Pick<WorkloadFile, 'schedule' | 'every' | 'first'>,
  beginsSeconds: number,
): (atNs: TimeNs) => TimeNs {
  if (schedule === undefined) return (atNs) => nextOf(first ?? every!, every!, atNs);
  const reading = readCronSchedule(schedule);
  assert(reading.ok, () => `a schedule that was not checked: ${schedule}`);
  return (atNs) => {
    const nextSeconds = reading.schedule.nextAfter(beginsSeconds + Math.floor(atNs / NS_PER_SECOND));
    return (nextSeconds - beginsSeconds) * NS_PER_SECOND;
  };
}

/** A CronJob at work. */
export class CronWorkload extends OwnedPods {
  readonly #cron: CronJob;

  constructor(ground: WorkloadGround) {
    super(ground);
    const { name, file } = ground.workload;
    const { manager } = ground.cluster;
    const spec = {
      name,
      nextAfter: instantsOf(file, ground.beginsSeconds),
      concurrency: file.concurrency ?? CRON_JOB_DEFAULTS.concurrency,
      startingDeadlineNs: file.startingDeadline ?? CRON_JOB_DEFAULTS.startingDeadlineNs,
      successfulHistory: file.successfulHistory ?? CRON_JOB_DEFAULTS.successfulHistory,
      failedHistory: file.failedHistory ?? CRON_JOB_DEFAULTS.failedHistory,
      job: jobSpecOf(ground),
    } as const;
    const listener = { jobEnded: ground.onJobEnd, tooManyMissed: ground.onTooManyMissed };
    this.#cron = manager.add((object) => new CronJob(manager, object, spec, listener));
  }

  get object(): number {
    return this.#cron.object;
  }

  get replicas(): number {
    return this.jobs().reduce((sum, { wanted }) => sum + wanted, 0);
  }

  /** Nobody misses a pod that is about to end. */
  override get isWhole(): boolean {
    return true;
  }

  /** As the interface says. */
  jobs(): readonly Job[] {
    return this.#cron.jobs;
  }

  /** As the interface says. */
  missed(): number {
    return this.#cron.missed;
  }

  protected owners(): readonly number[] {
    return this.ground.cluster.manager.ownedBy(this.#cron.object);
  }
}
