/**
 * Shared resources on the clock of a run, and whose flows end there: payloads, images and threads may lie on one ground.
 *
 * Source: sim/sharing; settlement.ts ties it to the clock. Left out: everything but whose flow it is; its owners say what flows use.
 */
import type { Simulation } from '../../sim/engine/simulation.ts';
import type { FlowId, SharedResources } from '../../sim/sharing/shared-resources.ts';
import { Settlement } from './settlement.ts';

/** Whose flows end here. */
export interface FlowOwner {
  owns(flow: FlowId): boolean;
  /** A flow of its own has been popped as finished. */
  finished(flow: FlowId): void;
}

/** Resources of several owners. */
export class FlowGround {
  readonly sim: Simulation;
  readonly resources: SharedResources;
  readonly #settlement: Settlement;
  readonly #owners: FlowOwner[] = [];

  constructor(sim: Simulation, resources: SharedResources) {
    this.sim = sim;
    this.resources = resources;
    this.#settlement = new Settlement(sim, resources, () => this.#finish());
  }

  /** To be told of its flows that end. */
  join(owner: FlowOwner): void {
    this.#owners.push(owner);
  }

  /** To be called after every change of flows and capacities. */
  readonly changed = (): void => this.#settlement.changed();

  #finish(): void {
    const { nowNs } = this.sim;
    for (let flow = this.resources.popFinished(nowNs); flow >= 0; flow = this.resources.popFinished(nowNs))
      this.#owners.find((owner) => owner.owns(flow))?.finished(flow);
  }
}
