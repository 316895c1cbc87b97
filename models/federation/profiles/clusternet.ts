/**
 * Clusternet's dividing scheduler: static by weights, dynamic by what a predictor says that fits.
 *
 * Source: clusternet `pkg/scheduler/framework/plugins/defaultassigner` and `scheduler.go` at 19245ba (May 2026). It looks at a divided
 * subscription again only when what is wanted differs from what is assigned: a lost cluster therefore changes nothing, whatever the gate
 * FailOver says (`admit` refuses), and its replicas count as assigned. Dynamic: only the difference is divided, by largest remainder; where less fits
 * than is wanted everybody gets what fits, and the rest waits for the next change. Static weights of 0 for all: nothing is assigned.
 * Ties go by the order of the clusters. Leaves out: subgroups; the order in which parallel filters finish.
 */
import { type Plan, type PlanRequest, planOf } from '../placement-plan.ts';
import type { FederationProfile } from './profile.ts';

/** Clusternet in one of its two types of dividing. */
export function clusternet(type: 'static' | 'dynamic'): FederationProfile {
  return {
    name: type === 'static' ? 'clusternetStatic' : 'clusternetDynamic',
    title: `Clusternet, ${type}`,
    moves: 'replicas',
    limits: false,
    estimate: type === 'static' ? 'none' : 'perNode',
    replansOn: [],
    failback: 'never',
    planner: () => (type === 'static' ? { plan: planStatic } : { plan: planDynamic }),
  };
}

function planStatic(request: PlanRequest): Plan {
  const { clusters, replicas } = request;
  const standing = clusters.map(({ assigned }) => assigned);
  if (sumOf(standing) === replicas) return unchanged(request, standing);
  const weights = clusters.map(({ weight, healthy, takesNew }) => (healthy && takesNew ? weight : 0));
  const sum = sumOf(weights);
  if (sum === 0) return planOf(request, weights, 'no cluster has a weight', () => 'its weight is 0');
  const plan = weights.map((weight) => Math.floor((weight * replicas) / sum));
  const order = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]! || a - b);
  const rest = replicas - sumOf(plan);
  for (const i of order.slice(0, rest)) plan[i]!++;
  return planOf(request, plan, 'divided afresh by static weights', (i) => `its share by weight ${weights[i]}`);
}

function planDynamic(request: PlanRequest): Plan {
  const { clusters, replicas } = request;
  const standing = clusters.map(({ assigned }) => assigned);
  const difference = replicas - sumOf(standing);
  if (difference === 0) return unchanged(request, standing);
  if (difference < 0) {
    const taken = largestRemainder(-difference, standing);
    return planOf(
      request,
      standing.map((one, i) => one - taken[i]!),
      'taken away by what each had',
      (i) => `${taken[i]} of ${standing[i]} taken away`,
    );
  }
  const room = clusters.map(({ healthy, takesNew, available }) => (healthy && takesNew ? available : 0));
  if (room.includes(Number.POSITIVE_INFINITY))
    return planOf(request, standing, 'a cluster has no predictor', () => 'unchanged');
  const given = largestRemainder(difference, room);
  return planOf(
    request,
    standing.map((one, i) => one + given[i]!),
    'given by what fits in each',
    (i) => `${standing[i]} stay; ${given[i]} of the ${room[i]} that fit`,
  );
}

/** All weights where they are less than the amount. */
function largestRemainder(amount: number, weights: readonly number[]): readonly number[] {
  const sum = sumOf(weights);
  if (sum === 0 || amount > sum) return weights;
  const shares = weights.map((weight) => Math.floor((weight * amount) / sum));
  const cut = (i: number): number => (weights[i]! * amount) % sum;
  const order = [...weights.keys()].sort((a, b) => cut(b) - cut(a) || a - b);
  const rest = amount - sumOf(shares);
  for (const i of order.slice(0, rest)) shares[i]!++;
  return shares;
}

function unchanged(request: PlanRequest, standing: readonly number[]): Plan {
  return planOf(request, standing, 'assigned as many as wanted', () => 'unchanged');
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0);
}
