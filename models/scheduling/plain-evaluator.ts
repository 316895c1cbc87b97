/**
 * All nodes looked at anew for each pod, plugin by plugin: the plain reading of the framework. It is the oracle of the
 * caches (a property test holds them equal) and makes the tables of explanations. Not for large runs.
 */
import { type Evaluation, type Evaluator, INFEASIBLE } from './evaluation.ts';
import { type Framework, firstRefusal, type Placed } from './framework.ts';

/** Scores of one plugin on the feasible nodes, after normalisation and weight. */
export interface PluginScores {
  readonly plugin: string;
  /** In the order of `PlainTable.feasible`. */
  readonly weighted: readonly number[];
}

/** Everything about one pod and all nodes. */
export interface PlainTable {
  /** Refusal code by node. */
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

  /** The whole table for a pod that is on no node. */
  table(pod: number): PlainTable {
    const { framework } = this;
    for (const { plugin } of framework.plugins) plugin.prepare?.(pod);
    const nodes = framework.context.nodes.map((_, node) => node);
    const filters = framework.filters.filter(({ plugin }) => !plugin.skipsFilter?.(pod));
    const codes = nodes.map((node) => firstRefusal(filters, pod, node));
    const feasible = nodes.filter((node) => codes[node] === 0);
    const scorers = framework.scorers.filter(({ plugin }) => !plugin.skipsScore?.(pod));
    const scores = scorers.map((placed) => ({
      plugin: placed.plugin.name,
      weighted: weightedScores(placed, pod, feasible),
    }));
    return { codes, feasible, scores };
  }

  /** The table summed up; nothing is kept from earlier calls. */
  evaluate(pod: number): Evaluation {
    const { codes, feasible, scores } = this.table(pod);
    const totals = new Int32Array(codes.length).fill(INFEASIBLE);
    feasible.forEach((node, i) => {
      totals[node] = scores.reduce((sum, { weighted }) => sum + weighted[i], 0);
    });
    const counts = new Int32Array(this.framework.codes);
    for (const code of codes) counts[code]++;
    return { totals, everywhere: 0, counts };
  }
}

function weightedScores({ plugin, weight }: Placed, pod: number, feasible: readonly number[]): number[] {
  const scores = Float64Array.from(feasible, (node) => plugin.score!(pod, node));
  plugin.normalise?.(scores, scores.length);
  return Array.from(scores, (score) => score * weight);
}
