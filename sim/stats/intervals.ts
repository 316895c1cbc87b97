/**
 * Confidence intervals of a mean over independent replications, and of the difference between two alternatives that met
 * the same chance.
 *
 * Source: Law, "Simulation Modeling and Analysis", chapters 9 and 10 (fixed sample size; paired t).
 * Left out: several intervals at once are each at their own confidence; ranking.ts corrects for their number.
 */
import { assert } from '../engine/assert.ts';
import type { Estimate } from '../experiment/results.ts';
import { Running } from './running.ts';
import { tQuantile } from './student.ts';

export { tQuantile } from './student.ts';

/** The mean with its two-sided t interval at `confidence` (0.95). One value alone has no interval: low and high are null. */
export function meanInterval(values: ArrayLike<number>, confidence: number): Estimate {
  const running = new Running();
  for (let i = 0; i < values.length; i++) running.add(values[i]);
  return estimateOf(running, confidence);
}

/** The interval of the mean of `a[i] - b[i]`: replication i of both alternatives met the same arrivals and failures. */
export function pairedInterval(a: ArrayLike<number>, b: ArrayLike<number>, confidence: number): Estimate {
  assert(a.length === b.length, () => `pairs of ${a.length} and ${b.length} values`);
  const running = new Running();
  for (let i = 0; i < a.length; i++) running.add(a[i] - b[i]);
  return estimateOf(running, confidence);
}

function estimateOf(running: Running, confidence: number): Estimate {
  assert(confidence > 0 && confidence < 1, () => `the confidence ${confidence} is outside of (0, 1)`);
  assert(running.count > 0, 'an interval of no values');
  assert(Number.isFinite(running.mean), () => `an interval of values whose mean is ${running.mean}`);
  const { mean, count: replications } = running;
  if (replications < 2) return { mean, low: null, high: null, replications };
  const half = halfWidth(running, confidence);
  return { mean, low: mean - half, high: mean + half, replications };
}

function halfWidth(running: Running, confidence: number): number {
  const quantile = tQuantile(0.5 + confidence / 2, running.count - 1);
  return (quantile * running.standardDeviation) / Math.sqrt(running.count);
}
