/**
 * Which alternatives differ, when many are compared at once on the same replications.
 *
 * Sources: the paired t test (Student 1908; Law, "Simulation Modeling and Analysis", chapter 10); Holm, "A simple
 * sequentially rejective multiple test procedure" (Scandinavian Journal of Statistics 6, 1979) for the p values; Bonferroni's
 * inequality for intervals that hold all at once. Holm rejects all that Bonferroni does and often more, so a difference can
 * be told although its simultaneous interval still touches zero.
 * Left out: procedures that choose how many runs each alternative gets (Nelson; optimal allocation of computing budget), and
 * any use of the correlation between pairs.
 */
import { assert } from '../engine/assert.ts';
import { pairedInterval } from './intervals.ts';
import { Running } from './running.ts';
import { tTwoSidedTail } from './student.ts';

/** The paired differences of two alternatives: mean `a - b`, its interval, and the two-sided p value of "no difference". */
export interface PairedComparison {
  /** In the unit of the values. */
  readonly mean: number;
  /** Lower end of the interval; null for one replication. */
  readonly low: number | null;
  /** Upper end of the interval; null for one replication. */
  readonly high: number | null;
  /** Of the paired t test; null for one replication. 0 when all differences are one number that is not zero, 1 when all are zero. */
  readonly p: number | null;
}

/** One pair of a ranking. */
export interface RankedPair extends PairedComparison {
  /** Place of the first alternative in the samples. */
  readonly a: number;
  /** Place of the second one, after the first. */
  readonly b: number;
  /** Holm's p value over all pairs; null for one replication. */
  readonly adjustedP: number | null;
  /** The alternative that is better beyond chance, or null when chance could have made the difference. */
  readonly winner: number | null;
}

/** All pairs of alternatives, and what follows from them. */
export interface Ranking {
  /** In the order (0, 1), (0, 2), …, (1, 2), …; the intervals hold all at once with the confidence that was asked for. */
  readonly pairs: readonly RankedPair[];
  /** Alternatives by their mean, the best first; equal means in the order given. */
  readonly order: readonly number[];
  /** Alternatives that no other one beats beyond chance, in rising order. Never empty. */
  readonly best: readonly number[];
}

/**
 * Holm's adjusted p values, in the order given: rejecting all that are at most α keeps the chance of even one false rejection
 * at most α, however the tests depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  for (const p of pValues) assert(p >= 0 && p <= 1, () => `a p value of ${p}`);
  const rising = pValues.map((_, i) => i).sort((i, j) => pValues[i] - pValues[j] || i - j);
  const adjusted = new Array<number>(pValues.length);
  let atLeast = 0;
  rising.forEach((test, step) => {
    atLeast = Math.max(atLeast, Math.min(1, (pValues.length - step) * pValues[test]));
    adjusted[test] = atLeast;
  });
  return adjusted;
}

/** Compares two alternatives whose replication i met the same chance. Asserts lists of one length, not empty, of finite values. */
export function pairedComparison(a: readonly number[], b: readonly number[], confidence: number): PairedComparison {
  const { mean, low, high } = pairedInterval(a, b, confidence);
  return { mean, low, high, p: pairedP(a, b) };
}

function pairedP(a: readonly number[], b: readonly number[]): number | null {
  const differences = new Running();
  for (let i = 0; i < a.length; i++) differences.add(a[i] - b[i]);
  const { count, mean, standardDeviation } = differences;
  if (count < 2) return null;
  if (standardDeviation === 0) return mean === 0 ? 1 : 0;
  return tTwoSidedTail((mean / standardDeviation) * Math.sqrt(count), count - 1);
}

/**
 * Compares every alternative with every other one. `samples[k][i]` is alternative k in replication i; replication i met the
 * same chance everywhere. `confidence` (0.95) holds for all statements together: with one replication nobody is beaten.
 */
export function rank(samples: readonly (readonly number[])[], confidence: number, better: 'higher' | 'lower'): Ranking {
  assert(samples.length > 0, 'a ranking of no alternatives');
  const pairs = comparedPairs(samples, confidence);
  const judged = withWinners(pairs, 1 - confidence, better === 'higher' ? 1 : -1);
  const beaten = new Set(judged.flatMap(({ a, b, winner }) => (winner === null ? [] : [winner === a ? b : a])));
  return {
    pairs: judged,
    order: byMean(samples, better === 'higher' ? 1 : -1),
    best: samples.map((_, k) => k).filter((k) => !beaten.has(k)),
  };
}

type Pair = PairedComparison & { readonly a: number; readonly b: number };

function comparedPairs(samples: readonly (readonly number[])[], confidence: number): Pair[] {
  const count = (samples.length * (samples.length - 1)) / 2;
  const each = 1 - (1 - confidence) / Math.max(1, count);
  const pairs: Pair[] = [];
  for (let a = 0; a < samples.length; a++) {
    for (let b = a + 1; b < samples.length; b++) {
      pairs.push({ a, b, ...pairedComparison(samples[a], samples[b], each) });
    }
  }
  return pairs;
}

/** With the same number of replications everywhere, either all pairs have a p value or none has. */
function withWinners(pairs: readonly Pair[], alpha: number, sign: 1 | -1): RankedPair[] {
  const adjusted = holm(pairs.map(({ p }) => p ?? 1));
  return pairs.map((pair, i) => {
    const told = pair.p !== null && adjusted[i] <= alpha && pair.mean !== 0;
    const winner = pair.mean * sign > 0 ? pair.a : pair.b;
    return { ...pair, adjustedP: pair.p === null ? null : adjusted[i], winner: told ? winner : null };
  });
}

function byMean(samples: readonly (readonly number[])[], sign: 1 | -1): number[] {
  const means = samples.map((values) => {
    const running = new Running();
    for (const value of values) running.add(value);
    return running.mean * sign;
  });
  return means.map((_, k) => k).sort((i, j) => means[j] - means[i] || i - j);
}
