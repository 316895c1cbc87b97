/**
 * The cluster and the provider of its machines, as a node autoscaler sees them. Whoever owns them gives this; here it is declared.
 *
 * Source: what Kubernetes cluster-autoscaler 1.34 reads (nodes, pods, disruption budgets) and calls (`cloudprovider.NodeGroup`, evictions,
 * taints). Leaves out: how late it reads: its lists are up to date.
 */
import type { WaitingPod } from './node-group.ts';
import type { TrialCluster } from './trial-cluster.ts';

/** A node that has registered. */
export interface SeenNode {
  readonly node: number;
  /** Number of its group; -1: nobody scales it. */
  readonly group: number;
  readonly ready: boolean;
  /** Of what pods may request. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** Carries the annotation that it must not be taken away. */
  readonly keep: boolean;
}

/** A pod on a node. */
export interface StandingPod {
  readonly pod: number;
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly priority: number;
  readonly createdNs: number;
  /** Who would make it again: a controller, the DaemonSet of its node, or nobody. */
  readonly owner: 'controller' | 'daemon-set' | 'nobody';
  /** Uses a disk of its node (`hostPath`, `emptyDir`). */
  readonly localStorage: boolean;
  /** Belongs to the namespace `kube-system`. */
  readonly system: boolean;
  /** Numbers of the disruption budgets that cover it. */
  readonly budgets: readonly number[];
  /** Annotation `safe-to-evict`; absent: not annotated. */
  readonly safeToEvict?: boolean;
  /** As that of a {@link WaitingPod}. */
  readonly kind?: number;
}

/** The cluster. */
export interface AutoscaledCluster {
  nodes(): readonly SeenNode[];
  /** Pods that the scheduler found no node for and that are not being deleted. */
  waiting(): readonly WaitingPod[];
  /** Node that a waiting pod was promised by preemption; -1: none. */
  promised(pod: number): number;
  /** Pods on a node that have not ended. */
  standing(node: number): readonly StandingPod[];
  /** How many pods each budget lets go now. */
  budgetsLeft(): readonly number[];
  /** Tries things out; all is taken back before anything else happens in the cluster. */
  trial(): TrialCluster;
  /** The node takes no new pods, or takes them again. */
  cordon(node: number, cordoned: boolean): void;
  /** Asks for the end of a pod; false: a budget refuses. */
  evict(pod: number): boolean;
}

/** The provider of machines. */
export interface MachineProvider {
  /** Asks for one more machine; returns the number of the node that it will be, or -1: refused at once. */
  ask(group: number): number;
  /** Gives a machine back, whether it ever joined or not. */
  giveBack(node: number): void;
}
