/**
 * Headers that a tunnel or a tag puts around a packet between two nodes, and takes off again.
 *
 * Source: RFC 7348 (the outer source port is a hash of the inner packet; the checksum is usually zero), RFC 8926, RFC 2003; the OVN
 * architecture (option class 0x0102, type 0x80: logical ports). Who sets the don't-fragment bit: overlay/encapsulation.ts.
 * Left out: what stands in the type-of-service byte; keys of GRE.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { outerForbidsCutting, overheadBytesOf, type Tunnel } from '../overlay/encapsulation.ts';
import { ETHER_TYPE, type EthernetHeader } from '../wire/ethernet.ts';
import { ipv4, PROTOCOL } from '../wire/ipv4.ts';
import type { Packet, WireHeader } from '../wire/packet.ts';
import type { Station } from './ground.ts';
import { routerMac } from './hardware.ts';
import { ethernetHeader, type Trip } from './trip.ts';
import { tunnelOf } from './tunnel.ts';

/** Ports from which tunnels send, by hash: those that Linux takes for programs of its own. */
const PORTS_FROM = 32_768;
const PORTS = 28_232;
/** Outer packets may go as far as any. */
const TTL = 64;
/** OVN's option class, and the type of its option, which must be understood. */
const OVN = { optionClass: 0x0102, type: 0x80 } as const;

/** The tunnel from one end to the other. */
export function tunnelBetween({ ground }: Trip, from: Station, to: Station): Tunnel {
  return tunnelOf(ground.relation(from, to).wrap, ground.forwarding.joins);
}

/** The headers of a tunnel from one end's node to the other's around so many bytes, without the Ethernet header of the cable. */
export function tunnelHeaders(trip: Trip, from: Station, to: Station, innerBytes: number): WireHeader[] {
  const { wrap } = trip.ground.relation(from, to);
  const tunnel = tunnelBetween(trip, from, to);
  const bytes = innerBytes + overheadBytesOf(tunnel);
  const protocol = wrap.kind === 'ipip' ? PROTOCOL.ipInIp : PROTOCOL.udp;
  const outer = ipv4({
    source: from.machine.ip,
    destination: to.machine.ip,
    protocol,
    ttl: TTL,
    dontFragment: outerForbidsCutting(tunnel, bytes, trip.ground.environment.underlayMtu),
  });
  if (wrap.kind === 'ipip') return [outer];
  assert(wrap.kind === 'udp' || wrap.kind === 'vxlan' || wrap.kind === 'geneve', () => `${wrap.kind} is no tunnel`);
  const summed = wrap.kind === 'udp' || (trip.ground.forwarding.outerChecksum ?? false);
  // A program's socket has one port; the kernel's tunnels spread flows by theirs.
  const sourcePort = wrap.kind === 'udp' ? wrap.port : PORTS_FROM + (trip.hash % PORTS);
  const udp: WireHeader = { kind: 'udp', sourcePort, destinationPort: wrap.port, summed };
  if (wrap.kind === 'udp') return [outer, udp];
  if (wrap.kind === 'vxlan') return [outer, udp, { kind: 'vxlan', vni: wrap.vni }];
  const options = wrap.optionBytes === 0 ? [] : [{ ...OVN, bytes: logicalPorts(from, to) }];
  return [
    outer,
    udp,
    { kind: 'geneve', control: false, etherType: ETHER_TYPE.transparentEthernet, vni: wrap.vni, options },
  ];
}

/** A bit that is zero, 15 bits for the port where it came in, 16 for the one where it goes out. */
function logicalPorts(from: Station, to: Station): Uint8Array {
  const [ingress, egress] = [from.ordinal + 1, to.ordinal + 1];
  return Uint8Array.of((ingress >> 8) & 127, ingress & 255, (egress >> 8) & 255, egress & 255);
}

/** An ARP message's length. */
const ARP_BYTES = 28;

/** A frame of ARP with everything that stands around it on the cable. */
export function wrapHeaders(
  trip: Trip,
  frame: Packet,
  from: Station,
  to: Station,
  nextHop: number | undefined,
): Packet {
  const ethernet = ethernetHeader(from.machine.mac, nextHop ?? routerMac(from.machine.router));
  return { ...frame, headers: [ethernet, ...tunnelHeaders(trip, from, to, ARP_BYTES), ...frame.headers] };
}

/** A frame with a tag behind its addresses. */
export function tagged(frame: Packet, id: number): Packet {
  const [ethernet, ...rest] = frame.headers;
  assert(ethernet?.kind === 'ethernet', 'a tag stands behind an Ethernet header');
  const { etherType } = ethernet;
  const outer: EthernetHeader = { ...ethernet, etherType: ETHER_TYPE.vlan };
  return { ...frame, headers: [outer, { kind: 'vlan', priority: 0, dropEligible: false, id, etherType }, ...rest] };
}

/** A frame without its tag. */
export function untagged(frame: Packet): Packet {
  const [ethernet, tag, ...rest] = frame.headers;
  assert(ethernet?.kind === 'ethernet' && tag?.kind === 'vlan', 'a frame with a tag was expected');
  return { ...frame, headers: [{ ...ethernet, etherType: tag.etherType }, ...rest] };
}
