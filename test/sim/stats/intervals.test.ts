import { describe, expect, it } from 'vitest';
import { StreamSource } from '../../../sim/random/stream.ts';
import { meanInterval, pairedInterval } from '../../../sim/stats/intervals.ts';

describe('the interval of a mean', () => {
  it('is the one of the textbook', () => {
    // Law, Simulation Modeling and Analysis, example 4.26: ten observations, 90 %: 1.34 ± 0.24.
    const values = [1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09];
    const { mean, low, high, replications } = meanInterval(values, 0.9);
    expect(mean).toBeCloseTo(1.343, 10);
    expect(low).toBeCloseTo(1.343 - 0.24, 2);
    expect(high).toBeCloseTo(1.343 + 0.24, 2);
    expect(replications).toBe(10);
  });

  it('has no bounds for one value, and none apart for equal ones', () => {
    expect(meanInterval([7], 0.95)).toEqual({ mean: 7, low: null, high: null, replications: 1 });
    expect(meanInterval([7, 7, 7], 0.95)).toEqual({ mean: 7, low: 7, high: 7, replications: 3 });
  });

  it('refuses no values, values that are no numbers, and odd confidences', () => {
    expect(() => meanInterval([], 0.95)).toThrow(/no values/);
    expect(() => meanInterval([1, Number.NaN], 0.95)).toThrow(/NaN/);
    expect(() => meanInterval([1, 2], 95)).toThrow(/confidence/);
  });

  it('holds the truth as often as it says', () => {
    const stream = new StreamSource('coverage').stream('intervals', 'values');
    const experiments = 4000;
    let held = 0;
    for (let i = 0; i < experiments; i++) {
      // The sum of twelve uniforms less six: near enough to normal, mean 0, and no logarithm.
      const values = Array.from({ length: 5 }, () => {
        let sum = -6;
        for (let k = 0; k < 12; k++) sum += stream.uniform();
        return sum;
      });
      const { low, high } = meanInterval(values, 0.9);
      if (low! <= 0 && high! >= 0) held += 1;
    }
    // The standard error of the share is 0.005.
    expect(held / experiments).toBeGreaterThan(0.885);
    expect(held / experiments).toBeLessThan(0.915);
  });
});

describe('the interval of paired differences', () => {
  it('is that of the differences', () => {
    const a = [10, 12, 11, 15];
    const b = [9, 10, 10, 12];
    expect(pairedInterval(a, b, 0.95)).toEqual(meanInterval([1, 2, 1, 3], 0.95));
  });

  it('is narrow where both met the same chance', () => {
    const a = [100, 220, 310, 450];
    const b = [99, 218.5, 309, 448.5];
    const paired = pairedInterval(a, b, 0.95);
    const alone = meanInterval(a, 0.95);
    expect(paired.high! - paired.low!).toBeLessThan((alone.high! - alone.low!) / 100);
  });

  it('refuses lists of different lengths', () => {
    expect(() => pairedInterval([1, 2], [1], 0.95)).toThrow(/pairs of 2 and 1/);
  });
});
