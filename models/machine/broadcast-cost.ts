/**
 * What a flooded frame costs the processors of everybody who gets it: a node once, and each of its pods once more.
 *
 * Source: parts of the recorded ways (way-parts.ts): the card and the switch between pods are met once, where the frame comes
 * by cable; then every pod of the segment gets a copy, over its own pair of interfaces, and its kernel reads it. Reading an ARP
 * message was not recorded: it is taken for a small packet at one of two ends (`arpCost`), which is the most that it can be.
 * A *stray* is a frame for one that bridges flood because they do not know where that one is. A node whose pods hang on a switch listens to
 * all that its card brings (Linux 6.x puts the card of a bridge or of Open vSwitch into promiscuous mode: `br_manage_promisc`, `ovs_netdev_link`),
 * its switch does not know the address either, and so each pod gets a copy, which its kernel drops at the first look (`ip_rcv_core`:
 * `PACKET_OTHERHOST`). That look was not recorded and is left out: a copy costs its pair of interfaces, the least that it can be. Pods whose
 * addresses stand in the card's own filter (macvlan, IPVLAN: `dev_uc_add`) cost nothing, because the card drops what is for others.
 * Left out: what a switch does once more for each copy, filters of cards that are full, and queues that overflow (Linux drops beyond
 * 1,000 frames a core).
 */
import type { DataPathKind } from './data-path.ts';
import { arpCost, costsAtEachEnd, type PartCost, type PartName } from './way-parts.ts';

/** Processor time of one flooded frame, ns. */
export interface BroadcastCost {
  /** The node of the sender: the sender's own kernel, the switch and the card; 0 for a stray, whose sender pays for a packet as ever. */
  readonly sendNs: number;
  /** Every other node that has a pod of the segment, before any pod gets its copy. */
  readonly takeNs: number;
  /** Each pod that gets a copy. */
  readonly copyNs: number;
}

/** Parts that each pod has for itself. */
const OF_A_POD: readonly PartName[] = ['veth', 'station'];
/** Parts that all pods of a node share. */
const OF_A_NODE: readonly PartName[] = ['bridge', 'switch', 'programs'];

/** Parts cost the same for every size, so any that fits serves. */
const ARP_SETTING = { offload: false, podMtu: 1_500 };
const ARP_BYTES = 28;

/** No processor has anything to do with it. */
const NOTHING: BroadcastCost = { sendNs: 0, takeNs: 0, copyNs: 0 };

/** What a stray between pods costs, whose packets take `path` between nodes. */
export function strayCost(path: DataPathKind, processorSpeed = 1): BroadcastCost {
  const parts = costsAtEachEnd(path, { ...ARP_SETTING, processorSpeed }, ARP_BYTES);
  if (parts.has('station')) return NOTHING;
  return {
    sendNs: 0,
    takeNs: arpCost(processorSpeed).cardNs + sumOf(parts, OF_A_NODE),
    copyNs: sumOf(parts, OF_A_POD),
  };
}

/** What a broadcast between pods costs, whose packets take `path` between nodes. */
export function broadcastCost(path: DataPathKind, processorSpeed = 1): BroadcastCost {
  const parts = costsAtEachEnd(path, { ...ARP_SETTING, processorSpeed }, ARP_BYTES);
  const arp = arpCost(processorSpeed);
  const copyNs = arp.processorNs + sumOf(parts, OF_A_POD);
  const takeNs = arp.cardNs + sumOf(parts, OF_A_NODE);
  return { sendNs: copyNs + takeNs, takeNs, copyNs };
}

function sumOf(parts: ReadonlyMap<PartName, PartCost>, names: readonly PartName[]): number {
  return names.reduce((total, name) => total + (parts.get(name)?.processorNs ?? 0), 0);
}
