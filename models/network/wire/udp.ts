/**
 * The UDP header with its checksum, or with none.
 *
 * Source: RFC 768; RFC 7348 section 5 and RFC 8926 (an outer checksum of zero is usual). Left out: UDP-Lite, jumbograms.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { internetChecksum, pseudoHeader, withChecksum } from './checksum.ts';
import type { Ipv4Header } from './ipv4.ts';

/** A UDP header; length and checksum follow. */
export interface UdpHeader {
  readonly kind: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Whether the checksum is filled in; zero means that nobody summed up. */
  readonly summed: boolean;
}

/** Bytes of the header. */
export const UDP_BYTES = 8;
const CHECKSUM_AT = 6;
/** A sum that comes out as zero is written so, because zero means none. */
const ZERO_WRITTEN = 0xffff;

/** Header and payload, for a packet of that IPv4 header. */
export function encodeUdp(header: UdpHeader, payload: Uint8Array, carrier: Ipv4Header): Uint8Array {
  const total = UDP_BYTES + payload.length;
  assert(total <= 65_535, () => `a UDP datagram has at most 65,535 bytes, got ${total}`);
  const writer = new ByteWriter().u16(header.sourcePort).u16(header.destinationPort).u16(total).u16(0);
  const bytes = writer.raw(payload).done();
  if (!header.summed) return bytes;
  const sum = internetChecksum(pseudoHeader(carrier, total), bytes);
  return withChecksum(bytes, CHECKSUM_AT, sum === 0 ? ZERO_WRITTEN : sum);
}

/** Reads the header and holds its checksum against it. @throws WireProblem */
export function decodeUdp(bytes: Uint8Array, carrier: Ipv4Header): { header: UdpHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'UDP');
  const sourcePort = reader.u16();
  const destinationPort = reader.u16();
  const total = reader.u16();
  reader.check(total === bytes.length, () => `it says ${total} bytes, and the packet carries ${bytes.length}`);
  const summed = reader.u16() !== 0;
  const sum = summed ? internetChecksum(pseudoHeader(carrier, total), bytes) : 0;
  reader.check(sum === 0, 'the checksum is wrong');
  return { header: { kind: 'udp', sourcePort, destinationPort, summed }, payload: reader.rest() };
}
