import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gammaHalfRatio,
  tCumulative,
  tDensity,
  tQuantile,
  tTwoSidedTail,
  tUpperTail,
} from '../../../sim/stats/student.ts';

/** [chance, degrees of freedom, quantile], from the finite sums for whole degrees of freedom in 50 decimal digits. */
const TABLE: readonly (readonly [number, number, number])[] = [
  [0.75, 1, 1.0],
  [0.95, 1, 6.31375151467504],
  [0.975, 1, 12.7062047361747],
  [0.9995, 1, 636.6192487687196],
  [0.75, 2, 0.81649658092773],
  [0.95, 2, 2.91998558035373],
  [0.975, 2, 4.30265272974946],
  [0.9995, 2, 31.59905457644362],
  [0.75, 3, 0.76489232840435],
  [0.95, 3, 2.35336343480182],
  [0.975, 3, 3.18244630528371],
  [0.9995, 3, 12.92397863668748],
  [0.75, 4, 0.74069708411268],
  [0.95, 4, 2.13184678632665],
  [0.975, 4, 2.77644510519779],
  [0.9995, 4, 8.61030158137928],
  [0.75, 9, 0.70272214675133],
  [0.95, 9, 1.83311293265624],
  [0.975, 9, 2.26215716279821],
  [0.9995, 9, 4.78091258593114],
  [0.75, 10, 0.69981206131243],
  [0.95, 10, 1.81246112281168],
  [0.975, 10, 2.22813885198627],
  [0.9995, 10, 4.58689385870264],
  [0.75, 29, 0.68304386082161],
  [0.95, 29, 1.6991270265335],
  [0.975, 29, 2.0452296421327],
  [0.9995, 29, 3.65940501946633],
  [0.75, 100, 0.67695104301147],
  [0.95, 100, 1.66023432608534],
  [0.975, 100, 1.98397151852355],
  [0.9995, 100, 3.39049131116423],
  [0.75, 1000, 0.67473516460701],
  [0.95, 1000, 1.64637881728546],
  [0.975, 1000, 1.96233908082641],
  [0.9995, 1000, 3.30028264842391],
];

describe('the t quantile', () => {
  it.each(TABLE)('at %f with %i degrees of freedom is %f', (p, df, t) => {
    expect(Math.abs(tQuantile(p, df) / t - 1)).toBeLessThan(1e-12);
  });

  it('is the tangent for one degree of freedom, far into the tail', () => {
    for (const p of [0.6, 0.999, 0.999999]) {
      const exact = Math.tan(Math.PI * (p - 0.5));
      expect(Math.abs(tQuantile(p, 1) / exact - 1)).toBeLessThan(1e-9);
    }
  });

  it('nears the normal quantile for very many degrees of freedom', () => {
    expect(tQuantile(0.975, 1e6)).toBeCloseTo(1.959963984540054 + 2.3722e-6, 8);
  });

  it('is odd around one half and grows with the chance', () => {
    expect(tQuantile(0.5, 7)).toBe(0);
    expect(tQuantile(0.25, 7)).toBeCloseTo(-tQuantile(0.75, 7), 14);
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.98, noNaN: true }), fc.integer({ min: 1, max: 500 }), (p, df) => {
        expect(tQuantile(p + 0.01, df)).toBeGreaterThan(tQuantile(p, df));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('undoes the tail, for broken degrees of freedom too', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 0.49, noNaN: true }),
        fc.double({ min: 0.5, max: 1e4, noNaN: true }),
        (tail, df) => {
          expect(Math.abs(tUpperTail(-tQuantile(tail, df), df) / tail - 1)).toBeLessThan(1e-11);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it('refuses chances and degrees of freedom that mean nothing', () => {
    for (const p of [0, 1, -1, Number.NaN]) expect(() => tQuantile(p, 3)).toThrow(/chance/);
    for (const df of [0, -2, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => tQuantile(0.9, df)).toThrow(/degrees/);
  });
});

describe('the distribution function', () => {
  it.each(TABLE)('gives back the tabulated chance %f with %i degrees of freedom', (p, df, t) => {
    expect(Math.abs(tCumulative(t, df) - p)).toBeLessThan(2e-14);
    expect(Math.abs(tCumulative(-t, df) - (1 - p))).toBeLessThan(2e-14);
    expect(Math.abs(tTwoSidedTail(-t, df) / (2 * (1 - p)) - 1)).toBeLessThan(1e-10);
  });

  it('is the closed form where there is one', () => {
    for (const t of [-30, -2, -0.1, 0, 0.3, 1, 5, 1000]) {
      expect(tCumulative(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 14);
      expect(tCumulative(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 14);
    }
  });

  it('is the integral of the density', () => {
    // Simpson's rule on 2,000 steps; the density knows nothing of the continued fraction.
    for (const [t, df] of [
      [0.5, 3],
      [2.2, 7],
      [1.3, 24.5],
      [4, 200],
    ]) {
      const step = t / 2000;
      let sum = tDensity(0, df) + tDensity(t, df);
      for (let i = 1; i < 2000; i++) sum += (i % 2 === 1 ? 4 : 2) * tDensity(i * step, df);
      expect(tCumulative(t, df)).toBeCloseTo(0.5 + (sum * step) / 3, 11);
    }
  });

  it('has the tails of very far values, infinite ones too', () => {
    // For 1 degree of freedom both tails hold 2 / (π t) when t is large.
    expect(tTwoSidedTail(1e100, 1) / (2 / (Math.PI * 1e100))).toBeCloseTo(1, 10);
    expect(tTwoSidedTail(Number.POSITIVE_INFINITY, 9)).toBe(0);
    expect(tCumulative(Number.NEGATIVE_INFINITY, 9)).toBe(0);
    expect(tCumulative(Number.POSITIVE_INFINITY, 9)).toBe(1);
    expect(tTwoSidedTail(0, 5)).toBe(1);
    expect(() => tCumulative(Number.NaN, 5)).toThrow(/no number/);
  });
});

describe('the parts', () => {
  it('knows Γ(a + 1/2) / Γ(a) where it is known', () => {
    const root = Math.sqrt(Math.PI);
    for (const [a, ratio] of [
      [0.5, 1 / root],
      [1, root / 2],
      [1.5, 2 / root],
    ]) {
      expect(Math.abs(gammaHalfRatio(a) / ratio - 1)).toBeLessThan(3e-15);
    }
  });

  it('has a density that is the slope of the tail', () => {
    for (const df of [1, 4, 30]) {
      const slope = (tUpperTail(0.999, df) - tUpperTail(1.001, df)) / 0.002;
      expect(tDensity(1, df)).toBeCloseTo(slope, 6);
    }
  });
});
