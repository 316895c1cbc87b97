/**
 * Jobs end, and never have more pods at work, more that end well, or more that fail, than they may.
 *
 * Source: Kubernetes 1.34 `pkg/controller/job`: at most `parallelism` pods at a time, never more than completions are missing; more than
 * `backoffLimit` failures or `activeDeadlineSeconds` end the Job; after a failure it waits 10 s, doubling to 10 min. `pkg/controller/cronjob`:
 * with Forbid and Replace one run at a time; a run begins at its instant. A pod of a lost node may still end well while another does its
 * work: Jobs are done at least once, and not exactly once.
 */
import { JOB_BACKOFF, JOB_DEFAULTS } from '../../../models/cluster/workload/job.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Checker, Scene, Watch } from '../checker.ts';
import type { KnownPod } from '../onlooker.ts';
import type { Instant } from '../playback.ts';

/** What a controller decides comes so soon after its reason. */
const MOMENT_NS = 2 * NS_PER_SECOND;

/** As the file says. */
export const jobs: Checker = {
  name: 'jobs',
  statement: 'Jobs end, and never have more pods at work, more that end well, or more that fail, than they may.',
  watch: (scene) => {
    const watches = scene.document.cluster.pods.flatMap((_, workload) =>
      ['Job', 'CronJob'].includes(scene.onlooker.kindOf(workload)) ? [new Worked(scene, workload)] : [],
    );
    return {
      instant: (now) => {
        for (const watch of watches) watch.instant(now);
      },
      end: () => {
        for (const watch of watches) watch.end();
      },
    };
  },
};

/** One Job, or all runs of one CronJob. */
class Worked implements Watch {
  readonly #scene: Scene;
  readonly #workload: number;
  readonly #name: string;
  readonly #isCron: boolean;
  readonly #parallelism: number;
  readonly #completions: number;
  readonly #backoffLimit: number;
  readonly #deadlineNs: TimeNs;
  #succeeded = 0;
  #failed = 0;
  #inARow = 0;
  #lastFailureNs: TimeNs = 0;
  /** Runs that have ended. */
  #ended = 0;

  constructor(scene: Scene, workload: number) {
    this.#scene = scene;
    this.#workload = workload;
    this.#name = scene.onlooker.nameOf(workload);
    const file = scene.onlooker.fileOf(workload)!;
    this.#isCron = file.kind === 'CronJob';
    this.#parallelism = file.parallelism ?? JOB_DEFAULTS.parallelism;
    this.#completions = file.completions ?? scene.document.cluster.pods[workload]!.count;
    this.#backoffLimit = file.backoffLimit ?? JOB_DEFAULTS.backoffLimit;
    this.#deadlineNs = file.deadline ?? JOB_DEFAULTS.activeDeadlineNs;
  }

  instant({ timeNs, changes, marks }: Instant): void {
    const { onlooker, report } = this.#scene;
    for (const { name, row } of marks) {
      if (name === 'job-ended' && row === this.#workload) this.#ended++;
      const pod = onlooker.pods[row];
      if (pod?.workload === this.#workload && (name === 'pod-succeeded' || name === 'pod-failed'))
        this.#done(name === 'pod-succeeded', timeNs);
    }
    const born = changes.some(({ what, table, row }) => what === 'born' && table === 'pods' && this.#owns(row.row));
    if (!born) return;
    if (!this.#isCron && this.#ended > 0) report(timeNs, `${this.#name} has ended and makes no pod`, 'it makes one');
    const atWork = this.#atWork().length;
    if (this.#isAlone() && atWork > this.#parallelism)
      report(timeNs, `at most ${this.#parallelism} pods of ${this.#name} at work`, String(atWork));
  }

  end(): void {
    if (this.#isCron) this.#checkSchedule();
    else if (this.#ended === 0) this.#checkEnd();
  }

  #owns(row: number): boolean {
    return this.#scene.onlooker.pods[row]!.workload === this.#workload;
  }

  /** Whether one run at a time goes on. */
  #isAlone(): boolean {
    const { concurrency = 'Allow' } = this.#scene.onlooker.fileOf(this.#workload)!;
    return !this.#isCron || concurrency !== 'Allow';
  }

  #atWork(): KnownPod[] {
    return this.#scene.onlooker
      .living()
      .filter(({ row, endsNs, doneNs }) => this.#owns(row.row) && endsNs === undefined && doneNs === undefined);
  }

  #done(well: boolean, timeNs: TimeNs): void {
    const { onlooker, report } = this.#scene;
    this.#inARow = well ? 0 : this.#inARow + 1;
    if (!well) this.#lastFailureNs = timeNs;
    if (well) this.#succeeded++;
    else this.#failed++;
    if (this.#isCron) return;
    // Those that were given up may have ended well before they heard of it.
    const twice = onlooker.pods.filter(({ row, endsNs }) => this.#owns(row.row) && endsNs !== undefined).length;
    const most = this.#completions + twice;
    if (this.#succeeded > most) report(timeNs, `${most} pods of ${this.#name} end well`, String(this.#succeeded));
    const bad = this.#backoffLimit + this.#parallelism;
    if (this.#failed > bad + twice) report(timeNs, `at most ${bad} pods of ${this.#name} fail`, String(this.#failed));
  }

  /** A Job that goes on waits for room, or for its next try. */
  #checkEnd(): void {
    const { endNs, report } = this.#scene;
    if (endNs > this.#deadlineNs + MOMENT_NS) {
      report(endNs, `${this.#name} is over at its deadline`, 'it goes on');
      return;
    }
    const waitNs = Math.min(JOB_BACKOFF.longestNs, JOB_BACKOFF.firstNs * 2 ** Math.max(0, this.#inARow - 1));
    const tries = this.#inARow > 0 && endNs - this.#lastFailureNs < waitNs + MOMENT_NS;
    const atWork = this.#atWork();
    const runNs = this.#scene.onlooker.fileOf(this.#workload)!.run!;
    const busy = atWork.some((pod) => pod.row.values['node']! >= 0 && endNs - pod.readyNs <= runNs + MOMENT_NS);
    const waits = atWork.some((pod) => pod.row.values['node']! < 0 && pod.refusal !== '');
    if (!tries && !busy && !waits)
      report(endNs, `${this.#name} is over, or goes on`, `${atWork.length} pods are there`);
  }

  /** Where nothing holds runs back, each begins at its instant. */
  #checkSchedule(): void {
    const { onlooker, endNs, report } = this.#scene;
    const { every, first = every, concurrency = 'Allow' } = onlooker.fileOf(this.#workload)!;
    if (concurrency === 'Forbid') return;
    const born = onlooker.pods.flatMap(({ row }) => (this.#owns(row.row) ? [row.bornNs] : []));
    for (let dueNs = first!; dueNs < endNs - MOMENT_NS; dueNs += every!)
      if (!born.some((timeNs) => timeNs >= dueNs && timeNs <= dueNs + MOMENT_NS))
        report(dueNs, `a run of ${this.#name} begins`, 'no pod is made');
  }
}
