/**
 * log, exp, log1p, expm1 and pow with the same bits in every JavaScript engine.
 *
 * The standard lets engines round these functions as they like, and they do: Node 20 and Chromium differ in the last
 * bit of every tenth result. These use only + - * / and bit operations, which the standard pins down.
 *
 * Source: FDLIBM 5.3 (e_log.c, e_exp.c, s_log1p.c, s_expm1.c; pow is in power.ts), error below 1 unit in the last place.
 *   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 *   preserved.
 * Left out: floating-point flags and rounding modes, which JavaScript does not have.
 */

import { highWord, powerOfTwo, scaleByPowerOfTwo, withHighWord } from './double-bits.ts';
import { expSeries } from './power.ts';

export { pow } from './power.ts';

/** log 2 in two parts; multiples of the first are exact for every exponent of a double. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the constant of Math is only specified approximately.
const INVERSE_LN2 = 1.4426950408889634;
const TWO_54 = 18014398509481984;

/** exp of anything above overflows. */
const EXP_MAX = 709.782712893384;
/** exp of anything below is zero. */
const EXP_MIN = -745.1332191019411;

const SIGN_MASK = 0x7fffffff;

/**
 * R(z), z = s * s, s = f / (2 + f): log(1 + f) = f - s * (f - R), by Remez on [0, 0.1716].
 * Even and odd powers are summed apart, as the processor can do both at once.
 */
function logSeries(z: number): number {
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return even + odd;
}

/** The natural logarithm. NaN below 0, -Infinity at 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const subnormal = highWord(x) < 0x00100000;
  const normal = subnormal ? x * TWO_54 : x;
  const high = highWord(normal);
  const fraction = high & 0xfffff;
  // Adds 1 to the exponent where the fraction is above sqrt(2), so that f lies in [sqrt(1/2) - 1, sqrt(2) - 1].
  const carry = (fraction + 0x95f64) & 0x100000;
  const k = (high >> 20) - 1023 + (carry >> 20) - (subnormal ? 54 : 0);
  const f = withHighWord(normal, fraction | (carry ^ 0x3ff00000)) - 1;
  return logNearOne(f, fraction, k);
}

/** k * log 2 + log(1 + f); `fraction` tells in which part of the interval f lies. */
function logNearOne(f: number, fraction: number, k: number): number {
  if ((0xfffff & (2 + fraction)) < 3) return logTiny(f, k);
  const s = f / (2 + f);
  const r = logSeries(s * s);
  if (((fraction - 0x6147a) | (0x6b851 - fraction)) > 0) {
    const half = 0.5 * f * f;
    if (k === 0) return f - (half - s * (half + r));
    return k * LN2_HIGH - (half - (s * (half + r) + k * LN2_LOW) - f);
  }
  if (k === 0) return f - s * (f - r);
  return k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

/** The same for |f| < 2^-20, where three terms of the series are enough. */
function logTiny(f: number, k: number): number {
  if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
  const r = f * f * (0.5 - 0.3333333333333333 * f);
  return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
}

/** log(1 + x) without losing the bits of a small x. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const high = highWord(x);
  const size = high & SIGN_MASK;
  if (size < 0x3c900000) return x;
  if (size < 0x3e200000) return x - x * x * 0.5;
  // From -0.2929 to 0.41422 no power of two has to be taken out.
  if (high < 0x3fda827a && (high > 0 || high <= (0xbfd2bec3 | 0))) return log1pReduced(x, 1, 0, 0);
  return log1pWide(x, high);
}

/** Splits 1 + x into 2^k * (1 + f), with the rounding error of 1 + x in c. */
function log1pWide(x: number, high: number): number {
  const huge = high >= 0x43400000;
  const u = huge ? x : 1 + x;
  const uHigh = highWord(u);
  const k = (uHigh >> 20) - 1023;
  const c = huge ? 0 : (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
  const fraction = uHigh & 0xfffff;
  if (fraction < 0x6a09e) return log1pReduced(withHighWord(u, fraction | 0x3ff00000) - 1, fraction, k, c);
  return log1pReduced(withHighWord(u, fraction | 0x3fe00000) - 1, (0x00100000 - fraction) >> 2, k + 1, c);
}

/** k * log 2 + log(1 + f) + c; `distance` is 0 only if |f| < 2^-20. */
function log1pReduced(f: number, distance: number, k: number, c: number): number {
  const half = 0.5 * f * f;
  const correction = k * LN2_LOW + c;
  if (distance === 0) {
    if (f === 0) return k * LN2_HIGH + correction;
    const r = half * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - correction - f);
  }
  const s = f / (2 + f);
  const r = logSeries(s * s);
  if (k === 0) return f - (half - s * (half + r));
  return k * LN2_HIGH - (half - (s * (half + r) + correction) - f);
}

/** The exponential. Infinity above about 709.78, 0 below about -745.13. */
export function exp(x: number): number {
  if (x > EXP_MAX) return Number.POSITIVE_INFINITY;
  if (x < EXP_MIN) return 0;
  if (Number.isNaN(x)) return Number.NaN;
  const size = highWord(x) & SIGN_MASK;
  if (size < 0x3e300000) return 1 + x;
  const k = size > 0x3fd62e42 ? nearestLn2Multiple(x, size) : 0;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = r - expSeries(r * r);
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  return scaleByPowerOfTwo(1 - (low - (r * c) / (2 - c) - high), k);
}

/** The whole number of log 2 nearest to x, for |x| > log(2) / 2. */
function nearestLn2Multiple(x: number, size: number): number {
  if (size < 0x3ff0a2b2) return x < 0 ? -1 : 1;
  return Math.trunc(INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
}

/** exp(x) - 1 without losing the bits of a small x. */
export function expm1(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > EXP_MAX) return Number.POSITIVE_INFINITY;
  const size = highWord(x) & SIGN_MASK;
  // Below -56 log 2 the exponential is lost in the rounding of 1.
  if (x < 0 && size >= 0x4043687a) return -1;
  if (size < 0x3c900000) return x;
  const k = size > 0x3fd62e42 ? nearestLn2Multiple(x, size) : 0;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  return expm1Reduced(r, high - r - low, k);
}

/** 2^k * exp(r + c) - 1, arranged so that the subtraction of 1 loses nothing. */
function expm1Reduced(r: number, c: number, k: number): number {
  const half = 0.5 * r;
  const square = r * half;
  const p = expm1Series(square);
  const t = 3 - p * half;
  const quotient = square * ((p - t) / (6 - r * t));
  if (k === 0) return r - (r * quotient - square);
  return expm1Scaled(r, r * (quotient - c) - c - square, k);
}

/** 2^k * (1 + r - e) - 1, in the order of operations that suits the size of k. */
function expm1Scaled(r: number, e: number, k: number): number {
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k <= -2 || k > 56) return scaleByPowerOfTwo(1 - (e - r), k) - 1;
  if (k < 20) return scaleByPowerOfTwo(1 - powerOfTwo(-k) - (e - r), k);
  return scaleByPowerOfTwo(r - (e + powerOfTwo(-k)) + 1, k);
}

/** 1 + z * Q(z), by Remez on [0, 0.0601]. */
function expm1Series(z: number): number {
  const tail = -0.0000793650757867488 + z * (0.000004008217827329362 + z * -2.0109921818362437e-7);
  return 1 + z * (-0.03333333333333313 + z * (0.0015873015872548146 + z * tail));
}
