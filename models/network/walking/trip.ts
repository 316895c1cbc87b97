/**
 * What both directions of a walk share: the cluster, who knows whom by now, which frames were on which wires, and the clock.
 *
 * Source: ours. Left out: everything that others send meanwhile.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { WIRE_FRAMING_BYTES } from '../frames.ts';
import { ETHER_TYPE } from '../wire/ethernet.ts';
import type { Packet, WireHeader } from '../wire/packet.ts';
import type { Ground, Machine, Station } from './ground.ts';
import type { WireFrame } from './hop.ts';
import { ipBytesOf } from './leg.ts';
import { Neighbours } from './neighbours.ts';

/** A walk there and back. */
export class Trip {
  readonly ground: Ground;
  readonly wires: WireFrame[] = [];
  readonly neighbours = new Neighbours(this.wires);
  /** The pod whose address its node has hidden behind its own. */
  hidden: Station | null = null;
  /** By which of equal ways the switches send it: from the addresses and ports of the packet. */
  readonly hash: number;

  constructor(ground: Ground, hash: number) {
    this.ground = ground;
    this.hash = hash;
  }

  /** Time on the cable of a node. */
  cableNs(packet: Packet): TimeNs {
    const { hostLinkBitsPerSec } = this.ground.fabric;
    return Math.ceil((8 * 1e9 * wireBytesOf(packet)) / hostLinkBitsPerSec);
  }

  /** Time on a link between switches. */
  trunkNs(packet: Packet): TimeNs {
    const { uplinkBitsPerSec } = this.ground.fabric;
    return Math.ceil((8 * 1e9 * wireBytesOf(packet)) / uplinkBitsPerSec);
  }

  /** Links between two machines. */
  linksBetween(from: Machine, to: Machine): number {
    if (from.index === to.index) return 0;
    return from.rack === to.rack ? 2 : 4;
  }

  /** From the first bit on one machine's cable until the frame stands whole at the other. */
  oneWayNs(from: Machine, to: Machine, packet: Packet): TimeNs {
    const links = this.linksBetween(from, to);
    const { linkLatencyNs, switchLatencyNs } = this.ground.fabric;
    const fixed = links * linkLatencyNs + Math.max(0, links - 1) * switchLatencyNs;
    return fixed + 2 * this.cableNs(packet) + (links > 2 ? 2 * this.trunkNs(packet) : 0);
  }
}

/** Name of a node's cable. */
export const cableOf = ({ name }: Machine): string => `cable of ${name}`;

/** Name of the pair that joins a pod. */
export const vethOf = ({ name }: Station): string => `veth of ${name}`;

/** Ethernet's framing beside the IP packet; ARP counts as its 46 bytes of the shortest frame. */
function wireBytesOf(packet: Packet): number {
  const shortest = 46;
  const tag = packet.headers.some(({ kind }) => kind === 'vlan') ? 4 : 0;
  return Math.max(shortest, ipBytesOf(packet)) + tag + WIRE_FRAMING_BYTES;
}

/** An Ethernet header before an IPv4 packet. */
export function ethernetHeader(source: number, destination: number, etherType: number = ETHER_TYPE.ipv4): WireHeader {
  return { kind: 'ethernet', source, destination, etherType };
}

/** A whole number from the fields that switches hash. */
export function flowHash(...fields: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const field of fields) {
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((field >>> shift) & 255), 0x01000193) >>> 0;
  }
  return hash;
}
