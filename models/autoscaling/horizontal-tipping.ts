/**
 * What a metric of an autoscaler would have to be for the autoscaler to ask for more pods, or for fewer.
 *
 * Source: the controller's own rules, asked again with all values of one metric made larger or smaller by one factor: the values
 * on the two sides of the change are found by halving. Pods without a sample and unready pods stay what they are. Leaves
 * out: a demand that changes sides more than once (one of its changes is then found), and values that pods have one by one.
 */
import type { HorizontalAutoscaler, MetricSpec, ScalingBehavior } from './horizontal-autoscaler.ts';
import {
  DEFAULT_HORIZONTAL_OPTIONS,
  type HorizontalObservation,
  type HorizontalOptions,
  proposalsOf,
} from './horizontal-controller.ts';
import { type MetricReadings, objectMetricKey, type PodSample } from './metric-readings.ts';
import { quantityText } from './quantity-text.ts';
import type { ReplicaCount } from './replica-count.ts';

const NS_PER_SECOND = 1_000_000_000;
/** Thousandths of a byte in a tenth of a MiB: values of memory are told as exactly as that. */
const TENTH_MIB_MILLI = 104_857_600;
/** Factors are whole multiples of 2^-30. */
const FACTOR_BITS = 30n;
/** The largest factor that is tried, 2^30. */
const FACTOR_MAX = 1n << 60n;

/** The two values of one metric between which the autoscaler asks for what it has. */
export interface TippingPoint {
  /** Place among the autoscaler's metrics. */
  readonly metric: number;
  readonly name: string;
  /** Values are percents of requests, or thousandths of the metric's unit. */
  readonly unit: 'percent' | 'thousandths';
  readonly now: bigint;
  /** More pods are asked for above this; null: at no value. */
  readonly moreAbove: bigint | null;
  /** Fewer pods are asked for below this; null: at no value. */
  readonly fewerBelow: bigint | null;
}

/** The tipping points of the metrics that can be computed. Limits and windows do not count: see {@link tippingSentences}. */
export function tippingPoints(
  autoscaler: HorizontalAutoscaler,
  seen: HorizontalObservation,
  options: HorizontalOptions = DEFAULT_HORIZONTAL_OPTIONS,
): TippingPoint[] {
  return autoscaler.metrics.flatMap((spec, metric) => {
    const alone = { ...autoscaler, metrics: [spec] };
    const askAt = (readings: MetricReadings) => proposalsOf(alone, { ...seen, readings }, options)[0]!;
    const { count, name } = askAt(seen.readings);
    if (count === null) return [];
    const percent = count.utilization !== undefined;
    const shown = (one: ReplicaCount) => (percent ? BigInt(one.utilization ?? 0) : one.usageMilli);
    const base = raisedFromZero(seen.readings, spec);
    const ask = (factor: bigint) => askAt(multiplied(base, spec, (milli) => (milli * factor) >> FACTOR_BITS)).count;
    const unit = percent ? 'percent' : 'thousandths';
    return [{ metric, name, unit, now: shown(count), ...edges(ask, shown, seen.specReplicas) }];
  });
}

/** The values at the last factors, upwards and downwards, at which what it has is enough and needed. */
function edges(
  ask: (factor: bigint) => ReplicaCount | null,
  shown: (count: ReplicaCount) => bigint,
  current: number,
): Pick<TippingPoint, 'moreAbove' | 'fewerBelow'> {
  const asked = (factor: bigint) => ask(factor)?.replicas ?? current;
  const at = (factor: bigint | null) => {
    const count = factor === null ? null : ask(factor);
    return count === null ? null : shown(count);
  };
  return {
    moreAbove: at(lastBefore((factor) => asked(factor) > current, 0n, FACTOR_MAX)),
    fewerBelow: at(lastBefore((factor) => asked(factor) < current, FACTOR_MAX, 0n)),
  };
}

