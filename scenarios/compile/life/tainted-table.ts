/** The pods of a living cluster as the controllers of node life see and change them. */
import type { TaintedPods } from '../../../models/cluster/node-life/tainted-pods.ts';
import type { Toleration } from '../../../models/cluster/toleration.ts';
import type { LivingCluster } from './living-cluster.ts';

/** The pods of one cluster. */
export class TaintedTable implements TaintedPods {
  readonly #cluster: LivingCluster;
  readonly #tolerationsOf: (template: number) => readonly Toleration[];

  constructor(cluster: LivingCluster, tolerationsOf: (template: number) => readonly Toleration[]) {
    this.#cluster = cluster;
    this.#tolerationsOf = tolerationsOf;
  }

  /** As the interface says. */
  podsOn(node: number): readonly number[] {
    return this.#cluster.pods.podsOn(node);
  }

  /** As the interface says. */
  lifeOf(pod: number): number {
    return this.#cluster.pods.exists(pod) ? this.#cluster.pods.lifeOf(pod) : -1;
  }

  /** As the interface says. */
  tolerationsOf(pod: number): readonly Toleration[] {
    return this.#tolerationsOf(this.#cluster.pods.template[pod]!);
  }

  /** As the interface says. */
  isTerminating(pod: number): boolean {
    return this.#cluster.pods.terminating[pod] === 1;
  }

  /** As the interface says. */
  markNotReady(pod: number): void {
    this.#cluster.markNotReady(pod);
  }

  /** Nobody here reads the condition: budgets and controllers go by readiness and deletion. */
  disrupt(): void {}

  /** As the interface says. */
  evict(pod: number): void {
    this.#cluster.evict(pod);
  }

  /** As the interface says. */
  forceDelete(pod: number): void {
    this.#cluster.forceDelete(pod);
  }
}
