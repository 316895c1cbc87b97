/**
 * The age of one cluster's lease. While the cluster renews, no renewal is an event: they are counted when somebody asks.
 *
 * Source: OCM `registration/hub/lease` and `spoke/lease` (end of each lease met exactly, renewals up to a quarter of the period late),
 * Karmada `monitorClusterHealth` (looked at in rounds; the age counts from the look that saw the renewal). Back is who renews again.
 * Leaves out: clocks that differ between cluster and hub, renewals that are under way when the line breaks.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { LeasePlan } from './plan.ts';
import { NEVER, type Watch, type WatchClock, type WatchedWorld } from './watch.ts';

const EXPIRES = 0;
const HEARD = 1;

/** The hub's watch over a cluster. */
export class LeaseWatch implements Watch {
  healthy = true;
  readonly #plan: LeasePlan;
  readonly #clock: WatchClock;
  readonly #world: WatchedWorld;
  readonly #cluster: number;
  readonly #lookPhaseNs: TimeNs;
  /** A number from 0 to 1 for each pause. */
  readonly #draw: () => number;
  readonly #changed: () => void;
  /** The last renewal that was tried, and the next. */
  #triedNs: TimeNs = 0;
  #nextNs: TimeNs;
  /** The last renewal that reached the hub. */
  #heardNs: TimeNs = 0;
  /** The same when the cluster was given up. */
  #heardAtEndNs: TimeNs = 0;
  #renews = true;
  #renewsSinceNs: TimeNs = 0;

  constructor(
    plan: LeasePlan,
    clock: WatchClock,
    world: WatchedWorld,
    who: {
      readonly cluster: number;
      readonly phaseNs: TimeNs;
      readonly lookPhaseNs: TimeNs;
      readonly draw: () => number;
    },
    changed: () => void,
  ) {
    this.#plan = plan;
    this.#clock = clock;
    this.#world = world;
    this.#cluster = who.cluster;
    this.#nextNs = who.phaseNs;
    this.#lookPhaseNs = who.lookPhaseNs;
    this.#draw = who.draw;
    this.#changed = changed;
  }

  wake(): void {
    const renews = this.#world.renews(this.#cluster);
    if (renews === this.#renews) return;
    // What is tried at this very instant meets the world as it is from now on.
    this.#hearUntil(this.#clock.nowNs - 1);
    this.#renews = renews;
    this.#renewsSinceNs = this.#clock.nowNs;
    this.#schedule();
  }

  due(step: number): void {
    const before = this.healthy;
    this.#hearUntil(this.#clock.nowNs);
    this.healthy = step === HEARD;
    if (step === EXPIRES) this.#heardAtEndNs = this.#heardNs;
    this.#schedule();
    if (this.healthy !== before) this.#changed();
  }

  #hearUntil(timeNs: TimeNs): void {
    this.#tryUntil(timeNs);
    if (this.#renews && this.#triedNs >= this.#renewsSinceNs) this.#heardNs = this.#triedNs;
  }

  #schedule(): void {
    const nextSeenNs = this.#renews ? this.#seenNs(this.#nextNs) : NEVER;
    if (this.healthy) {
      const endNs = this.#endNs();
      // The next renewal is in time, and so are all that follow it.
      this.#clock.at(endNs < nextSeenNs ? endNs : NEVER, EXPIRES);
    } else if (this.#heardNs > this.#heardAtEndNs)
      this.#clock.at(Math.max(this.#clock.nowNs, this.#seenNs(this.#heardNs)), HEARD);
    else this.#clock.at(nextSeenNs, HEARD);
  }

  /** Renewals up to `timeNs` are tried, whether they are heard or not. */
  #tryUntil(timeNs: TimeNs): void {
    while (this.#nextNs <= timeNs) {
      this.#triedNs = this.#nextNs;
      this.#nextNs += Math.round(this.#plan.renewNs * (1 + this.#plan.jitterShare * this.#draw()));
    }
  }

  /** When the hub sees what came in at `timeNs`. */
  #seenNs(timeNs: TimeNs): TimeNs {
    const { lookNs } = this.#plan;
    if (lookNs === 0) return timeNs;
    return this.#lookPhaseNs + Math.ceil((timeNs - this.#lookPhaseNs) / lookNs) * lookNs;
  }

  #endNs(): TimeNs {
    return Math.max(this.#clock.nowNs, this.#seenNs(this.#seenNs(this.#heardNs) + this.#plan.ageNs));
  }
}
