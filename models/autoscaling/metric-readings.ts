/**
 * What an autoscaler sees: pods as the API server tells of them, and samples of the three metrics APIs.
 *
 * Source: Kubernetes 1.34 `pkg/controller/podautoscaler/metrics/client.go` (which samples count, sums over containers,
 * texts of failures). Leaves out: the pipeline behind the APIs (scrape periods, late samples): whoever fills the
 * readings decides how old they are; selectors of Pods and Object metrics, which are the adapter's to apply.
 */
import { type LabelSelector, selects } from '../cluster/label-selector.ts';
import type { DescribedObject, MetricIdentifier } from './horizontal-autoscaler.ts';
import type { SteadyUsage } from './steady-usage.ts';

/** A pod of the scaled workload. */
export interface AutoscaledPod {
  readonly name: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** It has been told to stop. */
  readonly deleting: boolean;
  /** `status.startTime`; null before the node has taken it. */
  readonly startedNs: number | null;
  /** The Ready condition; null when there is none yet. */
  readonly ready: { readonly value: boolean; readonly sinceNs: number } | null;
  /** Ordinary containers, then sidecars (init containers that restart). */
  readonly containers: readonly ContainerRequests[];
  /** Requests of the pod as a whole, thousandths by resource; they stand before those of containers. */
  readonly podRequestsMilli?: Readonly<Record<string, bigint>>;
}

/** What one container requests, thousandths by resource. */
export interface ContainerRequests {
  readonly name: string;
  readonly requestsMilli: Readonly<Record<string, bigint>>;
}

/** One pod's sample of the resource metrics API. */
export interface PodSample {
  readonly timestampNs: number;
  readonly windowNs: number;
  readonly containers: readonly { readonly name: string; readonly usageMilli: Readonly<Record<string, bigint>> }[];
}

/** One value of an external metric. */
export interface ExternalValue {
  readonly labels: Readonly<Record<string, string>>;
  readonly milli: bigint;
}

/** Samples at the moment of a decision. */
export interface MetricReadings {
  /** Use of processors where every pod is steady and has a sample: `podSamples` says the same, and need not be asked. */
  readonly steadyCpu?: SteadyUsage;
  /** By name of pod. */
  readonly podSamples: ReadonlyMap<string, PodSample>;
  /** Metric, then pod: thousandths. */
  readonly podMetrics: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  /** By `objectMetricKey`: thousandths. */
  readonly objectMetrics: ReadonlyMap<string, bigint>;
  readonly externalMetrics: ReadonlyMap<string, readonly ExternalValue[]>;
}

/** A value of one pod with the time and window that it stands for. */
export interface PodValue {
  readonly milli: bigint;
  readonly timestampNs: number;
  readonly windowNs: number;
}

/** Values by pod, or the sentence with which the API refuses. */
export type Values = Map<string, PodValue> | string;

/** The key of an Object metric's value. */
export function objectMetricKey({ kind, name }: DescribedObject, metric: string): string {
  return `${kind}/${name}/${metric}`;
}

/** Usage of a resource by pod: of all containers together, or of the one named. */
export function resourceValues(
  readings: MetricReadings,
  resource: string,
  container: string,
  namespace: string,
): Values {
  if (readings.podSamples.size === 0) return 'no metrics returned from resource metrics API';
  const values = new Map<string, PodValue>();
  for (const [pod, sample] of readings.podSamples) {
    const missing = container !== '' && !sample.containers.some(({ name }) => name === container);
    if (missing)
      return `failed to get container metrics: container ${container} not present in metrics for pod ${namespace}/${pod}`;
    const milli = container === '' ? podUsage(sample, resource) : containerUsage(sample, resource, container);
    if (milli !== undefined) values.set(pod, { milli, timestampNs: sample.timestampNs, windowNs: sample.windowNs });
  }
  return values;
}

/** Values of a Pods metric. They carry no window: only processor samples are judged by it. */
export function podMetricValues(readings: MetricReadings, metric: string): Values {
  const found = readings.podMetrics.get(metric);
  if (found === undefined || found.size === 0) return 'no metrics returned from custom metrics API';
  return new Map([...found].map(([pod, milli]) => [pod, { milli, timestampNs: 0, windowNs: 0 }]));
}

/** The value of an Object metric, or why there is none. */
export function objectValue(readings: MetricReadings, object: DescribedObject, metric: string): bigint | string {
  const milli = readings.objectMetrics.get(objectMetricKey(object, metric));
  if (milli !== undefined) return milli;
  const resource = `${object.kind.toLowerCase()}s`;
  return `unable to fetch metrics from custom metrics API: the server could not find the metric ${metric} for ${resource} ${object.name}`;
}

/** The sum of an External metric over the values that its selector means, or why there is none. */
export function externalSum(readings: MetricReadings, { name, selector }: MetricIdentifier): bigint | string {
  const values = (readings.externalMetrics.get(name) ?? []).filter(({ labels }) => isMeant(selector, labels));
  if (values.length === 0) return 'no metrics returned from external metrics API';
  return values.reduce((sum, { milli }) => sum + milli, 0n);
}

/** Of metrics an absent selector means every value (of pods it would mean none). */
function isMeant(selector: LabelSelector | null, labels: Readonly<Record<string, string>>): boolean {
  return selector === null || selects(selector, labels);
}

/** A pod counts as sampled only when each of its sampled containers tells of the resource. */
function podUsage({ containers }: PodSample, resource: string): bigint | undefined {
  if (containers.length === 0) return undefined;
  let sum = 0n;
  for (const { usageMilli } of containers) {
    const milli = usageMilli[resource];
    if (milli === undefined) return undefined;
    sum += milli;
  }
  return sum;
}

function containerUsage({ containers }: PodSample, resource: string, container: string): bigint | undefined {
  return containers.find(({ name }) => name === container)?.usageMilli[resource];
}
