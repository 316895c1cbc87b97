/**
 * HorizontalPodAutoscaler: what a person writes, and what the API server makes of it.
 *
 * Source: Kubernetes 1.34 API, `autoscaling/v2` (and `autoscaling/v1`, which is translated to it), defaults of
 * `pkg/apis/autoscaling/v2/defaults.go`. Quantities are whole thousandths (bigint, exact). Leaves out: the object's own
 * metadata, scaling to zero (a gate that is off), validation (a separate pass over the document).
 */
import type { LabelSelector } from '../cluster/label-selector.ts';

/** One target of a metric: exactly one of the three is set. */
export interface MetricTarget {
  /** Percent of what pods request. */
  readonly averageUtilization?: number;
  /** Thousandths for each pod. */
  readonly averageValueMilli?: bigint;
  /** Thousandths in all. */
  readonly valueMilli?: bigint;
}

/** Which metric of an adapter. A selector of null is absent. */
export interface MetricIdentifier {
  readonly name: string;
  readonly selector: LabelSelector | null;
}

/** The object that an Object metric describes. */
export interface DescribedObject {
  readonly kind: string;
  readonly name: string;
  readonly apiVersion?: string;
}

/** One metric of an autoscaler. */
export type MetricSpec =
  | { readonly type: 'Resource'; readonly name: string; readonly target: MetricTarget }
  | {
      readonly type: 'ContainerResource';
      readonly name: string;
      readonly container: string;
      readonly target: MetricTarget;
    }
  | { readonly type: 'Pods'; readonly metric: MetricIdentifier; readonly target: MetricTarget }
  | {
      readonly type: 'Object';
      readonly metric: MetricIdentifier;
      readonly describedObject: DescribedObject;
      readonly target: MetricTarget;
    }
  | { readonly type: 'External'; readonly metric: MetricIdentifier; readonly target: MetricTarget };

/** How much the count may change within a period. */
export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

/** Rules of one direction, after defaulting. */
export interface ScalingRules {
  /** Absent on the way down: the controller's own window. */
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly ScalingPolicy[];
  /** Fraction, used only with the gate HPAConfigurableTolerance. */
  readonly tolerance?: number;
}

/** Rules of both directions, after defaulting. */
export interface ScalingBehavior {
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

/** Rules as written: what is absent is filled in. */
export interface WrittenBehavior {
  readonly scaleUp?: Partial<ScalingRules> | null;
  readonly scaleDown?: Partial<ScalingRules> | null;
}

/** An autoscaler after defaulting. */
export interface HorizontalAutoscaler {
  readonly namespace: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly MetricSpec[];
  /** Null: the old limit of twice the count (at least 4) at each sync. */
  readonly behavior: ScalingBehavior | null;
}

/** An autoscaler as written. */
export interface WrittenAutoscaler {
  readonly namespace?: string;
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  readonly metrics?: readonly MetricSpec[];
  readonly behavior?: WrittenBehavior | null;
}

const DEFAULT_UTILIZATION_PERCENT = 80;

const DEFAULT_SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};

const DEFAULT_SCALE_DOWN: ScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

/** The autoscaler that the API server stores: at least 1 replica, 80 % of requested processors, both directions ruled. */
export function withDefaults(written: WrittenAutoscaler): HorizontalAutoscaler {
  const metrics = written.metrics ?? [];
  return {
    namespace: written.namespace ?? 'default',
    minReplicas: written.minReplicas ?? 1,
    maxReplicas: written.maxReplicas,
    metrics: metrics.length > 0 ? metrics : [cpuUtilization(DEFAULT_UTILIZATION_PERCENT)],
    behavior: written.behavior ? behaviorWithDefaults(written.behavior) : null,
  };
}

/** `targetCPUUtilizationPercentage` of `autoscaling/v1` as a metric of v2. */
export function cpuUtilization(percent: number): MetricSpec {
  return { type: 'Resource', name: 'cpu', target: { averageUtilization: percent } };
}

/** Rules of both directions: naming one direction gives the other its defaults. */
export function behaviorWithDefaults({ scaleUp, scaleDown }: WrittenBehavior): ScalingBehavior {
  return { scaleUp: merged(DEFAULT_SCALE_UP, scaleUp), scaleDown: merged(DEFAULT_SCALE_DOWN, scaleDown) };
}

function merged(defaults: ScalingRules, written: Partial<ScalingRules> | null | undefined): ScalingRules {
  if (!written) return defaults;
  const window = written.stabilizationWindowSeconds ?? defaults.stabilizationWindowSeconds;
  return {
    ...(window === undefined ? {} : { stabilizationWindowSeconds: window }),
    selectPolicy: written.selectPolicy ?? defaults.selectPolicy,
    policies: written.policies ?? defaults.policies,
    ...(written.tolerance === undefined ? {} : { tolerance: written.tolerance }),
  };
}
