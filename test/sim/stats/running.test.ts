import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Running } from '../../../sim/stats/running.ts';

function runningOf(values: readonly number[]): Running {
  const running = new Running();
  for (const value of values) running.add(value);
  return running;
}

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 50 });

describe('running mean and spread', () => {
  it('agrees with the two-pass sums', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const running = runningOf(values);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
        expect(Math.abs(running.mean - mean)).toBeLessThan(1e-6);
        expect(Math.abs(running.variance - squares / (values.length - 1))).toBeLessThan(1e-9 * (1 + squares));
        expect([running.min, running.max]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('keeps small spreads on large numbers', () => {
    expect(runningOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance).toBe(30);
  });

  it('merges to what one alone would have seen', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const merged = runningOf(a);
        merged.merge(runningOf(b));
        const whole = runningOf([...a, ...b]);
        expect(merged.count).toBe(whole.count);
        expect(Math.abs(merged.mean - whole.mean)).toBeLessThan(1e-6);
        expect(Math.abs(merged.variance - whole.variance)).toBeLessThan(1e-9 * (1 + whole.variance));
        expect([merged.min, merged.max]).toEqual([whole.min, whole.max]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('says what it says of nothing and of one', () => {
    const empty = new Running();
    expect([empty.count, empty.mean, empty.variance, empty.min]).toEqual([0, 0, 0, Number.POSITIVE_INFINITY]);
    const one = runningOf([5]);
    one.merge(new Running());
    expect([one.count, one.mean, one.standardDeviation]).toEqual([1, 5, 0]);
  });
});
