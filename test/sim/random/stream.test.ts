import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stream, StreamSource } from '../../../sim/random/stream.ts';

function draws(stream: Stream, count: number): number[] {
  return Array.from({ length: count }, () => stream.uint32());
}

/** Chi-square of counts against equal chances. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, each) => sum + each, 0) / counts.length;
  return counts.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0);
}

function countsOf(values: Iterable<number>, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) counts[value] += 1;
  return counts;
}

describe('names', () => {
  it('the same name gives the same draws, in another source too', () => {
    const first = new StreamSource('7').stream('node/1', 'failures');
    const second = new StreamSource('7').stream('node/1', 'failures');
    expect(draws(first, 100)).toEqual(draws(second, 100));
  });

  it('draws are these, for ever: a change would change every run', () => {
    expect(draws(new StreamSource('1').stream('service/web', 'arrivals'), 4)).toEqual([
      266809603, 2348904595, 1175980644, 2797339137,
    ]);
  });

  it('a source gives the same object for the same name, so draws go on', () => {
    const source = new StreamSource('7');
    const stream = source.stream('a', 'b');
    const before = draws(stream, 10);
    expect(source.stream('a', 'b')).toBe(stream);
    expect(draws(source.stream('a', 'b'), 10)).not.toEqual(before);
  });

  it('adding streams and draws elsewhere moves no draw', () => {
    const alone = draws(new StreamSource('s').stream('b', 'x'), 50);
    const source = new StreamSource('s');
    draws(source.stream('a', 'x'), 13);
    const stream = source.stream('b', 'x');
    const crowded: number[] = [];
    for (let i = 0; i < 50; i++) {
      draws(source.stream(`other/${i}`, 'x'), i % 5);
      crowded.push(stream.uint32());
    }
    expect(crowded).toEqual(alone);
  });

  it('every part of the name counts, and where one part ends', () => {
    const names: [string, string, string][] = [
      ['1', 'ab', 'c'],
      ['1', 'a', 'bc'],
      ['1a', 'b', 'c'],
      ['2', 'ab', 'c'],
      ['1', 'ab', 'd'],
      ['1', '', 'abc'],
      ['1', 'abc', ''],
    ];
    const firsts = names.map((name) => draws(new Stream(...name), 4).join());
    expect(new Set(firsts).size).toBe(names.length);
  });
});

describe('uniformity', () => {
  // 255 degrees of freedom: 1 in 10,000 chance above 347 and below 179. Seeds are fixed, so these never flicker.
  const plausible = (value: number) => value > 179 && value < 347;

  it('of one stream, in high and in low bits', () => {
    const values = draws(new Stream('1', 'a', 'b'), 100_000);
    expect(
      chiSquare(
        countsOf(
          values.map((each) => each >>> 24),
          256,
        ),
      ),
    ).toSatisfy(plausible);
    expect(
      chiSquare(
        countsOf(
          values.map((each) => each & 255),
          256,
        ),
      ),
    ).toSatisfy(plausible);
  });

  it('of the first draws of streams with neighbouring names', () => {
    const firsts = Array.from({ length: 50_000 }, (_, i) => new Stream('1', `pod/${i}`, 'start').uint32() >>> 24);
    expect(chiSquare(countsOf(firsts, 256))).toSatisfy(plausible);
    // Neighbours do not lean on each other either.
    const pairs = firsts.slice(1).map((each, i) => (each ^ firsts[i]) & 255);
    expect(chiSquare(countsOf(pairs, 256))).toSatisfy(plausible);
  });

  it('of neighbouring seeds', () => {
    const firsts = Array.from({ length: 50_000 }, (_, i) => new Stream(String(i), 'pod', 'start').uint32() >>> 24);
    expect(chiSquare(countsOf(firsts, 256))).toSatisfy(plausible);
  });

  it('of uniform(): below one, with mean and variance of the interval, using all 53 bits', () => {
    const stream = new Stream('3', 'a', 'b');
    const values = Array.from({ length: 200_000 }, () => stream.uniform());
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.003);
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001);
    expect(values.every((each) => each >= 0 && each < 1 && Number.isInteger(each * 2 ** 53))).toBe(true);
    expect(values.some((each) => (each * 2 ** 53) % 2 === 1)).toBe(true);
  });
});

describe('below', () => {
  it('is unbiased where a plain remainder would favour small results', () => {
    // 2^32 mod n is a third of n: a plain remainder would give results below 2^30 half as often again.
    const n = 3 * 2 ** 30;
    const stream = new Stream('1', 'a', 'below');
    const counts = countsOf(
      Array.from({ length: 90_000 }, () => Math.floor(stream.below(n) / 2 ** 30)),
      3,
    );
    expect(chiSquare(counts)).toBeLessThan(13.8);
  });

  it('stays in range and reaches both ends', () => {
    const stream = new Stream('1', 'a', 'dice');
    expect(
      chiSquare(
        countsOf(
          Array.from({ length: 60_000 }, () => stream.below(6)),
          6,
        ),
      ),
    ).toBeLessThan(25);
    expect(stream.below(1)).toBe(0);
    expect(stream.below(2 ** 32)).toBeLessThan(2 ** 32);
    for (const wrong of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) expect(() => stream.below(wrong)).toThrow(String(wrong));
  });
});

describe('pick and shuffle', () => {
  it('shuffle keeps the elements, in place', () => {
    const property = fc.property(fc.array(fc.nat()), fc.string(), (list, seed) => {
      const shuffled = new Stream(seed, 'a', 'b').shuffle(list.slice());
      expect(shuffled.sort((a, b) => a - b)).toEqual(list.slice().sort((a, b) => a - b));
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
    const list = [1, 2, 3];
    expect(new Stream('1', 'a', 'b').shuffle(list)).toBe(list);
  });

  it('every order has the same chance', () => {
    const stream = new Stream('1', 'a', 'shuffle');
    const orders = ['012', '021', '102', '120', '201', '210'];
    const seen = Array.from({ length: 30_000 }, () => orders.indexOf(stream.shuffle([0, 1, 2]).join('')));
    expect(chiSquare(countsOf(seen, 6))).toBeLessThan(25);
  });

  it('pick needs a list that is not empty', () => {
    const stream = new Stream('1', 'a', 'pick');
    expect(['x', 'y']).toContain(stream.pick(['x', 'y']));
    expect(() => stream.pick([])).toThrow('not empty');
  });
});