/** What would have to change for it to move, in sentences. */
export function tippingSentences(
  autoscaler: HorizontalAutoscaler,
  points: readonly TippingPoint[],
  { specReplicas }: Pick<HorizontalObservation, 'specReplicas'>,
  options: HorizontalOptions = DEFAULT_HORIZONTAL_OPTIONS,
): string[] {
  const { minReplicas, maxReplicas, metrics, behavior } = autoscaler;
  const sentences = points.flatMap((point) => pointSentences(point, autoscaler.metrics[point.metric]!));
  if (points.some(({ fewerBelow }) => fewerBelow !== null)) {
    if (metrics.length > 1)
      sentences.push('It takes pods away only when all of its metrics ask for fewer, and none fails.');
    if (specReplicas > minReplicas) sentences.push(...windowSentences(behavior, options));
  }
  if (points.length > 0 && specReplicas === maxReplicas)
    sentences.push(`It cannot have more than ${maxReplicas} replicas, its maximum, whatever the metrics say.`);
  if (points.length > 0 && specReplicas === minReplicas)
    sentences.push(`It cannot have fewer than ${minReplicas} replicas, its minimum, whatever the metrics say.`);
  if (behavior?.scaleUp.selectPolicy === 'Disabled') sentences.push('Its behavior forbids it to add pods.');
  return sentences;
}

function pointSentences({ name, unit, now, moreAbove, fewerBelow }: TippingPoint, spec: MetricSpec): string[] {
  const binary = 'name' in spec && spec.name === 'memory';
  const text = (value: bigint) => {
    if (unit === 'percent') return `${value} %`;
    return binary ? `${Math.round(Number(value) / TENTH_MIB_MILLI) / 10}Mi` : quantityText(value);
  };
  const mean = spec.target.valueMilli === undefined ? 'a mean' : 'a value';
  const asks = [
    ...(moreAbove === null ? [] : [`add a pod at ${mean} of more than ${text(moreAbove)}`]),
    ...(fewerBelow === null ? [] : [`do with fewer at less than ${text(fewerBelow)}`]),
  ];
  if (asks.length === 0) return [`No value of ${name} would move it.`];
  return [`By ${name} it would ${asks.join(', and ')}; now it is ${text(now)}.`];
}

function windowSentences(behavior: ScalingBehavior | null, options: HorizontalOptions): string[] {
  if (behavior?.scaleDown.selectPolicy === 'Disabled') return ['Its behavior forbids it to take pods away.'];
  const seconds = behavior?.scaleDown.stabilizationWindowSeconds ?? options.downscaleStabilizationNs / NS_PER_SECOND;
  return seconds === 0 ? [] : [`Pods go only after ${seconds} s in which it never asked for as many as there are.`];
}

/** The last factor, on the way from one to another, before the condition comes to hold; null: it never does, or holds at once. */
function lastBefore(holds: (factor: bigint) => boolean, from: bigint, to: bigint): bigint | null {
  if (holds(from) || !holds(to)) return null;
  let [outside, inside] = [from, to];
  while (inside - outside > 1n || outside - inside > 1n) {
    const middle = (outside + inside) / 2n;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return outside;
}

/** Values of nothing at all cannot be multiplied: each becomes a thousandth. */
function raisedFromZero(readings: MetricReadings, spec: MetricSpec): MetricReadings {
  let sum = 0n;
  multiplied(readings, spec, (milli) => {
    sum += milli;
    return milli;
  });
  return sum === 0n ? multiplied(readings, spec, () => 1n) : readings;
}

function multiplied(readings: MetricReadings, spec: MetricSpec, change: (milli: bigint) => bigint): MetricReadings {
  switch (spec.type) {
    case 'Resource':
    case 'ContainerResource':
      return {
        ...readings,
        podSamples: mapped(readings.podSamples, (sample) => changedSample(sample, spec.name, change)),
      };
    case 'Pods':
      return {
        ...readings,
        podMetrics: mapped(readings.podMetrics, (values, name) =>
          name === spec.metric.name ? mapped(values, change) : values,
        ),
      };
    case 'Object': {
      const key = objectMetricKey(spec.describedObject, spec.metric.name);
      return {
        ...readings,
        objectMetrics: mapped(readings.objectMetrics, (milli, name) => (name === key ? change(milli) : milli)),
      };
    }
    case 'External':
      return {
        ...readings,
        externalMetrics: mapped(readings.externalMetrics, (values, name) =>
          name === spec.metric.name ? values.map((value) => ({ ...value, milli: change(value.milli) })) : values,
        ),
      };
  }
}

function changedSample(sample: PodSample, resource: string, change: (milli: bigint) => bigint): PodSample {
  const containers = sample.containers.map((container) => {
    const milli = container.usageMilli[resource];
    if (milli === undefined) return container;
    return { ...container, usageMilli: { ...container.usageMilli, [resource]: change(milli) } };
  });
  return { ...sample, containers };
}

function mapped<Value>(
  values: ReadonlyMap<string, Value>,
  change: (value: Value, key: string) => Value,
): ReadonlyMap<string, Value> {
  return new Map([...values].map(([key, value]) => [key, change(value, key)]));
}
