/** CronJobs of a document: their instants are multiples of a period. */
import { CronJob } from '../../../../models/cluster/workload/cron-job.ts';
import { Job } from '../../../../models/cluster/workload/job.ts';
import type { TimeNs } from '../../../../sim/engine/sim-time.ts';
import { jobSpecOf } from './job-workload.ts';
import { OwnedPods } from './owned-pods.ts';
import type { WorkloadGround } from './scaled-workload.ts';

/** The first instant `first + n × every` after one. */
export function nextOf(firstNs: TimeNs, everyNs: TimeNs, atNs: TimeNs): TimeNs {
  return atNs < firstNs ? firstNs : firstNs + (Math.floor((atNs - firstNs) / everyNs) + 1) * everyNs;
}

/** A CronJob at work. */
export class CronWorkload extends OwnedPods {
  readonly #cron: CronJob;

  constructor(ground: WorkloadGround) {
    super(ground);
    const { name, file } = ground.workload;
    const { manager } = ground.cluster;
    const everyNs = file.every!;
    const firstNs = file.first ?? everyNs;
    const spec = {
      name,
      nextAfter: (atNs: TimeNs) => nextOf(firstNs, everyNs, atNs),
      concurrency: file.concurrency ?? 'Allow',
      startingDeadlineNs: file.startingDeadline ?? Number.POSITIVE_INFINITY,
      job: jobSpecOf(ground),
    } as const;
    this.#cron = manager.add((object) => new CronJob(manager, object, spec, ground.onJobEnd));
  }

  get object(): number {
    return this.#cron.object;
  }

  /** Runs that were left out. */
  get skipped(): number {
    return this.#cron.skipped;
  }

  get replicas(): number {
    const { manager } = this.ground.cluster;
    return this.owners().reduce((sum, owner) => {
      const job = manager.get(owner);
      return job instanceof Job ? sum + job.wanted : sum;
    }, 0);
  }

  /** Nobody misses a pod that is about to end. */
  override get isWhole(): boolean {
    return true;
  }

  protected owners(): readonly number[] {
    return this.ground.cluster.manager.ownedBy(this.#cron.object);
  }
}
