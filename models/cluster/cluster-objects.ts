/**
 * What else the control plane knows while it places pods: namespaces, services, disruption budgets.
 *
 * Source: Kubernetes 1.34 API. Leaves out: the controllers that keep these objects up to date; a budget's allowance is
 * what the object says.
 */
import type { LabelSelector } from './label-selector.ts';

/** Pods that share one virtual address: the scheduler spreads them by default. */
export interface ServiceSelector {
  readonly namespace: string;
  readonly name: string;
  /** Labels that a pod must carry; an empty one selects none. */
  readonly selector: Readonly<Record<string, string>>;
}

/** How many more pods of a selector may be taken away on purpose. */
export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  readonly selector: LabelSelector | null;
  /** As the object's status says. */
  readonly disruptionsAllowed: number;
}

/** Objects besides nodes and pods. */
export interface ClusterObjects {
  /** Labels of each namespace; `kubernetes.io/metadata.name` is among them. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly services: readonly ServiceSelector[];
  readonly disruptionBudgets: readonly DisruptionBudget[];
}

/** A cluster without any of them. */
export const NO_OBJECTS: ClusterObjects = { namespaces: new Map(), services: [], disruptionBudgets: [] };
