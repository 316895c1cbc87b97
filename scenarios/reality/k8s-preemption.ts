/**
 * The part of the suite `k8s` about pods that found no node: what they were told, the node that they were promised, and
 * who had to leave it. Where several nodes were equally good the real choice was random: any of them will do.
 */
import { isObject } from './case-reader.ts';
import type { RecordedCluster } from './k8s-cluster.ts';
import { judge, type Quantity } from './quantity.ts';
import type { JsonObject } from './suite.ts';

/** Compares message, promised node and victims of a pod that the first attempt left pending. */
export function postFilterQuantities(cluster: RecordedCluster, pod: number, observed: JsonObject): Quantity[] {
  const { scheduler, nodes, podNumbers } = cluster;
  const outcome = scheduler.preempt(pod);
  const names = [...podNumbers.keys()];
  const nameOf = (victim: number): string => names[victim];
  const ours = new Map(outcome.equallyGood.map(({ node, pods }) => [nodes[node].name, pods.map(nameOf).sort()]));
  const quantities: Quantity[] = [];
  const name = String(observed.pod);
  if (observed.message !== undefined)
    quantities.push(judge(`${name} message`, plainMessage(observed.message), outcome.message, 0));
  if (observed.nominatedNode === undefined) return quantities;
  const node = String(observed.nominatedNode);
  const promised = ours.has(node) ? node : ([...ours.keys()][0] ?? null);
  quantities.push(judge(`${name} nominated node`, node, promised, 'one of equally good nodes'));
  quantities.push(judge(`${name} victims`, sorted(observed.victims), ours.get(node) ?? null, 'the same set'));
  const others = observed.equallyGoodNominations;
  if (isObject(others)) {
    const recorded = Object.keys(others)
      .sort()
      .map((each) => [each, sorted(others[each])]);
    quantities.push(judge(`${name} equally good nominations`, recorded, [...ours].sort(byName), 'the same set'));
  }
  return quantities;
}

/** The recording scheduler had no post-filter for devices; one that has says so in front. */
function plainMessage(message: unknown): unknown {
  return typeof message === 'string' ? message.replace('no new claims to deallocate, ', '') : message;
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? [...list].sort() : list;
}
