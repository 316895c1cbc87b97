/**
 * Pods as stations of layer 2 in a run: who has to ask for whom before a call can go, what everybody hears of it, and which
 * calls a full neighbour table loses.
 *
 * Every pod that runs is a station of a `StationNetwork`: bridges of racks, joined by one in the middle, a segment for each tenant or
 * rack, a router between segments. Pods of a node share its kernel, and so the limits of its neighbour table. A call goes at once
 * when both ends know each other's hardware address; else it waits for answers. What answers confirms both entries, as TCP does.
 * A pod that comes to a node gets an address and a hardware address that nobody had before, and announces itself once.
 * What floods cost the nodes is counted by broadcast-load.ts.
 * Source: the files beside; Linux for the limits; the announcement is that of the CNI plugins bridge, macvlan and ipvlan, and of Contiv's
 * agent, which sends it over the uplink.
 *
 * Left out: the nodes' own traffic, who sends again between calls, addresses that are given out
 * again, limits of routers.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { BroadcastCost } from '../../machine/broadcast-cost.ts';
import { BroadcastLoad, type BroadcastShares, NO_NODE } from './broadcast-load.ts';
import { LINUX_LIMITS, type NeighbourLimits } from './neighbour-settings.ts';
import { AT_CORE, bridgeOfRack, CORE } from './segment-counts.ts';
import {
  SILENT,
  type StationListener,
  StationNetwork,
  type StationPlace,
  type StationSettings,
} from './station-network.ts';
import { TrunkFloods } from './trunk-floods.ts';

/** How pods are divided. */
export interface SegmentPlan {
  readonly racks: number;
  /** Broadcast domains: a number of tenants, each with pods everywhere, or one a rack. */
  readonly domains: { readonly tenants: number } | 'racks';
  readonly network: StationSettings;
  /** Limits of each node's kernel; Linux's if left out. */
  readonly limits?: NeighbourLimits;
  /** What is heard counts from here on; 0 if left out. */
  readonly fromNs?: TimeNs;
  /** What a broadcast costs processors. */
  readonly cost: BroadcastCost;
  /** What a frame costs that bridges flood because they do not know its receiver; absent where pods go by their nodes' addresses, which bridges know. */
  readonly strayCost?: BroadcastCost | undefined;
}

/** Who waits for packets of calls. */
export interface ContactWaiter {
  /** Caller and callee know each other, and the call can go. */
  reached(call: number): void;
  /** Its packet or the answer went nowhere: a neighbour table was full, or nobody is there any more. */
  nothing(call: number): void;
  /** Nobody has answered the requests for an address: "no route to host". */
  unanswered(call: number): void;
}

/** A pod and where it stands. */
export interface PodPlace {
  readonly pod: number;
  readonly node: number;
  readonly rack: number;
  /** It stood there before the run, and has announced itself long ago. */
  readonly isOld?: boolean;
}

/** What segments came to. */
export interface SegmentFigures {
  /** Broadcasts that a pod received in a second, mean over pods. */
  readonly broadcastsPerPod: number;
  /** Processor time that floods took of nodes. */
  readonly processors: BroadcastShares;
  /** Frames a second that floods brought over a node's link, mean over nodes. */
  readonly floodsPerNode: number;
  /** Entries of the fullest kernel when it was fullest. */
  readonly entriesPeak: number;
  /** Packets and answers that a full table lost. */
  readonly overflows: number;
  /** Addresses in the fullest table of a bridge now, over all segments. */
  readonly bridgeEntries: number;
  /** The longest time after which a kernel gave up a neighbour that was gone; undefined if none did. */
  readonly droppedAfterNs: TimeNs | undefined;
}

/** The first packet of a call, or its answer. */
interface Packet {
  readonly call: number;
  readonly from: number;
  readonly to: number;
  readonly isAnswer: boolean;
}

