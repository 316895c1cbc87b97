/**
 * What one real federation does with the replicas of a workload: how it plans, when it plans again, what it estimates by.
 *
 * Source: each profile names its own. Leaves out: how late a system notices what it plans on; whoever runs the profile adds that.
 */
import type { Planner } from '../division-planner.ts';
import type { PlanOccasion } from '../placement-plan.ts';

/** By what a system tells how many further replicas fit into a cluster; `none`: it does not look. */
export const ESTIMATES = ['none', 'total', 'perNode'] as const;

/** Name of a way to estimate. */
export type Estimate = (typeof ESTIMATES)[number];

/** One system, in one version, in one mode. */
export interface FederationProfile {
  /** As a document names it. */
  readonly name: string;
  /** As people know it. */
  readonly title: string;
  /** What is moved between clusters: numbers of replicas, whole manifests, or pods one by one. */
  readonly moves: 'replicas' | 'manifests' | 'pods';
  /** It has minimums and maximums for each cluster, and keeps them. */
  readonly limits: boolean;
  readonly estimate: Estimate;
  /** Occasions on which it looks at the workload again, beside creation and scaling. */
  readonly replansOn: readonly PlanOccasion[];
  /** Whether replicas go back to a cluster that has returned: never by itself, or as its plans happen to say. */
  readonly failback: 'never' | 'byPlan';
  /** A planner for one more workload. */
  planner(): Planner;
}
