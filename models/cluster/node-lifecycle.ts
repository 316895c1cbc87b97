/**
 * When a control plane notices that a node is gone, and when it takes the pods off: closed forms, no message is sent.
 *
 * Source: Kubernetes 1.34 node lifecycle and taint eviction controllers with default settings. Recorded from a real
 * one: Ready=Unknown 48.8 to 52.1 s after the fault, ordinary pods evicted 300 s later, the second of two nodes tainted
 * NoExecute 10 s after the first. The form here (grace from the last renewal, seen at the next tick) spans 45 to 55 s
 * with mean 50 s, because fault, renewals and ticks have independent phases.
 * The models of node-life/ do the same by events, and a test holds the two to each other.
 * Leaves out: the rule that stops evictions when over 55 % of a zone is down (and the slower rate of large zones), a kubelet that still
 * reports Ready=False (seen at the next tick), time that messages take, and pods that do not end when told.
 */
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { Stream } from '../../sim/random/stream.ts';
import { DEFAULT_TOLERATION_SECONDS, type Toleration, tolerates, UNREACHABLE_TAINT_KEY } from './toleration.ts';

/** Periods of the controllers, in nanoseconds. */
export interface NodeLifecycleSettings {
  /** `--node-monitor-grace-period`: silence after which a node is Unknown. */
  readonly graceNs: number;
  /** `--node-monitor-period`: how often the controller looks. */
  readonly monitorPeriodNs: number;
  /** `nodeStatusUpdateFrequency` and lease renewal: how often a living node is heard. */
  readonly renewalPeriodNs: number;
  /** Time between two NoExecute taintings: one divided by `--node-eviction-rate`. */
  readonly evictionPeriodNs: number;
}

/** Defaults of Kubernetes 1.34. */
export const NODE_LIFECYCLE_DEFAULTS: NodeLifecycleSettings = {
  graceNs: 50 * NS_PER_SECOND,
  monitorPeriodNs: 5 * NS_PER_SECOND,
  renewalPeriodNs: 5 * NS_PER_SECOND,
  evictionPeriodNs: 10 * NS_PER_SECOND,
};

/**
 * When the controller sets Ready=Unknown on a node that fell silent at `faultNs`: the pods' endpoints leave the
 * services and the node takes no new pods from here on. Draws twice: the age of the last renewal, the phase of the tick.
 */
export function notReadyAtNs(
  faultNs: TimeNs,
  stream: Stream,
  settings: NodeLifecycleSettings = NODE_LIFECYCLE_DEFAULTS,
): TimeNs {
  assert(settings.graceNs > settings.renewalPeriodNs, () => `grace ${settings.graceNs} is not above a renewal period`);
  const renewalAgeNs = Math.floor(stream.uniform() * settings.renewalPeriodNs);
  const untilTickNs = Math.floor(stream.uniform() * settings.monitorPeriodNs);
  return faultNs - renewalAgeNs + settings.graceNs + untilTickNs;
}

/**
 * When each of several nodes gets its NoExecute taint: one after another at the eviction rate, earliest first.
 * @param notReadyNs when each became Unknown, in any order; the result is in the same order.
 */
export function noExecuteTimesNs(
  notReadyNs: readonly TimeNs[],
  settings: NodeLifecycleSettings = NODE_LIFECYCLE_DEFAULTS,
): TimeNs[] {
  const order = notReadyNs.map((_, index) => index).sort((a, b) => notReadyNs[a] - notReadyNs[b] || a - b);
  const times: TimeNs[] = new Array(notReadyNs.length);
  let freeNs = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    times[index] = Math.max(notReadyNs[index], freeNs);
    freeNs = times[index] + settings.evictionPeriodNs;
  }
  return times;
}

/** When a pod leaves a node that got its NoExecute taint at `noExecuteNs`; Infinity: it tolerates the taint for ever. */
export function evictedAtNs(noExecuteNs: TimeNs, tolerationSeconds: number = DEFAULT_TOLERATION_SECONDS): TimeNs {
  return noExecuteNs + Math.max(0, tolerationSeconds) * NS_PER_SECOND;
}

/**
 * Seconds for which these tolerations keep a pod on an unreachable node: 0 if none covers the taint, Infinity if one
 * does without limit, and the shortest limit otherwise. Give the tolerations with the API server's two among them.
 */
export function unreachableTolerationSeconds(tolerations: readonly Toleration[]): number {
  const taint = { key: UNREACHABLE_TAINT_KEY, value: '', effect: 'NoExecute' } as const;
  const limits = tolerations
    .filter((toleration) => tolerates(toleration, taint))
    .map((toleration) => toleration.tolerationSeconds ?? Number.POSITIVE_INFINITY);
  return limits.length === 0 ? 0 : limits.reduce((least, limit) => Math.min(least, limit));
}
