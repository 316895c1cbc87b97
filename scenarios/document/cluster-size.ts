/** How many nodes and pods a document has, groups and manifests together. */
import type { ManifestCluster } from './manifests/manifest-cluster.ts';
import { countOf, type NodeRun } from './node-list.ts';
import type { PodKind } from './pod-list.ts';

/** The parts of a cluster that are counted. */
export interface CountedCluster {
  readonly nodes: readonly NodeRun[];
  readonly pods: readonly PodKind[];
  readonly manifests?: ManifestCluster | undefined;
}

/** Nodes of the groups, then those of the manifests. */
export function nodeCount({ nodes, manifests }: CountedCluster): number {
  return countOf(nodes) + (manifests?.nodes.length ?? 0);
}

/** Pods of the groups, then those of the manifests. */
export function podCount({ pods, manifests }: CountedCluster): number {
  return countOf(pods) + (manifests?.workloads.reduce((sum, workload) => sum + workload.pods.length, 0) ?? 0);
}

/** Pods that the scheduler has to place: all but those of the manifests that have a node. */
export function pendingCount(cluster: CountedCluster): number {
  const bound = cluster.manifests?.workloads.flatMap(({ pods }) => pods.filter(({ node }) => node >= 0)) ?? [];
  return podCount(cluster) - bound.length;
}

/** Names of the workloads of manifests as `services.calls` knows them: with their namespace where one name is two. */
export function workloadNames({ pods, manifests }: CountedCluster): readonly string[] {
  const workloads = manifests?.workloads ?? [];
  const uses = new Map<string, number>();
  for (const { name } of [...pods, ...workloads]) uses.set(name, (uses.get(name) ?? 0) + 1);
  return workloads.map(({ name, namespace, kind }) => {
    if (uses.get(name) === 1) return name;
    return `${name}.${namespace}.${kind.toLowerCase()}`;
  });
}
