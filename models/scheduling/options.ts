/**
 * What can be chosen about a scheduler: strategy, affinity terms, weights and the tie-break, which is always named.
 *
 * Source: KubeSchedulerConfiguration v1 (strategy of NodeResourcesFit, plugin weights).
 * Leaves out: several profiles at once.
 */
import type { Stream } from '../../sim/random/stream.ts';
import type { ClusterObjects } from '../cluster/cluster-objects.ts';
import type { PluginArguments } from './plugin-arguments.ts';
import type { GpuPolicyName } from './policies/index.ts';
import type { TypicalPod } from './policies/typical-pods.ts';
import type { SchedulerProfile } from './profile.ts';
import type { VolumeBinder } from './volumes.ts';

/** How NodeResourcesFit scores: emptiest nodes first, fullest first, or by a function of how full they are. */
export type ScoringStrategy = 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio';

/**
 * How one of several equally good nodes is chosen: uniformly (stock Kubernetes), or the smallest name by code units.
 * `random` counts places in the list of nodes, so that renaming nodes changes nothing.
 */
export type TieBreak = 'random' | 'lowest-name';

/** A wish or rule of every pod about pods of other services, or of its own. */
export interface AffinityTerm {
  /** Pods of the services that this pod's service talks with, or pods of its own service. */
  readonly to: 'talkers' | 'replicas';
  /** What "together" means. */
  readonly topology: 'rack' | 'node';
  /** 1 to 100; not read for required terms. */
  readonly weight: number;
  /** Apart instead of together. */
  readonly anti: boolean;
  /** A rule (filter) instead of a wish (score). */
  readonly required?: boolean;
}

/** Choices of one scheduler. */
export interface SchedulerOptions {
  readonly strategy: ScoringStrategy;
  /** Terms that every pod of a service carries. */
  readonly affinity: readonly AffinityTerm[];
  readonly tieBreak: TieBreak;
  /**
   * Drawn from once when ties are broken at random, and once by the policy Random: every pair of pod and node gets its own
   * number from that draw.
   */
  readonly stream: Stream;
  /** Services that talk with a service. */
  readonly talkersOf: (service: number) => readonly number[];
  /** Namespaces, services and disruption budgets; none if absent. */
  readonly objects?: ClusterObjects;
  /** Who knows the volumes of pods that have claims; absent: claims are not read. */
  readonly volumes?: VolumeBinder;
  /** Arguments of plugins in place of upstream's defaults. */
  readonly arguments?: PluginArguments;
  /** This policy alone scores, and chooses devices; absent: the stock plugins score. Weights below stand above it. */
  readonly gpuPolicy?: GpuPolicyName;
  /** What the policy FGD takes for typical; absent: counted over all pods that the scheduler knows when it is made. */
  readonly typicalPods?: readonly TypicalPod[];
  /**
   * Share of the nodes that are found and scored in clusters of 100 and more, percent; 0: upstream's adaptive share.
   * Absent: all nodes are scored.
   */
  readonly percentageOfNodesToScore?: number;
  /** Plugins that do not filter (their scores are taken out by a weight of 0). */
  readonly disabledFilters?: readonly string[];
  /** Profiles by the scheduler's name that pods give; where none has a pod's name, the choices beside this hold. */
  readonly profiles?: readonly SchedulerProfile[];
  /** Weights by plugin name in place of the defaults; 0 takes a plugin's score out. */
  readonly weights?: Readonly<Record<string, number>>;
}
