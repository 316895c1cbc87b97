/**
 * An open source: requests come whatever becomes of them, at a rate that may change with time.
 *
 * Source: a renewal process in operational time, mapped to the clock by the rate's inverse (rate-curve.ts): gaps of mean 1 are drawn, and the
 * rate decides how long a unit takes. `poisson` gaps make a Poisson process of that rate, `even` ones a clockwork. Each arrival takes
 * one draw, so the same arrivals come early or late when the rate changes, and no other draw moves.
 * Left out: batches, users with a memory (closed-source.ts), arrivals that depend on each other.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { TIME_NS_MAX, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { type Distribution, exponential, meanOf, sample } from '../../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { CallPlan } from './call-graph.ts';
import type { RateCurve } from './rate-curve.ts';
import { type RateShape, rateCurve } from './rate-shape.ts';

/** Requests from outside at a rate. */
export interface OpenSourcePlan {
  readonly kind: 'open';
  /** Names its streams of chance. */
  readonly name: string;
  readonly call: CallPlan;
  readonly rate: RateShape;
  /** Gaps in operational time; a distribution counts by its shape only, its mean is taken as 1. `poisson` if left out. */
  readonly gaps?: 'poisson' | 'even' | Distribution;
  /** How long a user waits over all attempts; for ever if left out. */
  readonly patienceNs?: TimeNs;
  /** The pod that requests come from; outside of the cluster if left out. */
  readonly pod?: number;
}

const NO_EVENT = -1;

/** One open source at work. */
export class OpenSource {
  readonly #sim: Simulation;
  readonly #arrival: EventKind;
  readonly #number: number;
  readonly #arrive: () => void;
  readonly #curve: RateCurve;
  readonly #gaps: Stream;
  readonly #gapForm: Exclude<OpenSourcePlan['gaps'], undefined>;
  readonly #gapMean: number;
  #factor = 1;
  #endNs: TimeNs = 0;
  /** When the next one arrives, before rounding: what rounding takes from one gap it gives to the next. */
  #nextNs = Infinity;
  /** Operational time until the next arrival while nothing arrives at all. */
  #left = 0;
  #event: EventHandle = NO_EVENT;

  /** `arrival` is the kind of event upon which the owner calls `due`; its operand is `number`. */
  constructor(
    plan: OpenSourcePlan,
    at: { sim: Simulation; streams: StreamSource; arrival: EventKind; number: number },
    arrive: () => void,
  ) {
    const { gaps = 'poisson' } = plan;
    this.#sim = at.sim;
    this.#arrival = at.arrival;
    this.#number = at.number;
    this.#arrive = arrive;
    this.#curve = rateCurve(plan.rate);
    this.#gaps = at.streams.stream(`load/${plan.name}`, 'gaps');
    this.#gapForm = gaps;
    this.#gapMean = typeof gaps === 'string' ? 1 : meanOf(gaps);
  }

  /** Requests arrive from now on, until `endNs` (not included). */
  begin(endNs: TimeNs): void {
    this.#endNs = endNs;
    this.#nextNs = this.#sim.nowNs;
    this.#plan(this.#drawGap());
  }

  /** Arrivals a second that the source offers now. */
  get perSec(): number {
    return this.#curve.perSecAt(this.#sim.nowNs) * this.#factor;
  }

  /** All rates times `factor` from now on; the arrival that was to come next keeps its place in operational time. */
  scale(factor: number): void {
    assert(factor >= 0 && factor < Infinity, () => `a load is scaled by a number from 0 up, got ${factor}`);
    const { nowNs } = this.#sim;
    if (this.#event !== NO_EVENT || this.#factor > 0)
      this.#left =
        this.#nextNs < Infinity
          ? this.#curve.expected(nowNs, Math.max(nowNs, this.#nextNs)) * this.#factor
          : this.#left;
    if (this.#event !== NO_EVENT) this.#sim.cancel(this.#event);
    this.#factor = factor;
    this.#nextNs = nowNs;
    this.#plan(this.#left);
  }

  /** The event of the next arrival. */
  due(): void {
    this.#plan(this.#drawGap());
    this.#arrive();
  }

  #plan(operational: number): void {
    const { nowNs } = this.#sim;
    this.#left = operational;
    this.#nextNs = this.#factor === 0 ? Infinity : this.#curve.after(this.#nextNs, operational / this.#factor);
    const atNs = Math.max(nowNs, Math.round(this.#nextNs));
    this.#event =
      atNs < this.#endNs && atNs <= TIME_NS_MAX ? this.#sim.at(atNs, this.#arrival, this.#number) : NO_EVENT;
  }

  #drawGap(): number {
    if (this.#gapForm === 'even') return 1;
    if (this.#gapForm === 'poisson') return exponential(this.#gaps, 1);
    return sample(this.#gapForm, this.#gaps) / this.#gapMean;
  }
}
