/**
 * Floating-point numbers as integer words for writing, with one fixed pattern for NaN and none for -0.
 *
 * Engines differ in the bits of NaN, so an array of floats that may hold NaN is never written as it stands.
 */
import { NAN_HIGH_WORD } from './record-blocks.ts';

const NAN_F32_WORD = 0x7fc00000;
const FLOAT = new Float32Array(1);
const FLOAT_WORD = new Uint32Array(FLOAT.buffer);
const DOUBLE = new Float64Array(1);
const DOUBLE_WORDS = new Uint32Array(DOUBLE.buffer);

/** The bits of `value` rounded to a float. */
export function floatWord(value: number): number {
  if (Number.isNaN(value)) return NAN_F32_WORD;
  FLOAT[0] = value + 0;
  return FLOAT_WORD[0];
}

/** Writes the bits of a double as words `2 * at` and `2 * at + 1`. */
export function putDouble(words: Uint32Array, at: number, value: number): void {
  if (Number.isNaN(value)) {
    words[2 * at] = 0;
    words[2 * at + 1] = NAN_HIGH_WORD;
    return;
  }
  DOUBLE[0] = value + 0;
  words[2 * at] = DOUBLE_WORDS[0];
  words[2 * at + 1] = DOUBLE_WORDS[1];
}
