/**
 * What it costs a machine to move a pod's packets: processor time, the pace of one core, and time on the way.
 *
 * Source: our recordings of the Linux 6.18 kernel between network namespaces (`dataplane` cases; their README says how).
 * Processor time of a packet and the smallest round trip are the steady figures there (ranges of a few per cent to
 * 20 %); single-stream throughput is good to about 25 %. The rows used are named beside each constant.
 *
 * Left out: the network card (interrupts, its own offloads beyond segmentation), receive-side copies that differ
 * between programs, NUMA, encryption. Ways that could not be recorded are derived: see kernel-paths.ts.
 */
import { assert } from '../../sim/engine/assert.ts';
import { type DataPathKind, KERNEL_PATHS, type Proxies } from './kernel-paths.ts';
import { ENDS, PACKET_NS } from './path-parts.ts';
import type { RowId } from './rows.ts';
import { chainsOnWay, type PolicyChains } from './rule-cost.ts';

export type { DataPathKind } from './kernel-paths.ts';

/** Single-stream TCP of `bridge-routed`, bit/s, in the order of `streamRatios`. */
const STREAM_BASE_BITS_PER_SEC = [9.1e9, 1.5e9, 11.3e9, 5.4e9] as const;

/** Processor time of a 1,400-byte UDP packet with nothing between the two sockets: `dataplane-02`, `veth-direct`. */
const PACKET_ENDS_NS = 5_282;

/** TCP between two sockets with nothing between, ns a byte: `veth-direct`, `tcp_cpu_ns_per_kb` without and with offload. */
const TCP_BYTE_NS = { plain: 1.128, offload: 0.751 } as const;

/**
 * TCP's packets cost less than UDP's on the same path, because they come in batches: `dataplane-02`, over its five
 * cross-node rows the extra over `veth-direct` is 0.66 to 0.90 of what UDP's packets predict, 0.76 at the median.
 */
const TCP_BATCH_FACTOR = 0.76;

/** The rows that TCP's costs were calibrated on, beside those of each way. */
export const TCP_ROWS: readonly RowId[] = [
  'dataplane-02/veth-direct/udp1400_tx_cpu_ns',
  'dataplane-02/veth-direct/tcp_cpu_ns_per_kb',
  'dataplane-04/veth-direct/tcp_cpu_ns_per_kb',
  ...['bridge-flat-l2', 'hostgw-bridge', 'routed-crossnode', 'vxlan-bridge', 'vxlan-routed'].map(
    (kind): RowId => `dataplane-02/${kind}/tcp_cpu_ns_per_kb`,
  ),
];

/**
 * A thread that slept until its packet came, from the packet's arrival until the thread has it: half the least round trip
 * with nothing between the two sockets, less a packet's own way.
 */
const WAKE_NS = ENDS.roundTripNs / 2 - ENDS.packetRatio * PACKET_NS;

/** Bytes that travel through the kernel as one unit with segmentation offload (Linux: `GSO_MAX_SIZE`). */
const OFFLOAD_UNIT_BYTES = 65_536;

/** MTUs from here up read the 9,000-byte rows. */
const JUMBO_MTU_FROM = 5_000;

/** How the network card and the path's MTU are set. */
export interface DataPathSetting {
  /** Segmentation offload: the kernel handles up to 64 KiB at once and the card cuts them. */
  readonly offload: boolean;
  /** IP MTU as the pod sees it. */
  readonly podMtu: number;
  /** Speed of the processors relative to the recorded ones; 1 if left out. */
  readonly processorSpeed?: number;
  /** Chains of a policy agent in the way; none if left out. */
  readonly chains?: PolicyChains;
}

/** Costs of one flow over one path. */
export interface DataPathCost {
  /** Processor time of both ends together, ns for each payload byte. */
  readonly cpuNsPerByte: number;
  /** What one core can push through, payload bytes a second. */
  readonly streamBytesPerSec: number;
  /** Time in both kernels for a question and its answer. */
  readonly roundTripNs: number;
}

/**
 * Costs of a TCP flow of `bytes` payload over `path`.
 *
 * A unit that walks the kernel is a segment without offload and up to 64 KiB with it; each unit pays the path's
 * packet cost, each byte the cost of the two ends. A short flow is one unit, so small flows pay dearly.
 */
