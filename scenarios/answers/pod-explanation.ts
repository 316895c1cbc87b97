/** The explanation of one pod's decision, in words for a terminal. */

import { formatTime } from '../../sim/engine/sim-time.ts';
import type { ExplainedNode, PodExplanation } from '../compile/explaining.ts';
import { changeWords } from './change-words.ts';

// Screens read answers and do not know the compiler.
export type { ExplainedNode, PodExplanation } from '../compile/explaining.ts';

/** Scored nodes beyond this many are summed up. */
const ROWS_MAX = 12;
/** Names of refused nodes that are listed for each reason. */
const NAMES_MAX = 6;

/** A table: head and rows. */
export type TableMaker = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** All that is known, the answer first. */
export function explanationText(explanation: PodExplanation, table: TableMaker): string {
  const parts = [
    decisionWords(explanation),
    ...pendingWords(explanation),
    scoreTable(explanation, table),
    refusalLines(explanation),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The answer in one sentence: where the pod goes, and what decided. */
export function decisionWords({
  pod,
  alternative,
  seed,
  node,
  best,
  nodes,
  tieBreak,
  outcome,
  attempt,
  atNs,
}: PodExplanation): string {
  const where = `(${atNs === null ? '' : `at ${formatTime(atNs)}, `}${alternative}, seed ${seed})`;
  if (node === null && attempt === 0)
    return `${pod} is never tried: it waits behind a gate, or it came too late ${where}.`;
  if (node === null) return `${pod} finds no node${tries(attempt)} ${where}.`;
  if (outcome === 'bound-before') return `${pod} stood on ${node} from the beginning: nobody decided ${where}.`;
  const feasible = nodes.filter(({ lookedAt, refusedBy }) => lookedAt && refusedBy === null).length;
  if (feasible === 1) return `${pod} goes to ${node}, the only node that passes every filter ${where}.`;
  const total = nodes.find(({ name }) => name === node)!.total;
  const of = `the best total, ${total}, of ${feasible} nodes that pass`;
  if (best.length === 1) return `${pod} goes to ${node}: ${of} ${where}.`;
  const how = tieBreak === 'random' ? 'chance chose, by the seed' : 'the lowest name was taken';
  return `${pod} goes to ${node}: ${best.length} nodes share ${of}, and ${how} ${where}.`;
}

/** Nothing for the usual case that the first attempt was the last. */
function tries(attempt: number): string {
  return attempt > 1 ? `, ${attempt} times tried` : '';
}

/** For a pod that waits: what Kubernetes would say, what preemption found, and the smallest change that would do. */
export function pendingWords({ message, preemption, change, outcome, attempt }: PodExplanation): string[] {
  if (outcome !== 'pending' || attempt === 0) return [];
  const lines = message === null ? [] : [`What Kubernetes would say: ${message}`];
  if (preemption !== null)
    lines.push(
      `Preemption would take ${preemption.victims.join(', ')} from ${preemption.node}; the pod then gets that node.`,
    );
  if (change?.changes.length === 0) lines.push('Nothing needs to change: it finds a node when it is tried again.');
  else if (change === null) lines.push('No change of the pod or of one node that is known here would let it run.');
  else {
    const names = { node: () => change.node, pod: (pod: number) => change.pods[pod] ?? `pod ${pod}` };
    const words = change.changes.map((each) => changeWords(each, names));
    const on = change.changes.some(({ kind }) => kind === 'add-node') ? '' : `, for node ${change.node}`;
    lines.push(`The smallest change that would let it run${on}: ${words.join('; ')}.`);
  }
  return lines;
}

function scoreTable({ nodes, node }: PodExplanation, table: TableMaker): string {
  const passed = nodes.filter(({ refusedBy, lookedAt }) => lookedAt && refusedBy === null);
  if (passed.length === 0) return '';
  const byTotal = [...passed].sort((a, b) => b.total - a.total || Number(b.name === node) - Number(a.name === node));
  const plugins = Object.keys(passed[0]!.scores);
  const rows = byTotal
    .slice(0, ROWS_MAX)
    .map((one) => [
      one.name === node ? `> ${one.name}` : `  ${one.name}`,
      ...plugins.map((plugin) => String(one.scores[plugin] ?? '')),
      String(one.total),
    ]);
  const more =
    passed.length > ROWS_MAX
      ? `  and ${passed.length - ROWS_MAX} more nodes with ${byTotal[ROWS_MAX]!.total} or less\n`
      : '';
  return `Scores by plugin, weighted\n${table(['  node', ...plugins, 'total'], rows)}${more}`.trimEnd();
}

function refusalLines({ nodes }: PodExplanation): string {
  const groups = new Map<string, ExplainedNode[]>();
  for (const node of nodes) {
    if (node.refusedBy === null) continue;
    const key = `${node.refusedBy}: ${node.reasons.join(', ')}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const lines = [...groups]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([reason, list]) => {
      const names = list.slice(0, NAMES_MAX).map(({ name }) => name);
      const more = list.length > NAMES_MAX ? ` and ${list.length - NAMES_MAX} more` : '';
      return `  ${list.length} by ${reason} (${names.join(', ')}${more})`;
    });
  const unseen = nodes.filter(({ lookedAt }) => !lookedAt).length;
  if (unseen > 0) lines.push(`  ${unseen} were not looked at: enough others were found`);
  return lines.length === 0 ? '' : `Refused nodes\n${lines.join('\n')}`;
}
