/** Clusters as a planner sees them, for tests: healthy, with room without end, unless said otherwise. */
import type { ClusterView, Plan, PlanRequest } from '../../../models/federation/placement-plan.ts';

/** One cluster, with what differs from an empty one of weight 1. */
export function view(name: string, differs: Partial<ClusterView> = {}): ClusterView {
  const none = { weight: 1, min: 0, max: Number.POSITIVE_INFINITY, assigned: 0, ready: 0, unschedulable: 0 };
  const room = { available: Number.POSITIVE_INFINITY, freeShare: 0, healthy: true, takesNew: true };
  return { name, ...none, ...room, ...differs };
}

/** A request to plan, with what differs from a first plan of the workload `default/web`. */
export function request(
  replicas: number,
  clusters: readonly ClusterView[],
  differs: Partial<PlanRequest> = {},
): PlanRequest {
  return { occasion: 'created', key: 'default/web', uid: 'uid-of-web', replicas, clusters, ...differs };
}

/** The clusters after a plan was carried out, all replicas running. */
export function carriedOut(clusters: readonly ClusterView[], { replicas }: Plan): ClusterView[] {
  return clusters.map((one, i) => {
    const assigned = replicas[i]!;
    const available = Math.max(0, one.available - Math.max(0, assigned - one.assigned));
    return { ...one, assigned, ready: assigned, unschedulable: 0, available };
  });
}

/** The sum of a list. */
export function sum(list: readonly number[]): number {
  return list.reduce((total, one) => total + one, 0);
}
