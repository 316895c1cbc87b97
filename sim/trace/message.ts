/**
 * MessagePack maps as parts of a recording: encoding, and decoding that trusts nothing.
 *
 * The decoder of the library allocates what a length says before it has seen the contents, so the shape of a document
 * is walked first: every container must be filled by bytes that are there, and nesting is bounded.
 */
import { decode, Encoder } from '@msgpack/msgpack';
import { MESSAGE_DEPTH_MAX } from './format.ts';
import { damaged, TraceProblem } from './trace-problem.ts';

/** Most chunks fit; a larger one lets the buffer grow. */
const ENCODER_BYTES = 1 << 18;

/** One for all: its buffer is grown once and not for every chunk. */
const ENCODER = new Encoder({
  maxDepth: MESSAGE_DEPTH_MAX,
  ignoreUndefined: true,
  initialBufferSize: ENCODER_BYTES,
});

/** Encodes a map; the order of keys is that of insertion, so equal calls give equal bytes. */
export function encodeMessage(map: object): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(map);
}

/**
 * Decodes one document that must be a map.
 *
 * @throws {TraceProblem} when the bytes are anything else.
 */
export function decodeMessage(bytes: Uint8Array, where: string): Fields {
  if (shapeEnd(bytes) !== bytes.length) throw damaged(`${where} is not one whole MessagePack document`);
  let value: unknown;
  try {
    value = decode(bytes);
  } catch (error) {
    throw damaged(`${where} cannot be decoded: ${error instanceof Error ? error.message : 'unknown reason'}`);
  }
  return new Fields(value, where);
}

/** The fields of a decoded map, checked as they are taken. */
export class Fields {
  private readonly map: Record<string, unknown>;
  private readonly where: string;

  /** @throws {TraceProblem} when `value` is not a map. */
  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
      throw damaged(`${where} is not a map`);
    }
    this.map = value as Record<string, unknown>;
    this.where = where;
  }

  /** The field as it is. */
  raw(name: string): unknown {
    return Object.hasOwn(this.map, name) ? this.map[name] : undefined;
  }

  /** A whole number from `min` to `max`. */
  int(name: string, min: number, max: number): number {
    const value = this.raw(name);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      throw damaged(`${name} of ${this.where} is not a whole number from ${min} to ${max}`);
    }
    return value;
  }

  /** A string. */
  text(name: string): string {
    const value = this.raw(name);
    if (typeof value !== 'string') throw damaged(`${name} of ${this.where} is not a text`);
    return value;
  }

  /** A run of bytes. */
  bytes(name: string): Uint8Array {
    const value = this.raw(name);
    if (!(value instanceof Uint8Array)) throw damaged(`${name} of ${this.where} is not a run of bytes`);
    return value;
  }

  /** A list. */
  list(name: string): readonly unknown[] {
    const value = this.raw(name);
    if (!Array.isArray(value)) throw damaged(`${name} of ${this.where} is not a list`);
    return value;
  }

  /** A map inside the map. */
  fields(name: string): Fields {
    return new Fields(this.raw(name), `${name} of ${this.where}`);
  }

  /** Names of the fields in their order in the file. */
  names(): string[] {
    return Object.keys(this.map);
  }
}

/** Where the first document in `bytes` ends, or -1 when it is not whole or nests too deep. Never recursive. */
function shapeEnd(bytes: Uint8Array): number {
  const walk = new ShapeWalk(bytes);
  try {
    return walk.end();
  } catch (error) {
    if (error instanceof TraceProblem) return -1;
    throw error;
  }
}

class ShapeWalk {
  private readonly bytes: Uint8Array;
  private at = 0;
  /** Documents still to come in each open container. */
  private readonly open: number[] = [1];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  end(): number {
    while (this.open.length > 0) {
      const last = this.open.length - 1;
      if (this.open[last] === 0) {
        this.open.pop();
        continue;
      }
      this.open[last]--;
      this.item();
    }
    return this.at;
  }

  private item(): void {
    const head = this.number(1);
    if (head < 0x80 || head >= 0xe0) return;
    if (head < 0x90) this.enter(2 * (head & 15));
    else if (head < 0xa0) this.enter(head & 15);
    else if (head < 0xc0) this.skip(head & 31);
    else this.wide(head);
  }

  private wide(head: number): void {
    if (head <= 0xc3) return;
    if (head <= 0xc6) this.skip(this.number(1 << (head - 0xc4)));
    else if (head <= 0xc9) this.skip(1 + this.number(1 << (head - 0xc7)));
    else if (head <= 0xcb) this.skip(head === 0xca ? 4 : 8);
    else if (head <= 0xcf) this.skip(1 << (head - 0xcc));
    else if (head <= 0xd3) this.skip(1 << (head - 0xd0));
    else if (head <= 0xd8) this.skip(1 + (1 << (head - 0xd4)));
    else if (head <= 0xdb) this.skip(this.number(1 << (head - 0xd9)));
    else this.enter((head >= 0xde ? 2 : 1) * this.number(head % 2 === 0 ? 2 : 4));
  }

  private number(length: number): number {
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + (this.bytes[this.at + i] ?? 0);
    this.skip(length);
    return value;
  }

  private skip(length: number): void {
    if (length > this.bytes.length - this.at) throw damaged('a length runs past the end');
    this.at += length;
  }

  private enter(items: number): void {
    // A container that claims more than is there ends the walk in `skip`: every item takes a byte at least.
    if (this.open.length > MESSAGE_DEPTH_MAX) throw damaged('too deep');
    this.open.push(items);
  }
}
