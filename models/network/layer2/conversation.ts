/**
 * Hosts that talk to each other for the first time, on one segment or behind a router: what that costs in requests,
 * deliveries and entries.
 *
 * It builds a `Layer2Network` and lets every host, one after another, send a datagram to each host of a pattern. Every
 * count is read off that run. Flat: all hosts on one bridge in one subnet. Routed: each on a cable of its own to one
 * router, with a host route and the link-local gateway 169.254.1.1, as Calico does it. Source: the set-ups of the recorded
 * `l2` cases (test/oracles/net/README.md).
 *
 * Left out: answers of the programs (a datagram is not answered), loss.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { Layer2Network, type Layer2Settings, type Loss } from './layer2-network.ts';
import type { NeighbourLimits } from './neighbour-settings.ts';

/** To whom each host sends. */
export const PATTERNS = ['all-to-all', 'to-one', 'one-to-all', 'ring', 'pairs'] as const;
/** The name of a pattern. */
export type Pattern = (typeof PATTERNS)[number];

/** What is run. */
export interface Conversation {
  readonly mode: 'flat' | 'routed';
  readonly hosts: number;
  readonly pattern: Pattern;
  readonly seed: string;
  /** From one host's first datagram to the next host's. */
  readonly turnNs: TimeNs;
  /** From one datagram of a host to its next. */
  readonly spacingNs: TimeNs;
  /** From the end of the last turn to the count; 1 s if left out. */
  readonly settleNs?: TimeNs;
  /** Limits of each kernel. */
  readonly limits?: NeighbourLimits;
  /** Hosts that share one kernel, in order (containers of a node); all of them if left out, and then the router too. */
  readonly hostsOfKernel?: number;
  readonly network?: Layer2Settings;
}

/** What came of it. */
export interface ConversationCounts {
  readonly hosts: number;
  readonly flows: number;
  /** By hosts, the router not counted. */
  readonly requestsSent: number;
  readonly broadcastRequestsReceived: number;
  readonly unicastRequestsReceived: number;
  readonly repliesReceived: number;
  readonly packetsReceived: number;
  readonly entriesMax: number;
  readonly entriesSum: number;
  readonly routerEntries: number;
  readonly routerRoutes: number;
  readonly bridgeEntries: number;
  readonly overflows: number;
  readonly losses: Readonly<Record<Loss, number>>;
  readonly events: number;
}

/** A datagram of a few bytes. */
const PACKET_BYTES = 60;
const FIRST_ADDRESS = 0x0a000001;
const SUBNET_PREFIX = 8;
const GATEWAY = 0xa9fe0101 | 0;
/** Four thousand hosts that all talk are 17 million datagrams. */
export const HOSTS_MAX = 16_384;

const addressOf = (host: number): number => FIRST_ADDRESS + host;

/** The hosts to which one sends, in order. */
export function destinationsOf(pattern: Pattern, host: number, hosts: number): number[] {
  const others = Array.from({ length: hosts }, (_, other) => other).filter((other) => other !== host);
  switch (pattern) {
    case 'all-to-all':
      return others;
    case 'to-one':
      return host === 0 ? [] : [0];
    case 'one-to-all':
      return host === 0 ? others : [];
    case 'ring':
      return [(host + 1) % hosts];
    case 'pairs':
      return (host ^ 1) < hosts ? [host ^ 1] : [];
  }
}

/** Runs a conversation and counts. */
export function converse(conversation: Conversation): ConversationCounts {
  return new ConversationRun(conversation).run();
}

class ConversationRun {
  readonly #given: Conversation;
  readonly #simulation = new Simulation();
  readonly #network: Layer2Network;
  readonly #hosts: number[] = [];
  readonly #bridge: number;
  readonly #router: number;
  #kernels = 0;
  #flows = 0;

