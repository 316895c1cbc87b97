/** Small clusters for tests: every field has a plain default, and a test names only what it is about. */
import type { ClusterNode } from '../../../models/cluster/node.ts';
import { NO_NODE_AFFINITY } from '../../../models/cluster/node-selector.ts';
import type { Pod, PodShape } from '../../../models/cluster/pod.ts';
import { PlainScheduler, Scheduler, type SchedulerOptions } from '../../../models/scheduling/scheduler.ts';
import { StreamSource } from '../../../sim/random/stream.ts';

type NodeWish = Partial<Omit<ClusterNode, 'capacity' | 'allocatable'>> & {
  cpuMilli?: number;
  memoryMib?: number;
  gpus?: number;
};

export function nodeWith({ cpuMilli = 4000, memoryMib = 8192, gpus = 0, ...rest }: NodeWish = {}): ClusterNode {
  const capacity = { cpuMilli, memoryMib, gpus };
  const named = { name: 'node', rack: 0, labels: {}, taints: [], gpuModel: gpus > 0 ? 'A' : '', podsMax: 110 };
  return { ...named, ...rest, capacity, allocatable: capacity };
}

export function shapeWith(wish: Partial<PodShape> = {}): PodShape {
  return {
    name: 'shape',
    cpuMilli: 1000,
    memoryMib: 1024,
    gpus: 0,
    gpuMilli: wish.gpus === undefined || wish.gpus === 0 ? 0 : 1000,
    gpuModels: [],
    tolerations: [],
    nodeSelector: {},
    nodeAffinity: NO_NODE_AFFINITY,
    ...wish,
  };
}

export interface Cluster {
  readonly nodes: readonly ClusterNode[];
  readonly shapes: readonly PodShape[];
  readonly pods: readonly Pod[];
}

/** One pod of every listed shape; services are given in the same order, none by default. */
export function clusterOf(
  nodes: readonly ClusterNode[],
  shapes: readonly PodShape[],
  services: readonly number[] = [],
): Cluster {
  const pods = shapes.map((_, shape) => ({ name: `pod-${shape}`, shape, service: services[shape] ?? -1 }));
  return {
    nodes: nodes.map((node, i) => ({ ...node, name: node.name === 'node' ? `n${i}` : node.name })),
    shapes,
    pods,
  };
}

export function optionsWith(wish: Partial<SchedulerOptions> = {}, seed = '1'): SchedulerOptions {
  return {
    strategy: 'LeastAllocated',
    affinity: [],
    tieBreak: 'lowest-name',
    stream: new StreamSource(seed).stream('scheduler', 'ties'),
    talkersOf: () => [],
    ...wish,
  };
}

export function schedulerOf(cluster: Cluster, options: Partial<SchedulerOptions> = {}, seed = '1'): Scheduler {
  return new Scheduler(cluster.nodes, cluster.shapes, cluster.pods, optionsWith(options, seed));
}

export function plainSchedulerOf(cluster: Cluster, options: Partial<SchedulerOptions> = {}, seed = '1'): Scheduler {
  return new PlainScheduler(cluster.nodes, cluster.shapes, cluster.pods, optionsWith(options, seed));
}
