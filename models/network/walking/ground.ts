/**
 * What a walk needs to know of the cluster and its network: who stands where, which tables they have, and what a scheme puts
 * around packets.
 *
 * Source: ours. Left out: state that only a run has (links that are down, tables that are not yet written).
 */
import type { ArpCost, PartCost, PartName } from '../../machine/way-parts.ts';
import type { OwnedBlock, Subnet } from '../address-book.ts';
import type { Environment } from '../environment.ts';
import type { FabricSetting } from '../fabric.ts';
import type { Frame } from '../frames.ts';
import type { Conditions } from '../walk.ts';
import type { MacAddress } from '../wire/ethernet.ts';

/** How pods are joined to their node, and by which devices, as an operator sees them there. */
export interface NodeForwarding {
  /**
   * `veth`: a pair to the host, which routes; `bridge`: a Linux bridge, whose node routes; `switch`: Open vSwitch by hardware
   * address; `routing-switch`: Open vSwitch by IP address; `ebpf`: programs at the veth pair; the rest as the drivers.
   */
  readonly joins: 'veth' | 'bridge' | 'switch' | 'routing-switch' | 'ebpf' | 'macvlan' | 'ipvlan-l2' | 'ipvlan-l3';
  /** The bridge or switch. */
  readonly bridge?: string;
  /** The tunnel's device. */
  readonly tunnel?: string;
  /** Who fills the tables. */
  readonly writtenBy: string;
  /**
   * How a pod learns the hardware address of its next hop: its node answers for it; it is written in advance; the switch or its
   * agent answers; the one that is asked for answers itself, over the network.
   */
  readonly resolves: 'node' | 'written' | 'agent' | 'asks';
  /** The hardware address under which a routing switch sends into its tunnel; that of the other pod if left out. */
  readonly tunnelTo?: MacAddress;
  /** Whether the tunnel fills in the outer UDP checksum. */
  readonly outerChecksum?: boolean;
}

/** A node of the cluster. */
export interface Machine {
  readonly name: string;
  readonly index: number;
  readonly ip: number;
  readonly mac: MacAddress;
  readonly rack: number;
  readonly subnet: Subnet;
  readonly router: number;
}

/** An end of a walk: a pod, or a node itself. */
export interface Station {
  readonly kind: 'pod' | 'node';
  readonly name: string;
  readonly ip: number;
  readonly mac: MacAddress;
  readonly machine: Machine;
  /** Which of its node's pods it is. */
  readonly ordinal: number;
}

/** What a scheme puts between the Ethernet header of the cable and the pod's IP packet. */
export type Wrap =
  | { readonly kind: 'none' }
  | { readonly kind: 'vlan'; readonly id: number }
  | { readonly kind: 'ipip' }
  | { readonly kind: 'udp'; readonly port: number }
  | { readonly kind: 'vxlan'; readonly port: number; readonly vni: number }
  | { readonly kind: 'geneve'; readonly port: number; readonly vni: number; readonly optionBytes: number };

/** How packets go to a node: wrapped in what, and to whose hardware address. */
export interface Shape {
  readonly wrap: Wrap;
  readonly nextHop: 'node' | 'router' | 'pod';
}

/** The same for one packet, with what rules look at. */
export interface Relation extends Shape {
  readonly frame: Frame;
  /** The ARP request of a pod, where the scheme lets pods ask each other. */
  readonly request?: Frame;
}

/** The cluster around a walk. */
export interface Ground {
  readonly environment: Environment;
  readonly met: Conditions;
  readonly fabric: FabricSetting;
  readonly racks: number;
  readonly forwarding: NodeForwarding;
  /** Whether a policy agent's chains stand in the way. */
  readonly chains: boolean;
  /** MTU of pods, as the scheme sets it, or as somebody has set it by hand. */
  readonly podMtu: number;
  /** MTU of the tunnel's device, as the scheme sets it. */
  readonly tunnelMtu: number;
  /** MTU of the links between switches; of the nodes' cards if left out. */
  readonly fabricMtu?: number;
  /** Whether nodes and routers say "fragmentation needed", and whether it is heard. */
  readonly tells: boolean;
  /** The subnet of pods that are stations of their node's segment. */
  segmentOf(machine: Machine): Subnet;
  readonly machines: readonly Machine[];
  readonly podRange: Subnet;
  /** Blocks of pod addresses with their nodes; empty where one range serves all. */
  readonly blocks: readonly OwnedBlock[];
  /** Pods of the two nodes, which their local tables list. */
  readonly pods: readonly Station[];
  /** How packets go to nodes of the same subnet, and of others. */
  readonly sameSubnet: Shape;
  readonly acrossSubnets: Shape;
  /** The packet of one end to the other. */
  relation(from: Station, to: Station): Relation;
  /** What each part of the way costs at each end, for a packet with so much payload. */
  costsOf(payloadBytes: number): ReadonlyMap<PartName, PartCost>;
  /** What an ARP message costs each machine that sends or takes it. */
  readonly arp: ArpCost;
}

/** Whether two machines share a subnet. */
export function shareSubnet(a: Machine, b: Machine): boolean {
  return a.subnet.address === b.subnet.address;
}

/** How packets go from one machine to another. */
export function shapeBetween(ground: Ground, from: Machine, to: Machine): Shape {
  return shareSubnet(from, to) ? ground.sameSubnet : ground.acrossSubnets;
}

/** Where a frame of that scheme goes: wrapped in what, and to whose hardware address. */
export function shapeOf(frame: Frame): Shape {
  const outer = frame[0];
  const owner = outer?.kind === 'ethernet' ? outer.destination.owner : 'node';
  return { wrap: wrapOf(frame), nextHop: owner === 'pod' || owner === 'router' ? owner : 'node' };
}

function wrapOf(frame: Frame): Wrap {
  const inner = frame.map(({ kind }) => kind).lastIndexOf('ipv4');
  const around = frame.slice(1, Math.max(1, inner));
  const udp = around.find((header) => header.kind === 'udp');
  for (const header of around) {
    if (header.kind === 'vlan') return { kind: 'vlan', id: header.id };
    if (header.kind === 'vxlan' && udp?.kind === 'udp')
      return { kind: 'vxlan', port: udp.destinationPort, vni: header.vni };
    if (header.kind === 'geneve' && udp?.kind === 'udp')
      return { kind: 'geneve', port: udp.destinationPort, vni: header.vni, optionBytes: header.optionBytes };
  }
  if (udp?.kind === 'udp') return { kind: 'udp', port: udp.destinationPort };
  return around.length === 0 ? { kind: 'none' } : { kind: 'ipip' };
}
