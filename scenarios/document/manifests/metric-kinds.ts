/**
 * Samples of the three metrics APIs, as `kubectl get podmetrics -A -o json` and `kubectl get --raw` print them: what pods use,
 * values of pods and objects, values from outside. Only a PodMetrics has a name; a value is called after what it measures.
 *
 * Source: `metrics.k8s.io/v1beta1`, `custom.metrics.k8s.io/v1beta1` and `v1beta2`, `external.metrics.k8s.io/v1beta1`.
 */
import { type Field, LABELS, listOf, map, QUANTITIES, QUANTITY, TEXT, WHOLE } from './field.ts';
import { type JsonObject, labelsAt, textAt } from './json.ts';
import type { Kind } from './kinds.ts';
import { LABEL_SELECTOR, METADATA } from './pod-fields.ts';

const EFFECT = 'read by explain --autoscaler alone';
const MEASURED: Readonly<Record<string, Field>> = {
  ...{ metadata: METADATA, metricName: TEXT, timestamp: TEXT, windowSeconds: WHOLE, window: WHOLE, value: QUANTITY },
};

/** The kinds by name. */
export const METRIC_KINDS: Readonly<Record<string, Kind>> = {
  PodMetrics: {
    ...{ group: 'metrics.k8s.io', versions: ['v1beta1'], namespaced: true, required: [], withoutEffect: EFFECT },
    fields: {
      ...{ metadata: METADATA, timestamp: TEXT, window: TEXT },
      containers: listOf(map({ name: TEXT, usage: QUANTITIES })),
    },
  },
  MetricValue: {
    ...{ group: 'custom.metrics.k8s.io', versions: ['v1beta1', 'v1beta2'], namespaced: false, withoutEffect: EFFECT },
    fields: {
      ...MEASURED,
      describedObject: map({ apiVersion: TEXT, kind: TEXT, namespace: TEXT, name: TEXT }),
      ...{ metric: map({ name: TEXT, selector: LABEL_SELECTOR }), selector: LABEL_SELECTOR },
    },
    required: ['describedObject'],
    namedAfter: (body) =>
      [...['kind', 'namespace', 'name'].map((key) => textAt(body, 'describedObject', key)), measuredMetric(body)].join(
        '/',
      ),
  },
  ExternalMetricValue: {
    ...{ group: 'external.metrics.k8s.io', versions: ['v1beta1'], namespaced: false, withoutEffect: EFFECT },
    fields: { ...MEASURED, metricLabels: LABELS },
    required: [],
    namedAfter: (body) => `${measuredMetric(body)} ${JSON.stringify(labelsAt(body, 'metricLabels'))}`,
  },
};

/** Name of the metric that a value is of, in either version. */
export function measuredMetric(body: JsonObject): string {
  return textAt(body, 'metric', 'name') || textAt(body, 'metricName');
}
