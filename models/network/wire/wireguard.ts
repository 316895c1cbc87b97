/**
 * The header of a WireGuard data message: what stands in clear text before the encrypted packet.
 *
 * Source: the WireGuard paper, section 5.4.6. Left out: the handshake, and encryption: what follows is taken as bytes.
 */
import { ByteReader, ByteWriter } from './bytes.ts';

/** The UDP port that is usual. */
export const WIREGUARD_PORT = 51820;

/** Bytes of the header, and of the tag behind the encrypted packet, which is filled up to a multiple of 16. */
export const WIREGUARD_BYTES = { header: 16, tag: 16, block: 16 } as const;

/** A data message's header. Its numbers are little-endian. */
export interface WireguardHeader {
  readonly kind: 'wireguard';
  /** The number by which the receiver knows the session, 32 bits. */
  readonly receiver: number;
  /** How many packets went before, below 2^48 here. */
  readonly counter: number;
}

const DATA = 4;
const COUNTER_BYTES = 6;

/** Header and payload. */
export function encodeWireguard({ receiver, counter }: WireguardHeader, payload: Uint8Array): Uint8Array {
  const counted = new ByteWriter().u48(counter).done().reverse();
  const session = new ByteWriter().u32(receiver).done().reverse();
  return new ByteWriter().u8(DATA).u8(0).u16(0).raw(session).raw(counted).u16(0).raw(payload).done();
}

/** Reads the header; the rest is its payload. @throws WireProblem */
export function decodeWireguard(bytes: Uint8Array): { header: WireguardHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'WireGuard');
  reader.check(reader.u8() === DATA, 'a data message (type 4) was expected');
  reader.raw(3);
  const receiver = new ByteReader(reader.raw(4).reverse(), 'WireGuard').u32();
  const counter = new ByteReader(reader.raw(COUNTER_BYTES).reverse(), 'WireGuard').u48();
  reader.check(reader.u16() === 0, 'a counter below 2^48 was expected');
  return { header: { kind: 'wireguard', receiver, counter }, payload: reader.rest() };
}
