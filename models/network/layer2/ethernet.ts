/**
 * Ethernet by message: links, bridges that learn and flood, and what arrives at interfaces.
 *
 * Source: IEEE 802.1Q-2018 (learning, filtering, flooding); Linux 6.x net/bridge. A frame is an event at every bridge and
 * at its receiver. A flood is one event for all interfaces behind a bridge, because all get the same frame at the same
 * instant: each is counted at every one of them, and `BroadcastGroup` says how. Bridges beyond get an event each.
 *
 * Left out: rates and queues of links (models/network/packet), spanning trees (a loop of links is told by loops.ts, and
 * here floods until `stormCopiesMax`), multicast groups (flooded as broadcasts are), the bytes.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_US, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { BridgeTable } from './bridge-table.ts';
import { BroadcastGroup } from './broadcast-group.ts';
import { BROADCAST_MAC, FRAME_KIND, FramePool } from './frame-pool.ts';
import {
  DEFAULT_VLAN,
  type PortVlans,
  portVlansProblems,
  REFUSED,
  tagOfOutgoing,
  UNTAGGED,
  vlanOfIncoming,
} from './vlan.ts';

/** Who gets frames. */
export interface FrameReceiver {
  /** One frame at one interface, whose address it has or which is a broadcast on a cable without a bridge. */
  arrives(port: number, frame: number): void;
  /** A broadcast at every interface of a group but the one at `exceptPort`. */
  arrivesAtGroup(group: BroadcastGroup, frame: number, exceptPort: number): void;
  /** The last copy is gone. */
  gone(frame: number): void;
}

/** A port with a program behind it, such as a tunnel's end: it gets each frame with its VLAN. */
export type FrameSink = (port: number, frame: number, vlan: number) => void;

/** Settings of Ethernet. */
export interface EthernetSettings {
  /** Time on a link with what either end takes for a frame; 1 us if left out. */
  readonly linkNs?: TimeNs;
  /** After so long a bridge does not trust what it saw; 300 s if left out. */
  readonly ageingNs?: TimeNs;
  /** Copies of one frame between bridges, from which on further ones are dropped; 10,000 if left out. */
  readonly stormCopiesMax?: number;
}

/** Far more bridges than a broadcast domain has: only loops copy one frame so often. */
const STORM_COPIES_MAX = 10_000;
/** 802.1Q has 12 bits for a VLAN, so a domain is bridge * 4096 + VLAN. */
const VLANS_OF_A_BRIDGE = 4096;

const NO_PORT = -1;
const INTERFACE = 0;
const BRIDGE = 1;
const SINK = 2;

/** Ports, links and bridges of one network. */
export class Ethernet {
  readonly frames = new FramePool();
  readonly table: BridgeTable;
  /** Copies dropped because a frame had been copied too often: frames run in a loop. */
  stormDrops = 0;
  /** Frames that a port's VLANs did not let through. */
  vlanDrops = 0;
  /** Frames for which a bridge knew no port. */
  unknownFloods = 0;
  readonly #simulation: Simulation;
  readonly #receiver: FrameReceiver;
  readonly #linkNs: TimeNs;
  readonly #stormCopiesMax: number;
  readonly #atPort: EventKind;
  readonly #atGroup: EventKind;
  /** By port. */
  readonly #kinds: number[] = [];
  readonly #peers: number[] = [];
  readonly #bridges: number[] = [];
  readonly #vlans: (PortVlans | undefined)[] = [];
  readonly #macs: number[] = [];
  readonly #sinks: (FrameSink | undefined)[] = [];
  /** By bridge. */
  readonly #portsOf: number[][] = [];
  /** By hardware address: the port that answers to it. */
  readonly #portOfMac: number[] = [NO_PORT];
  /** By domain; made when first needed, unmade when links change. */
  #groups = new Map<number, BroadcastGroup>();
  /** By port: counts of groups that are no more. */
  readonly #receivedBefore = new Map<number, number>();

