/**
 * How many replications an experiment needs so that its interval is as narrow as was asked for.
 *
 * Source: Stein, "A two-sample test for a linear hypothesis whose power is independent of the variance" (Annals of Mathematical
 * Statistics 16, 1945): a pilot of n0 runs gives a spread s0, from which the number of all runs follows at once,
 * N = max(n0, ⌈(t s0 / h)²⌉) with t of n0 - 1 degrees of freedom; the interval around the mean of all N still uses s0 and that t.
 * For normal figures it holds exactly as often as it says, because a mean and the spread of its own pilot are independent.
 * Adding runs until the interval happens to be narrow enough does not: it stops when the spread is underestimated.
 *
 * Left out: a second look (more runs are never added after the pilot has spoken); figures that are far from normal, for which it
 * is as good as the t interval is. A width relative to the pilot's own mean makes N depend on that mean too, and so holds only
 * nearly as often as it says; the test of this file measures by how much.
 */
import { assert } from '../engine/assert.ts';
import { Running } from '../stats/running.ts';
import { tQuantile } from '../stats/student.ts';

/** The half-width that an interval shall have at most. */
export interface Precision {
  /** In the unit of the figure, or a share of the pilot's mean (0.05: 5 %) when `relative`. */
  readonly halfWidth: number;
  /** True when the width is a share of the absolute value of the pilot's mean. */
  readonly relative: boolean;
}

/** A mean with an interval that rests on the pilot's spread. */
export interface TwoStageInterval {
  /** Over all replications, in the unit of the figure. */
  readonly mean: number;
  /** Lower end, in the unit of the figure. */
  readonly low: number;
  /** Upper end, in the unit of the figure. */
  readonly high: number;
}

/** An interval was asked for that nothing can give: a fault of the question. Its message is for people. */
export class StoppingProblem extends Error {
  override readonly name = 'StoppingProblem';
}

/**
 * All replications that the figure needs, the pilot's included: a whole number, or Infinity when no number is enough (a width of
 * zero, or one relative to a mean of zero). Of several watched figures the largest counts.
 *
 * @throws StoppingProblem when the pilot has fewer than two runs.
 */
export function replicationsWanted(pilot: readonly number[], precision: Precision, confidence: number): number {
  const { mean, perRoot } = spreadOf(pilot, confidence);
  const { halfWidth, relative } = precision;
  assert(halfWidth >= 0, () => `a half-width of ${halfWidth}`);
  const wanted = relative ? halfWidth * Math.abs(mean) : halfWidth;
  if (perRoot === 0) return pilot.length;
  if (wanted === 0) return Number.POSITIVE_INFINITY;
  const ratio = perRoot / wanted;
  let count = Math.max(pilot.length, Math.ceil(ratio * ratio));
  // The square was rounded; the promise is about the width.
  while (perRoot / Math.sqrt(count) > wanted && count < Number.MAX_SAFE_INTEGER) count += 1;
  return count;
}

/**
 * The interval at the end. `values` in the order of the seeds; the first `pilotCount` are the pilot, whose spread alone counts.
 *
 * @throws StoppingProblem when the pilot has fewer than two runs.
 */
export function twoStageInterval(values: readonly number[], pilotCount: number, confidence: number): TwoStageInterval {
  assert(pilotCount <= values.length, () => `a pilot of ${pilotCount} among ${values.length} values`);
  const { perRoot } = spreadOf(values.slice(0, pilotCount), confidence);
  const { mean } = runningOf(values);
  const half = perRoot / Math.sqrt(values.length);
  return { mean, low: mean - half, high: mean + half };
}

/** `perRoot` over the root of the number of replications is the half-width. */
function spreadOf(pilot: readonly number[], confidence: number): { mean: number; perRoot: number } {
  assert(confidence > 0 && confidence < 1, () => `the confidence ${confidence} is outside of (0, 1)`);
  if (pilot.length < 2) {
    throw new StoppingProblem(
      `An interval needs at least two replications, and the pilot has ${pilot.length}. Use a pilot of two or more; ten is usual.`,
    );
  }
  const running = runningOf(pilot);
  const t = tQuantile(0.5 + confidence / 2, pilot.length - 1);
  return { mean: running.mean, perRoot: t * running.standardDeviation };
}

function runningOf(values: readonly number[]): Running {
  const running = new Running();
  for (const value of values) running.add(value);
  assert(Number.isFinite(running.mean), () => `an interval of values whose mean is ${running.mean}`);
  return running;
}
