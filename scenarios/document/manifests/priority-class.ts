/**
 * Priority classes: how a pod gets its priority and whether it may push out others.
 *
 * Source: Kubernetes 1.34 admission plugin `Priority`: a number in the pod's spec stands; a class by name; the class that
 * is the default of the cluster (of several the lowest); 0.
 */
import { at, type JsonObject, numberAt, textAt } from './json.ts';

/** A PriorityClass object. */
export interface PriorityClass {
  readonly name: string;
  readonly value: number;
  readonly globalDefault: boolean;
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never';
}

/** Classes that every cluster has. */
export const SYSTEM_PRIORITY_CLASSES: readonly PriorityClass[] = [
  systemClass('system-node-critical', 2_000_001_000),
  systemClass('system-cluster-critical', 2_000_000_000),
];

/** A PriorityClass object. */
export function priorityClassOf(body: JsonObject): PriorityClass {
  return {
    name: textAt(body, 'metadata', 'name') || textAt(body, 'name'),
    value: numberAt(body, 'value') ?? 0,
    globalDefault: at(body, 'globalDefault') === true,
    preemptionPolicy: policyOf(textAt(body, 'preemptionPolicy')),
  };
}

/** Priority and preemption policy of a pod's `spec`. */
export function priorityOf(
  spec: unknown,
  classes: readonly PriorityClass[],
): { priority: number; preemptionPolicy: 'PreemptLowerPriority' | 'Never' } {
  const written = numberAt(spec, 'priority');
  const found = classFor(textAt(spec, 'priorityClassName'), classes);
  const own = textAt(spec, 'preemptionPolicy');
  return {
    priority: written ?? found?.value ?? 0,
    preemptionPolicy: own === '' ? (found?.preemptionPolicy ?? 'PreemptLowerPriority') : policyOf(own),
  };
}

/** The class that a name leads to; without a name the default of the cluster. */
export function classFor(name: string, classes: readonly PriorityClass[]): PriorityClass | undefined {
  if (name !== '') return [...classes, ...SYSTEM_PRIORITY_CLASSES].find((one) => one.name === name);
  const defaults = classes.filter((one) => one.globalDefault);
  return defaults.reduce<PriorityClass | undefined>(
    (low, one) => (low === undefined || one.value < low.value ? one : low),
    undefined,
  );
}

function policyOf(text: string): PriorityClass['preemptionPolicy'] {
  return text === 'Never' ? 'Never' : 'PreemptLowerPriority';
}

function systemClass(name: string, value: number): PriorityClass {
  return { name, value, globalDefault: false, preemptionPolicy: 'PreemptLowerPriority' };
}
