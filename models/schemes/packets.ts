/**
 * The example packets of the schemes, header by header, plain and in every wrap.
 *
 * Source: RFC 7348 (VXLAN), RFC 8926 (Geneve), RFC 2003 (IP in IP), IEEE 802.1Q (tags), RFC 826 (ARP). MAC addresses are
 * written as names: only their owner matters.
 * Leaves out: BGP and other messages of control planes (needs of the schemes), payload, IPv6.
 */
import { type Endpoint, type Frame, type Header, IP_PROTOCOL, type Owner } from '../network/frames.ts';
import type { ExamplePacket, PacketEnds } from './scheme.ts';

const WHERE = { true: 'in the same subnet', false: 'across a router' } as const;

/** A pod's packet wrapped in UDP between two nodes. */
export function vxlanPacket(ends: PacketEnds, udpPort: number, vni: number): ExamplePacket {
  const frame: Frame = [
    nodeEthernet(ends),
    ipv4(ends.sourceNode, ends.destinationNode, 'node', IP_PROTOCOL.udp),
    { kind: 'udp', destinationPort: udpPort },
    { kind: 'vxlan', vni },
    ...plainHeaders(ends),
  ];
  return { what: `a wrapped packet between nodes ${where(ends)}`, frame };
}

/** A pod's packet in Geneve between two nodes. */
export function genevePacket(ends: PacketEnds, udpPort: number, vni: number, optionBytes = 0): ExamplePacket {
  const frame: Frame = [
    nodeEthernet(ends),
    ipv4(ends.sourceNode, ends.destinationNode, 'node', IP_PROTOCOL.udp),
    { kind: 'udp', destinationPort: udpPort },
    { kind: 'geneve', vni, optionBytes },
    ...plainHeaders(ends),
  ];
  return { what: `a wrapped packet between nodes ${where(ends)}`, frame };
}

/** A pod's IP packet straight in UDP, as a program behind a TUN device sends it. */
export function udpPacket(ends: PacketEnds, udpPort: number): ExamplePacket {
  const frame: Frame = [
    nodeEthernet(ends),
    ipv4(ends.sourceNode, ends.destinationNode, 'node', IP_PROTOCOL.udp),
    { kind: 'udp', destinationPort: udpPort },
    ...podHeaders(ends, 'pod'),
  ];
  return { what: `a wrapped packet between nodes ${where(ends)}`, frame };
}

/** A pod's IP packet in an IP packet between two nodes. */
export function ipInIpPacket(ends: PacketEnds): ExamplePacket {
  const frame: Frame = [
    nodeEthernet(ends),
    ipv4(ends.sourceNode, ends.destinationNode, 'node', IP_PROTOCOL.ipInIp),
    ...podHeaders(ends, 'pod'),
  ];
  return { what: `a wrapped packet between nodes ${where(ends)}`, frame };
}

/** A pod's packet as it is, with an address that the network below handed out itself. */
export function grantedPacket(ends: PacketEnds): ExamplePacket {
  return {
    what: `a pod's packet between nodes ${where(ends)}`,
    frame: [nodeEthernet(ends), ...podHeaders(ends, 'granted')],
  };
}

/** A pod's packet as it is, always to the MAC address of the other node: the next hop is the node, whatever its subnet. */
export function nextHopPacket(ends: PacketEnds): ExamplePacket {
  const frame: Frame = [nodeEthernet({ ...ends, sameSubnet: true }), ...podHeaders(ends, 'pod')];
  return { what: `a pod's packet to the node of the other pod ${where(ends)}`, frame };
}

/** A packet of a pod that is a station of its node's segment, under a MAC address of its own or that of its node. */
export function stationPacket(ends: PacketEnds, mac: 'own' | "node's"): ExamplePacket {
  const other = mac === 'own' ? podMac(ends.destinationPod) : nodeMac(ends.destinationNode);
  const ethernet: Header = {
    kind: 'ethernet',
    source: mac === 'own' ? podMac(ends.sourcePod) : nodeMac(ends.sourceNode),
    destination: ends.sameSubnet ? other : routerMac(ends),
    broadcast: false,
  };
  return { what: `a pod's packet ${where(ends)}`, frame: [ethernet, ...podHeaders(ends, 'pod')] };
}

/** The ARP request by which a pod finds another on its node's segment, or the router. */
export function stationArp(ends: PacketEnds, mac: 'own' | "node's"): ExamplePacket {
  const source = mac === 'own' ? podMac(ends.sourcePod) : nodeMac(ends.sourceNode);
  const destination = ends.sameSubnet
    ? { address: BROADCAST, owner: source.owner }
    : { address: BROADCAST, owner: 'router' as const };
  return { what: 'an ARP request of a pod', frame: [{ kind: 'ethernet', source, destination, broadcast: true }] };
}

/** A pod's packet as it is, between the MAC addresses of nodes (or of the router). */
export function plainPacket(ends: PacketEnds): ExamplePacket {
  return { what: `a pod's packet between nodes ${where(ends)}`, frame: plainHeaders(ends) };
}

/** A pod's packet in a VLAN, between the MAC addresses of pods. */
export function taggedPacket(ends: PacketEnds): ExamplePacket {
  const frame: Frame = [podEthernet(ends, false), { kind: 'vlan', id: ends.vlanId }, ...podHeaders(ends, 'pod')];
  return { what: "a pod's tagged packet", frame };
}

/** The ARP request by which a pod finds another in its VLAN. */
export function arpBroadcast(ends: PacketEnds): ExamplePacket {
  return { what: 'an ARP request of a pod', frame: [podEthernet(ends, true), { kind: 'vlan', id: ends.vlanId }] };
}

function where(ends: PacketEnds): string {
  return WHERE[`${ends.sameSubnet}`];
}

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

function podMac(pod: string): Endpoint {
  return { address: `MAC of ${pod}`, owner: 'pod' };
}

function nodeMac(node: string): Endpoint {
  return { address: `MAC of ${node}`, owner: 'node' };
}

function routerMac({ router }: PacketEnds): Endpoint {
  return { address: `MAC of ${router}`, owner: 'router' };
}

function plainHeaders(ends: PacketEnds): Header[] {
  return [nodeEthernet(ends), ...podHeaders(ends, 'pod')];
}

/** The pod's own headers: IP and TCP. */
function podHeaders(ends: PacketEnds, owner: Owner): Header[] {
  return [ipv4(ends.sourcePod, ends.destinationPod, owner, IP_PROTOCOL.tcp), { kind: 'tcp', destinationPort: 80 }];
}

function nodeEthernet(ends: PacketEnds): Header {
  const destination = ends.sameSubnet ? nodeMac(ends.destinationNode) : routerMac(ends);
  return { kind: 'ethernet', source: nodeMac(ends.sourceNode), destination, broadcast: false };
}

function podEthernet(ends: PacketEnds, broadcast: boolean): Header {
  const destination: Endpoint = broadcast ? { address: BROADCAST, owner: 'pod' } : podMac(ends.destinationPod);
  return { kind: 'ethernet', source: podMac(ends.sourcePod), destination, broadcast };
}

function ipv4(source: string, destination: string, owner: Owner, protocol: number): Header {
  return { kind: 'ipv4', source: { address: source, owner }, destination: { address: destination, owner }, protocol };
}
