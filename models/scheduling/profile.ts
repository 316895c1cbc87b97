/**
 * A profile: how pods that name one scheduler are decided.
 *
 * Source: KubeSchedulerProfile of Kubernetes 1.34. Leaves out: the order of plugins, extenders, plugins that Kubernetes
 * does not ship.
 */
import type { ScoringStrategy } from './options.ts';
import type { PluginArguments } from './plugin-arguments.ts';

/** Name of the profile for pods that name no scheduler. */
export const DEFAULT_SCHEDULER_NAME = 'default-scheduler';

/** Choices for the pods of one scheduler name. */
export interface SchedulerProfile {
  /** Pods with this `schedulerName` are decided by it. */
  readonly schedulerName: string;
  readonly strategy: ScoringStrategy;
  readonly arguments: PluginArguments;
  /** Weights by plugin in place of the defaults; 0 takes a plugin's score out. */
  readonly weights: Readonly<Record<string, number>>;
  /** Plugins whose filters are not asked. */
  readonly disabledFilters: readonly string[];
  /** Whether pods of lower priority may be pushed out. */
  readonly preemption: boolean;
  /** How many of a hundred nodes are looked for, 1 to 100; 0: as many as the size of the cluster suggests. */
  readonly percentageOfNodesToScore: number;
}
