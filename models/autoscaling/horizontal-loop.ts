/**
 * Horizontal autoscalers at work: each looks at its own instants at what the metrics APIs say, decides, and scales its target.
 *
 * Source: Kubernetes 1.34 `pkg/controller/podautoscaler`: an autoscaler is looked at again `--horizontal-pod-autoscaler-sync-period` (15 s)
 * after the last look; decisions as in horizontal-controller.ts. What the APIs say is late and averaged (models/monitoring).
 * Leaves out: the five workers (looks do not wait for each other), conflicts of several autoscalers over one target.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { Stream } from '../../sim/random/stream.ts';
import type { Presence } from '../cluster/control-plane/presence.ts';
import type { HorizontalAutoscaler } from './horizontal-autoscaler.ts';
import {
  DEFAULT_SYNC_PERIOD_NS,
  HorizontalController,
  type HorizontalDecision,
  type HorizontalOptions,
} from './horizontal-controller.ts';
import type { AutoscaledPod, MetricReadings } from './metric-readings.ts';

/** What is scaled. */
export interface ScaleTarget {
  /** `spec.replicas`. */
  readonly specReplicas: number;
  /** `status.replicas`: pods that exist. */
  readonly statusReplicas: number;
  /** Its pods as the API server tells of them. */
  pods(): readonly AutoscaledPod[];
  /** What the metrics APIs say now. */
  readings(): MetricReadings;
  scaleTo(replicas: number): void;
}

/** How the loop goes. */
export interface HorizontalLoopOptions extends Partial<HorizontalOptions> {
  readonly syncPeriodNs?: TimeNs;
  /** While they are not there nothing is looked at; always there if left out. Anew, they remember no recommendation. */
  readonly controllers?: Presence;
}

interface Loop {
  controller: HorizontalController;
  readonly autoscaler: HorizontalAutoscaler;
  readonly target: ScaleTarget;
}

/** All autoscalers of a cluster. */
export class HorizontalLoops {
  readonly #sim: Simulation;
  readonly #stream: Stream;
  readonly #options: HorizontalLoopOptions;
  readonly #onDecision: (autoscaler: number, decision: HorizontalDecision) => void;
  readonly #loops: Loop[] = [];
  readonly #kind: EventKind;

  /** `stream` draws when each autoscaler looks first; `onDecision` hears of every look. */
  constructor(
    sim: Simulation,
    stream: Stream,
    onDecision: (autoscaler: number, decision: HorizontalDecision) => void = () => {},
    options: HorizontalLoopOptions = {},
  ) {
    this.#sim = sim;
    this.#stream = stream;
    this.#options = options;
    this.#onDecision = onDecision;
    this.#kind = sim.kind('autoscaler looks', (autoscaler) => this.#look(autoscaler));
    options.controllers?.onReturn((anew) => {
      if (anew) for (const loop of this.#loops) loop.controller = new HorizontalController(loop.autoscaler, options);
    });
  }

  /** A new autoscaler; it looks for the first time within one period. Returns its number. */
  add(autoscaler: HorizontalAutoscaler, target: ScaleTarget): number {
    const number = this.#loops.length;
    this.#loops.push({ controller: new HorizontalController(autoscaler, this.#options), autoscaler, target });
    this.#sim.after(this.#stream.below(this.#periodNs / 1000) * 1000, this.#kind, number);
    return number;
  }

  /** The controller of an autoscaler, for its status. */
  controller(autoscaler: number): HorizontalController {
    return this.#loops[autoscaler]!.controller;
  }

  get #periodNs(): TimeNs {
    return this.#options.syncPeriodNs ?? DEFAULT_SYNC_PERIOD_NS;
  }

  #look(autoscaler: number): void {
    if (this.#options.controllers?.isThere === false) {
      this.#sim.after(this.#periodNs, this.#kind, autoscaler);
      return;
    }
    const { controller, target } = this.#loops[autoscaler]!;
    const { specReplicas, statusReplicas } = target;
    const seen = {
      nowNs: this.#sim.nowNs,
      specReplicas,
      statusReplicas,
      pods: target.pods(),
      readings: target.readings(),
    };
    const decision = controller.sync(seen);
    if (decision.rescaled) target.scaleTo(decision.replicas);
    this.#onDecision(autoscaler, decision);
    this.#sim.after(this.#periodNs, this.#kind, autoscaler);
  }
}
