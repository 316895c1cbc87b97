/**
 * Bytes in network order: one place that writes them and one that reads them and never goes past the end.
 *
 * Source: RFC 1700 (network byte order). Left out: streams; a packet stands in one array.
 */
import { assert } from '../../../sim/engine/assert.ts';

/** Bytes that are no packet: what was read, where, and what was expected. */
export class WireProblem extends Error {
  override readonly name = 'WireProblem';
  /** The header that was read, as "IPv4". */
  readonly layer: string;

  constructor(layer: string, expected: string) {
    super(`${layer}: ${expected}`);
    this.layer = layer;
  }
}

/** No bytes. */
export const NO_BYTES = new Uint8Array(0);

const BYTE = 256;
const WORD = 65_536;
const LONG = 4_294_967_296;

/** Writes numbers one after another; it grows by itself. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #used = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#used;
  }

  /** An unsigned number of 8 bits. */
  u8(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < BYTE, () => `a byte is 0 to 255, got ${value}`);
    this.#room(1);
    this.#bytes[this.#used++] = value;
    return this;
  }

  /** An unsigned number of 16 bits. */
  u16(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < WORD, () => `16 bits hold 0 to 65,535, got ${value}`);
    return this.u8(Math.floor(value / BYTE)).u8(value % BYTE);
  }

  /** An unsigned number of 32 bits. */
  u32(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < LONG, () => `32 bits hold no ${value}`);
    return this.u16(Math.floor(value / WORD)).u16(value % WORD);
  }

  /** An unsigned number of 48 bits, as a hardware address. */
  u48(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < WORD * LONG, () => `48 bits hold no ${value}`);
    return this.u16(Math.floor(value / LONG)).u32(value % LONG);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    return this;
  }

  /** What was written. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#used);
  }

  #room(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const wider = new Uint8Array(2 * (this.#used + more));
    wider.set(this.#bytes);
    this.#bytes = wider;
  }
}

/** Reads numbers one after another. @throws WireProblem when bytes are missing */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #layer: string;
  #at = 0;

  /** `layer` names the header in problems. */
  constructor(bytes: Uint8Array, layer: string) {
    this.#bytes = bytes;
    this.#layer = layer;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** An unsigned number of 8 bits. */
  u8(): number {
    this.need(1);
    return this.#bytes[this.#at++]!;
  }

  /** An unsigned number of 16 bits. */
  u16(): number {
    return this.u8() * BYTE + this.u8();
  }

  /** An unsigned number of 32 bits. */
  u32(): number {
    return this.u16() * WORD + this.u16();
  }

  /** An unsigned number of 48 bits. */
  u48(): number {
    return this.u16() * LONG + this.u32();
  }

  /** The next bytes, copied. */
  raw(count: number): Uint8Array {
    this.need(count);
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }

  /** All that is left, copied. */
  rest(): Uint8Array {
    return this.raw(this.left);
  }

  /** A reader of the next bytes alone. */
  part(count: number, layer = this.#layer): ByteReader {
    return new ByteReader(this.raw(count), layer);
  }

  /** Refuses if fewer bytes are left. */
  need(count: number): void {
    this.check(this.left >= count, () => `${count} bytes were expected at byte ${this.#at}, and ${this.left} are left`);
  }

  /** Refuses what the header's own rules forbid. */
  check(holds: boolean, expected: string | (() => string)): void {
    if (!holds) throw new WireProblem(this.#layer, typeof expected === 'string' ? expected : expected());
  }
}

/** Several arrays as one. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
