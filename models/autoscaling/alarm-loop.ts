/**
 * A provider's own scaling loop: two alarms on a metric of its own monitoring, fixed steps, and a pause after each.
 *
 * Source: simple scaling policies of Amazon EC2 Auto Scaling with CloudWatch alarms, which others offer alike: the metric is averaged over
 * periods of a minute, an alarm is on while so many periods in a row are beyond its threshold, and each evaluation of an alarm that is on
 * adds or takes away a fixed number unless a change was made within the cooldown (300 s by default). Periods without a value
 * break a row. How late a period is known differs by provider and is a parameter. What somebody has set to no replicas at all is let be, as a
 * HorizontalPodAutoscaler does: a workload that is switched off, or that a federation keeps elsewhere.
 * Leaves out: step and target-tracking policies, waiting for a scaling activity that has not ended (only its cooldown counts), alarms of
 * m out of n periods, composite alarms.
 */
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { Stream } from '../../sim/random/stream.ts';

/** What both alarms go by, and what they do. */
export interface AlarmRule {
  /** The upper alarm counts periods above this value. */
  readonly above: number;
  /** The lower alarm counts periods below this value. */
  readonly below: number;
  /** How many periods in a row. */
  readonly periods: number;
  readonly periodNs: TimeNs;
  /** From the end of a period until its value is known. */
  readonly delayNs: TimeNs;
  /** Replicas that the upper alarm adds. */
  readonly add: number;
  /** Replicas that the lower alarm takes away. */
  readonly remove: number;
  readonly cooldownNs: TimeNs;
  readonly min: number;
  readonly max: number;
}

/** Defaults of the source; thresholds and limits have none. */
export const ALARM_DEFAULTS = {
  periods: 3,
  periodNs: 60 * NS_PER_SECOND,
  add: 1,
  remove: 1,
  cooldownNs: 300 * NS_PER_SECOND,
} as const;

/** What is watched and scaled. */
export interface AlarmTarget {
  readonly replicas: number;
  /** Whether its number can be written now; always if left out. */
  readonly canScale?: boolean;
  /** Mean of the metric since this was last asked; undefined: nothing was measured. */
  mean(): number | undefined;
  scaleTo(replicas: number): void;
}

/** One evaluation. */
export interface AlarmLook {
  readonly nowNs: TimeNs;
  /** End of the period that it learnt of. */
  readonly measuredNs: TimeNs;
  readonly value: number | undefined;
  readonly alarm: 'high' | 'low' | 'none';
  readonly before: number;
  /** The number of replicas from now on. */
  readonly replicas: number;
  /** An alarm is on, and a change within the cooldown forbids another. */
  readonly cooling: boolean;
}

/** The loop of one workload. */
export class AlarmLoop {
  readonly #sim: Simulation;
  readonly #rule: AlarmRule;
  readonly #target: AlarmTarget;
  readonly #onLook: (look: AlarmLook) => void;
  readonly #period: EventKind;
  readonly #known: EventKind;
  /** Values of periods that are over and not known yet. */
  readonly #coming: (number | undefined)[] = [];
  #aboveInRow = 0;
  #belowInRow = 0;
  #restsUntilNs = 0;

  constructor(sim: Simulation, rule: AlarmRule, target: AlarmTarget, onLook: (look: AlarmLook) => void = () => {}) {
    assert(rule.below <= rule.above, () => `alarms cross: below ${rule.below}, above ${rule.above}`);
    assert(rule.periodNs > 0 && rule.periods > 0, 'an alarm has periods');
    this.#sim = sim;
    this.#rule = rule;
    this.#target = target;
    this.#onLook = onLook;
    this.#period = sim.kind('period of an alarm ends', () => this.#periodEnds());
    this.#known = sim.kind('alarm is evaluated', () => this.#evaluate());
  }

  /** `stream` draws when the first period ends: monitoring began before the run. */
  begin(stream: Stream): void {
    this.#sim.after(1000 * (1 + stream.below(this.#rule.periodNs / 1000)), this.#period);
  }

  #periodEnds(): void {
    this.#coming.push(this.#target.mean());
    this.#sim.after(this.#rule.delayNs, this.#known);
    this.#sim.after(this.#rule.periodNs, this.#period);
  }

  #evaluate(): void {
    const { above, below, periods, delayNs, cooldownNs } = this.#rule;
    const { nowNs } = this.#sim;
    const value = this.#coming.shift();
    this.#aboveInRow = value !== undefined && value > above ? this.#aboveInRow + 1 : 0;
    this.#belowInRow = value !== undefined && value < below ? this.#belowInRow + 1 : 0;
    const alarm = this.#aboveInRow >= periods ? 'high' : this.#belowInRow >= periods ? 'low' : 'none';
    const before = this.#target.replicas;
    const cooling = alarm !== 'none' && nowNs < this.#restsUntilNs;
    const replicas = cooling || this.#target.canScale === false ? before : this.#wanted(alarm, before);
    if (replicas !== before) {
      this.#restsUntilNs = nowNs + cooldownNs;
      this.#target.scaleTo(replicas);
    }
    this.#onLook({ nowNs, measuredNs: nowNs - delayNs, value, alarm, before, replicas, cooling });
  }

  #wanted(alarm: AlarmLook['alarm'], before: number): number {
    const { add, remove, min, max } = this.#rule;
    if (alarm === 'none' || before === 0) return before;
    const wanted = alarm === 'high' ? before + add : before - remove;
    return Math.max(min, Math.min(max, wanted));
  }
}
