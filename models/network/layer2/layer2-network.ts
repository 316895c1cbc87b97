/**
 * Hosts and routers on Ethernet: who asks for whom by ARP, who answers, and which packets arrive.
 *
 * Source: RFC 826, RFC 1027 (proxy ARP), RFC 5227 (announcements), Linux 6.x net/ipv4/arp.c (`arp_process`,
 * `arp_solicit`). As there, a request teaches only the host that it is meant for (or one that answers in another's name),
 * which makes an entry for the asker; others only correct an entry that they have. An answer is given for any address
 * of the host (`arp_ignore` 0), and none is given when there is no room for the asker.
 *
 * Left out: the delay before a proxy answers (0 here; Linux draws up to 0.8 s for broadcast requests), filters of ARP,
 * IPv6, redirects, what a kernel's receive backlog of 1,000 frames drops.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { BroadcastGroup } from './broadcast-group.ts';
import { Ethernet, type EthernetSettings, type FrameReceiver } from './ethernet.ts';
import { BROADCAST_MAC, FRAME_KIND } from './frame-pool.ts';
import { LINUX_LIMITS, LINUX_TIMES, type NeighbourLimits, type NeighbourTimes } from './neighbour-settings.ts';
import { NeighbourTable } from './neighbour-table.ts';
import { type NeighbourPeers, Neighbours } from './neighbours.ts';
import { type PacketFields, PacketPool } from './packet-pool.ts';
import { RouteTable } from './route-table.ts';

/** Settings of a network. */
export interface Layer2Settings extends EthernetSettings {
  /** Times of neighbours on all interfaces; Linux's defaults if left out. */
  readonly times?: Partial<NeighbourTimes>;
  /** Hands each broadcast to every host by itself, in place of those that it concerns: for tests. */
  readonly plain?: boolean;
}

/** Why a packet did not arrive. */
export const LOSSES = ['table full', 'no answer', 'queue full', 'no route', 'not forwarded', 'time to live'] as const;
/** The name of a reason. */
export type Loss = (typeof LOSSES)[number];

/** What a host has sent and received. */
export interface HostCounts {
  /** ARP requests to everybody. */
  broadcastRequestsSent: number;
  /** ARP requests to one address: entries that are asked again. */
  unicastRequestsSent: number;
  broadcastRequestsReceived: number;
  unicastRequestsReceived: number;
  repliesSent: number;
  repliesReceived: number;
  packetsReceived: number;
  packetsForwarded: number;
}

/** What a host may be told. */
export interface HostSettings {
  /** The kernel whose neighbour limits it shares (a container's host); a kernel of its own if left out. */
  readonly kernel?: number;
  /** Whether it passes on packets for others. */
  readonly forwards?: boolean;
}

/** What an interface may be told. */
export interface InterfaceSettings {
  /** Length of its own subnet's prefix, to which it then has a route; none if left out. */
  readonly prefix?: number;
  /** Answers for every address that it would forward out of another interface. */
  readonly proxyArp?: boolean;
}

interface Host {
  readonly kernel: number;
  readonly forwards: boolean;
  readonly routes: RouteTable;
  readonly interfaces: number[];
  readonly counts: HostCounts;
  /** Called for each packet that it receives for itself. */
  listener: ((packet: number) => void) | undefined;
}

const newCounts = (): HostCounts => ({
  broadcastRequestsSent: 0,
  unicastRequestsSent: 0,
  broadcastRequestsReceived: 0,
  unicastRequestsReceived: 0,
  repliesSent: 0,
  repliesReceived: 0,
  packetsReceived: 0,
  packetsForwarded: 0,
});

/** A network of hosts, by message. Addresses are 32-bit integers. */
export class Layer2Network implements FrameReceiver, NeighbourPeers {
  readonly ethernet: Ethernet;
  readonly packets = new PacketPool();
  readonly neighbours: NeighbourTable;
  /** Packets lost, by reason. */
  readonly losses: Record<Loss, number>;
  readonly #streams: StreamSource;
  readonly #machine: Neighbours;
  readonly #plain: boolean;
  readonly #hosts: Host[] = [];
  /** By port. */
  readonly #hostOf: number[] = [];
  readonly #ipOf: number[] = [];
  readonly #answersForOthers: boolean[] = [];
  /** By address: the hosts that have it. */
  readonly #owners = new Map<number, number[]>();
  /** Addresses that have changed their hardware address or their host: caches may be wrong about them. */
  readonly #moved = new Set<number>();
  /** By group: interfaces that answer for others. */
  readonly #proxies = new WeakMap<BroadcastGroup, readonly number[]>();

