/**
 * What each part of a way through the kernels costs one packet: the way's own figures, shared among its parts.
 *
 * Source: path-parts.ts for the parts, kernel-paths.ts for the whole. The parts of a recorded way add up to it within 15 %;
 * here they are stretched so that they add up to it exactly (the two sockets keep their own figure, which was recorded alone).
 * A packet's processor time is that of a datagram of its size (datagram.ts), which runs charge, too.
 * Left out: the time that a network card takes (only its processor time is known), caches that are cold.
 */
import type { DataPathKind, DataPathSetting } from './data-path.ts';
import { cardNs, datagramCost, fragmentsOf, RECORDED_PAYLOAD_BYTES } from './datagram.ts';
import { KERNEL_PATHS } from './kernel-paths.ts';
import {
  BRIDGE,
  EBPF_PROGRAMS,
  ENDS,
  IPIP_TUNNEL,
  OVS_SWITCH,
  PACKET_NS,
  type PathPart,
  ROUTED_HOP,
  VETH,
  VXLAN_TUNNEL,
} from './path-parts.ts';
import { COST_SHARE_OF_AN_END } from './processors.ts';
import { chainsOnWay } from './rule-cost.ts';

/** A part of a way. */
export type PartName =
  | 'socket'
  | 'veth'
  | 'bridge'
  | 'route'
  | 'switch'
  | 'programs'
  | 'station'
  | 'chains'
  | 'tunnel'
  | 'proxy'
  | 'card';

/** What a part takes for one packet in one direction. */
export interface PartCost {
  readonly processorNs: number;
  readonly timeNs: number;
}

/** What an ARP message costs a machine that sends or takes it. */
export interface ArpCost extends PartCost {
  /** Of a network card, where the message goes by cable, ns. */
  readonly cardNs: number;
}

/**
 * Kernels answer ARP by themselves, and nothing of it was recorded: a message is taken for a small packet at one of two ends with
 * nothing between, which is the most that it can be, because no program is woken.
 */
export function arpCost(processorSpeed: number): ArpCost {
  return {
    processorNs: (COST_SHARE_OF_AN_END * ENDS.packetRatio * PACKET_NS) / processorSpeed,
    timeNs: ENDS.roundTripNs / 4 / processorSpeed,
    cardNs: cardNs(processorSpeed),
  };
}

/** One interface of a pod on its node's card: no part of its own was recorded, so it is what is left of the way. */
const STATION: PathPart = { packetRatio: 1, roundTripNs: 1, calibratedOn: [] };

/** A part that is met at an end, by name. */
type PartOfEnd = readonly [PartName, PathPart];

const HALF_VXLAN: PartOfEnd = ['tunnel', halfOf(VXLAN_TUNNEL)];
const HALF_IPIP: PartOfEnd = ['tunnel', halfOf(IPIP_TUNNEL)];
const VETH_END: PartOfEnd = ['veth', VETH];
const BRIDGE_END: PartOfEnd = ['bridge', BRIDGE];
const ROUTE_END: PartOfEnd = ['route', ROUTED_HOP];
const OVS_END: PartOfEnd = ['switch', OVS_SWITCH];
const EBPF_END: PartOfEnd = ['programs', EBPF_PROGRAMS];
const STATION_END: PartOfEnd = ['station', STATION];
const HALF_VETH: PartOfEnd = ['veth', halfOf(VETH)];

/** Parts that are met at each end of a way between nodes; a tunnel is shared by both, as is all on one node. */
const AT_EACH_END: Readonly<Record<DataPathKind, readonly PartOfEnd[]>> = {
  'host-network': [],
  routed: [VETH_END, ROUTE_END],
  'bridge-l2': [VETH_END, BRIDGE_END],
  'bridge-routed': [VETH_END, BRIDGE_END, ROUTE_END],
  'vxlan-routed': [VETH_END, ROUTE_END, HALF_VXLAN],
  'vxlan-bridge': [VETH_END, BRIDGE_END, ROUTE_END, HALF_VXLAN],
  'ipip-routed': [VETH_END, ROUTE_END, HALF_IPIP],
  'ipip-bridge': [VETH_END, BRIDGE_END, ROUTE_END, HALF_IPIP],
  'tun-bridge': [VETH_END, BRIDGE_END, ROUTE_END],
  'ovs-plain': [VETH_END, OVS_END],
  'ovs-vxlan': [VETH_END, OVS_END, HALF_VXLAN],
  'ovs-geneve': [VETH_END, OVS_END, HALF_VXLAN],
  'ebpf-routed': [VETH_END, EBPF_END],
  'ebpf-vxlan': [VETH_END, EBPF_END, HALF_VXLAN],
  'ebpf-geneve': [VETH_END, EBPF_END, HALF_VXLAN],
  macvlan: [STATION_END],
  'ipvlan-l2': [STATION_END],
  'ipvlan-l3': [STATION_END],
  'same-node-routed': [HALF_VETH, ['route', halfOf(ROUTED_HOP)]],
  'same-node-bridge': [HALF_VETH, ['bridge', halfOf(BRIDGE)]],
  'same-node-ovs': [HALF_VETH, ['switch', halfOf(OVS_SWITCH)]],
  'same-node-ebpf': [HALF_VETH, ['programs', halfOf(EBPF_PROGRAMS)]],
  'same-node-macvlan': [STATION_END],
  'same-node-ipvlan': [STATION_END],
};

