/** What Jobs of all clusters of a run come to. */
import type { Job } from '../../../models/cluster/workload/job.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { ClusterLife } from './cluster-life.ts';

/** Counts of one run. */
export class JobFigures {
  readonly #clusters: ClusterLife[] = [];
  #complete = 0;
  #failed = 0;
  #podsFailed = 0;
  #togetherNs = 0;
  #longestNs = 0;

  /** A cluster, if it has Jobs. */
  follow(life: ClusterLife): void {
    if (life.controllers.some(({ jobs }) => jobs !== undefined)) this.#clusters.push(life);
  }

  /** A Job has ended. */
  ended(job: Job, nowNs: TimeNs): void {
    if (job.state === 'complete') this.#complete++;
    else this.#failed++;
    this.#podsFailed += job.failed;
    this.#took(nowNs - job.startedNs);
  }

  /** Keys of the catalog's metrics; none where nobody has Jobs. */
  metrics(nowNs: TimeNs): Record<string, number> {
    if (this.#clusters.length === 0) return {};
    const controllers = this.#clusters.flatMap((life) => life.controllers);
    const active = controllers.flatMap((each) => each.jobs?.() ?? []).filter(({ state }) => state === 'active');
    const times = active.map(({ startedNs }) => nowNs - startedNs);
    const count = this.#complete + this.#failed + active.length;
    return {
      jobsComplete: this.#complete,
      jobsFailed: this.#failed,
      jobsUnfinished: active.length,
      jobPodsFailed: active.reduce((all, { failed }) => all + failed, this.#podsFailed),
      ...(count === 0
        ? {}
        : {
            jobTimeMean: times.reduce((all, each) => all + each, this.#togetherNs) / count,
            jobTimeLongest: Math.max(this.#longestNs, ...times),
          }),
      cronRunsMissed: controllers.reduce((all, each) => all + (each.missed?.() ?? 0), 0),
      endedPodsPeak: this.#clusters.reduce((all, { cluster }) => all + cluster.ended.peak, 0),
    };
  }

  #took(timeNs: TimeNs): void {
    this.#togetherNs += timeNs;
    this.#longestNs = Math.max(this.#longestNs, timeNs);
  }
}
