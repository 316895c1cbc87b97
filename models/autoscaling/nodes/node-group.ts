/**
 * A group of equal machines that may grow and shrink, and the pods that wait for room.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `cloudprovider.NodeGroup`: a group has a minimum, a maximum and a template, the node
 * that one more machine would be. Leaves out: groups that are made and deleted by the autoscaler itself, several zones in one group,
 * limits over all groups (cores, memory).
 */
import type { Resources } from '../../cluster/node.ts';

/** A group as the autoscaler knows it. */
export interface NodeGroup {
  readonly name: string;
  /** Machines that stay whatever happens. */
  readonly min: number;
  readonly max: number;
  /** Of one machine. */
  readonly capacity: Resources;
  /** What pods may request of one machine. */
  readonly allocatable: Resources;
  /** Price of one machine for an hour, in any one currency. */
  readonly pricePerHour: number;
  /** Read by the expander `priority`, the highest wins; absent: not listed. */
  readonly priority?: number;
  /** Bought cheaper, and may be called back by the provider; false if absent. */
  readonly spot?: boolean;
}

/** A pod that the scheduler found no node for. */
export interface WaitingPod {
  readonly pod: number;
  /** Pods of one shape and one controller are taken to be alike. */
  readonly shape: number;
  /** Number of the object that made it; -1: nobody. */
  readonly controller: number;
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly priority: number;
  readonly createdNs: number;
  /** Whether a hard rule spreads it over nodes by their names; false if absent. */
  readonly spreadOverNodes?: boolean;
  /** What fits for one pod of this kind fits for another, whoever else stands where; absent: that depends on others. */
  readonly kind?: number;
}

/** Pods that are alike, in the order in which they came. */
export type AlikePods = readonly WaitingPod[];

/** Pods put together that are alike; a pod without a controller is like no other. */
export function alikePods(pods: readonly WaitingPod[]): AlikePods[] {
  const groups = new Map<string, WaitingPod[]>();
  for (const pod of pods) {
    const key = pod.controller < 0 ? `pod ${pod.pod}` : `${pod.controller} ${pod.shape}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  return [...groups.values()];
}
