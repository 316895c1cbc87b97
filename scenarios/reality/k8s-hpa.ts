/**
 * The suite `k8s-hpa`: what a real HorizontalPodAutoscaler controller 1.34.9 decided.
 *
 * A case is either a first decision (count, conditions, metrics of the status, event) or a series of changes over time.
 * Every recorded quantity is compared. Nothing is calibrated.
 */
import { behaviorWithDefaults } from '../../models/autoscaling/horizontal-autoscaler.ts';
import { decide, type HorizontalDecision, NEW_AUTOSCALER } from '../../models/autoscaling/horizontal-controller.ts';
import type { MetricStatus } from '../../models/autoscaling/metric-proposal.ts';
import { quantityText } from '../../models/autoscaling/quantity-text.ts';
import { exactMilliOf, horizontalAutoscalerOf } from '../document/manifests/horizontal-autoscaler.ts';
import { isObject, objectField, textField } from './case-reader.ts';
import { observationOf, optionsOf } from './k8s-hpa-input.ts';
import { seriesQuantities } from './k8s-hpa-series.ts';
import { judge, type Quantity } from './quantity.ts';
import type { JsonObject, RecordedCase, Replay, Suite } from './suite.ts';

/** Decisions of a real autoscaler. */
export const k8sHpaSuite: Suite = {
  name: 'k8s-hpa',
  recognises: ({ json }) =>
    isObject(json.input) && Array.isArray(json.input.metrics) && 'maxReplicas' in json.input && isObject(json.observed),
  replay: replayCase,
};

const SAME_QUANTITIES = 'equal; quantities may be written in another way';

function replayCase({ json, file }: RecordedCase): Replay {
  const [input, observed] = [objectField(json, 'input'), objectField(json, 'observed')];
  const options = optionsOf(file);
  const quantities = Array.isArray(observed.replicasOverTime)
    ? seriesQuantities(input, observed, options)
    : decisionQuantities(observed, firstDecision(input, options));
  return {
    family: textField(json, 'family'),
    name: String(json.id),
    quantities: [...defaultingQuantities(input), ...quantities],
  };
}

function firstDecision(input: JsonObject, options: ReturnType<typeof optionsOf>): HorizontalDecision {
  const autoscaler = horizontalAutoscalerOf({ spec: input });
  return decide(autoscaler, NEW_AUTOSCALER, observationOf(input, autoscaler), options).decision;
}

/** The rules as the API server stores them. */
function defaultingQuantities(input: JsonObject): Quantity[] {
  if (!isObject(input.behaviorAfterDefaulting)) return [];
  const { behavior } = horizontalAutoscalerOf({ spec: input });
  const ours = behavior === null ? null : behaviorWithDefaults(behavior);
  return [judge('behavior after defaulting', inOrder(input.behaviorAfterDefaulting), inOrder(ours), 'equal')];
}

function decisionQuantities(observed: JsonObject, decision: HorizontalDecision): Quantity[] {
  const { status, rescaled, replicas, events } = decision;
  const event = events.find(({ reason }) => reason === 'SuccessfulRescale')?.message ?? 'none';
  return [
    judge('desiredReplicas', observed.desiredReplicas, status.desiredReplicas, 0),
    judge('rescaled', observed.rescaled, rescaled, 0),
    judge('newSpecReplicas', observed.newSpecReplicas ?? 'unchanged', rescaled ? replicas : 'unchanged', 0),
    ...conditionQuantities(observed, decision),
    ...metricQuantities(observed, status.currentMetrics ?? []),
    judge('event', observed.event ?? 'none', event, 0),
  ];
}

function conditionQuantities(observed: JsonObject, { status }: HorizontalDecision): Quantity[] {
  const seen = isObject(observed.conditions) ? observed.conditions : {};
  const ours: JsonObject = status.conditions;
  const names = [...new Set([...Object.keys(seen), ...Object.keys(ours)])].sort();
  return names.map((name) => judge(name, inOrder(seen[name] ?? 'none'), inOrder(ours[name] ?? 'none'), 0));
}

function metricQuantities(observed: JsonObject, ours: readonly MetricStatus[]): Quantity[] {
  const seen = Array.isArray(observed.currentMetrics) ? (observed.currentMetrics as unknown[]) : [];
  const places = Array.from({ length: Math.max(seen.length, ours.length) }, (_, place) => place);
  return places.map((place) => {
    const recorded = inOrder(seen[place] ?? 'none');
    const simulated = place < ours.length ? metricJson(ours[place]) : 'none';
    return judge(`metric ${place + 1}`, recorded, spelledAs(recorded, inOrder(simulated)), SAME_QUANTITIES);
  });
}

/** A metric of the status as the API shows it. */
function metricJson(status: MetricStatus): JsonObject {
  const { type, resource, container, metric, describedObject, averageUtilization } = status;
  if (type === '') return { type };
  const text = (milli: bigint) => quantityText(milli, resource === 'memory');
  const current = {
    ...(status.averageValueMilli === undefined ? {} : { averageValue: text(status.averageValueMilli) }),
    ...(status.valueMilli === undefined ? {} : { value: text(status.valueMilli) }),
    ...(averageUtilization === undefined ? {} : { averageUtilization }),
  };
  const source = {
    ...(resource === undefined ? {} : { name: resource }),
    ...(container === undefined ? {} : { container }),
    ...(metric === undefined ? {} : { metric: metricName(metric) }),
    ...(describedObject === undefined ? {} : { describedObject }),
    current,
  };
  return { type, [type[0].toLowerCase() + type.slice(1)]: source };
}

function metricName({ name, selector }: NonNullable<MetricStatus['metric']>): JsonObject {
  if (selector === null) return { name };
  const { matchLabels, matchExpressions } = selector;
  return {
    name,
    selector: {
      ...(Object.keys(matchLabels).length === 0 ? {} : { matchLabels }),
      ...(matchExpressions.length === 0
        ? {}
        : {
            matchExpressions: matchExpressions.map(({ values, ...rest }) =>
              values.length === 0 ? rest : { ...rest, values },
            ),
          }),
    },
  };
}

/** Our value, with quantities that are equal to the recorded ones spelled like them (`431Mi` is `451936256`). */
function spelledAs(recorded: unknown, ours: unknown): unknown {
  if (typeof recorded === 'string' && typeof ours === 'string') {
    const [a, b] = [exactMilliOf(recorded), exactMilliOf(ours)];
    return a !== undefined && a === b ? recorded : ours;
  }
  if (!isObject(recorded) || !isObject(ours)) return ours;
  return Object.fromEntries(Object.entries(ours).map(([key, value]) => [key, spelledAs(recorded[key], value)]));
}

/** The value with the keys of all its maps in order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, inOrder(one)]));
}
