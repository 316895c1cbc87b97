/**
 * Division over time: how replicas are divided first, and how the division follows scaling, losses and returns.
 *
 * Source: the published scheme of ratio-keeping federations (weights by free resources, at least one replica in each cluster, created
 * and taken away by the same ratio), with the four rules of division.ts; no real system has all of it. Minimums and the one in each count
 * as seats already taken. With fewer replicas than clusters the heaviest get one each. Leaves out: where in a cluster replicas go;
 * weights that follow what is free from look to look (they are taken when somebody asks, scales, or a cluster is lost or back).
 */
import { type DivisionRule, type DivisionShare, divide } from './division.ts';
import { type ClusterView, type Plan, type PlanRequest, planOf } from './placement-plan.ts';

/** How weights come about: the user's, by what is free in each cluster, or by the replicas that would fit. */
export const WEIGHTINGS = ['static', 'freeResources', 'availableReplicas'] as const;

/** Name of a weighting. */
export type Weighting = (typeof WEIGHTINGS)[number];

/** A way to divide. */
export interface DivisionPolicy {
  readonly rule: DivisionRule;
  readonly weights: Weighting;
  /** Every healthy cluster with room gets one, where there are enough. */
  readonly atLeastOneEach: boolean;
  /** The weights of the first plan hold until somebody asks for a new one, or a cluster comes that had no weight. */
  readonly sameRatio: boolean;
  /** Replicas that run may be taken from one cluster and given to another. */
  readonly rebalance: boolean;
  /** Nobody gets more than is estimated to fit. */
  readonly heedsCapacity: boolean;
}

/** Plans one workload after another instant; remembers the ratio between plans. */
export interface Planner {
  plan(request: PlanRequest): Plan;
}

/** Follows a {@link DivisionPolicy} for one workload. */
export class DivisionPlanner implements Planner {
  readonly #policy: DivisionPolicy;
  /** Weights that hold, by cluster. */
  #ratio = new Map<string, number>();

  constructor(policy: DivisionPolicy) {
    this.#policy = policy;
  }

  /** Never gives a cluster more than its maximum, nor (where it heeds capacity) more than was estimated to fit. */
  plan(request: PlanRequest): Plan {
    const shares = this.#sharesOf(request);
    const target = divide(this.#policy.rule, request.replicas, shares).replicas;
    const stays = !this.#policy.rebalance && request.occasion !== 'asked';
    const replicas = stays ? nearest(request, target, shares) : target;
    const moved = replicas.some((one, i) => one !== request.clusters[i]!.assigned);
    const because = moved ? `divided by ${this.#policy.rule}` : 'nothing to change';
    return planOf(request, replicas, because, (i) =>
      reasonOf(replicas[i]!, target[i]!, shares[i]!, request.clusters[i]!, this.#policy.atLeastOneEach),
    );
  }

  #sharesOf({ occasion, replicas, clusters }: PlanRequest): DivisionShare[] {
    const open = clusters.filter(({ healthy }) => healthy);
    const known = open.every(({ name }) => this.#ratio.has(name));
    // Weighed anew whenever a replica has moved, what is free would move replicas for ever.
    const isWeighed = !this.#policy.sameRatio && occasion !== 'capacity';
    if (isWeighed || occasion === 'asked' || !known)
      for (const view of open) this.#ratio.set(view.name, weightOf(view, this.#policy.weights, replicas));
    return clusters.map((view) => this.#shareOf(view));
  }

  #shareOf(view: ClusterView): DivisionShare {
    const { name, max } = view;
    if (!view.healthy) return { name, weight: 0, min: 0, max: 0, capacity: 0 };
    const fits = this.#policy.heedsCapacity ? roomFor(view) : Number.POSITIVE_INFINITY;
    const capacity = view.takesNew ? fits : Math.min(fits, view.assigned);
    const min = this.#policy.atLeastOneEach ? Math.max(1, view.min) : view.min;
    return { name, weight: this.#ratio.get(name)!, min, max, capacity };
  }
}

/** Replicas that a cluster can hold: those that stand there, and those that fit beside them. */
export function roomFor({ assigned, unschedulable, available }: ClusterView): number {
  return Math.max(0, assigned - unschedulable) + available;
}

function weightOf(view: ClusterView, weights: Weighting, wanted: number): number {
  if (weights === 'static') return view.weight;
  if (weights === 'freeResources') return view.freeShare;
  // Where nobody estimates, as many as are wanted are taken to fit.
  return view.available === Number.POSITIVE_INFINITY ? wanted : roomFor(view);
}

/**
 * As near to the target as one comes without moving: surviving replicas stay and minimums are made up; what is then missing
 * goes to those below their target, what is too much is taken from those above it.
 */
function nearest(
  { replicas: wanted, clusters }: PlanRequest,
  target: readonly number[],
  shares: readonly DivisionShare[],
): number[] {
  const keep = clusters.map(({ assigned, unschedulable, healthy }, i) => {
    const standing = healthy ? Math.max(0, assigned - unschedulable, Math.min(assigned, target[i]!)) : 0;
    const { min, max, capacity } = shares[i]!;
    return Math.max(Math.min(standing, max, capacity), Math.min(min, target[i]!));
  });
  const missing = wanted - sumOf(keep);
  const gaps = clusters.map(({ name }, i) => {
    const gap = Math.max(0, missing > 0 ? target[i]! - keep[i]! : keep[i]! - target[i]!);
    return { name, weight: gap, min: 0, max: gap, capacity: gap };
  });
  const change = divide('largestRemainder', Math.abs(missing), gaps).replicas;
  return keep.map((one, i) => (missing > 0 ? one + change[i]! : one - change[i]!));
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0);
}

function reasonOf(
  given: number,
  target: number,
  share: DivisionShare,
  view: ClusterView,
  atLeastOneEach: boolean,
): string {
  if (!view.healthy) return 'the cluster is believed gone';
  if (given !== target) return `its share would be ${target}; what runs is not moved`;
  if (given === share.max) return `its maximum is ${share.max}`;
  if (given === share.capacity) return view.takesNew ? `no more than ${share.capacity} fit` : 'takes nothing new';
  if (share.weight === 0) return given > 0 ? `its minimum is ${share.min}; its weight is 0` : 'its weight is 0';
  if (share.min > 0 && given <= share.min) {
    const isDueToEach = atLeastOneEach && view.min < share.min;
    if (given < share.min) return `too few replicas for ${isDueToEach ? 'one in each' : `its minimum of ${share.min}`}`;
    return isDueToEach ? 'one is due to each' : `its minimum is ${share.min}`;
  }
  return `its share by weight ${share.weight}`;
}
