/** The pods and services of a document, and its nodes as a scheme leaves them: less its agents, reserves and addresses. */
import { allocatableOf, type ClusterNode, podsMaxOf } from '../../models/cluster/node.ts';
import { NO_NODE_AFFINITY, type NodeAffinity } from '../../models/cluster/node-selector.ts';
import type { Pod, PodShape } from '../../models/cluster/pod.ts';
import type { Toleration } from '../../models/cluster/toleration.ts';
import type { AddressPool } from '../../models/network/addresses.ts';
import { numbered } from '../../models/network/fabric-rows.ts';
import type { NetworkScheme } from '../../models/schemes/scheme.ts';
import { type Service, servicesOf } from '../../models/service/services.ts';
import { expandNodes, type NodeShape } from '../document/node-list.ts';
import { expandPods, type PodKind } from '../document/pod-list.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** The label by which pods may ask for a rack. */
export const RACK_LABEL = 'topology.wavetank/rack';

/** Pods and services: the same for every alternative. */
export interface Population {
  readonly pods: readonly Pod[];
  readonly shapes: readonly PodShape[];
  readonly services: readonly Service[];
}

/** Expands the document's kinds of pods and cuts them into services. */
export function populationOf(document: ScenarioDocument): Population {
  const kinds = document.cluster.pods;
  let first = 0;
  const runs = kinds.map((kind) => {
    const run = {
      name: kind.name,
      first,
      count: kind.count,
      ...(kind.replicas === null ? {} : { replicas: kind.replicas }),
    };
    first += kind.count;
    return run;
  });
  const services = servicesOf(runs, document.services.replicasMax);
  const serviceOf = new Int32Array(first);
  services.forEach(({ first: start, replicas }, index) => {
    serviceOf.fill(index, start, start + replicas);
  });
  const pods = expandPods(kinds).map(({ name, kind }, index) => ({ name, shape: kind, service: serviceOf[index]! }));
  return { pods, shapes: kinds.map(shapeOf), services };
}

function shapeOf(kind: PodKind): PodShape {
  const { cpuMilli, memoryMib, gpus, gpuMilli, gpuModels, nodeSelector } = kind.shape;
  const tolerations = kind.shape.tolerations.map(
    (one): Toleration => ({ key: one.key ?? '', operator: one.operator, value: one.value, effect: one.effect ?? '' }),
  );
  return {
    name: kind.name,
    cpuMilli,
    memoryMib,
    gpus,
    gpuMilli,
    gpuModels,
    nodeSelector,
    tolerations,
    nodeAffinity: affinityOf(kind),
  };
}

function affinityOf(kind: PodKind): NodeAffinity {
  const wanted = kind.shape.nodeAffinity;
  if (wanted === null) return NO_NODE_AFFINITY;
  return {
    required: wanted.required.length === 0 ? [] : [{ expressions: wanted.required }],
    preferred: wanted.preferred.map(({ weight, ...expression }) => ({ weight, expressions: [expression] })),
  };
}

/** What a scheme takes of every node. */
export interface NodeReserve {
  readonly cpuMilli: number;
  readonly memoryMib: number;
}

/** A scheme with what it takes of every node. */
export interface NodeTenant {
  readonly reserve: NodeReserve;
  readonly scheme: NetworkScheme;
}

/** The label by which a node names its instance, as cloud providers set it. */
export const INSTANCE_TYPE_LABEL = 'node.kubernetes.io/instance-type';

/** Pods that the scheme's own limits leave to a node. */
function ownLimit(scheme: NetworkScheme, { cpuMilli, labels }: NodeShape): number {
  return scheme.podsPerNode?.({ cpuMilli, instanceType: labels[INSTANCE_TYPE_LABEL] ?? '' }) ?? Infinity;
}

/** The nodes as the scheduler sees them under a scheme. */
export function clusterNodesOf(
  document: ScenarioDocument,
  { reserve, scheme }: NodeTenant,
  addresses: AddressPool,
): ClusterNode[] {
  const { nodesPerRack } = document.fabric;
  const { podsPerNodeMax } = document.cluster;
  const nodes = expandNodes(document.cluster.nodes);
  const racks = Math.ceil(nodes.length / nodesPerRack);
  return nodes.map(({ name, shape }, index) => {
    const rack = Math.floor(index / nodesPerRack);
    const capacity = { cpuMilli: shape.cpuMilli, memoryMib: shape.memoryMib, gpus: shape.gpus };
    return {
      name,
      rack,
      labels: { 'kubernetes.io/hostname': name, [RACK_LABEL]: numbered('rack', rack, racks), ...shape.labels },
      taints: shape.taints,
      capacity,
      allocatable: allocatableOf(capacity, reserve),
      gpuModel: shape.gpuModel,
      podsMax: podsMaxOf(Math.min(podsPerNodeMax, ownLimit(scheme, shape)), addresses.perNode(index)),
    };
  });
}
