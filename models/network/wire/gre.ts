/**
 * The GRE header: the type of what follows, with a key or a sequence number if there are.
 *
 * Source: RFC 2784, RFC 2890. Left out: the checksum (a header that has one is refused) and the routing of RFC 1701.
 */
import { ByteReader, ByteWriter } from './bytes.ts';

/** A GRE header. */
export interface GreHeader {
  readonly kind: 'gre';
  readonly etherType: number;
  readonly key?: number;
  readonly sequence?: number;
}

const HAS_KEY = 0x2000;
const HAS_SEQUENCE = 0x1000;

/** Header and payload. */
export function encodeGre({ etherType, key, sequence }: GreHeader, payload: Uint8Array): Uint8Array {
  const flags = (key === undefined ? 0 : HAS_KEY) + (sequence === undefined ? 0 : HAS_SEQUENCE);
  const writer = new ByteWriter().u16(flags).u16(etherType);
  if (key !== undefined) writer.u32(key);
  if (sequence !== undefined) writer.u32(sequence);
  return writer.raw(payload).done();
}

/** Reads the header; the rest is its payload. @throws WireProblem */
export function decodeGre(bytes: Uint8Array): { header: GreHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'GRE');
  const flags = reader.u16();
  reader.check((flags & 7) === 0, () => `version 0 was expected, and it says ${flags & 7}`);
  reader.check(
    (flags & ~(HAS_KEY | HAS_SEQUENCE)) === 0,
    'no other flags than those of key and sequence were expected',
  );
  const etherType = reader.u16();
  const key = (flags & HAS_KEY) === 0 ? {} : { key: reader.u32() };
  const sequence = (flags & HAS_SEQUENCE) === 0 ? {} : { sequence: reader.u32() };
  return { header: { kind: 'gre', etherType, ...key, ...sequence }, payload: reader.rest() };
}
