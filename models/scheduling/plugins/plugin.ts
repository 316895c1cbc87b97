/**
 * What a scheduler plugin is: a filter, a scorer, or both. A new plugin is one file here and one line in `index.ts`.
 *
 * Source: the scheduling framework of Kubernetes 1.34 (PreFilter/PreScore `Skip`, Filter, Score, NormalizeScore).
 * Leaves out for now: PreEnqueue, PostFilter, Reserve, Permit, PreBind, Bind.
 */
import type { ClusterNode } from '../../cluster/node.ts';
import type { Demands } from '../demands.ts';
import type { Ledger } from '../ledger.ts';
import type { SchedulerOptions } from '../options.ts';
import type { ResidentSums } from '../resident-sums.ts';
import type { Topologies } from '../topologies.ts';

/** Highest score of a plugin on a node, before its weight. */
export const SCORE_MAX = 100;

/** What plugins are made from. */
export interface PluginContext {
  readonly nodes: readonly ClusterNode[];
  readonly demands: Demands;
  readonly ledger: Ledger;
  readonly options: SchedulerOptions;
  readonly topologies: Topologies;
  readonly residents: ResidentSums;
}

/** One plugin of one scheduler. Pods and nodes are named by number. */
export interface Plugin {
  /** As upstream spells it: `NodeResourcesFit`. */
  readonly name: string;
  /**
   * `shape`: filter and score follow from the pod's shape and the state of that one node, and are kept until the node changes.
   * `pod`: they depend on the pod's service or on other nodes, and are computed for each pod.
   */
  readonly scope: 'shape' | 'pod';
  /** All reasons, in upstream's words, in the order in which they are told; it may grow. */
  readonly reasons: readonly string[];

  /** Called once before the nodes are looked at for a pod (upstream: PreFilter). */
  prepare?(pod: number): void;

  /**
   * Why no node needs to be looked at for this pod (upstream: a refusal in PreFilter): its filter then refuses every node
   * with that reason, and no other is asked. Absent or undefined: nodes decide.
   */
  preFilter?(pod: number): string | undefined;

  /** Number of the refusal of the node: bits of the reasons, or see `reasonsOf`; 0: it passes. Absent: no filter. */
  filter?(pod: number, node: number): number;
  /** `filter` of the first `count` of the nodes, into `refusals`: for plugins of scope `shape` that are hot. */
  filterAll?(pod: number, nodes: Int32Array, count: number, refusals: Int32Array): void;
  /** What a refusal means. Absent: its bits say which of `reasons`. */
  reasonsOf?(refusal: number): readonly string[];
  /**
   * Whether no pod's leaving could help the refused pod on that node: upstream's `UnschedulableAndUnresolvable`, which
   * preemption passes over. Absent: never.
   */
  isUnresolvable?(pod: number, node: number, refusal: number): boolean;
  /** Whether no node can be refused to pods of this shape or service, until a node's readiness changes. Absent: never. */
  skipsFilter?(pod: number): boolean;

  /**
   * Called once before the nodes that passed are scored: the first `count` of `feasible` (upstream: PreScore). Absent:
   * nothing hangs on which they are.
   */
  prepareScore?(pod: number, feasible: ArrayLike<number>, count: number): void;
  /** Integer score: 0 to 100, or any scale if `normalise` is there. Absent: no score. */
  score?(pod: number, node: number): number;
  /** Adds `score` times `weight` of the first `count` of the nodes to `sums`: for plugins of scope `shape` that are hot. */
  readonly addScores?:
    | ((pod: number, nodes: Int32Array, count: number, weight: number, sums: Int32Array) => void)
    | undefined;
  /** Whether the plugin gives this pod no score on any node (it is then absent from explanations, as upstream). */
  skipsScore?(pod: number): boolean;
  /** Brings the first `count` scores, those of the feasible nodes, to 0 to 100, in place. */
  normalise?(scores: Float64Array, count: number): void;
  /** The score after normalisation where it is the same on all nodes for pods of this shape; -1 where it is not. */
  uniformScore?(pod: number): number;

  /**
   * Which GPU devices a pod that needs some takes on the chosen node, as a bit mask; asked of the first plugin that has a
   * weight. Absent: the tightest that fit.
   */
  chooseDevices?(pod: number, node: number): number;
}

/** Turns scores of any scale to 0 to 100 by the largest of them; upstream: DefaultNormalizeScore. */
export function normaliseByMost(scores: Float64Array, count: number, reverse: boolean): void {
  let most = 0;
  for (let i = 0; i < count; i++) if (scores[i] > most) most = scores[i];
  for (let i = 0; i < count; i++) {
    const share = most === 0 ? 0 : Math.floor((SCORE_MAX * scores[i]) / most);
    scores[i] = reverse ? SCORE_MAX - share : share;
  }
}
