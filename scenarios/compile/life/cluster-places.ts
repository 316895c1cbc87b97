/** The clusters of a living run: one with all nodes and pods of the document, or the members of its federation. */

import type { ClusterNode } from '../../../models/cluster/node.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { nodeCount } from '../../document/cluster-size.ts';
import { memberRuns, placeLabels } from '../../document/federation-check.ts';
import type { FederationFile, MemberFile } from '../../document/federation-schema.ts';
import type { NodeAutoscalerFile } from '../../document/node-group-schema.ts';
import { autoscalerOfMember, groupOfNodes, spareRuns } from '../../document/node-groups.ts';
import { countOf, type NodeRun } from '../../document/node-list.ts';
import { cpuMilliOf, pausePodOf, pausePods } from '../../document/reserve.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import { addressPoolOf } from '../placement.ts';
import type { PlannedAlternative } from '../plan.ts';
import { clusterNodesOf, RACK_LABEL } from '../population.ts';
import type { ClusterPlace } from './cluster-place.ts';
import type { LifePlan } from './life-plan.ts';

/** The clusters of an alternative, the nodes of each beside each other. */
export function clusterPlacesOf(
  alternative: PlannedAlternative,
  plan: LifePlan,
  streams: StreamSource,
): readonly ClusterPlace[] {
  const { document } = alternative;
  if (document.federation !== undefined) return membersOf(alternative, document.federation, plan, streams);
  const { cluster, nodeAutoscaler } = document;
  const grown = withNodes(document, [...cluster.nodes, ...spareRuns(cluster.nodes, nodeAutoscaler)]);
  const addresses = addressPoolOf(grown, alternative, nodeCount(grown.cluster));
  return [
    {
      index: 0,
      name: '',
      prefix: '',
      firstNode: 0,
      nodes: clusterNodesOf(grown, alternative, addresses),
      ...growthOf(cluster.nodes, nodeAutoscaler, cluster.manifests?.nodes.length),
      addresses,
      streams,
      replicas: plan.workloads.map(({ replicas }) => replicas),
    },
  ];
}

/** Who makes nodes of these come and go, and which of them are not there yet: what groups may add stands between them and nodes of manifests. */
function growthOf(runs: readonly NodeRun[], autoscaler: NodeAutoscalerFile | undefined, manifests = 0) {
  const there = countOf(runs);
  const spares = countOf(spareRuns(runs, autoscaler));
  const spare = new Set(Array.from({ length: spares }, (_, node) => there + node));
  const groupOf = [...groupOfNodes(runs, autoscaler), ...Array.from({ length: manifests }, () => -1)];
  return { autoscaler, spare, groupOf };
}

function withNodes(document: ScenarioDocument, nodes: readonly NodeRun[]): ScenarioDocument {
  return { ...document, cluster: { ...document.cluster, nodes } };
}

function membersOf(
  alternative: PlannedAlternative,
  { clusters }: FederationFile,
  plan: LifePlan,
  streams: StreamSource,
): ClusterPlace[] {
  let firstNode = 0;
  let firstRack = 0;
  return clusters.map((member, index) => {
    const autoscaler = autoscalerOfMember(alternative.document, member);
    const runs = memberRuns(member, alternative.document.cluster.nodes);
    const document = withNodes(alternative.document, [...runs, ...spareRuns(runs, autoscaler)]);
    const addresses = addressPoolOf(document, alternative, nodeCount(document.cluster));
    const nodes = clusterNodesOf(document, alternative, addresses).map((node) => memberNode(node, member, firstRack));
    const place = {
      index,
      name: member.name,
      prefix: `${member.name}-`,
      firstNode,
      nodes,
      ...growthOf(runs, autoscaler),
      addresses,
      streams: new StreamSource(`${streams.seed}/${member.name}`),
      // The federation says how many, as soon as it has planned; a reserve is the member's own.
      replicas: plan.workloads.map(({ isReserve }) => (isReserve ? pausePodsAtFirst(runs, autoscaler, plan) : 0)),
    };
    firstNode += nodes.length;
    firstRack = nodes.at(-1)!.rack + 1;
    return place;
  });
}

/** Pause pods of a member before anything has been given to it. */
function pausePodsAtFirst(
  runs: readonly NodeRun[],
  autoscaler: NodeAutoscalerFile | undefined,
  plan: LifePlan,
): number {
  const reserve = autoscaler?.reserve;
  if (reserve === undefined) return 0;
  const pause = pausePodOf(
    reserve,
    plan.workloads.filter(({ isReserve }) => !isReserve),
  );
  return pausePods(reserve, pause, 0, cpuMilliOf(runs));
}

function memberNode(node: ClusterNode, member: MemberFile, firstRack: number): ClusterNode {
  const { name } = member;
  const own = `${name}-${node.name}`;
  const rack = node.labels[RACK_LABEL];
  const labels = {
    ...node.labels,
    'kubernetes.io/hostname': own,
    ...placeLabels(member),
    ...(rack === undefined ? {} : { [RACK_LABEL]: `${name}-${rack}` }),
  };
  return { ...node, name: own, rack: firstRack + node.rack, labels };
}
