/**
 * Lines between places: the provider's own way, a VXLAN tunnel over it, and a dedicated line.
 *
 * Source: RFC 7348 for the 50 bytes that VXLAN puts around a packet; AWS Direct Connect (list of September 2026): $0.30 an hour for a
 * port of 1 Gbit/s, $2.25 for 10 Gbit/s, from $0.02 for each GB that leaves, nothing for what comes in; its MTU is 1500, or 8500 where
 * jumbo frames were asked for. A tunnel has no price of its own: the way under it is paid, for wrapped bytes.
 * Leaves out: IPsec and its padding, a dedicated line's months of delivery and its share in a carrier's cross-connect, both ends'
 * ports (double the price of one), lines that are doubled, which is two lines here.
 */
import { HEADER_BYTES, VXLAN_OVERHEAD_BYTES } from '../../network/frames.ts';
import { LADDER, type Rung } from './ladder.ts';
import { type Place, reachOf } from './place.ts';

/** Kinds of lines. */
export const LINE_KINDS = ['public', 'vxlan', 'dedicated'] as const;
/** One of them. */
export type LineKind = (typeof LINE_KINDS)[number];

/** What a line is used for: calls of services, the control plane of the federation, copies of stored data and images. */
export const USES = ['service', 'control', 'storage'] as const;
/** One of them. */
export type Use = (typeof USES)[number];

/** A line as a plan states it; what is left out is as usual for its kind. */
export interface LinePlan extends Partial<Rung> {
  readonly kind: LineKind;
  /** All uses if left out. */
  readonly uses?: readonly Use[];
  /** US dollars an hour, for the line as a whole. */
  readonly usdPerHour?: number;
}

/** A line as it is. */
export interface Line extends Rung {
  readonly kind: LineKind;
  readonly uses: readonly Use[];
  readonly usdPerHour: number;
  /** What the line puts around each packet of a pod. */
  readonly headerBytes: number;
}

/** Ports of Direct Connect. */
export const DEDICATED_GBIT = {
  1: { bitsPerSec: 1e9, usdPerHour: 0.3 },
  10: { bitsPerSec: 10e9, usdPerHour: 2.25 },
} as const;

/** IPv4 and TCP without options. */
export const IP_TCP_BYTES = HEADER_BYTES.ipv4 + 20;

/** The line between two places that a plan states. */
export function lineBetween(a: Place, b: Place, plan: LinePlan): Line {
  const { kind, uses = USES, ...stated } = plan;
  const under = LADDER[reachOf(a, b)];
  const usual = kind === 'dedicated' ? { ...under, ...dedicated(under) } : { ...under, usdPerHour: 0 };
  return { ...usual, ...stated, kind, uses, headerBytes: kind === 'vxlan' ? VXLAN_OVERHEAD_BYTES : 0 };
}

function dedicated(under: Rung): Partial<Rung> & { usdPerHour: number } {
  return { ...DEDICATED_GBIT[1], mtu: 1500, usdPerGbOut: Math.min(0.02, under.usdPerGbOut), usdPerGbIn: 0 };
}

/** The largest packet of a pod that the line carries whole. */
export function podMtuOf(line: Line): number {
  return line.mtu - line.headerBytes;
}

/** Bytes on the line, headers of IP, TCP and the tunnel included, for so many bytes of payload. */
export function carriedBytes(line: Line, payloadBytes: number): number {
  const packets = Math.ceil(payloadBytes / (podMtuOf(line) - IP_TCP_BYTES));
  return payloadBytes + packets * (IP_TCP_BYTES + line.headerBytes);
}
