/** The rows of workloads in a recording, looked at many times in a run: what is, and beside it what autoscalers are told. */
import type { ServedLoad } from '../../../models/traffic/load/served-load.ts';
import type { Publication } from '../../../models/world/publication.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { LivingWorkload } from './life-plan.ts';
import type { ScaledWorkload } from './workloads/scaled-workload.ts';

/** Rows are looked at so often in a run. */
const LOOKS = 240;
/** A look comes after everything else of its instant. */
const LATE_PRIORITY = 6;

/** What rows are made of. */
export interface RowParts {
  readonly sim: Simulation;
  readonly publish: Publication;
  readonly load: () => ServedLoad;
  readonly workloads: readonly LivingWorkload[];
  /** The row of the first workload, and what stands before their names: clusters of one run write into one table. */
  readonly firstRow: number;
  readonly prefix: string;
  /** The load's number of the cluster's first service. */
  readonly firstService: number;
  readonly controllers: readonly ScaledWorkload[];
  /** The number of the pod in a row of the table. */
  readonly numberOf: (pod: number) => number;
}

/** The rows of one run. */
export class WorkloadRows {
  readonly #parts: RowParts;
  readonly #periodNs: TimeNs;
  readonly #kind: EventKind;
  /** Kinds of request of each workload's service. */
  #requests: readonly (readonly number[])[] = [];
  /** Processor time of each pod at the last look. */
  #cpuNs = new Map<number, number>();
  /** By workload: processor time of all its pods at the last look. */
  readonly #togetherNs: number[] = [];
  #lookedNs: TimeNs = 0;

  constructor(parts: RowParts, durationNs: TimeNs) {
    this.#parts = parts;
    this.#periodNs = Math.max(1, Math.floor(durationNs / LOOKS));
    this.#kind = parts.sim.kind('workloads are looked at', () => this.#look(), LATE_PRIORITY);
    const { recorder } = parts.publish;
    parts.workloads.forEach(({ name }, workload) => {
      recorder.born(parts.publish.table('workloads'), parts.firstRow + workload, parts.prefix + name);
    });
  }

  /** Looks begin; the load must be there by now. What has no pods has its version at once. */
  begin(): void {
    for (const controller of this.#parts.controllers) controller.podsChanged?.();
    const { workloads, firstService, load } = this.#parts;
    const { kindsOf } = load().graph;
    this.#requests = workloads.map(({ service }) => (service < 0 ? [] : kindsOf[firstService + service]!));
    this.#parts.sim.after(this.#periodNs, this.#kind);
  }

  /** An autoscaler has looked at a workload: the use of a pod that it was told, thousandths, is written. */
  seen(workload: number, cpuMilli: number): void {
    if (Number.isNaN(cpuMilli)) return;
    this.#set(workload, 'cpuUseSeen', cpuMilli / Math.max(1, this.#parts.workloads[workload]!.cpuMilli));
  }

  #look(): void {
    const { sim, workloads } = this.#parts;
    sim.cause = -1;
    const before = this.#cpuNs;
    this.#cpuNs = new Map();
    const passedNs = sim.nowNs - this.#lookedNs;
    workloads.forEach((_, workload) => {
      this.#pods(workload);
      this.#answers(workload);
      this.#processors(workload, before, passedNs);
    });
    this.#lookedNs = sim.nowNs;
    sim.after(this.#periodNs, this.#kind);
  }

  #pods(workload: number): void {
    const { replicas, current, ready } = this.#parts.controllers[workload]!;
    this.#set(workload, 'wanted', replicas);
    this.#set(workload, 'exist', current);
    this.#set(workload, 'ready', ready);
  }

  #answers(workload: number): void {
    const windows = this.#requests[workload]!.map((kind) => this.#parts.load().window(kind));
    if (windows.length === 0) return;
    const ok = windows.reduce((sum, window) => sum + window.ok, 0);
    const failed = windows.reduce((sum, window) => sum + window.failed, 0);
    this.#set(workload, 'requests', (ok * 1e9) / this.#periodNs);
    this.#set(workload, 'errors', ok + failed === 0 ? 0 : failed / (ok + failed));
    const { p99Ns } = windows[0]!;
    if (!Number.isNaN(p99Ns)) this.#set(workload, 'latencyP99', p99Ns);
  }

  #processors(workload: number, before: ReadonlyMap<number, number>, passedNs: TimeNs): void {
    const { controllers, workloads } = this.#parts;
    const usedNs = this.#usedTogether(workload) ?? this.#usedByEach(workload, before);
    const requestedNs = (controllers[workload]!.activeCount * workloads[workload]!.cpuMilli * passedNs) / 1000;
    if (requestedNs > 0) this.#set(workload, 'cpuUse', usedNs / requestedNs);
  }

  /** Processor time of all its pods since the last look; undefined: the load knows it of each pod only. */
  #usedTogether(workload: number): number | undefined {
    const { load, workloads, firstService } = this.#parts;
    const { service } = workloads[workload]!;
    if (service < 0) return 0;
    const usedNs = load().usedByService?.(firstService + service);
    if (usedNs === undefined) return undefined;
    const before = this.#togetherNs[workload] ?? 0;
    this.#togetherNs[workload] = usedNs;
    return usedNs - before;
  }

  #usedByEach(workload: number, before: ReadonlyMap<number, number>): number {
    const { load, controllers, numberOf } = this.#parts;
    let usedNs = 0;
    for (const pod of controllers[workload]!.active()) {
      const number = numberOf(pod);
      const cpuNs = load().usedNs(number);
      usedNs += cpuNs - (before.get(number) ?? 0);
      this.#cpuNs.set(number, cpuNs);
    }
    return usedNs;
  }

  #set(workload: number, column: string, value: number): void {
    const { publish, firstRow } = this.#parts;
    publish.recorder.set(publish.column(`workloads.${column}`), firstRow + workload, value);
  }
}
