/**
 * Probes as instants: when a container that answers from some instant on is found to do so, and when one that has ceased to
 * answer is given up. No probe is an event: between two changes of the container all probes say the same.
 *
 * Source: Kubernetes 1.34 `core/v1` Probe and kubelet `prober/worker.go`: the first probe `initialDelaySeconds` after the container's
 * start, then one each `periodSeconds`; so many successes or failures in a row count. A probe that is not answered fails after its
 * `timeoutSeconds`.
 * Leaves out: the random pause of a kubelet that has itself just started, the time of a probe that is answered.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';

/** One probe. */
export interface Probe {
  readonly initialDelayNs: TimeNs;
  readonly periodNs: TimeNs;
  readonly timeoutNs: TimeNs;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** Defaults of `core/v1`. */
export const PROBE_DEFAULTS: Probe = {
  initialDelayNs: 0,
  periodNs: 10 * NS_PER_SECOND,
  timeoutNs: NS_PER_SECOND,
  successThreshold: 1,
  failureThreshold: 3,
};

/** The first probe of a container that started at `startNs` that goes out at or after `fromNs`. */
export function nextProbeNs(probe: Probe, startNs: TimeNs, fromNs: TimeNs): TimeNs {
  const firstNs = startNs + probe.initialDelayNs;
  if (fromNs <= firstNs) return firstNs;
  return firstNs + Math.ceil((fromNs - firstNs) / probe.periodNs) * probe.periodNs;
}

/** When a container that answers from `fromNs` on counts as successful. */
export function succeedsNs(probe: Probe, startNs: TimeNs, fromNs: TimeNs): TimeNs {
  assert(probe.periodNs > 0, () => `a probe each ${probe.periodNs} ns`);
  return nextProbeNs(probe, startNs, fromNs) + (probe.successThreshold - 1) * probe.periodNs;
}

/** Whether a container that answers from `answersNs` on has failed too often in a row by then. */
export function givesUp(probe: Probe, startNs: TimeNs, answersNs: TimeNs): boolean {
  const lastNs = startNs + probe.initialDelayNs + (probe.failureThreshold - 1) * probe.periodNs;
  return nextProbeNs(probe, startNs, answersNs) > lastNs;
}

/** When a container that answers nothing from `fromNs` on counts as failed. */
export function failsNs(probe: Probe, startNs: TimeNs, fromNs: TimeNs): TimeNs {
  assert(probe.periodNs > 0, () => `a probe each ${probe.periodNs} ns`);
  return nextProbeNs(probe, startNs, fromNs) + (probe.failureThreshold - 1) * probe.periodNs + probe.timeoutNs;
}
