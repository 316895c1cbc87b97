/**
 * How the copies of a workload leave a cluster: after the new ones serve, before them, or never.
 *
 * Source: Karmada `gracefuleviction/evictiontask.go` and `taint_manager.go`: gracefully, the old copies stay until every cluster that is
 * scheduled reports its own as healthy, or until 10 min are over (`--graceful-eviction-timeout`); directly, they are deleted and then
 * rescheduled. A task stays when the cluster comes back: nothing moves back by itself (issues 1189, 2769).
 * Leaves out: `SuppressDeletion`, state that is taken along, Karmada's looks every tenth of the time limit (here what changes is seen at once).
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';

/** What happens to old copies. */
export const PURGE_MODES = ['gracefully', 'directly', 'never'] as const;
/** One of them. */
export type PurgeMode = (typeof PURGE_MODES)[number];

/** How a federation moves workloads. */
export interface MigrationPlan {
  readonly purge: PurgeMode;
  /** Time limit of moving gracefully. */
  readonly graceNs: TimeNs;
}

/** Karmada's default. */
export const GRACEFULLY: MigrationPlan = { purge: 'gracefully', graceNs: 600 * NS_PER_SECOND };

/** The replicas that move, as whoever plans them has them. */
export interface MovingReplicas {
  /** Plans what is missing onto other clusters. */
  planElsewhere(workload: number, leaving: number): void;
  /** Replicas that other clusters were told to run; 0 while no place is found. */
  wantedElsewhere(workload: number, leaving: number): number;
  /** Of those, the ones that are Ready. */
  readyElsewhere(workload: number, leaving: number): number;
  /** Takes the copies away; what a cluster that cannot be reached makes of it is the planner's business. */
  drop(workload: number, leaving: number): void;
}

interface Task {
  readonly workload: number;
  readonly cluster: number;
  readonly limit: EventHandle;
}

/** Moves under way. */
export class Migrations {
  readonly #sim: Simulation;
  readonly #plan: MigrationPlan;
  readonly #replicas: MovingReplicas;
  readonly #kind: EventKind;
  #tasks: Task[] = [];

  constructor(sim: Simulation, name: string, plan: MigrationPlan, replicas: MovingReplicas) {
    this.#sim = sim;
    this.#plan = plan;
    this.#replicas = replicas;
    this.#kind = sim.kind(`${name}: time limit of a move`, (workload, cluster) => this.#end(workload, cluster));
  }

  /** Whether old copies still stand in a cluster that the workload leaves. */
  isLeaving(workload: number, cluster: number): boolean {
    return this.#tasks.some((task) => task.workload === workload && task.cluster === cluster);
  }

  /** The workload leaves a cluster. */
  leave(workload: number, cluster: number): void {
    if (this.isLeaving(workload, cluster)) return;
    const { purge, graceNs } = this.#plan;
    if (purge === 'directly') this.#replicas.drop(workload, cluster);
    if (purge === 'gracefully')
      this.#tasks.push({ workload, cluster, limit: this.#sim.after(graceNs, this.#kind, workload, cluster) });
    this.#replicas.planElsewhere(workload, cluster);
    this.progressed(workload);
  }

  /** Replicas of the workload may have become Ready. */
  progressed(workload: number): void {
    for (const task of this.#tasks.filter((one) => one.workload === workload)) {
      const wanted = this.#replicas.wantedElsewhere(workload, task.cluster);
      if (wanted > 0 && this.#replicas.readyElsewhere(workload, task.cluster) >= wanted)
        this.#end(workload, task.cluster);
    }
  }

  #end(workload: number, cluster: number): void {
    const task = this.#tasks.find((one) => one.workload === workload && one.cluster === cluster);
    if (task === undefined) return;
    this.#sim.cancel(task.limit);
    this.#tasks = this.#tasks.filter((one) => one !== task);
    this.#replicas.drop(workload, cluster);
  }
}
