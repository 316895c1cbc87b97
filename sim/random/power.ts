/**
 * x to the power of y with the same bits in every JavaScript engine.
 *
 * Source: FDLIBM 5.3, e_pow.c, error below 0.70 units in the last place: log2(x) is found in two doubles, multiplied by
 * y in two doubles, and raised. Special cases are those of JavaScript's `Math.pow`.
 *   Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
 *   preserved.
 */

import { highWord, scaleByPowerOfTwo, withHighWord, withoutLowWord } from './double-bits.ts';

const TWO_53 = 9007199254740992;
const TWO_64 = 4294967296 * 4294967296;
const SIGN_MASK = 0x7fffffff;

/** log 2, and its split into a short front part and the rest. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the constant of Math is only specified approximately.
const LN2 = 0.6931471805599453;
const LN2_HIGH = 0.6931471824645996;
const LN2_LOW = -1.904654299957768e-9;

/** 1 / log 2, and its split. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: the constant of Math is only specified approximately.
const INVERSE_LN2 = 1.4426950408889634;
const INVERSE_LN2_HIGH = 1.4426950216293335;
const INVERSE_LN2_LOW = 1.9259629911266175e-8;

/** 2 / (3 log 2), and its split. */
const CP = 0.9617966939259756;
const CP_HIGH = 0.9617967009544373;
const CP_LOW = -7.028461650952758e-9;

/** log2(1.5) in two parts. */
const LOG2_1_5_HIGH = 0.5849624872207642;
const LOG2_1_5_LOW = 1.350039202129749e-8;

/** -(1024 - log2(largest double + half a unit in the last place)): decides the results that only just overflow. */
const OVERFLOW_MARGIN = 8.008566259537294e-17;

/** The second half of the two-double logarithm that `log2Near` and `log2Any` found last; the first is returned. */
let log2Low = 0;

/** `x` to the power of `y`, as `Math.pow` defines the special cases. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  if (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY) return powInfinite(size, y);
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === 0.5 && x > 0) return Math.sqrt(x);
  const negative = x < 0 || (x === 0 && 1 / x < 0);
  const odd = negative && Math.abs(y % 2) === 1;
  if (size === 0 || size === 1 || size === Number.POSITIVE_INFINITY) return powSimple(x, size, y, odd);
  if (negative && y % 1 !== 0) return Number.NaN;
  const result = powPositive(size, y);
  return odd ? -result : result;
}

/** |x| to an infinite power. */
function powInfinite(size: number, y: number): number {
  if (size === 1) return Number.NaN;
  return size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
}

/** Powers of zero, one and infinity, of either sign. */
function powSimple(x: number, size: number, y: number, odd: boolean): number {
  if (x === -1 && y % 1 !== 0) return Number.NaN;
  const result = y < 0 ? 1 / size : size;
  return odd ? -result : result;
}

/** The power of a positive, finite x that is not 1. */
function powPositive(x: number, y: number): number {
  const ySize = Math.abs(y);
  const high = highWord(x);
  if (ySize > 2147483648) {
    // So large a power leaves the range of doubles, unless x is within 2^-20 of 1.
    const nearOne = ySize < TWO_64 && high >= 0x3fefffff && high <= 0x3ff00000;
    if (!nearOne) return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
    return raise(y, log2Near(x), log2Low);
  }
  return raise(y, log2Any(x), log2Low);
}

/** log2(x) in two doubles for x within 2^-20 of 1: four terms of the series. */
function log2Near(x: number): number {
  const t = x - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = INVERSE_LN2_HIGH * t;
  const v = t * INVERSE_LN2_LOW - w * INVERSE_LN2;
  const high = withoutLowWord(u + v);
  log2Low = v - (high - u);
  return high;
}

/** log2(x) in two doubles for any positive x: x = 2^n * m with m near 1 or near 1.5. */
function log2Any(x: number): number {
  const subnormal = highWord(x) < 0x00100000;
  const scaled = subnormal ? x * TWO_53 : x;
  const high = highWord(scaled);
  const fraction = high & 0xfffff;
  const exponent = (high >> 20) - 1023 - (subnormal ? 53 : 0);
  if (fraction <= 0x3988e) return log2Mantissa(withHighWord(scaled, fraction | 0x3ff00000), exponent, false);
  if (fraction < 0xbb67a) return log2Mantissa(withHighWord(scaled, fraction | 0x3ff00000), exponent, true);
  return log2Mantissa(withHighWord(scaled, fraction | 0x3fe00000), exponent + 1, false);
}

