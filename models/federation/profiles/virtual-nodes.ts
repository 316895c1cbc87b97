/**
 * Admiralty and Liqo: each cluster is a virtual node, and the ordinary scheduler places pod after pod on them.
 *
 * Source: admiralty `pkg/scheduler_plugins/proxy` and `pkg/controllers/resources` at 0dd7771 (November 2024): a pod goes only where a candidate
 * has reserved a real node, the virtual node offers the sum of its cluster; liqo at 557c199 (July 2026): the virtual node offers what the resource slice
 * grants, and nobody looks at real nodes; Kubernetes 1.34: LeastAllocated (weight 1), spread over host names (2, maxSkew 3), and the order in
 * which a ReplicaSet takes pods away (waiting ones, then from where most stand). Pods leave a lost virtual node when their toleration of
 * 300 s ends, and do not come back by themselves. Equal scores go by name, in the real ones by luck.
 * Leaves out: other scores than those (they are equal among virtual nodes), nodes of one's own cluster, Liqo's reflection.
 */
import { log } from '../../../sim/random/numeric.ts';
import type { ClusterView, Plan, PlanRequest } from '../placement-plan.ts';
import { planOf } from '../placement-plan.ts';
import type { FederationProfile } from './profile.ts';

const SCORE_MAX = 100;
const LEAST_ALLOCATED_WEIGHT = 1;
const SPREAD_WEIGHT = 2;
/** `maxSkew` of the constraint over host names that pods have by default. */
const SPREAD_MAX_SKEW = 3;

/** Admiralty: exact, for each pod has its node before it is sent. */
export const admiralty: FederationProfile = {
  ...virtualNodes('admiralty', 'Admiralty'),
  estimate: 'perNode',
};

/** Liqo: as much as the slice offers, whether nodes have room for it or not. */
export const liqo: FederationProfile = { ...virtualNodes('liqo', 'Liqo'), estimate: 'total' };

function virtualNodes(name: string, title: string): Omit<FederationProfile, 'estimate'> {
  return {
    name,
    title,
    moves: 'pods',
    limits: false,
    replansOn: ['clusterLost', 'clusterBack', 'capacity', 'asked'],
    failback: 'never',
    planner: () => ({ plan: planPods }),
  };
}

/** Pods that stand stay; those too many are taken away, those missing are placed one by one. */
function planPods(request: PlanRequest): Plan {
  const { clusters, replicas } = request;
  const pods = clusters.map(({ healthy, assigned }) => (healthy ? assigned : 0));
  const before = [...pods];
  for (let many = sumOf(pods) - replicas; many > 0; many--) pods[fullest(clusters, pods)]!--;
  for (let few = replicas - sumOf(pods); few > 0; few--) {
    const best = bestNode(clusters, pods);
    if (best === undefined) break;
    pods[best]!++;
  }
  return planOf(request, pods, 'pods were placed one by one on virtual nodes', (i) =>
    clusters[i]!.healthy
      ? `${before[i]} stood there; ${pods[i]! - before[i]!} came or went`
      : 'its virtual node is not Ready',
  );
}

/** Where a pod is taken away: where pods wait for a node, else where most stand. */
function fullest(clusters: readonly ClusterView[], pods: readonly number[]): number {
  const waiting = (i: number): number => Math.max(0, pods[i]! - (clusters[i]!.assigned - clusters[i]!.unschedulable));
  return pods.reduce((best, one, i) => {
    const order = Math.sign(waiting(i)) - Math.sign(waiting(best)) || one - pods[best]!;
    return order > 0 || (order === 0 && clusters[i]!.name > clusters[best]!.name) ? i : best;
  }, 0);
}

function bestNode(clusters: readonly ClusterView[], pods: readonly number[]): number | undefined {
  const open = [...clusters.keys()].filter((i) => {
    const { healthy, takesNew, available, assigned } = clusters[i]!;
    return healthy && takesNew && pods[i]! < assigned + available;
  });
  const spread = spreadScores(open, pods);
  const score = (i: number): number =>
    SPREAD_WEIGHT * spread.get(i)! + LEAST_ALLOCATED_WEIGHT * leastAllocated(clusters[i]!, pods[i]!);
  return open.reduce<number | undefined>((best, i) => {
    if (best === undefined) return i;
    const order = score(i) - score(best);
    return order > 0 || (order === 0 && clusters[i]!.name < clusters[best]!.name) ? i : best;
  }, undefined);
}

/** The room that a node of such a size would have left, in hundredths; counted in replicas. */
function leastAllocated({ assigned, available }: ClusterView, pods: number): number {
  if (available === Number.POSITIVE_INFINITY) return SCORE_MAX;
  const size = assigned + available;
  return Math.floor(((size - pods - 1) * SCORE_MAX) / size);
}

/** As PodTopologySpread scores: fewer matching pods are better, normalised between the extremes. */
function spreadScores(open: readonly number[], pods: readonly number[]): ReadonlyMap<number, number> {
  const weight = log(open.length + 2);
  const raw = open.map((i) => Math.round(pods[i]! * weight + (SPREAD_MAX_SKEW - 1)));
  const most = Math.max(...raw);
  const least = Math.min(...raw);
  const scores = raw.map((one) => (most === 0 ? SCORE_MAX : Math.floor((SCORE_MAX * (most + least - one)) / most)));
  return new Map(open.map((i, at) => [i, scores[at]!]));
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0);
}
