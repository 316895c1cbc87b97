/**
 * Which interval goes with a list of replications: that of a number that was given, or that of a number that a pilot asked for.
 *
 * Source: sim/stats/intervals.ts and sim/experiment/stopping.ts.
 */
import type { Estimate } from '../../sim/experiment/results.ts';
import { twoStageInterval } from '../../sim/experiment/stopping.ts';
import { meanInterval } from '../../sim/stats/intervals.ts';
import { type PairedComparison, pairedComparison } from '../../sim/stats/ranking.ts';
import { twoStageComparison } from './stopping.ts';

/** What all intervals of an answer share. */
export interface IntervalRule {
  readonly confidence: number;
  /** Replications at the front that were the pilot; undefined when the number of replications was given. */
  readonly pilot: number | undefined;
}

/** The interval of one figure over replications in seed order; undefined where a run has no such figure. */
export function intervalOf(values: readonly (number | undefined)[], { confidence, pilot }: IntervalRule): Estimate {
  const known = values.filter((value) => value !== undefined);
  const first = pilotOf(values, pilot);
  if (first < 2) return meanInterval(known, confidence);
  return { ...twoStageInterval(known, first, confidence), replications: known.length };
}

/** The paired difference of one figure; replications that lack it on one side are left out. */
export function comparisonOfPairs(
  a: readonly (number | undefined)[],
  b: readonly (number | undefined)[],
  { confidence, pilot }: IntervalRule,
): PairedComparison | undefined {
  const both = a.map((x, i) => (x === undefined || b[i] === undefined ? undefined : x));
  const xs = both.filter((x) => x !== undefined);
  const ys = b.filter((y, i): y is number => y !== undefined && both[i] !== undefined);
  if (xs.length === 0) return undefined;
  const first = pilotOf(both, pilot);
  return first < 2 ? pairedComparison(xs, ys, confidence) : twoStageComparison(xs, ys, first, confidence);
}

/** How many of the pilot have the figure; 0 where the number of replications was given. */
function pilotOf(values: readonly (number | undefined)[], pilot: number | undefined): number {
  return pilot === undefined ? 0 : values.slice(0, pilot).filter((value) => value !== undefined).length;
}
