/**
 * The bits of a double: what numeric.ts needs to take numbers apart and to put them together.
 *
 * Works on machines of either byte order. Never meant for values that may be NaN: their bits differ between engines.
 */

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** Which 32-bit word of a double holds the sign and the exponent: 1 on little-endian machines. */
const HIGH = (() => {
  double[0] = 1;
  return words[1] !== 0 ? 1 : 0;
})();
const LOW = 1 - HIGH;

/** Sign, exponent and the first 20 bits of the fraction, as a signed 32-bit integer. */
export function highWord(x: number): number {
  double[0] = x;
  return words[HIGH] | 0;
}

/** The last 32 bits of the fraction, unsigned. */
export function lowWord(x: number): number {
  double[0] = x;
  return words[LOW];
}

/** `x` with another high word. */
export function withHighWord(x: number, high: number): number {
  double[0] = x;
  words[HIGH] = high;
  return double[0];
}

/** `x` with the last 32 bits cleared: the front half of a split product. */
export function withoutLowWord(x: number): number {
  double[0] = x;
  words[LOW] = 0;
  return double[0];
}

/** 2 to the power of an integer from -1022 to 1023, exactly. */
export function powerOfTwo(exponent: number): number {
  words[LOW] = 0;
  words[HIGH] = (exponent + 1023) << 20;
  return double[0];
}

/** Smallest power of two used to step into the subnormal numbers with one rounding only. */
const TWO_M1000 = powerOfTwo(-1000);

/** `x` times 2 to the power of an integer, with one rounding, for `x` from about 0.5 to 4 and any exponent from -1100 to 1024. */
export function scaleByPowerOfTwo(x: number, exponent: number): number {
  if (exponent >= 1024) return x * 2 * powerOfTwo(exponent - 1);
  if (exponent >= -1021) return x * powerOfTwo(exponent);
  return x * powerOfTwo(exponent + 1000) * TWO_M1000;
}
