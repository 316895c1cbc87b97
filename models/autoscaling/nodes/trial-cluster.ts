/**
 * The cluster as a node autoscaler tries things out on it, before anything is asked for.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `simulator/clustersnapshot`: the scheduler's own filters decide whether a pod would fit, its
 * scores are not asked, and nothing that is tried is kept. Whoever owns the cluster gives this; here it is only declared.
 * Leaves out: what a try would cost in time.
 */

/** A cluster on which everything that is done is taken back in the end. */
export interface TrialCluster {
  /** All nodes that pods may stand on, those that were added among them. */
  nodes(): readonly number[];
  /** Adds an empty, ready machine of the group; returns its number, or -1 when there is none left to add. */
  addNode(group: number): number;
  /** Takes back a machine that `addNode` gave and on which nothing stands: its number is free again. */
  removeNode(node: number): void;
  /** Takes a node out: nothing fits on it any more. What stands on it has been lifted before. */
  dropNode(node: number): void;
  /** Whether the filters let the pod, which is on no node, on the node. */
  fits(pod: number, node: number): boolean;
  /** Books the pod on the node. */
  place(pod: number, node: number): void;
  /** Takes the pod off its node. */
  lift(pod: number): void;
  /** Where things stand, to come back to. */
  mark(): number;
  /** Takes back all that was done since the mark. */
  backTo(mark: number): void;
}
