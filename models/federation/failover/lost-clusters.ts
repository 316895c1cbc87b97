/**
 * From the verdict that a cluster is lost to the decision to run its replicas elsewhere, and back.
 *
 * Source: Karmada: a NoSchedule taint at once, NoExecute and its tolerationSeconds before anything moves (300 s by default, and eviction is off
 * unless asked for); KubeFed and Federation v1: 60 s (`clusterUnavailableDelay`) and 20 s (`clusterAvailableDelay`). Whether replicas come back
 * when the cluster does is the planner's business: most federations move nothing back by themselves.
 * Leaves out: the rate at which Karmada evicts objects (`resource-eviction-rate` 0.5 a second) and its halt when most clusters are lost.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { ClusterHealth } from '../cluster-health.ts';

/** How patient a federation is. */
export interface PatiencePlan {
  /** From the verdict until replicas are planned elsewhere; Infinity: they never are. */
  readonly actAfterNs: TimeNs;
  /** From the verdict that it is back until it is planned for again. */
  readonly returnAfterNs: TimeNs;
}

/** What the federation acts on. */
export class LostClusters implements ClusterHealth {
  readonly #sim: Simulation;
  readonly #plan: PatiencePlan;
  readonly #kind: EventKind;
  readonly #listeners: ((cluster: number) => void)[] = [];
  /** The last verdict of detection. */
  readonly #verdict: boolean[];
  readonly #healthy: boolean[];
  readonly #takesNew: boolean[];
  readonly #pending: (EventHandle | undefined)[] = [];

  constructor(sim: Simulation, name: string, plan: PatiencePlan, clusters: number) {
    this.#sim = sim;
    this.#plan = plan;
    this.#kind = sim.kind(`${name}: patience ends`, (cluster) => this.#act(cluster));
    this.#verdict = Array.from({ length: clusters }, () => true);
    this.#healthy = [...this.#verdict];
    this.#takesNew = [...this.#verdict];
  }

  isHealthy(cluster: number): boolean {
    return this.#healthy[cluster]!;
  }

  takesNew(cluster: number): boolean {
    return this.#takesNew[cluster]!;
  }

  onChanged(listener: (cluster: number) => void): void {
    this.#listeners.push(listener);
  }

  /** Detection has changed its mind. */
  verdict(cluster: number, healthy: boolean): void {
    const pending = this.#pending[cluster];
    if (pending !== undefined) this.#sim.cancel(pending);
    this.#pending[cluster] = undefined;
    this.#verdict[cluster] = healthy;
    const afterNs = healthy ? this.#plan.returnAfterNs : this.#plan.actAfterNs;
    if (!healthy && this.#takesNew[cluster]) {
      this.#takesNew[cluster] = false;
      this.#tell(cluster);
    }
    if (afterNs === 0) this.#act(cluster);
    else if (Number.isFinite(afterNs)) this.#pending[cluster] = this.#sim.after(afterNs, this.#kind, cluster);
  }

  #act(cluster: number): void {
    this.#pending[cluster] = undefined;
    const healthy = this.#verdict[cluster]!;
    if (this.#healthy[cluster] === healthy && this.#takesNew[cluster] === healthy) return;
    this.#healthy[cluster] = healthy;
    this.#takesNew[cluster] = healthy;
    this.#tell(cluster);
  }

  #tell(cluster: number): void {
    for (const listener of this.#listeners) listener(cluster);
  }
}
