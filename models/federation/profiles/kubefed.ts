/**
 * KubeFed's ReplicaSchedulingPreference, which is Federation v1's planner with little around it changed.
 *
 * Source: kubefed `pkg/controller/util/planner/planner.go` and `pkg/schedulingtypes/replicascheduler.go` at d6f10d2 (March 2023); the
 * planner's own test cases are an oracle here. Minimums in order of weight, then (without rebalancing) what runs is kept, then rounds of
 * shares rounded up; ties by FNV-32 of cluster and key. A cluster that is full keeps its overflow *on top*, while others run it too.
 * Weights of 0 for all: minimums only. Minimums above the total: the first clusters get theirs.
 * Leaves out: the loop of 60 s after which a waiting pod counts as unschedulable (the views say which do).
 */

import type { Planner } from '../division-planner.ts';
import { fnv32 } from '../fnv.ts';
import type { ClusterView, Plan, PlanRequest } from '../placement-plan.ts';
import type { FederationProfile } from './profile.ts';

/** KubeFed with its default, or with `rebalance: true`. */
export function kubefed(rebalance: boolean): FederationProfile {
  return {
    name: rebalance ? 'kubefedRebalance' : 'kubefed',
    title: rebalance ? 'KubeFed, rebalance: true' : 'KubeFed',
    moves: 'replicas',
    limits: true,
    estimate: 'none',
    replansOn: ['clusterLost', 'clusterBack', 'capacity', 'asked'],
    failback: 'byPlan',
    planner: () => new CeilPlanner(rebalance),
  };
}

interface Share {
  readonly at: number;
  readonly view: ClusterView;
  readonly hash: number;
  /** Infinity where no pod waits: the planner then believes that there is room. */
  readonly capacity: number;
}

/** The planner of Federation v1 and KubeFed. */
export class CeilPlanner implements Planner {
  readonly #rebalance: boolean;

  constructor(rebalance: boolean) {
    this.#rebalance = rebalance;
  }

  /** Believes a cluster full only by pods that wait in it. */
  plan(request: PlanRequest): Plan {
    const { clusters, replicas: wanted, key } = request;
    const shares = sharesOf(clusters, key);
    const plan = clusters.map(() => 0);
    const overflow = clusters.map(() => 0);
    const kept = clusters.map(() => 0);
    let remaining = giveMinimums(shares, plan, wanted);
    if (!this.#rebalance) remaining = keepRunning(shares, plan, kept, remaining);
    const running = [...plan];
    remaining = inRounds(shares, { plan, overflow, kept }, remaining);
    const surplus = this.#rebalance ? overflow : overflow.map((one) => Math.min(one, remaining));
    return {
      replicas: plan.map((one, i) => one + surplus[i]!),
      surplus,
      unplaced: remaining,
      wanted,
      because: this.#rebalance ? 'shares rounded up' : 'what runs is kept, then shares rounded up',
      reasons: clusters.map((view, i) => reasonOf(view, plan[i]!, surplus[i]!, running[i]!)),
    };
  }
}

function sharesOf(clusters: readonly ClusterView[], key: string): Share[] {
  return clusters
    .map((view, at) => ({ at, view, hash: fnv32(view.name + key), capacity: capacityOf(view) }))
    .filter(({ view }) => view.healthy)
    .sort((a, b) => b.view.weight - a.view.weight || a.hash - b.hash || (a.view.name < b.view.name ? -1 : 1));
}

function capacityOf({ assigned, ready, unschedulable }: ClusterView): number {
  return unschedulable > 0 && assigned !== ready ? assigned - unschedulable : Number.POSITIVE_INFINITY;
}

function giveMinimums(shares: readonly Share[], plan: number[], wanted: number): number {
  let remaining = wanted;
  for (const { at, view, capacity } of shares) {
    plan[at] = Math.min(view.min, remaining, capacity);
    remaining -= plan[at]!;
  }
  return remaining;
}

/** What runs stays, in order of weight, as long as there are replicas; `kept` tells how many beyond the minimum. */
function keepRunning(shares: readonly Share[], plan: number[], kept: number[], wanted: number): number {
  let remaining = wanted;
  for (const { at, view, capacity } of shares) {
    const target = Math.min(view.ready, view.max, capacity);
    const extra = Math.max(0, Math.min(target - plan[at]!, remaining));
    remaining -= extra;
    kept[at] = extra;
    plan[at]! += extra;
  }
  return remaining;
}

interface Sums {
  readonly plan: number[];
  readonly overflow: number[];
  /** What stands already of the shares to come. */
  readonly kept: number[];
}

function inRounds(shares: readonly Share[], { plan, overflow, kept }: Sums, wanted: number): number {
  let remaining = wanted;
  let open = shares;
  for (let modified = true; modified && remaining > 0; ) {
    modified = false;
    const atStart = remaining;
    const sum = open.reduce((total, { view }) => total + view.weight, 0);
    if (sum === 0) break;
    open = open.filter(({ at, view, capacity }) => {
      const start = plan[at]!;
      const due = Math.min(Math.floor((atStart * view.weight + sum - 1) / sum), remaining);
      const used = Math.min(due, kept[at]!);
      kept[at]! -= used;
      const total = start + due - used;
      const allowed = Math.min(total, view.max);
      plan[at] = Math.min(allowed, capacity);
      if (allowed > capacity) overflow[at] = allowed - capacity;
      remaining -= plan[at]! - start;
      modified ||= used > 0 || plan[at]! > start;
      return total <= view.max && allowed <= capacity;
    });
  }
  return remaining;
}

function reasonOf(view: ClusterView, planned: number, surplus: number, running: number): string {
  if (!view.healthy) return 'not among the ready clusters';
  if (surplus > 0) return `${planned} fit; ${surplus} more wait there for room`;
  if (planned === view.max) return `its maximum is ${view.max}`;
  if (planned === capacityOf(view)) return `${view.unschedulable} of its pods found no node`;
  if (view.weight === 0) return planned > 0 ? `its minimum is ${view.min}; its weight is 0` : 'its weight is 0';
  if (planned < view.min) return `too few replicas for its minimum of ${view.min}`;
  if (planned === view.min && planned > 0) return `its minimum is ${view.min}`;
  return planned === running && running > 0 ? 'what runs there is kept' : `its share by weight ${view.weight}`;
}
