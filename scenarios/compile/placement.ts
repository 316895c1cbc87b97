/** Placing the standing population: every pod once, in the order that the document states, by the seed. */

import type { ClusterNode } from '../../models/cluster/node.ts';
import { AddressPool } from '../../models/network/addresses.ts';
import type { GpuPolicyName } from '../../models/scheduling/policies/index.ts';
import { type AffinityTerm, Scheduler, type SchedulerOptions } from '../../models/scheduling/scheduler.ts';
import { callGraph, talkersOf } from '../../models/service/services.ts';
import { SchedulerVolumes } from '../../models/storage/scheduler-volumes.ts';
import { VolumeController } from '../../models/storage/volume-controller.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { nodeCount } from '../document/cluster-size.ts';
import type { Placement as PlacementPolicy } from '../document/placement-schema.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { type PlacementStep, placeInTime, placesInTime } from './living.ts';
import { joiningNodes } from './node-joins.ts';
import { addressPlanOf, type PlannedAlternative, podRangeOf } from './plan.ts';
import { clusterNodesOf, type Population } from './population.ts';

/** Why a pod found no node: the reason that refused most nodes. */
export interface Shortage {
  readonly reason: string;
  readonly nodes: number;
}

/** The decisions of one placement, by pod. */
export interface Placement {
  /** Pods in the order in which they were placed; those that had a node before come first. */
  readonly order: Int32Array;
  /** How many had a node before. */
  readonly bound: number;
  /** -1: none. */
  readonly node: Int32Array;
  readonly devices: Int32Array;
  readonly score: Int32Array;
  readonly feasible: Int32Array;
  readonly ties: Int32Array;
  /** 1 when the scheme had an address for it. */
  readonly addressed: Uint8Array;
  readonly shortages: ReadonlyMap<number, Shortage>;
  /** Where pods stand before the first step, and which of them have an address, where pods are placed in time. */
  readonly before?: { readonly node: Int32Array; readonly addressed: Uint8Array };
  /** What happened when, where pods are placed in time; the columns above then tell how it ended. */
  readonly steps?: readonly PlacementStep[];
}

const GPU_POLICY_OF: Readonly<Record<NonNullable<PlacementPolicy['gpuPolicy']>, GpuPolicyName>> = {
  fgd: 'FGD',
  'best-fit': 'BestFit',
  'dot-product': 'DotProd',
  'gpu-packing': 'GpuPacking',
  'gpu-clustering': 'GpuClustering',
  random: 'Random',
};

/** The scheduler of an alternative over nodes that hold nothing yet. */
export function schedulerOf(
  alternative: PlannedAlternative,
  population: Population,
  nodes: readonly ClusterNode[],
  streams: StreamSource,
): Scheduler {
  const options = schedulerOptionsOf(alternative, population, streams);
  const scheduler = new Scheduler(nodes, population.shapes, population.pods, options);
  for (const { node } of joiningNodes(alternative.document)) scheduler.marks.setPresent(node, false);
  return scheduler;
}

/** The profiles of a scheduler configuration among the manifests; pods of other schedulers are placed by the scenario's own. */
function profilesOf({ cluster: { manifests } }: ScenarioDocument): Pick<SchedulerOptions, 'profiles'> {
  const configuration = manifests?.scheduler ?? null;
  return configuration === null ? {} : { profiles: configuration.profiles };
}

/** Volumes as the manifests have them, nothing reserved; none where the manifests hold no claims. */
export function volumesOf({ cluster: { manifests } }: ScenarioDocument): Pick<SchedulerOptions, 'volumes'> {
  if (manifests === undefined || manifests.claims.length === 0) return {};
  const controller = new VolumeController({ volumes: manifests.volumes, classes: manifests.storageClasses });
  for (const claim of manifests.claims) controller.addClaim(claim);
  return { volumes: new SchedulerVolumes(controller) };
}

