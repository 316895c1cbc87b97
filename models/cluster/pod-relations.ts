/**
 * What a pod wants of other pods: near to some, far from others, spread over domains.
 *
 * Source: Kubernetes 1.34 API, `core/v1` PodAffinityTerm and TopologySpreadConstraint. `matchLabelKeys` and
 * `mismatchLabelKeys` are merged into the selector before they get here, as the API server does. Leaves out: nothing else.
 */
import type { LabelSelector } from './label-selector.ts';

/** Pods that are meant, and what "in one place" means. */
export interface PodAffinityTerm {
  /** Null means no pod. */
  readonly selector: LabelSelector | null;
  /** Namespaces by name; empty with a null `namespaceSelector`: the namespace of the pod that carries the term. */
  readonly namespaces: readonly string[];
  /** Namespaces by their labels, besides those by name; null: none. */
  readonly namespaceSelector: LabelSelector | null;
  /** Nodes with one value of this label are one place. */
  readonly topologyKey: string;
}

/** A term that is wished for. */
export interface WeightedPodAffinityTerm extends PodAffinityTerm {
  /** 1 to 100. */
  readonly weight: number;
}

/** Affinity or anti-affinity of a pod. */
export interface PodAffinity {
  /** All must hold. */
  readonly required: readonly PodAffinityTerm[];
  readonly preferred: readonly WeightedPodAffinityTerm[];
}

/** No rule and no wish. */
export const NO_POD_AFFINITY: PodAffinity = { required: [], preferred: [] };

/** How evenly the pods of a selector must, or should, lie over the domains of a label. */
export interface TopologySpreadConstraint {
  /** At least 1. */
  readonly maxSkew: number;
  readonly topologyKey: string;
  /** `DoNotSchedule` filters, `ScheduleAnyway` scores. */
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
  /** Pods of the pod's own namespace that are counted; null: none. */
  readonly selector: LabelSelector | null;
  /** With fewer domains than this the global minimum counts as 0. */
  readonly minDomains: number;
  /** Whether only nodes that the pod's node affinity and selector allow are counted. */
  readonly nodeAffinityPolicy: 'Honor' | 'Ignore';
  /** Whether only nodes whose taints the pod tolerates are counted. */
  readonly nodeTaintsPolicy: 'Honor' | 'Ignore';
}
