/**
 * Chance in these tests: seeds are fixed, and every statement about a rate is a binomial bound of 99.5 % around the rate that
 * theory promises, so that a perfect implementation passes 99.5 % of all choices of a seed.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal } from '../../../sim/random/distributions.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { holm, pairedComparison, rank } from '../../../sim/stats/ranking.ts';
import { binomialBound } from './binomial-bound.ts';

const round = (values: readonly number[]): number[] => values.map((value) => Math.round(value * 1e12) / 1e12);

/** Holm's procedure as the closure of Bonferroni's: a hypothesis falls when every set that holds it falls. No sorting at all. */
function closure(p: readonly number[]): number[] {
  const adjusted = p.map(() => 0);
  for (let set = 1; set < 2 ** p.length; set++) {
    const members = p.map((_, i) => i).filter((i) => (set >> i) & 1);
    const bonferroni = Math.min(1, members.length * Math.min(...members.map((i) => p[i])));
    for (const i of members) adjusted[i] = Math.max(adjusted[i], bonferroni);
  }
  return adjusted;
}

describe("Holm's step-down", () => {
  it('gives the adjusted values of worked examples', () => {
    // Four hypotheses at 5 %: the two smallest p values fall, the third step (0.03 > 0.05 / 2) stops it.
    expect(round(holm([0.01, 0.04, 0.03, 0.005]))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(round(holm([0.01, 0.02, 0.03, 0.04, 0.05]))).toEqual([0.05, 0.08, 0.09, 0.09, 0.09]);
    expect(holm([])).toEqual([]);
    expect(holm([0.2])).toEqual([0.2]);
    expect(holm([0, 1, 0.9])).toEqual([0, 1, 1]);
  });

  it('is the closure of the Bonferroni test', () => {
    const p = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.01, 0.02, 0.5, 1));
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 7 }), (values) => {
        expect(round(holm(values))).toEqual(round(closure(values)));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('refuses what is no chance', () => {
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => holm([0.5, p])).toThrow(/p value/);
  });
});

describe('a paired comparison', () => {
  it("is Student's own: the sleep data of 1908", () => {
    // Hours of sleep gained by ten patients with two drugs: t = -4.0621 with 9 degrees of freedom, p = 0.002833.
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const { mean, low, high, p } = pairedComparison(first, second, 0.95);
    expect(mean).toBeCloseTo(-1.58, 12);
    expect(low).toBeCloseTo(-2.4598858, 6);
    expect(high).toBeCloseTo(-0.7001142, 6);
    expect(p).toBeCloseTo(0.00283289, 7);
  });

  it('has an interval that touches zero exactly when p is what is left of the confidence', () => {
    const stream = new StreamSource('edge').stream('ranking', 'values');
    for (let i = 0; i < 200; i++) {
      const a = Array.from({ length: 4 }, () => normal(stream) + 1);
      const { low, high, p } = pairedComparison(a, [0, 0, 0, 0], 0.9);
      expect(low! > 0 || high! < 0).toBe(p! < 0.1);
    }
  });

  it('says what it can about one replication, equal ones and far ones', () => {
    expect(pairedComparison([3], [1], 0.95)).toEqual({ mean: 2, low: null, high: null, p: null });
    expect(pairedComparison([3, 4], [3, 4], 0.95)).toEqual({ mean: 0, low: 0, high: 0, p: 1 });
    expect(pairedComparison([3, 4], [1, 2], 0.95)).toEqual({ mean: 2, low: 2, high: 2, p: 0 });
    expect(pairedComparison([1e100, 1e100 + 1e85], [0, 0], 0.95).p).toBeLessThan(1e-9);
  });
});

describe('a ranking', () => {
  const near = [10, 11, 10, 12, 11];
  const shifted = (by: number, wobble: readonly number[]): number[] => near.map((v, i) => v + by + wobble[i]);
  const samples = [
    near,
    shifted(5, [0.1, -0.1, 0, 0.1, 0]),
    shifted(5, [-0.1, 0.1, 0.1, 0.1, 0]),
    shifted(9, [0, 0, 0.1, 0, 0]),
  ];

  it('says who is beaten by nobody, either way round', () => {
    const up = rank(samples, 0.95, 'higher');
    expect(up.best).toEqual([3]);
    expect(up.order).toEqual([3, 2, 1, 0]);
    expect(up.pairs.map(({ a, b, winner }) => [a, b, winner])).toEqual([
      [0, 1, 1],
      [0, 2, 2],
      [0, 3, 3],
      [1, 2, null],
      [1, 3, 3],
      [2, 3, 3],
    ]);
    expect(rank(samples, 0.95, 'lower').best).toEqual([0]);
    expect(rank(samples.slice(1, 3), 0.95, 'lower').best).toEqual([0, 1]);
  });

  it('cannot tell from one replication, and tells certain differences', () => {
    const single = rank([[1], [2], [3]], 0.95, 'higher');
    expect(single.best).toEqual([0, 1, 2]);
    expect(single.pairs.every(({ p, adjustedP, low }) => p === null && adjustedP === null && low === null)).toBe(true);
    expect(
      rank(
        [
          [1, 2],
          [2, 3],
          [2, 3],
        ],
        0.95,
        'higher',
      ).best,
    ).toEqual([1, 2]);
    expect(rank([[1, 2]], 0.95, 'higher')).toEqual({ pairs: [], order: [0], best: [0] });
    expect(() => rank([], 0.95, 'higher')).toThrow(/no alternatives/);
  });

  it('does not find differences among many equals more often than it says, which uncorrected tests do', () => {
    const stream = new StreamSource('family').stream('ranking', 'values');
    const experiments = 1500;
    let corrected = 0;
    let uncorrected = 0;
    let missed = 0;
    for (let e = 0; e < experiments; e++) {
      // Eight alternatives, 28 pairs, ten replications that share their chance.
      const shared = Array.from({ length: 10 }, () => normal(stream));
      const equals = Array.from({ length: 8 }, () => shared.map((value) => value + normal(stream)));
      const { pairs } = rank(equals, 0.95, 'higher');
      if (pairs.some(({ winner }) => winner !== null)) corrected += 1;
      if (pairs.some(({ p }) => p! <= 0.05)) uncorrected += 1;
      if (pairs.some(({ low, high }) => low! > 0 || high! < 0)) missed += 1;
    }
    const { most } = binomialBound(experiments, 0.05, 0.995, 'most');
    expect(corrected).toBeLessThanOrEqual(most);
    expect(missed).toBeLessThanOrEqual(most);
    expect(missed).toBeLessThanOrEqual(corrected);
    // 56 % of these experiments find a "difference" when nothing is corrected, 4.4 % when it is.
    expect(uncorrected).toBeGreaterThan(5 * most);
  });

  it('finds the differences that are there', () => {
    const stream = new StreamSource('power').stream('ranking', 'values');
    let found = 0;
    for (let e = 0; e < 200; e++) {
      const shared = Array.from({ length: 10 }, () => normal(stream));
      const apart = [0, 0, 0, 4].map((by) => shared.map((value) => value + by + normal(stream)));
      if (rank(apart, 0.95, 'higher').best.join() === '3') found += 1;
    }
    expect(found).toBeGreaterThan(180);
  });
});
