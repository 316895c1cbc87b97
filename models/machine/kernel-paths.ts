/**
 * The ways through the kernel that schemes use: recorded where we could record them, derived from parts where not.
 *
 * Source: recorded rows of `dataplane-01..04` (Linux 6.18 between network namespaces), and parts (path-parts.ts) that
 * rest on the same recordings and on named rows of published tables. Each way names the rows that it was calibrated on;
 * derived ones state a wider uncertainty.
 *
 * Left out: the network card and its interrupt (see datagram.ts, where it decides), NUMA, encryption, VPP and DPDK.
 */
import {
  BRIDGE,
  EBPF_PROGRAMS,
  ENDS,
  IPIP_SHARE,
  IPIP_TUNNEL,
  OVS_SWITCH,
  type PathPart,
  ROUTED_HOP,
  STREAMS_2024,
  VETH,
  VXLAN_TUNNEL,
} from './path-parts.ts';
import type { RowId } from './rows.ts';

/** The ways through the kernel. Names beginning with `same-node` stay on one node; the others cross from one to another. */
export type DataPathKind =
  | 'host-network'
  | 'routed'
  | 'bridge-l2'
  | 'bridge-routed'
  | 'vxlan-routed'
  | 'vxlan-bridge'
  | 'ipip-routed'
  | 'ipip-bridge'
  | 'tun-bridge'
  | 'ovs-plain'
  | 'ovs-vxlan'
  | 'ovs-geneve'
  | 'ebpf-routed'
  | 'ebpf-vxlan'
  | 'ebpf-geneve'
  | 'macvlan'
  | 'ipvlan-l2'
  | 'ipvlan-l3'
  | 'same-node-routed'
  | 'same-node-bridge'
  | 'same-node-ovs'
  | 'same-node-ebpf'
  | 'same-node-macvlan'
  | 'same-node-ipvlan';

/** Single-stream TCP relative to `bridge-routed`: [1500 offload, 1500 plain, 9000 offload, 9000 plain]. */
export type StreamRatios = readonly [number, number, number, number];

/** How far the figures of a way may be off, as fractions. */
export interface PathUncertainty {
  readonly packet: number;
  readonly roundTrip: number;
  readonly stream: number;
}

/** Figures of one way through the kernel. */
export interface KernelPath {
  readonly origin: 'recorded' | 'derived';
  /** Processor time of a UDP packet relative to `bridge-routed` (recorded: median over 3 sizes and 4 settings). */
  readonly packetRatio: number;
  /** Smallest UDP round trip of 64 bytes, both kernels, no wire. */
  readonly roundTripNs: number;
  readonly streamRatios: StreamRatios;
  /** True where segmentation offload ends before the way does: every packet walks it by itself. */
  readonly packetsOnly: boolean;
  /** Programs that carry the packets of a user-space tunnel, on cores of their own. */
  readonly proxies?: Proxies;
  readonly uncertainty: PathUncertainty;
  readonly calibratedOn: readonly RowId[];
}

/** What a user-space tunnel's programs, one at each end, take beside the sender and the receiver. */
export interface Proxies {
  /** Processor time of the sender until a packet waits for the program, relative to a packet over `bridge-routed`. */
  readonly senderRatio: number;
  /** One program's time for a packet of 1,400 bytes, ns. */
  readonly passNs: number;
  /** Its time for a further byte, ns. */
  readonly passByteNs: number;
}

/** Spread of the recordings: processor time 20 %, round trip 10 %, single streams 25 %. */
const RECORDED_UNCERTAINTY: PathUncertainty = { packet: 0.2, roundTrip: 0.1, stream: 0.25 };

/** A published row adds its own machine, kernel and program: about as much again. */
const DERIVED_UNCERTAINTY: PathUncertainty = { packet: 0.35, roundTrip: 0.25, stream: 0.4 };

function recorded(kind: string, packetRatio: number, roundTripNs: number, streamRatios: StreamRatios): KernelPath {
  return {
    origin: 'recorded',
    packetRatio,
    roundTripNs,
    streamRatios,
    packetsOnly: false,
    uncertainty: RECORDED_UNCERTAINTY,
    calibratedOn: [
      `dataplane-*/${kind}/udp*_tx_cpu_ns`,
      `dataplane-*/${kind}/rtt64_min_us`,
      `dataplane-*/${kind}/tcp_gbps`,
    ],
  };
}

