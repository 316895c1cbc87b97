/** What is found out about the nodes for one pod, before one of them is chosen. */

/** Total of a node that was refused, or not looked at. */
export const INFEASIBLE = -1;

/** The best total of a row and its ties. */
export interface Best {
  readonly total: number;
  readonly ties: number;
  /** One node that has it; each of the others is `next` of one before. In no order. */
  readonly first: number;
  readonly next: Int32Array;
}

/** Filled by an {@link Evaluator}; the arrays are its own and are overwritten by the next call. */
export interface Evaluation {
  /** By node: weighted sum of the scores, or INFEASIBLE; shared parts are in `everywhere`. */
  totals: Int32Array;
  /** Part of the score that is the same on every feasible node. */
  everywhere: number;
  /** Nodes by refusal code; code 0 counts the feasible ones. */
  counts: Int32Array;
  /** Largest of the totals where the evaluator knows it, and how many nodes have it; absent: nobody looked. */
  best?: Best | undefined;
  /** Nodes that were looked at. */
  visited: number;
}

/** Looks at all nodes for a pod. */
export interface Evaluator {
  /** For a pod that is on no node, as the nodes are now; changes nothing in the ledger. */
  evaluate(pod: number): Evaluation;
}
