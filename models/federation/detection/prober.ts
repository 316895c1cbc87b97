/**
 * One probe point that probes one cluster. While probes say what it thinks already, none of them is an event.
 *
 * Source: `wait.Until` of Kubernetes' controllers (the period counts from the end of a round) and kubelet-like probes (from the start).
 * Leaves out: changes that come while a probe is under way (what it finds is settled at its start), a controller that waits for its
 * slowest cluster before the next round.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { type Opinion, opinionOf } from './opinion.ts';
import type { ProbingPlan } from './plan.ts';
import type { Finding, Watch, WatchClock, WatchedWorld } from './watch.ts';

const START = 0;
const END = 1;

/** A point's watch over a cluster. */
export class Prober implements Watch {
  readonly #plan: ProbingPlan;
  readonly #clock: WatchClock;
  readonly #world: WatchedWorld;
  readonly #point: number;
  readonly #cluster: number;
  readonly #opinion: Opinion;
  readonly #changed: () => void;
  /** Start of the next probe, or of one before it while asleep. */
  #startNs: TimeNs;
  #asleep = true;
  /** From start to start while asleep. */
  #strideNs: TimeNs;
  #ok = true;

  constructor(
    plan: ProbingPlan,
    clock: WatchClock,
    world: WatchedWorld,
    who: { readonly point: number; readonly cluster: number; readonly phaseNs: TimeNs },
    changed: () => void,
  ) {
    this.#plan = plan;
    this.#clock = clock;
    this.#world = world;
    this.#point = who.point;
    this.#cluster = who.cluster;
    this.#startNs = who.phaseNs;
    this.#opinion = opinionOf(plan.rule);
    this.#changed = changed;
    this.#strideNs = this.#strideOf(this.#lengthOf('well'));
  }

  get healthy(): boolean {
    return this.#opinion.healthy;
  }

  wake(): void {
    if (!this.#asleep) return;
    const missed = Math.max(0, Math.ceil((this.#clock.nowNs - this.#startNs) / this.#strideNs));
    this.#opinion.confirmed(missed);
    this.#startNs += missed * this.#strideNs;
    const finding = this.#finding();
    // Probes may say the same as before and take longer for it.
    this.#strideNs = this.#strideOf(this.#lengthOf(finding));
    if ((finding === 'well') === this.healthy) return;
    this.#asleep = false;
    this.#clock.at(this.#startNs, START);
  }

  due(step: number): void {
    if (step === START) this.#start();
    else this.#end();
  }

  #start(): void {
    const finding = this.#finding();
    this.#ok = finding === 'well';
    const lengthNs = this.#lengthOf(finding);
    this.#strideNs = this.#strideOf(lengthNs);
    this.#clock.at(this.#clock.nowNs + lengthNs, END);
  }

  #end(): void {
    const before = this.healthy;
    this.#opinion.observe(this.#ok, this.#clock.nowNs);
    this.#startNs += this.#strideNs;
    // What differs from the opinion must be seen again; what agrees says nothing new until the world changes.
    const finding = this.#finding();
    if (this.#ok === this.healthy && (finding === 'well') === this.healthy) {
      this.#asleep = true;
      this.#strideNs = this.#strideOf(this.#lengthOf(finding));
    } else this.#clock.at(this.#startNs, START);
    if (this.healthy !== before) this.#changed();
  }

  #finding(): Finding {
    const finding = this.#world.finding(this.#point, this.#cluster);
    // An answer that comes too late is none.
    return this.#world.rttNs(this.#point, this.#cluster) > this.#plan.timeoutNs ? 'silent' : finding;
  }

  #lengthOf(finding: Finding): TimeNs {
    return finding === 'silent' ? this.#plan.timeoutNs : this.#world.rttNs(this.#point, this.#cluster);
  }

  #strideOf(lengthNs: TimeNs): TimeNs {
    return this.#plan.periodNs + (this.#plan.next === 'after-end' ? lengthNs : 0);
  }
}