/** n + log2(m); `upper` tells that m is nearer to 1.5 than to 1. */
function log2Mantissa(m: number, n: number, upper: boolean): number {
  const base = upper ? 1.5 : 1;
  const u = m - base;
  const v = 1 / (m + base);
  const s = u * v;
  const sHigh = withoutLowWord(s);
  // m + base in two parts, and with them the rounding error of s.
  const sumHigh = withHighWord(0, ((highWord(m) >> 1) | 0x20000000) + 0x00080000 + (upper ? 0x40000 : 0));
  const sumLow = m - (sumHigh - base);
  const sLow = v * (u - sHigh * sumHigh - sHigh * sumLow);
  const s2 = s * s;
  const r = s2 * s2 * log2Series(s2) + sLow * (sHigh + s);
  return log2Assemble(s, sHigh, sLow, r, n, upper);
}

/** log(m) * 3/2 = s + s^3 + s^5 * L(s^2), by Remez on [0, 0.0294]. */
function log2Series(z: number): number {
  const tail = 0.272728123808534 + z * (0.23066074577556175 + z * 0.20697501780033842);
  return 0.5999999999999946 + z * (0.4285714285785502 + z * (0.33333332981837743 + z * tail));
}

/** Multiplies the series by 2 / (3 log 2) in two doubles and adds n and the logarithm of the base. */
function log2Assemble(s: number, sHigh: number, sLow: number, r: number, n: number, upper: boolean): number {
  const square = sHigh * sHigh;
  const termHigh = withoutLowWord(3 + square + r);
  const termLow = r - (termHigh - 3 - square);
  const u = sHigh * termHigh;
  const v = sLow * termHigh + termLow * s;
  const pHigh = withoutLowWord(u + v);
  const pLow = v - (pHigh - u);
  const zHigh = CP_HIGH * pHigh;
  const zLow = CP_LOW * pHigh + pLow * CP + (upper ? LOG2_1_5_LOW : 0);
  const baseHigh = upper ? LOG2_1_5_HIGH : 0;
  const high = withoutLowWord(zHigh + zLow + baseHigh + n);
  log2Low = zLow - (high - n - baseHigh - zHigh);
  return high;
}

/** 2 to the power of y * (high + low). */
function raise(y: number, high: number, low: number): number {
  const yHigh = withoutLowWord(y);
  const productLow = (y - yHigh) * high + y * low;
  const productHigh = yHigh * high;
  const z = productLow + productHigh;
  if (z > 1024 || (z === 1024 && productLow + OVERFLOW_MARGIN > z - productHigh)) return Number.POSITIVE_INFINITY;
  if (z < -1075 || (z === -1075 && productLow <= z - productHigh)) return 0;
  const n = (highWord(z) & SIGN_MASK) > 0x3fe00000 ? Math.floor(z + 0.5) : 0;
  return scaleByPowerOfTwo(raiseFraction(productHigh - n, productLow), n);
}

/** 2 to the power of high + low, a number from -0.5 to 0.5. */
function raiseFraction(high: number, low: number): number {
  const t = withoutLowWord(low + high);
  const u = t * LN2_HIGH;
  const v = (low - (t - high)) * LN2 + t * LN2_LOW;
  const z = u + v;
  const w = v - (z - u);
  const c = z - expSeries(z * z);
  return 1 - ((z * c) / (c - 2) - (w + z * w) - z);
}

/** t * P(t), t = r * r: r * (exp(r) + 1) / (exp(r) - 1) = 2 + t * P(t), by Remez on [0, 0.1201]. Shared with exp in numeric.ts. */
export function expSeries(t: number): number {
  const tail = 0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8);
  return t * (0.16666666666666602 + t * (-0.0027777777777015593 + t * tail));
}
