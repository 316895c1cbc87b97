/**
 * What one metric of an autoscaler proposes: a count, how it is called in conditions, and what the status shows of it.
 *
 * Source: Kubernetes 1.34 `pkg/controller/podautoscaler/horizontal.go` (computeReplicasForMetric and what it calls):
 * names, reasons and texts of failures are upstream's. An Object metric with an average is called an external one there,
 * so it is here. Leaves out: a metric type that the API would refuse.
 */
import type { LabelSelector } from '../cluster/label-selector.ts';
import type { DescribedObject, MetricIdentifier, MetricSpec, MetricTarget } from './horizontal-autoscaler.ts';
import {
  type AutoscaledPod,
  externalSum,
  type MetricReadings,
  objectValue,
  podMetricValues,
  resourceValues,
} from './metric-readings.ts';
import {
  averageReplicas,
  type Counting,
  type PodCounting,
  type ReadinessRules,
  type ReplicaCount,
  sharedReplicas,
  type Tolerances,
  utilizationReplicas,
  valueReplicas,
} from './replica-count.ts';
import { steadyReplicas } from './steady-usage.ts';

/** What the status shows of a metric; a metric that failed shows only an empty type. */
export interface MetricStatus {
  readonly type: MetricSpec['type'] | '';
  readonly resource?: string;
  readonly container?: string;
  readonly metric?: MetricIdentifier;
  readonly describedObject?: DescribedObject;
  readonly averageUtilization?: number;
  readonly averageValueMilli?: bigint;
  readonly valueMilli?: bigint;
}

/** Why a metric proposes nothing. */
export interface MetricFailure {
  /** Reason of the condition ScalingActive. */
  readonly reason: string;
  readonly message: string;
  /** The same with the step around it, as the event tells it. */
  readonly error: string;
}

/** What came of one metric. */
export interface MetricProposal {
  readonly spec: MetricSpec;
  /** As conditions and events call it. */
  readonly name: string;
  readonly count: ReplicaCount | null;
  readonly failure: MetricFailure | null;
  readonly status: MetricStatus;
}

/** Everything that a proposal depends on. */
export interface ProposalInput {
  readonly namespace: string;
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly pods: readonly AutoscaledPod[];
  readonly readings: MetricReadings;
  readonly tolerances: Tolerances;
  readonly readiness: ReadinessRules;
}

type Spec<Type extends MetricSpec['type']> = Extract<MetricSpec, { type: Type }>;

const NO_STATUS: MetricStatus = { type: '' };

/** What the metric proposes. */
export function proposalOf(spec: MetricSpec, input: ProposalInput): MetricProposal {
  switch (spec.type) {
    case 'Resource':
    case 'ContainerResource':
      return resourceProposal(spec, input);
    case 'Pods':
      return podsProposal(spec, input);
    case 'Object':
      return objectProposal(spec, input);
    case 'External':
      return externalProposal(spec, input);
  }
}

/** A selector as upstream prints it in conditions. */
export function selectorText(selector: LabelSelector | null): string {
  if (selector === null) return 'nil';
  const { matchLabels, matchExpressions } = selector;
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}

function resourceProposal(spec: Spec<'Resource'> | Spec<'ContainerResource'>, input: ProposalInput): MetricProposal {
  const { name, target } = spec;
  const container = spec.type === 'ContainerResource' ? spec.container : '';
  const [reason, step] =
    spec.type === 'Resource'
      ? ['FailedGetResourceMetric', `failed to get ${name} resource metric value`]
      : ['FailedGetContainerResourceMetric', `failed to get ${name} container metric value`];
  const byAverage = target.averageValueMilli !== undefined;
  const counting = steadyCount(spec, input) ?? weighedCount(spec, input, container);
  const titled = resourceName(spec, byAverage);
  const message = (text: string) => {
    if (!byAverage && target.averageUtilization === undefined) return text;
    return `failed to get ${name} ${byAverage ? 'usage' : 'utilization'}: ${text}`;
  };
  return proposal(spec, titled, counting, { reason, step, message }, (count) => ({
    type: spec.type,
    resource: name,
    ...(container === '' ? {} : { container }),
    averageValueMilli: count.usageMilli,
    ...(count.utilization === undefined ? {} : { averageUtilization: count.utilization }),
  }));
}

function resourceName({ type, name }: MetricSpec & { name: string }, byAverage: boolean): string {
  if (byAverage) return `${name} resource`;
  const container = type === 'ContainerResource' ? 'container ' : '';
  return `${name} ${container}resource utilization (percentage of request)`;
}

/** The usual case; undefined: pods have to be weighed one by one. */
function steadyCount(
  { type, name, target }: Spec<'Resource'> | Spec<'ContainerResource'>,
  { readings, specReplicas, tolerances, readiness }: ProposalInput,
): Counting | undefined {
  const { averageUtilization, averageValueMilli } = target;
  const { steadyCpu } = readings;
  if (steadyCpu === undefined || type !== 'Resource' || name !== 'cpu') return undefined;
  if (averageUtilization === undefined || averageValueMilli !== undefined) return undefined;
  return steadyReplicas(steadyCpu, averageUtilization, specReplicas, tolerances, readiness);
}

