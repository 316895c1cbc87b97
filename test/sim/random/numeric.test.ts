import { describe, expect, it } from 'vitest';
import { exp, expm1, log, log1p, pow } from '../../../sim/random/numeric.ts';
import { numericDigest } from '../../../sim/random/numeric-digest.ts';
import { Stream } from '../../../sim/random/stream.ts';

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** Doubles numbered in order, so that neighbours differ by one. */
function rank(x: number): bigint {
  double[0] = x;
  return bits[0] < 0n ? -(bits[0] & 0x7fffffffffffffffn) : bits[0];
}

/** Distance in units of the last place; 0 for equal values, NaN included, Infinity if only one is NaN. */
function distance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  return Math.abs(Number(rank(a) - rank(b)));
}

const stream = new Stream('1', 'numeric', 'inputs');
const between = (low: number, high: number) => low + (high - low) * stream.uniform();
/** Any finite double, every exponent alike. */
const anyDouble = () => between(1, 2) * 2 ** (stream.below(2046) - 1022) * (stream.below(2) === 0 ? 1 : -1);
const tiny = () => between(0, 1e-310);

const COUNT = 100_000;

describe('within two units in the last place of Math', () => {
  it.each<[string, (x: number) => number, (x: number) => number, () => number]>([
    ['log on (0, 1)', log, Math.log, () => stream.uniform()],
    ['log near 1', log, Math.log, () => between(1 - 1e-5, 1 + 1e-5)],
    ['log anywhere', log, Math.log, () => Math.abs(anyDouble())],
    ['log of subnormals', log, Math.log, tiny],
    ['exp', exp, Math.exp, () => between(-750, 720)],
    ['exp near 0', exp, Math.exp, () => between(-1, 1)],
    ['exp anywhere', exp, Math.exp, anyDouble],
    ['log1p', log1p, Math.log1p, () => between(-1, 3)],
    ['log1p anywhere', log1p, Math.log1p, anyDouble],
    ['expm1', expm1, Math.expm1, () => between(-60, 720)],
    ['expm1 near 0', expm1, Math.expm1, () => between(-1, 1)],
    ['expm1 anywhere', expm1, Math.expm1, anyDouble],
  ])('%s', (_name, ours, theirs, input) => {
    let worst = { x: 0, distance: 0 };
    for (let i = 0; i < COUNT; i++) {
      const x = input();
      const found = distance(ours(x), theirs(x));
      if (found > worst.distance) worst = { x, distance: found };
    }
    expect(worst.distance, `at ${worst.x}`).toBeLessThanOrEqual(2);
  });

  it.each<[string, () => [number, number]]>([
    ['pow', () => [between(0, 10), between(-20, 20)]],
    ['pow of any positive number', () => [Math.abs(anyDouble()), between(-3, 3)]],
    ['pow to a whole number', () => [anyDouble(), stream.below(50) - 25]],
    ['pow to a large number', () => [between(1 - 1e-6, 1 + 1e-6), between(-1e10, 1e10)]],
    ['pow of 2', () => [2, between(-1100, 1100)]],
    ['pow of subnormals', () => [tiny(), between(-3, 3)]],
    ['pow anywhere', () => [anyDouble(), anyDouble()]],
  ])('%s', (_name, input) => {
    let worst = { x: 0, y: 0, distance: 0 };
    for (let i = 0; i < COUNT; i++) {
      const [x, y] = input();
      const found = distance(pow(x, y), x ** y);
      if (found > worst.distance) worst = { x, y, distance: found };
    }
    expect(worst.distance, `at ${worst.x}, ${worst.y}`).toBeLessThanOrEqual(2);
  });
});

describe('special values', () => {
  const halves = [0, 1, 2, 3, 0.1, 0.5, 1.5, 709.78, 710, 745.1, 746, 1023.5, 1024, 1074, 1075, 1e20, 1e308, 5e-324];
  const edges = [2 ** 31, 2 ** 32, 2 ** 53, 2 ** 64, 2 ** 65, 1 - 2 ** -53, 1 + 2 ** -52, 2 ** 53 - 1];
  const positive = [...halves, ...edges, Number.POSITIVE_INFINITY];
  const values = [...positive, ...positive.map((each) => -each), Number.NaN];

  /** Exact where the result is special, close elsewhere; zeros must have the right sign. */
  function agrees(ours: number, theirs: number): boolean {
    const special = theirs === 0 || !Number.isFinite(theirs);
    return special ? Object.is(ours, theirs) : distance(ours, theirs) <= 1;
  }

  it('log, exp, log1p and expm1', () => {
    const wrong = values.filter(
      (x) =>
        !agrees(log(x), Math.log(x)) ||
        !agrees(exp(x), Math.exp(x)) ||
        !agrees(log1p(x), Math.log1p(x)) ||
        !agrees(expm1(x), Math.expm1(x)),
    );
    expect(wrong).toEqual([]);
  });

  it('pow', () => {
    const pairs = values.flatMap((x) => values.map((y) => [x, y] as const));
    expect(pairs.filter(([x, y]) => !agrees(pow(x, y), x ** y))).toEqual([]);
  });
});

describe('digest', () => {
  it('of two million inputs is this one, in every engine', () => {
    expect(numericDigest(2_000_000)).toBe('ef2079aee1b76817');
  });

  it('depends on the count, which must be whole', () => {
    expect(numericDigest(1)).not.toBe(numericDigest(2));
    expect(() => numericDigest(0)).toThrow('got 0');
  });
});
