/**
 * Which pods of a node would have to move before it goes, and which pod holds it.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `simulator/drainability/rules`, in their order: pods of DaemonSets go with the node; one that is
 * marked safe moves; without a controller, in `kube-system` without a budget (for an hour), marked unsafe, with local storage, or with
 * a budget that lets nobody go, it holds the node. Leaves out: static pods, custom controllers, `--min-replica-count`.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { StandingPod } from './autoscaled-cluster.ts';

/** Why a pod holds its node, upstream's words. */
export type BlockingReason =
  | 'NotReplicated'
  | 'UnmovableKubeSystemPod'
  | 'NotSafeToEvictAnnotation'
  | 'LocalStorageRequested'
  | 'NotEnoughPdb';

/** What the pods of a node come to. */
export interface Drainability {
  /** Those that would move; empty when one blocks. */
  readonly moves: readonly StandingPod[];
  /** The first that holds the node, and why; null: none. */
  readonly blocks: { readonly pod: StandingPod; readonly reason: BlockingReason } | null;
}

/** Looks at the pods of a node; `budgetsLeft` by number of the budget. */
export function drainability(
  pods: readonly StandingPod[],
  budgetsLeft: readonly number[],
  nowNs: TimeNs,
  systemPodNs: TimeNs,
): Drainability {
  const moves: StandingPod[] = [];
  for (const pod of pods) {
    if (pod.owner === 'daemon-set') continue;
    const reason = blockingReason(pod, budgetsLeft, nowNs, systemPodNs);
    if (reason !== null) return { moves: [], blocks: { pod, reason } };
    moves.push(pod);
  }
  return { moves, blocks: null };
}

function blockingReason(
  pod: StandingPod,
  budgetsLeft: readonly number[],
  nowNs: TimeNs,
  systemPodNs: TimeNs,
): BlockingReason | null {
  // Its budget is then asked only when it is evicted.
  if (pod.safeToEvict === true) return null;
  if (pod.owner === 'nobody') return 'NotReplicated';
  if (pod.system && pod.budgets.length === 0) {
    return nowNs > pod.createdNs + systemPodNs ? null : 'UnmovableKubeSystemPod';
  }
  if (pod.safeToEvict === false) return 'NotSafeToEvictAnnotation';
  if (pod.localStorage) return 'LocalStorageRequested';
  return pod.budgets.some((budget) => budgetsLeft[budget]! < 1) ? 'NotEnoughPdb' : null;
}
