/**
 * Takes a file apart into maps and puts it together again with right lengths and checksums, for hostile tests.
 */
import { decode } from '@msgpack/msgpack';
import { PREAMBLE_BYTES, TRAILER_BYTES } from '../../../sim/trace/format.ts';
import { decodePrefix, encodeFrame, type FrameName } from '../../../sim/trace/frame.ts';

type Map = Record<string, unknown>;

export interface OpenFrame {
  readonly name: FrameName;
  readonly head: Map;
  readonly parts: Record<string, Map>;
}

export function splitFrames(bytes: Uint8Array): OpenFrame[] {
  const frames: OpenFrame[] = [];
  for (let at = PREAMBLE_BYTES; at < bytes.length - TRAILER_BYTES; ) {
    const prefix = decodePrefix(bytes.subarray(at))!;
    const headEnd = at + 20 + prefix.headLength;
    const { parts: list, ...head } = decode(bytes.subarray(at + 20, headEnd)) as Map & { parts: [string, number][] };
    const parts: Record<string, Map> = {};
    let from = headEnd;
    for (const [key, length] of list) {
      parts[key] = decode(bytes.subarray(from, from + length)) as Map;
      from += length;
    }
    frames.push({ name: prefix.name, head, parts });
    at += prefix.length;
  }
  return frames;
}

export function joinFrames(original: Uint8Array, frames: readonly OpenFrame[]): Uint8Array {
  const pieces = frames.map((frame) => encodeFrame(frame.name, frame.head, frame.parts));
  const trailer = original.slice(original.length - TRAILER_BYTES);
  new DataView(trailer.buffer).setUint32(0, pieces[pieces.length - 1].length, true);
  const all = [original.subarray(0, PREAMBLE_BYTES), ...pieces, trailer];
  const bytes = new Uint8Array(all.reduce((sum, piece) => sum + piece.length, 0));
  let to = 0;
  for (const piece of all) {
    bytes.set(piece, to);
    to += piece.length;
  }
  return bytes;
}
