/**
 * What holds a recommendation back: stabilization windows, policies, the smallest and the largest count.
 *
 * Source: Kubernetes 1.34 `pkg/controller/podautoscaler/horizontal.go` (normalizeDesiredReplicas with and without
 * behaviors, getReplicasChangePerPeriod, storeScaleEvent). Both directions' changes count in the start of a period.
 * Old entries are overwritten one at a time, as upstream does. Leaves out: nothing of these rules.
 */
import type { HorizontalAutoscaler, ScalingBehavior, ScalingPolicy, ScalingRules } from './horizontal-autoscaler.ts';

const NS_PER_SECOND = 1_000_000_000;
const LARGEST_INT32 = 2_147_483_647;

/** A change or a recommendation with its time. */
export interface Timed {
  readonly timeNs: number;
  readonly replicas: number;
}

/** What an autoscaler remembers of the past. */
export interface ScalingHistory {
  /** Recommendations before any limit. */
  readonly recommendations: readonly Timed[];
  /** Replicas added. */
  readonly scaleUps: readonly Timed[];
  /** Replicas taken away. */
  readonly scaleDowns: readonly Timed[];
}

/** The past of an autoscaler that has never run. */
export const NO_HISTORY: ScalingHistory = { recommendations: [], scaleUps: [], scaleDowns: [] };

/** Which limit bound, by the reason of the condition ScalingLimited. */
export type Limit = 'DesiredWithinRange' | 'ScaleUpLimit' | 'ScaleDownLimit' | 'TooManyReplicas' | 'TooFewReplicas';

/** A recommendation after windows and limits. */
export interface LimitedCount {
  readonly recommended: number;
  readonly stabilized: number;
  readonly replicas: number;
  readonly limit: Limit;
  /** Whether the limit took something away. */
  readonly limited: boolean;
  /** Reason of AbleToScale. */
  readonly readiness: 'ReadyForNewScale' | 'ScaleUpStabilized' | 'ScaleDownStabilized';
  readonly recommendations: readonly Timed[];
}

/** What the limits are applied to. */
export interface Recommendation {
  readonly autoscaler: HorizontalAutoscaler;
  readonly history: ScalingHistory;
  readonly currentReplicas: number;
  readonly recommended: number;
  readonly nowNs: number;
  /** The controller's own window on the way down. */
  readonly downscaleStabilizationNs: number;
}

interface Bounded {
  readonly replicas: number;
  readonly limit: Limit;
}

/** The count after all limits. */
export function limitedCount(recommendation: Recommendation): LimitedCount {
  const { behavior } = recommendation.autoscaler;
  return behavior === null ? withoutBehavior(recommendation) : withBehavior(recommendation, behavior);
}

/** The history with a change in it. Without rules nothing is kept: nothing would read it. */
export function withChange(
  history: ScalingHistory,
  behavior: ScalingBehavior | null,
  before: number,
  after: number,
  nowNs: number,
): ScalingHistory {
  if (behavior === null) return history;
  if (after > before) {
    const cutoff = nowNs - longestPeriodNs(behavior.scaleUp);
    return { ...history, scaleUps: recorded(history.scaleUps, cutoff, { timeNs: nowNs, replicas: after - before }) };
  }
  const cutoff = nowNs - longestPeriodNs(behavior.scaleDown);
  return { ...history, scaleDowns: recorded(history.scaleDowns, cutoff, { timeNs: nowNs, replicas: before - after }) };
}

/** The largest count that the policies allow now. */
export function scaleUpLimit(current: number, history: ScalingHistory, rules: ScalingRules, nowNs: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = rules.policies.map((policy) => {
    const start = periodStart(current, history, policy, nowNs);
    return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
  const select = rules.selectPolicy === 'Min' ? Math.min : Math.max;
  return Math.max(current, select(...proposals));
}

/** The smallest count that the policies allow now. */
export function scaleDownLimit(current: number, history: ScalingHistory, rules: ScalingRules, nowNs: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = rules.policies.map((policy) => {
    const start = periodStart(current, history, policy, nowNs);
    return policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100));
  });
  const select = rules.selectPolicy === 'Min' ? Math.max : Math.min;
  return Math.min(current, select(...proposals));
}

function withoutBehavior(given: Recommendation): LimitedCount {
  const { history, recommended, nowNs, currentReplicas, autoscaler } = given;
  const cutoff = nowNs - given.downscaleStabilizationNs;
  const recent = history.recommendations.filter(({ timeNs }) => timeNs >= cutoff);
  const stabilized = recent.reduce((most, { replicas }) => Math.max(most, replicas), recommended);
  const bounded = oldLimits(currentReplicas, stabilized, autoscaler);
  return {
    ...bounded,
    recommended,
    stabilized,
    limited: bounded.replicas !== stabilized,
    readiness: stabilized === recommended ? 'ReadyForNewScale' : 'ScaleDownStabilized',
    recommendations: recorded(history.recommendations, cutoff, { timeNs: nowNs, replicas: recommended }),
  };
}

