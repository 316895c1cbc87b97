/**
 * Objects besides nodes and pods that a scheduler reads: namespaces, services, disruption budgets.
 *
 * Source: Kubernetes 1.34 API. Pure and tolerant. Leaves out: ReplicaSets and other controllers as owners of the default
 * spread (services alone give it).
 */
import type { ClusterObjects, DisruptionBudget, ServiceSelector } from '../../../models/cluster/cluster-objects.ts';
import { at, isObject, type JsonObject, labelsAt, mapAt, numberAt, textAt } from './json.ts';
import { labelSelectorOf } from './label-selector.ts';
import { namespaceOf } from './pod-shape.ts';

/** The label by which every namespace carries its name. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** Raw objects by what they are. */
export interface RawObjects {
  readonly namespaces?: readonly JsonObject[];
  readonly services?: readonly JsonObject[];
  readonly disruptionBudgets?: readonly JsonObject[];
}

/** The objects as the scheduler knows them. The namespace `default` is always there. */
export function clusterObjectsOf(raw: RawObjects): ClusterObjects {
  const namespaces = new Map([['default', { [NAMESPACE_NAME_LABEL]: 'default' }]]);
  for (const body of raw.namespaces ?? []) {
    const name = nameOf(body);
    const labels = { ...labelsAt(body, 'labels'), ...labelsAt(body, 'metadata', 'labels') };
    namespaces.set(name, { ...labels, [NAMESPACE_NAME_LABEL]: name });
  }
  return {
    namespaces,
    services: (raw.services ?? []).map(serviceSelectorOf),
    disruptionBudgets: (raw.disruptionBudgets ?? []).map(disruptionBudgetOf),
  };
}

/** A Service object, or `{ name, namespace, selector }`. */
export function serviceSelectorOf(body: JsonObject): ServiceSelector {
  const selector = { ...labelsAt(body, 'selector'), ...labelsAt(body, 'spec', 'selector') };
  return { namespace: namespaceOf(body), name: nameOf(body), selector };
}

/** A PodDisruptionBudget object, or `{ name, selector, disruptionsAllowed }` with the selector as a map of labels. */
export function disruptionBudgetOf(body: JsonObject): DisruptionBudget {
  const allowed = numberAt(body, 'status', 'disruptionsAllowed') ?? numberAt(body, 'disruptionsAllowed') ?? 0;
  const selector = at(body, 'spec', 'selector') ?? selectorOfLabels(at(body, 'selector'));
  return {
    namespace: namespaceOf(body),
    name: nameOf(body),
    selector: labelSelectorOf(selector),
    disruptionsAllowed: allowed,
  };
}

/** Name of an object. */
export function nameOf(body: JsonObject): string {
  return textAt(body, 'metadata', 'name') || textAt(body, 'name');
}

function selectorOfLabels(value: unknown): unknown {
  const whole = isObject(value) && ['matchLabels', 'matchExpressions'].some((key) => at(value, key) !== undefined);
  return whole || !isObject(value) ? value : { matchLabels: mapAt(value) };
}