/** The choices of an alternative's scheduler. */
export function schedulerOptionsOf(
  alternative: PlannedAlternative,
  population: Population,
  streams: StreamSource,
): SchedulerOptions {
  const { document } = alternative;
  const { gpuPolicy } = alternative.policy;
  const graph = callGraph(population.services, document.services, streams);
  const talkers = talkersOf(graph);
  return {
    strategy: alternative.policy.strategy === 'most-allocated' ? 'MostAllocated' : 'LeastAllocated',
    affinity: affinityTerms(alternative.policy),
    tieBreak: document.scheduling.tieBreak,
    stream: streams.stream('scheduling', 'ties'),
    talkersOf: (service) => talkers[service]!,
    objects: population.objects,
    ...volumesOf(document),
    ...profilesOf(document),
    ...(gpuPolicy === undefined ? {} : { gpuPolicy: GPU_POLICY_OF[gpuPolicy] }),
  };
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

/** Looks at a decision that is about to be made; true: the placement may stop here. */
export type PlacementObserver = (pod: number, scheduler: Scheduler) => boolean;

/** Places every pod of the population. */
export function place(
  alternative: PlannedAlternative,
  population: Population,
  seed: string,
  observe?: PlacementObserver,
): Placement {
  const streams = new StreamSource(seed);
  const addresses = addressPoolOf(alternative.document, alternative, nodeCount(alternative.document.cluster));
  const nodes = clusterNodesOf(alternative.document, alternative, addresses);
  const scheduler = schedulerOf(alternative, population, nodes, streams);
  const placement = emptyPlacement(placingOrder(alternative.document, population, streams), boundCount(population));
  const hasAddress = (pod: number, node: number): number =>
    population.inHostNetwork[pod] === 1 || addresses.take(node) ? 1 : 0;
  for (const pod of placement.order.subarray(0, placement.bound)) {
    if (observe?.(pod, scheduler)) return placement;
    const bound = population.boundTo[pod]!;
    scheduler.assume(pod, bound, 0);
    placement.node[pod] = bound;
    placement.addressed[pod] = hasAddress(pod, bound);
  }
  const order = [...placement.order.subarray(placement.bound)];
  if (placesInTime(alternative.document, population)) {
    const { document } = alternative;
    const before = { node: placement.node.slice(), addressed: placement.addressed.slice() };
    const context = {
      document,
      population,
      scheduler,
      nodes: nodes.length,
      addresses,
      order,
      addressed: before.addressed,
    };
    const steps = placeInTime({ ...context, ...(observe === undefined ? {} : { observe }) });
    return { ...placement, ...endOf(steps, placement, population), before, steps };
  }
  for (const pod of order) {
    if (observe?.(pod, scheduler)) break;
    const decision = scheduler.schedule(pod);
    placement.node[pod] = decision.node;
    placement.devices[pod] = decision.devices;
    placement.score[pod] = decision.score;
    placement.feasible[pod] = decision.feasible;
    placement.ties[pod] = decision.ties;
    if (decision.node >= 0) placement.addressed[pod] = hasAddress(pod, decision.node);
    else placement.shortages.set(pod, mostFrequent(decision.refusals));
  }
  return placement;
}

/** How the steps of a placement in time end. */
function endOf(
  steps: readonly PlacementStep[],
  placement: Placement,
  population: Population,
): Pick<Placement, 'node' | 'devices' | 'score' | 'feasible' | 'ties' | 'addressed' | 'shortages'> {
  const { node, devices, score, feasible, ties, addressed } = placement;
  const shortages = new Map<number, Shortage>();
  const waits = (pod: number, reason: string): void => {
    node[pod] = -1;
    addressed[pod] = 0;
    shortages.set(pod, { reason, nodes: 0 });
  };
  population.pods.forEach((_, pod) => {
    if (population.boundTo[pod]! < 0) waits(pod, 'it waits behind a gate, or its turn did not come');
  });
  for (const step of steps) {
    const { pod, decision } = step;
    if (step.kind === 'refused') waits(pod, step.message ?? '');
    else if (step.kind === 'evicted') waits(pod, 'a more important pod took its place');
    else if (decision !== undefined) {
      node[pod] = decision.node;
      devices[pod] = decision.devices;
      score[pod] = decision.score;
      feasible[pod] = decision.feasible;
      ties[pod] = decision.ties;
      addressed[pod] = step.addressed ? 1 : 0;
      shortages.delete(pod);
    }
  }
  return { node, devices, score, feasible, ties, addressed, shortages };
}

/** Pods that have a node, then the others by priority; of equal ones as the document says. */
function placingOrder(document: ScenarioDocument, population: Population, streams: StreamSource): number[] {
  const { pods, shapes, boundTo } = population;
  const listed = Array.from({ length: pods.length }, (_, pod) => pod);
  const order =
    document.scheduling.order === 'shuffled' ? streams.stream('scheduling', 'order').shuffle(listed) : listed;
  const rank = (pod: number): number =>
    boundTo[pod]! >= 0 ? Number.NEGATIVE_INFINITY : -(shapes[pods[pod]!.shape]!.priority ?? 0);
  const ranks = Float64Array.from(pods, (_, pod) => rank(pod));
  // Stable: what is equal keeps its order.
  return order.sort((a, b) => (ranks[a] === ranks[b] ? 0 : ranks[a]! - ranks[b]!));
}

function boundCount({ boundTo }: Population): number {
  return boundTo.reduce((count, node) => count + (node >= 0 ? 1 : 0), 0);
}

function emptyPlacement(order: readonly number[], bound: number): Placement & { shortages: Map<number, Shortage> } {
  const numbers = (fill = 0): Int32Array => new Int32Array(order.length).fill(fill);
  return {
    order: Int32Array.from(order),
    bound,
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
