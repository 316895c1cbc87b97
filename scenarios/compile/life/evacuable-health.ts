/** What a planner acts on: what the federation believes of its members, and which of them people have told workloads to leave. */
import type { ClusterHealth } from '../../../models/federation/cluster-health.ts';

/** Health with members that are evacuated: they take nothing, and lose what they have. */
export class EvacuableHealth implements ClusterHealth {
  readonly #believed: ClusterHealth;
  readonly #left = new Set<number>();
  readonly #listeners: ((cluster: number) => void)[] = [];

  constructor(believed: ClusterHealth) {
    this.#believed = believed;
  }

  /** As the interface says. */
  isHealthy(cluster: number): boolean {
    return !this.#left.has(cluster) && this.#believed.isHealthy(cluster);
  }

  /** As the interface says. */
  takesNew(cluster: number): boolean {
    return this.isHealthy(cluster) && (this.#believed.takesNew?.(cluster) ?? true);
  }

  /** As the interface says. */
  onChanged(listener: (cluster: number) => void): void {
    this.#listeners.push(listener);
    this.#believed.onChanged(listener);
  }

  /** Workloads leave the member, or may come back. */
  evacuate(cluster: number, leaves: boolean): void {
    if (this.#left.has(cluster) === leaves) return;
    if (leaves) this.#left.add(cluster);
    else this.#left.delete(cluster);
    for (const listener of this.#listeners) listener(cluster);
  }
}
