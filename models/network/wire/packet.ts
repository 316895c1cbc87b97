/**
 * A whole packet: its headers from the outside in, and what it carries; to bytes and back.
 *
 * Each header is written around what it encloses, so that lengths and checksums are those of the real bytes. What is inside
 * is told by EtherType, protocol and UDP port, as the kernel and tshark tell it.
 * Source: the headers' own files. Left out: putting fragments together (a fragment's payload stays as bytes).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { type ArpMessage, decodeArp, encodeArp } from './arp.ts';
import { NO_BYTES, WireProblem } from './bytes.ts';
import { decodeEthernet, ETHER_TYPE, type EthernetHeader, encodeEthernet } from './ethernet.ts';
import { decodeGeneve, encodeGeneve, GENEVE_UDP_PORT, type GeneveHeader } from './geneve.ts';
import { decodeGre, encodeGre, type GreHeader } from './gre.ts';
import { decodeIcmp, encodeIcmp, type IcmpHeader } from './icmp.ts';
import { decodeIpv4, encodeIpv4, type Ipv4Header, PROTOCOL } from './ipv4.ts';
import { decodeTcp, encodeTcp, type TcpHeader } from './tcp.ts';
import { decodeUdp, encodeUdp, type UdpHeader } from './udp.ts';
import { decodeVlan, encodeVlan, type VlanTag } from './vlan.ts';
import { decodeVxlan, encodeVxlan, VXLAN_PORTS, type VxlanHeader } from './vxlan.ts';
import { decodeWireguard, encodeWireguard, WIREGUARD_PORT, type WireguardHeader } from './wireguard.ts';

/** Any header. */
export type WireHeader =
  | EthernetHeader
  | VlanTag
  | ArpMessage
  | Ipv4Header
  | UdpHeader
  | TcpHeader
  | IcmpHeader
  | VxlanHeader
  | GeneveHeader
  | GreHeader
  | WireguardHeader;

/** Headers from the outside in, and what stands behind the last. */
export interface Packet {
  readonly headers: readonly WireHeader[];
  readonly payload: Uint8Array;
}

/** The UDP port of Flannel's user-space tunnel, whose datagrams hold IPv4 packets as they are. */
export const IP_IN_UDP_PORT = 8285;

/** Headers that a packet may have; a tunnel in a tunnel in a tunnel ends somewhere. */
const HEADERS_MAX = 32;

/** The bytes of a packet. */
export function encodePacket({ headers, payload }: Packet): Uint8Array {
  let bytes = payload;
  for (let at = headers.length - 1; at >= 0; at--) bytes = encodeHeader(headers[at]!, bytes, headers[at - 1]);
  return bytes;
}

function encodeHeader(header: WireHeader, payload: Uint8Array, outer: WireHeader | undefined): Uint8Array {
  switch (header.kind) {
    case 'ethernet':
      return encodeEthernet(header, payload);
    case 'vlan':
      return encodeVlan(header, payload);
    case 'arp':
      return encodeArp(header);
    case 'ipv4':
      return encodeIpv4(header, payload);
    case 'udp':
      return encodeUdp(header, payload, carrierOf(header, outer));
    case 'tcp':
      return encodeTcp(header, payload, carrierOf(header, outer));
    case 'icmp':
      return encodeIcmp(header, payload);
    case 'vxlan':
      return encodeVxlan(header, payload);
    case 'geneve':
      return encodeGeneve(header, payload);
    case 'gre':
      return encodeGre(header, payload);
    case 'wireguard':
      return encodeWireguard(header, payload);
  }
}

function carrierOf({ kind }: WireHeader, outer: WireHeader | undefined): Ipv4Header {
  assert(outer?.kind === 'ipv4', () => `${kind} travels in IPv4, and ${outer?.kind ?? 'nothing'} is around it`);
  return outer;
}

/** What is read next. */
type Step = 'ethernet' | 'arp' | 'vlan' | 'ipv4' | 'tcp' | 'udp' | 'icmp' | 'gre' | 'vxlan' | 'geneve' | 'wireguard';

/** Reads a frame that begins with an Ethernet header; filling behind an IPv4 packet is left off. @throws WireProblem */
export function decodePacket(bytes: Uint8Array, first: Step = 'ethernet'): Packet {
  const headers: WireHeader[] = [];
  let payload = bytes;
  for (let step: Step | undefined = first; step !== undefined; ) {
    if (headers.length === HEADERS_MAX) throw new WireProblem('packet', `more than ${HEADERS_MAX} headers`);
    const read = decodeStep(step, payload, headers[headers.length - 1]);
    headers.push(read.header);
    payload = read.header.kind === 'arp' ? NO_BYTES : read.payload;
    step = payload.length === 0 && read.header.kind !== 'ethernet' ? undefined : stepAfter(read.header);
  }
  return { headers, payload };
}

function decodeStep(
  step: Step,
  bytes: Uint8Array,
  outer: WireHeader | undefined,
): { header: WireHeader; payload: Uint8Array } {
  switch (step) {
    case 'ethernet':
      return decodeEthernet(bytes);
    case 'vlan':
      return decodeVlan(bytes);
    case 'arp':
      return decodeArp(bytes);
    case 'ipv4':
      return decodeIpv4(bytes);
    case 'udp':
      return decodeUdp(bytes, carrierOf({ kind: 'udp' } as UdpHeader, outer));
    case 'tcp':
      return decodeTcp(bytes, carrierOf({ kind: 'tcp' } as TcpHeader, outer));
    case 'icmp':
      return decodeIcmp(bytes);
    case 'vxlan':
      return decodeVxlan(bytes);
    case 'geneve':
      return decodeGeneve(bytes);
    case 'gre':
      return decodeGre(bytes);
    case 'wireguard':
      return decodeWireguard(bytes);
  }
}

const STEP_OF_ETHER_TYPE: Readonly<Record<number, Step>> = {
  [ETHER_TYPE.ipv4]: 'ipv4',
  [ETHER_TYPE.arp]: 'arp',
  [ETHER_TYPE.vlan]: 'vlan',
  [ETHER_TYPE.transparentEthernet]: 'ethernet',
};

const STEP_OF_PROTOCOL: Readonly<Record<number, Step>> = {
  [PROTOCOL.icmp]: 'icmp',
  [PROTOCOL.ipInIp]: 'ipv4',
  [PROTOCOL.tcp]: 'tcp',
  [PROTOCOL.udp]: 'udp',
  [PROTOCOL.gre]: 'gre',
};

function stepAfter(header: WireHeader): Step | undefined {
  switch (header.kind) {
    case 'ethernet':
    case 'vlan':
    case 'geneve':
    case 'gre':
      return STEP_OF_ETHER_TYPE[header.etherType];
    case 'ipv4':
      return header.moreFragments || header.fragmentOffset > 0 ? undefined : STEP_OF_PROTOCOL[header.protocol];
    case 'udp':
      return stepInUdp(header.destinationPort);
    case 'vxlan':
      return 'ethernet';
    default:
      return undefined;
  }
}

function stepInUdp(port: number): Step | undefined {
  if (VXLAN_PORTS.includes(port)) return 'vxlan';
  if (port === GENEVE_UDP_PORT) return 'geneve';
  if (port === WIREGUARD_PORT) return 'wireguard';
  return port === IP_IN_UDP_PORT ? 'ipv4' : undefined;
}
