/**
 * ICMP: echo and its answer, "fragmentation needed" with the MTU of the next link, "time exceeded".
 *
 * Source: RFC 792; RFC 1191 section 4 (the MTU in the low 16 bits of the second word). An error quotes the IPv4 header and
 * at least eight bytes behind it; Linux quotes as much as keeps the whole at 576 bytes (RFC 1812 section 4.3.2.3).
 * Left out: redirects, router discovery, multi-part messages (RFC 4884), and the rates to which hosts limit errors.
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import { internetChecksum, withChecksum } from './checksum.ts';
import { IPV4_BYTES } from './ipv4.ts';

/** Types and codes. */
export const ICMP = { echoReply: 0, unreachable: 3, echo: 8, timeExceeded: 11, fragmentationNeeded: 4 } as const;

/** An ICMP header. */
export interface IcmpHeader {
  readonly kind: 'icmp';
  readonly type: number;
  readonly code: number;
  /** The second word: identifier and sequence number of an echo, the MTU of "fragmentation needed". */
  readonly rest: number;
}

/** What an error message may have at most, its own IPv4 header included. */
const ERROR_BYTES_MAX = 576;
/** Bytes of the header. */
export const ICMP_BYTES = 8;
const CHECKSUM_AT = 2;

/** A question or its answer. */
export function icmpEcho(type: 'question' | 'answer', identifier: number, sequence: number): IcmpHeader {
  return {
    kind: 'icmp',
    type: type === 'question' ? ICMP.echo : ICMP.echoReply,
    code: 0,
    rest: identifier * 65_536 + sequence,
  };
}

/** "Fragmentation needed and DF set", with the MTU of the link that the packet did not fit. */
export function fragmentationNeeded(mtu: number): IcmpHeader {
  return { kind: 'icmp', type: ICMP.unreachable, code: ICMP.fragmentationNeeded, rest: mtu };
}

/** What an error quotes of the packet that it is about. */
export function quotedBy(packet: Uint8Array): Uint8Array {
  return packet.slice(0, ERROR_BYTES_MAX - IPV4_BYTES - ICMP_BYTES);
}

/** Header and payload. */
export function encodeIcmp({ type, code, rest }: IcmpHeader, payload: Uint8Array): Uint8Array {
  const bytes = new ByteWriter().u8(type).u8(code).u16(0).u32(rest).raw(payload).done();
  return withChecksum(bytes, CHECKSUM_AT, internetChecksum(bytes));
}

/** Reads the header and holds its checksum against it. @throws WireProblem */
export function decodeIcmp(bytes: Uint8Array): { header: IcmpHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'ICMP');
  reader.need(ICMP_BYTES);
  reader.check(internetChecksum(bytes) === 0, 'the checksum is wrong');
  const [type, code] = [reader.u8(), reader.u8()];
  reader.u16();
  return { header: { kind: 'icmp', type, code, rest: reader.u32() }, payload: reader.rest() };
}
