/**
 * What a federation believes of its members' health: decided by probes and failover, read by whoever places replicas.
 *
 * Source: Karmada's conditions and taints of a `Cluster`, KubeFed's `KubeFedCluster.status`; who decides, and how late, is told by
 * the models that fill this in. Leaves out: why a cluster is believed dead.
 */

/** Belief about clusters; they are numbered as the federation lists them. */
export interface ClusterHealth {
  /** False from the decision that the cluster is gone: its replicas are to run elsewhere. */
  isHealthy(cluster: number): boolean;
  /** False while nothing new is placed there; what was placed before stays (a NoSchedule taint). As `isHealthy` if absent. */
  takesNew?(cluster: number): boolean;
  /** Calls back whenever one of the answers may have changed. */
  onChanged(listener: (cluster: number) => void): void;
}