/** A router holds what it needs. */
const ROUTER_LIMITS: NeighbourLimits = { gcThresh1: 1_000_000, gcThresh2: 1_000_000, gcThresh3: 1_000_000 };
const NO_STATION = -1;

/** The segments of one run. */
export class PodSegments implements StationListener {
  readonly network: StationNetwork;
  /** What floods cost the nodes, and put on the links of racks. */
  readonly load: BroadcastLoad;
  readonly trunks: TrunkFloods;
  readonly #simulation: Simulation;
  readonly #plan: SegmentPlan;
  readonly #routerKind: EventKind;
  #waiter: ContactWaiter | undefined;
  /** Of each node, made when first needed. */
  readonly #kernels: (number | undefined)[] = [];
  readonly #stationOf: number[] = [];
  /** By station: since when it is plugged in, since when it is gone, and what it had heard when counting began. */
  readonly #sinceNs: TimeNs[] = [];
  readonly #goneNs: (TimeNs | undefined)[] = [];
  /** By station: its node, `NO_NODE` for a router. */
  readonly #nodeOf: number[] = [];
  readonly #gateways = new Map<number, number>();
  /** Audiences of broadcasts by segment, and of strays by rack and segment. */
  readonly #audiences = new Map<number, number>();
  readonly #strayAudiences = new Map<number, number>();
  #routerKernel = -1;
  readonly #packets = new Map<number, Packet>();
  #numbered: number = SILENT;
  /** By station: what it had heard when counting began. */
  #heardBefore: number[] = [];
  #droppedAfterNs: TimeNs | undefined;

  constructor(simulation: Simulation, streams: StreamSource, plan: SegmentPlan) {
    this.#simulation = simulation;
    this.#plan = plan;
    this.network = new StationNetwork(simulation, streams, plan.network, this);
    this.load = new BroadcastLoad(simulation, plan.fromNs ?? 0);
    this.trunks = new TrunkFloods(plan.racks);
    this.#routerKind = simulation.kind('packet at a router', (packet) => this.#route(packet));
    const begins = simulation.kind('broadcasts are counted from here', () => {
      this.#heardBefore = this.#sinceNs.map((_, station) => this.network.counts.heardBy(station));
    });
    if (plan.fromNs !== undefined && plan.fromNs > simulation.nowNs) simulation.at(plan.fromNs, begins);
  }

  /** Who is told of calls. */
  listen(waiter: ContactWaiter): void {
    this.#waiter = waiter;
  }

  /** A pod runs from now on. */
  podRuns({ pod, node, rack, isOld = false }: PodPlace): void {
    this.#kernels[node] ??= this.network.addKernel(this.#plan.limits ?? LINUX_LIMITS);
    const { domains } = this.#plan;
    const segment = domains === 'racks' ? rack : pod % domains.tenants;
    const station = this.#plugIn({ kernel: this.#kernels[node]!, rack, segment }, node, `nodes/${node}/neighbours`);
    this.#stationOf[pod] = station;
    for (const audience of this.#audiencesOf(station)) this.load.plugIn(node, audience);
    if (!isOld) this.network.announce(station);
  }

  /** A pod is gone. `alone`: its node lives on. */
  podGone(pod: number, alone: boolean): void {
    const station = this.#stationOf[pod] ?? NO_STATION;
    if (station === NO_STATION || !this.network.isThere(station)) return;
    this.#goneNs[station] = this.#simulation.nowNs;
    for (const audience of this.#audiencesOf(station)) this.load.unplug(this.#nodeOf[station]!, audience);
    this.network.unplug(station, alone);
  }

  /** What a station gets copies of. */
  #audiencesOf(station: number): number[] {
    const { rack, segment } = this.network.placeOf(station);
    return [
      this.#audienceOf(segment),
      ...(this.#plan.strayCost === undefined ? [] : [this.#strayAudienceOf(rack, segment)]),
    ];
  }

  #audienceOf(segment: number): number {
    const known = this.#audiences.get(segment) ?? this.load.addAudience(this.#plan.cost);
    this.#audiences.set(segment, known);
    return known;
  }

  #strayAudienceOf(rack: number, segment: number): number {
    const key = segment * this.#plan.racks + rack;
    const known = this.#strayAudiences.get(key) ?? this.load.addAudience(this.#plan.strayCost!);
    this.#strayAudiences.set(key, known);
    return known;
  }

