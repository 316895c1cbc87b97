/** The clusters of a living run: one, with all nodes and pods of the document. */
import type { StreamSource } from '../../../sim/random/stream.ts';
import { nodeCount } from '../../document/cluster-size.ts';
import { addressPoolOf } from '../placement.ts';
import type { PlannedAlternative } from '../plan.ts';
import { clusterNodesOf } from '../population.ts';
import type { ClusterPlace } from './cluster-life.ts';
import type { LifePlan } from './life-plan.ts';

/** The clusters of an alternative, nodes of each beside each other. */
export function clusterPlacesOf(
  alternative: PlannedAlternative,
  plan: LifePlan,
  streams: StreamSource,
): readonly ClusterPlace[] {
  const { document } = alternative;
  const addresses = addressPoolOf(document, alternative, nodeCount(document.cluster));
  return [
    {
      index: 0,
      prefix: '',
      firstNode: 0,
      nodes: clusterNodesOf(document, alternative, addresses),
      addresses,
      streams,
      replicas: plan.workloads.map(({ replicas }) => replicas),
    },
  ];
}
