/**
 * One digest over many results of numeric.ts, to compare engines: Node and every browser must give the same one.
 *
 * Inputs come from an integer generator of its own, so nothing but the functions under test is compared. The hash
 * (FNV-1a over 32-bit words, twice with different starts) finds accidents; it is not meant against forgery.
 */

import { assert } from '../engine/assert.ts';
import { highWord, lowWord } from './double-bits.ts';
import { exp, log, pow } from './numeric.ts';

/** FNV-1a, 32 bits. */
const FNV_PRIME = 0x01000193;
const FNV_START = 0x811c9dc5;
/** Start of the second lane. */
const SECOND_START = 0x9e3779b9;

const INVERSE_TWO_32 = 1 / 4294967296;

/** The digest as 16 hexadecimal digits. `count` inputs are drawn; each goes through log, exp and pow. */
export function numericDigest(count: number): string {
  assert(Number.isInteger(count) && count > 0, `numericDigest() needs a whole count above 0, got ${count}`);
  let first = FNV_START;
  let second = SECOND_START;
  let state = 0x2545f491;
  for (let i = 0; i < count; i++) {
    state = nextState(state);
    const u = ((state >>> 0) + 0.5) * INVERSE_TWO_32;
    state = nextState(state);
    const v = (state >>> 0) * INVERSE_TWO_32;
    first = mix(mix(mix(first, log(u)), exp(40 * v - 20)), pow(8 * u, 12 * v - 6));
    second = Math.imul(second ^ first, FNV_PRIME) + i;
  }
  return hex(first) + hex(second);
}

/** Marsaglia's xorshift with shifts 13, 17, 5. */
function nextState(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ (x << 5);
}

function mix(hash: number, value: number): number {
  return Math.imul(Math.imul(hash ^ highWord(value), FNV_PRIME) ^ lowWord(value), FNV_PRIME);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
