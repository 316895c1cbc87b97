/**
 * The HorizontalPodAutoscaler controller: one decision from one look, and the object that remembers between looks.
 *
 * Source: Kubernetes 1.34 `pkg/controller/podautoscaler/horizontal.go` (reconcileAutoscaler): order of the checks, reasons
 * and texts of conditions and events, largest proposal of the metrics, a failing metric that forbids scaling down.
 * Leaves out: finding the target and writing it (both succeed at once), selectors that clash, and when a sync happens:
 * whoever owns the controller calls it, each 15 s by default.
 */
import type { HorizontalAutoscaler } from './horizontal-autoscaler.ts';
import { type MetricProposal, type MetricStatus, proposalOf } from './metric-proposal.ts';
import type { AutoscaledPod, MetricReadings } from './metric-readings.ts';
import type { Tolerances } from './replica-count.ts';
import {
  type Limit,
  type LimitedCount,
  limitedCount,
  NO_HISTORY,
  type ScalingHistory,
  withChange,
} from './scaling-limits.ts';

const NS_PER_SECOND = 1_000_000_000;

/** How often the controller looks by default. */
export const DEFAULT_SYNC_PERIOD_NS = 15 * NS_PER_SECOND;

/** Settings of the whole controller. */
export interface HorizontalOptions {
  readonly tolerance: number;
  readonly cpuInitializationNs: number;
  readonly initialReadinessDelayNs: number;
  readonly downscaleStabilizationNs: number;
  /** The gate HPAConfigurableTolerance: rules may carry a tolerance of their own. */
  readonly configurableTolerance: boolean;
}

/** The settings of an unconfigured controller manager. */
export const DEFAULT_HORIZONTAL_OPTIONS: HorizontalOptions = {
  tolerance: 0.1,
  cpuInitializationNs: 300 * NS_PER_SECOND,
  initialReadinessDelayNs: 30 * NS_PER_SECOND,
  downscaleStabilizationNs: 300 * NS_PER_SECOND,
  configurableTolerance: false,
};

/** One condition of the status. */
export interface HorizontalCondition {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** The conditions that there are. */
export type HorizontalConditions = Readonly<
  Partial<Record<'AbleToScale' | 'ScalingActive' | 'ScalingLimited', HorizontalCondition>>
>;

/** One event. */
export interface HorizontalEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What the API shows of an autoscaler. */
export interface HorizontalStatus {
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly conditions: HorizontalConditions;
  /** Null when no metric was looked at. */
  readonly currentMetrics: readonly MetricStatus[] | null;
  /** Null before the first change. */
  readonly lastScaleNs: number | null;
}

/** What is seen at a sync. */
export interface HorizontalObservation {
  readonly nowNs: number;
  /** `spec.replicas` of the target. */
  readonly specReplicas: number;
  /** `status.replicas` of the target. */
  readonly statusReplicas: number;
  readonly pods: readonly AutoscaledPod[];
  readonly readings: MetricReadings;
}

/** Why the sync took the way that it took. */
export type Path = 'disabled' | 'above maximum' | 'below minimum' | 'metrics failed' | 'metrics';

/** One decision with all that explains it. */
export interface HorizontalDecision {
  readonly autoscaler: HorizontalAutoscaler;
  readonly nowNs: number;
  readonly path: Path;
  readonly currentReplicas: number;
  /** The count from now on. */
  readonly replicas: number;
  readonly rescaled: boolean;
  readonly proposals: readonly MetricProposal[];
  /** The metric whose proposal was taken; null when none was. */
  readonly chosen: MetricProposal | null;
  readonly limits: LimitedCount | null;
  readonly tolerances: Tolerances;
  readonly status: HorizontalStatus;
  readonly events: readonly HorizontalEvent[];
}

/** What goes from one sync to the next. */
export interface HorizontalState {
  readonly history: ScalingHistory;
  readonly status: HorizontalStatus;
}

/** The state of an autoscaler that has just been created. */
export const NEW_AUTOSCALER: HorizontalState = {
  history: NO_HISTORY,
  status: { currentReplicas: 0, desiredReplicas: 0, conditions: {}, currentMetrics: null, lastScaleNs: null },
};

/** A decision and the state after it. */
export interface HorizontalStep {
  readonly decision: HorizontalDecision;
  readonly state: HorizontalState;
}

const LIMIT_MESSAGES: Readonly<Record<Limit, string>> = {
  DesiredWithinRange: 'the desired count is within the acceptable range',
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
};

const READINESS_MESSAGES: Readonly<Record<LimitedCount['readiness'], string>> = {
  ReadyForNewScale: 'recommended size matches current size',
  ScaleUpStabilized: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
  ScaleDownStabilized:
    'recent recommendations were higher than current one, applying the highest recent recommendation',
};

const GOT_SCALE: HorizontalCondition = {
  status: 'True',
  reason: 'SucceededGetScale',
  message: "the HPA controller was able to get the target's current scale",
};

const DISABLED: HorizontalCondition = {
  status: 'False',
  reason: 'ScalingDisabled',
  message: 'scaling is disabled since the replica count of the target is zero',
};

/** What a sync came to before it is written down. */
interface Outcome {
  readonly path: Path;
  readonly replicas: number;
  readonly because: string;
  readonly conditions: HorizontalConditions;
  readonly events: readonly HorizontalEvent[];
  readonly history: ScalingHistory;
  readonly proposals: readonly MetricProposal[];
  readonly chosen: MetricProposal | null;
  readonly limits: LimitedCount | null;
}

/** One sync: a pure function of the autoscaler, its past and what is seen. */
export function decide(
  autoscaler: HorizontalAutoscaler,
  state: HorizontalState,
  seen: HorizontalObservation,
  options: HorizontalOptions = DEFAULT_HORIZONTAL_OPTIONS,
): HorizontalStep {
  const begun = withFirstRecommendation(state, seen);
  const outcome = outcomeOf(autoscaler, begun, seen, options);
  const rescaled = outcome.replicas !== seen.specReplicas;
  const status = statusAfter(begun.status, outcome, seen, rescaled);
  const size = `New size: ${outcome.replicas}; reason: ${outcome.because}`;
  const event = { type: 'Normal', reason: 'SuccessfulRescale', message: size } as const;
  const { path, replicas, proposals, chosen, limits } = outcome;
  const decision: HorizontalDecision = {
    ...{ autoscaler, path, replicas, rescaled, proposals, chosen, limits, status },
    nowNs: seen.nowNs,
    currentReplicas: seen.specReplicas,
    tolerances: tolerancesOf(autoscaler, options),
    events: rescaled ? [...outcome.events, event] : outcome.events,
  };
  const history = rescaled
    ? withChange(outcome.history, autoscaler.behavior, seen.specReplicas, replicas, seen.nowNs)
    : outcome.history;
  return { decision, state: { history, status } };
}

/** The controller of one autoscaler: remembers recommendations, changes and status between syncs. */
export class HorizontalController {
  readonly #options: HorizontalOptions;
  #autoscaler: HorizontalAutoscaler;
  #state: HorizontalState = NEW_AUTOSCALER;