  constructor(conversation: Conversation) {
    const { hosts, seed, network } = conversation;
    assert(hosts >= 2 && hosts <= HOSTS_MAX, () => `2 to ${HOSTS_MAX} hosts can talk, got ${hosts}`);
    this.#given = conversation;
    this.#network = new Layer2Network(this.#simulation, new StreamSource(seed), network);
    this.#bridge = this.#network.ethernet.addBridge();
    const perKernel = conversation.hostsOfKernel ?? hosts;
    for (let host = 0; host < hosts; host++) {
      if (host % perKernel === 0) this.#kernels = this.#network.addKernel(conversation.limits) + 1;
      this.#hosts.push(this.#network.addHost({ kernel: this.#kernels - 1 }));
    }
    this.#router = this.#network.addHost({ kernel: this.#kernels - 1, forwards: true });
    for (const host of this.#hosts) {
      if (conversation.mode === 'flat') this.#plugIntoBridge(host);
      else this.#plugIntoRouter(host);
    }
  }

  run(): ConversationCounts {
    const { hosts, turnNs, settleNs } = this.#given;
    // One event a turn, which schedules the datagrams of that turn: not all are pending at once.
    const send = this.#simulation.kind('datagram of a conversation', (from, to) => this.#send(from, to));
    const turn = this.#simulation.kind('turn of a host', (host) => this.#takeTurn(host, send));
    for (let host = 0; host < hosts; host++) this.#simulation.at(host * turnNs, turn, host);
    this.#simulation.run(hosts * turnNs + (settleNs ?? NS_PER_SECOND));
    return this.#counts();
  }

  #takeTurn(host: number, send: number): void {
    const { pattern, hosts, spacingNs } = this.#given;
    const destinations = destinationsOf(pattern, host, hosts);
    this.#flows += destinations.length;
    for (let i = 0; i < destinations.length; i++) {
      this.#simulation.after(i * spacingNs, send, host, destinations[i]);
    }
  }

  #plugIntoBridge(host: number): void {
    const { ethernet } = this.#network;
    const port = this.#network.addInterface(host, addressOf(host), { prefix: SUBNET_PREFIX });
    ethernet.connect(port, ethernet.addBridgePort(this.#bridge));
  }

  #plugIntoRouter(host: number): void {
    const network = this.#network;
    const port = network.addInterface(host, addressOf(host));
    network.addRoute(host, GATEWAY, 32, port);
    network.addRoute(host, 0, 0, port, GATEWAY);
    const routerPort = network.addInterface(this.#router, GATEWAY);
    network.addRoute(this.#router, addressOf(host), 32, routerPort);
    network.ethernet.connect(port, routerPort);
  }

  #send(from: number, to: number): void {
    const fields = { source: addressOf(from), destination: addressOf(to), bytes: PACKET_BYTES };
    this.#network.sendPacket(this.#hosts[from]!, fields);
  }

  #counts(): ConversationCounts {
    const network = this.#network;
    const counts = this.#hosts.map((host) => network.countsOf(host));
    const sum = (of: (one: (typeof counts)[number]) => number): number => counts.reduce((all, one) => all + of(one), 0);
    const byInterface = network.neighbours.entriesByInterface();
    const entriesOf = (host: number): number =>
      network.interfacesOf(host).reduce((all, port) => all + (byInterface.get(port) ?? 0), 0);
    const entries = this.#hosts.map(entriesOf);
    const kernels = Array.from({ length: this.#kernels }, (_, kernel) => network.neighbours.overflowsOf(kernel));
    return {
      hosts: this.#hosts.length,
      flows: this.#flows,
      requestsSent: sum((one) => one.broadcastRequestsSent + one.unicastRequestsSent),
      broadcastRequestsReceived: sum((one) => one.broadcastRequestsReceived),
      unicastRequestsReceived: sum((one) => one.unicastRequestsReceived),
      repliesReceived: sum((one) => one.repliesReceived),
      packetsReceived: sum((one) => one.packetsReceived),
      entriesMax: entries.reduce((most, each) => Math.max(most, each), 0),
      entriesSum: entries.reduce((all, each) => all + each, 0),
      routerEntries: entriesOf(this.#router),
      routerRoutes: network.routesOf(this.#router),
      bridgeEntries: network.ethernet.learned(this.#bridge),
      overflows: kernels.reduce((all, each) => all + each, 0),
      losses: network.losses,
      events: this.#simulation.dispatched,
    };
  }
}
