/**
 * Stations on segments as a run needs them: who asks for whom by ARP, with no event for those who only hear it.
 *
 * Neighbours are those of `Neighbours` and `NeighbourTable`, states, timers and limits alike. What stands between is not
 * carried frame by frame as `Layer2Network` does it: a request is an event at the one who is asked, an answer one at the one
 * who asked, and what all others hear is counted (segment-counts.ts). The plain network is the oracle of this one in
 * test/models/network/layer2/station-network.test.ts: same requests, counts, tables and losses on random histories.
 *
 * Source: as models/network/layer2/layer2-network.ts. Left out: what that leaves out and what segment-counts.ts does; a host
 * that begins to wait for another while that one's own broadcast is under way is not taught by it (it gets its answer).
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import { BROADCAST_MAC } from './frame-pool.ts';
import { isValid, LINUX_TIMES, type NeighbourLimits, type NeighbourTimes } from './neighbour-settings.ts';
import { NeighbourTable } from './neighbour-table.ts';
import { type NeighbourPeers, Neighbours } from './neighbours.ts';
import { AT_CORE, SegmentCounts } from './segment-counts.ts';

/** How long a frame is under way from one station to another. */
export interface FrameTimes {
  readonly sameNodeNs: TimeNs;
  readonly sameRackNs: TimeNs;
  readonly acrossRacksNs: TimeNs;
  /** Between a station and a router. */
  readonly toRouterNs: TimeNs;
}

/** Where a station is plugged in. */
export interface StationPlace {
  /** The kernel whose neighbour limits it shares, which is that of its node. */
  readonly kernel: number;
  /** `AT_CORE` for routers. */
  readonly rack: number;
  readonly segment: number;
}

/** Who is told of packets and neighbours. A packet is a whole number from 1. */
export interface StationListener {
  /** A packet has left `station` for the one that it was sent to; true if that one is plugged in. */
  departed(packet: number, station: number, isThere: boolean): void;
  /** It went nowhere. */
  lost(packet: number, why: 'table full' | 'no answer' | 'queue full'): void;
  /** A station has sent a broadcast. */
  flooded?(station: number): void;
  /** Bridges did not know where a frame for `neighbour` belongs: all of its segment in `rack` get it, or at the core (`AT_CORE`). */
  strayed?(station: number, neighbour: number, rack: number): void;
  /** A neighbour that was known no longer answers. */
  droppedNeighbour?(station: number, neighbour: number): void;
}

/** A packet of which nobody wants to hear. */
export const SILENT = 0;

/** Settings of such a network. */
export interface StationSettings {
  readonly frames: FrameTimes;
  /** Linux's defaults if left out. */
  readonly times?: Partial<NeighbourTimes>;
  /** After so long a bridge does not trust what it saw; 300 s if left out. */
  readonly ageingNs?: TimeNs;
  /** Length of each packet; a bare TCP segment if left out. */
  readonly packetBytes?: number;
}

const PACKET_BYTES = 60;

/** Hardware addresses count from 1, because 0 is everybody's. */
const macOf = (station: number): number => station + 1;

/** Stations of one run. A station's number is its address, too. */
export class StationNetwork implements NeighbourPeers {
  readonly neighbours: NeighbourTable;
  readonly counts: SegmentCounts;
  readonly #simulation: Simulation;
  readonly #machine: Neighbours;
  readonly #listener: StationListener;
  readonly #settings: StationSettings;
  readonly #streams: StreamSource;
  readonly #chances = new Map<string, Stream>();
  readonly #places: StationPlace[] = [];
  readonly #isThere: boolean[] = [];
  readonly #requestKind: EventKind;
  readonly #replyKind: EventKind;
  readonly #bystanderKind: EventKind;
  /** ARP requests to everybody, requests to one address, and answers. */
  broadcasts = 0;
  unicasts = 0;
  replies = 0;

  constructor(simulation: Simulation, streams: StreamSource, settings: StationSettings, listener: StationListener) {
    this.#simulation = simulation;
    this.#streams = streams;
    this.#settings = settings;
    this.#listener = listener;
    this.counts = new SegmentCounts(settings.ageingNs, (...stray) => listener.strayed?.(...stray));
    this.neighbours = new NeighbourTable({ ...LINUX_TIMES, ...settings.times });
    this.#machine = new Neighbours(simulation, this.neighbours, this);
    this.#requestKind = simulation.kind('ARP request at the one who is asked', (at, from) => this.#onRequest(at, from));
    this.#replyKind = simulation.kind('ARP answer', (at, from) => this.#hear(at, from, true));
    this.#bystanderKind = simulation.kind('ARP request at one who waits', (at, from) => this.#hear(at, from, false));
  }

  /** A new kernel. */
  addKernel(limits: NeighbourLimits): number {
    return this.neighbours.addKernel(limits);
  }