export function dataPathCost(path: DataPathKind, setting: DataPathSetting, bytes: number): DataPathCost {
  assert(bytes > 0, () => `a flow carries at least a byte, got ${bytes}`);
  const { roundTripNs, packetsOnly } = KERNEL_PATHS[path];
  const whole = setting.offload && !packetsOnly;
  const unitBytes = Math.min(bytes, whole ? OFFLOAD_UNIT_BYTES : tcpPayloadBytes(setting.podMtu));
  const chains = chainsOnWay(setting.chains, path);
  const extraNs = Math.max(0, packetCpuNs(path) - PACKET_ENDS_NS) + chains.packetRatio * PACKET_NS;
  const endsNs = setting.offload ? TCP_BYTE_NS.offload : TCP_BYTE_NS.plain;
  const speed = setting.processorSpeed ?? 1;
  return {
    cpuNsPerByte: (endsNs + (TCP_BATCH_FACTOR * extraNs) / unitBytes) / speed,
    streamBytesPerSec: (streamBitsPerSec(path, setting) / 8) * speed,
    roundTripNs: (roundTripNs + chains.roundTripNs) / speed,
  };
}

/**
 * Processor time that sender and receiver of a long TCP flow spend themselves, ns a byte: all of it, but without the
 * programs of a user-space tunnel. The sender's way ends there where the program's begins, which takes whole units as long
 * as the kernel does; at the other end a program hands on packet by packet, and each finds the receiver asleep, because
 * the programs are the slowest on the way.
 */
export function endsCpuNsPerByte(path: DataPathKind, setting: DataPathSetting, bytes: number): number {
  const { proxies } = KERNEL_PATHS[path];
  if (proxies === undefined) return dataPathCost(path, setting, bytes).cpuNsPerByte;
  const beside = dataPathCost('host-network', setting, bytes).cpuNsPerByte;
  const packetBytes = tcpPayloadBytes(setting.podMtu);
  const unitBytes = Math.min(bytes, setting.offload ? OFFLOAD_UNIT_BYTES : packetBytes);
  const senderNs = Math.max(0, proxies.senderRatio * PACKET_NS - PACKET_ENDS_NS) / unitBytes;
  return beside + (TCP_BATCH_FACTOR * senderNs + WAKE_NS / packetBytes) / (setting.processorSpeed ?? 1);
}

/** How often a question and its answer find somebody asleep. */
export interface Wakes {
  /** The two that ask and answer. */
  readonly ends: number;
  /** The programs of a user-space tunnel: one at each end, both ways. */
  readonly programs: number;
}

/** Who has to wake for a question and its answer over `path`. */
export function wakesOfRoundTrip(path: DataPathKind): Wakes {
  return { ends: 2, programs: KERNEL_PATHS[path].proxies === undefined ? 0 : 4 };
}

/**
 * Processor time that asker and answerer spend themselves on a question and its answer, ns. In the kernel they are busy as
 * long as it takes; the programs of a user-space tunnel work beside them, and they sleep meanwhile.
 */
export function roundTripCpuNs(path: DataPathKind, processorSpeed = 1): number {
  const { proxies, roundTripNs } = KERNEL_PATHS[path];
  return (proxies === undefined ? roundTripNs : 2 * endOfProxyNs(proxies)) / processorSpeed;
}

/** One direction through a user-space tunnel, at its two ends. */
function endOfProxyNs({ senderRatio }: Proxies): number {
  return senderRatio * PACKET_NS + WAKE_NS;
}

/** Processor time of one UDP packet of 1,400 bytes over `path`, both ends together, ns. */
export function packetCpuNs(path: DataPathKind): number {
  return KERNEL_PATHS[path].packetRatio * PACKET_NS;
}

/** What one core as fast as the recorded ones carries of one TCP stream over `path`, payload bit/s. */
export function streamBitsPerSec(path: DataPathKind, setting: DataPathSetting): number {
  const row = (setting.podMtu >= JUMBO_MTU_FROM ? 2 : 0) + (setting.offload ? 0 : 1);
  const { streamFactor } = chainsOnWay(setting.chains, path);
  return STREAM_BASE_BITS_PER_SEC[row]! * KERNEL_PATHS[path].streamRatios[row]! * streamFactor;
}

/** TCP payload of a full packet: IPv4 and TCP headers with timestamps take 52 bytes (recorded MSS: 1448 of 1500). */
export function tcpPayloadBytes(podMtu: number): number {
  assert(podMtu > TCP_IP_HEADER_BYTES, () => `an MTU of ${podMtu} leaves no room for payload`);
  return podMtu - TCP_IP_HEADER_BYTES;
}

/** IPv4 (20) and TCP (20) headers and the timestamp option (12). */
export const TCP_IP_HEADER_BYTES = 52;
