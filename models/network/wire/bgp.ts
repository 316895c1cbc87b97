/**
 * BGP messages as bytes: OPEN, UPDATE, KEEPALIVE, NOTIFICATION.
 *
 * Source: RFC 4271 section 4 (formats) and 6 (what is refused), RFC 5492 (capabilities), RFC 6793 (AS numbers of four octets).
 * A stream of TCP holds one message after another: `decodeBgpMessages` reads as many as are whole. Path attributes stand in
 * bgp-attributes.ts, capabilities in bgp-capabilities.ts.
 * Left out: IPv6 and other families (their attributes are kept as bytes), ROUTE-REFRESH, messages beyond 4,096 bytes (RFC 8654).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { Prefix } from '../bgp/configuration.ts';
import { type BgpAttributes, decodeAttributes, encodeAttributes } from './bgp-attributes.ts';
import { type BgpCapability, decodeCapabilities, encodeCapabilities } from './bgp-capabilities.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** The first message of a session. */
export interface BgpOpen {
  readonly type: 'open';
  /** Four octets; one above 65,535 is told by the capability, which must then be there. */
  readonly asn: number;
  readonly holdSeconds: number;
  /** An unsigned number of 32 bits, as an address. */
  readonly routerId: number;
  readonly capabilities: readonly BgpCapability[];
}

/** Routes that come and go. Without any it is an End-of-RIB (RFC 4724). */
export interface BgpUpdate {
  readonly type: 'update';
  readonly withdrawn: readonly Prefix[];
  readonly attributes: BgpAttributes;
  readonly nlri: readonly Prefix[];
}

/** An error, after which the session ends. */
export interface BgpNotification {
  readonly type: 'notification';
  readonly code: number;
  readonly subcode: number;
  readonly data: Uint8Array;
}

/** A BGP message. */
export type BgpWireMessage = BgpOpen | BgpUpdate | { readonly type: 'keepalive' } | BgpNotification;

/** What both ends of a session have agreed on. */
export interface BgpCoding {
  /** Whether AS numbers have four octets in paths; true if left out. */
  readonly fourOctetAs?: boolean;
}

const TYPES = ['open', 'update', 'notification', 'keepalive'] as const;
const MARKER = new Uint8Array(16).fill(0xff);
const HEADER_BYTES = 19;
const MESSAGE_BYTES_MAX = 4096;
const VERSION = 4;
/** Stands in an OPEN for a number that two octets cannot hold. */
const AS_TRANS = 23_456;
const TWO_OCTETS_MAX = 65_535;
/** The optional parameter that holds capabilities. */
const CAPABILITIES = 2;

/** The bytes of a message. */
export function encodeBgp(message: BgpWireMessage, coding: BgpCoding = {}): Uint8Array {
  const body = encodeBody(message, coding.fourOctetAs ?? true);
  const total = HEADER_BYTES + body.length;
  assert(total <= MESSAGE_BYTES_MAX, () => `a BGP message has at most ${MESSAGE_BYTES_MAX} bytes, got ${total}`);
  const type = TYPES.indexOf(message.type) + 1;
  return new ByteWriter().raw(MARKER).u16(total).u8(type).raw(body).done();
}

function encodeBody(message: BgpWireMessage, fourOctetAs: boolean): Uint8Array {
  switch (message.type) {
    case 'open':
      return encodeOpen(message);
    case 'update':
      return encodeUpdate(message, fourOctetAs);
    case 'notification':
      return new ByteWriter().u8(message.code).u8(message.subcode).raw(message.data).done();
    case 'keepalive':
      return new Uint8Array(0);
  }
}

function encodeOpen({ asn, holdSeconds, routerId, capabilities }: BgpOpen): Uint8Array {
  const told = capabilities.some((capability) => capability.kind === 'four-octet-as' && capability.asn === asn);
  assert(asn <= TWO_OCTETS_MAX || told, () => `AS ${asn} must also stand in the capability of four octets`);
  const list = encodeCapabilities(capabilities);
  const parameters = new ByteWriter();
  if (list.length > 0) parameters.u8(CAPABILITIES).u8(list.length).raw(list);
  const writer = new ByteWriter()
    .u8(VERSION)
    .u16(asn > TWO_OCTETS_MAX ? AS_TRANS : asn)
    .u16(holdSeconds)
    .u32(routerId);
  return writer.u8(parameters.length).raw(parameters.done()).done();
}

function encodeUpdate({ withdrawn, attributes, nlri }: BgpUpdate, fourOctetAs: boolean): Uint8Array {
  const gone = encodePrefixes(withdrawn);
  const told = encodeAttributes(attributes, fourOctetAs);
  return new ByteWriter().u16(gone.length).raw(gone).u16(told.length).raw(told).raw(encodePrefixes(nlri)).done();
}

function encodePrefixes(prefixes: readonly Prefix[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { address, length } of prefixes) {
    assert(length >= 0 && length <= 32, () => `a prefix has 0 to 32 bits, got ${length}`);
    const whole = new ByteWriter().u32(address).done();
    writer.u8(length).raw(whole.subarray(0, Math.ceil(length / 8)));
  }
  return writer.done();
}

