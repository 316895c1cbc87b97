/**
 * A member cluster, as a federation sees it: where it stands, what its nodes have left, and how many replicas of each
 * federated workload it was told to run, runs, and cannot place.
 *
 * Source: what the control planes of federations read of a member (Karmada `Cluster.status.resourceSummary`, KubeFed's target
 * informers): node totals, `spec.replicas`, `status.readyReplicas`, pods with PodScheduled=False. The living cluster stands behind it.
 * Leaves out: everything in a member that no control plane of a federation looks at.
 */

/** What a cluster's nodes have left for pods. Nodes are counted from 0; those that are not Ready or cordoned are no nodes here. */
export interface ClusterRoom {
  readonly nodes: number;
  /** Another number whenever anything of it may have changed; if left out, whoever asks looks at each node. */
  readonly version?: number | undefined;
  /** Requestable and not yet requested, thousandths of a processor. */
  freeCpuMilli(node: number): number;
  /** Requestable and not yet requested. */
  freeMemoryMib(node: number): number;
  /** Pods that the node may hold beyond those on it. */
  freePods(node: number): number;
}

/** What one replica requests. */
export interface ReplicaRequest {
  /** Thousandths of a processor; 0: none. */
  readonly cpuMilli: number;
  /** 0: none. */
  readonly memoryMib: number;
}

/** Replicas of one workload in one cluster. */
export interface MemberReplicas {
  /** `spec.replicas` of the copy in the cluster; 0 where there is no copy. */
  readonly assigned: number;
  /** Pods that run and are Ready. */
  readonly ready: number;
  /** Pods for which the cluster's scheduler has found no node for as long as a control plane waits (60 s in KubeFed). */
  readonly unschedulable: number;
}

/** One cluster of a federation. Reading it is what its API server would answer now; delays are the federation's. */
export interface MemberCluster {
  /** Differs from those of all others in the federation. */
  readonly name: string;
  readonly provider: string;
  readonly region: string;
  readonly zone: string;
  /** False while its API server cannot be reached: nothing is read, and what is written does not arrive. */
  readonly reachable: boolean;
  readonly room: ClusterRoom;
  /** What runs of a workload; workloads are numbered by the federation, from 0. */
  replicasOf(workload: number): MemberReplicas;
  /** Its copy of the workload shall have so many replicas; 0: none. */
  setReplicas(workload: number, replicas: number): void;
}
