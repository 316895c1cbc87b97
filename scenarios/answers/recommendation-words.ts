/** A recommendation as one sentence: what, why, and what else if it cannot be had. */
import type { DecidingStep } from '../../sim/experiment/recommendation.ts';
import type { AlternativeResult } from '../../sim/experiment/results.ts';
import { alternativeLabel, inSentence } from './answer-model.ts';
import type { DirectedMetric } from './difference.ts';
import { counted, labelOf, listed } from './label.ts';
import { quantityWords } from './quantity.ts';

/** What the rule came to. */
export interface FoundRecommendation {
  readonly winner: AlternativeResult | null;
  readonly level: readonly AlternativeResult[];
  readonly steps: readonly DecidingStep[];
  readonly otherwise: readonly AlternativeResult[];
  readonly candidates: readonly AlternativeResult[];
}

/** Losers that are named with their figures; more are summed up. */
const LOSERS_NAMED_MAX = 2;
/** Steps that a sentence explains; the rest are counted. */
const STEPS_TOLD_MAX = 3;

/** "Machine room with BGP: Calico BGP, because …; if it cannot be had: …" */
export function recommendationWords(
  group: string,
  found: FoundRecommendation,
  metrics: readonly DirectedMetric[],
): string {
  const place = group.split('/').map(labelOf).join(', ');
  const { winner, level, candidates, steps } = found;
  if (candidates.length === 0) return `${place}: nothing can be recommended, because nothing passes and was run.`;
  const byName = new Map(candidates.map((one) => [one.name, one]));
  const reasons = steps.map((step) => stepWords(step, byName, metrics, steps));
  if (winner === null) {
    const before = steps.length === 0 ? '' : ` Before that, ${told(reasons)}.`;
    const changes = counted(level[0]!.changes.length, 'kind of change', 'kinds of change');
    return `${place}: ${listed(level.map(alternativeLabel))} are level: no measure tells them apart, and each needs ${changes}.${before}`;
  }
  const condition = winner.verdict === 'restricted' ? ', on its condition' : '';
  const because = candidates.length === 1 ? 'it is the only one that passes' : told(reasons);
  return `${place}: ${alternativeLabel(winner)}${condition}, because ${because}${otherwiseWords(found.otherwise)}.`;
}

function told(reasons: readonly string[]): string {
  const more = reasons.length - STEPS_TOLD_MAX;
  const shown = reasons.slice(0, STEPS_TOLD_MAX).join('; then, ');
  return more > 0 ? `${shown}; then ${counted(more, 'further step')}` : shown;
}

function stepWords(
  step: DecidingStep,
  byName: ReadonlyMap<string, AlternativeResult>,
  metrics: readonly DirectedMetric[],
  steps: readonly DecidingStep[],
): string {
  const kept = step.kept.map((name) => byName.get(name)!);
  const fallen = step.eliminated.map((name) => byName.get(name)!);
  const metric = metrics.find(({ key }) => key === step.metric);
  const ahead = keptWords(kept, step === steps[0]);
  if (metric === undefined) return changesWords(kept);
  const figure = (one: AlternativeResult): string => quantityWords(one.metrics[metric.key]!.mean, metric.unit);
  const best = `${kept.length === 1 ? '' : 'best: '}${figure(bestOf(kept, metric))}`;
  return `on ${inSentence(metric.label)} ${ahead} (${best}) ${kept.length === 1 ? 'beats' : 'beat'} ${fallenWords(fallen, metric, figure)}`;
}

function keptWords(kept: readonly AlternativeResult[], first: boolean): string {
  if (kept.length === 1) return alternativeLabel(kept[0]!);
  if (kept.length <= LOSERS_NAMED_MAX + 1) return listed(kept.map(alternativeLabel));
  return first ? `it and ${kept.length - 1} others` : `${kept.length} of those left`;
}

function fallenWords(
  fallen: readonly AlternativeResult[],
  metric: DirectedMetric,
  figure: (one: AlternativeResult) => string,
): string {
  if (fallen.length <= LOSERS_NAMED_MAX)
    return listed(fallen.map((one) => `${alternativeLabel(one)} (${figure(one)})`));
  return `${fallen.length} others (the best of them ${figure(bestOf(fallen, metric))})`;
}

function bestOf(ones: readonly AlternativeResult[], metric: DirectedMetric): AlternativeResult {
  const sign = metric.better === 'higher' ? -1 : 1;
  const mean = (one: AlternativeResult): number => one.metrics[metric.key]?.mean ?? sign * Number.POSITIVE_INFINITY;
  return [...ones].sort((a, b) => sign * (mean(a) - mean(b)))[0]!;
}

function changesWords(kept: readonly AlternativeResult[]): string {
  const count = counted(kept[0]!.changes.length, 'kind of change', 'kinds of change');
  return `of those that no measure tells apart, ${listed(kept.map(alternativeLabel))} ${kept.length === 1 ? 'needs' : 'need'} the fewest changes (${count})`;
}

function otherwiseWords(otherwise: readonly AlternativeResult[]): string {
  if (otherwise.length === 0) return '; nothing else passes';
  const condition = otherwise.every(({ verdict }) => verdict === 'restricted') ? ' (on a condition)' : '';
  const level = otherwise.length > 1 ? ', which are level' : '';
  return `; if it cannot be had: ${listed(otherwise.map(alternativeLabel))}${condition}${level}`;
}
