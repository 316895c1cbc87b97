/**
 * HorizontalPodAutoscaler manifests, `autoscaling/v1` and `v2`, as the API server stores them.
 *
 * Leaves out: the annotations in which v1 carries what only v2 can say. What cannot be read counts as absent here; telling so is the
 * business of the checks.
 */

import type { DescribedObject } from '../../../models/autoscaling/horizontal-autoscaler.ts';
import {
  cpuUtilization,
  type HorizontalAutoscaler,
  type MetricIdentifier,
  type MetricSpec,
  type MetricTarget,
  type ScalingPolicy,
  type ScalingRules,
  type WrittenBehavior,
  withDefaults,
} from '../../../models/autoscaling/horizontal-autoscaler.ts';
import { at, isObject, listAt, mapAt, numberAt, textAt } from './json.ts';
import { labelSelectorOf } from './label-selector.ts';
import { parseQuantity } from './quantity.ts';

const NANO_PER_MILLI = 1_000_000n;
const NANO_PER_UNIT = 1_000_000_000;

/** The autoscaler of a manifest, defaults filled in. */
export function horizontalAutoscalerOf(body: unknown): HorizontalAutoscaler {
  const spec = mapAt(body, 'spec');
  const minReplicas = numberAt(spec, 'minReplicas');
  return withDefaults({
    namespace: textAt(body, 'metadata', 'namespace') || 'default',
    ...(minReplicas === undefined ? {} : { minReplicas }),
    maxReplicas: numberAt(spec, 'maxReplicas') ?? 1,
    metrics: metricsOf(spec),
    behavior: behaviorOf(at(spec, 'behavior')),
  });
}

/** Thousandths, exact, rounded away from zero; undefined if it is no quantity. */
export function exactMilliOf(raw: unknown): bigint | undefined {
  const nano = parseQuantity(raw);
  if (nano === undefined) return undefined;
  const milli = nano / NANO_PER_MILLI;
  if (nano % NANO_PER_MILLI === 0n) return milli;
  return nano < 0n ? milli - 1n : milli + 1n;
}

/** `targetCPUUtilizationPercentage` is v1's only metric; v2 has a list. */
function metricsOf(spec: unknown): readonly MetricSpec[] {
  const percent = numberAt(spec, 'targetCPUUtilizationPercentage');
  if (percent !== undefined) return [cpuUtilization(percent)];
  return listAt(spec, 'metrics').flatMap((one) => metricOf(one) ?? []);
}

function metricOf(value: unknown): MetricSpec | undefined {
  const type = textAt(value, 'type');
  switch (type) {
    case 'Resource':
      return { type, name: textAt(value, 'resource', 'name'), target: targetOf(at(value, 'resource', 'target')) };
    case 'ContainerResource': {
      const source = mapAt(value, 'containerResource');
      const [name, container] = [textAt(source, 'name'), textAt(source, 'container')];
      return { type, name, container, target: targetOf(source.target) };
    }
    case 'Pods':
      return { type, ...sourceOf(mapAt(value, 'pods')) };
    case 'Object': {
      const source = mapAt(value, 'object');
      return { type, describedObject: describedObjectOf(source.describedObject), ...sourceOf(source) };
    }
    case 'External':
      return { type, ...sourceOf(mapAt(value, 'external')) };
    default:
      return undefined;
  }
}

function sourceOf(source: unknown): { metric: MetricIdentifier; target: MetricTarget } {
  const metric = {
    name: textAt(source, 'metric', 'name'),
    selector: labelSelectorOf(at(source, 'metric', 'selector')),
  };
  return { metric, target: targetOf(at(source, 'target')) };
}

function describedObjectOf(value: unknown): DescribedObject {
  const apiVersion = textAt(value, 'apiVersion');
  const object = { kind: textAt(value, 'kind'), name: textAt(value, 'name') };
  return apiVersion === '' ? object : { ...object, apiVersion };
}

function targetOf(value: unknown): MetricTarget {
  const averageUtilization = numberAt(value, 'averageUtilization');
  const averageValueMilli = exactMilliOf(at(value, 'averageValue'));
  const valueMilli = exactMilliOf(at(value, 'value'));
  return {
    ...(averageUtilization === undefined ? {} : { averageUtilization }),
    ...(averageValueMilli === undefined ? {} : { averageValueMilli }),
    ...(valueMilli === undefined ? {} : { valueMilli }),
  };
}

function behaviorOf(value: unknown): WrittenBehavior | null {
  if (!isObject(value)) return null;
  return { scaleUp: rulesOf(value.scaleUp), scaleDown: rulesOf(value.scaleDown) };
}

function rulesOf(value: unknown): Partial<ScalingRules> | null {
  if (!isObject(value)) return null;
  const window = numberAt(value, 'stabilizationWindowSeconds');
  const select = textAt(value, 'selectPolicy');
  const tolerance = parseQuantity(value.tolerance);
  return {
    ...(window === undefined ? {} : { stabilizationWindowSeconds: window }),
    ...(select === 'Max' || select === 'Min' || select === 'Disabled' ? { selectPolicy: select } : {}),
    ...(Array.isArray(value.policies) ? { policies: value.policies.map(policyOf) } : {}),
    ...(tolerance === undefined ? {} : { tolerance: Number(tolerance) / NANO_PER_UNIT }),
  };
}

function policyOf(value: unknown): ScalingPolicy {
  return {
    type: textAt(value, 'type') === 'Percent' ? 'Percent' : 'Pods',
    value: numberAt(value, 'value') ?? 0,
    periodSeconds: numberAt(value, 'periodSeconds') ?? 0,
  };
}
