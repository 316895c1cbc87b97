/**
 * Why an autoscaler of the manifests would move, or not, at the instant of the snapshot.
 *
 * The controller's own decision on what the snapshot holds, as the first one after it began to look: no earlier recommendations
 * are known, so the window of the way down counts as one in which nobody asked for fewer.
 */
import {
  DEFAULT_HORIZONTAL_OPTIONS,
  decide,
  type HorizontalDecision,
  type HorizontalObservation,
  NEW_AUTOSCALER,
} from '../../models/autoscaling/horizontal-controller.ts';
import { explainDecision } from '../../models/autoscaling/horizontal-explanation.ts';
import { tippingPoints, tippingSentences } from '../../models/autoscaling/horizontal-tipping.ts';
import type { MetricStatus } from '../../models/autoscaling/metric-proposal.ts';
import {
  type AutoscaledPod,
  type ContainerRequests,
  type ExternalValue,
  type MetricReadings,
  objectMetricKey,
  type PodSample,
} from '../../models/autoscaling/metric-readings.ts';
import { quantityText } from '../../models/autoscaling/quantity-text.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../sim/engine/sim-time.ts';
import type { AutoscalerSnapshot } from '../document/manifests/autoscaler-snapshot.ts';
import { exactMilliOf, horizontalAutoscalerOf } from '../document/manifests/horizontal-autoscaler.ts';
import { at, isObject, labelsAt, listAt, mapAt, textAt } from '../document/manifests/json.ts';
import { groupAndVersion } from '../document/manifests/kinds.ts';
import { measuredMetric } from '../document/manifests/metric-kinds.ts';

/** What an autoscaler would do, and why. */
export interface AutoscalerExplanation {
  /** `namespace/name` */
  readonly autoscaler: string;
  readonly target: string;
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly moves: boolean;
  /** False: no metric could be computed, or there is no target. */
  readonly decided: boolean;
  /** Pods of the target, and how many of them have a sample. */
  readonly pods: number;
  readonly sampled: number;
  readonly conditions: HorizontalDecision['status']['conditions'];
  readonly sentences: readonly string[];
  /** What would have to change for it to move. */
  readonly changes: readonly string[];
  /** As the status of the object shows them, quantities as text; a metric that failed has an empty type. */
  readonly currentMetrics: readonly Readonly<Record<string, unknown>>[];
}

/** The snapshot's instant on the controller's clock: late enough that no age is negative. */
const NOW_NS = 4_000_000 * NS_PER_SECOND;
/** The kubelet's samples stand for about so long where they do not say. */
const WINDOW_NS = 15 * NS_PER_SECOND;

/** Decides for an autoscaler. */
export function explainAutoscaler(snapshot: AutoscalerSnapshot): AutoscalerExplanation {
  if (snapshot.replicas === undefined && snapshot.pods.length === 0) return withoutTarget(snapshot);
  const nowMs = instantOf(snapshot);
  const observation = observationOf(snapshot, nowMs);
  const autoscaler = horizontalAutoscalerOf(snapshot.body);
  const { decision } = decide(autoscaler, NEW_AUTOSCALER, observation, DEFAULT_HORIZONTAL_OPTIONS);
  const looksAtMetrics = decision.path === 'metrics' || decision.path === 'metrics failed';
  return {
    autoscaler: `${snapshot.namespace}/${snapshot.name}`,
    target: snapshot.target,
    currentReplicas: decision.currentReplicas,
    desiredReplicas: decision.replicas,
    moves: decision.rescaled,
    decided: decision.path !== 'metrics failed',
    pods: snapshot.pods.length,
    sampled: observation.readings.podSamples.size,
    conditions: decision.status.conditions,
    sentences: explainDecision(decision),
    changes: looksAtMetrics ? tippingSentences(autoscaler, tippingPoints(autoscaler, observation), observation) : [],
    currentMetrics: (decision.status.currentMetrics ?? []).map(shownMetric),
  };
}

/** Neither the target nor a pod of it is among the manifests. */
function withoutTarget({ namespace, name, target, body }: AutoscalerSnapshot): AutoscalerExplanation {
  const [kind = '', targetName] = target.split('/');
  const group = groupAndVersion(textAt(body, 'spec', 'scaleTargetRef', 'apiVersion')).group;
  const resource = `${kind.toLowerCase()}s${group === '' ? '' : `.${group}`}`;
  const message = `the HPA controller was unable to get the target's current scale: ${resource} "${targetName}" not found`;
  return {
    ...{
      autoscaler: `${namespace}/${name}`,
      target,
      currentReplicas: 0,
      desiredReplicas: 0,
      moves: false,
      decided: false,
    },
    ...{ pods: 0, sampled: 0, currentMetrics: [] },
    conditions: { AbleToScale: { status: 'False', reason: 'FailedGetScale', message } },
    sentences: [`The manifests hold no ${kind} ${targetName} in namespace ${namespace}, and no pods of it.`],
    changes: [
      `It can decide when the manifests hold its target: fetch it with kubectl get ${kind.toLowerCase()}s,pods.`,
    ],
  };
}

