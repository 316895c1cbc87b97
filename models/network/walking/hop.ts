/**
 * What a walk tells of each place that a packet passes.
 *
 * Source: ours; a hop is where a table decides or headers change. Left out: what the model has no cost for.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { RuleName } from '../environment.ts';
import type { Packet } from '../wire/packet.ts';

/** An entry of a table that decided. */
export interface Match {
  /** As "routing table". */
  readonly table: string;
  /** As "10.128.5.0/24 via 172.16.0.7 dev eth0". */
  readonly entry: string;
}

/** What a rule of the environment said. */
export interface RuleWords {
  readonly rule: RuleName;
  readonly outcome: 'pass' | 'restricted' | 'drop';
  readonly words: string;
}

/** Why a packet went no further. */
export interface Death {
  /** What killed it: a rule, the MTU of a link, an ARP request without an answer, a table without an entry. */
  readonly cause: 'rule' | 'mtu' | 'arp' | 'table' | 'ttl';
  /** One sentence for people. */
  readonly words: string;
  /** The rule of the environment. */
  readonly rule?: RuleName;
  /** The MTU that the packet did not fit. */
  readonly mtu?: number;
  /** Whether the sender is told, by ICMP "fragmentation needed". */
  readonly told: boolean;
}

/** One place. */
export interface Hop {
  /** The machine or device: "node-03", "leaf-1". */
  readonly device: string;
  /** The part of it: "pod web-07", "bridge cni0", "routing table". */
  readonly part: string;
  /** When the packet goes on from here at the earliest, since the question was sent; the answer's times go on from there. */
  readonly atNs: TimeNs;
  /** Processor time spent here, ns. */
  readonly processorNs: number;
  /** Processor time that all machines spent on the ARP exchange before it, ns. */
  readonly arpProcessorNs: number;
  /** What it takes until the packet goes on, ns. */
  readonly takesNs: number;
  /** Of the interface by which it goes on; null where none decides. */
  readonly mtu: number | null;
  /** Length of the outermost IP packet that goes on; of the first where it was cut. */
  readonly ipBytes: number;
  /** Packets that go on: more than one if it was cut. */
  readonly packets: number;
  readonly matches: readonly Match[];
  readonly rules: readonly RuleWords[];
  /** Headers put around it here, from the outside in. */
  readonly wrapped: readonly string[];
  /** Headers taken off here. */
  readonly unwrapped: readonly string[];
  /** What else happened, in sentences. */
  readonly notes: readonly string[];
  /** All headers as it goes on. */
  readonly headers: readonly string[];
  readonly died: Death | null;
}

/** A frame on a wire. */
export interface WireFrame {
  /** Name of the wire: "cable of node-03", "veth of web-07". */
  readonly wire: string;
  readonly timeNs: TimeNs;
  readonly packet: Packet;
  /** True on cables, where short frames are filled up. */
  readonly onCable: boolean;
}

/** One direction of a walk. */
export interface LegReport {
  readonly hops: readonly Hop[];
  readonly died: Death | null;
  readonly tookNs: number;
  readonly processorNs: number;
  /** Processor time of ARP exchanges, ns; in no other figure. */
  readonly arpProcessorNs: number;
}
