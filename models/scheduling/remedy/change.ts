/**
 * Changes of a pod or of a node that would let a pod in, as data: to be told, and to be tried.
 *
 * Source: what each filter of Kubernetes 1.34 asks for. Leaves out: changes of other pods than taking them away, and
 * changes of volumes.
 */
import type { ClusterNode } from '../../cluster/node.ts';
import type { HostPort, Pod, PodShape } from '../../cluster/pod.ts';
import type { PodAffinityTerm } from '../../cluster/pod-relations.ts';
import type { Taint } from '../../cluster/toleration.ts';

/** One change. Amounts of `memory` are MiB, of `cpu` thousandths of a core, of others bytes or pieces. */
export type Change =
  | { readonly kind: 'lower-request'; readonly resource: string; readonly from: number; readonly to: number }
  | { readonly kind: 'enlarge-node'; readonly node: number; readonly resource: string; readonly by: number }
  | { readonly kind: 'tolerate'; readonly taint: Taint }
  | { readonly kind: 'uncordon'; readonly node: number }
  | { readonly kind: 'drop-node-selector'; readonly key: string; readonly value: string }
  | { readonly kind: 'drop-node-affinity' }
  | { readonly kind: 'drop-node-name'; readonly name: string }
  | { readonly kind: 'drop-host-port'; readonly port: HostPort }
  | { readonly kind: 'drop-gpu-models'; readonly models: readonly string[] }
  | {
      readonly kind: 'raise-max-skew';
      readonly constraint: number;
      readonly topologyKey: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'drop-spread'; readonly constraint: number; readonly topologyKey: string }
  | { readonly kind: 'drop-affinity'; readonly anti: boolean; readonly term: PodAffinityTerm }
  | { readonly kind: 'take-away'; readonly pods: readonly number[]; readonly node: number }
  | { readonly kind: 'add-node'; readonly node: ClusterNode };

/** A cluster at one instant: what a scheduler is made of, and who stands where. */
export interface Standing {
  readonly nodes: readonly ClusterNode[];
  readonly shapes: readonly PodShape[];
  readonly pods: readonly Pod[];
  /** By pod; -1: on no node. */
  readonly nodeOf: ArrayLike<number>;
  /** By pod: bit mask of the devices that it holds. */
  readonly devicesOf: ArrayLike<number>;
  /** By node: 1 where it does not exist; nodes beyond the list do. */
  readonly absent: ArrayLike<number>;
  /** By node: taints of its life, as bits; nodes beyond the list have none. */
  readonly taints: ArrayLike<number>;
}

/** The cluster after changes made for the sake of one pod. */
export function changed(standing: Standing, pod: number, changes: readonly Change[]): Standing {
  return changes.reduce((before, change) => changedOnce(before, pod, change), standing);
}

function changedOnce(standing: Standing, pod: number, change: Change): Standing {
  switch (change.kind) {
    case 'enlarge-node':
      return withNode(standing, change.node, (node) => enlarged(node, change.resource, change.by));
    case 'uncordon':
      return withNode(standing, change.node, (node) => ({ ...node, unschedulable: false }));
    case 'add-node':
      return { ...standing, nodes: [...standing.nodes, change.node] };
    case 'take-away': {
      const nodeOf = Int32Array.from(standing.nodeOf);
      for (const other of change.pods) nodeOf[other] = -1;
      return { ...standing, nodeOf };
    }
    default:
      return withShape(standing, pod, (shape) => changedShape(shape, change));
  }
}

/** Changes of the pod itself. */
type OfThePod = Exclude<Change, { readonly kind: 'enlarge-node' | 'uncordon' | 'add-node' | 'take-away' }>;

function changedShape(shape: PodShape, change: OfThePod): PodShape {
  switch (change.kind) {
    case 'lower-request':
      return lowered(shape, change.resource, change.to);
    case 'tolerate': {
      const { key, value, effect } = change.taint;
      return { ...shape, tolerations: [...shape.tolerations, { key, operator: 'Equal', value, effect }] };
    }
    case 'drop-node-selector': {
      const { [change.key]: _, ...nodeSelector } = shape.nodeSelector;
      return { ...shape, nodeSelector };
    }
    case 'drop-node-affinity':
      return { ...shape, nodeAffinity: { ...shape.nodeAffinity, required: [] } };
    case 'drop-node-name': {
      const { nodeName: _, ...rest } = shape;
      return rest;
    }
    case 'drop-host-port':
      return { ...shape, hostPorts: (shape.hostPorts ?? []).filter((port) => port !== change.port) };
    case 'drop-gpu-models':
      return { ...shape, gpuModels: [] };
    case 'raise-max-skew':
      return withSpread(shape, change.constraint, change.to);
    case 'drop-spread':
      return withSpread(shape, change.constraint, undefined);
    case 'drop-affinity': {
      const side = change.anti ? 'podAntiAffinity' : 'podAffinity';
      const own = shape[side] ?? { required: [], preferred: [] };
      return { ...shape, [side]: { ...own, required: own.required.filter((term) => term !== change.term) } };
    }
  }
}

function withSpread(shape: PodShape, place: number, maxSkew: number | undefined): PodShape {
  const list = shape.topologySpread ?? [];
  const topologySpread = list.flatMap((constraint, i) => {
    if (i !== place) return [constraint];
    // What is dropped becomes a wish, so that the places of the others stay what they are.
    return maxSkew === undefined
      ? [{ ...constraint, whenUnsatisfiable: 'ScheduleAnyway' as const }]
      : [{ ...constraint, maxSkew }];
  });
  return { ...shape, topologySpread };
}

function lowered(shape: PodShape, resource: string, to: number): PodShape {
  if (resource === 'cpu') return { ...shape, cpuMilli: to, scoredCpuMilli: to };
  if (resource === 'memory') return { ...shape, memoryMib: to, scoredMemoryMib: to };
  if (resource === 'gpu') return { ...shape, gpus: to, gpuMilli: to === 0 ? 0 : shape.gpuMilli };
  if (resource === 'gpu share') return { ...shape, gpuMilli: to };
  return { ...shape, extended: { ...shape.extended, [resource]: to } };
}

function enlarged(node: ClusterNode, resource: string, by: number): ClusterNode {
  if (resource === 'pods') return { ...node, podsMax: node.podsMax + by };
  const grown = (amount: ClusterNode['capacity']): ClusterNode['capacity'] => ({
    ...amount,
    cpuMilli: amount.cpuMilli + (resource === 'cpu' ? by : 0),
    memoryMib: amount.memoryMib + (resource === 'memory' ? by : 0),
  });
  const extended = { ...node.extended };
  if (resource !== 'cpu' && resource !== 'memory') extended[resource] = (extended[resource] ?? 0) + by;
  return { ...node, capacity: grown(node.capacity), allocatable: grown(node.allocatable), extended };
}

function withNode(standing: Standing, place: number, change: (node: ClusterNode) => ClusterNode): Standing {
  return { ...standing, nodes: standing.nodes.map((node, i) => (i === place ? change(node) : node)) };
}

function withShape(standing: Standing, place: number, change: (shape: PodShape) => PodShape): Standing {
  const shape = change(standing.shapes[standing.pods[place]!.shape]!);
  return {
    ...standing,
    shapes: [...standing.shapes, shape],
    pods: standing.pods.map((pod, i) => (i === place ? { ...pod, shape: standing.shapes.length } : pod)),
  };
}