/** Without the numbers that JSON cannot hold. */
function shownMetric({ averageValueMilli, valueMilli, ...others }: MetricStatus): Readonly<Record<string, unknown>> {
  const binary = others.resource === 'memory';
  return {
    ...others,
    ...(averageValueMilli === undefined ? {} : { averageValue: quantityText(averageValueMilli, binary) }),
    ...(valueMilli === undefined ? {} : { value: quantityText(valueMilli, binary) }),
  };
}

/** The latest instant that any sample or pod of the snapshot tells of, ms. */
function instantOf({ samples, pods }: AutoscalerSnapshot): number {
  const texts = [
    ...samples.map((sample) => textAt(sample, 'timestamp')),
    ...pods.flatMap((pod) => [
      textAt(pod, 'status', 'startTime'),
      ...listAt(pod, 'status', 'conditions').map((one) => textAt(one, 'lastTransitionTime')),
    ]),
  ];
  const instants = texts.map((text) => Date.parse(text)).filter(Number.isFinite);
  return instants.reduce((latest, instant) => Math.max(latest, instant), 0);
}

function observationOf(snapshot: AutoscalerSnapshot, nowMs: number): HorizontalObservation {
  const { pods, samples } = snapshot;
  const active = pods.filter((pod) => !['Failed', 'Succeeded'].includes(textAt(pod, 'status', 'phase'))).length;
  const replicas = snapshot.replicas ?? active;
  const clock = (text: string): number | null => {
    const ms = Date.parse(text);
    return Number.isFinite(ms) ? NOW_NS - (nowMs - ms) * NS_PER_MS : null;
  };
  return {
    nowNs: NOW_NS,
    specReplicas: replicas,
    statusReplicas: active,
    pods: pods.map((pod) => podOf(pod, clock)),
    readings: {
      podSamples: new Map(samples.map((sample) => [textAt(sample, 'metadata', 'name'), sampleOf(sample, clock)])),
      ...measuredOf(snapshot),
    },
  };
}

/** Values of the custom and external metrics APIs. */
function measuredOf({ values, external }: AutoscalerSnapshot): Omit<MetricReadings, 'podSamples'> {
  const podMetrics = new Map<string, Map<string, bigint>>();
  const objectMetrics = new Map<string, bigint>();
  const externalMetrics = new Map<string, ExternalValue[]>();
  for (const value of values) {
    const [metric, milli] = [measuredMetric(value), exactMilliOf(value.value)];
    if (milli === undefined) continue;
    const [kind, name] = [textAt(value, 'describedObject', 'kind'), textAt(value, 'describedObject', 'name')];
    if (kind === 'Pod') podMetrics.set(metric, (podMetrics.get(metric) ?? new Map<string, bigint>()).set(name, milli));
    objectMetrics.set(objectMetricKey({ kind, name }, metric), milli);
  }
  for (const value of external) {
    const [metric, milli] = [measuredMetric(value), exactMilliOf(value.value)];
    if (milli === undefined) continue;
    const labels = labelsAt(value, 'metricLabels');
    externalMetrics.set(metric, [...(externalMetrics.get(metric) ?? []), { labels, milli }]);
  }
  return { podMetrics, objectMetrics, externalMetrics };
}

type Clock = (text: string) => number | null;

function podOf(pod: unknown, clock: Clock): AutoscaledPod {
  const phase = textAt(pod, 'status', 'phase');
  const ready = listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  const sinceNs = clock(textAt(ready, 'lastTransitionTime'));
  const sidecars = listAt(pod, 'spec', 'initContainers').filter((one) => textAt(one, 'restartPolicy') === 'Always');
  return {
    name: textAt(pod, 'metadata', 'name'),
    phase: (phase === '' ? 'Running' : phase) as AutoscaledPod['phase'],
    deleting: textAt(pod, 'metadata', 'deletionTimestamp') !== '',
    startedNs: clock(textAt(pod, 'status', 'startTime')),
    ready: sinceNs === null ? null : { value: textAt(ready, 'status') === 'True', sinceNs },
    containers: [...listAt(pod, 'spec', 'containers'), ...sidecars].map(requestsOf),
  };
}

function requestsOf(container: unknown): ContainerRequests {
  const requestsMilli = milliOf(mapAt(container, 'resources', 'requests'));
  return { name: textAt(container, 'name'), requestsMilli };
}

function sampleOf(sample: unknown, clock: Clock): PodSample {
  const seconds = Number(/^([\d.]+)s$/.exec(textAt(sample, 'window'))?.[1] ?? Number.NaN);
  return {
    timestampNs: clock(textAt(sample, 'timestamp')) ?? NOW_NS,
    windowNs: Number.isFinite(seconds) ? Math.round(seconds * NS_PER_SECOND) : WINDOW_NS,
    containers: listAt(sample, 'containers').map((one) => ({
      name: textAt(one, 'name'),
      usageMilli: milliOf(at(one, 'usage')),
    })),
  };
}

function milliOf(amounts: unknown): Record<string, bigint> {
  const entries = Object.entries(isObject(amounts) ? amounts : {});
  return Object.fromEntries(
    entries.flatMap(([name, raw]) => {
      const milli = exactMilliOf(raw);
      return milli === undefined ? [] : [[name, milli] as const];
    }),
  );
}
