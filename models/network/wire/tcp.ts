/**
 * The TCP header with its options and its checksum.
 *
 * Source: RFC 9293, RFC 7323 (window scale, timestamps), RFC 2018 (selective acknowledgement).
 * Left out: what other options mean (they are kept as bytes).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { internetChecksum, pseudoHeader, withChecksum } from './checksum.ts';
import type { Ipv4Header } from './ipv4.ts';

/** Bits of the flags. */
export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

/** An option, in the order in which they stand. */
export type TcpOption =
  | { readonly kind: 'nop' }
  | { readonly kind: 'mss'; readonly bytes: number }
  | { readonly kind: 'window-scale'; readonly shift: number }
  | { readonly kind: 'sack-permitted' }
  | { readonly kind: 'timestamps'; readonly value: number; readonly echo: number }
  | { readonly kind: 'other'; readonly number: number; readonly bytes: Uint8Array };

/** A TCP header; offset and checksum follow. */
export interface TcpHeader {
  readonly kind: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  /** Sum of `TCP_FLAG`. */
  readonly flags: number;
  readonly window: number;
  readonly urgent: number;
  readonly options: readonly TcpOption[];
}

/** Bytes without options. */
export const TCP_BYTES = 20;
const OPTION_BYTES_MAX = 40;
const CHECKSUM_AT = 16;
/** Numbers of the options. */
const OPTION = { end: 0, nop: 1, mss: 2, windowScale: 3, sackPermitted: 4, timestamps: 8 } as const;

/** Header and payload, for a packet of that IPv4 header. */
export function encodeTcp(header: TcpHeader, payload: Uint8Array, carrier: Ipv4Header): Uint8Array {
  const options = encodeOptions(header.options);
  const headerBytes = TCP_BYTES + options.length;
  const writer = new ByteWriter()
    .u16(header.sourcePort)
    .u16(header.destinationPort)
    .u32(header.sequence)
    .u32(header.acknowledgement)
    .u8((headerBytes / 4) * 16)
    .u8(header.flags)
    .u16(header.window)
    .u16(0)
    .u16(header.urgent);
  const bytes = writer.raw(options).raw(payload).done();
  return withChecksum(bytes, CHECKSUM_AT, internetChecksum(pseudoHeader(carrier, bytes.length), bytes));
}

function encodeOptions(options: readonly TcpOption[]): Uint8Array {
  const writer = new ByteWriter();
  for (const option of options) encodeOption(writer, option);
  while (writer.length % 4 !== 0) writer.u8(OPTION.end);
  assert(writer.length <= OPTION_BYTES_MAX, () => `options of ${writer.length} bytes do not fit into a TCP header`);
  return writer.done();
}

function encodeOption(writer: ByteWriter, option: TcpOption): void {
  switch (option.kind) {
    case 'nop':
      writer.u8(OPTION.nop);
      return;
    case 'mss':
      writer.u8(OPTION.mss).u8(4).u16(option.bytes);
      return;
    case 'window-scale':
      writer.u8(OPTION.windowScale).u8(3).u8(option.shift);
      return;
    case 'sack-permitted':
      writer.u8(OPTION.sackPermitted).u8(2);
      return;
    case 'timestamps':
      writer.u8(OPTION.timestamps).u8(10).u32(option.value).u32(option.echo);
      return;
    case 'other':
      writer
        .u8(option.number)
        .u8(2 + option.bytes.length)
        .raw(option.bytes);
  }
}

/** Reads the header and holds its checksum against it. @throws WireProblem */
export function decodeTcp(bytes: Uint8Array, carrier: Ipv4Header): { header: TcpHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'TCP');
  reader.need(TCP_BYTES);
  reader.check(internetChecksum(pseudoHeader(carrier, bytes.length), bytes) === 0, 'the checksum is wrong');
  const [sourcePort, destinationPort] = [reader.u16(), reader.u16()];
  const [sequence, acknowledgement] = [reader.u32(), reader.u32()];
  const headerBytes = (reader.u8() >> 4) * 4;
  reader.check(headerBytes >= TCP_BYTES, () => `a header of ${headerBytes} bytes is too short`);
  const flags = reader.u8();
  const window = reader.u16();
  reader.u16();
  const urgent = reader.u16();
  const options = decodeOptions(reader.part(headerBytes - TCP_BYTES));
  const header = { kind: 'tcp', sourcePort, destinationPort, sequence, acknowledgement, flags } as const;
  return { header: { ...header, window, urgent, options }, payload: reader.rest() };
}

function decodeOptions(reader: ByteReader): TcpOption[] {
  const options: TcpOption[] = [];
  while (reader.left > 0) {
    const number = reader.u8();
    if (number === OPTION.end) break;
    options.push(number === OPTION.nop ? { kind: 'nop' } : decodeOption(number, reader));
  }
  return options;
}

const LENGTH_OF: Readonly<Record<number, number>> = {
  [OPTION.mss]: 4,
  [OPTION.windowScale]: 3,
  [OPTION.sackPermitted]: 2,
  [OPTION.timestamps]: 10,
};

function decodeOption(number: number, reader: ByteReader): TcpOption {
  const length = reader.u8();
  const due = LENGTH_OF[number];
  reader.check(length >= 2 && (due === undefined || due === length), () => `option ${number} has no length ${length}`);
  switch (number) {
    case OPTION.mss:
      return { kind: 'mss', bytes: reader.u16() };
    case OPTION.windowScale:
      return { kind: 'window-scale', shift: reader.u8() };
    case OPTION.sackPermitted:
      return { kind: 'sack-permitted' };
    case OPTION.timestamps:
      return { kind: 'timestamps', value: reader.u32(), echo: reader.u32() };
    default:
      return { kind: 'other', number, bytes: reader.raw(length - 2) };
  }
}
