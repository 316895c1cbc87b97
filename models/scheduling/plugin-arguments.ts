/**
 * Arguments of plugins: what a `KubeSchedulerConfiguration` may say about each of them, with upstream's defaults.
 *
 * Source: Kubernetes 1.34 `kubescheduler.config.k8s.io/v1` (NodeResourcesFitArgs, NodeResourcesBalancedAllocationArgs,
 * InterPodAffinityArgs, PodTopologySpreadArgs, NodeAffinityArgs). Leaves out: arguments of volume plugins and of preemption.
 */
import type { NodeAffinity } from '../cluster/node-selector.ts';
import type { TopologySpreadConstraint } from '../cluster/pod-relations.ts';
import { HOSTNAME_LABEL, ZONE_LABEL } from './topologies.ts';

/** How much a resource counts in a score. */
export interface ResourceWeight {
  /** `cpu`, `memory`, `ephemeral-storage`, or an extended resource. */
  readonly name: string;
  /** 1 to 100. */
  readonly weight: number;
}

/** A corner of the function from utilization to score. */
export interface UtilizationPoint {
  /** Percent. */
  readonly utilization: number;
  /** 0 to 10. */
  readonly score: number;
}

/** A spread constraint for pods that state none; its selector comes from the services that select the pod. */
export type DefaultConstraint = Pick<TopologySpreadConstraint, 'maxSkew' | 'topologyKey' | 'whenUnsatisfiable'>;

/** What may be said; what is absent has upstream's default. */
export interface PluginArguments {
  /** Resources that NodeResourcesFit scores; processors and memory with weight 1 if absent. */
  readonly fitResources?: readonly ResourceWeight[];
  /** Function of RequestedToCapacityRatio, by rising utilization; required by that strategy. */
  readonly utilizationShape?: readonly UtilizationPoint[];
  /** Extended resources that NodeResourcesFit does not ask about. */
  readonly ignoredResources?: readonly string[];
  /** As `ignoredResources`, all with that prefix before the `/`. */
  readonly ignoredResourceGroups?: readonly string[];
  /** Resources that NodeResourcesBalancedAllocation balances; processors and memory if absent. Weights are not read. */
  readonly balancedResources?: readonly ResourceWeight[];
  /** What required affinity of pods that run already counts in scores; 1 if absent. */
  readonly hardPodAffinityWeight?: number;
  /** Pods without wishes of their own are not scored by the wishes of others. False if absent. */
  readonly ignorePreferredTermsOfExistingPods?: boolean;
  /** Constraints for pods that state none; upstream's two, for hostnames and zones, if absent. */
  readonly defaultConstraints?: readonly DefaultConstraint[];
  /** Node affinity added to that of every pod. */
  readonly addedAffinity?: NodeAffinity;
}

/** What is scored if nothing else is said. */
export const CPU_AND_MEMORY: readonly ResourceWeight[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];

/** Upstream's constraints for pods that state none. */
export const SYSTEM_CONSTRAINTS: readonly DefaultConstraint[] = [
  { topologyKey: HOSTNAME_LABEL, maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: ZONE_LABEL, maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
];
