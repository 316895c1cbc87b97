import { describe, expect, it } from 'vitest';
import { isEven, judgeTogether } from '../../../scenarios/reality/pooled-places.ts';
import type { Quantity } from '../../../scenarios/reality/quantity.ts';
import { Stream } from '../../../sim/random/stream.ts';

const quantity = (places: readonly number[], name = 'time', isVarying = true): Quantity => {
  return { name, observed: 0, simulated: 0, tolerance: 'places', agree: true, pool: { name, places, isVarying } };
};

describe('places among our runs', () => {
  it('that are drawn evenly fail about as often as the level says', () => {
    const stream = new Stream('places', 'test', 'draws');
    const trials = 4000;
    let failed = 0;
    for (let trial = 0; trial < trials; trial++) {
      if (!isEven(Array.from({ length: 12 }, () => stream.uniform()))) failed++;
    }
    expect(failed / trials).toBeGreaterThan(0.002);
    expect(failed / trials).toBeLessThan(0.009);
  });

  it('fail when they crowd at one side, in the middle or at both ends', () => {
    const many = (one: (i: number) => number) => Array.from({ length: 60 }, (_, i) => one(i));
    expect(isEven(many((i) => (i + 0.5) / 60))).toBe(true);
    expect(isEven(many((i) => 0.6 + (0.4 * i) / 60))).toBe(false);
    expect(isEven(many((i) => 0.4 + (0.2 * i) / 60))).toBe(false);
    expect(isEven(many((i) => (i % 2 === 0 ? 0.02 : 0.98)))).toBe(false);
  });

  it('are judged over all cases, each pool for itself, and one that fails fails all varying figures in it', () => {
    const low = Array.from({ length: 20 }, () => 0.05);
    const even = Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40);
    const { cases, pools } = judgeTogether([[quantity(low), quantity(even, 'count')], [quantity(low, 'time', false)]]);
    expect(pools.map(({ name, agree }) => [name.split(':')[0], agree])).toEqual([
      ['time', false],
      ['count', true],
    ]);
    expect(pools[0]!.observed).toHaveLength(40);
    expect(cases.map((quantities) => quantities.map(({ agree }) => agree))).toEqual([[false, true], [true]]);
  });

  it('are not judged where nothing varies', () => {
    const low = Array.from({ length: 20 }, () => 0.05);
    expect(judgeTogether([[quantity(low, 'time', false)]]).pools).toEqual([]);
  });

  it('decide nothing where they are too few', () => {
    const few = (count: number): Quantity => {
      const places = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
      return { ...quantity(places), pool: { name: 'time', places, isVarying: true, needs: 4 } };
    };
    const agrees = (one: Quantity): boolean => judgeTogether([[one]]).cases[0]![0]!.agree;
    expect(agrees(few(3))).toBe(false);
    expect(agrees(few(4))).toBe(true);
    expect(agrees(quantity([0.5]))).toBe(true);
  });
});
