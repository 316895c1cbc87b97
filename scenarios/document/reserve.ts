/**
 * A reserve as pause pods: how many, by each of three measures.
 *
 * A share of the sum says nothing of where the room is: pause pods stand where the scheduler puts them, and a pod gets only what it can
 * push out on one node.
 */
import type { ReserveFile } from './node-group-schema.ts';
import { digitsFor, type NodeRun } from './node-list.ts';
import type { PodKind } from './pod-list.ts';

/** Name of the group of pause pods. */
export const RESERVE_NAME = 'reserve';
/** Lower than every other pod, and not so low that a cluster-autoscaler makes no room for it (its cutoff is -10). */
export const RESERVE_PRIORITY = -10;

/** What a pod requests, or a node offers. */
export interface Amount {
  readonly cpuMilli: number;
  readonly memoryMib: number;
}

/** What one pause pod requests. */
export function pausePodOf({ largestPods, cpu, memory }: ReserveFile, pods: readonly Amount[]): Amount {
  if (largestPods === undefined) return { cpuMilli: cpu, memoryMib: memory };
  return {
    cpuMilli: Math.max(...pods.map(({ cpuMilli }) => cpuMilli)),
    memoryMib: Math.max(...pods.map(({ memoryMib }) => memoryMib)),
  };
}

/** How many pause pods there are to be for what is requested and what nodes offer, thousandths of a processor. */
export function pausePods(
  reserve: ReserveFile,
  pause: Amount,
  requestedCpuMilli: number,
  offeredCpuMilli: number,
): number {
  const { requests, capacity, largestPods } = reserve;
  if (largestPods !== undefined) return largestPods;
  const [share, ofCpuMilli] = requests === undefined ? [capacity!, offeredCpuMilli] : [requests, requestedCpuMilli];
  // A share such as 20 % is not exact in binary: what is whole but for that is whole.
  return Math.max(0, Math.ceil((share * ofCpuMilli) / pause.cpuMilli - 1e-9));
}

/** The group of pause pods as a scenario would write it, at the size that the start asks for. */
export function reserveKind(reserve: ReserveFile, pods: readonly PodKind[], nodes: readonly NodeRun[]): PodKind {
  const pause = pausePodOf(
    reserve,
    pods.map(({ shape }) => shape),
  );
  const count = Math.max(1, pausePods(reserve, pause, cpuMilliOf(pods), cpuMilliOf(nodes)));
  const shape = {
    ...pause,
    gpus: 0,
    gpuMilli: 1000,
    gpuModels: [],
    tolerations: [],
    nodeSelector: {},
    nodeAffinity: null,
    priority: RESERVE_PRIORITY,
  };
  return {
    name: RESERVE_NAME,
    namePrefix: `${RESERVE_NAME}-`,
    digits: digitsFor(count),
    first: 0,
    count,
    replicas: null,
    shape,
  };
}

/** What so many of each take or offer together, thousandths of a processor. */
export function cpuMilliOf(list: readonly { readonly count: number; readonly shape: Amount }[]): number {
  return list.reduce((sum, { count, shape }) => sum + count * shape.cpuMilli, 0);
}
