/**
 * What a broadcast costs the processors of everybody who gets it: a node once, and each of its pods once more.
 *
 * Source: parts of the recorded ways (way-parts.ts): the card and the switch between pods are met once, where the frame comes
 * by cable; then every pod of the segment gets a copy, over its own pair of interfaces, and its kernel reads it. Reading an ARP
 * message was not recorded: it is taken for a small packet at one of two ends (`arpCost`), which is the most that it can be.
 * Left out: what a switch does once more for each copy, and queues that overflow (Linux drops beyond 1,000 frames a core).
 */
import type { DataPathKind } from './data-path.ts';
import { arpCost, costsAtEachEnd, type PartName } from './way-parts.ts';

/** Processor time of one broadcast, ns. */
export interface BroadcastCost {
  /** The node of the sender: the sender's own kernel, the switch and the card. */
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

/** What a broadcast between pods costs, whose packets take `path` between nodes. */
export function broadcastCost(path: DataPathKind, processorSpeed = 1): BroadcastCost {
  const parts = costsAtEachEnd(path, { ...ARP_SETTING, processorSpeed }, ARP_BYTES);
  const sum = (names: readonly PartName[]): number =>
    names.reduce((total, name) => total + (parts.get(name)?.processorNs ?? 0), 0);
  const arp = arpCost(processorSpeed);
  const copyNs = arp.processorNs + sum(OF_A_POD);
  const takeNs = arp.cardNs + sum(OF_A_NODE);
  return { sendNs: copyNs + takeNs, takeNs, copyNs };
}
