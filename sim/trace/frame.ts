/**
 * Frames: the pieces that a file consists of after its first twelve bytes (see format.ts).
 */
import { crc32 } from './crc32.ts';
import { BODY_BYTES_MAX, FRAME_PREFIX_BYTES, FRAME_TAGS, HEAD_BYTES_MAX } from './format.ts';
import { decodeMessage, encodeMessage, type Fields } from './message.ts';
import { damaged } from './trace-problem.ts';

/** Which piece a frame is. */
export type FrameName = keyof typeof FRAME_TAGS;

/** The bytes of a frame. The parts follow the head in the order of their keys. */
export function encodeFrame(name: FrameName, head: object, parts: Readonly<Record<string, object>>): Uint8Array {
  return encodeFrameParts(name, head, parts).bytes;
}

/** The bytes of a frame as {@link encodeFrame} gives them, and where each part ends in them. */
export function encodeFrameParts(
  name: FrameName,
  head: object,
  parts: Readonly<Record<string, object>>,
): { readonly bytes: Uint8Array; readonly ends: ReadonlyMap<string, number> } {
  const bodies = Object.entries(parts).map(([key, part]) => ({ key, bytes: encodeMessage(part) }));
  const headBytes = encodeMessage({ ...head, parts: bodies.map((b) => [b.key, b.bytes.length, crc32(b.bytes)]) });
  const bodyLength = bodies.reduce((sum, body) => sum + body.bytes.length, 0);
  const frame = new Uint8Array(FRAME_PREFIX_BYTES + headBytes.length + bodyLength);
  const view = new DataView(frame.buffer);
  view.setUint32(0, FRAME_TAGS[name], true);
  view.setUint32(4, headBytes.length, true);
  view.setUint32(8, crc32(headBytes), true);
  view.setUint32(12, bodyLength, true);
  view.setUint32(16, crc32(frame.subarray(0, 16)), true);
  frame.set(headBytes, FRAME_PREFIX_BYTES);
  const ends = new Map<string, number>();
  let to = FRAME_PREFIX_BYTES + headBytes.length;
  for (const body of bodies) {
    frame.set(body.bytes, to);
    to += body.bytes.length;
    ends.set(body.key, to);
  }
  return { bytes: frame, ends };
}

/** What stands in front of every frame. */
export interface FramePrefix {
  readonly name: FrameName;
  /** Bytes of the head. */
  readonly headLength: number;
  /** CRC-32 of the head. */
  readonly headCrc: number;
  /** Bytes of the whole frame. */
  readonly length: number;
}

/** Reads a prefix; nothing when the bytes are not one. */
export function decodePrefix(bytes: Uint8Array): FramePrefix | undefined {
  if (bytes.length < FRAME_PREFIX_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_PREFIX_BYTES);
  if (view.getUint32(16, true) !== crc32(bytes.subarray(0, 16))) return undefined;
  const tag = view.getUint32(0, true);
  const name = (Object.keys(FRAME_TAGS) as FrameName[]).find((each) => FRAME_TAGS[each] === tag);
  const headLength = view.getUint32(4, true);
  const bodyLength = view.getUint32(12, true);
  if (name === undefined || headLength > HEAD_BYTES_MAX || bodyLength > BODY_BYTES_MAX) return undefined;
  const length = FRAME_PREFIX_BYTES + headLength + bodyLength;
  return { name, headLength, headCrc: view.getUint32(8, true), length };
}

/** A frame in memory, perhaps without its last parts. */
export class Frame {
  readonly name: FrameName;
  /** Bytes of the whole frame in the file. */
  readonly length: number;
  readonly head: Fields;
  private readonly bytes: Uint8Array;
  private readonly parts = new Map<string, { readonly from: number; readonly end: number; readonly crc: number }>();

  /**
   * @param bytes The frame from its first byte on, at least to the end of its head.
   * @throws {TraceProblem} when prefix or head are not whole.
   */
  constructor(bytes: Uint8Array, where: string) {
    const prefix = decodePrefix(bytes);
    if (prefix === undefined) throw damaged(`${where} does not start as it should`);
    const headEnd = FRAME_PREFIX_BYTES + prefix.headLength;
    const head = bytes.subarray(FRAME_PREFIX_BYTES, headEnd);
    if (head.length !== prefix.headLength || crc32(head) !== prefix.headCrc) {
      throw damaged(`the checksum of ${where} is wrong`);
    }
    this.name = prefix.name;
    this.length = prefix.length;
    this.bytes = bytes;
    this.head = decodeMessage(head, where);
    this.findParts(headEnd, where);
  }

  private findParts(headEnd: number, where: string): void {
    let from = headEnd;
    for (const entry of this.head.list('parts')) {
      const [key, length, crc] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof key !== 'string' || typeof length !== 'number' || typeof crc !== 'number' || !(length >= 0)) {
        throw damaged(`${where} has a part without a length`);
      }
      this.parts.set(key, { from, end: from + length, crc });
      from += length;
    }
    if (from !== this.length) throw damaged(`the parts of ${where} do not fill it`);
  }

  /** Where a part ends, counted from the start of the frame; the end of the head when there is no such part. */
  endOf(key: string): number {
    return this.parts.get(key)?.end ?? 0;
  }

  /** Whether the frame has this part. */
  has(key: string): boolean {
    return this.parts.has(key);
  }

  /** Where a part begins and ends, counted from the start of the frame. @throws {TraceProblem} when it is missing. */
  placeOf(key: string): { readonly from: number; readonly end: number } {
    const part = this.parts.get(key);
    if (part === undefined) throw damaged(`the part ${key} is missing`);
    return part;
  }

  /** Decodes a part whose bytes were read by themselves. @throws {TraceProblem} as {@link part} does. */
  partOf(key: string, bytes: Uint8Array): Fields {
    const part = this.parts.get(key);
    if (part === undefined) throw damaged(`the part ${key} is missing`);
    if (bytes.length !== part.end - part.from || crc32(bytes) !== part.crc) {
      throw damaged(`the checksum of the part ${key} is wrong`);
    }
    return decodeMessage(bytes, `the part ${key}`);
  }

  /** Decodes a part. @throws {TraceProblem} when it is missing, cut or has a wrong checksum. */
  part(key: string): Fields {
    const part = this.parts.get(key);
    if (part === undefined) throw damaged(`the part ${key} is missing`);
    return this.partOf(key, this.bytes.subarray(part.from, part.end));
  }
}
