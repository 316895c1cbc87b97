/**
 * How a talker's bytes are cut and what that costs: TCP segments that fill the MTU, or UDP datagrams of a size.
 *
 * Source: RFC 791, 768 and 9293 for headers; costs of the machine's models (data-path.ts, datagram.ts).
 * What a way does with packets that are too long comes from the overlay room (network/overlay/way-fit.ts).
 * Left out: acknowledgements on the way back, retransmissions, UDP that is lost (a flow goes at its slower end's pace).
 */
import {
  type DataPathCost,
  type DataPathKind,
  type DataPathSetting,
  dataPathCost,
  TCP_IP_HEADER_BYTES,
  tcpPayloadBytes,
} from '../machine/data-path.ts';
import { datagramsCost, fragmentsOf, UDP_IP_HEADER_BYTES } from '../machine/datagram.ts';
import type { PolicyChains } from '../machine/rule-cost.ts';
import type { Environment } from '../network/environment.ts';
import type { PacketShape } from '../network/flow-carrier.ts';
import { bareWireBytes, packetWireBytesMax, WIRE_FRAMING_BYTES, type WireShape, wireBytes } from '../network/frames.ts';
import type { WayFit } from '../network/overlay/way-fit.ts';
import type { SchemePaths } from '../schemes/scheme.ts';
import type { TalkerPlan } from './arrivals.ts';

/** How the scheme's packets look and what they cost. */
export interface Carriage {
  readonly paths: SchemePaths;
  /** IP MTU as pods see it. */
  readonly podMtu: number;
  /** Whether nodes of different racks share a subnet. */
  readonly subnets: Environment['subnets'];
  /** Segmentation offload. */
  readonly offload: boolean;
  /** Speed of the processors relative to the recorded ones; 1 if left out. */
  readonly processorSpeed?: number;
  /** Chains of a policy agent in the way; none if left out. */
  readonly chains?: PolicyChains;
  /** What ways within a rack and between racks do with long packets; absent where all fit. */
  readonly fits?: { readonly inRack: WayFit; readonly betweenRacks: WayFit };
}

/** What carrying a flow's bytes comes to. */
export interface Carrying {
  readonly cost: DataPathCost;
  /** All bytes as links carry them, headers and framing included. */
  readonly wireBytes: number;
  /** The largest packet of the flow on the wire. */
  readonly packetBytes: number;
  /** Whether its long packets never arrive and nobody says so: then the flow never ends. */
  readonly isSwallowed: boolean;
  /** What it looks like as packets; a datagram in fragments as packets of equal size. */
  readonly packets: PacketShape;
}

/** A way: what it puts around packets, what it costs, and what it does with long ones (all fit if left out). */
export interface Way {
  readonly shape: WireShape;
  readonly path: DataPathKind;
  readonly fit?: WayFit | undefined;
}

/** Carries `bytes` of a talker over a way. */
export function carrying(
  plan: Pick<TalkerPlan, 'protocol' | 'datagramBytes'>,
  { shape, path, fit }: Way,
  setting: DataPathSetting,
  bytes: number,
): Carrying {
  const udp = plan.protocol === 'udp';
  const headerBytes = udp ? UDP_IP_HEADER_BYTES : TCP_IP_HEADER_BYTES;
  const datagramBytes = plan.datagramBytes ?? setting.podMtu - UDP_IP_HEADER_BYTES;
  const packetBytes = Math.min(headerBytes + Math.min(bytes, udp ? datagramBytes : bytes), setting.podMtu);
  const found = fit === undefined ? setting : foundBy(fit, setting, packetBytes);
  const onWire = udp
    ? datagramsWireBytes(shape, bytes, datagramBytes, found.podMtu)
    : wireBytes(shape, bytes, tcpPayloadBytes(found.podMtu), headerBytes);
  const isCut = fit !== undefined && Math.min(packetBytes, found.podMtu) > fit.wholeUpTo;
  return {
    cost: udp ? datagramsCost(path, found, bytes, datagramBytes) : dataPathCost(path, found, bytes),
    wireBytes: isCut ? onWire + packetsOf(bytes, found.podMtu - headerBytes) * SECOND_FRAGMENT_BYTES : onWire,
    packetBytes: Math.min(onWire, packetWireBytesMax(shape, found.podMtu)),
    isSwallowed: fit !== undefined && packetBytes >= fit.swallowedFrom,
    packets: udp ? datagramPackets(shape, datagramBytes, found.podMtu) : segmentPackets(shape, found.podMtu),
  };
}

/** What a sender sends once it has heard of the way; packets that are cut on the way are handled one by one. */
function foundBy(fit: WayFit, setting: DataPathSetting, packetBytes: number): DataPathSetting {
  const podMtu = Math.min(setting.podMtu, fit.tcpMtu);
  const isCut = Math.min(packetBytes, podMtu) > fit.wholeUpTo;
  return { ...setting, podMtu, offload: setting.offload && !isCut };
}

const packetsOf = (bytes: number, payloadBytes: number): number => Math.ceil(bytes / payloadBytes);

/** IPv4 header, which every fragment of a datagram has. */
const IPV4_HEADER_BYTES = 20;

/** What a cut packet takes more on the wire: a header and framing for its second part. */
const SECOND_FRAGMENT_BYTES = IPV4_HEADER_BYTES + WIRE_FRAMING_BYTES;

function segmentPackets(shape: WireShape, podMtu: number): PacketShape {
  return {
    protocol: 'tcp',
    payloadBytes: tcpPayloadBytes(podMtu),
    packetBytes: packetWireBytesMax(shape, podMtu),
    answerBytes: bareWireBytes(shape, TCP_IP_HEADER_BYTES),
  };
}

function datagramPackets(shape: WireShape, datagramBytes: number, podMtu: number): PacketShape {
  const fragments = fragmentsOf(datagramBytes, podMtu);
  return {
    protocol: 'udp',
    payloadBytes: Math.ceil(datagramBytes / fragments),
    packetBytes: Math.ceil(datagramsWireBytes(shape, datagramBytes, datagramBytes, podMtu) / fragments),
    answerBytes: bareWireBytes(shape, UDP_IP_HEADER_BYTES),
  };
}

function datagramsWireBytes(shape: WireShape, bytes: number, datagramBytes: number, podMtu: number): number {
  const full = Math.floor(bytes / datagramBytes);
  const rest = bytes - full * datagramBytes;
  const datagrams = full + (rest > 0 ? 1 : 0);
  const packets = full * fragmentsOf(datagramBytes, podMtu) + (rest > 0 ? fragmentsOf(rest, podMtu) : 0);
  const udpHeaders = datagrams * (UDP_IP_HEADER_BYTES - IPV4_HEADER_BYTES);
  return bytes + udpHeaders + packets * bareWireBytes(shape, IPV4_HEADER_BYTES);
}