function halfOf({ packetRatio, roundTripNs, calibratedOn }: PathPart): PathPart {
  return { packetRatio: packetRatio / 2, roundTripNs: roundTripNs / 2, calibratedOn };
}

/**
 * What one packet with so much payload costs at each of the two ends of a way, by part; one that does not fit the pod's MTU
 * walks in fragments. On one node the two halves are on the same node.
 */
export function costsAtEachEnd(
  path: DataPathKind,
  setting: DataPathSetting,
  payloadBytes: number,
): ReadonlyMap<PartName, PartCost> {
  const speed = setting.processorSpeed ?? 1;
  const packets = fragmentsOf(payloadBytes, setting.podMtu);
  const parts = partsBeside(path, packets, payloadBytes, speed);
  const chains = chainsOnWay(setting.chains, path);
  if (chains.packetRatio > 0) {
    const processorNs = (COST_SHARE_OF_AN_END * packets * chains.packetRatio * PACKET_NS) / speed;
    parts.set('chains', { processorNs, timeNs: chains.roundTripNs / 4 / speed });
  }
  if (!path.startsWith('same-node')) parts.set('card', { processorNs: cardNs(speed), timeNs: 0 });
  let beside = 0;
  for (const [part, { processorNs }] of parts) if (part !== 'proxy') beside += processorNs;
  const processorNs = endNs(path, setting, payloadBytes) - beside;
  parts.set('socket', { processorNs, timeNs: ENDS.roundTripNs / 4 / speed });
  return parts;
}

/** What one of two ends that share the way pays, without programs that carry packets beside it. */
function endNs(path: DataPathKind, setting: DataPathSetting, payloadBytes: number): number {
  const { sendNs, receiveNs } = datagramCost(path, setting, payloadBytes);
  return COST_SHARE_OF_AN_END * (sendNs + receiveNs);
}

/** Parts between the sockets, at one end. */
function partsBeside(
  path: DataPathKind,
  packets: number,
  payloadBytes: number,
  speed: number,
): Map<PartName, PartCost> {
  const { packetRatio, roundTripNs, proxies } = KERNEL_PATHS[path];
  const listed = AT_EACH_END[path];
  const like = proxies === undefined ? { packetRatio, roundTripNs } : KERNEL_PATHS['bridge-routed'];
  const sum = (of: (part: PathPart) => number): number => listed.reduce((total, [, part]) => total + 2 * of(part), 0);
  const processorFactor = stretch(
    like.packetRatio - ENDS.packetRatio,
    sum((part) => part.packetRatio),
  );
  const timeFactor = stretch(
    like.roundTripNs - ENDS.roundTripNs,
    sum((part) => part.roundTripNs),
  );
  const parts = new Map<PartName, PartCost>();
  for (const [name, part] of listed) {
    parts.set(name, {
      processorNs: (packets * processorFactor * part.packetRatio * PACKET_NS) / speed,
      timeNs: (timeFactor * part.roundTripNs) / 2 / speed,
    });
  }
  if (proxies !== undefined) {
    // A question and its answer pass two programs each.
    const timeNs = (roundTripNs - like.roundTripNs) / 4 / speed;
    const bytesNs = proxies.passByteNs * (payloadBytes - RECORDED_PAYLOAD_BYTES);
    parts.set('proxy', { processorNs: (packets * proxies.passNs + bytesNs) / speed, timeNs });
  }
  return parts;
}

function stretch(whole: number, sum: number): number {
  return sum === 0 ? 0 : whole / sum;
}
