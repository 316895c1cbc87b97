/**
 * Ties shared resources to the clock: after every change the shares are solved once, and the next finish is scheduled.
 *
 * Source: ours. Any number of changes at one instant cost one solution, because the settling event has the last priority.
 */
import type { EventHandle, EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { SharedResources } from '../../sim/sharing/shared-resources.ts';

/** What has to hear of new shares, and may have news of its own. */
export interface ShareFollower {
  /** Shares were solved anew at this instant. */
  sharesChanged(): void;
  /** `due` is to be called, from an event, when flows have finished or capacities and caps have changed. */
  whenDue(due: () => void): void;
}

/** Among events of one instant: after everything that may change the shares. */
const LAST_PRIORITY = 7;
/** No event is scheduled. */
const NONE = -1;

/** The one who solves the shares of a run, and knows when the next flow ends. */
export class Settlement {
  readonly #sim: Simulation;
  readonly #resources: SharedResources;
  readonly #settleKind: EventKind;
  readonly #finishKind: EventKind;
  readonly #follower: ShareFollower | undefined;
  #settling = false;
  #finish: EventHandle = NONE;
  #finishNs = Number.POSITIVE_INFINITY;

  /** `onDue` is called when at least one flow has finished; it pops them. */
  constructor(sim: Simulation, resources: SharedResources, onDue: () => void, follower?: ShareFollower) {
    this.#sim = sim;
    this.#resources = resources;
    this.#follower = follower;
    follower?.whenDue(() => {
      onDue();
      this.changed();
    });
    this.#settleKind = sim.kind('shares settle', () => this.#settle(), LAST_PRIORITY);
    this.#finishKind = sim.kind('flows finish', () => {
      this.#finish = NONE;
      this.#finishNs = Number.POSITIVE_INFINITY;
      onDue();
      this.changed();
    });
  }

  /** To be called after any change of flows or capacities. */
  changed(): void {
    if (this.#settling) return;
    this.#settling = true;
    this.#sim.at(this.#sim.nowNs, this.#settleKind);
  }

  #settle(): void {
    this.#settling = false;
    this.#resources.settle(this.#sim.nowNs);
    this.#follower?.sharesChanged();
    const nextNs = this.#resources.nextFinishNs();
    if (nextNs === this.#finishNs) return;
    if (this.#finish !== NONE) this.#sim.cancel(this.#finish);
    this.#finishNs = nextNs;
    this.#finish = Number.isFinite(nextNs) ? this.#sim.at(nextNs, this.#finishKind) : NONE;
  }
}
