/**
 * Why a pod went where it went: the whole table of one decision, made anew when someone asks.
 *
 * Nothing of it is recorded in a run: the run is repeated up to the decision and asked there.
 */
import { ABSENT, type Framework } from './framework.ts';
import { NOT_LOOKED_AT, PlainEvaluator } from './plain-evaluator.ts';

/** Upstream's two kinds of refusal. */
export type RefusalCode = 'Unschedulable' | 'UnschedulableAndUnresolvable';

/** What was found about one node. */
export interface NodeVerdict {
  /** Place of the node in the scheduler's list. */
  readonly node: number;
  /** First plugin that refused the node; null: none did. */
  readonly refusedBy: string | null;
  /** Whether pods that leave the node could help (`Unschedulable`) or not; null: nobody refused. */
  readonly code: RefusalCode | null;
  /** All shortages that the refusing plugin names, in upstream's words; empty when it passed. */
  readonly reasons: readonly string[];
  /** Weighted and normalised scores by plugin; a plugin that skipped the pod is absent. Empty for refused nodes. */
  readonly scores: Readonly<Record<string, number>>;
  /** False where enough other nodes were found before, or where the node does not exist: then nothing is known of it. */
  readonly lookedAt: boolean;
  /** Sum of the scores; 0 for refused nodes. */
  readonly total: number;
}

const NOTHING = { refusedBy: null, code: null, reasons: [], scores: {}, lookedAt: true, total: 0 } as const;

/** The table of one decision. */
export interface Explanation {
  /** Place of the pod in the scheduler's list. */
  readonly pod: number;
  /** By node. */
  readonly verdicts: readonly NodeVerdict[];
  /** Feasible nodes with the best total: among them the tie-break decides. */
  readonly best: readonly number[];
}

/** The table for a pod that is on no node, as the nodes are now. */
export function explain(framework: Framework, pod: number, refine?: (node: number) => number): Explanation {
  const { codes, feasible, scores } = new PlainEvaluator(framework).table(pod, refine);
  const place = new Map(feasible.map((node, i) => [node, i]));
  const verdicts = codes.map((code, node): NodeVerdict => {
    if (code === NOT_LOOKED_AT || code === ABSENT) return { ...NOTHING, node, lookedAt: false };
    const refusal = framework.refusalOf(code);
    if (refusal) return { ...NOTHING, node, refusedBy: refusal.plugin, ...why(framework, pod, node, code) };
    const own = scores.map(({ plugin, weighted }) => [plugin, weighted[place.get(node)!]] as const);
    const total = own.reduce((sum, [, score]) => sum + score, 0);
    return { ...NOTHING, node, scores: Object.fromEntries(own), total };
  });
  const top = feasible.reduce((most, node) => Math.max(most, verdicts[node].total), 0);
  return { pod, verdicts, best: feasible.filter((node) => verdicts[node].total === top) };
}

function why(framework: Framework, pod: number, node: number, code: number): Pick<NodeVerdict, 'code' | 'reasons'> {
  const unresolvable = framework.isUnresolvable(pod, node, code);
  return {
    code: unresolvable ? 'UnschedulableAndUnresolvable' : 'Unschedulable',
    reasons: framework.refusalOf(code)!.reasons,
  };
}
