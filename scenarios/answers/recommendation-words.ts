/** A recommendation as one sentence: what, why, and what else if it cannot be had. */
import type { DecidingStep } from '../../sim/experiment/recommendation.ts';
import type { AlternativeResult } from '../../sim/experiment/results.ts';
import { choiceLabel, groupTitle } from './choice-group.ts';
import type { DifferenceIndex, DirectedMetric } from './difference.ts';
import { counted, inSentence, listed, listedUpTo } from './label.ts';
import { quantityWords } from './quantity.ts';

/** What the rule came to. */
export interface FoundRecommendation {
  readonly winner: AlternativeResult | null;
  readonly level: readonly AlternativeResult[];
  readonly steps: readonly DecidingStep[];
  readonly otherwise: readonly AlternativeResult[];
  readonly candidates: readonly AlternativeResult[];
}

/** Names that one part of the sentence bears; more are counted. */
const NAMED_MAX = 3;
/** Steps that a sentence explains; the rest are counted. */
const STEPS_TOLD_MAX = 3;

/** "Machine room with BGP: Calico BGP, because …; if it cannot be had: …" */
export function recommendationWords(
  group: string,
  found: FoundRecommendation,
  metrics: readonly DirectedMetric[],
  differences: DifferenceIndex,
): string {
  const place = groupTitle(group);
  const { winner, level, candidates, steps } = found;
  if (candidates.length === 0) return `${place}: nothing can be recommended, because nothing passes and was run.`;
  const stays = winner === null ? level : [winner];
  const byName = new Map(candidates.map((one) => [one.name, one]));
  const reasons = steps.map((step) => stepWords(step, byName, metrics, differences, stays));
  if (winner === null) {
    const before = steps.length === 0 ? '' : ` Before that, ${told(reasons)}.`;
    const changes = counted(level[0]!.changes.length, 'kind of change', 'kinds of change');
    return `${place}: ${some(level)} are level: no deciding measure tells them apart, and each needs ${changes}.${before}`;
  }
  const condition = winner.verdict === 'restricted' ? ', on its condition' : '';
  const because = candidates.length === 1 ? 'it is the only one that passes' : told(reasons);
  return `${place}: ${choiceLabel(winner)}${condition}, because ${because}${otherwiseWords(found.otherwise)}.`;
}

function some(ones: readonly AlternativeResult[]): string {
  return listedUpTo(ones.map(choiceLabel), NAMED_MAX);
}

function told(reasons: readonly string[]): string {
  const more = reasons.length - STEPS_TOLD_MAX;
  const shown = reasons.slice(0, STEPS_TOLD_MAX).join('; then, ');
  return more > 0 ? `${shown}; then ${counted(more, 'further step')}` : shown;
}

/** `stays` are those that are left after the last step. */
function stepWords(
  step: DecidingStep,
  byName: ReadonlyMap<string, AlternativeResult>,
  metrics: readonly DirectedMetric[],
  differences: DifferenceIndex,
  stays: readonly AlternativeResult[],
): string {
  const kept = step.kept.map((name) => byName.get(name)!);
  const fallen = step.eliminated.map((name) => byName.get(name)!);
  const metric = metrics.find(({ key }) => key === step.metric);
  if (metric === undefined) return changesWords(kept, stays);
  const figure = (one: AlternativeResult): string => quantityWords(one.metrics[metric.key]!.mean, metric.unit);
  const beaters = kept.filter((one) =>
    fallen.every((other) => differences.outcome(metric, one.name, other.name) === 'a-better'),
  );
  const measure = `on ${inSentence(metric.label)}`;
  const losers = fallenWords(fallen, metric, figure);
  if (beaters.length === 0) {
    const verb = fallen.length === 1 ? 'is beaten' : 'are each beaten';
    return `${measure} ${losers} ${verb} by one of the other ${kept.length} (best: ${figure(bestOf(kept, metric))})`;
  }
  const best = `${beaters.length === 1 ? '' : 'best: '}${figure(bestOf(beaters, metric))}`;
  const verb = beaters.length === 1 ? 'beats' : 'beat';
  const others = kept.filter((one) => !beaters.includes(one));
  return `${measure} ${beaterWords(beaters)} (${best}) ${verb} ${losers}${notWorseWords(others)}`;
}

function beaterWords(beaters: readonly AlternativeResult[]): string {
  return beaters.length > NAMED_MAX ? `${beaters.length} alternatives` : listed(beaters.map(choiceLabel));
}

/** Who stays although it was not shown to beat all that fell: nobody was shown to beat it. */
function notWorseWords(others: readonly AlternativeResult[]): string {
  if (others.length === 0) return '';
  return `, and ${some(others)} ${others.length === 1 ? 'is' : 'are'} not shown to be worse`;
}

function fallenWords(
  fallen: readonly AlternativeResult[],
  metric: DirectedMetric,
  figure: (one: AlternativeResult) => string,
): string {
  if (fallen.length <= NAMED_MAX) return listed(fallen.map((one) => `${choiceLabel(one)} (${figure(one)})`));
  return `${fallen.length} others (the best of them ${figure(bestOf(fallen, metric))})`;
}

function bestOf(ones: readonly AlternativeResult[], metric: DirectedMetric): AlternativeResult {
  const sign = metric.better === 'higher' ? -1 : 1;
  const mean = (one: AlternativeResult): number => one.metrics[metric.key]?.mean ?? sign * Number.POSITIVE_INFINITY;
  return [...ones].sort((a, b) => sign * (mean(a) - mean(b)))[0]!;
}

/** The last step, which leaves those that the sentence began with: they need no second naming. */
function changesWords(kept: readonly AlternativeResult[], stays: readonly AlternativeResult[]): string {
  const count = counted(kept[0]!.changes.length, 'kind of change', 'kinds of change');
  const who = kept.length === stays.length && kept.length > 1 ? 'these need' : `${some(kept)} needs`;
  return `of those that no deciding measure tells apart, ${who} the fewest changes (${count})`;
}

function otherwiseWords(otherwise: readonly AlternativeResult[]): string {
  if (otherwise.length === 0) return '; nothing else passes';
  const condition = otherwise.every(({ verdict }) => verdict === 'restricted') ? ' (on a condition)' : '';
  const level = otherwise.length > 1 ? ', which are level' : '';
  return `; if it cannot be had: ${some(otherwise)}${condition}${level}`;
}
