/**
 * Label selectors: which objects are meant, by their labels.
 *
 * Source: Kubernetes 1.34 API, `meta/v1` LabelSelector. An absent selector (null) means no object, an empty one every
 * object; all conditions must hold. Leaves out: selectors of fields.
 */

/** One condition on one label. */
export interface LabelSelectorRequirement {
  readonly key: string;
  /** `NotIn` and `DoesNotExist` hold for objects without the label. */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Empty for `Exists` and `DoesNotExist`. */
  readonly values: readonly string[];
}

/** Conditions that must all hold. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelSelectorRequirement[];
}

/** The selector that means every object. */
export const EVERYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] };

type Labels = Readonly<Record<string, string>>;

/** Whether the selector means an object with these labels; null means none. */
export function selects(selector: LabelSelector | null, labels: Labels): boolean {
  if (selector === null) return false;
  for (const key of Object.keys(selector.matchLabels)) {
    if (!Object.hasOwn(labels, key) || labels[key] !== selector.matchLabels[key]) return false;
  }
  return selector.matchExpressions.every((requirement) => holds(requirement, labels));
}

function holds({ key, operator, values }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
}
