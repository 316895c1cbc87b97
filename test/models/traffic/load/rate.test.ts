import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateCurve } from '../../../../models/traffic/load/rate-curve.ts';
import { DAY_NS, faultsOfRate, type RateShape, rateCurve } from '../../../../models/traffic/load/rate-shape.ts';

const SECOND = 1e9;

const points = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 50 })), { minLength: 1, maxLength: 12 })
  .map((list) => {
    let at = 0;
    return list.map(([gap, perSec], i) => {
      if (i > 0) at += gap * SECOND;
      return { fromNs: at, perSec };
    });
  });
const curves = fc
  .record({
    points,
    between: fc.constantFrom('linear' as const, 'step' as const),
    repeats: fc.boolean(),
    shiftNs: fc.constantFrom(0, 17 * SECOND),
  })
  .map(({ points, between, repeats, shiftNs }) => {
    const timesNs = points.map(({ fromNs }) => fromNs);
    const perSec = points.map((point) => point.perSec);
    const periodNs = repeats ? timesNs[timesNs.length - 1] + 5 * SECOND : Infinity;
    return new RateCurve({ timesNs, perSec, between, periodNs, originNs: repeats ? shiftNs : 0 });
  });

/** Trapezoids between so many points: right for straight pieces up to what jumps cost. */
function summed(curve: RateCurve, fromNs: number, toNs: number, parts: number): number {
  let sum = 0;
  for (let i = 0; i < parts; i++) sum += curve.perSecAt(fromNs + ((toNs - fromNs) * (i + 0.5)) / parts);
  return (sum * (toNs - fromNs)) / parts / SECOND;
}

describe('a rate over time', () => {
  it('expects as many arrivals as its values come to', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 500 }), (curve, from, length) => {
        const [fromNs, toNs] = [from * SECOND, (from + length) * SECOND];
        // All points stand on whole seconds, so twenty parts a second meet no jump inside a part.
        expect(curve.expected(fromNs, toNs)).toBeCloseTo(summed(curve, fromNs, toNs, length * 20), 6);
      }),
      { numRuns: 60 },
    );
  });

  it('its inverse is its inverse', () => {
    fc.assert(
      fc.property(
        curves,
        fc.integer({ min: 0, max: 500 }),
        fc.double({ min: 0.01, max: 5000, noNaN: true }),
        (curve, from, count) => {
          const fromNs = from * SECOND;
          const atNs = curve.after(fromNs, count);
          if (atNs === Infinity) expect(curve.expected(fromNs, fromNs + 1e15)).toBeLessThan(count * (1 + 1e-9) + 1e-6);
          else expect(Math.abs(curve.expected(fromNs, atNs) / count - 1)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('two steps one after the other are one step', () => {
    fc.assert(
      fc.property(
        curves,
        fc.double({ min: 0.1, max: 300, noNaN: true }),
        fc.double({ min: 0.1, max: 300, noNaN: true }),
        (curve, a, b) => {
          const half = curve.after(0, a);
          fc.pre(half < Infinity);
          const joined = curve.after(half, b);
          if (joined < Infinity) expect(curve.expected(0, joined)).toBeCloseTo(a + b, 5);
        },
      ),
    );
  });

  it('a daily wave has its mean, its peak and its trough where the plan says', () => {
    const curve = rateCurve({ kind: 'daily', meanPerSec: 100, amplitude: 0.6, peakNs: 14 * 3600 * SECOND });
    expect(curve.expected(0, DAY_NS)).toBeCloseTo(100 * 86_400, 3);
    expect(curve.expected(3 * DAY_NS + 5, 4 * DAY_NS + 5)).toBeCloseTo(100 * 86_400, 3);
    expect(curve.perSecAt(14 * 3600 * SECOND)).toBeCloseTo(160, 9);
    expect(curve.perSecAt(2 * 3600 * SECOND)).toBeCloseTo(40, 9);
    for (let minute = 0; minute < 1440; minute += 7) {
      const exact = 100 * (1 + 0.6 * Math.cos(2 * Math.PI * (minute / 1440 - 14 / 24)));
      expect(Math.abs(curve.perSecAt(minute * 60 * SECOND) - exact)).toBeLessThan(60 * 8e-5);
    }
  });

  it('steps are silent before the first; a series holds, repeats or stops', () => {
    const steps = rateCurve({ kind: 'steps', steps: [{ fromNs: 10 * SECOND, perSec: 4 }] });
    expect(steps.expected(0, 12 * SECOND)).toBe(8);
    const series = { kind: 'series', timesNs: [0, 10 * SECOND], perSec: [2, 6] } as const;
    const expected = (between: 'linear' | 'step', after: 'hold' | 'repeat' | 'stop'): number =>
      rateCurve({ ...series, between, after }).expected(0, 40 * SECOND);
    expect(expected('step', 'hold')).toBe(20 + 180);
    expect(expected('step', 'repeat')).toBe(20 + 60 + 20 + 60);
    expect(expected('step', 'stop')).toBe(20 + 60);
    expect(expected('linear', 'hold')).toBe(40 + 180);
    expect(expected('linear', 'stop')).toBeCloseTo(40 + 60, 6);
    expect(expected('linear', 'repeat')).toBe(2 * (40 + 40));
    expect(rateCurve({ ...series, between: 'step', after: 'stop' }).after(0, 100)).toBe(Infinity);
  });
});

describe('faults of a rate', () => {
  const pathsOf = (shape: RateShape): string[] => faultsOfRate(shape).map(({ path }) => path.join('.'));

  it('names every value that is none', () => {
    expect(pathsOf({ kind: 'constant', perSec: -1 })).toEqual(['perSec']);
    expect(pathsOf({ kind: 'steps', steps: [] })).toEqual(['steps']);
    expect(
      pathsOf({
        kind: 'steps',
        steps: [
          { fromNs: 5, perSec: 1 },
          { fromNs: 5, perSec: Number.NaN },
        ],
      }),
    ).toEqual(['steps.1.perSec', 'steps.1.fromNs']);
    expect(pathsOf({ kind: 'daily', meanPerSec: 1, amplitude: 1.1, peakNs: -1 })).toEqual(['amplitude', 'peakNs']);
    const series = { kind: 'series', between: 'step', after: 'hold' } as const;
    expect(pathsOf({ ...series, timesNs: [], perSec: [] })).toEqual(['timesNs']);
    expect(pathsOf({ ...series, timesNs: [0, 1], perSec: [1] })).toEqual(['perSec']);
    expect(pathsOf({ ...series, timesNs: [1, 0], perSec: [Number.NaN, -2] })).toEqual([
      'timesNs.0',
      'perSec.0',
      'perSec.1',
      'timesNs.1',
    ]);
  });

  it('says what a hole is and what to do', () => {
    const [hole] = faultsOfRate({ kind: 'constant', perSec: Number.NaN });
    expect(hole.hint).toMatch(/hole.*write 0/);
    expect(() => rateCurve({ kind: 'constant', perSec: -3 })).toThrow(/perSec.*got -3/);
  });

  it('lets good ones pass', () => {
    expect(pathsOf({ kind: 'constant', perSec: 0 })).toEqual([]);
    expect(pathsOf({ kind: 'daily', meanPerSec: 5, amplitude: 1, peakNs: 0 })).toEqual([]);
  });
});