  #plugIn(place: StationPlace, node: number, name: string): number {
    const station = this.network.plugIn(place, name);
    this.#sinceNs[station] = this.#simulation.nowNs;
    this.#nodeOf[station] = node;
    return station;
  }

  /** True when a call can go at once because both ends know the way; that uses and confirms what they know. */
  goesAtOnce(from: number, to: number): boolean {
    const [a, b] = [this.#stationOf[from]!, this.#stationOf[to]!];
    if (!(this.network.isThere(b) && this.#knowsWay(a, b) && this.#knowsWay(b, a))) return false;
    this.#useWay(a, b);
    this.#useWay(b, a);
    this.#confirmBoth(a, b);
    return true;
  }

  /** A call sends its first packet; the waiter is told what came of it. */
  contact(from: number, to: number, call: number): void {
    this.#send({ call, from: this.#stationOf[from]!, to: this.#stationOf[to]!, isAnswer: false });
  }

  /** Bytes have gone both ways between two pods up to now. */
  confirm(a: number, b: number): void {
    this.#confirmBoth(this.#stationOf[a]!, this.#stationOf[b]!);
  }

  #confirmBoth(a: number, b: number): void {
    this.network.confirm(a, this.#nextHop(a, b));
    this.network.confirm(b, this.#nextHop(b, a));
  }

  #segmentOf(station: number): number {
    return this.network.placeOf(station).segment;
  }

  /** To whom a station sends what is for another: that one itself, or the router of its own segment. */
  #nextHop(from: number, to: number): number {
    const segment = this.#segmentOf(from);
    return segment === this.#segmentOf(to) ? to : this.#gatewayOf(segment);
  }

  /** The router's station in a segment, made with its first use. */
  #gatewayOf(segment: number): number {
    const known = this.#gateways.get(segment);
    if (known !== undefined) return known;
    if (this.#routerKernel < 0) this.#routerKernel = this.network.addKernel(ROUTER_LIMITS);
    const gateway = this.#plugIn({ kernel: this.#routerKernel, rack: AT_CORE, segment }, NO_NODE, 'routers/neighbours');
    this.#gateways.set(segment, gateway);
    return gateway;
  }

  /** Stations that ask on the way between two others, each with the one that it asks for. */
  #steps(from: number, to: number): (readonly [at: number, next: number])[] {
    const next = this.#nextHop(from, to);
    if (next === to) return [[from, to]];
    return [
      [from, next],
      [this.#gatewayOf(this.#segmentOf(to)), to],
    ];
  }

  #knowsWay(from: number, to: number): boolean {
    return this.#steps(from, to).every(([at, next]) => this.network.knows(at, next));
  }

  #useWay(from: number, to: number): void {
    for (const [at, next] of this.#steps(from, to)) this.network.send(at, next, SILENT);
  }

  #send(packet: Packet): void {
    const number = ++this.#numbered;
    this.#packets.set(number, packet);
    this.network.send(packet.from, this.#nextHop(packet.from, packet.to), number);
  }

  #route(number: number): void {
    const packet = this.#packets.get(number)!;
    this.network.send(this.#gatewayOf(this.#segmentOf(packet.to)), packet.to, number);
  }

  /** See `StationListener`. A packet takes its time to a router; to its end it takes the call's own. */
  departed(number: number, station: number, isThere: boolean): void {
    const packet = this.#packets.get(number)!;
    if (station === packet.from && this.#segmentOf(station) !== this.#segmentOf(packet.to)) {
      this.#simulation.after(this.#plan.network.frames.toRouterNs, this.#routerKind, number);
      return;
    }
    this.#packets.delete(number);
    if (!isThere) this.#waiter?.nothing(packet.call);
    else if (packet.isAnswer) this.#met(packet);
    else this.#send({ ...packet, from: packet.to, to: packet.from, isAnswer: true });
  }

  #met({ call, from, to }: Packet): void {
    this.#confirmBoth(from, to);
    this.#waiter?.reached(call);
  }

  /** See `StationListener`. */
  lost(number: number, why: 'table full' | 'no answer' | 'queue full'): void {
    const packet = this.#packets.get(number)!;
    this.#packets.delete(number);
    if (why === 'no answer' && !packet.isAnswer) this.#waiter?.unanswered(packet.call);
    else this.#waiter?.nothing(packet.call);
  }

  /** See `StationListener`. */
  flooded(station: number): void {
    const { rack, segment } = this.network.placeOf(station);
    this.load.flood(this.#nodeOf[station]!, this.#audienceOf(segment));
    this.trunks.broadcast(rack);
  }

  /** See `StationListener`. Routers pay with nothing that is modelled. */
  strayed(station: number, neighbour: number, rack: number): void {
    if (this.#plan.strayCost === undefined || rack === AT_CORE) return;
    const [from, to] = [this.network.placeOf(station), this.network.placeOf(neighbour)];
    const [node, meantNode] = [this.#nodeOf[station]!, this.#nodeOf[neighbour]!];
    const audience = this.#strayAudienceOf(rack, from.segment);
    this.load.stray(from.rack === rack ? node : NO_NODE, audience);
    if (to.rack === rack && this.network.isThere(neighbour)) this.load.meant(meantNode, audience, meantNode !== node);
    this.trunks.stray(rack, from.rack, to.rack);
  }

  /** See `StationListener`. */
  droppedNeighbour(_station: number, neighbour: number): void {
    const goneNs = this.#goneNs[neighbour];
    if (goneNs === undefined) return;
    this.#droppedAfterNs = Math.max(this.#droppedAfterNs ?? 0, this.#simulation.nowNs - goneNs);
  }

  /** What it came to so far. */
  figures(): SegmentFigures {
    const { neighbours } = this.network;
    const kernels = this.#kernels.filter((kernel) => kernel !== undefined);
    return {
      broadcastsPerPod: this.#broadcastsPerPod(),
      processors: this.load.shares(),
      floodsPerNode: this.load.framesPerSec(),
      entriesPeak: kernels.reduce((most, kernel) => Math.max(most, neighbours.peakOf(kernel)), 0),
      overflows: kernels.reduce((sum, kernel) => sum + neighbours.overflowsOf(kernel), 0),
      bridgeEntries: this.#bridgeEntries(),
      droppedAfterNs: this.#droppedAfterNs,
    };
  }

  /** All that pods heard, divided by the time that they were there to hear it. */
  #broadcastsPerPod(): number {
    const fromNs = this.#plan.fromNs ?? 0;
    let heard = 0;
    let podNs = 0;
    for (const [station, sinceNs] of this.#sinceNs.entries()) {
      if (this.#nodeOf[station] === NO_NODE) continue;
      const untilNs = this.#goneNs[station] ?? this.#simulation.nowNs;
      heard += this.network.counts.heardBy(station) - (this.#heardBefore[station] ?? 0);
      podNs += Math.max(0, untilNs - Math.max(sinceNs, fromNs));
    }
    return podNs === 0 ? 0 : (heard * NS_PER_SECOND) / podNs;
  }

  #bridgeEntries(): number {
    const bridges = [CORE, ...Array.from({ length: this.#plan.racks }, (_, rack) => bridgeOfRack(rack))];
    const { nowNs } = this.#simulation;
    const { counts } = this.network;
    return bridges.reduce((most, bridge) => Math.max(most, counts.learned(bridge, undefined, nowNs)), 0);
  }
}
