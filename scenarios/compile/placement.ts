/** Placing the standing population: every pod once, in the order that the document states, by the seed. */
import type { ClusterNode } from '../../models/cluster/node.ts';
import { AddressPool } from '../../models/network/addresses.ts';
import { type AffinityTerm, Scheduler } from '../../models/scheduling/scheduler.ts';
import { callGraph, talkersOf } from '../../models/service/services.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import type { Placement as PlacementPolicy } from '../document/placement-schema.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { addressPlanOf, type PlannedAlternative, podRangeOf } from './plan.ts';
import { clusterNodesOf, type Population } from './population.ts';

/** Why a pod found no node: the reason that refused most nodes. */
export interface Shortage {
  readonly reason: string;
  readonly nodes: number;
}

/** The decisions of one placement, by pod. */
export interface Placement {
  /** Pods in the order in which they were placed. */
  readonly order: Int32Array;
  /** -1: none. */
  readonly node: Int32Array;
  readonly devices: Int32Array;
  readonly score: Int32Array;
  readonly feasible: Int32Array;
  readonly ties: Int32Array;
  /** 1 when the scheme had an address for it. */
  readonly addressed: Uint8Array;
  readonly shortages: ReadonlyMap<number, Shortage>;
}

/** The scheduler of an alternative over nodes that hold nothing yet. */
export function schedulerOf(
  alternative: PlannedAlternative,
  population: Population,
  nodes: readonly ClusterNode[],
  streams: StreamSource,
): Scheduler {
  const { document } = alternative;
  const graph = callGraph(population.services, document.services, streams);
  const talkers = talkersOf(graph);
  return new Scheduler(nodes, population.shapes, population.pods, {
    strategy: alternative.policy.strategy === 'most-allocated' ? 'MostAllocated' : 'LeastAllocated',
    affinity: affinityTerms(alternative.policy),
    tieBreak: document.scheduling.tieBreak,
    stream: streams.stream('scheduling', 'ties'),
    talkersOf: (service) => talkers[service]!,
  });
}

function affinityTerms(policy: PlacementPolicy): AffinityTerm[] {
  const terms: AffinityTerm[] = [];
  if (policy.affinity !== undefined) terms.push({ ...policy.affinity, anti: false });
  if (policy.antiAffinity !== undefined) terms.push({ ...policy.antiAffinity, anti: true });
  return terms;
}

/** Addresses of an alternative, none taken. */
export function addressPoolOf(document: ScenarioDocument, alternative: PlannedAlternative, nodes: number): AddressPool {
  return new AddressPool(addressPlanOf(document, alternative.scheme), podRangeOf(document, alternative.scheme), nodes);
}

/** Places every pod of the population. */
export function place(alternative: PlannedAlternative, population: Population, seed: string): Placement {
  const streams = new StreamSource(seed);
  const nodeCount = alternative.document.cluster.nodes.reduce((sum, run) => sum + run.count, 0);
  const addresses = addressPoolOf(alternative.document, alternative, nodeCount);
  const nodes = clusterNodesOf(alternative.document, alternative, addresses);
  const scheduler = schedulerOf(alternative, population, nodes, streams);
  const count = population.pods.length;
  const placement = emptyPlacement(placingOrder(alternative.document, count, streams));
  for (const pod of placement.order) {
    const decision = scheduler.schedule(pod);
    placement.node[pod] = decision.node;
    placement.devices[pod] = decision.devices;
    placement.score[pod] = decision.score;
    placement.feasible[pod] = decision.feasible;
    placement.ties[pod] = decision.ties;
    if (decision.node >= 0) placement.addressed[pod] = addresses.take(decision.node) ? 1 : 0;
    else placement.shortages.set(pod, mostFrequent(decision.refusals));
  }
  return placement;
}

function placingOrder(document: ScenarioDocument, count: number, streams: StreamSource): number[] {
  const order = Array.from({ length: count }, (_, pod) => pod);
  return document.scheduling.order === 'shuffled' ? streams.stream('scheduling', 'order').shuffle(order) : order;
}

function emptyPlacement(order: readonly number[]): Placement & { shortages: Map<number, Shortage> } {
  const numbers = (fill = 0): Int32Array => new Int32Array(order.length).fill(fill);
  return {
    order: Int32Array.from(order),
    node: numbers(-1),
    devices: numbers(),
    score: numbers(),
    feasible: numbers(),
    ties: numbers(),
    addressed: new Uint8Array(order.length),
    shortages: new Map(),
  };
}

/** The reason that refused most nodes. */
export function mostFrequent(refusals: readonly { readonly reason: string; readonly count: number }[]): Shortage {
  let worst: Shortage = { reason: 'no node is ready', nodes: 0 };
  for (const { reason, count } of refusals) if (count > worst.nodes) worst = { reason, nodes: count };
  return worst;
}
