import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, quantileOfSorted, quantiles } from '../../../sim/stats/quantile.ts';

describe('quantiles of definition 7', () => {
  it('are those of R', () => {
    // quantile(c(10, 3, 7, 1, 15), c(0, .1, .25, .5, .9, .99, 1), type = 7)
    const values = Float64Array.of(10, 3, 7, 1, 15);
    const found = quantiles(values, [0, 0.1, 0.25, 0.5, 0.9, 0.99, 1]);
    [1, 1.8, 3, 7, 13, 14.8, 15].forEach((wanted, i) => {
      expect(found[i]).toBeCloseTo(wanted, 12);
    });
    expect([...values]).toEqual([10, 3, 7, 1, 15]);
  });

  it('work for one value and for infinite ones', () => {
    expect(quantile(Float64Array.of(4), 0.99)).toBe(4);
    const infinite = Float64Array.of(1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(quantile(infinite, 0.8)).toBe(Number.POSITIVE_INFINITY);
  });

  it('lie between the least and the greatest and grow with p', () => {
    const sample = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        sample,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, p, q) => {
          const sorted = Float64Array.from(list).sort();
          const [low, high] = [Math.min(p, q), Math.max(p, q)].map((share) => quantileOfSorted(sorted, share));
          expect(low).toBeLessThanOrEqual(high + Math.abs(high) * 1e-15);
          expect(low).toBeGreaterThanOrEqual(sorted[0]);
          expect(high).toBeLessThanOrEqual(sorted[sorted.length - 1]);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('refuse nothing, NaN and shares outside of [0, 1]', () => {
    expect(() => quantile(new Float64Array(0), 0.5)).toThrow(/no values/);
    expect(() => quantile(Float64Array.of(1, Number.NaN, 2), 0.5)).toThrow(/NaN/);
    expect(() => quantile(Float64Array.of(1), 1.1)).toThrow(/1.1 is outside/);
  });
});
