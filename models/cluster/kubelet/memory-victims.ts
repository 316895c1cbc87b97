/**
 * Who goes when memory is short: by the kubelet's order, and by the kernel's.
 *
 * Source: Kubernetes 1.34 `pkg/kubelet/eviction/helpers.go` rankMemoryPressure (use above request or not, then priority, then how far above)
 * and `pkg/kubelet/qos/policy.go` (oom_score_adj by quality of service: 1000 without requests, -997 where the limit is the request, else
 * 1000 less the thousandths of the node's memory that are requested, within 3 and 999); Linux `oom_badness` (thousandths of memory in use, plus that).
 * Leaves out: pods that are critical to the system or the node, containers one by one, swap and page tables.
 */

/** A pod as its memory goes. */
export interface MemoryPod {
  readonly usedMib: number;
  /** 0: no request. */
  readonly requestMib: number;
  /** Whether its limits are its requests, of processors too. */
  readonly isGuaranteed: boolean;
  readonly priority: number;
}

/** Below 0: the kubelet takes `a` first; equal ones stay as they stand. */
export function kubeletOrder(a: MemoryPod, b: MemoryPod): number {
  const [aboveA, aboveB] = [a.usedMib > a.requestMib, b.usedMib > b.requestMib];
  if (aboveA !== aboveB) return aboveA ? -1 : 1;
  if (a.priority !== b.priority) return a.priority - b.priority;
  return b.usedMib - b.requestMib - (a.usedMib - a.requestMib);
}

const GUARANTEED_ADJUST = -997;
const BEST_EFFORT_ADJUST = 1000;

/** `oom_score_adj` of the pod's container on a node of so much memory. */
export function oomScoreAdjust({ requestMib, isGuaranteed }: MemoryPod, nodeMib: number): number {
  if (isGuaranteed) return GUARANTEED_ADJUST;
  if (requestMib === 0) return BEST_EFFORT_ADJUST;
  const adjust = BEST_EFFORT_ADJUST - Math.floor((1000 * requestMib) / nodeMib);
  return Math.max(1000 + GUARANTEED_ADJUST, Math.min(BEST_EFFORT_ADJUST - 1, adjust));
}

/** The kernel kills the one with the most. */
export function oomScore(pod: MemoryPod, nodeMib: number): number {
  return (1000 * pod.usedMib) / nodeMib + oomScoreAdjust(pod, nodeMib);
}
