/**
 * The cluster as a just-in-time autoscaler sees it: as {@link AutoscaledCluster}, and what consolidation asks besides.
 *
 * Source: Karpenter 1.14 `controllers/state` (cluster state, NodeClaim status). Leaves out: how late it reads.
 */
import type { TimeNs } from '../../../../sim/engine/sim-time.ts';
import type { AutoscaledCluster, SeenNode } from '../autoscaled-cluster.ts';

/** A node, its group being its instance type. */
export interface PricedNode extends SeenNode {
  readonly joinedNs: TimeNs;
  /** When a pod came to it or went last; `joinedNs` if none has. */
  readonly podEventNs: TimeNs;
}

/** The cluster. */
export interface JustInTimeCluster extends AutoscaledCluster {
  nodes(): readonly PricedNode[];
  /** Another number after every change of nodes or of pods on them. */
  changes(): number;
  /** Whether the pod has been told to stop: whoever owns it has made another. */
  isEnding(pod: number): boolean;
}