/** Twice the count, at least 4, at each sync. */
function oldLimits(current: number, desired: number, { minReplicas, maxReplicas }: HorizontalAutoscaler): Bounded {
  const rate = Math.min(Math.max(2 * current, 4), LARGEST_INT32);
  if (desired < minReplicas) return { replicas: minReplicas, limit: 'TooFewReplicas' };
  if (maxReplicas > rate && desired > rate) return { replicas: rate, limit: 'ScaleUpLimit' };
  if (desired > maxReplicas) return { replicas: maxReplicas, limit: 'TooManyReplicas' };
  return { replicas: desired, limit: 'DesiredWithinRange' };
}

function withBehavior(given: Recommendation, behavior: ScalingBehavior): LimitedCount {
  const { history, recommended, nowNs, currentReplicas } = given;
  const upCutoff = nowNs - windowNs(behavior.scaleUp, 0);
  const downCutoff = nowNs - windowNs(behavior.scaleDown, given.downscaleStabilizationNs);
  const stabilized = stabilizedCount(given, upCutoff, downCutoff);
  const bounded = rateLimits(given, behavior, stabilized);
  const direction = recommended >= currentReplicas ? 'ScaleUpStabilized' : 'ScaleDownStabilized';
  const cutoff = Math.min(upCutoff, downCutoff);
  return {
    ...bounded,
    recommended,
    stabilized,
    limited: bounded.replicas !== stabilized,
    readiness: stabilized === recommended ? 'ReadyForNewScale' : direction,
    recommendations: recorded(history.recommendations, cutoff, { timeNs: nowNs, replicas: recommended }),
  };
}

/** The current count, moved into the range between the lowest and the highest recommendation of the windows. */
function stabilizedCount(given: Recommendation, upCutoff: number, downCutoff: number): number {
  let [up, down] = [given.recommended, given.recommended];
  for (const { timeNs, replicas } of given.history.recommendations) {
    if (timeNs > upCutoff) up = Math.min(up, replicas);
    if (timeNs > downCutoff) down = Math.max(down, replicas);
  }
  return Math.min(Math.max(given.currentReplicas, up), down);
}

function rateLimits(given: Recommendation, behavior: ScalingBehavior, desired: number): Bounded {
  const { currentReplicas: current, history, nowNs } = given;
  const { minReplicas, maxReplicas } = given.autoscaler;
  if (desired > current) {
    const rate = scaleUpLimit(current, history, behavior.scaleUp, nowNs);
    const most = Math.min(rate, maxReplicas);
    if (desired > most) return { replicas: most, limit: maxReplicas > rate ? 'ScaleUpLimit' : 'TooManyReplicas' };
  } else if (desired < current) {
    const rate = scaleDownLimit(current, history, behavior.scaleDown, nowNs);
    const least = Math.max(rate, minReplicas);
    if (desired < least) return { replicas: least, limit: minReplicas < rate ? 'ScaleDownLimit' : 'TooFewReplicas' };
  }
  return { replicas: desired, limit: 'DesiredWithinRange' };
}

/** The count when the policy's period began, as far as the history tells. */
function periodStart(
  current: number,
  history: ScalingHistory,
  { periodSeconds }: ScalingPolicy,
  nowNs: number,
): number {
  const cutoff = nowNs - periodSeconds * NS_PER_SECOND;
  return current - changeSince(history.scaleUps, cutoff) + changeSince(history.scaleDowns, cutoff);
}

function changeSince(changes: readonly Timed[], cutoffNs: number): number {
  return changes.reduce((sum, { timeNs, replicas }) => (timeNs > cutoffNs ? sum + replicas : sum), 0);
}

/** The list with a new entry in the place of the last one before the cutoff, or at the end. */
function recorded(entries: readonly Timed[], cutoffNs: number, entry: Timed): readonly Timed[] {
  let place = entries.length - 1;
  while (place >= 0 && entries[place].timeNs >= cutoffNs) place--;
  const kept = [...entries];
  kept[place < 0 ? entries.length : place] = entry;
  return kept;
}

function windowNs({ stabilizationWindowSeconds }: ScalingRules, absentNs: number): number {
  return stabilizationWindowSeconds === undefined ? absentNs : stabilizationWindowSeconds * NS_PER_SECOND;
}

function longestPeriodNs({ policies }: ScalingRules): number {
  return policies.reduce((longest, { periodSeconds }) => Math.max(longest, periodSeconds), 0) * NS_PER_SECOND;
}
