/**
 * Path attributes of an UPDATE as bytes.
 *
 * Source: RFC 4271 sections 4.3 and 5, RFC 1997 (communities), RFC 4456 (ORIGINATOR_ID, CLUSTER_LIST), RFC 6793 (AS numbers of four
 * octets). They are written in ascending order of their types, as section 5 recommends.
 * Left out: AS4_PATH between speakers of two and of four octets; what other attributes mean (they are kept as bytes).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { Origin } from '../bgp/attributes.ts';
import { ByteReader, ByteWriter, NO_BYTES } from './bytes.ts';

/** A part of an AS path: numbers in order, the nearest first, or a set that an aggregate was made of. */
export interface AsPathSegment {
  readonly kind: 'sequence' | 'set';
  readonly asns: readonly number[];
}

/** An attribute that is not read further. */
export interface OtherAttribute {
  readonly flags: number;
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Attributes of a route; those that are left out are not there. Addresses are unsigned numbers of 32 bits. */
export interface BgpAttributes {
  readonly origin?: Origin;
  readonly asPath?: readonly AsPathSegment[];
  readonly nextHop?: number;
  readonly med?: number;
  readonly localPreference?: number;
  readonly atomicAggregate?: boolean;
  readonly aggregator?: { readonly asn: number; readonly address: number };
  readonly communities?: readonly number[];
  readonly originatorId?: number;
  readonly clusterList?: readonly number[];
  readonly others?: readonly OtherAttribute[];
}

const FLAG = { optional: 0x80, transitive: 0x40, extended: 0x10 } as const;
const WELL_KNOWN = FLAG.transitive;
const OPTIONAL = FLAG.optional;
const OPTIONAL_TRANSITIVE = FLAG.optional + FLAG.transitive;
const ORIGINS: readonly Origin[] = ['igp', 'egp', 'incomplete'];
const SEGMENT_KINDS = { set: 1, sequence: 2 } as const;
const SHORT_MAX = 255;

/** How one attribute is written and read: RFC 4271's table, one line each. */
interface Form {
  readonly type: number;
  readonly flags: number;
  /** The bytes of its value, or nothing if the attribute is not there. */
  write(attributes: BgpAttributes, fourOctetAs: boolean): Uint8Array | undefined;
  read(reader: ByteReader, fourOctetAs: boolean): BgpAttributes;
}

const numberForm = (
  type: number,
  flags: number,
  name: 'nextHop' | 'med' | 'localPreference' | 'originatorId',
): Form => ({
  type,
  flags,
  write: ({ [name]: value }) => (value === undefined ? undefined : new ByteWriter().u32(value).done()),
  read: (reader) => ({ [name]: reader.u32() }),
});

const listForm = (type: number, flags: number, name: 'communities' | 'clusterList'): Form => ({
  type,
  flags,
  write: ({ [name]: list }) => (list === undefined ? undefined : encodeList(list)),
  read: (reader) => ({ [name]: decodeList(reader) }),
});

const FORMS: readonly Form[] = [
  {
    type: 1,
    flags: WELL_KNOWN,
    write: ({ origin }) => (origin === undefined ? undefined : Uint8Array.of(ORIGINS.indexOf(origin))),
    read(reader) {
      const origin = ORIGINS[reader.u8()];
      reader.check(origin !== undefined, 'an ORIGIN of 0 to 2 was expected');
      return origin === undefined ? {} : { origin };
    },
  },
  {
    type: 2,
    flags: WELL_KNOWN,
    write: ({ asPath }, fourOctetAs) => (asPath === undefined ? undefined : encodePath(asPath, fourOctetAs)),
    read: (reader, fourOctetAs) => ({ asPath: decodePath(reader, fourOctetAs) }),
  },
  numberForm(3, WELL_KNOWN, 'nextHop'),
  numberForm(4, OPTIONAL, 'med'),
  numberForm(5, WELL_KNOWN, 'localPreference'),
  {
    type: 6,
    flags: WELL_KNOWN,
    write: ({ atomicAggregate }) => (atomicAggregate ? NO_BYTES : undefined),
    read: () => ({ atomicAggregate: true }),
  },
  {
    type: 7,
    flags: OPTIONAL_TRANSITIVE,
    write: ({ aggregator }, fourOctetAs) =>
      aggregator === undefined
        ? undefined
        : asNumber(new ByteWriter(), aggregator.asn, fourOctetAs).u32(aggregator.address).done(),
    read: (reader, fourOctetAs) => ({
      aggregator: { asn: fourOctetAs ? reader.u32() : reader.u16(), address: reader.u32() },
    }),
  },
  listForm(8, OPTIONAL_TRANSITIVE, 'communities'),
  numberForm(9, OPTIONAL, 'originatorId'),
  listForm(10, OPTIONAL, 'clusterList'),
];

/** The list of attributes. */
export function encodeAttributes(attributes: BgpAttributes, fourOctetAs: boolean): Uint8Array {
  const writer = new ByteWriter();
  for (const form of FORMS) {
    const value = form.write(attributes, fourOctetAs);
    if (value !== undefined) encodeAttribute(writer, form.flags, form.type, value);
  }
  for (const { flags, type, bytes } of attributes.others ?? []) encodeAttribute(writer, flags, type, bytes);
  return writer.done();
}

function encodeAttribute(writer: ByteWriter, flags: number, type: number, value: Uint8Array): void {
  const extended = value.length > SHORT_MAX || (flags & FLAG.extended) !== 0;
  writer.u8(extended ? flags | FLAG.extended : flags).u8(type);
  if (extended) writer.u16(value.length);
  else writer.u8(value.length);
  writer.raw(value);
}

/** Reads a list of attributes. @throws WireProblem */
export function decodeAttributes(reader: ByteReader, fourOctetAs: boolean): BgpAttributes {
  let attributes: BgpAttributes = {};
  const others: OtherAttribute[] = [];
  const seen = new Set<number>();
  while (reader.left > 0) {
    const flags = reader.u8();
    const type = reader.u8();
    reader.check(!seen.has(type), () => `attribute ${type} stands there twice`);
    seen.add(type);
    const bytes = reader.raw((flags & FLAG.extended) === 0 ? reader.u8() : reader.u16());
    const form = FORMS.find((one) => one.type === type);
    if (form === undefined) others.push({ flags, type, bytes });
    else attributes = { ...attributes, ...decodeAttribute(form, flags, bytes, fourOctetAs) };
  }
  return others.length === 0 ? attributes : { ...attributes, others };
}

function decodeAttribute(form: Form, flags: number, bytes: Uint8Array, fourOctetAs: boolean): BgpAttributes {
  const reader = new ByteReader(bytes, 'BGP attribute');
  const kind = FLAG.optional + FLAG.transitive;
  reader.check((flags & kind) === (form.flags & kind), () => `attribute ${form.type} has the wrong flags ${flags}`);
  const read = form.read(reader, fourOctetAs);
  reader.check(reader.left === 0, () => `attribute ${form.type} is too long`);
  return read;
}

function asNumber(writer: ByteWriter, asn: number, fourOctetAs: boolean): ByteWriter {
  return fourOctetAs ? writer.u32(asn) : writer.u16(asn);
}

function encodePath(path: readonly AsPathSegment[], fourOctetAs: boolean): Uint8Array {
  const writer = new ByteWriter();
  for (const { kind, asns } of path) {
    assert(asns.length > 0 && asns.length <= SHORT_MAX, () => `a part of an AS path has 1 to 255, got ${asns.length}`);
    writer.u8(SEGMENT_KINDS[kind]).u8(asns.length);
    for (const asn of asns) asNumber(writer, asn, fourOctetAs);
  }
  return writer.done();
}

function decodePath(reader: ByteReader, fourOctetAs: boolean): AsPathSegment[] {
  const path: AsPathSegment[] = [];
  while (reader.left > 0) {
    const kind = reader.u8();
    reader.check(kind === 1 || kind === 2, () => `a part of an AS path is a set (1) or in order (2), not ${kind}`);
    const count = reader.u8();
    reader.check(count > 0, 'a part of an AS path without any number');
    const asns = Array.from({ length: count }, () => (fourOctetAs ? reader.u32() : reader.u16()));
    path.push({ kind: kind === 1 ? 'set' : 'sequence', asns });
  }
  return path;
}

function encodeList(numbers: readonly number[]): Uint8Array {
  const writer = new ByteWriter();
  for (const number of numbers) writer.u32(number);
  return writer.done();
}

function decodeList(reader: ByteReader): number[] {
  const numbers: number[] = [];
  while (reader.left > 0) numbers.push(reader.u32());
  return numbers;
}