/** Rows of `dataplane-01..04`, ratios to Flannel host-gw (`bridge-routed`). */
const HOST = recorded('veth-direct', ENDS.packetRatio, ENDS.roundTripNs, [1.18, 3.15, 1.16, 1.99]);
const MACVLAN = recorded('macvlan-bridge', 0.62, 12_700, [1.17, 2.58, 1.03, 1.89]);
const ROUTED = recorded('routed-crossnode', 0.83, 15_150, [0.94, 1.72, 1.06, 1.4]);
const BRIDGE_L2 = recorded('bridge-flat-l2', 0.95, 17_000, [1.04, 1.62, 0.96, 1.42]);
const BRIDGE_ROUTED = recorded('hostgw-bridge', 1, 18_200, [1, 1, 1, 1]);
const VXLAN_ROUTED = recorded('vxlan-routed', 1.13, 20_000, [0.76, 0.95, 0.96, 1.1]);
const VXLAN_BRIDGE = recorded('vxlan-bridge', 1.41, 23_000, [0.78, 0.79, 0.87, 0.89]);
const SAME_NODE_ROUTED = recorded('routed-samenode', 0.66, 13_900, [1.11, 1.94, 1.05, 1.67]);
const SAME_NODE_BRIDGE = recorded('bridge-samenode', 0.76, 15_050, [0.93, 2.08, 1.1, 1.48]);

/**
 * The proxies of a user-space tunnel work beside the sender, whose processor time does not show them. A packet passes two
 * of them; a pass takes a quarter of what the round trip has over `bridge-routed`, waking included.
 */
const TUN_ROUND_TRIP_NS = 50_000;
const TUN_BRIDGE: KernelPath = {
  ...recorded('tun-udp', TUN_ROUND_TRIP_NS / BRIDGE_ROUTED.roundTripNs, TUN_ROUND_TRIP_NS, [0.04, 0.28, 0.16, 0.31]),
  packetsOnly: true,
  // What arrived of what the sender sent in its own time: 0.3829 at 1,400 bytes (dataplane-02), 0.2176 at 8,000 (-04).
  proxies: { senderRatio: 0.646, passNs: 5_807.2 / 0.3829, passByteNs: (6_998.9 / 0.2176 - 5_807.2 / 0.3829) / 6_600 },
  uncertainty: { packet: 0.5, roundTrip: 0.1, stream: 0.25 },
  calibratedOn: [
    'dataplane-*/tun-udp/rtt64_min_us',
    'dataplane-*/tun-udp/tcp_gbps',
    'dataplane-02/tun-udp/udp1400_tx_cpu_ns',
    'dataplane-02/tun-udp/udp1400_rx_frac',
    'dataplane-04/tun-udp/udp8000_tx_cpu_ns',
    'dataplane-04/tun-udp/udp8000_rx_frac',
    'dataplane-*/hostgw-bridge/rtt64_min_us',
  ],
};

/** A way made of parts. */
function derived(parts: readonly PathPart[], streamRatios: StreamRatios, streamRows: readonly RowId[]): KernelPath {
  const sum = (of: (part: PathPart) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    origin: 'derived',
    packetRatio: sum((part) => part.packetRatio),
    roundTripNs: Math.round(sum((part) => part.roundTripNs)),
    streamRatios,
    packetsOnly: false,
    uncertainty: DERIVED_UNCERTAINTY,
    calibratedOn: [...new Set([...parts.flatMap((part) => part.calibratedOn), ...streamRows])],
  };
}

/** A copy of a recorded way for one that works alike but was not recorded. */
function alike(path: KernelPath, changes: Partial<Pick<KernelPath, 'packetRatio' | 'roundTripNs'>> = {}): KernelPath {
  return { ...path, ...changes, origin: 'derived', uncertainty: DERIVED_UNCERTAINTY };
}

/** Stream ratios with `share` of the time of a byte that `tunnel` takes more than `plain`, added to that of `base`. */
function stretched(base: KernelPath, tunnel: KernelPath, plain: KernelPath, share: number): StreamRatios {
  const at = (i: number): number =>
    1 / (1 / base.streamRatios[i]! + share * (1 / tunnel.streamRatios[i]! - 1 / plain.streamRatios[i]!));
  return [at(0), at(1), at(2), at(3)];
}

function scaled({ streamRatios: [a, b, c, d] }: KernelPath, factor: number): StreamRatios {
  return [a * factor, b * factor, c * factor, d * factor];
}

