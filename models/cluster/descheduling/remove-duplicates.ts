/**
 * RemoveDuplicates: no node has more pods of one ReplicaSet than its share, if there are other nodes for them.
 *
 * Source: kubernetes-sigs/descheduler 0.33 `plugins/removeduplicates`: the share is the number of pods by the number of nodes that taints,
 * selectors and affinity leave to them, rounded up; fewer than two such nodes: nothing is done. Whether there is room elsewhere is not asked.
 * Leaves out: owners that are excluded by kind, pods of one owner with several images.
 */
import type { BalancePod, BalanceView, EvictPod } from './balance-view.ts';

/** Evicts what is too much on its node. */
export function removeDuplicates(view: BalanceView, evict: EvictPod): void {
  for (const own of byKey(view.pods, ({ owner }) => owner).values()) {
    const onNode = [...byKey(own, ({ node }) => node).values()];
    const doubles = onNode.filter((pods) => pods.length > 1);
    if (doubles.length === 0) continue;
    const targets = view.nodes.filter(({ node }) => view.mayStand(own[0]!, node)).length;
    if (targets < 2) continue;
    const share = Math.ceil(own.length / targets);
    for (const pods of doubles)
      for (const pod of pods.slice(share)) if (evict(pod, 'RemoveDuplicates') === 'node-limit') break;
  }
}

/** Pods by a number, in the order of their first one. */
export function byKey(
  pods: readonly BalancePod[],
  keyOf: (pod: BalancePod) => number,
): ReadonlyMap<number, readonly BalancePod[]> {
  const groups = new Map<number, BalancePod[]>();
  for (const pod of pods) {
    const key = keyOf(pod);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  return groups;
}