function weighedCount(
  { name, target }: Spec<'Resource'> | Spec<'ContainerResource'>,
  input: ProposalInput,
  container: string,
): Counting {
  const values = resourceValues(input.readings, name, container, input.namespace);
  if (typeof values === 'string') return `unable to get metrics for resource ${name}: ${values}`;
  return resourceCount(input, values, name, target, container);
}

function resourceCount(
  input: ProposalInput,
  values: PodCounting['values'],
  resource: string,
  target: MetricTarget,
  container: string,
): Counting {
  const counting = podCounting(input, values, resource);
  if (target.averageValueMilli !== undefined) return averageReplicas(counting, target.averageValueMilli);
  if (target.averageUtilization !== undefined)
    return utilizationReplicas(counting, target.averageUtilization, container);
  return 'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set';
}

function podCounting(input: ProposalInput, values: PodCounting['values'], resource: string): PodCounting {
  const { pods, tolerances, readiness } = input;
  return { currentReplicas: input.specReplicas, pods, values, resource, tolerances, readiness };
}

function podsProposal(spec: Spec<'Pods'>, input: ProposalInput): MetricProposal {
  const { metric, target } = spec;
  const values = podMetricValues(input.readings, metric.name);
  const counting =
    typeof values === 'string'
      ? `unable to get metric ${metric.name}: ${values}`
      : averageReplicas(podCounting(input, values, ''), target.averageValueMilli ?? 0n);
  const failing = { reason: 'FailedGetPodsMetric', step: 'failed to get pods metric value', message: same };
  return proposal(spec, `pods metric ${metric.name}`, counting, failing, ({ usageMilli }) => ({
    type: 'Pods',
    metric,
    averageValueMilli: usageMilli,
  }));
}

function objectProposal(spec: Spec<'Object'>, input: ProposalInput): MetricProposal {
  const { metric, target, describedObject } = spec;
  const value = objectValue(input.readings, describedObject, metric.name);
  const at = `on ${describedObject.kind} ${input.namespace}/${describedObject.name}`;
  const counting =
    typeof value === 'string'
      ? `unable to get metric ${metric.name}: ${value} ${at}`
      : totalCount(input, value, target, 'object');
  const failing = { reason: 'FailedGetObjectMetric', step: 'failed to get object metric value', message: same };
  const byValue = target.valueMilli !== undefined;
  const title = byValue ? `${describedObject.kind} metric ${metric.name}` : externalName(metric);
  return proposal(spec, title, counting, failing, (count) => ({
    type: 'Object',
    metric,
    describedObject,
    ...totalStatus(count, byValue),
  }));
}

function externalProposal(spec: Spec<'External'>, input: ProposalInput): MetricProposal {
  const { metric, target } = spec;
  const sum = externalSum(input.readings, metric);
  const counting =
    typeof sum === 'string'
      ? `unable to get external metric ${input.namespace}/${metric.name}/${selectorText(metric.selector)}: ${sum}`
      : totalCount(input, sum, target, 'external');
  const step = `failed to get ${metric.name} external metric value`;
  const failing = { reason: 'FailedGetExternalMetric', step, message: same };
  const byValue = target.averageValueMilli === undefined;
  return proposal(spec, externalName(metric), counting, failing, (count) => ({
    type: 'External',
    metric,
    ...totalStatus(count, byValue),
  }));
}

function externalName({ name, selector }: MetricIdentifier): string {
  return `external metric ${name}(${selectorText(selector)})`;
}

function totalCount(input: ProposalInput, total: bigint, target: MetricTarget, source: string): Counting {
  const { specReplicas, statusReplicas, pods, tolerances } = input;
  if (target.averageValueMilli !== undefined)
    return sharedReplicas(statusReplicas, total, target.averageValueMilli, tolerances);
  if (target.valueMilli !== undefined)
    return valueReplicas({ currentReplicas: specReplicas, pods, tolerances }, total, target.valueMilli);
  return `invalid ${source} metric source: neither a value target nor an average value target was set`;
}

function totalStatus({ usageMilli }: ReplicaCount, byValue: boolean): Partial<MetricStatus> {
  return byValue ? { valueMilli: usageMilli } : { averageValueMilli: usageMilli };
}

function same(text: string): string {
  return text;
}

function proposal(
  spec: MetricSpec,
  name: string,
  counting: Counting,
  failing: { reason: string; step: string; message(text: string): string },
  statusOf: (count: ReplicaCount) => MetricStatus,
): MetricProposal {
  if (typeof counting !== 'string') return { spec, name, count: counting, failure: null, status: statusOf(counting) };
  const message = failing.message(counting);
  const failure = { reason: failing.reason, message, error: `${failing.step}: ${message}` };
  return { spec, name, count: null, failure, status: NO_STATUS };
}
