/**
 * Packets on their way through a tunnel, by message: wrapped, cut, put together, dropped where they do not fit.
 *
 * Source: Linux 6.x: ip_forward and ip_fragment (a packet that must not be cut is dropped and told of; others are cut),
 * br_forward (a bridge drops what its port does not take, silently), ip_tunnel_xmit with tnl_update_pmtu (IPIP, GRE),
 * vxlan_xmit_one with skb_tunnel_check_pmtu (since 5.9: a bridged VXLAN or Geneve port answers in the name of the
 * receiver). RFC 1191 for routers. What a node hears of the path is kept 10 minutes (`mtu_expires`), not below 552 bytes
 * (`min_pmtu`).
 *
 * Left out: rates, loss for other reasons, order changes, `ip_forward_use_pmtu` (off, as it comes: a node that routes into a
 * VXLAN device does not pass on what it heard of the path).
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, NS_PER_US, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { outerForbidsCutting, outerOf, overheadBytesOf, wrappedBytes } from './encapsulation.ts';
import { fragmentsOf, type IpPacket, Reassembly } from './ip-packet.ts';
import {
  deviceMtuOf,
  type FabricDevice,
  linkMtusOf,
  type PathSettings,
  pathProblems,
  placesOf,
} from './path-settings.ts';

/** How long a smaller MTU of a path is remembered (`net.ipv4.route.mtu_expires`). */
export const PATH_MTU_NS = 600 * NS_PER_SECOND;
/** What is told below this is taken as this (`net.ipv4.route.min_pmtu`). */
export const PATH_MTU_MIN = 552;
/** ICMP "fragmentation needed": IPv4 20, ICMP 8, and the head of the packet 28. */
const MESSAGE_BYTES = 56;
/** On each link. */
const LINK_NS = 50 * NS_PER_US;

/** Why packets did not go on. */
export type PathLoss =
  | 'too long for the bridge port'
  | 'too long for the switch'
  | 'too long and must not be cut'
  | 'message filtered'
  | 'fragment filtered';

/** Packets dropped at one place for one reason. */
export interface PathDrop {
  readonly place: string;
  readonly why: PathLoss;
  readonly packets: number;
}

/** What was seen on the way. */
export interface PathCounts {
  /** IP packets on the first link between the nodes, in both directions. */
  underlayPackets: number;
  /** Of those, fragments. */
  underlayFragments: number;
  /** Fragments that containers or nodes made of containers' packets. */
  innerFragments: number;
  /** Packets that a node or a router cut, inner and outer ones. */
  cuts: number;
  /** Messages "fragmentation needed" sent. */
  messages: number;
}

/** Who lives in a container. */
export type ContainerProgram = (packet: IpPacket) => void;

const MEMORY_OF_NODE = 1;

/** A path with its packets. */
export class TunnelPath {
  readonly counts: PathCounts = {
    underlayPackets: 0,
    underlayFragments: 0,
    innerFragments: 0,
    cuts: 0,
    messages: 0,
  };
  readonly settings: PathSettings;
  /** The places of the far node and container. */
  readonly remoteNode: number;
  readonly remote: number;
  readonly #simulation: Simulation;
  readonly #places: readonly string[];
  readonly #mtus: readonly number[];
  readonly #deviceMtu: number;
  readonly #arrival: EventKind;
  readonly #packets: (IpPacket | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #reassemblies: Reassembly[];
  readonly #programs = new Map<number, ContainerProgram>();
  readonly #drops = new Map<string, { place: string; why: PathLoss; packets: number }>();
  /** By node: what it knows of the way to the other. */
  readonly #known = new Map<number, { readonly mtu: number; readonly untilNs: TimeNs }>();

  constructor(simulation: Simulation, settings: PathSettings) {
    const problems = pathProblems(settings);
    assert(problems.length === 0, () => problems.join(' '));
    this.#simulation = simulation;
    this.settings = settings;
    this.#places = placesOf(settings);
    this.#mtus = linkMtusOf(settings);
    this.#deviceMtu = deviceMtuOf(settings);
    this.remote = this.#places.length - 1;
    this.remoteNode = this.remote - 1;
    this.#reassemblies = this.#places.map(() => new Reassembly());
    this.#arrival = simulation.kind('packet on a path', (row, place) => this.#arrive(this.#takeOut(row), place));
  }

  /** Hands packets for a container to its program. */
  serve(place: number, program: ContainerProgram): void {
    this.#programs.set(place, program);
  }

  /** MTU of a container's own interface. */
  interfaceMtu(place: number): number {
    return place === 0 ? this.#mtus[0]! : this.#mtus[this.#mtus.length - 1]!;
  }

