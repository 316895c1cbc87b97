/**
 * The IPv4 header with its checksum, and a packet cut into fragments.
 *
 * Source: RFC 791, RFC 2474 (DSCP), RFC 3168 (ECN), RFC 2003 (IP in IP is protocol 4), IANA's list of protocols.
 * Left out: what options mean (they are kept as bytes), putting fragments together again.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { ByteReader, ByteWriter, NO_BYTES } from './bytes.ts';
import { internetChecksum, withChecksum } from './checksum.ts';

/** Protocols of what an IPv4 packet carries. */
export const PROTOCOL = { icmp: 1, ipInIp: 4, tcp: 6, udp: 17, gre: 47 } as const;

/** An IPv4 header; lengths and checksum follow from it and its payload. Addresses are unsigned numbers of 32 bits. */
export interface Ipv4Header {
  readonly kind: 'ipv4';
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly ttl: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  /** Others of the same packet follow. */
  readonly moreFragments: boolean;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset: number;
  /** DSCP and ECN. */
  readonly serviceByte: number;
  /** As bytes, a multiple of 4 and at most 40. */
  readonly options: Uint8Array;
}

/** Bytes without options. */
export const IPV4_BYTES = 20;
/** The longest packet. */
export const IPV4_BYTES_MAX = 65_535;
const CHECKSUM_AT = 10;
const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_UNIT = 8;

/** A header with what is usual where nothing is said. */
export function ipv4(
  wanted: Pick<Ipv4Header, 'source' | 'destination' | 'protocol'> & Partial<Ipv4Header>,
): Ipv4Header {
  return {
    kind: 'ipv4',
    ttl: 64,
    identification: 0,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    serviceByte: 0,
    options: NO_BYTES,
    ...wanted,
  };
}

/** Header and payload. */
export function encodeIpv4(header: Ipv4Header, payload: Uint8Array): Uint8Array {
  const { options } = header;
  const headerBytes = IPV4_BYTES + options.length;
  assert(options.length % 4 === 0 && options.length <= 40, () => `options of ${options.length} bytes do not fit`);
  const total = headerBytes + payload.length;
  assert(total <= IPV4_BYTES_MAX, () => `an IPv4 packet has at most ${IPV4_BYTES_MAX} bytes, got ${total}`);
  assert(header.fragmentOffset % OFFSET_UNIT === 0, () => `offsets are multiples of 8, got ${header.fragmentOffset}`);
  const flags = (header.dontFragment ? DONT_FRAGMENT : 0) + (header.moreFragments ? MORE_FRAGMENTS : 0);
  const writer = new ByteWriter()
    .u8(0x40 + headerBytes / 4)
    .u8(header.serviceByte)
    .u16(total)
    .u16(header.identification)
    .u16(flags + header.fragmentOffset / OFFSET_UNIT)
    .u8(header.ttl)
    .u8(header.protocol)
    .u16(0)
    .u32(header.source)
    .u32(header.destination)
    .raw(options);
  const bytes = writer.done();
  withChecksum(bytes, CHECKSUM_AT, internetChecksum(bytes));
  return new ByteWriter().raw(bytes).raw(payload).done();
}

/** Reads the header and holds its checksum against it; `trailer` is what stands behind the packet. @throws WireProblem */
export function decodeIpv4(bytes: Uint8Array): { header: Ipv4Header; payload: Uint8Array; trailer: Uint8Array } {
  const reader = new ByteReader(bytes, 'IPv4');
  const first = reader.u8();
  reader.check(first >> 4 === 4, () => `version 4 was expected, and it says ${first >> 4}`);
  const headerBytes = (first & 15) * 4;
  reader.check(headerBytes >= IPV4_BYTES, () => `a header of ${headerBytes} bytes is too short`);
  const serviceByte = reader.u8();
  const total = reader.u16();
  reader.check(total >= headerBytes, () => `a length of ${total} is shorter than the header`);
  reader.need(total - 4);
  const sum = internetChecksum(bytes.subarray(0, headerBytes));
  reader.check(sum === 0, 'the checksum of the header is wrong');
  const identification = reader.u16();
  const flags = reader.u16();
  const header: Ipv4Header = {
    kind: 'ipv4',
    serviceByte,
    identification,
    dontFragment: (flags & DONT_FRAGMENT) !== 0,
    moreFragments: (flags & MORE_FRAGMENTS) !== 0,
    fragmentOffset: (flags & 0x1fff) * OFFSET_UNIT,
    ttl: reader.u8(),
    protocol: reader.u8(),
    ...skip16(reader),
    source: reader.u32(),
    destination: reader.u32(),
    options: reader.raw(headerBytes - IPV4_BYTES),
  };
  return { header, payload: reader.raw(total - headerBytes), trailer: reader.rest() };
}

function skip16(reader: ByteReader): object {
  reader.u16();
  return {};
}

/** A packet's fragments for links of that MTU; the packet itself if it fits. */
export function fragmentsOf(header: Ipv4Header, payload: Uint8Array, mtu: number): [Ipv4Header, Uint8Array][] {
  const headerBytes = IPV4_BYTES + header.options.length;
  if (headerBytes + payload.length <= mtu) return [[header, payload]];
  assert(!header.dontFragment, 'a packet that must not be cut is not cut');
  const room = Math.floor((mtu - headerBytes) / OFFSET_UNIT) * OFFSET_UNIT;
  assert(room > 0, () => `an MTU of ${mtu} leaves no room`);
  const pieces: [Ipv4Header, Uint8Array][] = [];
  for (let at = 0; at < payload.length; at += room) {
    const piece = payload.slice(at, at + room);
    const moreFragments = header.moreFragments || at + room < payload.length;
    pieces.push([{ ...header, moreFragments, fragmentOffset: header.fragmentOffset + at }, piece]);
  }
  return pieces;
}
