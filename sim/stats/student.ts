/**
 * Student's t distribution: its tails, its distribution function and its quantile.
 *
 * Source: Abramowitz and Stegun 26.5.27 (tail as an incomplete beta function) and 26.5.8 (its continued fraction, summed
 * by the method of Lentz). The beta function needed here has 1/2 as its second argument, so that a ratio of neighbouring
 * gamma functions does (A&S 6.1.48's series after shifting the argument up), without a logarithm of gamma.
 * Left out: any other distribution. Uses the project's own exp and log1p, so that an interval has the same bits everywhere.
 */
import { assert } from '../engine/assert.ts';
import { exp, log1p } from '../random/numeric.ts';

/** Below this argument the series of the gamma ratio is not yet exact to a double's last bits. */
const SERIES_FROM = 32;

/** The square of a larger number is no finite double. */
const SQUARE_ROOT_OF_LARGEST = 1.3e154;

/** Steps of the continued fraction; it needs about the root of the degrees of freedom. */
const FRACTION_STEPS_MAX = 100_000;

/** Newton steps and halvings; 60 halvings alone exhaust a double's digits, more are needed to find the scale. */
const SEARCH_STEPS_MAX = 400;

/** Γ(a + 1/2) / Γ(a) for a > 0. */
export function gammaHalfRatio(a: number): number {
  let scale = 1;
  let x = a;
  for (; x < SERIES_FROM; x += 1) scale *= x / (x + 0.5);
  const r = 1 / x;
  const high = -399 / 262_144 + r * (869 / 4_194_304 + r * (39_325 / 33_554_432));
  const series = 1 + r * (-1 / 8 + r * (1 / 128 + r * (5 / 1024 + r * (-21 / 32_768 + r * high))));
  return scale * Math.sqrt(x) * series;
}

/** Density of t with `df` degrees of freedom. */
export function tDensity(t: number, df: number): number {
  const peak = gammaHalfRatio(df / 2) / Math.sqrt(df * Math.PI);
  return peak * exp(-0.5 * (df + 1) * log1p((t * t) / df));
}

/** The chance of a value above `t` (t >= 0) with `df` degrees of freedom. */
export function tUpperTail(t: number, df: number): number {
  assert(t >= 0 && df > 0, () => `the tail of t = ${t} with ${df} degrees of freedom`);
  const a = df / 2;
  const square = t * t;
  const x = df / (df + square);
  const y = square / (df + square);
  // x^a · y^(1/2) / B(a, 1/2), with x^a taken through log1p: x is close to 1 when df is large.
  const front = (exp(-a * log1p(square / df)) * Math.sqrt(y) * gammaHalfRatio(a)) / Math.sqrt(Math.PI);
  if (x < (a + 1) / (a + 2.5)) return (0.5 * front * betaFraction(a, 0.5, x)) / a;
  return 0.5 - 0.5 * (front * betaFraction(0.5, a, y) * 2);
}

/** The chance of a value of at most `t`, any number and both infinities, with `df` degrees of freedom. */
export function tCumulative(t: number, df: number): number {
  const tail = tTwoSidedTail(t, df) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The chance of a value at least as far from 0 as `t` on either side: the p value of a two-sided t test. */
export function tTwoSidedTail(t: number, df: number): number {
  assert(!Number.isNaN(t), 'the tails of a t that is no number');
  // Beyond it the square overflows, and no tail with df >= 1 that a double could be told from 0 by matters to a test.
  if (Math.abs(t) > SQUARE_ROOT_OF_LARGEST) return 0;
  return 2 * tUpperTail(Math.abs(t), df);
}

/** The continued fraction of the incomplete beta function (A&S 26.5.8). */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= FRACTION_STEPS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 2e-16) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** The value that t stays below with chance `p`, 0 < p < 1, for `df` degrees of freedom (also broken ones). */
export function tQuantile(p: number, df: number): number {
  assert(p > 0 && p < 1, () => `a t quantile for the chance ${p}`);
  assert(df > 0 && df < Number.POSITIVE_INFINITY, () => `a t quantile with ${df} degrees of freedom`);
  if (p === 0.5) return 0;
  return p > 0.5 ? upperQuantile(1 - p, df) : -upperQuantile(p, df);
}

/** The t >= 0 whose upper tail is `tail`: Newton's method, kept inside a bracket that halves when Newton leaves it. */
function upperQuantile(tail: number, df: number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < SEARCH_STEPS_MAX && tUpperTail(high, df) > tail; step++) {
    low = high;
    high *= 2;
  }
  let t = (low + high) / 2;
  for (let step = 0; step < SEARCH_STEPS_MAX; step++) {
    const over = tUpperTail(t, df) - tail;
    if (over > 0) low = t;
    else high = t;
    const newton = t + over / tDensity(t, df);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - t) <= 2e-16 * t) return next;
    t = next;
  }
  return t;
}
