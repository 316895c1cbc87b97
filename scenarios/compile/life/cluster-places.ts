/** The clusters of a living run: one with all nodes and pods of the document, or the members of its federation. */

import type { ClusterNode } from '../../../models/cluster/node.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { nodeCount } from '../../document/cluster-size.ts';
import { memberRuns, placeLabels } from '../../document/federation-check.ts';
import type { FederationFile, MemberFile } from '../../document/federation-schema.ts';
import { spareRuns } from '../../document/node-groups.ts';
import type { ScenarioDocument } from '../../document/schema.ts';
import { addressPoolOf } from '../placement.ts';
import type { PlannedAlternative } from '../plan.ts';
import { clusterNodesOf, RACK_LABEL } from '../population.ts';
import type { ClusterPlace } from './cluster-life.ts';
import type { LifePlan } from './life-plan.ts';

/** The clusters of an alternative, the nodes of each beside each other. */
export function clusterPlacesOf(
  alternative: PlannedAlternative,
  plan: LifePlan,
  streams: StreamSource,
): readonly ClusterPlace[] {
  const { document } = alternative;
  if (document.federation !== undefined) return membersOf(alternative, document.federation, plan, streams);
  const grown = grownDocument(document);
  const addresses = addressPoolOf(grown, alternative, nodeCount(grown.cluster));
  return [
    {
      index: 0,
      name: '',
      prefix: '',
      firstNode: 0,
      nodes: clusterNodesOf(grown, alternative, addresses),
      there: nodeCount(document.cluster),
      addresses,
      streams,
      replicas: plan.workloads.map(({ replicas }) => replicas),
    },
  ];
}

/** The document with the machines that its groups may add, after all other nodes. */
function grownDocument(document: ScenarioDocument): ScenarioDocument {
  const { cluster, nodeAutoscaler } = document;
  if (nodeAutoscaler === undefined) return document;
  return {
    ...document,
    cluster: { ...cluster, nodes: [...cluster.nodes, ...spareRuns(cluster.nodes, nodeAutoscaler)] },
  };
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
    const document = memberDocument(alternative.document, member);
    const addresses = addressPoolOf(document, alternative, nodeCount(document.cluster));
    const nodes = clusterNodesOf(document, alternative, addresses).map((node) => memberNode(node, member, firstRack));
    const place = {
      index,
      name: member.name,
      prefix: `${member.name}-`,
      firstNode,
      nodes,
      there: nodes.length,
      addresses,
      streams: new StreamSource(`${streams.seed}/${member.name}`),
      // The federation says how many, as soon as it has planned.
      replicas: plan.workloads.map(() => 0),
    };
    firstNode += nodes.length;
    firstRack = nodes.at(-1)!.rack + 1;
    return place;
  });
}

/** The document of one member: its nodes are its own. */
function memberDocument(document: ScenarioDocument, member: MemberFile): ScenarioDocument {
  const { cluster } = document;
  return { ...document, cluster: { ...cluster, nodes: memberRuns(member, cluster.nodes) } };
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
