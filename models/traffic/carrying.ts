/**
 * How a talker's bytes are cut and what that costs: TCP segments that fill the MTU, or UDP datagrams of a size.
 *
 * Source: RFC 791, 768 and 9293 for headers; costs of the machine's models (data-path.ts, datagram.ts).
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
import { bareWireBytes, packetWireBytesMax, type WireShape, wireBytes } from '../network/frames.ts';
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
}

/** What carrying a flow's bytes comes to. */
export interface Carrying {
  readonly cost: DataPathCost;
  /** All bytes as links carry them, headers and framing included. */
  readonly wireBytes: number;
  /** The largest packet of the flow on the wire. */
  readonly packetBytes: number;
  /** A bare answer on the wire. */
  readonly answerBytes: number;
}

/** Carries `bytes` of a talker over a way whose packets look like `shape`. */
export function carrying(
  plan: Pick<TalkerPlan, 'protocol' | 'datagramBytes'>,
  shape: WireShape,
  path: DataPathKind,
  setting: DataPathSetting,
  bytes: number,
): Carrying {
  const udp = plan.protocol === 'udp';
  const headerBytes = udp ? UDP_IP_HEADER_BYTES : TCP_IP_HEADER_BYTES;
  const datagramBytes = plan.datagramBytes ?? setting.podMtu - UDP_IP_HEADER_BYTES;
  const onWire = udp
    ? datagramsWireBytes(shape, bytes, datagramBytes, setting.podMtu)
    : wireBytes(shape, bytes, tcpPayloadBytes(setting.podMtu), headerBytes);
  return {
    cost: udp ? datagramsCost(path, setting, bytes, datagramBytes) : dataPathCost(path, setting, bytes),
    wireBytes: onWire,
    packetBytes: Math.min(onWire, packetWireBytesMax(shape, setting.podMtu)),
    answerBytes: bareWireBytes(shape, headerBytes),
  };
}

/** IPv4 header, which every fragment of a datagram has. */
const IPV4_HEADER_BYTES = 20;

function datagramsWireBytes(shape: WireShape, bytes: number, datagramBytes: number, podMtu: number): number {
  const full = Math.floor(bytes / datagramBytes);
  const rest = bytes - full * datagramBytes;
  const datagrams = full + (rest > 0 ? 1 : 0);
  const packets = full * fragmentsOf(datagramBytes, podMtu) + (rest > 0 ? fragmentsOf(rest, podMtu) : 0);
  const udpHeaders = datagrams * (UDP_IP_HEADER_BYTES - IPV4_HEADER_BYTES);
  return bytes + udpHeaders + packets * bareWireBytes(shape, IPV4_HEADER_BYTES);
}
