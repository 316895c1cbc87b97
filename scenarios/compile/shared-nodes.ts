/** How many nodes pods of different namespaces share at the end of a run. */
import type { Residents } from '../../models/cluster/residents.ts';
import type { Population } from './population.ts';

/** `nodesShared` where the scenario has pods of several namespaces; nothing elsewhere. */
export function sharedNodes({ pods, shapes }: Population, residents: Residents): Record<string, number> {
  const namespaces = pods.map(({ shape }) => shapes[shape]!.namespace ?? 'default');
  if (new Set(namespaces).size < 2) return {};
  const hosts = residents.nodes.map((_, node) => new Set(residents.on(node).map((pod) => namespaces[pod])));
  return { nodesShared: hosts.filter(({ size }) => size > 1).length };
}
