import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  packPlanes,
  unpackF64,
  unpackU8,
  unpackU16,
  unpackU32,
  unzigzag,
  zigzag,
} from '../../../sim/trace/byte-planes.ts';
import { crc32 } from '../../../sim/trace/crc32.ts';
import { floatWord, putDouble } from '../../../sim/trace/number-words.ts';
import { TraceProblem } from '../../../sim/trace/trace-problem.ts';

describe('byte planes', () => {
  it('give back any column', () => {
    const property = fc.property(fc.array(fc.nat(2 ** 31), { maxLength: 50 }), fc.nat(31), (list, shift) => {
      const numbers = Uint32Array.from(list, (n) => n >>> shift);
      expect(unpackU32(packPlanes(numbers, list.length, 4), list.length, 'x')).toEqual(numbers);
      const narrow = Uint16Array.from(numbers);
      expect(unpackU16(packPlanes(narrow, list.length, 2), list.length, 'x')).toEqual(narrow);
      const bytes = Uint8Array.from(numbers);
      expect(unpackU8(packPlanes(bytes, list.length, 1), list.length, 'x')).toEqual(bytes);
      const doubles = Float64Array.from(list, (n) => n / 3);
      expect(unpackF64(packPlanes(doubles, list.length, 8), list.length, 'x')).toEqual(doubles);
    });
    fc.assert(property, { seed: 4, numRuns: 100 });
  });

  it('leave out planes of zeros', () => {
    expect(packPlanes(Uint32Array.of(1, 0x20002), 2, 4)).toEqual(Uint8Array.of(0b101, 1, 2, 0, 2));
    expect(packPlanes(new Uint32Array(1000), 1000, 4)).toEqual(Uint8Array.of(0));
  });

  it('refuse columns of another length', () => {
    const packed = packPlanes(Uint32Array.of(1, 2, 3), 3, 4);
    for (const count of [0, 2, 4]) expect(() => unpackU32(packed, count, 'x')).toThrow(TraceProblem);
    expect(() => unpackU32(new Uint8Array(0), 3, 'x')).toThrow(/does not hold 3 numbers/);
    expect(() => unpackU16(Uint8Array.of(0b100, 1), 1, 'x')).toThrow(TraceProblem);
  });

  it('fold signed numbers', () => {
    expect([0, -1, 1, -2, 2 ** 31 - 1, -(2 ** 31)].map(zigzag)).toEqual([0, 1, 2, 3, 2 ** 32 - 2, 2 ** 32 - 1]);
    for (const value of [0, -1, 1, 12345, -54321, 2 ** 31 - 1, -(2 ** 31)]) expect(unzigzag(zigzag(value))).toBe(value);
  });
});

describe('words of numbers', () => {
  it('have one pattern for NaN and none for -0', () => {
    const words = new Uint32Array(4);
    putDouble(words, 1, Number.NaN);
    expect([...words]).toEqual([0, 0, 0, 0x7ff80000]);
    putDouble(words, 1, -0);
    expect([...words]).toEqual([0, 0, 0, 0]);
    expect([floatWord(Number.NaN), floatWord(-0), floatWord(1)]).toEqual([0x7fc00000, 0, 0x3f800000]);
  });
});

describe('crc32', () => {
  it('is that of ISO 3309', () => {
    const of = (text: string): number => crc32(new TextEncoder().encode(text));
    expect([of(''), of('a'), of('123456789')]).toEqual([0, 0xe8b7be43, 0xcbf43926]);
    expect(of('The quick brown fox jumps over the lazy dog')).toBe(0x414fa339);
  });
});
