/** Jobs of a document. */
import { JOB_DEFAULTS, Job, type JobListener, type JobSpec } from '../../../../models/cluster/workload/job.ts';
import { OwnedPods } from './owned-pods.ts';
import type { WorkloadGround } from './scaled-workload.ts';

/** What a workload says of its Job; the count of its group is the completions where it says nothing. */
export function jobSpecOf({ workload, replicas }: WorkloadGround): Omit<JobSpec, 'name' | 'parent'> {
  const { file, versions } = workload;
  return {
    template: versions[0]!,
    completions: file.completions ?? replicas,
    parallelism: file.parallelism ?? JOB_DEFAULTS.parallelism,
    backoffLimit: file.backoffLimit ?? JOB_DEFAULTS.backoffLimit,
    indexed: JOB_DEFAULTS.indexed,
    activeDeadlineNs: file.deadline ?? JOB_DEFAULTS.activeDeadlineNs,
    ttlNs: file.ttlAfterFinished ?? JOB_DEFAULTS.ttlNs,
    clearsEnded: true,
  };
}

/** How a Job ended, in words. */
export function jobWords({ name, succeeded, completions }: Job, reason: Parameters<JobListener>[1]): string {
  return `${name}: ${reason}, ${succeeded} of ${completions} pods ended well`;
}

/** A Job at work. */
export class JobWorkload extends OwnedPods {
  readonly #job: Job;

  constructor(ground: WorkloadGround) {
    super(ground);
    const { manager } = ground.cluster;
    const spec = { ...jobSpecOf(ground), name: ground.workload.name };
    this.#job = manager.add((object) => new Job(manager, object, spec, ground.onJobEnd));
  }

  get object(): number {
    return this.#job.object;
  }

  get replicas(): number {
    return this.#job.wanted;
  }

  /** Nobody misses a pod that is about to end. */
  override get isWhole(): boolean {
    return true;
  }

  /** As the interface says. */
  jobs(): readonly Job[] {
    return [this.#job];
  }

  protected owners(): readonly number[] {
    return [this.#job.object];
  }
}
