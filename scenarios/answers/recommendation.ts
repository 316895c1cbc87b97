/**
 * What is recommended in each environment, by lexicographic elimination.
 *
 * The rule: the candidates are the allowed alternatives, or the restricted ones where nothing is allowed. Of these stay the
 * ones that none of the others is shown to beat on the first measure; of those, the ones that none of the rest is shown to
 * beat on the second; and so on. Of what remains at the end, the one with the fewest kinds of change is recommended; several
 * that need equally few are level.
 * Source: the lexicographic choice of the decision literature (Fishburn 1974), with "shown to beat" (difference.ts) as its
 * relation instead of "has the larger mean", so that chance decides nothing.
 * Left out: weights, and trading a little of one measure for much of another.
 */
import type { DecidingStep, Recommendation } from '../../sim/experiment/recommendation.ts';
import type { AlternativeResult, ComparisonResult } from '../../sim/experiment/results.ts';
import { type ChoiceGroup, groupsOf } from './choice-group.ts';
import { DifferenceIndex, type DirectedMetric, isDirected } from './difference.ts';
import { leadingMetrics } from './metric-order.ts';
import { recommendationWords } from './recommendation-words.ts';

/** The key of the step that counts kinds of change. */
export const CHANGES_STEP = '@changes';

/** The measures that decide: those that the scenario names, or those that the answer leads with. */
export function decidingMetrics(result: ComparisonResult, wanted?: readonly string[]): readonly DirectedMetric[] {
  if (wanted === undefined) {
    return leadingMetrics(result)
      .map(({ spec }) => spec)
      .filter(isDirected);
  }
  return wanted.flatMap((key) => result.metrics.filter((spec) => spec.key === key).filter(isDirected));
}

/** The recommendation of every environment. */
export function recommendationsOf(result: ComparisonResult, wanted?: readonly string[]): readonly Recommendation[] {
  const metrics = decidingMetrics(result, wanted);
  const differences = new DifferenceIndex(result);
  return groupsOf(result)
    .filter(({ members }) => members.length > 1)
    .map((group) => recommendationFor(group, metrics, differences));
}

/** What a results file recommends; computed for a file of an older version. */
export function recommendationsIn(result: ComparisonResult): readonly Recommendation[] {
  return result.recommendations ?? recommendationsOf(result, result.decide);
}

function recommendationFor(
  { key, environment, members }: ChoiceGroup,
  metrics: readonly DirectedMetric[],
  differences: DifferenceIndex,
): Recommendation {
  const candidates = candidatesOf(members);
  const { left, steps } = eliminate(candidates, metrics, differences);
  const winner = left.length === 1 ? left[0]! : null;
  const others = winner === null ? [] : candidatesOf(members.filter((one) => one !== winner));
  const otherwise = eliminate(others, metrics, differences).left;
  const found = { winner, level: winner === null ? left : [], steps, otherwise, candidates };
  return {
    group: key,
    environment,
    alternative: winner?.name ?? null,
    level: found.level.map(({ name }) => name),
    because: steps,
    otherwise: otherwise.map(({ name }) => name),
    words: recommendationWords(key, found, metrics, differences),
  };
}

/** Who may be recommended: the allowed ones that were run, or the restricted ones where nothing is allowed. */
export function candidatesOf(members: readonly AlternativeResult[]): readonly AlternativeResult[] {
  const run = members.filter(({ metrics }) => Object.keys(metrics).length > 0);
  const allowed = run.filter(({ verdict }) => verdict === 'allowed');
  return allowed.length > 0 ? allowed : run.filter(({ verdict }) => verdict === 'restricted');
}

interface Elimination {
  readonly left: readonly AlternativeResult[];
  readonly steps: readonly DecidingStep[];
}

function eliminate(
  candidates: readonly AlternativeResult[],
  metrics: readonly DirectedMetric[],
  differences: DifferenceIndex,
): Elimination {
  let left = candidates;
  const steps: DecidingStep[] = [];
  const keep = (metric: string, kept: readonly AlternativeResult[]): void => {
    if (kept.length === left.length) return;
    const eliminated = left.filter((one) => !kept.includes(one)).map(({ name }) => name);
    steps.push({ metric, eliminated, kept: kept.map(({ name }) => name) });
    left = kept;
  };
  for (const metric of metrics) {
    if (left.length < 2) break;
    keep(metric.key, unbeaten(left, metric, differences));
  }
  const fewest = Math.min(...left.map(({ changes }) => changes.length));
  keep(
    CHANGES_STEP,
    left.filter(({ changes }) => changes.length === fewest),
  );
  return { left, steps };
}

/** Those that none of the others is shown to beat. The best mean is never beaten, so somebody always stays. */
function unbeaten(
  left: readonly AlternativeResult[],
  metric: DirectedMetric,
  differences: DifferenceIndex,
): readonly AlternativeResult[] {
  return left.filter((one) =>
    left.every((other) => other === one || differences.outcome(metric, other.name, one.name) !== 'a-better'),
  );
}
