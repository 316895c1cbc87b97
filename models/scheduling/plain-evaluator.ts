/**
 * All nodes looked at anew for each pod, plugin by plugin: the plain reading of the framework. It is the oracle of the
 * caches (a property test holds them equal) and makes the tables of explanations. Not for large runs.
 */
import { type Evaluation, type Evaluator, INFEASIBLE } from './evaluation.ts';
import { ABSENT, type Framework, type Placed } from './framework.ts';
import type { NodeSampling } from './node-sampling.ts';

/** In place of the refusal code of a node that was not looked at. */
export const NOT_LOOKED_AT = -1;

/** Scores of one plugin on the feasible nodes, after normalisation and weight. */
export interface PluginScores {
  readonly plugin: string;
  /** In the order of `PlainTable.feasible`. */
  readonly weighted: readonly number[];
}

/** Everything about one pod and all nodes. */
export interface PlainTable {
  /** Refusal code by node; NOT_LOOKED_AT: enough others were found before. */
  readonly codes: readonly number[];
  /** Numbers of the nodes that no plugin refused, ascending. */
  readonly feasible: readonly number[];
  /** Plugins that skipped the pod are absent. */
  readonly scores: readonly PluginScores[];
}

/** Evaluates without memory. */
export class PlainEvaluator implements Evaluator {
  private readonly framework: Framework;

  constructor(framework: Framework) {
    this.framework = framework;
  }

  /**
   * The whole table for a pod that is on no node.
   * @param refine may refuse a node that passed (its code, or 0): for what does not follow from the ledger
   */
  table(pod: number, refine?: (node: number) => number): PlainTable {
    const { framework } = this;
    const nodes = framework.context.nodes.map((_, node) => node);
    const filters = framework.filtersFor(pod);
    const codes = nodes.map((node) => framework.firstRefusal(filters, pod, node));
    if (refine !== undefined) this.refine(pod, codes, refine);
    if (framework.sampling !== undefined) forgetRest(codes, framework.sampling);
    const feasible = nodes.filter((node) => codes[node] === 0);
    for (const { plugin } of framework.scorers) plugin.prepareScore?.(pod, feasible, feasible.length);
    const scorers = framework.scorers.filter(({ plugin }) => !plugin.skipsScore?.(pod));
    const scores = scorers.map((placed) => ({
      plugin: placed.plugin.name,
      weighted: weightedScores(placed, pod, feasible),
    }));
    return { codes, feasible, scores };
  }

  private refine(pod: number, codes: number[], refine: (node: number) => number): void {
    codes.forEach((code, node) => {
      if (code === 0) codes[node] = refine(node);
    });
    // Whoever refines may have looked at the pod in a cluster that was changed for a moment.
    for (const { plugin } of this.framework.plugins) plugin.prepare?.(pod);
  }

  /** The table summed up; nothing is kept from earlier calls. `refine` as in {@link table}. */
  evaluate(pod: number, refine?: (node: number) => number): Evaluation {
    const { codes, feasible, scores } = this.table(pod, refine);
    const totals = new Int32Array(codes.length).fill(INFEASIBLE);
    feasible.forEach((node, i) => {
      totals[node] = scores.reduce((sum, { weighted }) => sum + weighted[i], 0);
    });
    const counts = new Int32Array(this.framework.codes);
    const lookedAt = codes.filter((code) => code !== NOT_LOOKED_AT && code !== ABSENT);
    for (const code of lookedAt) counts[code]++;
    return { totals, everywhere: 0, counts, visited: lookedAt.length };
  }
}

/** Nodes that a search does not come to, as it has found enough before, lose their code. */
function forgetRest(codes: number[], { order, start, wanted }: NodeSampling): void {
  let found = 0;
  for (let i = 0; i < order.length; i++) {
    const node = order[(start + i) % order.length];
    // The search ends where one more than wanted would be found.
    if (codes[node] === 0) found++;
    if (found > wanted) codes[node] = NOT_LOOKED_AT;
  }
}

function weightedScores({ plugin, weight }: Placed, pod: number, feasible: readonly number[]): number[] {
  const scores = Float64Array.from(feasible, (node) => plugin.score!(pod, node));
  plugin.normalise?.(scores, scores.length);
  return Array.from(scores, (score) => score * weight);
}
