/**
 * A way from one container to another through a tunnel: what is set where, and what of it cannot be.
 *
 * Source: Linux 6.x for the nodes, RFC 1812 for routers, IEEE 802.3 for switches (which know no fragments and send no
 * messages). Places are numbered from the sender's container: 0 container, 1 node, then the fabric, node, container.
 * Left out: several ways at once, rates (models/network/packet), IPv6.
 */
import { type Encapsulation, type Tunnel, tunnelMtu } from './encapsulation.ts';
import { MTU_MIN, MTU_USUAL_MIN } from './ip-packet.ts';

/** A device between the nodes. */
export interface FabricDevice {
  readonly name: string;
  /** A switch drops what is too long without a word; a router cuts it or says so. */
  readonly kind: 'router' | 'switch';
  /** Whether a router says "fragmentation needed"; true if left out. */
  readonly tells?: boolean;
  /** Whether messages of others pass; true if left out. A firewall that drops ICMP makes a black hole. */
  readonly passesMessages?: boolean;
  /** Whether fragments pass; true if left out. Balancers and packet filters often drop them. */
  readonly passesFragments?: boolean;
}

/** What network cards and the kernel do with many packets at once. */
export interface Offload {
  /** The sender's kernel handles up to 64 KiB at once, and what is below cuts it. */
  readonly segmentation: boolean;
  /** The card cuts inside of tunnels, too; else every packet is wrapped by itself. */
  readonly tunnelSegmentation: boolean;
  /** The receiver's kernel joins packets of one flow. */
  readonly receive: boolean;
  /** The tunnel's outer UDP has a checksum, by which the kernel knows that what is inside is whole. */
  readonly udpChecksum: boolean;
  /** The card checks the inner checksum itself. */
  readonly cardChecksInner: boolean;
}

/** No help from cards. */
export const NO_OFFLOAD: Offload = {
  segmentation: false,
  tunnelSegmentation: false,
  receive: false,
  udpChecksum: false,
  cardChecksInner: false,
};

/** A whole way. */
export interface PathSettings {
  /** MTU of the containers' interfaces: the sender's, and the receiver's if it differs. */
  readonly podMtu: number;
  readonly remotePodMtu?: number;
  readonly tunnel: Tunnel;
  /** MTU of the tunnel's device; what its headers leave of the nodes' own if left out. */
  readonly deviceMtu?: number;
  /** Whether the node routes a container's packets into the tunnel or bridges them. */
  readonly attachment: 'routed' | 'bridged';
  readonly fabric: readonly FabricDevice[];
  /** MTUs of the links from node to node: one more than devices. */
  readonly linkMtus: readonly number[];
  /** Whether nodes say "fragmentation needed"; true if left out. */
  readonly nodesTell?: boolean;
  /** An MSS to which a node lowers those that connections ask for; none if left out. */
  readonly clampMss?: number;
  readonly offload?: Offload;
}

/** Names of the places of a path, in order. */
export function placesOf({ fabric }: PathSettings): string[] {
  return ['container', 'node', ...fabric.map(({ name }) => name), 'remote node', 'remote container'];
}

/** MTUs of all links of a path, in order. */
export function linkMtusOf({ podMtu, remotePodMtu, linkMtus }: PathSettings): number[] {
  return [podMtu, ...linkMtus, remotePodMtu ?? podMtu];
}

/** MTU of the tunnel's device. */
export function deviceMtuOf({ deviceMtu, tunnel, linkMtus }: PathSettings): number {
  return deviceMtu ?? tunnelMtu(tunnel, linkMtus[0]!);
}

/** Bridges carry Ethernet; these tunnels carry IP only. */
const WITHOUT_ETHERNET: readonly Encapsulation[] = ['ipip', 'wireguard', 'tun'];

/** What cannot be, in sentences. */
export function pathProblems(settings: PathSettings): string[] {
  const { fabric, linkMtus, attachment, tunnel } = settings;
  const problems: string[] = [];
  if (linkMtus.length !== fabric.length + 1) {
    problems.push(
      `${fabric.length} devices between the nodes need ${fabric.length + 1} link MTUs, not ${linkMtus.length}.`,
    );
  }
  for (const mtu of [...linkMtusOf(settings), deviceMtuOf(settings)]) {
    if (!Number.isInteger(mtu) || mtu < MTU_MIN)
      problems.push(`An MTU is a whole number from ${MTU_MIN} (RFC 791), not ${mtu}.`);
  }
  if (attachment === 'bridged' && WITHOUT_ETHERNET.includes(tunnel.encapsulation)) {
    problems.push(`A tunnel of kind ${tunnel.encapsulation} carries no Ethernet, so nothing can be bridged into it.`);
  }
  return problems;
}

/** What can be but will surprise, in sentences. */
export function pathWarnings(settings: PathSettings): string[] {
  const small = [...new Set([...linkMtusOf(settings), deviceMtuOf(settings)])].filter((mtu) => mtu < MTU_USUAL_MIN);
  return small.map(
    (mtu) => `An MTU of ${mtu} is below ${MTU_USUAL_MIN}, which every host takes: packets will be cut small.`,
  );
}
