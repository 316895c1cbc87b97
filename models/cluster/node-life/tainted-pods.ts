/**
 * What node life asks of whoever keeps the pods: it knows them by number only.
 *
 * Source: none, an interface. Leaves out: everything about pods that the life of their nodes does not touch.
 */
import type { Toleration } from '../toleration.ts';

/** Why a pod is taken away, as its condition DisruptionTarget says. */
export type DisruptionReason = 'DeletionByTaintManager' | 'DeletionByPodGC';

/** The pods of a cluster. */
export interface TaintedPods {
  /** Pods that are bound to a node, in the order in which they came. */
  podsOn(node: number): readonly number[];
  /** Which life of its number a pod is: another value, another pod. */
  lifeOf(pod: number): number;
  /** Its tolerations, with those that the API server adds. */
  tolerationsOf(pod: number): readonly Toleration[];
  /** Whether it has been told to end. */
  isTerminating(pod: number): boolean;
  /** The controller writes Ready=False into its status. Nobody but its kubelet makes it True again. */
  markNotReady(pod: number): void;
  /** Its condition DisruptionTarget becomes True. */
  disrupt(pod: number, reason: DisruptionReason): void;
  /** It is deleted: it ends when its kubelet says so, and stays terminating while no kubelet does. */
  evict(pod: number, reason: DisruptionReason): void;
  /** It is taken out of the API server without its kubelet's word. */
  forceDelete(pod: number): void;
}
