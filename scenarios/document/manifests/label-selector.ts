/** Label and node selectors of Kubernetes objects. */
import type { LabelSelector, LabelSelectorRequirement } from '../../../models/cluster/label-selector.ts';
import type {
  NodeAffinity,
  NodeNameRequirement,
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../../../models/cluster/node-selector.ts';
import { isObject, labelsAt, listAt, mapAt, numberAt, textAt, textsAt } from './json.ts';

/** A label selector; what is absent means no object (null), `{}` every object. */
export function labelSelectorOf(value: unknown): LabelSelector | null {
  if (!isObject(value)) return null;
  const matchExpressions = listAt(value, 'matchExpressions').map(
    (one): LabelSelectorRequirement => ({
      key: textAt(one, 'key'),
      operator: textAt(one, 'operator') as LabelSelectorRequirement['operator'],
      values: textsAt(one, 'values'),
    }),
  );
  return { matchLabels: labelsAt(value, 'matchLabels'), matchExpressions };
}

/**
 * The selector with the values of the pod's own labels for the keys joined to it, as the API server does: the same
 * revision only (`In`), or others only (`NotIn`). A key that the pod does not carry changes nothing.
 */
export function withLabelKeys(
  selector: LabelSelector | null,
  labels: Readonly<Record<string, string>>,
  keys: readonly string[],
  operator: 'In' | 'NotIn',
): LabelSelector | null {
  const carried = keys.filter((key) => Object.hasOwn(labels, key));
  if (selector === null || carried.length === 0) return selector;
  const added = carried.map((key): LabelSelectorRequirement => ({ key, operator, values: [labels[key]] }));
  return { ...selector, matchExpressions: [...selector.matchExpressions, ...added] };
}

/** `nodeAffinity` of a pod. */
export function nodeAffinityOf(value: unknown): NodeAffinity {
  const required = mapAt(value, 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = listAt(required, 'nodeSelectorTerms').map(termOf);
  const wished = listAt(value, 'preferredDuringSchedulingIgnoredDuringExecution');
  return {
    required: terms,
    preferred: wished.map((one) => ({ weight: numberAt(one, 'weight') ?? 0, ...termOf(mapAt(one, 'preference')) })),
  };
}

/** One term of a node selector; `matchFields` knows the name of the node. */
export function termOf(value: unknown): NodeSelectorTerm {
  const expressions = listAt(value, 'matchExpressions').map(nodeRequirementOf);
  const fields = listAt(value, 'matchFields').map(nodeRequirementOf).map(nameRequirementOf);
  return fields.length === 0 ? { expressions } : { expressions, fields };
}

function nodeRequirementOf(value: unknown): NodeSelectorRequirement {
  return {
    key: textAt(value, 'key'),
    operator: textAt(value, 'operator') as NodeSelectorRequirement['operator'],
    values: textsAt(value, 'values'),
  };
}

function nameRequirementOf({ operator, values }: NodeSelectorRequirement): NodeNameRequirement {
  return { operator: operator === 'NotIn' ? 'NotIn' : 'In', values };
}
