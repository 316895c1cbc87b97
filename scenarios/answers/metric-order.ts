/**
 * Which figures belong to which question, and in which order they are read.
 *
 * A results file names its own metrics; this list only *prefers*. A metric that matches nothing still is shown, after
 * the others, so that a new model needs no change here.
 */
import type { ComparisonResult } from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';

/** The questions of the business departments that have figures of their own; `other` for what answers none. */
export type MetricQuestion = 'fast' | 'risk' | 'other';

interface Preference {
  readonly pattern: RegExp;
  readonly question: MetricQuestion;
}

/** Tried in order against key and label; the position is the rank. */
const PREFERENCES: readonly Preference[] = [
  { pattern: /throughput|goodput/i, question: 'fast' },
  { pattern: /p50|median/i, question: 'fast' },
  { pattern: /p99/i, question: 'fast' },
  { pattern: /cpu/i, question: 'fast' },
  // Processors that carry packets are missing where pods should run: this is the other half of what they cost.
  { pattern: /podsFit/i, question: 'fast' },
  { pattern: /reroute|converge|detect/i, question: 'risk' },
  { pattern: /deadPodWait/i, question: 'risk' },
  { pattern: /flows?(Failed|Lost)/i, question: 'risk' },
  { pattern: /bytes?(Lost|Dropped)/i, question: 'risk' },
  { pattern: /surviv/i, question: 'other' },
  { pattern: /hops/i, question: 'other' },
  { pattern: /uplinkLoad/i, question: 'other' },
];

/** When only placement varies, routes and load come first: that is what placement changes. */
const PLACEMENT_FIRST = [/hops/i, /uplinkLoad/i, /p99/i, /surviv/i, /replicasLost/i, /p50/i, /throughput|goodput/i];

/** How many figures a reader can weigh at once: so many columns, and so many in the sentences. */
const LEADING_MOST = 8;

/** Figures that differ by no more than this share are nearly the same. */
const SAME_SHARE = 0.005;

/** A metric with its question, in reading order. */
export interface RankedMetric {
  readonly spec: MetricSpec;
  readonly question: MetricQuestion;
}

/** The metrics of a result that at least one alternative has, in reading order. */
export function rankedMetrics(result: ComparisonResult): readonly RankedMetric[] {
  const present = result.metrics.filter((spec) =>
    result.alternatives.some((one) => Object.hasOwn(one.metrics, spec.key)),
  );
  const first = sameNetwork(result) && !variantsVary(result) ? PLACEMENT_FIRST : [];
  return present
    .map((spec, index) => ({ spec, index, rank: rankOf(spec, first), question: questionOf(spec) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ spec, question }) => ({ spec, question }));
}

/**
 * The figures that the table and the sentences lead with: those that answer a question, or the first few. A figure that is
 * nearly the same for every alternative, or that one alone has, tells nobody what to choose: it waits among the further ones.
 */
export function leadingMetrics(result: ComparisonResult): readonly RankedMetric[] {
  const ranked = rankedMetrics(result).filter(({ spec }) => tellsApart(result, spec));
  if (sameNetwork(result)) return ranked.slice(0, LEADING_MOST);
  return ranked.filter(({ question }) => question !== 'other');
}

function tellsApart(result: ComparisonResult, { key }: MetricSpec): boolean {
  const means = result.alternatives.flatMap(({ metrics }) => (Object.hasOwn(metrics, key) ? [metrics[key]!.mean] : []));
  if (means.length < 2) return result.alternatives.filter(({ verdict }) => verdict !== 'refused').length < 2;
  const [least, most] = [Math.min(...means), Math.max(...means)];
  return most - least > SAME_SHARE * Math.max(Math.abs(least), Math.abs(most));
}

/** True when one scheme in one environment is looked at, with several placements or in several variants. */
export function sameNetwork(result: ComparisonResult): boolean {
  if (distinct(result, 'scheme') > 1 || distinct(result, 'environment') > 1) return false;
  return distinct(result, 'placement') > 1 || variantsVary(result);
}

function variantsVary(result: ComparisonResult): boolean {
  return new Set(result.alternatives.map(({ axes }) => axes['variant'])).size > 1;
}

function distinct(result: ComparisonResult, axis: 'scheme' | 'environment' | 'placement'): number {
  return new Set(result.alternatives.map((one) => one[axis])).size;
}

function preferenceOf(spec: MetricSpec): number {
  const byKey = PREFERENCES.findIndex(({ pattern }) => pattern.test(spec.key));
  return byKey >= 0 ? byKey : PREFERENCES.findIndex(({ pattern }) => pattern.test(spec.label));
}

function questionOf(spec: MetricSpec): MetricQuestion {
  return PREFERENCES[preferenceOf(spec)]?.question ?? 'other';
}

function rankOf(spec: MetricSpec, first: readonly RegExp[]): number {
  const early = first.findIndex((pattern) => pattern.test(spec.key));
  if (early >= 0) return early - first.length;
  const preferred = preferenceOf(spec);
  return preferred >= 0 ? preferred : PREFERENCES.length;
}
