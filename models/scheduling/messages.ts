/**
 * What a pod that found no node is told: the text of its condition `PodScheduled=False`.
 *
 * Source: Kubernetes 1.34 `framework.FitError` and `defaultpreemption`; every recorded message of the oracle suite `k8s`.
 * Reasons are counted by node, sorted as text with their counts, so "10 x" comes before "2 x". Leaves out: other versions' words.
 */

/** How many nodes gave a reason. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
}

/** What is known when no node will do. */
export interface Unfit {
  /** Nodes of the cluster. */
  readonly nodes: number;
  readonly reasons: readonly ReasonCount[];
  /** Why no node needed to be looked at (a volume that is missing); absent: all were looked at. */
  readonly preFilter?: string;
}

/** One sentence about the nodes: `0/3 nodes are available: 3 Insufficient cpu.` */
export function fitMessage({ nodes, reasons, preFilter }: Unfit): string {
  const lines = reasons.map(({ reason, count }) => `${count} ${reason}`).sort(byCodeUnits);
  const what = preFilter ?? lines.join(', ');
  return what === '' ? `0/${nodes} nodes are available:` : `0/${nodes} nodes are available: ${what}.`;
}

/** The whole text of the condition; `preemption` is what came of the attempt to push pods out, if it was in vain. */
export function unschedulableMessage(unfit: Unfit, preemption?: string): string {
  if (unfit.nodes === 0) return 'no nodes available to schedule pods';
  const message = fitMessage(unfit);
  return preemption === undefined ? message : `${message} preemption: ${preemption}`;
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