  constructor(simulation: Simulation, receiver: FrameReceiver, settings: EthernetSettings = {}) {
    this.#simulation = simulation;
    this.#receiver = receiver;
    this.#linkNs = settings.linkNs ?? NS_PER_US;
    this.#stormCopiesMax = settings.stormCopiesMax ?? STORM_COPIES_MAX;
    this.table = new BridgeTable(settings.ageingNs);
    this.#atPort = simulation.kind('frame at a port', (port, packed) => this.#arrive(port, packed));
    this.#atGroup = simulation.kind('frame at all interfaces of a bridge', (frame, packed) =>
      this.#arriveAtGroup(frame, packed),
    );
  }

  /** A new interface with a hardware address of its own. */
  addInterface(): number {
    const port = this.#addPort(INTERFACE, NO_PORT);
    this.#macs[port] = this.#portOfMac.push(port) - 1;
    return port;
  }

  /** A new bridge. */
  addBridge(): number {
    return this.#portsOf.push([]) - 1;
  }

  /** A port of a bridge; it carries the default VLAN, untagged, unless told otherwise. */
  addBridgePort(bridge: number, vlans: PortVlans = { access: DEFAULT_VLAN }): number {
    const problems = portVlansProblems(vlans);
    assert(problems.length === 0, () => problems.join(' '));
    const port = this.#addPort(BRIDGE, bridge);
    this.#vlans[port] = vlans;
    this.#portsOf[bridge]!.push(port);
    return port;
  }

  /** The end of a link at which a program receives frames, and may send them. */
  addSink(sink: FrameSink): number {
    const port = this.#addPort(SINK, NO_PORT);
    this.#sinks[port] = sink;
    return port;
  }

  /** Plugs a link into two free ports. */
  connect(a: number, b: number): void {
    assert(a !== b, () => `port ${a} cannot be linked to itself`);
    assert(this.#peers[a] === NO_PORT && this.#peers[b] === NO_PORT, () => `ports ${a} and ${b} must be free`);
    this.#peers[a] = b;
    this.#peers[b] = a;
    this.#regroup();
  }

  /** Unplugs the link of a port. Bridges forget what was behind it. */
  disconnect(port: number): void {
    const peer = this.#peers[port]!;
    assert(peer !== NO_PORT, () => `port ${port} has no link`);
    this.#regroup();
    this.#peers[port] = NO_PORT;
    this.#peers[peer] = NO_PORT;
    this.table.forgetPort(port);
    this.table.forgetPort(peer);
  }

  /** The hardware address of an interface. */
  macOf(port: number): number {
    return this.#macs[port]!;
  }

  /** Gives an interface another hardware address, which takes it from whoever had it. A fresh one if left out. */
  setMac(port: number, mac: number = this.#portOfMac.length): void {
    assert(this.#kinds[port] === INTERFACE, () => `port ${port} is no interface`);
    this.#macs[port] = mac;
    this.#portOfMac[mac] = port;
  }

  /** Sends a frame out of a port; takes over the sender's hold on it. */
  send(port: number, frame: number, tag = UNTAGGED): void {
    const peer = this.#peers[port]!;
    if (peer === NO_PORT) this.release(frame);
    else this.#simulation.after(this.#linkNs, this.#atPort, peer, frame * VLANS_OF_A_BRIDGE + tag);
  }

  /** Broadcast frames of ARP that interface `port` has received from bridges. */
  arpBroadcastsReceived(port: number): number {
    return this.#countOf(port, 'arp');
  }

  /** All frames flooded to interface `port`: broadcasts, and those for addresses that no bridge knew. */
  floodedFramesReceived(port: number): number {
    return this.#countOf(port, 'all');
  }

  /** Addresses that a bridge knows in one VLAN. */
  learned(bridge: number, vlan: number = DEFAULT_VLAN): number {
    return this.table.entriesOf(bridge * VLANS_OF_A_BRIDGE + vlan, this.#simulation.nowNs);
  }

  /** Ports of bridges that are linked to ports of bridges, as pairs of bridges with the VLANs of either end. */
  trunks(): { readonly a: number; readonly b: number; readonly vlansA: PortVlans; readonly vlansB: PortVlans }[] {
    return this.#kinds.flatMap((kind, port) => {
      const peer = this.#peers[port]!;
      if (kind !== BRIDGE || peer < port || this.#kinds[peer] !== BRIDGE) return [];
      return [
        { a: this.#bridges[port]!, b: this.#bridges[peer]!, vlansA: this.#vlans[port]!, vlansB: this.#vlans[peer]! },
      ];
    });
  }

  /** The group that an interface belongs to; undefined on a cable that ends at no bridge. */
  groupOf(port: number): BroadcastGroup | undefined {
    const peer = this.#peers[port]!;
    if (peer === NO_PORT || this.#kinds[peer] !== BRIDGE) return undefined;
    const vlan = vlanOfIncoming(this.#vlans[peer]!, UNTAGGED);
    return vlan === REFUSED ? undefined : this.#group(this.#bridges[peer]!, vlan);
  }

  #addPort(kind: number, bridge: number): number {
    this.#peers.push(NO_PORT);
    this.#bridges.push(bridge);
    this.#vlans.push(undefined);
    this.#macs.push(NO_PORT);
    this.#sinks.push(undefined);
    return this.#kinds.push(kind) - 1;
  }

  #arrive(port: number, packed: number): void {
    const tag = packed % VLANS_OF_A_BRIDGE;
    const frame = (packed - tag) / VLANS_OF_A_BRIDGE;
    if (this.#kinds[port] === BRIDGE) this.#atBridge(port, frame, tag);
    else if (this.#kinds[port] === SINK) this.#atSink(port, frame, tag);
    else this.#atInterface(port, frame, tag);
  }

  #atInterface(port: number, frame: number, tag: number): void {
    const destination = this.frames.destination[frame]!;
    const isOwn = destination === BROADCAST_MAC || destination === this.#macs[port];
    // A network card drops other stations' frames, and those of VLANs that it has no interface for.
    if (isOwn && tag === UNTAGGED) this.#receiver.arrives(port, frame);
    this.release(frame);
  }

  #atSink(port: number, frame: number, tag: number): void {
    this.#sinks[port]!(port, frame, tag);
    this.release(frame);
  }

  #atBridge(port: number, frame: number, tag: number): void {
    const vlan = vlanOfIncoming(this.#vlans[port]!, tag);
    if (vlan === REFUSED) {
      this.vlanDrops++;
      this.release(frame);
      return;
    }
    const bridge = this.#bridges[port]!;
    const domain = bridge * VLANS_OF_A_BRIDGE + vlan;
    const { nowNs } = this.#simulation;
    this.table.learn(domain, this.frames.source[frame]!, port, nowNs);
    const destination = this.frames.destination[frame]!;
    const known = destination === BROADCAST_MAC ? NO_PORT : this.table.portOf(domain, destination, nowNs);
    if (known === NO_PORT) this.#flood(bridge, vlan, frame, port);
    // A frame for the side that it came from has already been heard there.
    else if (known === port) this.release(frame);
    else this.#leave(known, frame, vlan);
  }

  #leave(port: number, frame: number, vlan: number): void {
    const tag = tagOfOutgoing(this.#vlans[port]!, vlan);
    if (tag !== REFUSED) this.send(port, frame, tag);
    else {
      this.vlanDrops++;
      this.release(frame);
    }
  }

  #flood(bridge: number, vlan: number, frame: number, from: number): void {
    const group = this.#group(bridge, vlan);
    if (this.frames.destination[frame] !== BROADCAST_MAC) this.unknownFloods++;
    for (const port of group.onward) if (port !== from) this.#copy(port, frame, vlan);
    if (group.members.length > 0) {
      this.frames.hold(frame);
      const packed = from * VLANS_OF_A_BRIDGE * 2 ** 20 + bridge * VLANS_OF_A_BRIDGE + vlan;
      this.#simulation.after(this.#linkNs, this.#atGroup, frame, packed);
    }
    this.release(frame);
  }

  /** A copy for another bridge. A frame that goes in circles is copied for ever, so there is a limit. */
  #copy(port: number, frame: number, vlan: number): void {
    if (this.frames.copies[frame]! >= this.#stormCopiesMax) {
      this.stormDrops++;
      return;
    }
    this.frames.copies[frame]!++;
    this.frames.hold(frame);
    this.#leave(port, frame, vlan);
  }

  #arriveAtGroup(frame: number, packed: number): void {
    const from = Math.floor(packed / (VLANS_OF_A_BRIDGE * 2 ** 20));
    const rest = packed % (VLANS_OF_A_BRIDGE * 2 ** 20);
    const group = this.#group(Math.floor(rest / VLANS_OF_A_BRIDGE), rest % VLANS_OF_A_BRIDGE);
    const source = this.#peers[from]!;
    const destination = this.frames.destination[frame]!;
    group.count(this.frames.kind[frame] === FRAME_KIND.arpRequest && destination === BROADCAST_MAC, source);
    if (destination === BROADCAST_MAC) this.#receiver.arrivesAtGroup(group, frame, source);
    else this.#unknownAtGroup(group, frame, source);
    this.release(frame);
  }

  /** Every card of the group got a frame for one address; that one's owner takes it. */
  #unknownAtGroup(group: BroadcastGroup, frame: number, source: number): void {
    const owner = this.#portOfMac[this.frames.destination[frame]!] ?? NO_PORT;
    const isHere = owner !== NO_PORT && owner !== source && this.groupOf(owner) === group;
    if (isHere && this.#macs[owner] === this.frames.destination[frame]) this.#receiver.arrives(owner, frame);
  }

  #group(bridge: number, vlan: number): BroadcastGroup {
    const domain = bridge * VLANS_OF_A_BRIDGE + vlan;
    const known = this.#groups.get(domain);
    if (known !== undefined) return known;
    const leaving = this.#portsOf[bridge]!.filter((port) => this.#leads(port, vlan));
    const isMember = (port: number): boolean => this.#kinds[this.#peers[port]!] === INTERFACE;
    const group = new BroadcastGroup(
      leaving.filter(isMember).map((port) => this.#peers[port]!),
      leaving.filter((port) => !isMember(port)),
    );
    this.#groups.set(domain, group);
    return group;
  }

  #leads(port: number, vlan: number): boolean {
    const peer = this.#peers[port]!;
    if (peer === NO_PORT) return false;
    const tag = tagOfOutgoing(this.#vlans[port]!, vlan);
    return tag !== REFUSED && (tag === UNTAGGED || this.#kinds[peer] !== INTERFACE);
  }

  /** Links change: what groups counted is kept by interface, and they are made anew when next needed. */
  #regroup(): void {
    for (const group of this.#groups.values()) {
      if (group.arpFrames === 0 && group.allFrames === 0) continue;
      for (const port of group.members) {
        this.#keep(2 * port, group.arpReceived(port));
        this.#keep(2 * port + 1, group.allReceived(port));
      }
    }
    this.#groups = new Map();
  }

  #keep(key: number, count: number): void {
    this.#receivedBefore.set(key, (this.#receivedBefore.get(key) ?? 0) + count);
  }

  #countOf(port: number, which: 'arp' | 'all'): number {
    const before = this.#receivedBefore.get(2 * port + (which === 'arp' ? 0 : 1)) ?? 0;
    const group = this.groupOf(port);
    if (group === undefined) return before;
    return before + (which === 'arp' ? group.arpReceived(port) : group.allReceived(port));
  }

  /** Whoever held a frame is done with it. */
  release(frame: number): void {
    if (this.frames.release(frame)) this.#receiver.gone(frame);
  }
}