  /** A container sends a packet that fits its own interface. */
  send(packet: IpPacket): void {
    this.#put(packet, packet.from, Math.sign(packet.to - packet.from));
  }

  /** What was dropped, in the order in which it first happened. */
  drops(): PathDrop[] {
    return [...this.#drops.values()];
  }

  /** Packets of which a fragment never came. */
  get incomplete(): number {
    return this.#reassemblies.reduce((sum, { incomplete }) => sum + incomplete, 0);
  }

  #arrive(packet: IpPacket, place: number): void {
    if (place === 0 || place === this.remote) this.#atContainer(packet, place);
    else if (place === MEMORY_OF_NODE || place === this.remoteNode) this.#atNode(packet, place);
    else this.#atDevice(packet, place);
  }

  #atContainer(arrived: IpPacket, place: number): void {
    const packet = this.#reassemblies[place]!.take(arrived, this.#simulation.nowNs);
    if (packet !== undefined) this.#programs.get(place)?.(packet);
  }

  #atNode(arrived: IpPacket, place: number): void {
    if (arrived.to !== place) {
      this.#forward(arrived, place);
      return;
    }
    const packet = this.#reassemblies[place]!.take(arrived, this.#simulation.nowNs);
    if (packet === undefined) return;
    if (packet.kind === 'too big') this.#learn(place, packet.mtu);
    else if (packet.inner !== undefined) this.#toContainer(packet.inner, place);
  }

  #learn(place: number, mtu: number): void {
    const untilNs = this.#simulation.nowNs + PATH_MTU_NS;
    this.#known.set(place, { mtu: Math.max(mtu, PATH_MTU_MIN), untilNs });
  }

  /** MTU of the way to the other node, as far as a node knows. */
  #pathMtu(place: number): number {
    const own = this.#mtus[place === MEMORY_OF_NODE ? 1 : this.remoteNode - 1]!;
    const known = this.#known.get(place);
    return known !== undefined && this.#simulation.nowNs < known.untilNs ? Math.min(own, known.mtu) : own;
  }

  /** A node passes on what is not for itself: to its own container, or to the other node. */
  #forward(packet: IpPacket, place: number): void {
    const towardsContainer = packet.to === (place === MEMORY_OF_NODE ? 0 : this.remote);
    if (towardsContainer) this.#toContainer(packet, place);
    else if (this.settings.tunnel.encapsulation === 'none') this.#plain(packet, place);
    else this.#intoTunnel(packet, place);
  }

  /** Without a tunnel: a station of the segment, or what a node routes. */
  #plain(packet: IpPacket, place: number): void {
    if (this.settings.attachment === 'routed') this.#route(packet, place);
    else this.#bridge(packet, place, this.#mtuAfter(packet, place), (fits) => this.#next(fits, place));
  }

  #toContainer(packet: IpPacket, place: number): void {
    const mtu = this.#mtus[place === MEMORY_OF_NODE ? 0 : this.#mtus.length - 1]!;
    if (this.settings.attachment === 'bridged') this.#bridge(packet, place, mtu, (fits) => this.#next(fits, place));
    else this.#cut(packet, place, mtu, this.settings.nodesTell ?? true, (fits) => this.#next(fits, place));
  }

  #intoTunnel(packet: IpPacket, place: number): void {
    const wrap = (fits: IpPacket): void => this.#wrap(fits, place);
    if (this.settings.attachment === 'bridged') this.#bridge(packet, place, this.#deviceMtu, wrap);
    else this.#cut(packet, place, this.#deviceMtu, this.settings.nodesTell ?? true, wrap);
  }

  /** A bridge passes what its port takes, and says nothing of the rest. */
  #bridge(packet: IpPacket, place: number, mtu: number, pass: (fits: IpPacket) => void): void {
    if (packet.bytes <= mtu) pass(packet);
    else this.#drop(place, 'too long for the bridge port');
  }

  /** A router passes what fits, cuts what may be cut, and drops the rest with a message. */
  #cut(packet: IpPacket, place: number, mtu: number, tells: boolean, pass: (fits: IpPacket) => void): void {
    if (packet.bytes > mtu && packet.dontFragment) {
      this.#drop(place, 'too long and must not be cut');
      if (tells) this.#tell(packet, place, mtu);
      return;
    }
    const pieces = this.#pieces(packet, mtu);
    if (pieces.length > 1 && packet.inner === undefined) this.counts.innerFragments += pieces.length;
    for (const piece of pieces) pass(piece);
  }

  #wrap(inner: IpPacket, place: number): void {
    const { tunnel } = this.settings;
    const bytes = wrappedBytes(tunnel, inner.bytes, this.#deviceMtu);
    const known = this.#pathMtu(place);
    if (bytes > known && this.#refusesLong(inner, place, known - overheadBytesOf(tunnel))) return;
    const dontFragment = outerForbidsCutting(tunnel, bytes, known);
    const to = place === MEMORY_OF_NODE ? this.remoteNode : MEMORY_OF_NODE;
    const outer: IpPacket = { ...inner, kind: 'data', from: place, to, bytes, dontFragment, inner, part: undefined };
    for (const piece of this.#pieces(outer, known)) this.#next(piece, place);
  }

  #pieces(packet: IpPacket, mtu: number): IpPacket[] {
    const pieces = fragmentsOf(packet, mtu);
    if (pieces.length > 1) this.counts.cuts++;
    return pieces;
  }

  /** Whether a tunnel's end drops what does not fit the path whole, and whether it says so. */
  #refusesLong(inner: IpPacket, place: number, room: number): boolean {
    const { attachment, nodesTell } = this.settings;
    const { encapsulation } = this.settings.tunnel;
    const answers = attachment === 'bridged' || encapsulation === 'ipip' || encapsulation === 'gre';
    const bridgedVxlan = attachment === 'bridged' && inner.dontFragment;
    if (outerOf(this.settings.tunnel) !== 'never' && !bridgedVxlan) return false;
    this.#drop(place, 'too long and must not be cut');
    if (answers && inner.dontFragment && (nodesTell ?? true)) this.#tell(inner, place, room);
    return true;
  }

  /** Tells the sender of a packet which MTU it did not fit. */
  #tell(about: IpPacket, place: number, mtu: number): void {
    // Nobody is told of a message.
    if (about.kind === 'too big') return;
    this.counts.messages++;
    const message: IpPacket = {
      ...about,
      kind: 'too big',
      from: place,
      to: about.from,
      bytes: MESSAGE_BYTES,
      dontFragment: false,
      inner: undefined,
      mtu,
      part: undefined,
    };
    const isNode = place === MEMORY_OF_NODE || place === this.remoteNode;
    if (isNode) this.#forward(message, place);
    else this.#next(message, place);
  }

  #route(packet: IpPacket, place: number): void {
    this.#cut(packet, place, this.#mtuAfter(packet, place), this.settings.nodesTell ?? true, (fits) =>
      this.#next(fits, place),
    );
  }

  #atDevice(packet: IpPacket, place: number): void {
    const device = this.settings.fabric[place - 2]!;
    const why = filtered(device, packet);
    if (why !== undefined) this.#drop(place, why);
    else if (device.kind === 'switch') this.#switchOn(packet, place);
    else
      this.#cut(packet, place, this.#mtuAfter(packet, place), device.tells ?? true, (fits) => this.#next(fits, place));
  }

  #switchOn(packet: IpPacket, place: number): void {
    if (packet.bytes <= this.#mtuAfter(packet, place)) this.#next(packet, place);
    else this.#drop(place, 'too long for the switch');
  }

  #mtuAfter(packet: IpPacket, place: number): number {
    return this.#mtus[packet.to > place ? place : place - 1]!;
  }

  #next(packet: IpPacket, place: number): void {
    this.#put(packet, place, Math.sign(packet.to - place));
  }

  #put(packet: IpPacket, place: number, step: number): void {
    const link = step > 0 ? place : place - 1;
    if (link === 1) {
      this.counts.underlayPackets++;
      if (packet.part !== undefined) this.counts.underlayFragments++;
    }
    const row = this.#free.pop() ?? this.#packets.length;
    this.#packets[row] = packet;
    this.#simulation.after(LINK_NS, this.#arrival, row, place + step);
  }

  #takeOut(row: number): IpPacket {
    const packet = this.#packets[row]!;
    this.#packets[row] = undefined;
    this.#free.push(row);
    return packet;
  }

  #drop(place: number, why: PathLoss): void {
    const key = `${place} ${why}`;
    const known = this.#drops.get(key);
    if (known !== undefined) known.packets++;
    else this.#drops.set(key, { place: this.#places[place]!, why, packets: 1 });
  }
}

function filtered(device: FabricDevice, packet: IpPacket): PathLoss | undefined {
  if (packet.kind === 'too big' && device.passesMessages === false) return 'message filtered';
  return packet.part !== undefined && device.passesFragments === false ? 'fragment filtered' : undefined;
}
