/**
 * Groups whose machines did not come are left alone for a while.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `utils/backoff/exponential_backoff.go`: 5 min at first, twice as long each time that it fails
 * again after that, 30 min at most; forgotten after 3 h without a failure or with the first success.
 * Leaves out: kinds of errors.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { GroupAutoscalerSettings } from './settings.ts';

interface Entry {
  readonly durationNs: TimeNs;
  readonly untilNs: TimeNs;
  readonly failedNs: TimeNs;
}

/** Which groups wait, by number. */
export class GroupBackoff {
  readonly #settings: GroupAutoscalerSettings;
  readonly #entries = new Map<number, Entry>();

  constructor(settings: GroupAutoscalerSettings) {
    this.#settings = settings;
  }

  /** Machines of the group did not come; returns until when it waits. */
  failed(group: number, nowNs: TimeNs): TimeNs {
    const { backoffFirstNs, backoffMostNs } = this.#settings;
    const before = this.#entry(group, nowNs);
    let durationNs = before?.durationNs ?? backoffFirstNs;
    // Failures of one and the same attempt do not add up.
    if (before !== undefined && before.untilNs < nowNs) durationNs = Math.min(2 * durationNs, backoffMostNs);
    const entry = { durationNs, untilNs: nowNs + durationNs, failedNs: nowNs };
    this.#entries.set(group, entry);
    return entry.untilNs;
  }

  /** Machines of the group have come. */
  succeeded(group: number): void {
    this.#entries.delete(group);
  }

  /** Whether the group is left alone now. */
  waits(group: number, nowNs: TimeNs): boolean {
    const entry = this.#entry(group, nowNs);
    return entry !== undefined && entry.untilNs >= nowNs;
  }

  #entry(group: number, nowNs: TimeNs): Entry | undefined {
    const entry = this.#entries.get(group);
    if (entry === undefined || entry.failedNs + this.#settings.backoffResetNs >= nowNs) return entry;
    this.#entries.delete(group);
    return undefined;
  }
}
