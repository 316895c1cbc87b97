/**
 * What one probe point thinks of one cluster, after each of its probes.
 *
 * Source: KubeFed `thresholdAdjustedClusterStatus` (since-change; in-a-row is what its documents say), Karmada `cluster_condition_cache.go`
 * (elapsed-time). Leaves out: Unknown beside not Ready, which no rule here treats otherwise.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { ElapsedTimePlan, FailureCountPlan, ProbeRule } from './plan.ts';

/** An opinion that probes change. */
export interface Opinion {
  readonly healthy: boolean;
  /** A probe has ended. */
  observe(ok: boolean, nowNs: TimeNs): void;
  /** So many probes have said what the opinion is. */
  confirmed(probes: number): void;
}

/** The opinion of a point that has found the cluster healthy once. */
export function opinionOf(rule: ProbeRule): Opinion {
  if (rule.kind === 'elapsed-time') return new ElapsedTime(rule);
  return rule.counts === 'in-a-row' ? new FailuresInARow(rule) : new ProbesSinceChange(rule);
}

const threshold = (plan: FailureCountPlan, ok: boolean): number => (ok ? plan.successes : plan.failures);

class FailuresInARow implements Opinion {
  healthy = true;
  readonly #plan: FailureCountPlan;
  #against = 0;

  constructor(plan: FailureCountPlan) {
    this.#plan = plan;
  }

  observe(ok: boolean): void {
    this.#against = ok === this.healthy ? 0 : this.#against + 1;
    if (this.#against < threshold(this.#plan, ok)) return;
    if (ok !== this.healthy) this.#against = 0;
    this.healthy = ok;
  }

  confirmed(): void {
    this.#against = 0;
  }
}

class ProbesSinceChange implements Opinion {
  healthy = true;
  readonly #plan: FailureCountPlan;
  #run = 1;

  constructor(plan: FailureCountPlan) {
    this.#plan = plan;
  }

  observe(ok: boolean): void {
    const changes = ok !== this.healthy && this.#run >= threshold(this.#plan, ok);
    if (changes) this.healthy = ok;
    this.#run = changes ? 1 : this.#run + 1;
  }

  confirmed(probes: number): void {
    this.#run += probes;
  }
}

class ElapsedTime implements Opinion {
  healthy = true;
  readonly #plan: ElapsedTimePlan;
  #seen = true;
  #sinceNs: TimeNs = 0;

  constructor(plan: ElapsedTimePlan) {
    this.#plan = plan;
  }

  observe(ok: boolean, nowNs: TimeNs): void {
    if (ok !== this.#seen) {
      this.#seen = ok;
      this.#sinceNs = nowNs;
    }
    const neededNs = ok ? this.#plan.successNs : this.#plan.failureNs;
    if (ok !== this.healthy && nowNs >= this.#sinceNs + neededNs) this.healthy = ok;
  }

  confirmed(): void {
    this.#seen = this.healthy;
  }
}
