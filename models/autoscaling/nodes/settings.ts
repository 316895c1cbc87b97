/**
 * Settings of the cluster-autoscaler.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `config/flags/flags.go`, `config/const.go`, `core/static_autoscaler.go` (2 s before pods
 * count), `core/scaledown/actuation/drain.go` (retries each 10 s, looks each 5 s, 30 s beyond the grace period).
 * Leaves out: thresholds for GPUs and unready nodes, groups with settings of their own, limits over all groups.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { DEFAULT_EXPANDER, type ExpanderName } from './expander.ts';

/** What one may set. */
export interface GroupAutoscalerSettings {
  readonly expanders: readonly ExpanderName[];
  /** From the end of one look to the next. */
  readonly scanNs: TimeNs;
  /** Pods younger than this do not count for scaling up. */
  readonly newPodDelayNs: TimeNs;
  /** A machine that has not joined after this time is given back, and its group waits. */
  readonly provisionNs: TimeNs;
  readonly backoffFirstNs: TimeNs;
  readonly backoffMostNs: TimeNs;
  /** A group that has not failed for so long begins anew. */
  readonly backoffResetNs: TimeNs;
  readonly scaleDown: boolean;
  /** Requests / allocatable, of processors or of memory, whichever is more; at or below it a node may go. */
  readonly utilisationMost: number;
  readonly unneededNs: TimeNs;
  readonly delayAfterAddNs: TimeNs;
  readonly delayAfterDeleteNs: TimeNs;
  /** A node that could not go is looked at again after this time. */
  readonly recheckNs: TimeNs;
  /** Nodes that go at the same time, and those of them with pods. */
  readonly parallelMost: number;
  readonly drainsMost: number;
  /** From the taint to the first eviction. */
  readonly afterTaintNs: TimeNs;
  readonly evictionRetryNs: TimeNs;
  /** Evictions that budgets refuse are tried so long. */
  readonly evictionMostNs: TimeNs;
  /** Pods get so long to end before the removal is given up. */
  readonly goneMostNs: TimeNs;
  readonly goneLookNs: TimeNs;
  /** Pods below this priority are expendable: nobody makes or keeps room for them. */
  readonly expendableBelow: number;
  /** Pods of `kube-system` without a budget hold their node for so long. */
  readonly systemPodNs: TimeNs;
}

const NS_PER_MINUTE = 60 * NS_PER_SECOND;

/** All pods that wait being younger than this, one look is waited for more. */
export const ALL_NEW_NS = 2 * NS_PER_SECOND;

/** Upstream's defaults. */
export const GROUP_AUTOSCALER_DEFAULTS: GroupAutoscalerSettings = {
  expanders: [DEFAULT_EXPANDER],
  scanNs: 10 * NS_PER_SECOND,
  newPodDelayNs: 0,
  provisionNs: 15 * NS_PER_MINUTE,
  backoffFirstNs: 5 * NS_PER_MINUTE,
  backoffMostNs: 30 * NS_PER_MINUTE,
  backoffResetNs: 180 * NS_PER_MINUTE,
  scaleDown: true,
  utilisationMost: 0.5,
  unneededNs: 10 * NS_PER_MINUTE,
  delayAfterAddNs: 10 * NS_PER_MINUTE,
  delayAfterDeleteNs: 0,
  recheckNs: 5 * NS_PER_MINUTE,
  parallelMost: 10,
  drainsMost: 1,
  afterTaintNs: 5 * NS_PER_SECOND,
  evictionRetryNs: 10 * NS_PER_SECOND,
  evictionMostNs: 2 * NS_PER_MINUTE,
  goneMostNs: 10.5 * NS_PER_MINUTE,
  goneLookNs: 5 * NS_PER_SECOND,
  expendableBelow: -10,
  systemPodNs: 60 * NS_PER_MINUTE,
};
