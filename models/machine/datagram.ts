/**
 * What it costs to send and receive UDP datagrams: every one by itself, whatever its size, and one core at each end.
 *
 * Source: our recordings of the Linux 6.18 kernel (`udpN_tx_cpu_ns` of the `dataplane` cases) for the kernel's way, which
 * the two ends share evenly. The recordings have neither a network card nor a program with work of its own for each
 * datagram; what these take is calibrated on one published row, named below. Segmentation offload does not help UDP.
 *
 * Left out: UDP segmentation offload (applications must ask for it; QUIC libraries do), several sockets on several
 * cores, and drops at the receiver: a flow goes at the pace of its slower end, as if the program knew it, where a real sender
 * would send on and the receiver would drop.
 */
import { assert } from '../../sim/engine/assert.ts';
import { type DataPathCost, type DataPathKind, type DataPathSetting, streamBitsPerSec } from './data-path.ts';
import { KERNEL_PATHS, type Proxies } from './kernel-paths.ts';
import { PACKET_NS } from './path-parts.ts';
import { COST_SHARE_OF_AN_END } from './processors.ts';
import type { RowId } from './rows.ts';
import { chainsOnWay, POLICY_CHAINS, type PolicyChains } from './rule-cost.ts';

/** IPv4 (20) and UDP (8) headers. */
export const UDP_IP_HEADER_BYTES = 28;

/** Payload at which `PACKET_NS` was recorded. */
export const RECORDED_PAYLOAD_BYTES = 1_400;

/**
 * A further byte of payload, ns at both ends. Copies do not depend on the way, so these are medians over the ten of the
 * kernel's own, of which single ones scatter: from 64 to 1,400 bytes -977 to 1,402 ns over `dataplane-02` and `-04`, from
 * there to 8,000 bytes, which need more pages than one, 749 to 4,110 ns in `dataplane-04`.
 */
const PAYLOAD_BYTE_NS = { small: 143.5 / 1_336, large: 2_152 / 6_600 } as const;

/** What a payload takes beside one of the recorded size, ns. */
function payloadNs(payloadBytes: number): number {
  const beyond = payloadBytes - RECORDED_PAYLOAD_BYTES;
  return beyond * (beyond < 0 ? PAYLOAD_BYTE_NS.small : PAYLOAD_BYTE_NS.large);
}

/** Rows of the table of 2020 for Calico as it came: IP in IP at an MTU of 1,440, jumbo frames below. */
const CALICO_2020 = { podMtu: 1_440, tcpBitsPerSec: 8_787e6, udpBitsPerSec: 1_872e6 } as const;

/** How fast that test bed's cores are: what its TCP stream had beside ours. */
export const SPEED_2020 =
  CALICO_2020.tcpBitsPerSec /
  streamBitsPerSec('ipip-routed', { offload: true, podMtu: CALICO_2020.podMtu, chains: 'iptables' });

/**
 * A network card (driver, interrupt) and a program's own work for each datagram at one end, ns: what a datagram of that
 * row took on cores as fast as ours, less half of the kernel's way.
 */
const CARD_NS =
  SPEED_2020 * nsOfDatagram(CALICO_2020.podMtu - UDP_IP_HEADER_BYTES, CALICO_2020.udpBitsPerSec) -
  COST_SHARE_OF_AN_END * kernelNs('ipip-routed', CALICO_2020.podMtu - UDP_IP_HEADER_BYTES, 1, 'iptables');

/** What a network card and the program take of the processor for a datagram at one end, ns. */
export function cardNs(processorSpeed: number): number {
  return CARD_NS / processorSpeed;
}

/** The rows that datagrams' costs were calibrated on, beside those of each way. */
export const DATAGRAM_ROWS: readonly RowId[] = [
  'dataplane-02/*/udp64_tx_cpu_ns',
  'dataplane-02/*/udp1400_tx_cpu_ns',
  'dataplane-04/*/udp64_tx_cpu_ns',
  'dataplane-04/*/udp1400_tx_cpu_ns',
  'dataplane-04/*/udp8000_tx_cpu_ns',
  'infrabuilder-2020/calico-default/tcp',
  'infrabuilder-2020/calico-default/udp',
  ...KERNEL_PATHS['ipip-routed'].calibratedOn,
  ...POLICY_CHAINS.calibratedOn,
];

/** Costs of datagrams of one size. */
export interface DatagramCost extends DataPathCost {
  /** Processor time of the sender for each datagram, ns. */
  readonly sendNs: number;
  /** Processor time of the receiver for each datagram, ns. */
  readonly receiveNs: number;
}

