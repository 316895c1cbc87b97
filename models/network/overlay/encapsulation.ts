/**
 * What tunnels put around a container's packet: headers, the size that comes of them, and what the outer header says of
 * fragmentation.
 *
 * Source: RFC 7348 (VXLAN), RFC 8926 (Geneve), RFC 2003 (IP in IP), RFC 2784 (GRE), the WireGuard paper, section 5.4.6
 * (type 4, receiver 4, counter 8, tag 16, padding to 16); Linux 6.x: devices of VXLAN and Geneve send with the
 * don't-fragment bit clear unless told (`df`), WireGuard too; IPIP and GRE set it (`pmtudisc`, the default); a program's UDP
 * socket sets it as long as the packet fits what it knows of the path (`IP_PMTUDISC_WANT`, ip(7)). Open vSwitch sets it on all of
 * its tunnels (ovs-vswitchd.conf.db(5), `options:df_default` true).
 * Left out: IPv6 outside, GRE keys and checksums, IPsec.
 */
import { HEADER_BYTES } from '../frames.ts';

/** Ways of wrapping; `none` routes the packet as it is. */
export const ENCAPSULATIONS = ['none', 'vxlan', 'geneve', 'ipip', 'gre', 'wireguard', 'tun'] as const;
/** The name of a way. */
export type Encapsulation = (typeof ENCAPSULATIONS)[number];

/** What the outer header says: may be cut, must not be cut, or must not be cut as long as it fits what is known. */
export type OuterFragmentation = 'may' | 'never' | 'if-known-too-long';

/** One header by name, with its bytes. */
export type NamedHeader = readonly [name: string, bytes: number];

const OUTER_UDP: readonly NamedHeader[] = [
  ['outer IPv4', HEADER_BYTES.ipv4],
  ['UDP', HEADER_BYTES.udp],
];
/** Base header of GRE: flags and protocol. */
const GRE_BYTES = 4;
const WIREGUARD_HEADER_BYTES = 16;
const WIREGUARD_TAG_BYTES = 16;
const WIREGUARD_BLOCK_BYTES = 16;

const HEADERS: Readonly<Record<Encapsulation, readonly NamedHeader[]>> = {
  none: [],
  vxlan: [...OUTER_UDP, ['VXLAN', HEADER_BYTES.vxlan], ['inner Ethernet', HEADER_BYTES.ethernet]],
  geneve: [...OUTER_UDP, ['Geneve', HEADER_BYTES.geneve], ['inner Ethernet', HEADER_BYTES.ethernet]],
  ipip: [['outer IPv4', HEADER_BYTES.ipv4]],
  gre: [
    ['outer IPv4', HEADER_BYTES.ipv4],
    ['GRE', GRE_BYTES],
  ],
  wireguard: [...OUTER_UDP, ['WireGuard', WIREGUARD_HEADER_BYTES], ['WireGuard tag', WIREGUARD_TAG_BYTES]],
  tun: OUTER_UDP,
};

const OUTER: Readonly<Record<Encapsulation, OuterFragmentation>> = {
  none: 'may',
  vxlan: 'may',
  geneve: 'may',
  ipip: 'never',
  gre: 'never',
  wireguard: 'may',
  tun: 'if-known-too-long',
};

/** Who puts the headers on: a device of the kernel by itself, or Open vSwitch through one. */
export type TunnelMaker = 'kernel' | 'open-vswitch';

/** A tunnel as it is set up. */
export interface Tunnel {
  readonly encapsulation: Encapsulation;
  /** The kernel if left out. */
  readonly madeBy?: TunnelMaker;
  /** Geneve's options; 0 if left out. */
  readonly optionBytes?: number;
  /** In place of what is usual for its kind (`ip link ... df set`). */
  readonly outer?: OuterFragmentation;
}

/** Headers around the container's packet, from the outside in. */
export function headersOf({ encapsulation, optionBytes }: Tunnel): readonly NamedHeader[] {
  const headers = HEADERS[encapsulation];
  if (encapsulation !== 'geneve' || !optionBytes) return headers;
  return [...headers.slice(0, -1), ['Geneve options', optionBytes], ...headers.slice(-1)];
}

/** Bytes of all headers around the container's packet. */
export function overheadBytesOf(tunnel: Tunnel): number {
  return headersOf(tunnel).reduce((sum, [, bytes]) => sum + bytes, 0);
}

/** What the outer header says of fragmentation. */
export function outerOf({ encapsulation, madeBy, outer }: Tunnel): OuterFragmentation {
  if (outer !== undefined) return outer;
  return madeBy === 'open-vswitch' && encapsulation !== 'none' ? 'never' : OUTER[encapsulation];
}

/** Whether an outer packet of so many bytes says that it must not be cut, where a node knows a path of `pathMtu`. */
export function outerForbidsCutting(tunnel: Tunnel, bytes: number, pathMtu: number): boolean {
  const outer = outerOf(tunnel);
  return outer === 'never' || (outer === 'if-known-too-long' && bytes <= pathMtu);
}

/** IP length on the wire of a packet of `bytes`. WireGuard hides lengths: it pads, up to the device's own MTU. */
export function wrappedBytes(tunnel: Tunnel, bytes: number, deviceMtu: number): number {
  if (tunnel.encapsulation !== 'wireguard') return bytes + overheadBytesOf(tunnel);
  const padded = Math.ceil(bytes / WIREGUARD_BLOCK_BYTES) * WIREGUARD_BLOCK_BYTES;
  return Math.max(bytes, Math.min(padded, deviceMtu)) + overheadBytesOf(tunnel);
}

/** The largest packet of a container that fits an underlay's MTU whole. */
export function tunnelMtu(tunnel: Tunnel, underlayMtu: number): number {
  return underlayMtu - overheadBytesOf(tunnel);
}
