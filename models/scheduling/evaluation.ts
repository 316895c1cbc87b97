/** What is found out about the nodes for one pod, before one of them is chosen. */

/** Total of a node that was refused, or not looked at. */
export const INFEASIBLE = -1;

/** Filled by an {@link Evaluator}; the arrays are its own and are overwritten by the next call. */
export interface Evaluation {
  /** By node: weighted sum of the scores, or INFEASIBLE; shared parts are in `everywhere`. */
  totals: Int32Array;
  /** Part of the score that is the same on every feasible node. */
  everywhere: number;
  /** Nodes by refusal code; code 0 counts the feasible ones. */
  counts: Int32Array;
  /** Nodes that were looked at. */
  visited: number;
}

/** Looks at all nodes for a pod. */
export interface Evaluator {
  /** For a pod that is on no node, as the nodes are now; changes nothing in the ledger. */
  evaluate(pod: number): Evaluation;
}
