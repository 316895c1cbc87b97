/** Recorded inputs of an autoscaler as what the controller sees: pods, samples, settings. */
import type { HorizontalAutoscaler } from '../../models/autoscaling/horizontal-autoscaler.ts';
import {
  DEFAULT_HORIZONTAL_OPTIONS,
  type HorizontalObservation,
  type HorizontalOptions,
} from '../../models/autoscaling/horizontal-controller.ts';
import {
  type AutoscaledPod,
  type ExternalValue,
  type MetricReadings,
  objectMetricKey,
  type PodSample,
} from '../../models/autoscaling/metric-readings.ts';
import { exactMilliOf } from '../document/manifests/horizontal-autoscaler.ts';
import { isObject, numberField, textField, wholeField } from './case-reader.ts';
import { CaseProblem, type JsonObject } from './suite.ts';

const NS_PER_SECOND = 1_000_000_000;
/** The decision is made at this second; ages are counted back from it. */
const NOW_NS = 1_000_000 * NS_PER_SECOND;
const REPLICAS_MAX = 1_000_000;
const AGE_MAX_SECONDS = 1_000_000;
const SAMPLE_WINDOW_NS = 30 * NS_PER_SECOND;

/** The controller's settings as the file states them; what it does not state is the default. */
export function optionsOf(file: JsonObject): HorizontalOptions {
  const meta = isObject(file.meta) ? file.meta : {};
  const stated = (name: string, unit: number, otherwise: number) =>
    meta[name] === undefined ? otherwise : numberField(meta, name, 0, AGE_MAX_SECONDS) * unit;
  const defaults = DEFAULT_HORIZONTAL_OPTIONS;
  return {
    ...defaults,
    tolerance: stated('tolerance', 1, defaults.tolerance),
    cpuInitializationNs: stated('cpuInitializationPeriodSec', NS_PER_SECOND, defaults.cpuInitializationNs),
    initialReadinessDelayNs: stated('initialReadinessDelaySec', NS_PER_SECOND, defaults.initialReadinessDelayNs),
    downscaleStabilizationNs: stated('downscaleStabilizationSec', NS_PER_SECOND, defaults.downscaleStabilizationNs),
  };
}

/** What the controller sees when it first looks. */
export function observationOf(input: JsonObject, autoscaler: HorizontalAutoscaler): HorizontalObservation {
  const replicas = wholeField(input, 'replicas', 0, REPLICAS_MAX);
  const pods = objects(input, 'pods');
  return {
    nowNs: NOW_NS,
    specReplicas: replicas,
    statusReplicas: replicas,
    pods: pods.map(podOf),
    readings: {
      podSamples: new Map(pods.flatMap(sampleOf)),
      podMetrics: podMetricsOf(input),
      objectMetrics: objectMetricsOf(input, autoscaler),
      externalMetrics: externalMetricsOf(input),
    },
  };
}

/** The maps in a list, none if the field is absent. @throws CaseProblem */
function objects(parent: JsonObject, name: string): JsonObject[] {
  const value = parent[name] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new CaseProblem(`"${name}" must be a list of objects.`);
}

function podOf(pod: JsonObject): AutoscaledPod {
  const readySince = ageNs(pod, 'readyTransitionSecAgo');
  return {
    name: textField(pod, 'name'),
    phase: textField(pod, 'phase') as AutoscaledPod['phase'],
    deleting: pod.deleting === true,
    startedNs: ageNs(pod, 'startSecAgo'),
    ready: typeof pod.ready === 'boolean' && readySince !== null ? { value: pod.ready, sinceNs: readySince } : null,
    containers: objects(pod, 'containers').map((container) => ({
      name: textField(container, 'name'),
      requestsMilli: quantitiesOf(container, 'requests'),
    })),
  };
}

function ageNs(pod: JsonObject, name: string): number | null {
  if (pod[name] === undefined || pod[name] === null) return null;
  return NOW_NS - numberField(pod, name, -AGE_MAX_SECONDS, AGE_MAX_SECONDS) * NS_PER_SECOND;
}

/** A pod none of whose containers tells its usage has no sample. */
function sampleOf(pod: JsonObject): [string, PodSample][] {
  const containers = objects(pod, 'containers')
    .filter(({ usage }) => isObject(usage))
    .map((container) => ({ name: textField(container, 'name'), usageMilli: quantitiesOf(container, 'usage') }));
  if (containers.length === 0) return [];
  return [[textField(pod, 'name'), { timestampNs: NOW_NS, windowNs: SAMPLE_WINDOW_NS, containers }]];
}

function quantitiesOf(parent: JsonObject, name: string): Readonly<Record<string, bigint>> {
  const value = parent[name] ?? {};
  if (!isObject(value)) throw new CaseProblem(`"${name}" must be an object of quantities.`);
  return Object.fromEntries(Object.entries(value).map(([key, raw]) => [key, milliOf(raw, `${name}.${key}`)]));
}

function milliOf(raw: unknown, where: string): bigint {
  const milli = exactMilliOf(raw);
  if (milli === undefined)
    throw new CaseProblem(`"${where}" must be a quantity such as 500m, but it is ${String(raw)}.`);
  return milli;
}

function podMetricsOf(input: JsonObject): MetricReadings['podMetrics'] {
  const metrics = isObject(input.podMetrics) ? input.podMetrics : {};
  const names = Object.keys(metrics);
  return new Map(names.map((name) => [name, new Map(Object.entries(quantitiesOf(metrics, name)))]));
}

/** A recorded value is that of whatever object the metric describes. */
function objectMetricsOf(input: JsonObject, { metrics }: HorizontalAutoscaler): ReadonlyMap<string, bigint> {
  const values = quantitiesOf(input, 'objectMetrics');
  const found = new Map<string, bigint>();
  for (const spec of metrics) {
    if (spec.type === 'Object' && Object.hasOwn(values, spec.metric.name))
      found.set(objectMetricKey(spec.describedObject, spec.metric.name), values[spec.metric.name]);
  }
  return found;
}

function externalMetricsOf(input: JsonObject): MetricReadings['externalMetrics'] {
  const metrics = isObject(input.externalMetrics) ? input.externalMetrics : {};
  return new Map(Object.entries(metrics).map(([name, values]) => [name, externalValuesOf(name, values)]));
}

function externalValuesOf(name: string, values: unknown): ExternalValue[] {
  if (!Array.isArray(values)) throw new CaseProblem(`"externalMetrics.${name}" must be a list of [labels, value].`);
  return values.map((pair: unknown) => {
    if (!Array.isArray(pair) || !isObject(pair[0]))
      throw new CaseProblem(`"externalMetrics.${name}" must be a list of [labels, value].`);
    return { labels: pair[0] as Record<string, string>, milli: milliOf(pair[1], `externalMetrics.${name}`) };
  });
}