/** Reads one message that fills all bytes. @throws WireProblem */
export function decodeBgp(bytes: Uint8Array, coding: BgpCoding = {}): BgpWireMessage {
  const { messages, rest } = decodeBgpMessages(bytes, coding);
  const reader = new ByteReader(bytes, 'BGP');
  reader.check(messages.length === 1 && rest.length === 0, () => `one whole message was expected`);
  return messages[0]!;
}

/** Reads the whole messages of a stream; `rest` is the beginning of one that is not yet whole. @throws WireProblem */
export function decodeBgpMessages(
  bytes: Uint8Array,
  coding: BgpCoding = {},
): { messages: BgpWireMessage[]; rest: Uint8Array } {
  const messages: BgpWireMessage[] = [];
  const reader = new ByteReader(bytes, 'BGP');
  while (reader.left >= HEADER_BYTES) {
    const start = bytes.length - reader.left;
    const marker = reader.raw(MARKER.length);
    reader.check(
      marker.every((byte) => byte === 0xff),
      'a marker of 16 bytes of ones was expected',
    );
    const total = reader.u16();
    reader.check(
      total >= HEADER_BYTES && total <= MESSAGE_BYTES_MAX,
      () => `a message has 19 to 4,096 bytes, not ${total}`,
    );
    if (bytes.length - start < total) return { messages, rest: bytes.slice(start) };
    const type = reader.u8();
    messages.push(decodeBody(type, reader.part(total - HEADER_BYTES), coding.fourOctetAs ?? true));
  }
  return { messages, rest: reader.rest() };
}

function decodeBody(type: number, reader: ByteReader, fourOctetAs: boolean): BgpWireMessage {
  switch (TYPES[type - 1]) {
    case 'open':
      return decodeOpen(reader);
    case 'update':
      return decodeUpdate(reader, fourOctetAs);
    case 'notification':
      return { type: 'notification', code: reader.u8(), subcode: reader.u8(), data: reader.rest() };
    case 'keepalive':
      reader.check(reader.left === 0, 'a KEEPALIVE of 19 bytes was expected');
      return { type: 'keepalive' };
    default:
      reader.check(false, `a message of type 1 to 4 was expected, not ${type}`);
      return { type: 'keepalive' };
  }
}

function decodeOpen(reader: ByteReader): BgpOpen {
  const version = reader.u8();
  reader.check(version === VERSION, () => `version 4 was expected, and it says ${version}`);
  const twoOctets = reader.u16();
  const holdSeconds = reader.u16();
  reader.check(
    holdSeconds === 0 || holdSeconds >= 3,
    () => `a hold time of 0 or at least 3 s was expected, not ${holdSeconds}`,
  );
  const routerId = reader.u32();
  reader.check(routerId !== 0, 'a router id other than 0.0.0.0 was expected');
  const parameters = reader.part(reader.u8());
  reader.check(reader.left === 0, 'nothing was expected behind the optional parameters');
  const capabilities: BgpCapability[] = [];
  while (parameters.left > 0) {
    const kind = parameters.u8();
    parameters.check(kind === CAPABILITIES, () => `only capabilities (2) were expected as parameters, not ${kind}`);
    capabilities.push(...decodeCapabilities(parameters.part(parameters.u8())));
  }
  const wide = capabilities.find((capability) => capability.kind === 'four-octet-as');
  const asn = wide?.kind === 'four-octet-as' ? wide.asn : twoOctets;
  reader.check(asn !== 0, 'an AS number other than 0 was expected');
  return { type: 'open', asn, holdSeconds, routerId, capabilities };
}

function decodeUpdate(reader: ByteReader, fourOctetAs: boolean): BgpUpdate {
  const withdrawn = decodePrefixes(reader.part(reader.u16()));
  const attributes = decodeAttributes(reader.part(reader.u16()), fourOctetAs);
  const nlri = decodePrefixes(reader);
  const { origin, asPath, nextHop } = attributes;
  const whole = origin !== undefined && asPath !== undefined && nextHop !== undefined;
  reader.check(nlri.length === 0 || whole, 'ORIGIN, AS_PATH and NEXT_HOP were expected beside prefixes');
  return { type: 'update', withdrawn, attributes, nlri };
}

function decodePrefixes(reader: ByteReader): Prefix[] {
  const prefixes: Prefix[] = [];
  while (reader.left > 0) {
    const length = reader.u8();
    reader.check(length <= 32, () => `a prefix of at most 32 bits was expected, not ${length}`);
    const whole = new Uint8Array(4);
    whole.set(reader.raw(Math.ceil(length / 8)));
    const hostBits = length === 32 ? 0 : 0xffff_ffff >>> length;
    const address = (new ByteReader(whole, 'BGP').u32() & ~hostBits) >>> 0;
    prefixes.push({ address, length });
  }
  return prefixes;
}
