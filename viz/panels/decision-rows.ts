/** The nodes of one decision as rows: the chosen one first, then by total, then those that were refused. */
import type { ExplainedNode, PodExplanation } from '../../scenarios/answers/pod-explanation.ts';

/** What became of a node. */
export type NodePlace = 'chosen' | 'tied' | 'passed' | 'refused' | 'unseen';

export interface DecisionRow {
  readonly node: string;
  readonly place: NodePlace;
  readonly verdict: string;
  /** By plugin in the order of {@link DecisionTable.plugins}; empty where nothing was scored. */
  readonly scores: readonly number[];
  readonly total: number | null;
}

export interface DecisionTable {
  /** Plugins that scored; empty when no node passed. */
  readonly plugins: readonly string[];
  readonly rows: readonly DecisionRow[];
  /** "3 nodes pass, 5 are refused, 2 were not looked at". */
  readonly summary: string;
}

const ORDER: readonly NodePlace[] = ['chosen', 'tied', 'passed', 'refused', 'unseen'];

/** All nodes of a decision; among equals they stay in the order of the cluster. */
export function decisionTable(explanation: PodExplanation): DecisionTable {
  const plugins = [...new Set(explanation.nodes.filter(isPassed).flatMap(({ scores }) => Object.keys(scores)))];
  const rows = explanation.nodes.map((node) => rowOf(node, explanation, plugins));
  rows.sort((a, b) => ORDER.indexOf(a.place) - ORDER.indexOf(b.place) || (b.total ?? 0) - (a.total ?? 0));
  return { plugins, rows, summary: summaryOf(rows) };
}

function isPassed({ lookedAt, refusedBy }: ExplainedNode): boolean {
  return lookedAt && refusedBy === null;
}

function rowOf(node: ExplainedNode, explanation: PodExplanation, plugins: readonly string[]): DecisionRow {
  const place = placeOf(node, explanation);
  const isScored = isPassed(node);
  return {
    node: node.name,
    place,
    verdict: verdictWords(node, place, explanation),
    scores: isScored ? plugins.map((plugin) => node.scores[plugin] ?? 0) : [],
    total: isScored ? node.total : null,
  };
}

function placeOf(node: ExplainedNode, { node: chosen, best }: PodExplanation): NodePlace {
  if (node.name === chosen) return 'chosen';
  if (!node.lookedAt) return 'unseen';
  if (node.refusedBy !== null) return 'refused';
  return best.includes(node.name) ? 'tied' : 'passed';
}

function verdictWords(node: ExplainedNode, place: NodePlace, { outcome }: PodExplanation): string {
  switch (place) {
    case 'chosen':
      return outcome === 'bound-before' ? 'stood here from the beginning' : 'chosen';
    case 'tied':
      return 'passes, with the same total';
    case 'passed':
      return 'passes';
    case 'unseen':
      return 'not looked at: enough others were found';
    case 'refused': {
      const help = node.code === 'Unschedulable' ? 'could' : 'would not';
      const leave = outcome === 'pending' ? `; pods that leave ${help} help` : '';
      return `refused by ${node.refusedBy}: ${node.reasons.join(', ')}${leave}`;
    }
  }
}

function summaryOf(rows: readonly DecisionRow[]): string {
  const count = (...places: NodePlace[]): number => rows.filter(({ place }) => places.includes(place)).length;
  const passed = count('chosen', 'tied', 'passed');
  const refused = count('refused');
  const unseen = count('unseen');
  const nodes = rows.length === 1 ? '1 node' : `${rows.length} nodes`;
  const parts = [
    `${passed === 0 ? 'None' : passed} of ${nodes} ${passed < 2 ? 'passes' : 'pass'} every filter`,
    refused === 0 ? '' : `${refused} ${refused === 1 ? 'is' : 'are'} refused`,
    unseen === 0 ? '' : `${unseen} ${unseen === 1 ? 'was' : 'were'} not looked at`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}
