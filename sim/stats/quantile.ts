/**
 * Exact quantiles of a sample.
 *
 * Source: Hyndman and Fan, "Sample quantiles in statistical packages" (1996), definition 7: linear between the order
 * statistics, the default of R and NumPy. Nothing is estimated; all values are kept and sorted.
 */
import { assert } from '../engine/assert.ts';

/** The quantile for `p` in [0, 1]. Asserts that there are values and none is NaN. The values keep their order. */
export function quantile(values: Float64Array, p: number): number {
  return quantiles(values, [p])[0];
}

/** Several quantiles of one sample for the price of one sort. */
export function quantiles(values: Float64Array, ps: readonly number[]): number[] {
  const sorted = values.slice().sort();
  return ps.map((p) => quantileOfSorted(sorted, p));
}

/** The quantile of values that stand in rising order already. */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const last = sorted.length - 1;
  assert(last >= 0, 'a quantile of no values');
  assert(p >= 0 && p <= 1, () => `the quantile ${p} is outside of [0, 1]`);
  // A typed array sorts NaN to the end.
  assert(!Number.isNaN(sorted[last]), 'a quantile of values with NaN among them');
  const position = last * p;
  const below = Math.floor(position);
  const low = sorted[below];
  if (below === last) return low;
  const high = sorted[below + 1];
  return low === high ? low : low + (high - low) * (position - below);
}
