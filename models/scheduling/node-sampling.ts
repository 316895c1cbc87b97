/**
 * Not all nodes of a large cluster are looked at for each pod: the search stops when enough are found, and goes on from
 * there for the next pod.
 *
 * Source: Kubernetes 1.34 `schedule_one.go` (numFeasibleNodesToFind, nextStartNodeIndex) and `node_tree.go` (zones take
 * turns), confirmed on recorded samples of clusters of up to 5,000 nodes. Nodes are looked at one by one: upstream's 16 workers race
 * and may pass over a few, which is left out, as are labels of zones older than 1.17.
 */
import type { ClusterNode } from '../cluster/node.ts';
import { ZONE_LABEL } from './topologies.ts';

/** Clusters with fewer nodes are searched wholly, and in larger ones at least so many are wanted. */
const WANTED_MIN = 100;

/** The adaptive share falls from 50 % by a hundredth for each 125 nodes, to no less than 5 %. */
const ADAPTIVE_PERCENT = 50;
const ADAPTIVE_NODES_PER_PERCENT = 125;
const ADAPTIVE_PERCENT_MIN = 5;

const REGION_LABEL = 'topology.kubernetes.io/region';

/** How many feasible nodes are wanted among `nodes`; `percentage` 0: adaptive. */
export function wantedNodes(nodes: number, percentage: number): number {
  if (nodes < WANTED_MIN) return nodes;
  const adaptive = Math.max(ADAPTIVE_PERCENT_MIN, ADAPTIVE_PERCENT - Math.trunc(nodes / ADAPTIVE_NODES_PER_PERCENT));
  return Math.max(WANTED_MIN, Math.trunc((nodes * (percentage === 0 ? adaptive : percentage)) / 100));
}

/** Where a search begins and how far it goes. */
export class NodeSampling {
  /** Numbers of the nodes in the order of the search: zones take turns. */
  readonly order: Int32Array;
  /** Feasible nodes after which the search stops. */
  readonly wanted: number;
  /** Place in the order where the next search begins. */
  start = 0;

  /**
   * @param percentage 1 to 100, or 0: adaptive
   * @param absent by node: 1 where it does not exist
   */
  constructor(nodes: readonly ClusterNode[], percentage: number, absent: Uint8Array = new Uint8Array(nodes.length)) {
    this.order = Int32Array.from(zonesInTurn(nodes).filter((node) => absent[node] === 0));
    this.wanted = wantedNodes(this.order.length, percentage);
  }

  /** The next search begins there, or as far beyond the end as that is. */
  beginAt(start: number): void {
    this.start = start % this.order.length;
  }

  /** The next search begins behind the nodes that were looked at. */
  advance(visited: number): void {
    this.start = (this.start + visited) % this.order.length;
  }
}

/** The sampling that an option asks for; undefined where it would look at all nodes. */
export function samplingOf(
  nodes: readonly ClusterNode[],
  percentage: number | undefined,
  absent: Uint8Array,
): NodeSampling | undefined {
  const count = nodes.length - absent.reduce((sum, one) => sum + one, 0);
  if (percentage === undefined || wantedNodes(count, percentage) >= count) return undefined;
  return new NodeSampling(nodes, percentage, absent);
}

function zonesInTurn(nodes: readonly ClusterNode[]): number[] {
  const zones = new Map<string, number[]>();
  nodes.forEach(({ labels }, node) => {
    const zone = JSON.stringify([labels[REGION_LABEL] ?? '', labels[ZONE_LABEL] ?? '']);
    const others = zones.get(zone);
    if (others === undefined) zones.set(zone, [node]);
    else others.push(node);
  });
  const lists = [...zones.values()];
  const longest = lists.reduce((most, list) => Math.max(most, list.length), 0);
  const turns = Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list.slice(turn, turn + 1)));
  return turns.flat();
}
