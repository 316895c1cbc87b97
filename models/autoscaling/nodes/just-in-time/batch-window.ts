/**
 * Pods are gathered before anything is decided: until none has come for a second, and ten seconds at most.
 *
 * Source: Karpenter 1.14 `provisioning/batcher.go`, `provisioning/controller.go`: a pod counts once in a window, and comes again each 10 s while it waits.
 * Leaves out: the second within which an idle batcher wakes up by itself (it wakes up when a pod comes).
 */
import type { TimeNs } from '../../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../../sim/engine/simulation.ts';
import type { JustInTimeSettings } from './settings.ts';

/** One window after another. */
export class BatchWindow {
  readonly #sim: Simulation;
  readonly #settings: JustInTimeSettings;
  readonly #closes;
  readonly #seen = new Set<number>();
  #untilNs: TimeNs = 0;
  #closing = -1;

  /** `closed`: the pods of a window are all there. */
  constructor(sim: Simulation, settings: JustInTimeSettings, closed: () => void) {
    this.#sim = sim;
    this.#settings = settings;
    this.#closes = sim.kind('batch of pods is complete', () => {
      this.#closing = -1;
      this.#seen.clear();
      closed();
    });
  }

  /** A pod, or a node that leaves, asks for room; `who` tells one from another. */
  triggered(who: number): void {
    const { nowNs } = this.#sim;
    const { batchIdleNs, batchMostNs } = this.#settings;
    if (this.#closing >= 0 && this.#seen.has(who)) return;
    this.#seen.add(who);
    if (this.#closing < 0) this.#untilNs = nowNs + batchMostNs;
    else this.#sim.cancel(this.#closing);
    this.#closing = this.#sim.at(Math.min(nowNs + batchIdleNs, this.#untilNs), this.#closes);
  }
}