  /** @param options - settings of the controller manager */
  constructor(autoscaler: HorizontalAutoscaler, options: Partial<HorizontalOptions> = {}) {
    this.#autoscaler = autoscaler;
    this.#options = { ...DEFAULT_HORIZONTAL_OPTIONS, ...options };
  }

  /** Status as the API would show it now. */
  get status(): HorizontalStatus {
    return this.#state.status;
  }

  /** Somebody wrote another spec: the past stays. */
  replace(autoscaler: HorizontalAutoscaler): void {
    this.#autoscaler = autoscaler;
  }

  /** Looks once and decides; the caller applies `replicas` to the target. Time must not go backwards. */
  sync(seen: HorizontalObservation): HorizontalDecision {
    const { decision, state } = decide(this.#autoscaler, this.#state, seen, this.#options);
    this.#state = state;
    return decision;
  }
}

/** The count at the first sync counts as a recommendation. */
function withFirstRecommendation(
  state: HorizontalState,
  { nowNs, specReplicas }: HorizontalObservation,
): HorizontalState {
  if (state.history.recommendations.length > 0) return state;
  const recommendations = [{ timeNs: nowNs, replicas: specReplicas }];
  return { ...state, history: { ...state.history, recommendations } };
}

function outcomeOf(
  autoscaler: HorizontalAutoscaler,
  { history, status }: HorizontalState,
  seen: HorizontalObservation,
  options: HorizontalOptions,
): Outcome {
  const { minReplicas, maxReplicas } = autoscaler;
  const current = seen.specReplicas;
  const conditions = { ...status.conditions, AbleToScale: GOT_SCALE };
  const nothing = { events: [], history, proposals: [], chosen: null, limits: null };
  if (current === 0 && minReplicas !== 0)
    return {
      ...nothing,
      path: 'disabled',
      replicas: 0,
      because: '',
      conditions: { ...conditions, ScalingActive: DISABLED },
    };
  if (current > maxReplicas) {
    const because = 'Current number of replicas above Spec.MaxReplicas';
    return { ...nothing, path: 'above maximum', replicas: maxReplicas, because, conditions };
  }
  if (current < minReplicas) {
    const because = 'Current number of replicas below Spec.MinReplicas';
    return { ...nothing, path: 'below minimum', replicas: minReplicas, because, conditions };
  }
  return byMetrics(autoscaler, history, conditions, seen, options);
}

function byMetrics(
  autoscaler: HorizontalAutoscaler,
  history: ScalingHistory,
  conditions: HorizontalConditions,
  seen: HorizontalObservation,
  options: HorizontalOptions,
): Outcome {
  const proposals = proposalsOf(autoscaler, seen, options);
  const chosen = largest(proposals);
  const failures = proposals.flatMap(({ failure }) => failure ?? []);
  const events: HorizontalEvent[] = failures.map(({ reason, message }) => ({ type: 'Warning', reason, message }));
  const current = seen.specReplicas;
  const recommended = chosen?.count?.replicas ?? 0;
  if (chosen === null || (failures.length > 0 && recommended < current)) {
    const first = failures[0];
    const error = `invalid metrics (${failures.length} invalid out of ${proposals.length}), first error is: ${first.error}`;
    events.push({ type: 'Warning', reason: 'FailedComputeMetricsReplicas', message: error });
    const ScalingActive = { status: 'False', reason: first.reason, message: unableText(first.message) } as const;
    const kept = { path: 'metrics failed', replicas: current, because: '', limits: null } as const;
    return { ...kept, conditions: { ...conditions, ScalingActive }, events, history, proposals, chosen: null };
  }
  const { downscaleStabilizationNs } = options;
  const { nowNs } = seen;
  const given = { autoscaler, history, currentReplicas: current, recommended, nowNs, downscaleStabilizationNs };
  const limits = limitedCount(given);
  return {
    ...{ path: 'metrics', replicas: limits.replicas, events, proposals, chosen, limits },
    because:
      recommended > current ? `${chosen.name} above target` : recommended < current ? 'All metrics below target' : '',
    conditions: metricConditions(chosen, limits),
    history: { ...history, recommendations: limits.recommendations },
  };
}

function unableText(message: string): string {
  return `the HPA was unable to compute the replica count: ${message}`;
}

function metricConditions(chosen: MetricProposal, limits: LimitedCount): HorizontalConditions {
  const found = `the HPA was able to successfully calculate a replica count from ${chosen.name}`;
  const { readiness, limit, limited } = limits;
  return {
    AbleToScale: { status: 'True', reason: readiness, message: READINESS_MESSAGES[readiness] },
    ScalingActive: { status: 'True', reason: 'ValidMetricFound', message: found },
    ScalingLimited: { status: limited ? 'True' : 'False', reason: limit, message: LIMIT_MESSAGES[limit] },
  };
}

/** What each metric of an autoscaler proposes, before anything holds it back. */
export function proposalsOf(
  autoscaler: HorizontalAutoscaler,
  seen: HorizontalObservation,
  options: HorizontalOptions = DEFAULT_HORIZONTAL_OPTIONS,
): MetricProposal[] {
  const input = proposalInput(autoscaler, seen, options);
  return autoscaler.metrics.map((spec) => proposalOf(spec, input));
}

/** The first of the largest proposals; one of nothing gives way to any that follows. */
function largest(proposals: readonly MetricProposal[]): MetricProposal | null {
  let [best, replicas]: [MetricProposal | null, number] = [null, 0];
  for (const proposal of proposals) {
    if (proposal.count === null) continue;
    if (best !== null && replicas !== 0 && proposal.count.replicas <= replicas) continue;
    [best, replicas] = [proposal, proposal.count.replicas];
  }
  return best;
}

function proposalInput(autoscaler: HorizontalAutoscaler, seen: HorizontalObservation, options: HorizontalOptions) {
  const { nowNs, specReplicas, statusReplicas, pods, readings } = seen;
  const { cpuInitializationNs, initialReadinessDelayNs } = options;
  return {
    ...{ namespace: autoscaler.namespace, specReplicas, statusReplicas, pods, readings },
    tolerances: tolerancesOf(autoscaler, options),
    readiness: { nowNs, cpuInitializationNs, initialReadinessDelayNs },
  };
}

function tolerancesOf({ behavior }: HorizontalAutoscaler, options: HorizontalOptions): Tolerances {
  const { tolerance, configurableTolerance } = options;
  if (!configurableTolerance || behavior === null) return { scaleDown: tolerance, scaleUp: tolerance };
  return {
    scaleDown: behavior.scaleDown.tolerance ?? tolerance,
    scaleUp: behavior.scaleUp.tolerance ?? tolerance,
  };
}

function statusAfter(
  before: HorizontalStatus,
  { path, replicas, conditions, proposals }: Outcome,
  { nowNs, specReplicas }: HorizontalObservation,
  rescaled: boolean,
): HorizontalStatus {
  const message = `the HPA controller was able to update the target scale to ${replicas}`;
  const AbleToScale = { status: 'True', reason: 'SucceededRescale', message } as const;
  return {
    currentReplicas: specReplicas,
    desiredReplicas: path === 'metrics failed' ? before.desiredReplicas : replicas,
    conditions: rescaled ? { ...conditions, AbleToScale } : conditions,
    currentMetrics: proposals.length === 0 ? null : proposals.map(({ status }) => status),
    lastScaleNs: rescaled ? nowNs : before.lastScaleNs,
  };
}
