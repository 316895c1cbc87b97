/** The pods and services of a document, and its nodes as a scheme leaves them: less its agents, reserves and addresses. */
import { type ClusterObjects, NO_OBJECTS } from '../../models/cluster/cluster-objects.ts';
import { allocatableOf, type ClusterNode, podsMaxOf } from '../../models/cluster/node.ts';
import { NO_NODE_AFFINITY, type NodeAffinity } from '../../models/cluster/node-selector.ts';
import type { Pod, PodShape } from '../../models/cluster/pod.ts';
import type { Toleration } from '../../models/cluster/toleration.ts';
import { DAEMON_TOLERATIONS } from '../../models/cluster/workload/daemon-set.ts';
import type { AddressPool } from '../../models/network/addresses.ts';
import { numbered } from '../../models/network/fabric-rows.ts';
import type { NetworkScheme } from '../../models/schemes/scheme.ts';
import { type Service, servicesOf } from '../../models/service/services.ts';
import { nodeCount, workloadNames } from '../document/cluster-size.ts';
import type { ManifestCluster } from '../document/manifests/manifest-cluster.ts';
import { countOf, expandNodes, type NodeShape } from '../document/node-list.ts';
import { expandPods, type PodKind } from '../document/pod-list.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** The label by which pods may ask for a rack. */
export const RACK_LABEL = 'topology.wavetank/rack';

/** Pods and services: the same for every alternative. */
export interface Population {
  readonly pods: readonly Pod[];
  readonly shapes: readonly PodShape[];
  readonly services: readonly Service[];
  /** By pod: the node on which manifests say that it stands; -1: it is to be scheduled. */
  readonly boundTo: Int32Array;
  /** By pod: 1 if it has the address of its node. */
  readonly inHostNetwork: Uint8Array;
  /** Namespaces, services and disruption budgets of manifests. */
  readonly objects: ClusterObjects;
}

/** The pods of the document's groups, then those of its manifests. */
export function populationOf(document: ScenarioDocument): Population {
  const groups = populationOfGroups(document);
  const { manifests } = document.cluster;
  if (manifests === undefined) return groups;
  const brought = manifests.workloads.flatMap(({ pods }) => pods);
  const names = workloadNames(document.cluster);
  let first = groups.pods.length;
  const services = manifests.workloads.map(({ pods }, index): Service => {
    const name = names[index]!;
    const service = { name, kind: name, first, replicas: pods.length };
    first += pods.length;
    return service;
  });
  const nodesBefore = countOf(document.cluster.nodes);
  const ofGroups = groups.pods.map(() => -1);
  return {
    shapes: [...groups.shapes, ...manifests.shapes],
    services: [...groups.services, ...services],
    pods: [...groups.pods, ...podsOfManifests(manifests, groups)],
    boundTo: Int32Array.from([...ofGroups, ...brought.map(({ node }) => (node < 0 ? -1 : node + nodesBefore))]),
    inHostNetwork: Uint8Array.from([...ofGroups.map(() => 0), ...brought.map((pod) => (pod.hostNetwork ? 1 : 0))]),
    objects: {
      namespaces: new Map(manifests.namespaces),
      services: manifests.services,
      disruptionBudgets: manifests.disruptionBudgets,
    },
  };
}

/** The pods of each workload beside each other: they are one service. */
function podsOfManifests({ workloads }: ManifestCluster, groups: Population): Pod[] {
  return workloads.flatMap(({ pods }, index) =>
    pods.map(({ name, shape, startedSeconds }) => ({
      name,
      shape: groups.shapes.length + shape,
      service: groups.services.length + index,
      ...(startedSeconds === undefined ? {} : { startedSeconds }),
    })),
  );
}

/** Expands the document's kinds of pods and cuts them into services. */
function populationOfGroups(document: ScenarioDocument): Population {
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
  return {
    pods,
    shapes: kinds.map((kind) => shapeOf(kind, document.workloads[kind.name]?.kind === 'DaemonSet')),
    services,
    boundTo: new Int32Array(first).fill(-1),
    inHostNetwork: new Uint8Array(first),
    objects: NO_OBJECTS,
  };
}

function shapeOf(kind: PodKind, isDaemon: boolean): PodShape {
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
    tolerations: isDaemon ? [...tolerations, ...DAEMON_TOLERATIONS] : tolerations,
    nodeAffinity: affinityOf(kind),
    ...(kind.shape.priority === 0 ? {} : { priority: kind.shape.priority }),
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
  const racks = Math.ceil(nodeCount(document.cluster) / nodesPerRack);
  const rackLabel = (rack: number): string => numbered('rack', rack, racks);
  const ofGroups = nodes.map(({ name, shape }, index) => {
    const rack = Math.floor(index / nodesPerRack);
    const capacity = { cpuMilli: shape.cpuMilli, memoryMib: shape.memoryMib, gpus: shape.gpus };
    return {
      name,
      rack,
      labels: { 'kubernetes.io/hostname': name, [RACK_LABEL]: rackLabel(rack), ...shape.labels },
      taints: shape.taints,
      capacity,
      allocatable: allocatableOf(capacity, reserve),
      gpuModel: shape.gpuModel,
      podsMax: podsMaxOf(Math.min(podsPerNodeMax, ownLimit(scheme, shape)), addresses.perNode(index)),
    };
  });
  return [...ofGroups, ...nodesOfManifests(document, { reserve, scheme }, addresses, rackLabel)];
}

/**
 * Nodes of manifests offer what they report. The scheme's agent takes its part only of a node that holds no pods yet: one
 * that does runs its network agent among them.
 */
function nodesOfManifests(
  { cluster: { nodes: groups, manifests }, fabric }: ScenarioDocument,
  { reserve, scheme }: NodeTenant,
  addresses: AddressPool,
  rackLabel: (rack: number) => string,
): ClusterNode[] {
  if (manifests === undefined) return [];
  const first = countOf(groups);
  const inUse = new Set(manifests.workloads.flatMap(({ pods }) => pods.map(({ node }) => node)));
  const withoutAgent = {
    cpuMilli: Math.max(0, reserve.cpuMilli - scheme.agent.cpuMilli),
    memoryMib: Math.max(0, reserve.memoryMib - scheme.agent.memoryMib),
  };
  return manifests.nodes.map((node, index) => {
    const rack = Math.floor((first + index) / fabric.nodesPerRack);
    const { capacity, labels } = node;
    const shape = { ...capacity, gpuModel: '', labels, taints: [] };
    const limit = Math.min(node.podsMax, ownLimit(scheme, shape));
    return {
      ...node,
      rack,
      labels: { 'kubernetes.io/hostname': node.name, [RACK_LABEL]: rackLabel(rack), ...labels },
      allocatable: allocatableOf(node.allocatable, inUse.has(index) ? withoutAgent : reserve),
      podsMax: podsMaxOf(limit, addresses.perNode(first + index)),
    };
  });
}
