/**
 * The parts of a way through the kernel: what a packet meets between two sockets, and what each part costs.
 *
 * Source: our recordings of the Linux 6.18 kernel (`dataplane` cases). A way is the two ends with one wire, and on top
 * of it veth pairs, bridges, routed hops and a tunnel. With c, b, r and v for their costs, four recorded ways give them:
 * flat bridges = ends + 2c + 2b, routed = ends + 2c + 2r, host-gw with bridges = ends + 2c + 2b + 2r, routed VXLAN =
 * routed + v. The ways on one node and VXLAN over bridges are left for checks: they come out within 8 %.
 * Three parts were never recorded and rest on a published row beside a recorded part: IP in IP, Open vSwitch, eBPF.
 *
 * Left out: netfilter's hooks (see rule-cost.ts), queues, and what a program does between two packets.
 */
import type { RowId } from './rows.ts';

/** What one part adds. */
export interface PathPart {
  /** Processor time of a packet in one direction, relative to a packet over `bridge-routed`. */
  readonly packetRatio: number;
  /** Time of a question and its answer, ns. */
  readonly roundTripNs: number;
  /** The rows that it was calibrated on. */
  readonly calibratedOn: readonly RowId[];
}

/** Processor time of a 1,400-byte UDP packet over `bridge-routed`, both ends: `dataplane-02`, `udp1400_tx_cpu_ns`. */
export const PACKET_NS = 8_994;

const bothFigures = (kinds: readonly string[]): readonly RowId[] =>
  kinds.flatMap((kind): RowId[] => [`dataplane-*/${kind}/udp*_tx_cpu_ns`, `dataplane-*/${kind}/rtt64_min_us`]);

const LINEAR_ROWS = bothFigures(['veth-direct', 'bridge-flat-l2', 'routed-crossnode', 'hostgw-bridge']);

/** Both sockets and one wire between: `veth-direct`. */
export const ENDS: PathPart = {
  packetRatio: 0.58,
  roundTripNs: 12_100,
  calibratedOn: bothFigures(['veth-direct']),
};

/** A further veth pair: c = (flat bridges + routed - host-gw - ends) / 2. */
export const VETH: PathPart = { packetRatio: 0.1, roundTripNs: 950, calibratedOn: LINEAR_ROWS };

/** A bridge: b = (flat bridges - ends) / 2 - c. */
export const BRIDGE: PathPart = { packetRatio: 0.085, roundTripNs: 1_500, calibratedOn: LINEAR_ROWS };

/** A routed hop: r = (routed - ends) / 2 - c. */
export const ROUTED_HOP: PathPart = { packetRatio: 0.025, roundTripNs: 575, calibratedOn: LINEAR_ROWS };

/** Wrapping and unwrapping in UDP with an inner Ethernet header: routed VXLAN less routed. */
export const VXLAN_TUNNEL: PathPart = {
  packetRatio: 0.3,
  roundTripNs: 4_850,
  calibratedOn: bothFigures(['vxlan-routed', 'routed-crossnode']),
};

/**
 * Wrapping in IPv4 alone. Of VXLAN's share over plain routing it takes (249 - 196) / (275 - 196) in DaoCloud's TCP_RR of
 * Calico in its three modes.
 */
const IPIP_OF_VXLAN = (249 - 196) / (275 - 196);
const IPIP_TABLE_ROWS: readonly RowId[] = [
  'daocloud/calico-ipip/rr',
  'daocloud/calico-vxlan/rr',
  'daocloud/calico-underlay/rr',
];

/** IP in IP: its published share of the recorded VXLAN part. */
export const IPIP_TUNNEL: PathPart = {
  packetRatio: IPIP_OF_VXLAN * VXLAN_TUNNEL.packetRatio,
  roundTripNs: IPIP_OF_VXLAN * VXLAN_TUNNEL.roundTripNs,
  calibratedOn: [...VXLAN_TUNNEL.calibratedOn, ...IPIP_TABLE_ROWS],
};

/** How far a tunnel of another kind stretches the time of a byte between the routed way and routed VXLAN. */
export const IPIP_SHARE = { ofVxlan: IPIP_OF_VXLAN, calibratedOn: IPIP_TABLE_ROWS } as const;

/** Recorded ratio of VXLAN over bridges, which the published rows of Open vSwitch and eBPF are relative to. */
const FLANNEL_RATIO = 1.41;

/** A switching part from the published processors of a VXLAN or Geneve way relative to Flannel's: what is left of it. */
function switchingPart(coresOfFlannel: number, rows: readonly RowId[]): PathPart {
  const whole = FLANNEL_RATIO * coresOfFlannel;
  const packetRatio = (whole - ENDS.packetRatio - VXLAN_TUNNEL.packetRatio) / 2 - VETH.packetRatio;
  // In the recordings a bridge or a hop adds to the round trip what it adds to the processors, once for each direction.
  return {
    packetRatio,
    roundTripNs: 2 * packetRatio * PACKET_NS,
    calibratedOn: [...LINEAR_ROWS, ...bothFigures(['vxlan-routed', 'vxlan-bridge']), ...rows],
  };
}

/** Processors (client and server) that the table of 2024 gives for eight streams: Antrea, Cilium, Flannel. */
const CORES_2024 = { antrea: 1.03 + 1.66, cilium: 1.03 + 1.7, flannel: 1.25 + 1.72 } as const;

/** Open vSwitch's flow look-up on a node, in place of a bridge and a route: Antrea (Geneve) beside Flannel. */
export const OVS_SWITCH: PathPart = switchingPart(CORES_2024.antrea / CORES_2024.flannel, [
  'infrabuilder-2024/antrea/cores',
  'infrabuilder-2024/flannel/cores',
]);

/** Cilium's programs on a node, policy and services included, which no recorded way has: Cilium beside Flannel. */
export const EBPF_PROGRAMS: PathPart = switchingPart(CORES_2024.cilium / CORES_2024.flannel, [
  'infrabuilder-2024/cilium/cores',
  'infrabuilder-2024/flannel/cores',
]);

/** Single streams of Open vSwitch and eBPF beside Flannel's, Gbit/s at an MTU of 9,000: the published rows. */
export const STREAMS_2024 = {
  antrea: { ofFlannel: 20.8 / 19.8, calibratedOn: ['infrabuilder-2024/antrea/dts', 'infrabuilder-2024/flannel/dts'] },
  cilium: { ofFlannel: 22.3 / 19.8, calibratedOn: ['infrabuilder-2024/cilium/dts', 'infrabuilder-2024/flannel/dts'] },
} as const satisfies Record<string, { readonly ofFlannel: number; readonly calibratedOn: readonly RowId[] }>;
