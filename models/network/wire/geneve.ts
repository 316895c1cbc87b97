/**
 * The Geneve header: the number of the network, the type of what follows, and options.
 *
 * Source: RFC 8926 section 3. Left out: what options mean (class, type and bytes are kept).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** IANA's UDP port. */
export const GENEVE_UDP_PORT = 6081;

/** An option. */
export interface GeneveOption {
  readonly optionClass: number;
  /** The highest bit says that who does not know it must drop the packet. */
  readonly type: number;
  /** A multiple of 4, at most 124. */
  readonly bytes: Uint8Array;
}

/** A Geneve header. */
export interface GeneveHeader {
  readonly kind: 'geneve';
  /** A message of the tunnels' ends themselves. */
  readonly control: boolean;
  readonly etherType: number;
  /** 24 bits. */
  readonly vni: number;
  readonly options: readonly GeneveOption[];
}

const OPTION_BYTES_MAX = 252;
const OPTION_DATA_BYTES_MAX = 124;
const CONTROL = 0x80;
const CRITICAL = 0x40;
const CRITICAL_TYPE = 0x80;

/** Header and payload. */
export function encodeGeneve({ control, etherType, vni, options }: GeneveHeader, payload: Uint8Array): Uint8Array {
  const inner = encodeOptions(options);
  const critical = options.some(({ type }) => (type & CRITICAL_TYPE) !== 0);
  const writer = new ByteWriter()
    .u8(inner.length / 4)
    .u8((control ? CONTROL : 0) + (critical ? CRITICAL : 0))
    .u16(etherType)
    .u32(vni * 256);
  return writer.raw(inner).raw(payload).done();
}

function encodeOptions(options: readonly GeneveOption[]): Uint8Array {
  const writer = new ByteWriter();
  for (const { optionClass, type, bytes } of options) {
    assert(
      bytes.length % 4 === 0 && bytes.length <= OPTION_DATA_BYTES_MAX,
      () => `no option has ${bytes.length} bytes`,
    );
    writer
      .u16(optionClass)
      .u8(type)
      .u8(bytes.length / 4)
      .raw(bytes);
  }
  assert(writer.length <= OPTION_BYTES_MAX, () => `options of ${writer.length} bytes do not fit`);
  return writer.done();
}

/** Reads the header; the rest is its payload. @throws WireProblem */
export function decodeGeneve(bytes: Uint8Array): { header: GeneveHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'Geneve');
  const first = reader.u8();
  reader.check(first >> 6 === 0, () => `version 0 was expected, and it says ${first >> 6}`);
  const control = (reader.u8() & CONTROL) !== 0;
  const etherType = reader.u16();
  const vni = Math.floor(reader.u32() / 256);
  const options = decodeOptions(reader.part((first & 63) * 4));
  return { header: { kind: 'geneve', control, etherType, vni, options }, payload: reader.rest() };
}

function decodeOptions(reader: ByteReader): GeneveOption[] {
  const options: GeneveOption[] = [];
  while (reader.left > 0) {
    const [optionClass, type] = [reader.u16(), reader.u8()];
    options.push({ optionClass, type, bytes: reader.raw((reader.u8() & 31) * 4) });
  }
  return options;
}
