/**
 * The example packets of the schemes, header by header, and the VXLAN wrap.
 *
 * Source: RFC 7348 (VXLAN), IEEE 802.1Q (tags), RFC 826 (ARP). MAC addresses are written as names: only their owner matters.
 * Leaves out: BGP and other messages of control planes (needs of the schemes), payload, IPv6.
 */
import { type Frame, type Header, IP_PROTOCOL } from '../network/frames.ts';
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

/** A pod's packet as it is, between the MAC addresses of nodes (or of the router). */
export function plainPacket(ends: PacketEnds): ExamplePacket {
  return { what: `a pod's packet between nodes ${where(ends)}`, frame: plainHeaders(ends) };
}

/** A pod's packet in a VLAN, between the MAC addresses of pods. */
export function taggedPacket(ends: PacketEnds): ExamplePacket {
  const frame: Frame = [
    podEthernet(ends, false),
    { kind: 'vlan', id: ends.vlanId },
    ipv4(ends.sourcePod, ends.destinationPod, 'pod', IP_PROTOCOL.tcp),
    { kind: 'tcp', destinationPort: 80 },
  ];
  return { what: "a pod's tagged packet", frame };
}

/** The ARP request by which a pod finds another in its VLAN. */
export function arpBroadcast(ends: PacketEnds): ExamplePacket {
  return { what: 'an ARP request of a pod', frame: [podEthernet(ends, true), { kind: 'vlan', id: ends.vlanId }] };
}

function where(ends: PacketEnds): string {
  return WHERE[`${ends.sameSubnet}`];
}

function plainHeaders(ends: PacketEnds): Header[] {
  return [
    nodeEthernet(ends),
    ipv4(ends.sourcePod, ends.destinationPod, 'pod', IP_PROTOCOL.tcp),
    { kind: 'tcp', destinationPort: 80 },
  ];
}

function nodeEthernet(ends: PacketEnds): Header {
  const next = ends.sameSubnet ? ends.destinationNode : ends.router;
  return {
    kind: 'ethernet',
    source: { address: `MAC of ${ends.sourceNode}`, owner: 'node' },
    destination: { address: `MAC of ${next}`, owner: ends.sameSubnet ? 'node' : 'router' },
    broadcast: false,
  };
}

function podEthernet(ends: PacketEnds, broadcast: boolean): Header {
  return {
    kind: 'ethernet',
    source: { address: `MAC of ${ends.sourcePod}`, owner: 'pod' },
    destination: { address: broadcast ? 'ff:ff:ff:ff:ff:ff' : `MAC of ${ends.destinationPod}`, owner: 'pod' },
    broadcast,
  };
}

function ipv4(source: string, destination: string, owner: 'node' | 'pod', protocol: number): Header {
  return { kind: 'ipv4', source: { address: source, owner }, destination: { address: destination, owner }, protocol };
}
