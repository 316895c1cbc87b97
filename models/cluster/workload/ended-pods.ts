/**
 * Pods that have ended and that the API server keeps: nothing runs of them and nothing is held for them, but their objects are there to be
 * looked at, and their last containers keep images in use on their nodes.
 *
 * Source: Kubernetes 1.34: pods of Jobs stay as long as their Job, pods that a kubelet evicted stay beside the ones that take their place (a
 * ReplicaSet counts them no more; StatefulSets and DaemonSets delete theirs); `pkg/controller/podgc` takes those above a threshold, evicted ones
 * first and then the oldest; `pkg/kubelet/kuberuntime` keeps one dead container of each container of a pod that is there, and none of evicted pods.
 * Leaves out: what their objects weigh in etcd.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';

/** A pod that has ended. */
export interface EndedPod {
  /** Number of the object that owns it. */
  readonly owner: number;
  readonly node: number;
  readonly template: number;
  readonly createdNs: TimeNs;
  readonly isEvicted: boolean;
}

/** The ended pods of one cluster. */
export class EndedPods {
  readonly #ofOwner = new Map<number, Set<EndedPod>>();
  readonly #onNode = new Map<number, Set<EndedPod>>();
  #count = 0;
  #peak = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** How many there were at most. */
  get peak(): number {
    return this.#peak;
  }

  /** One more is kept. */
  add(pod: EndedPod): void {
    setOf(this.#ofOwner, pod.owner).add(pod);
    setOf(this.#onNode, pod.node).add(pod);
    this.#count++;
    this.#peak = Math.max(this.#peak, this.#count);
  }

  /** Those of a node, in the order in which they ended. */
  on(node: number): readonly EndedPod[] {
    return [...(this.#onNode.get(node) ?? [])];
  }

  /** Their owner is gone, and they with it. */
  ownerGone(owner: number): void {
    for (const pod of this.#ofOwner.get(owner) ?? []) this.#remove(pod);
  }

  /** Their node is gone for good. */
  nodeGone(node: number): void {
    for (const pod of this.#onNode.get(node) ?? []) this.#remove(pod);
  }

  /** Leaves no more than that many. */
  trimTo(most: number): void {
    if (this.#count <= most) return;
    const all = [...this.#onNode.values()].flatMap((pods) => [...pods]);
    const order = (a: EndedPod, b: EndedPod): number =>
      a.isEvicted === b.isEvicted ? a.createdNs - b.createdNs : a.isEvicted ? -1 : 1;
    for (const pod of all.sort(order).slice(0, this.#count - most)) this.#remove(pod);
  }

  #remove(pod: EndedPod): void {
    forget(this.#ofOwner, pod.owner, pod);
    forget(this.#onNode, pod.node, pod);
    this.#count--;
  }
}

function setOf(sets: Map<number, Set<EndedPod>>, key: number): Set<EndedPod> {
  let set = sets.get(key);
  if (set === undefined) {
    set = new Set();
    sets.set(key, set);
  }
  return set;
}

function forget(sets: Map<number, Set<EndedPod>>, key: number, pod: EndedPod): void {
  const set = sets.get(key);
  set?.delete(pod);
  if (set?.size === 0) sets.delete(key);
}
