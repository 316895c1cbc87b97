/**
 * The fabric and the traffic of the packet benchmark, the same for us (packet-program.ts) and for ns-3 (peers/packet-ns3.cc): 32 hosts in 4
 * racks below 4 spines, every cable 10 Gbit/s and 1 µs, 100 packets in each queue; each host sends to four others.
 */
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../models/network/packet/ecmp.ts';
import { PacketNetwork } from '../models/network/packet/packet-network.ts';
import type { PortSetting } from '../models/network/packet/port-table.ts';
import { TcpFlows } from '../models/network/packet/tcp-flows.ts';
import { Topology } from '../models/network/packet/topology.ts';
import { type Gaps, UdpSources } from '../models/network/packet/udp-sources.ts';
import { log } from '../sim/random/numeric.ts';

const HOSTS = 32;
const RACKS = 4;
const SPINES = 4;
const HOSTS_PER_RACK = HOSTS / RACKS;
const FLOWS_PER_HOST = 4;
/** PPP 2, IPv4 20, UDP 8 and 1,470 bytes of payload. */
const WIRE_BYTES = 1500;
const BYTES_PER_NS = 1.25;
/** Where a host's flows go, counted from itself. */
const TARGETS = [1, 9, 14, 23];
const FIRST_PORT = 10_000;
const SINK_PORT = 5001;
const FIRST_ADDRESS = 0x0a00_0001;

const CABLE: PortSetting = { bitsPerSec: 10e9, delayNs: 1000, queue: { packetsMax: 100 } };

/** A flow of the benchmark. */
export interface BenchFlow {
  readonly from: number;
  readonly to: number;
  /** Ports on the way there and back. */
  readonly there: number[];
  readonly back: number[];
}

/** Leaves and spines, hosts numbered first. */
export function benchTopology(): Topology {
  const topology = new Topology();
  for (let node = 0; node < HOSTS + RACKS + SPINES; node++) topology.addNode();
  for (let host = 0; host < HOSTS; host++) topology.addCable(host, HOSTS + Math.floor(host / HOSTS_PER_RACK), CABLE);
  for (let rack = 0; rack < RACKS; rack++)
    for (let spine = 0; spine < SPINES; spine++) topology.addCable(HOSTS + rack, HOSTS + RACKS + spine, CABLE);
  return topology;
}

/** All flows, each with the ways that its hash gives it. */
export function benchFlows(topology: Topology, protocol = PROTOCOL_UDP): BenchFlow[] {
  return Array.from({ length: HOSTS * FLOWS_PER_HOST }, (_, number) => {
    const from = Math.floor(number / FLOWS_PER_HOST);
    const to = (from + TARGETS[number % FLOWS_PER_HOST]!) % HOSTS;
    const ends = { from: FIRST_ADDRESS + from, to: FIRST_ADDRESS + to };
    const ports = { fromPort: FIRST_PORT + number, toPort: SINK_PORT };
    const there = topology.way(from, to, { ...ends, protocol, ...ports })!;
    const back = topology.way(to, from, {
      from: ends.to,
      to: ends.from,
      protocol,
      fromPort: ports.toPort,
      toPort: ports.fromPort,
    })!;
    return { from, to, there, back };
  });
}

/** Mean time between two packets of one flow when its host's link is used to `load`. */
function gapNs(load: number): number {
  return Math.floor(WIRE_BYTES / BYTES_PER_NS / (load / FLOWS_PER_HOST) + 0.5);
}

/** Places of the table of gaps, a power of two, and how far a flow goes in it from one packet to the next. */
const TABLE_PLACES = 4096;
const STRIDE = 40_503;
/** How far apart flows begin in it. */
const STEP = 7919;

/** Exponential with mean 1 from xorshift (13, 17, 5): so neither we nor the peer draw chance while the clock runs. */
export function exponentials(): Float64Array {
  const table = new Float64Array(TABLE_PLACES);
  let state = 0x9e3779b9;
  for (let i = 0; i < TABLE_PLACES; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    table[i] = -log(1 - (state >>> 0) / 4294967296);
  }
  return table;
}

/** What a run came to. */
export interface PacketOutcome {
  readonly hops: number;
  readonly delivered: number;
  readonly lost: number;
  /** Sum of the times from source to destination. */
  readonly delaySumNs: number;
}

/** A network with one source for each flow, ready to run until all packets have come to an end. */
export function udpBench(traffic: string, seconds: number, load: number, table: Float64Array): () => PacketOutcome {
  const endNs = Math.round(seconds * 1e9);
  const meanNs = gapNs(load);
  const gapsNs = Int32Array.from(table, (factor) => Math.floor(meanNs * factor + 0.5));
  const topology = benchTopology();
  const network = new PacketNetwork({ ports: topology.ports });
  const sources = new UdpSources(network);
  const flows = benchFlows(topology);
  flows.forEach(({ there }, number) => {
    // The place of the packet after the first: the peer's count has moved on when it asks.
    const at = number * STEP + STRIDE;
    const gaps: Gaps =
      traffic === 'cbr' ? { kind: 'constant', gapNs: meanNs } : { kind: 'table', gapsNs, at, stride: STRIDE };
    const startNs = Math.floor((meanNs * number) / flows.length);
    sources.add({ ports: there, bytes: WIRE_BYTES, gaps, startNs, endNs });
  });
  return () => {
    network.run(Number.POSITIVE_INFINITY);
    const { hops, delivered, dropped } = network.counts();
    const delays = flows.map((_, source) => sources.result(source)).map((each) => each.meanDelayNs * each.delivered);
    return { hops, delivered, lost: dropped, delaySumNs: Math.round(delays.reduce((sum, each) => sum + each, 0)) };
  };
}

/** The peer's segments: 1,446 bytes, TCP with time stamps 32, IPv4 20, PPP 2. */
const SEGMENT_BYTES = 1446;
const TCP_HEADER_BYTES = 54;
/** Flows begin one after the other, so that no two do at once. */
const START_STEP_NS = 97;

/** A network in which every flow is a TCP flow that never ends, ready to run for a while. */
export function tcpBench(seconds: number): () => PacketOutcome {
  const topology = benchTopology();
  const network = new PacketNetwork({ ports: topology.ports });
  const tcp = new TcpFlows(network);
  benchFlows(topology, PROTOCOL_TCP).forEach(({ there, back }, number) => {
    tcp.add({
      there,
      back,
      bytes: Number.POSITIVE_INFINITY,
      segmentBytes: SEGMENT_BYTES,
      headerBytes: TCP_HEADER_BYTES,
      ackBytes: TCP_HEADER_BYTES,
      startNs: 1 + number * START_STEP_NS,
      marks: 'none',
      delayedAck: true,
      timeoutNsMin: 1e9,
    });
  });
  return () => {
    network.run(Math.round(seconds * 1e9));
    const { hops, delivered, dropped } = network.counts();
    return { hops, delivered, lost: dropped, delaySumNs: 0 };
  };
}
