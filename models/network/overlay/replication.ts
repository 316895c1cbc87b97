/**
 * One container on each of many nodes, joined by VXLAN: how often a first packet is copied, and what the ends then know.
 *
 * It builds nodes on one underlay segment, an end of the tunnel on each with one container behind it, and lets the first
 * container send a packet to the second. Every count is read off that run. Source: the set-ups of the recorded
 * `vxlan-bum` cases (test/oracles/net/README.md).
 *
 * Left out: see vtep.ts. Containers send nothing of their own, unless `chatty`: then each sends one broadcast at the start,
 * as IPv6 does when an interface comes up (router solicitation, multicast listener report).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { BROADCAST_MAC, FRAME_KIND } from '../layer2/frame-pool.ts';
import { Layer2Network } from '../layer2/layer2-network.ts';
import { serveVteps, Vtep } from './vtep.ts';

/** How broadcasts reach the other ends: a copy to each, one to a multicast group, or not at all. */
export const REPLICATIONS = ['headend', 'multicast', 'suppress'] as const;
/** The name of a method. */
export type Replication = (typeof REPLICATIONS)[number];

/** What is run. */
export interface ReplicationRun {
  readonly ends: number;
  readonly method: Replication;
  /** Whether every container broadcasts once before. */
  readonly chatty?: boolean;
}

/** What came of it. The chatter before is not counted, but what it taught is. */
export interface ReplicationCounts {
  readonly framesSentBySource: number;
  /** By the other ends. */
  readonly framesReceived: number;
  /** Requests to everybody that reached other containers. */
  readonly requestsSeen: number;
  readonly entriesAtSource: number;
  readonly packetsReceived: number;
}

const VNI = 42;
const UNDERLAY = 0xc0a80001 | 0;
const OVERLAY = 0x0a000001;
const GROUP = 0xef010101 | 0;
const PREFIX = 16;
const PACKET_BYTES = 60;
/** A segment of addresses of the prefix above. */
export const ENDS_MAX = 16_384;

/** Runs it and counts. */
export function replicate({ ends, method, chatty }: ReplicationRun): ReplicationCounts {
  assert(ends >= 2 && ends <= ENDS_MAX, () => `2 to ${ENDS_MAX} ends can be joined, got ${ends}`);
  const simulation = new Simulation();
  const network = new Layer2Network(simulation, new StreamSource('replication'));
  const underlay = network.ethernet.addBridge();
  const sites = Array.from({ length: ends }, (_, i) => addSite(simulation, network, underlay, i));
  for (const [i, site] of sites.entries()) introduce(site, i, sites, method, network);
  if (chatty) for (const site of sites) chat(network, site.port);
  simulation.run(100 * NS_PER_MS);
  const before = sites.map(({ vtep }) => ({ ...vtep.counts }));
  network.sendPacket(sites[0]!.container, { source: OVERLAY, destination: OVERLAY + 1, bytes: PACKET_BYTES });
  simulation.run(NS_PER_SECOND);
  const counts = sites.map(({ container }) => network.countsOf(container));
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
  return {
    framesSentBySource: sites[0]!.vtep.counts.framesSent - before[0]!.framesSent,
    framesReceived: sum(
      sites.slice(1).map(({ vtep }, i) => vtep.counts.framesReceived - before[i + 1]!.framesReceived),
    ),
    requestsSeen: sum(counts.map(({ broadcastRequestsReceived }) => broadcastRequestsReceived)),
    entriesAtSource: sites[0]!.vtep.entries,
    packetsReceived: sum(counts.map(({ packetsReceived }) => packetsReceived)),
  };
}

interface Site {
  readonly vtep: Vtep;
  readonly node: number;
  readonly container: number;
  /** The container's interface. */
  readonly port: number;
}

function addSite(simulation: Simulation, network: Layer2Network, underlay: number, i: number): Site {
  const node = network.addHost();
  const nodePort = network.addInterface(node, UNDERLAY + i, { prefix: PREFIX });
  network.addRoute(node, GROUP, 32, nodePort);
  network.ethernet.connect(nodePort, network.ethernet.addBridgePort(underlay));
  const vtep = new Vtep(simulation, network, { node, address: UNDERLAY + i, vni: VNI });
  serveVteps(network, node, [vtep]);
  const container = network.addHost();
  const port = network.addInterface(container, OVERLAY + i, { prefix: PREFIX });
  network.ethernet.connect(port, vtep.port);
  return { vtep, node, container, port };
}

/** Writes into an end what its method needs to know of the others. */
function introduce(site: Site, own: number, sites: readonly Site[], method: Replication, network: Layer2Network): void {
  if (method === 'multicast') {
    site.vtep.addDefault(GROUP);
    network.join(site.node, GROUP);
    return;
  }
  for (const [i, other] of sites.entries()) {
    if (i === own) continue;
    site.vtep.addDefault(UNDERLAY + i);
    if (method !== 'suppress') continue;
    const mac = network.ethernet.macOf(other.port);
    site.vtep.addStatic(mac, UNDERLAY + i);
    site.vtep.answerFor(OVERLAY + i, mac);
  }
}

function chat(network: Layer2Network, port: number): void {
  const { frames } = network.ethernet;
  network.ethernet.send(port, frames.take(FRAME_KIND.other, network.ethernet.macOf(port), BROADCAST_MAC, 0, 0));
}
