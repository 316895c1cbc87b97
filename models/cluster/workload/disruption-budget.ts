/**
 * Disruption budgets: how many pods may be taken away on purpose, and what an eviction is answered.
 *
 * Source: Kubernetes 1.34 `pkg/controller/disruption` and the eviction subresource: healthy means Ready; `minAvailable` and
 * `maxUnavailable` in percent are rounded up against the scale of the owners; a pod that is Pending, has ended or is being deleted may go
 * at any time; one that is not Ready may go if the budget holds without it (`IfHealthyBudget`). Node deaths, pressure and
 * the scheduler's preemption ask no budget.
 * Leaves out: `AlwaysAllow`, budgets over pods without a controller (they count as their own scale).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { POD_PHASE, type PodTable } from '../pod-table.ts';
import type { ControllerManager } from './controller-manager.ts';
import { type PodsOrPercent, podsOf } from './rolling-update.ts';

/** One budget: over the pods of these owners. Exactly one of the two limits is set. */
export interface DisruptionBudget {
  readonly name: string;
  /** Numbers of the objects whose pods it covers: ReplicaSets through their Deployment. */
  readonly covers: readonly number[];
  readonly minAvailable?: PodsOrPercent;
  readonly maxUnavailable?: PodsOrPercent;
}

/** What an eviction is answered: `refused` is status 429, and names the budget. */
export type EvictionAnswer = { readonly evicted: true } | { readonly evicted: false; readonly budget: string };

/** All budgets of a cluster. */
export class DisruptionBudgets {
  readonly #manager: ControllerManager;
  readonly #budgets: readonly DisruptionBudget[];

  constructor(manager: ControllerManager, budgets: readonly DisruptionBudget[]) {
    this.#manager = manager;
    this.#budgets = budgets;
    for (const { name, minAvailable, maxUnavailable } of budgets)
      assert((minAvailable === undefined) !== (maxUnavailable === undefined), () => `budget ${name} has not one limit`);
  }

  /** How many healthy pods may be taken away now; can be negative. */
  allowed(budget: DisruptionBudget): number {
    const { pods } = this.#manager;
    const covered = this.#coveredBy(budget);
    const expected = budget.covers.reduce((sum, object) => sum + (this.#manager.get(object)?.scale ?? 0), 0);
    const healthy = covered.filter((pod) => isHealthy(pods, pod)).length;
    return healthy - desiredHealthy(budget, expected);
  }

  /** Asks for the end of a pod, as `kubectl drain` does. */
  evict(pod: number): EvictionAnswer {
    const { pods } = this.#manager;
    const free = pods.phase[pod] === POD_PHASE.pending || pods.hasEnded(pod) || pods.terminating[pod] === 1;
    const refusing = free ? undefined : this.#refusing(pod);
    if (refusing !== undefined) return { evicted: false, budget: refusing.name };
    this.#manager.deleteNow(pod);
    return { evicted: true };
  }

  /** The first budget that does not let the pod go. */
  #refusing(pod: number): DisruptionBudget | undefined {
    const healthy = isHealthy(this.#manager.pods, pod);
    return this.#budgets.find((budget) => {
      if (!this.#coveredBy(budget).includes(pod)) return false;
      const allowed = this.allowed(budget);
      // One that is not healthy takes nothing from a budget that holds.
      return healthy ? allowed <= 0 : allowed < 0;
    });
  }

  #coveredBy({ covers }: DisruptionBudget): number[] {
    const { pods } = this.#manager;
    return covers
      .flatMap((object) => [object, ...this.#manager.ownedBy(object)])
      .flatMap((object) => [...pods.podsOf(object)]);
  }
}

function isHealthy(pods: PodTable, pod: number): boolean {
  return pods.ready[pod] === 1 && pods.terminating[pod] === 0;
}

function desiredHealthy({ minAvailable, maxUnavailable }: DisruptionBudget, expected: number): number {
  if (minAvailable !== undefined) return podsOf(minAvailable, expected, 'up');
  return Math.max(0, expected - podsOf(maxUnavailable!, expected, 'up'));
}
