/**
 * What policies of a descheduler look at: nodes that are Ready, and the pods on them that may be evicted.
 *
 * Source: kubernetes-sigs/descheduler 0.33: policies read what was scheduled, and never what is used. Leaves out: pods that its filter
 * never touches (mirror pods, those of DaemonSets, critical ones, those with local storage): whoever makes the view leaves them out.
 */

/** A node as policies see it. */
export interface BalanceNode {
  readonly node: number;
  /** What it offers to pods. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** Whether it takes new pods at all. */
  readonly isSchedulable: boolean;
  /** Value of the label that pods are spread by; undefined: it has none. */
  readonly domain?: string;
}

/** A pod as policies see it. */
export interface BalancePod {
  readonly pod: number;
  readonly node: number;
  /** Its ReplicaSet: pods of one owner have the same images. */
  readonly owner: number;
  /** Requests. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly priority: number;
}

/** What a policy looks at. */
export interface BalanceView {
  readonly nodes: readonly BalanceNode[];
  /** In the order in which they came to their nodes. */
  readonly pods: readonly BalancePod[];
  /** Whether selectors, affinity and taints would let the pod onto the node, however full that is. */
  mayStand(pod: BalancePod, node: number): boolean;
  /** Whether there is room for its requests, too. */
  hasRoom(pod: BalancePod, node: number): boolean;
}

/** Asks the eviction API for the end of a pod. `refused`: a budget or another rule keeps it; `node-limit`: enough of this node for now. */
export type EvictPod = (pod: BalancePod, policy: string) => 'evicted' | 'refused' | 'node-limit';