/** Rows of the streams that a derived way rests on. */
const streamRows = (...kinds: readonly string[]): readonly RowId[] =>
  kinds.map((kind): RowId => `dataplane-*/${kind}/tcp_gbps`);

const TUNNEL_ROWS = streamRows('vxlan-routed', 'routed-crossnode');
const BETWEEN_NODES = [ENDS, VETH, VETH];

const IPIP_ROUTED = derived(
  [...BETWEEN_NODES, ROUTED_HOP, ROUTED_HOP, IPIP_TUNNEL],
  stretched(ROUTED, VXLAN_ROUTED, ROUTED, IPIP_SHARE.ofVxlan),
  [...TUNNEL_ROWS, ...IPIP_SHARE.calibratedOn],
);
const IPIP_BRIDGE = derived(
  [...BETWEEN_NODES, BRIDGE, BRIDGE, ROUTED_HOP, ROUTED_HOP, IPIP_TUNNEL],
  stretched(BRIDGE_ROUTED, VXLAN_BRIDGE, BRIDGE_ROUTED, IPIP_SHARE.ofVxlan),
  [...streamRows('hostgw-bridge', 'vxlan-bridge'), ...IPIP_SHARE.calibratedOn],
);

/** A way through a switch that is not the kernel's own, with a tunnel and without: Open vSwitch or eBPF. */
function switchedPaths(part: PathPart, stream: (typeof STREAMS_2024)[keyof typeof STREAMS_2024]) {
  const rows = [...streamRows('vxlan-bridge'), ...stream.calibratedOn];
  const parts = [...BETWEEN_NODES, part, part];
  const tunnel = derived([...parts, VXLAN_TUNNEL], scaled(VXLAN_BRIDGE, stream.ofFlannel), rows);
  const plain = derived(parts, stretched(tunnel, VXLAN_ROUTED, ROUTED, -1), [...rows, ...TUNNEL_ROWS]);
  return { tunnel, plain };
}

/** The way on one node: a recorded one whose packets cost less or more by the part in place of the kernel's own. */
function switchedOnOneNode(part: PathPart, model: KernelPath, kind: string): KernelPath {
  const parts = [ENDS, VETH, part];
  const ratio = parts.reduce((total, each) => total + each.packetRatio, 0);
  return derived(parts, scaled(model, model.packetRatio / ratio), streamRows(kind));
}

const OVS = switchedPaths(OVS_SWITCH, STREAMS_2024.antrea);
const EBPF = switchedPaths(EBPF_PROGRAMS, STREAMS_2024.cilium);

/** Every way. Geneve wraps as VXLAN does (UDP, eight bytes, an inner Ethernet header) and shares its figures. */
export const KERNEL_PATHS: Readonly<Record<DataPathKind, KernelPath>> = {
  'host-network': HOST,
  routed: ROUTED,
  'bridge-l2': BRIDGE_L2,
  'bridge-routed': BRIDGE_ROUTED,
  'vxlan-routed': VXLAN_ROUTED,
  'vxlan-bridge': VXLAN_BRIDGE,
  'ipip-routed': IPIP_ROUTED,
  'ipip-bridge': IPIP_BRIDGE,
  'tun-bridge': TUN_BRIDGE,
  'ovs-plain': OVS.plain,
  'ovs-vxlan': OVS.tunnel,
  'ovs-geneve': OVS.tunnel,
  'ebpf-routed': EBPF.plain,
  'ebpf-vxlan': EBPF.tunnel,
  'ebpf-geneve': EBPF.tunnel,
  macvlan: MACVLAN,
  // IPVLAN tells pods apart by address where macvlan does by hardware address; in mode L3 it also looks up a route.
  'ipvlan-l2': alike(MACVLAN),
  'ipvlan-l3': alike(MACVLAN, {
    packetRatio: MACVLAN.packetRatio + 2 * ROUTED_HOP.packetRatio,
    roundTripNs: MACVLAN.roundTripNs + 2 * ROUTED_HOP.roundTripNs,
  }),
  'same-node-routed': SAME_NODE_ROUTED,
  'same-node-bridge': SAME_NODE_BRIDGE,
  'same-node-ovs': switchedOnOneNode(OVS_SWITCH, SAME_NODE_BRIDGE, 'bridge-samenode'),
  'same-node-ebpf': switchedOnOneNode(EBPF_PROGRAMS, SAME_NODE_ROUTED, 'routed-samenode'),
  'same-node-macvlan': alike(MACVLAN),
  'same-node-ipvlan': alike(MACVLAN),
};