  constructor(simulation: Simulation, streams: StreamSource, settings: Layer2Settings = {}) {
    this.#streams = streams;
    this.#plain = settings.plain ?? false;
    this.ethernet = new Ethernet(simulation, this, settings);
    this.neighbours = new NeighbourTable({ ...LINUX_TIMES, ...settings.times });
    this.#machine = new Neighbours(simulation, this.neighbours, this);
    this.losses = Object.fromEntries(LOSSES.map((why) => [why, 0])) as Record<Loss, number>;
  }

  /** A new kernel, whose hosts share its limits. */
  addKernel(limits: NeighbourLimits = LINUX_LIMITS): number {
    return this.neighbours.addKernel(limits);
  }

  /** A new host, router or network namespace. */
  addHost({ kernel, forwards }: HostSettings = {}): number {
    return (
      this.#hosts.push({
        kernel: kernel ?? this.addKernel(),
        forwards: forwards ?? false,
        routes: new RouteTable(),
        interfaces: [],
        counts: newCounts(),
        listener: undefined,
      }) - 1
    );
  }

  /** A new interface of a host; returns its port. */
  addInterface(host: number, ip: number, { prefix, proxyArp }: InterfaceSettings = {}): number {
    const port = this.ethernet.addInterface();
    const owner = this.#hosts[host]!;
    this.#hostOf[port] = host;
    this.#ipOf[port] = ip;
    this.#answersForOthers[port] = proxyArp ?? false;
    owner.interfaces.push(port);
    this.neighbours.addInterface(port, owner.kernel, () => this.#streams.stream(`interface/${port}`, 'reachable time'));
    this.#own(ip, host);
    if (prefix !== undefined) owner.routes.add(ip, prefix, port, undefined);
    return port;
  }

  /** Hands each packet that a host receives for itself to a program. The packet is gone afterwards, unless it is held. */
  listen(host: number, listener: (packet: number) => void): void {
    this.#hosts[host]!.listener = listener;
  }

  /** A host wants what is sent to a multicast group. */
  join(host: number, group: number): void {
    assert(isMulticast(group), 'a multicast group has an address of 224.0.0.0/4');
    this.#own(group, host);
  }

  /** A route of a host: out of `port`, to `gateway` or, without one, to the destination itself. */
  addRoute(host: number, destination: number, prefix: number, port: number, gateway?: number): void {
    assert(this.#hostOf[port] === host, () => `port ${port} is no interface of host ${host}`);
    this.#hosts[host]!.routes.add(destination, prefix, port, gateway);
  }

  /** Writes a neighbour by hand. */
  addNeighbour(port: number, ip: number, mac: number): void {
    this.neighbours.addPermanent(port, ip, mac, this.#machine.tick);
  }

  /** A higher protocol has heard from a neighbour, as TCP does by every new acknowledgement. */
  confirmNeighbour(port: number, ip: number): void {
    this.#machine.confirm(port, ip);
  }

  /** Gives an address of another host to the interface of this one (a failover); caches learn of it by `announce`. */
  moveAddress(ip: number, toPort: number): void {
    this.#owners.set(ip, []);
    this.#own(ip, this.#hostOf[toPort]!);
    this.#ipOf[toPort] = ip;
    this.#moved.add(ip);
  }

  /** Gives an interface a new hardware address. */
  changeMac(port: number): void {
    this.ethernet.setMac(port);
    this.#moved.add(this.#ipOf[port]!);
  }

  /** A gratuitous request: an interface asks everybody for its own address, so that who knows it corrects its entry. */
  announce(port: number): void {
    this.#request(port, this.#ipOf[port]!, this.#ipOf[port]!, BROADCAST_MAC);
  }

  /** Sends a packet from a host. */
  sendPacket(host: number, fields: PacketFields): void {
    this.#output(host, this.packets.take(fields));
  }

  /** Counts of a host. */
  countsOf(host: number): HostCounts {
    const { counts, interfaces } = this.#hosts[host]!;
    const flooded = interfaces.reduce((sum, port) => sum + this.ethernet.arpBroadcastsReceived(port), 0);
    return { ...counts, broadcastRequestsReceived: counts.broadcastRequestsReceived + flooded };
  }

  /** Frames that bridges flooded to a host, whether they were meant for it or not. */
  floodedFramesOf(host: number): number {
    return this.#hosts[host]!.interfaces.reduce((sum, port) => sum + this.ethernet.floodedFramesReceived(port), 0);
  }

  /** Neighbour entries of a host. */
  entriesOf(host: number): number {
    return this.#hosts[host]!.interfaces.reduce((sum, port) => sum + this.neighbours.entriesOfInterface(port), 0);
  }

  /** Interfaces of a host. */
  interfacesOf(host: number): readonly number[] {
    return this.#hosts[host]!.interfaces;
  }

  /** Routes of a host. */
  routesOf(host: number): number {
    return this.#hosts[host]!.routes.size;
  }

  // What Ethernet brings.

  /** See `FrameReceiver`. */
  arrives(port: number, frame: number): void {
    const { kind } = this.ethernet.frames;
    switch (kind[frame]) {
      case FRAME_KIND.arpRequest:
        this.#countRequest(port, frame);
        this.#onRequest(port, frame);
        break;
      case FRAME_KIND.arpReply:
        this.#onReply(port, frame);
        break;
      case FRAME_KIND.ip:
        this.#onIp(this.#hostOf[port]!, this.ethernet.frames.packet[frame]!);
        break;
    }
  }

  /** See `FrameReceiver`. A broadcast is handed to those whom it concerns; the others would do nothing. */
  arrivesAtGroup(group: BroadcastGroup, frame: number, exceptPort: number): void {
    const { frames } = this.ethernet;
    if (frames.kind[frame] === FRAME_KIND.other) return;
    const isRequest = frames.kind[frame] === FRAME_KIND.arpRequest;
    if (this.#plain || !isRequest || this.#concernsMany(frames.senderIp[frame]!)) {
      for (const port of group.members) if (port !== exceptPort) this.#hearAtGroup(port, frame);
      return;
    }
    for (const port of this.#answering(group, frames.targetIp[frame]!)) {
      if (port !== exceptPort) this.#onRequest(port, frame);
    }
  }

  /** See `FrameReceiver`. */
  gone(frame: number): void {
    const packet = this.ethernet.frames.packet[frame]!;
    if (packet >= 0) this.#free(packet);
  }

  /** Releases a packet, and what it wraps with it. */
  #free(packet: number): void {
    const inner = this.packets.inner[packet]!;
    if (this.packets.release(packet) && inner >= 0) this.ethernet.release(inner);
  }

  #hearAtGroup(port: number, frame: number): void {
    // The group has counted it already.
    if (this.ethernet.frames.kind[frame] === FRAME_KIND.arpRequest) this.#onRequest(port, frame);
    else this.arrives(port, frame);
  }

  /** Whether hosts that are not asked may have to do something: somebody waits for the sender or knows it wrongly. */
  #concernsMany(senderIp: number): boolean {
    return this.#moved.has(senderIp) || this.neighbours.invalidAbout(senderIp) > 0;
  }

  /** Interfaces of a group that may answer for an address, in the order of their ports. */
  #answering(group: BroadcastGroup, targetIp: number): readonly number[] {
    const proxies = this.#proxiesOf(group);
    const owners = this.#owners.get(targetIp) ?? [];
    const own = owners.flatMap((host) =>
      this.#hosts[host]!.interfaces.filter((port) => this.ethernet.groupOf(port) === group),
    );
    if (proxies.length === 0) return own;
    return [...new Set([...own, ...proxies])].sort((a, b) => a - b);
  }

  #proxiesOf(group: BroadcastGroup): readonly number[] {
    const known = this.#proxies.get(group);
    if (known !== undefined) return known;
    const proxies = group.members.filter((port) => this.#answersForOthers[port]);
    this.#proxies.set(group, proxies);
    return proxies;
  }

  #countRequest(port: number, frame: number): void {
    const { counts } = this.#hosts[this.#hostOf[port]!]!;
    if (this.ethernet.frames.destination[frame] === BROADCAST_MAC) counts.broadcastRequestsReceived++;
    else counts.unicastRequestsReceived++;
  }

  #onRequest(port: number, frame: number): void {
    const { frames } = this.ethernet;
    const host = this.#hostOf[port]!;
    const { kernel } = this.#hosts[host]!;
    const targetIp = frames.targetIp[frame]!;
    const heard = this.#heard(port, frame);
    if (!heard.isAnnouncement && this.#answers(host, port, targetIp)) {
      if (this.#machine.learnAsker(kernel, heard)) this.#reply(port, frame, targetIp);
      return;
    }
    this.#machine.hear(heard);
  }

  #onReply(port: number, frame: number): void {
    this.#hosts[this.#hostOf[port]!]!.counts.repliesReceived++;
    this.#machine.hear(this.#heard(port, frame));
  }

  #heard(port: number, frame: number) {
    const { frames } = this.ethernet;
    const ip = frames.senderIp[frame]!;
    const isReply = frames.kind[frame] === FRAME_KIND.arpReply;
    return {
      port,
      ip,
      mac: frames.source[frame]!,
      isAnswer: isReply && frames.destination[frame] !== BROADCAST_MAC,
      isAnnouncement: frames.targetIp[frame] === ip,
    };
  }

  /** Whether a host answers for an address on an interface: it is its own, or it would forward elsewhere. */
  #answers(host: number, port: number, ip: number): boolean {
    if (this.#owners.get(ip)?.includes(host)) return true;
    const { forwards, routes } = this.#hosts[host]!;
    if (!forwards || !this.#answersForOthers[port]) return false;
    const route = routes.find(ip);
    return route !== undefined && route.port !== port;
  }

  #reply(port: number, request: number, ip: number): void {
    const { frames } = this.ethernet;
    const { counts } = this.#hosts[this.#hostOf[port]!]!;
    counts.repliesSent++;
    const to = frames.source[request]!;
    const asker = frames.senderIp[request]!;
    this.ethernet.send(port, frames.take(FRAME_KIND.arpReply, this.ethernet.macOf(port), to, ip, asker));
  }

  #request(port: number, senderIp: number, targetIp: number, mac: number): void {
    const { counts } = this.#hosts[this.#hostOf[port]!]!;
    if (mac === BROADCAST_MAC) counts.broadcastRequestsSent++;
    else counts.unicastRequestsSent++;
    const { frames } = this.ethernet;
    this.ethernet.send(port, frames.take(FRAME_KIND.arpRequest, this.ethernet.macOf(port), mac, senderIp, targetIp));
  }

  #onIp(host: number, packet: number): void {
    const { packets } = this;
    const { counts, forwards } = this.#hosts[host]!;
    if (this.#owners.get(packets.destination[packet]!)?.includes(host)) {
      counts.packetsReceived++;
      this.#hosts[host]!.listener?.(packet);
      return;
    }
    // A card without a program that wants the group drops it.
    if (isMulticast(packets.destination[packet]!)) return;
    if (!forwards) {
      this.losses['not forwarded']++;
      return;
    }
    if (packets.ttl[packet]! <= 1) {
      this.losses['time to live']++;
      return;
    }
    packets.ttl[packet]!--;
    counts.packetsForwarded++;
    packets.hold(packet);
    this.#output(host, packet);
  }

  /** Sends a packet by a host's routes; takes over the hold on it. */
  #output(host: number, packet: number): void {
    const { kernel, routes } = this.#hosts[host]!;
    const destination = this.packets.destination[packet]!;
    const route = routes.find(destination);
    if (route === undefined) this.#lose(packet, 'no route');
    // The hardware address of a group is known from its address; bridges flood it.
    else if (isMulticast(destination)) this.transmit(route.port, BROADCAST_MAC, packet);
    else this.#machine.send(kernel, route.port, route.gateway ?? destination, packet);
  }

  // What neighbours ask for.

  /** See `NeighbourPeers`. */
  transmit(port: number, mac: number, packet: number): void {
    this.ethernet.send(port, this.ethernet.frames.take(FRAME_KIND.ip, this.ethernet.macOf(port), mac, 0, 0, packet));
  }

  /** See `NeighbourPeers`. Asked in the name of the packet's sender if that is this host, else in the interface's. */
  ask(port: number, ip: number, mac: number, packet: number): void {
    const source = packet < 0 ? 0 : this.packets.source[packet]!;
    const isOwn = packet >= 0 && this.#owners.get(source)?.includes(this.#hostOf[port]!) === true;
    this.#request(port, isOwn ? source : this.#ipOf[port]!, ip, mac);
  }

  /** See `NeighbourPeers`. */
  bytesOf(packet: number): number {
    return this.packets.bytes[packet]!;
  }

  /** See `NeighbourPeers`. */
  lost(packet: number, why: 'table full' | 'no answer' | 'queue full'): void {
    this.#lose(packet, why);
  }

  #lose(packet: number, why: Loss): void {
    this.losses[why]++;
    this.#free(packet);
  }

  #own(ip: number, host: number): void {
    const owners = this.#owners.get(ip);
    if (owners === undefined) this.#owners.set(ip, [host]);
    else if (!owners.includes(host)) owners.push(host);
  }
}

/** Whether an address is that of a group: 224.0.0.0/4. */
export function isMulticast(ip: number): boolean {
  return ip >>> 28 === 0xe;
}
