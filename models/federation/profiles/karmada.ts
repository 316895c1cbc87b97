/**
 * Karmada's scheduler: static weights, weights by available replicas, few clusters (Aggregated), or all in each (Duplicated).
 *
 * Source: karmada `pkg/scheduler/core/assignment.go`, `division_algorithm.go` and `pkg/util/helper` at f8fdd02 (August 2026), and as they were
 * before 1.16 (remainders to the heaviest, then to who had most, then by luck: here by name). It plans only when the sum of what is assigned
 * differs from what is wanted, or when somebody asks; so nothing fails back by itself. Static weights do not look at room. By available
 * replicas it is all or nothing: where too few fit, nothing changes. Static weights of 0 for all count as 1 each.
 * Leaves out: spread constraints, affinities, overflow tiers, the descheduler, eviction (a cluster believed gone is one evicted from).
 */

import { type DivisionRule, divide } from '../division.ts';
import type { Planner } from '../division-planner.ts';
import { fnv32a } from '../fnv.ts';
import { type ClusterView, type Plan, type PlanRequest, planOf } from '../placement-plan.ts';
import type { FederationProfile } from './profile.ts';

/** How `replicaScheduling` divides. */
export const KARMADA_STRATEGIES = ['static', 'dynamic', 'aggregated', 'duplicated'] as const;

/** Name of a strategy. */
export type KarmadaStrategy = (typeof KARMADA_STRATEGIES)[number];

/** Which rule divides: that up to 1.15 or that from 1.16 on. */
export type KarmadaVersion = '1.15' | '1.16';

/** Karmada in one version and strategy. */
export function karmada(version: KarmadaVersion, strategy: KarmadaStrategy): FederationProfile {
  const mode = { static: 'Static', dynamic: 'Dynamic', aggregated: 'Aggregated', duplicated: 'Duplicated' }[strategy];
  const looks = strategy === 'dynamic' || strategy === 'aggregated';
  return {
    name: `karmada${version === '1.15' ? 'To15' : 'From16'}${mode}`,
    title: `Karmada ${version === '1.15' ? 'to 1.15' : 'from 1.16'}, ${strategy}`,
    moves: strategy === 'duplicated' ? 'manifests' : 'replicas',
    limits: false,
    estimate: looks ? 'total' : 'none',
    replansOn: ['clusterLost', 'clusterBack', 'capacity', 'asked'],
    failback: strategy === 'duplicated' ? 'byPlan' : 'never',
    planner: () => new KarmadaPlanner(version === '1.15' ? 'floorThenHeaviest' : 'webster', strategy),
  };
}

/** A weight for each cluster, in the request's order; 0: gets nothing. */
type Weights = readonly number[];

class KarmadaPlanner implements Planner {
  readonly #rule: DivisionRule;
  readonly #strategy: KarmadaStrategy;

  constructor(rule: DivisionRule, strategy: KarmadaStrategy) {
    this.#rule = rule;
    this.#strategy = strategy;
  }

  plan(request: PlanRequest): Plan {
    const { clusters, replicas } = request;
    const candidates = clusters.map(({ healthy, takesNew, assigned }) => healthy && (takesNew || assigned > 0));
    const standing = clusters.map(({ assigned }, i) => (candidates[i] ? assigned : 0));
    if (!candidates.some(Boolean)) return this.#unchanged(request, standing, 'no cluster is available');
    if (this.#strategy === 'duplicated') return duplicated(request, candidates);
    const asked = request.occasion === 'asked';
    if (!asked && sumOf(standing) === replicas) return this.#unchanged(request, standing, 'assigned as many as wanted');
    if (this.#strategy === 'static') return this.#static(request, candidates);
    return this.#dynamic(request, candidates, standing, asked);
  }

  #static(request: PlanRequest, candidates: readonly boolean[]): Plan {
    const given = request.clusters.map(({ weight }, i) => (candidates[i] ? weight : 0));
    const weights = sumOf(given) > 0 ? given : candidates.map((is) => (is ? 1 : 0));
    const replicas = this.#divide(request, request.replicas, weights);
    return planOf(request, replicas, 'divided afresh by static weights', (i) =>
      candidates[i] ? `its share by weight ${weights[i]}` : 'no candidate',
    );
  }

  #dynamic(request: PlanRequest, candidates: readonly boolean[], standing: Weights, asked: boolean): Plan {
    const { clusters, replicas } = request;
    const room = clusters.map((view, i) => (candidates[i] ? availableIn(view, replicas) : 0));
    const whole = asked || sumOf(standing) > replicas;
    const base = whole ? standing.map(() => 0) : standing;
    const target = replicas - sumOf(base);
    const full = !whole ? room : asked ? room.map((one, i) => one + standing[i]!) : standing;
    if (sumOf(full) < target)
      return this.#unchanged(request, standing, `room for ${sumOf(full)} replicas in all is not enough for ${target}`);
    const weights = this.#strategy === 'aggregated' ? shortest(clusters, full, base, target) : full;
    const share = this.#divide(request, target, weights);
    const by = whole && !asked ? 'taken away by what each had' : 'given by what fits in each';
    return planOf(
      request,
      base.map((one, i) => one + share[i]!),
      by,
      (i) => (candidates[i] ? `${base[i]} stay; ${share[i]} by weight ${weights[i]}` : 'no candidate'),
    );
  }

  #divide({ clusters, uid }: PlanRequest, replicas: number, weights: Weights): readonly number[] {
    const descending = this.#rule === 'webster' && uid !== '' && fnv32a(uid) % 2 === 1;
    const names = clusters.map(({ name }) => name).sort();
    const none = Number.POSITIVE_INFINITY;
    const shares = clusters.map(({ name, assigned }, i) => {
      const rank = this.#rule === 'webster' ? names.indexOf(name) * (descending ? -1 : 1) : -assigned;
      return { name, weight: weights[i]!, min: 0, max: none, capacity: none, rank };
    });
    return divide(this.#rule, replicas, shares).replicas;
  }

  #unchanged(request: PlanRequest, standing: readonly number[], because: string): Plan {
    return planOf(request, standing, because, (i) => (request.clusters[i]!.healthy ? 'unchanged' : 'evicted'));
  }
}

/** Where nobody estimates, as many as are wanted are taken to fit. */
function availableIn({ available }: ClusterView, wanted: number): number {
  return available === Number.POSITIVE_INFINITY ? wanted : available;
}

/** Weights of the fewest clusters that cover the target: those that have replicas first, then those with most room. */
function shortest(clusters: readonly ClusterView[], full: Weights, base: Weights, target: number): Weights {
  const prior = (i: number): number => (base[i]! > 0 ? 0 : 1);
  const order = [...clusters.keys()].sort(
    (a, b) => prior(a) - prior(b) || full[b]! - full[a]! || (clusters[a]!.name < clusters[b]!.name ? -1 : 1),
  );
  const weights = full.map(() => 0);
  let covered = 0;
  for (const i of order) {
    if (covered >= target) break;
    weights[i] = full[i]!;
    covered += full[i]!;
  }
  return weights;
}

function duplicated(request: PlanRequest, candidates: readonly boolean[]): Plan {
  const replicas = candidates.map((is) => (is ? request.replicas : 0));
  const plan = planOf(request, replicas, 'every candidate runs all of them', (i) =>
    candidates[i] ? 'a whole copy' : 'no candidate',
  );
  return { ...plan, unplaced: 0, wanted: sumOf(replicas) };
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0);
}
