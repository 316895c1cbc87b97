/**
 * What a paired difference allows one to say: "better" only when chance cannot explain it, corrected for the number of pairs
 * that are compared at once, and when it exceeds what the models' constants could be off.
 */
import type { AlternativeResult, ComparisonResult, Difference } from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';

/** What `shownSign` looks at. */
type Shown = Pick<Difference, 'low' | 'high' | 'tolerance' | 'adjustedP'>;

/** `a-better` and `b-better` were shown by a paired test; `not-shown` covers overlap, one replication, and no pair. */
export type Outcome = 'a-better' | 'b-better' | 'not-shown';

/** A metric in which less or more is preferable: only these can be led. */
export type DirectedMetric = MetricSpec & { readonly better: 'higher' | 'lower' };

/** True when one end of the metric is preferable. */
export function isDirected(spec: MetricSpec): spec is DirectedMetric {
  return spec.better !== 'neither';
}

/**
 * The sign that a paired difference shows: 1 when `a` is larger, -1 when `b` is. 0 when the corrected p value leaves it to
 * chance, or when the interval holds zero or comes as near to it as the models' constants could be off. Results of older
 * versions carry no p value: there the interval alone decides. `confidence` is that of the whole comparison.
 */
export function shownSign(difference: Shown, confidence: number): -1 | 0 | 1 {
  const { low, high, tolerance = 0, adjustedP } = difference;
  if (low === null || high === null) return 0;
  // 1 - 0.95 is a hair more than 0.05 in binary; that much does not matter.
  if (adjustedP !== undefined && adjustedP !== null && adjustedP > 1 - confidence) return 0;
  if (low > tolerance) return 1;
  return high < -tolerance ? -1 : 0;
}

/** True when chance cannot explain the difference and the models' tolerance can. */
export function withinModels(difference: Shown, confidence: number): boolean {
  return shownSign(difference, confidence) === 0 && shownSign({ ...difference, tolerance: 0 }, confidence) !== 0;
}

/** True when a pair taken by itself would seem to show a difference, and the number of pairs forbids to say so. */
export function tooManyPairs(difference: Shown, confidence: number): boolean {
  const { adjustedP: _, ...alone } = difference;
  return shownSign(difference, confidence) === 0 && shownSign(alone, confidence) !== 0;
}

/** Looks up paired differences by metric and pair, in either order. */
export class DifferenceIndex {
  readonly #byKey = new Map<string, Difference>();
  readonly #confidence: number;

  constructor(result: ComparisonResult) {
    this.#confidence = result.confidence;
    for (const difference of result.differences) {
      this.#byKey.set(keyOf(difference.metric, difference.a, difference.b), difference);
    }
  }

  /** What may be said of two alternatives on one metric. */
  outcome(metric: DirectedMetric, a: string, b: string): Outcome {
    const sign = this.#signOf(metric.key, a, b);
    if (sign === 0) return 'not-shown';
    return sign === (metric.better === 'higher' ? 1 : -1) ? 'a-better' : 'b-better';
  }

  /** Whether chance cannot explain the difference of two alternatives and the models' tolerance can. */
  withinModels(metric: string, a: string, b: string): boolean {
    const difference = this.#byKey.get(keyOf(metric, a, b)) ?? this.#byKey.get(keyOf(metric, b, a));
    return difference !== undefined && withinModels(difference, this.#confidence);
  }

  #signOf(metric: string, a: string, b: string): number {
    const forward = this.#byKey.get(keyOf(metric, a, b));
    if (forward !== undefined) return shownSign(forward, this.#confidence);
    const backward = this.#byKey.get(keyOf(metric, b, a));
    return backward === undefined ? 0 : -shownSign(backward, this.#confidence);
  }
}

/** Who leads on a metric: the best mean, and all against whom no difference could be shown. */
export interface Lead {
  readonly metric: DirectedMetric;
  readonly leader: AlternativeResult;
  /** Candidates from which the leader could not be told apart. */
  readonly level: readonly AlternativeResult[];
  /** Of those, the ones that are behind by less than what the models can tell. */
  readonly near: readonly AlternativeResult[];
  /** Candidates that the leader was shown to beat. */
  readonly beaten: readonly AlternativeResult[];
  /** Of those, the ones that every candidate on the leader's level was shown to beat too. */
  readonly beatenByAll: readonly AlternativeResult[];
}

/** Finds the leader of a metric among candidates that have it; null when fewer than `least` do. */
export function leadOn(
  metric: DirectedMetric,
  candidates: readonly AlternativeResult[],
  differences: DifferenceIndex,
  least = 2,
): Lead | null {
  const measured = candidates.filter((one) => Object.hasOwn(one.metrics, metric.key));
  if (measured.length < least) return null;
  const sign = metric.better === 'higher' ? -1 : 1;
  const [leader, ...others] = [...measured].sort(
    (a, b) => sign * (a.metrics[metric.key]!.mean - b.metrics[metric.key]!.mean) || (a.name < b.name ? -1 : 1),
  );
  const beats = (one: AlternativeResult, other: AlternativeResult): boolean =>
    differences.outcome(metric, one.name, other.name) === 'a-better';
  const level = others.filter((other) => !beats(leader!, other));
  const beaten = others.filter((other) => beats(leader!, other));
  const beatenByAll = beaten.filter((other) => level.every((one) => beats(one, other)));
  const near = level.filter((one) => differences.withinModels(metric.key, leader!.name, one.name));
  return { metric, leader: leader!, level, near, beaten, beatenByAll };
}

function keyOf(metric: string, a: string, b: string): string {
  return JSON.stringify([metric, a, b]);
}
