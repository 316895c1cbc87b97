/** How many replicas of all workloads a cluster has, pause pods aside, counted anew only when something about its pods has changed. */
import type { ClusterLife } from './cluster-life.ts';

/** The counts of one cluster. */
export class ReplicaCounts {
  readonly #life: ClusterLife;
  #version = -1;
  #placed = 0;
  #ready = 0;

  constructor(life: ClusterLife) {
    this.#life = life;
  }

  /** Replicas that have a node. */
  get placed(): number {
    this.#count();
    return this.#placed;
  }

  /** Replicas that are Ready. */
  get ready(): number {
    this.#count();
    return this.#ready;
  }

  #count(): void {
    const { cluster, work } = this.#life;
    if (this.#version === cluster.pods.version) return;
    this.#version = cluster.pods.version;
    this.#placed = work.reduce((sum, { placed }) => sum + placed, 0);
    this.#ready = work.reduce((sum, { ready }) => sum + ready, 0);
  }
}