  /** A new station; `name` names the stream of its chance, which it may share with others. */
  plugIn(place: StationPlace, name: string): number {
    const station = this.#places.push(place) - 1;
    this.#isThere.push(true);
    this.neighbours.addInterface(station, place.kernel, () => this.#chanceOf(name));
    this.counts.plugIn(place.segment, place.rack);
    return station;
  }

  #chanceOf(name: string): Stream {
    const known = this.#chances.get(name);
    if (known !== undefined) return known;
    const stream = this.#streams.stream(name, 'reachable time');
    this.#chances.set(name, stream);
    return stream;
  }

  /** A station is gone. `flushes`: its kernel lives on and forgets the interface with its neighbours. */
  unplug(station: number, flushes: boolean): void {
    assert(this.#isThere[station] === true, () => `station ${station} is not plugged in`);
    this.#isThere[station] = false;
    this.counts.unplug(station);
    if (flushes) this.#machine.forget(station);
  }

  /** Where a station is, or was. */
  placeOf(station: number): StationPlace {
    return this.#places[station]!;
  }

  /** Whether a station is plugged in. */
  isThere(station: number): boolean {
    return this.#isThere[station]!;
  }

  /** Whether a station could send to another one of its segment without asking. */
  knows(station: number, neighbour: number): boolean {
    const row = this.neighbours.find(station, neighbour);
    return row >= 0 && isValid(this.neighbours.stateAt(row, this.#machine.tick));
  }

  /** A station sends a packet to another one of its segment, as soon as it knows its hardware address. */
  send(station: number, neighbour: number, packet: number): void {
    this.#machine.send(this.#places[station]!.kernel, station, neighbour, packet);
  }

  /** A higher protocol has heard from a neighbour. */
  confirm(station: number, neighbour: number): void {
    this.#machine.confirm(station, neighbour);
  }

  /** How long a frame is under way between two stations. */
  frameNs(from: number, to: number): TimeNs {
    const { frames } = this.#settings;
    const [a, b] = [this.#places[from]!, this.#places[to]!];
    if (a.rack === AT_CORE || b.rack === AT_CORE) return frames.toRouterNs;
    if (a.kernel === b.kernel) return frames.sameNodeNs;
    return a.rack === b.rack ? frames.sameRackNs : frames.acrossRacksNs;
  }

  // What neighbours ask for.

  /** See `NeighbourPeers`. */
  transmit(station: number, mac: number, packet: number): void {
    const neighbour = mac - 1;
    if (this.#isThere[station]) this.counts.pass(station, neighbour, this.#simulation.nowNs);
    if (packet !== SILENT) this.#listener.departed(packet, station, this.#isThere[neighbour]!);
  }

  /** See `NeighbourPeers`. A station that is gone asks nobody. */
  ask(station: number, neighbour: number, mac: number): void {
    if (!this.#isThere[station]) return;
    const { nowNs } = this.#simulation;
    if (mac !== BROADCAST_MAC) {
      this.unicasts++;
      this.counts.pass(station, neighbour, nowNs);
    } else {
      this.#flood(station, neighbour);
    }
    this.#arrives(this.#requestKind, neighbour, station);
  }

  /** A gratuitous request: a station asks everybody for its own address, and so tells its hardware address. */
  announce(station: number): void {
    this.#flood(station, station);
  }

  #flood(station: number, asked: number): void {
    this.broadcasts++;
    this.counts.flood(station, this.#simulation.nowNs);
    this.#listener.flooded?.(station);
    this.#teachWaiting(station, asked);
  }

  /** Who waits for the sender of a broadcast learns from it, though it is asked for somebody else. */
  #teachWaiting(station: number, asked: number): void {
    if (this.neighbours.invalidAbout(station) === 0) return;
    const { segment } = this.#places[station]!;
    for (const waiting of this.neighbours.interfacesWaitingFor(station))
      if (waiting !== asked && this.#places[waiting]!.segment === segment)
        this.#arrives(this.#bystanderKind, waiting, station);
  }

  #arrives(kind: EventKind, at: number, from: number): void {
    this.#simulation.after(this.frameNs(from, at), kind, at, from);
  }

  #onRequest(at: number, from: number): void {
    if (!this.#isThere[at]) return;
    const heard = { port: at, ip: from, mac: macOf(from), isAnswer: false, isAnnouncement: false };
    // No answer is given when there is no room for the asker.
    if (!this.#machine.learnAsker(this.#places[at]!.kernel, heard)) return;
    this.replies++;
    this.counts.pass(at, from, this.#simulation.nowNs);
    this.#arrives(this.#replyKind, from, at);
  }

  #hear(at: number, from: number, isAnswer: boolean): void {
    if (!this.#isThere[at]) return;
    this.#machine.hear({ port: at, ip: from, mac: macOf(from), isAnswer, isAnnouncement: false });
  }

  /** See `NeighbourPeers`. */
  bytesOf(): number {
    return this.#settings.packetBytes ?? PACKET_BYTES;
  }

  /** See `NeighbourPeers`. */
  lost(packet: number, why: 'table full' | 'no answer' | 'queue full'): void {
    if (packet !== SILENT) this.#listener.lost(packet, why);
  }

  /** See `NeighbourPeers`. */
  dropped(station: number, neighbour: number): void {
    if (this.#isThere[station]) this.#listener.droppedNeighbour?.(station, neighbour);
  }
}
