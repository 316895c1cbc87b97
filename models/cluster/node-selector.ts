/**
 * Label conditions on nodes: `nodeSelector` and the terms of node affinity.
 *
 * Source: Kubernetes 1.34 API, `core/v1` NodeSelectorTerm; behaviour of empty terms and of `Gt` and `Lt` as upstream.
 * Leaves out: fields other than `metadata.name`, which upstream refuses.
 */

/** One condition on one label. */
export interface NodeSelectorRequirement {
  /** Name of the label. */
  readonly key: string;
  /** `Gt` and `Lt` compare integers; a label that is absent satisfies only `NotIn` and `DoesNotExist`. */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  /** Empty for `Exists` and `DoesNotExist`; one integer for `Gt` and `Lt`. */
  readonly values: readonly string[];
}

/** Conditions that must all hold. A term without conditions matches no node. */
export interface NodeSelectorTerm {
  readonly expressions: readonly NodeSelectorRequirement[];
  /** Conditions on the name of the node (upstream: `matchFields`, whose only key is `metadata.name`); none if absent. */
  readonly fields?: readonly NodeNameRequirement[];
}

/** One condition on the name of the node. */
export interface NodeNameRequirement {
  readonly operator: 'In' | 'NotIn';
  /** One name. */
  readonly values: readonly string[];
}

/** A term that is wished for; the weights of the terms that hold are summed. */
export interface PreferredNodeTerm extends NodeSelectorTerm {
  /** 1 to 100. */
  readonly weight: number;
}

/** Node affinity of a pod. */
export interface NodeAffinity {
  /** One of these must hold; an empty list asks nothing. */
  readonly required: readonly NodeSelectorTerm[];
  /** Wishes: each that holds adds its weight to the score. */
  readonly preferred: readonly PreferredNodeTerm[];
}

/** No wish and no condition. */
export const NO_NODE_AFFINITY: NodeAffinity = { required: [], preferred: [] };

type Labels = Readonly<Record<string, string>>;

/** Whether every label of the selector has exactly that value on the node. */
export function matchesSelector(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** Whether all conditions of the term hold. A term without any holds nowhere. */
export function matchesTerm({ expressions, fields = [] }: NodeSelectorTerm, labels: Labels, name = ''): boolean {
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((requirement) => holds(requirement, labels)) &&
    fields.every(({ operator, values }) => values.includes(name) === (operator === 'In'))
  );
}

function holds(requirement: NodeSelectorRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      // A node without the label satisfies NotIn.
      return value === undefined || !requirement.values.includes(value);
    case 'Gt':
      return compares(value, requirement.values[0], 1);
    case 'Lt':
      return compares(value, requirement.values[0], -1);
  }
}

function compares(value: string | undefined, bound: string | undefined, sign: number): boolean {
  if (!isInteger(value) || !isInteger(bound)) return false;
  return (Number(value) - Number(bound)) * sign > 0;
}

function isInteger(text: string | undefined): boolean {
  return text !== undefined && /^[+-]?[0-9]+$/.test(text);
}
