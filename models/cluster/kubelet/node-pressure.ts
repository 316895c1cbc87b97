/**
 * Memory pressure of one node, and that of its disk: what its kubelet makes of what is left, look by look.
 *
 * Source: Kubernetes 1.34 `pkg/kubelet/eviction/eviction_manager.go`: a look each 10 s, or as soon as an evicted pod is cleaned up; a
 * threshold is met while less is available, and acts when that has lasted its grace (none for the hard one); one pod goes at a look; the
 * condition MemoryPressure holds until 5 min after the threshold was last met (`evictionPressureTransitionPeriod`). Defaults:
 * `memory.available<100Mi`, no soft threshold.
 * Leaves out: the kernel's notifications of thresholds (off by default), minimum reclaim (0 by default), process ids, and that a
 * kubelet under pressure turns away pods without requests that came before the taint.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';

/** Less memory than that, for so long. */
export interface Threshold {
  readonly availableMib: number;
  readonly graceNs: TimeNs;
}

/** How a kubelet guards its memory. */
export interface PressureSettings {
  readonly thresholds: readonly Threshold[];
  readonly transitionNs: TimeNs;
}

/** Times of the eviction manager and of the kubelet's status. */
export const PRESSURE_TIMES = {
  lookNs: 10 * NS_PER_SECOND,
  /** After an eviction: the grace of 1 s, and the look at what is left each second. */
  cleanedUpNs: 2 * NS_PER_SECOND,
  /** `nodeStatusUpdateFrequency`: so often the condition is written. */
  statusNs: 10 * NS_PER_SECOND,
} as const;

/** What a look comes to. */
export interface PressureLook {
  /** Whether the node has the condition MemoryPressure from now on. */
  readonly pressure: boolean;
  /** Whether a pod must go. */
  readonly evicts: boolean;
}

/** The eviction manager of one kubelet. */
export class NodePressure {
  readonly #settings: PressureSettings;
  /** When each threshold began to be met; NaN: it is not. */
  readonly #sinceNs: number[];
  #lastMetNs = Number.NEGATIVE_INFINITY;

  constructor(settings: PressureSettings) {
    this.#settings = settings;
    this.#sinceNs = settings.thresholds.map(() => Number.NaN);
  }

  /** The kubelet looks: so much is left. */
  look(availableMib: number, nowNs: TimeNs): PressureLook {
    let evicts = false;
    this.#settings.thresholds.forEach((threshold, at) => {
      if (availableMib >= threshold.availableMib) {
        this.#sinceNs[at] = Number.NaN;
        return;
      }
      this.#lastMetNs = nowNs;
      if (Number.isNaN(this.#sinceNs[at]!)) this.#sinceNs[at] = nowNs;
      if (nowNs - this.#sinceNs[at]! >= threshold.graceNs) evicts = true;
    });
    return { pressure: nowNs - this.#lastMetNs < this.#settings.transitionNs, evicts };
  }

  /** The kubelet starts anew: it remembers nothing. */
  reset(): void {
    this.#sinceNs.fill(Number.NaN);
    this.#lastMetNs = Number.NEGATIVE_INFINITY;
  }
}
