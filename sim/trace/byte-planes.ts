/**
 * Columns of numbers as byte planes: first all lowest bytes, then all second bytes, and so on; planes that hold only
 * zeros are left out. The first byte of a column is the mask of the planes that follow.
 *
 * Small numbers in wide columns then cost what they need, with no decompression when they are read.
 */
import { damaged } from './trace-problem.ts';

/** Bytes of one number in a column. */
export type PlaneWidth = 1 | 2 | 4 | 8;

/** Packs `count` numbers of `width` bytes from the start of `numbers`. */
export function packPlanes(numbers: ArrayBufferView, count: number, width: PlaneWidth): Uint8Array {
  const source = new Uint8Array(numbers.buffer, numbers.byteOffset, count * width);
  let mask = 0;
  let planes = 0;
  for (let plane = 0; plane < width; plane++) {
    if (!isUsed(source, plane, width)) continue;
    mask |= 1 << plane;
    planes++;
  }
  const packed = new Uint8Array(1 + planes * count);
  packed[0] = mask;
  let to = 1;
  for (let plane = 0; plane < width; plane++) {
    if ((mask & (1 << plane)) === 0) continue;
    for (let from = plane; from < source.length; from += width) packed[to++] = source[from];
  }
  return packed;
}

function isUsed(source: Uint8Array, plane: number, width: number): boolean {
  for (let at = plane; at < source.length; at += width) if (source[at] !== 0) return true;
  return false;
}

function unpackInto(packed: Uint8Array, target: Uint8Array, width: PlaneWidth, what: string): void {
  const count = target.length / width;
  const mask = packed.length > 0 ? packed[0] : 0;
  let planes = 0;
  for (let bits = mask; bits !== 0; bits >>>= 1) planes += bits & 1;
  if (mask >>> width !== 0 || packed.length !== 1 + planes * count) {
    throw damaged(`the column ${what} does not hold ${count} numbers`);
  }
  let from = 1;
  for (let plane = 0; plane < width; plane++) {
    if ((mask & (1 << plane)) === 0) continue;
    for (let to = plane; to < target.length; to += width) target[to] = packed[from++];
  }
}

/**
 * Unpacks `count` bytes. The caller has bounded `count`.
 *
 * @throws {TraceProblem} when the packed column does not hold `count` numbers (as do the other `unpack…` functions).
 */
export function unpackU8(packed: Uint8Array, count: number, what: string): Uint8Array {
  const numbers = new Uint8Array(count);
  unpackInto(packed, numbers, 1, what);
  return numbers;
}

/** Unpacks `count` 16-bit numbers. */
export function unpackU16(packed: Uint8Array, count: number, what: string): Uint16Array {
  const numbers = new Uint16Array(count);
  unpackInto(packed, new Uint8Array(numbers.buffer), 2, what);
  return numbers;
}

/** Unpacks `count` 32-bit numbers. */
export function unpackU32(packed: Uint8Array, count: number, what: string): Uint32Array {
  const numbers = new Uint32Array(count);
  unpackInto(packed, new Uint8Array(numbers.buffer), 4, what);
  return numbers;
}

/** Unpacks `count` floats. */
export function unpackF32(packed: Uint8Array, count: number, what: string): Float32Array {
  const numbers = new Float32Array(count);
  unpackInto(packed, new Uint8Array(numbers.buffer), 4, what);
  return numbers;
}

/** Unpacks `count` doubles. */
export function unpackF64(packed: Uint8Array, count: number, what: string): Float64Array {
  const numbers = new Float64Array(count);
  unpackInto(packed, new Uint8Array(numbers.buffer), 8, what);
  return numbers;
}

/** Folds a signed number so that those near zero have small codes: 0, -1, 1, -2 become 0, 1, 2, 3. */
export function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

/** The inverse of {@link zigzag}. */
export function unzigzag(code: number): number {
  return (code >>> 1) ^ -(code & 1);
}