/** Costs of datagrams of `payloadBytes` over `path`; one that does not fit the MTU travels in fragments. */
export function datagramCost(path: DataPathKind, setting: DataPathSetting, payloadBytes: number): DatagramCost {
  assert(payloadBytes > 0, () => `a datagram carries at least a byte, got ${payloadBytes}`);
  const speed = setting.processorSpeed ?? 1;
  const packets = fragmentsOf(payloadBytes, setting.podMtu);
  const { proxies } = KERNEL_PATHS[path];
  const chains = chainsOnWay(setting.chains, path);
  const roundTripNs = KERNEL_PATHS[path].roundTripNs + chains.roundTripNs;
  if (proxies !== undefined) return proxiedCost(proxies, payloadBytes, packets, speed, roundTripNs);
  const wayNs = kernelNs(path, payloadBytes, packets, setting.chains) / speed;
  // On one node the sender walks the whole way to the other's socket, and no card is met.
  const sameNode = path.startsWith('same-node');
  const sendNs = sameNode ? wayNs : COST_SHARE_OF_AN_END * wayNs + CARD_NS / speed;
  const receiveNs = sameNode ? 0 : (1 - COST_SHARE_OF_AN_END) * wayNs + CARD_NS / speed;
  return {
    sendNs,
    receiveNs,
    cpuNsPerByte: (sendNs + receiveNs) / payloadBytes,
    streamBytesPerSec: (payloadBytes * 1e9) / Math.max(sendNs, receiveNs),
    roundTripNs: roundTripNs / speed,
  };
}

/** Through a user-space tunnel: the programs work beside sender and receiver, and the slower of them sets the pace. */
function proxiedCost(
  proxies: Proxies,
  payloadBytes: number,
  packets: number,
  speed: number,
  roundTripNs: number,
): DatagramCost {
  const beyond = payloadBytes - RECORDED_PAYLOAD_BYTES;
  const endNs = (packets * proxies.senderRatio * PACKET_NS + payloadNs(payloadBytes) + CARD_NS) / speed;
  const passNs = (packets * proxies.passNs + proxies.passByteNs * beyond) / speed;
  return {
    sendNs: endNs,
    receiveNs: endNs,
    cpuNsPerByte: (2 * endNs + 2 * passNs) / payloadBytes,
    streamBytesPerSec: (payloadBytes * 1e9) / Math.max(endNs, passNs),
    roundTripNs: roundTripNs / speed,
  };
}

/** What a recording of a sending thread shows, without card and program. */
export interface SendingThread {
  /** Its processor time for a datagram, ns: on one kernel the whole way to the other socket, or to the tunnel's program. */
  readonly sendNs: number;
  /** Share of the datagrams that arrive when it sends as fast as it can. */
  readonly arrives: number;
}

/** A thread that sends datagrams over `path` between namespaces of one kernel, as the recordings were made. */
export function sendingThread(path: DataPathKind, payloadBytes: number, processorSpeed = 1): SendingThread {
  const { proxies } = KERNEL_PATHS[path];
  if (proxies === undefined) return { sendNs: kernelNs(path, payloadBytes, 1) / processorSpeed, arrives: 1 };
  const beyond = payloadBytes - RECORDED_PAYLOAD_BYTES;
  const sendNs = proxies.senderRatio * PACKET_NS + payloadNs(payloadBytes);
  const arrives = Math.min(1, sendNs / (proxies.passNs + proxies.passByteNs * beyond));
  return { sendNs: sendNs / processorSpeed, arrives };
}

/**
 * Costs of `bytes` sent in datagrams of at most `datagramBytes`: full ones, and a last one for the rest. The pace is that
 * of their mean.
 */
export function datagramsCost(
  path: DataPathKind,
  setting: DataPathSetting,
  bytes: number,
  datagramBytes: number,
): DataPathCost {
  const full = Math.floor(bytes / datagramBytes);
  const rest = bytes - full * datagramBytes;
  if (full === 0) return datagramCost(path, setting, rest);
  const whole = datagramCost(path, setting, datagramBytes);
  if (rest === 0) return whole;
  const last = datagramCost(path, setting, rest);
  const fullBytes = full * datagramBytes;
  return {
    cpuNsPerByte: (fullBytes * whole.cpuNsPerByte + rest * last.cpuNsPerByte) / bytes,
    streamBytesPerSec: bytes / (fullBytes / whole.streamBytesPerSec + rest / last.streamBytesPerSec),
    roundTripNs: whole.roundTripNs,
  };
}

/** Packets that carry a datagram: fragments but the last hold a multiple of eight bytes (RFC 791). */
export function fragmentsOf(payloadBytes: number, podMtu: number): number {
  const datagram = payloadBytes + UDP_HEADER_BYTES;
  const room = podMtu - IPV4_HEADER_BYTES;
  assert(room >= FRAGMENT_STEP_BYTES, () => `an MTU of ${podMtu} leaves no room for a fragment`);
  if (datagram <= room) return 1;
  return Math.ceil(datagram / (room - (room % FRAGMENT_STEP_BYTES)));
}

const UDP_HEADER_BYTES = 8;
const IPV4_HEADER_BYTES = 20;
const FRAGMENT_STEP_BYTES = 8;

/** The kernel's way at both ends, ns: every packet of a datagram walks it, the ends are met once. */
function kernelNs(path: DataPathKind, payloadBytes: number, packets: number, chains?: PolicyChains): number {
  const endsRatio = KERNEL_PATHS['host-network'].packetRatio;
  const wayRatio = KERNEL_PATHS[path].packetRatio - endsRatio + chainsOnWay(chains, path).packetRatio;
  return (endsRatio + packets * wayRatio) * PACKET_NS + payloadNs(payloadBytes);
}

function nsOfDatagram(payloadBytes: number, bitsPerSec: number): number {
  return (payloadBytes * 8 * 1e9) / bitsPerSec;
}
