/**
 * How long a kubelet waits before it starts a container again.
 *
 * Source: Kubernetes 1.34 kubelet, `doBackOff` with `k8s.io/client-go/util/flowcontrol` Backoff: a first exit is followed by a start at
 * once; after that a pause of 10 s, which doubles with each further exit up to 300 s, counted from the exit. A container that
 * has gone without a start for 600 s (twice the longest pause) begins anew.
 * Leaves out: the feature `ReduceDefaultCrashLoopBackOffDecay` (1 s to 60 s), which is off by default.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';

/** The kubelet's limits. */
export const CRASH_BACKOFF = { firstNs: 10 * NS_PER_SECOND, longestNs: 300 * NS_PER_SECOND } as const;

/** One container's pauses. */
export class CrashBackoff {
  /** The pause that the next exit meets; 0: none yet. */
  #pauseNs: TimeNs = 0;
  #startedNs: TimeNs = 0;

  /** When a container that has exited at `exitNs` is started again. */
  nextStartNs(exitNs: TimeNs): TimeNs {
    if (exitNs - this.#startedNs > 2 * CRASH_BACKOFF.longestNs) this.#pauseNs = 0;
    const startNs = exitNs + this.#pauseNs;
    this.#pauseNs = this.#pauseNs === 0 ? CRASH_BACKOFF.firstNs : Math.min(CRASH_BACKOFF.longestNs, 2 * this.#pauseNs);
    this.#startedNs = startNs;
    return startNs;
  }
}
