import { describe, expect, it } from 'vitest';
import { type Distribution, meanOf, meanSquareOf, normal, sample } from '../../../sim/random/distributions.ts';
import { Stream } from '../../../sim/random/stream.ts';

const COUNT = 100_000;

const HYPEREXPONENTIAL: Distribution = {
  kind: 'mixture',
  parts: [
    { weight: 4, of: { kind: 'exponential', mean: 0.5 } },
    { weight: 1, of: { kind: 'exponential', mean: 3 } },
  ],
};

function samples(distribution: Distribution): number[] {
  const stream = new Stream('1', 'distributions', JSON.stringify(distribution));
  return Array.from({ length: COUNT }, () => sample(distribution, stream));
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

describe('the mean of many draws is the mean in closed form', () => {
  it.each<Distribution>([
    { kind: 'constant', value: 4 },
    { kind: 'uniform', low: 2, high: 5 },
    { kind: 'exponential', mean: 3 },
    { kind: 'lognormal', mean: 10, sigma: 0.8 },
    { kind: 'pareto', min: 1, shape: 1, max: 100 },
    { kind: 'pareto', min: 2, shape: 1.5, max: 1000 },
    { kind: 'pareto', min: 2, shape: 0.5, max: 50 },
    HYPEREXPONENTIAL,
  ])('%o', (distribution) => {
    const { mean, deviation } = momentsOf(samples(distribution));
    // Five standard errors: the seed is fixed, so this either holds for ever or is a fault.
    expect(Math.abs(mean - meanOf(distribution))).toBeLessThanOrEqual((5 * deviation) / Math.sqrt(COUNT));
  });
});

describe('the mean square of many draws is that in closed form', () => {
  it.each<Distribution>([
    { kind: 'constant', value: 4 },
    { kind: 'uniform', low: 2, high: 5 },
    { kind: 'exponential', mean: 3 },
    { kind: 'lognormal', mean: 10, sigma: 0.5 },
    { kind: 'pareto', min: 1, shape: 1, max: 20 },
    { kind: 'pareto', min: 1, shape: 2, max: 20 },
    { kind: 'pareto', min: 1, shape: 2.5, max: 20 },
    HYPEREXPONENTIAL,
  ])('%o', (distribution) => {
    const { mean, deviation } = momentsOf(samples(distribution).map((each) => each * each));
    expect(Math.abs(mean - meanSquareOf(distribution))).toBeLessThanOrEqual((5 * deviation) / Math.sqrt(COUNT));
  });
});

describe('shapes', () => {
  it('exponential: the share above t is exp(-t / mean)', () => {
    const values = samples({ kind: 'exponential', mean: 2 });
    for (const t of [0.5, 2, 6]) {
      const share = values.filter((each) => each > t).length / COUNT;
      expect(Math.abs(share - Math.exp(-t / 2))).toBeLessThan(0.006);
    }
    expect(values.every((each) => each >= 0 && Number.isFinite(each))).toBe(true);
  });

  it('bounded Pareto stays inside its bounds and follows its distribution function', () => {
    const values = samples({ kind: 'pareto', min: 1, shape: 1.2, max: 40 });
    expect(values.every((each) => each >= 1 && each <= 40)).toBe(true);
    for (const x of [1.5, 4, 20]) {
      const expected = (1 - x ** -1.2) / (1 - 40 ** -1.2);
      expect(Math.abs(values.filter((each) => each <= x).length / COUNT - expected)).toBeLessThan(0.006);
    }
  });

  it('normal: mean 0, deviation 1, symmetric tails', () => {
    const stream = new Stream('1', 'distributions', 'normal');
    const values = Array.from({ length: COUNT }, () => normal(stream));
    const { mean, deviation } = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan(0.015);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.01);
    for (const sign of [1, -1]) {
      const share = values.filter((each) => sign * each > 1.96).length / COUNT;
      expect(Math.abs(share - 0.025)).toBeLessThan(0.002);
    }
  });

  it('a degenerate Pareto is a constant, and wrong parameters are refused', () => {
    const stream = new Stream('1', 'a', 'b');
    expect(sample({ kind: 'pareto', min: 3, shape: 2, max: 3 }, stream)).toBe(3);
    expect(meanOf({ kind: 'pareto', min: 3, shape: 2, max: 3 })).toBe(3);
    expect(() => sample({ kind: 'pareto', min: 3, shape: 2, max: 1 }, stream)).toThrow('bounded Pareto');
  });

  it('constants draw nothing from the stream', () => {
    const [used, fresh] = [new Stream('1', 'a', 'b'), new Stream('1', 'a', 'b')];
    sample({ kind: 'constant', value: 1 }, used);
    expect(used.uint32()).toBe(fresh.uint32());
  });
});
