/**
 * Pods on nodes as a node autoscaler reads them. Most looks find most nodes as the look before left them: what follows from a pod alone is
 * derived once in its life, and the list of a node only after some pod of the cluster has changed.
 */
import type { StandingPod } from '../../../models/autoscaling/nodes/autoscaled-cluster.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import type { DisruptionBudget } from '../../../models/cluster/workload/disruption-budget.ts';
import type { LivingCluster } from './living-cluster.ts';

/** What a pod asks for, and since when it is there. */
export interface PodAmounts {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly priority: number;
  readonly createdNs: number;
}

interface NodeList {
  readonly version: number;
  readonly pods: readonly StandingPod[];
}

/** The pods on each node. */
export class StandingPods {
  readonly #cluster: LivingCluster;
  readonly #budgets: readonly DisruptionBudget[];
  readonly #amountsOf: (pod: number) => PodAmounts;
  readonly #lists = new Map<number, NodeList>();
  /** By row; a row that is used again is another pod. */
  readonly #derived: (StandingPod | undefined)[] = [];
  /** The owner that it was derived for: who loses his owner stands alone from then on. */
  readonly #ownerOf: number[] = [];

  constructor(cluster: LivingCluster, budgets: readonly DisruptionBudget[], amountsOf: (pod: number) => PodAmounts) {
    this.#cluster = cluster;
    this.#budgets = budgets;
    this.#amountsOf = amountsOf;
    cluster.follow({
      bound: () => {},
      gone: (pod) => {
        this.#derived[pod] = undefined;
      },
    });
  }

  /** Pods on a node that have not ended, in the order in which they came. */
  on(node: number): readonly StandingPod[] {
    const { pods } = this.#cluster;
    const known = this.#lists.get(node);
    if (known !== undefined && known.version === pods.version) return known.pods;
    const list = pods.podsOn(node).flatMap((pod) => (pods.hasEnded(pod) ? [] : [this.#of(pod)]));
    this.#lists.set(node, { version: pods.version, pods: list });
    return list;
  }

  #of(pod: number): StandingPod {
    const owner = this.#cluster.pods.owner[pod]!;
    const known = this.#ownerOf[pod] === owner ? this.#derived[pod] : undefined;
    if (known !== undefined) return known;
    this.#ownerOf[pod] = owner;
    const derived = this.#derive(pod);
    this.#derived[pod] = derived;
    return derived;
  }

  #derive(pod: number): StandingPod {
    const { pods } = this.#cluster;
    const budgets = this.#budgets.flatMap(({ covers }, number) =>
      covers.some((object) => this.#owns(object, pod)) ? [number] : [],
    );
    const controller = pods.onlyNode[pod] === NONE ? 'controller' : 'daemon-set';
    const owner = pods.owner[pod] === NONE ? 'nobody' : controller;
    const plain = { owner, localStorage: false, system: false, budgets } as const;
    return { ...plain, pod, name: String(this.#cluster.numberOf(pod)), ...this.#amountsOf(pod) };
  }

  #owns(object: number, pod: number): boolean {
    const { manager, pods } = this.#cluster;
    const owner = pods.owner[pod]!;
    return owner === object || manager.ownedBy(object).includes(owner);
  }
}
