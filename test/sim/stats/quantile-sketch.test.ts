import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuantileSketch, SKETCH_ERROR } from '../../../sim/stats/quantile-sketch.ts';

const sketchOf = (values: readonly number[]): QuantileSketch => {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
};

/** The least value that a share p does not exceed. */
const exact = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
};

const times = fc.array(fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 9e15 })), {
  minLength: 1,
  maxLength: 200,
});

describe('a sketch of quantiles', () => {
  it('is within its stated error of the order statistic', () => {
    fc.assert(
      fc.property(times, fc.constantFrom(0, 0.01, 0.25, 0.5, 0.9, 0.99, 1), (values, p) => {
        const wanted = exact(values, p);
        expect(Math.abs(sketchOf(values).quantile(p) / wanted - 1)).toBeLessThanOrEqual(SKETCH_ERROR);
      }),
    );
  });

  it('knows the mean and the extremes exactly, and numbers below 1 as one', () => {
    const sketch = sketchOf([5, 0, 0.5, 1e9]);
    expect([sketch.min, sketch.max, sketch.mean, sketch.weight]).toEqual([0, 1e9, (1e9 + 5.5) / 4, 4]);
    expect([sketch.quantile(0), sketch.quantile(0.5), sketch.quantile(1)]).toEqual([0, 0, 1e9]);
    expect(new QuantileSketch().quantile(0.5)).toBeNaN();
  });

  it('two merged are as one that took in all', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const merged = sketchOf(a);
        merged.merge(sketchOf(b));
        const all = sketchOf([...a, ...b]);
        for (const p of [0, 0.3, 0.99, 1]) expect(merged.quantile(p)).toBe(all.quantile(p));
        expect(merged.weight).toBe(all.weight);
      }),
    );
  });

  it('a weight counts as so many numbers, and a cleared sketch as a new one', () => {
    const weighted = new QuantileSketch();
    weighted.add(7e12);
    weighted.clear();
    weighted.add(10, 3);
    weighted.add(1000, 1);
    const plain = sketchOf([10, 10, 10, 1000]);
    for (const p of [0, 0.5, 0.75, 0.76, 1]) expect(weighted.quantile(p)).toBe(plain.quantile(p));
    expect(weighted.max).toBe(1000);
  });

  it('refuses what is no time', () => {
    expect(() => new QuantileSketch().add(2 ** 64)).toThrow(/2\^63/);
    expect(() => new QuantileSketch().quantile(1.5)).toThrow(/outside/);
  });
});
