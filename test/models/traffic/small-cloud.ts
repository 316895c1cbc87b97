/**
 * A cloud of four nodes in two racks: pod 0 (service 0) calls service 1, whose replicas are pods 1 and 2.
 *
 * Links of nodes carry 1 Gbit/s, those between leaves and spines 4 Gbit/s; processors are plenty unless said.
 */
import { NO_NODE_AFFINITY } from '../../../models/cluster/node-selector.ts';
import { NOWHERE, Residents } from '../../../models/cluster/residents.ts';
import { Fabric } from '../../../models/network/fabric.ts';
import { Transport } from '../../../models/network/transport.ts';
import { type SchemePaths, uniformPaths } from '../../../models/schemes/scheme.ts';
import { Endpoints } from '../../../models/service/endpoints.ts';
import { type TalkerPlan, Talkers } from '../../../models/traffic/talkers.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { SharedResources } from '../../../sim/sharing/shared-resources.ts';
import { smallWorld } from '../world/small-world.ts';

export const SETTING = {
  nodesPerRack: 2,
  spines: 2,
  hostLinkBitsPerSec: 1e9,
  uplinkBitsPerSec: 4e9,
  linkLatencyNs: 500,
  switchLatencyNs: 1000,
};

const NODES = 4;
const PLAIN_PATHS = uniformPaths('same-node-routed', { dataPath: 'routed', encapsulationBytes: 0, tagBytes: 0 });
const AMOUNTS = { cpuMilli: 8000, memoryMib: 4096, gpus: 0 };
const SHAPE = {
  name: 'plain',
  cpuMilli: 100,
  memoryMib: 100,
  gpus: 0,
  gpuMilli: 0,
  gpuModels: [],
  tolerations: [],
  nodeSelector: {},
  nodeAffinity: NO_NODE_AFFINITY,
};

/** Requests of ten full packets, one a second. */
export const REQUESTS: TalkerPlan = {
  name: 'rpc',
  ratePerSec: 1,
  size: { kind: 'constant', value: 14_480 },
  measures: 'latency',
};

export interface CloudOptions {
  readonly plans?: readonly TalkerPlan[];
  /** Node of each pod. */
  readonly placement?: readonly number[];
  /** The replicas on offer. */
  readonly offer?: readonly number[];
  readonly seed?: string;
  readonly processorNsPerSec?: number;
  readonly setting?: Partial<typeof SETTING>;
  readonly refusedFromNs?: (node: number) => number;
  readonly podMtu?: number;
  readonly paths?: SchemePaths;
  readonly subnets?: 'one' | 'per-rack';
  /** Whether a node knows the way to a pod at an instant. */
  readonly knowsWay?: (node: number, pod: number, nowNs: number) => boolean;
}

/** When the first arrivals of a talker come, before anything is started. */
export function arrivalTimes(plan: TalkerPlan, count: number, seed = 'seed'): number[] {
  const stream = new StreamSource(seed).stream(`traffic/${plan.name}`, 'arrival');
  let atNs = 0;
  return Array.from({ length: count }, () => (atNs += Math.round(exponential(stream, 1e9 / plan.ratePerSec))));
}

/** A placement in which the replica that the first call is dealt stands on `first` and the next one on `second`. */
export function dealtTo(first: number, second: number, plan = REQUESTS, seed = 'seed'): readonly number[] {
  return dealtPod(plan, seed) === 1 ? [0, first, second] : [0, second, first];
}

/** The replica (pod 1 or 2) that the first call is dealt. */
export function dealtPod(plan = REQUESTS, seed = 'seed'): number {
  const drawn = new StreamSource(seed).stream(`traffic/${plan.name}`, 'replica').uint32();
  return 1 + (drawn % 2);
}

export function smallCloud(options: CloudOptions = {}) {
  const { plans = [REQUESTS], placement = [0, 2, 3], offer = [1, 2] } = options;
  const world = smallWorld(options.seed);
  const resources = new SharedResources();
  const fabric = new Fabric(NODES, { ...SETTING, ...options.setting }, resources);
  const residents = houseOf(world, placement);
  const services = [
    { name: 'callers', kind: 'callers', first: 0, replicas: 1 },
    { name: 'callees', kind: 'callees', first: 1, replicas: 2 },
  ];
  const endpoints = new Endpoints(services, world.publish);
  for (const pod of offer) endpoints.add(1, pod);
  const processors = new Float64Array(NODES).fill(options.processorNsPerSec ?? 64e9);
  const transport = new Transport(fabric, resources, processors);
  const carriage = {
    paths: options.paths ?? PLAIN_PATHS,
    podMtu: options.podMtu ?? 1500,
    subnets: options.subnets ?? 'one',
    offload: false,
  } as const;
  const { knowsWay = () => true } = options;
  const at = {
    world,
    residents,
    endpoints,
    calls: [[1], []],
    fabric,
    resources,
    transport,
    carriage,
    knowsWay: (node: number, pod: number) => knowsWay(node, pod, world.sim.nowNs),
  };
  const talkers = new Talkers(plans, at, options.refusedFromNs ?? (() => Infinity));
  const die = (node: number): void => talkers.nodeDied(node, residents.kill(node));
  const tick = world.sim.kind('tick', () => undefined);
  /** Lets the clock reach `atNs`, though nothing may happen until then. */
  const runTo = (atNs: number): void => {
    world.sim.at(atNs, tick);
    world.sim.run(atNs);
  };
  const metrics = (): Record<string, number> => talkers.measurement.metrics(talkers.end());
  return { world, sim: world.sim, fabric, residents, endpoints, transport, resources, talkers, die, runTo, metrics };
}

function houseOf(world: ReturnType<typeof smallWorld>, placement: readonly number[]): Residents {
  const nodes = Array.from({ length: NODES }, (_, index) => ({
    name: `n${index}`,
    rack: Math.floor(index / 2),
    labels: {},
    taints: [],
    capacity: AMOUNTS,
    allocatable: AMOUNTS,
    gpuModel: '',
    podsMax: 110,
  }));
  const { recorder } = world.publish;
  for (const rack of [0, 1]) recorder.born(world.publish.table('racks'), rack, `rack-${rack}`);
  const pods = [0, 1, 2].map((pod) => ({ name: `pod-${pod}`, shape: 0, service: pod === 0 ? 0 : 1 }));
  const residents = new Residents(nodes, pods, [SHAPE], world.publish);
  residents.bearNodes();
  placement.forEach((node, pod) => {
    residents.bearPod(pod);
    if (node !== NOWHERE) residents.settle(pod, node);
  });
  return residents;
}
