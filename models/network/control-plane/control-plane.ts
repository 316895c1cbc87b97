/**
 * A control plane in time: a change is written, compiled where a controller does that, copied to all nodes directly or by
 * relays, and programmed by their agents; and what happens while its server is away.
 *
 * While it is away nothing new is told. What is programmed stays and forwards, unless the profile says that switches
 * forget. Changes of that time wait with those who make them and are written on return; every watcher then comes back when
 * its pause is over and asks for a full list, which the server works off beside everything else: the storm of resyncs.
 * A node that joins has nothing programmed and asks for a full list: of its relay, which has one while the server is away, or of
 * the server, which does not answer then.
 * Source: list-and-watch of Kubernetes and etcd, ovn-northd and its databases, Typha; figures in profiles.ts.
 * Leaves out: filters of single watchers, the load of those who do not watch, several servers behind one name, and that
 * no copies are made for a watcher that has not come back yet, or whose node is not there.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { Agents, type Feed } from './agents.ts';
import { ChangeLog, NO_PLACE } from './change-log.ts';
import { Compiler } from './compiler.ts';
import { Leases } from './leases.ts';
import type { ControlPlaneLoad } from './load.ts';
import type { ControlPlaneProfile } from './profile.ts';
import { firstTryNs } from './reconnect.ts';
import { Relays } from './relays.ts';
import { Sender } from './sender.ts';

/** What a control plane stands in. */
export interface ControlPlaneSurroundings {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly nodes: number;
  /** From the server to a node, one way. */
  readonly oneWayNs: TimeNs;
  /** For the names of events and streams: one of each in a simulation. */
  readonly name: string;
}

/** A change that somebody asked for. */
interface Change {
  readonly entry: number;
  readonly place: number;
  readonly askedNs: TimeNs;
}

/** One control plane of one run. Entries are numbered from 0 by the caller; places are nodes. */
export class ControlPlane implements Feed {
  readonly profile: ControlPlaneProfile;
  readonly #at: ControlPlaneSurroundings;
  readonly #agents: Agents;
  readonly #log = new ChangeLog();
  readonly #server: Sender;
  readonly #relays: Relays | undefined;
  readonly #compiler: Compiler;
  readonly #leases: Leases;
  /** Changes that are not written yet. */
  readonly #asked = new Map<number, Change>();
  /** The version of each change; 0: not written, or written when it was no change any more. */
  readonly #versionOf: number[] = [];
  /** When each version was asked for. */
  readonly #askedNs: TimeNs[] = [0];
  /** Versions before the run. */
  #first = 0;
  /** Where each entry really is. */
  readonly #truth: number[] = [];
  #away = false;
  /** Faults that hold it away. */
  #holds = 0;
  #awaySinceNs = 0;
  /** Times that it went away: what was scheduled before the last one is stale. */
  #absences = 0;
  /** When each node that came later joined. */
  readonly #joinedNs = new Map<number, TimeNs>();
  #writes = 0;
  #lists = 0;
  #listedObjects = 0;
  readonly #kinds: Readonly<Record<'written' | 'back' | 'forget', EventKind>>;

  constructor(profile: ControlPlaneProfile, at: ControlPlaneSurroundings) {
    this.profile = profile;
    this.#at = at;
    const { nodesPerRelay, relaysMin = 1, workers, copyNs, relayCopyNs = copyNs } = profile;
    assert(nodesPerRelay === undefined || profile.forgetAfterNs === undefined, 'switches behind relays do not forget');
    if (nodesPerRelay !== undefined) {
      const relays = Math.max(relaysMin, Math.ceil(at.nodes / nodesPerRelay));
      this.#relays = new Relays(at.nodes, relays, relayCopyNs, at.oneWayNs);
    }
    this.#server = new Sender(this.#relays?.count ?? at.nodes, workers, copyNs);
    this.#agents = new Agents(at.nodes, profile, this);
    this.#compiler = new Compiler(at.sim, at.name, at.nodes, profile.compile, (upTo) => this.#tellUpTo(upTo));
    this.#leases = new Leases(profile.lease);
    this.#kinds = {
      written: at.sim.kind(`${at.name}: change is written`, (change, absences) => this.#written(change, absences)),
      back: at.sim.kind(`${at.name}: watcher comes back`, (watcher, absences) => this.#comeBack(watcher, absences)),
      forget: at.sim.kind(`${at.name}: switches fall back`, (absences) => this.#forget(absences)),
    };
  }

  /**
   * What was there before the run: `places[entry]`, known to all nodes but those that are `absent`, which join later. Once, before
   * anything is announced.
   */
  begin(places: readonly number[], absent: readonly number[] = []): void {
    assert(this.#log.count === 0 && this.#versionOf.length === 0, 'a control plane begins once');
    const stream = this.#at.streams.stream(this.#at.name, 'leases');
    places.forEach((place, entry) => {
      this.#truth[entry] = place;
      if (place === NO_PLACE) return;
      this.#log.append(entry, place);
      this.#askedNs.push(0);
      this.#leases.takeBefore(entry, stream);
    });
    this.#first = this.#log.count;
    this.#server.startAt(this.#first);
    this.#relays?.startAt(this.#first);
    this.#compiler.startAt(this.#first);
    this.#agents.begin(this.#first, absent);
  }

  /**
   * An entry lies behind the node `place` from now on; `NO_PLACE`: nowhere. Its own node knows at once. Gives a number of the
   * change, or -1 when it was so already.
   */
  announce(entry: number, place: number): number {
    if ((this.#truth[entry] ?? NO_PLACE) === place) return -1;
    this.#truth[entry] = place;
    const change = this.#ask(entry, place);
    if (!this.#away) this.#at.sim.after(this.profile.commitNs, this.#kinds.written, change, this.#absences);
    return change;
  }

  #ask(entry: number, place: number): number {
    const change = this.#versionOf.push(0) - 1;
    this.#asked.set(change, { entry, place, askedNs: this.#at.sim.nowNs });
    return change;
  }

  #written(number: number, absences: number): void {
    if (absences !== this.#absences) return;
    const { entry, place, askedNs } = this.#asked.get(number)!;
    this.#asked.delete(number);
    this.#writes++;
    const version = this.#log.append(entry, place);
    this.#versionOf[number] = version;
    if (place === NO_PLACE) this.#leases.drop(entry);
    else this.#leases.take(entry, this.#at.sim.nowNs);
    // It was taken back before it was written: nobody is told.
    if (version === 0) return;
    this.#askedNs.push(askedNs);
    this.#compiler.written(version);
  }

  #tellUpTo(version: number): void {
    while (this.#server.count < version) {
      this.#server.send(this.#at.sim.nowNs);
      this.#relays?.pass(this.#server);
    }
  }

  /** @inheritdoc */
  newest(node: number): number {
    return this.#relays === undefined ? this.#server.count : this.#relays.newest(node);
  }

  /** @inheritdoc */
  arrivesNs(node: number, version: number): TimeNs {
    if (this.#relays !== undefined) return this.#relays.arrivesNs(node, version);
    return this.#server.leavesNs(node, version) + this.#at.oneWayNs;
  }

  /** A fault takes the server away, or lets go of it; it is there while no fault holds it. */
  hold(change: 1 | -1): void {
    this.#holds += change;
    if (this.#holds === 0) this.comeBackNow();
    else this.goAway();
  }

  /** The server goes away: dead, or cut off from everybody. */
  goAway(): void {
    if (this.#away) return;
    const { sim } = this.#at;
    this.#away = true;
    this.#awaySinceNs = sim.nowNs;
    this.#absences++;
    this.#agents.bringAll(sim.nowNs);
    if (this.#relays === undefined)
      for (let node = 0; node < this.#at.nodes; node++) this.#agents.cut(node, this.#server.lastLeft(node, sim.nowNs));
    else this.#relays.lose(this.#server, sim.nowNs);
    this.#server.stop(sim.nowNs);
    this.#compiler.stop();
    if (this.profile.forgetAfterNs !== undefined)
      sim.after(this.profile.forgetAfterNs, this.#kinds.forget, this.#absences);
  }

  /** It is there again: changes are written, and watchers come back one by one. */
  comeBackNow(): void {
    if (!this.#away) return;
    const { sim, streams, name } = this.#at;
    this.#away = false;
    this.#loseLeases();
    for (const change of this.#asked.keys())
      sim.after(this.profile.commitNs, this.#kinds.written, change, this.#absences);
    this.#compiler.resume();
    const stream = streams.stream(`${name}/${this.#absences}`, 'reconnect');
    for (let watcher = 0; watcher < this.#server.watchers; watcher++) {
      if (this.#relays === undefined && this.#agents.isGone(watcher)) continue;
      const awayNs = sim.nowNs - Math.max(this.#awaySinceNs, this.#joinedNs.get(watcher) ?? 0);
      sim.after(firstTryNs(this.profile.reconnect, awayNs, stream), this.#kinds.back, watcher, this.#absences);
    }
  }

  /** A node joins, with an agent that knows nothing yet. While the server is away it tries and waits like all others. */
  nodeJoins(node: number): void {
    const { nowNs } = this.#at.sim;
    this.#agents.join(node, this.#log.count);
    this.#joinedNs.set(node, nowNs);
    if (this.#relays !== undefined) {
      const version = this.#relays.knows(node, nowNs);
      const objects = this.#log.presentAfter(version);
      this.#agents.list(node, version, objects, this.#relays.listArrivesNs(objects, nowNs));
    } else if (!this.#away) this.#comeBack(node, this.#absences);
  }

  /** Of each node that joined: how long it took until its first full list was in force, or until now. */
  joinNs(): readonly TimeNs[] {
    const { nowNs } = this.#at.sim;
    return [...this.#joinedNs].map(([node, joinedNs]) => {
      this.#agents.bring(node, nowNs);
      return Math.min(nowNs, this.#agents.wholeNs(node)) - joinedNs;
    });
  }

  /** Keys that nobody could renew are gone from the store, and those who held them write them anew. */
  #loseLeases(): void {
    for (const entry of this.#leases.expired(this.#awaySinceNs, this.#at.sim.nowNs)) {
      const place = this.#truth[entry]!;
      this.#leases.drop(entry);
      const version = this.#log.append(entry, NO_PLACE);
      if (version === 0) continue;
      this.#askedNs.push(this.#at.sim.nowNs);
      this.#compiler.written(version);
      if (place !== NO_PLACE) this.#ask(entry, place);
    }
  }

  #comeBack(watcher: number, absences: number): void {
    if (absences !== this.#absences || this.#away) return;
    const version = this.#server.count;
    const objects = this.#log.presentAfter(version);
    const workNs = objects * this.profile.listObjectNs;
    const arrivesNs = this.#server.work(watcher, this.#at.sim.nowNs, workNs) + this.#at.oneWayNs;
    this.#lists++;
    this.#listedObjects += objects;
    if (this.#relays === undefined) this.#agents.list(watcher, version, objects, arrivesNs);
    else this.#relays.list(watcher, version, arrivesNs);
  }

  #forget(absences: number): void {
    if (absences !== this.#absences || !this.#away) return;
    this.#agents.bringAll(this.#at.sim.nowNs);
    this.#agents.forget();
  }

  /** Whether the server is away now. */
  get isAway(): boolean {
    return this.#away;
  }

  /** A node has died, and its agent with it. */
  nodeDied(node: number): void {
    this.#agents.bring(node, this.#at.sim.nowNs);
    this.#agents.die(node);
  }

  /** Where a node sends packets for an entry now; `NO_PLACE`: it does not know. */
  believed(node: number, entry: number): number {
    if (this.#truth[entry] === node) return node;
    const version = this.#agents.bring(node, this.#at.sim.nowNs);
    return this.#agents.isBlank(node) ? NO_PLACE : this.#log.placeAt(entry, version);
  }

  /** Whether packets of a node for an entry go where it is now. */
  reaches(node: number, entry: number): boolean {
    const place = this.#truth[entry] ?? NO_PLACE;
    return place !== NO_PLACE && this.believed(node, entry) === place;
  }

  /** Entries of other nodes that a node has programmed now. */
  programmed(node: number): number {
    const version = this.#agents.bring(node, this.#at.sim.nowNs);
    if (this.#agents.isBlank(node)) return 0;
    return this.#log.presentAfter(version) - this.#log.behind(node, version);
  }

  /** When all living nodes had programmed a change; Infinity: not yet, by what was last asked of every node. */
  allToldNs(change: number): TimeNs {
    const version = this.#versionOf[change]!;
    return version === 0 ? Number.POSITIVE_INFINITY : this.#agents.allToldNs(version);
  }

  /** Looks at every node, so that `allToldNs` tells of the present. */
  bringAll(): void {
    this.#agents.bringAll(this.#at.sim.nowNs);
  }

  /**
   * For every entry that was announced to be somewhere during the run: from then until all living nodes reach it, or until now if not
   * all do.
   */
  toldNs(): Float64Array {
    const { nowNs } = this.#at.sim;
    this.#agents.bringAll(nowNs);
    const times: number[] = [];
    for (let version = this.#first + 1; version <= this.#log.count; version++) {
      if (this.#log.placeIn(version) === NO_PLACE) continue;
      times.push(Math.min(nowNs, this.#agents.allToldNs(version)) - this.#askedNs[version]!);
    }
    for (const { place, askedNs } of this.#asked.values()) if (place !== NO_PLACE) times.push(nowNs - askedNs);
    return Float64Array.from(times);
  }

  /** What it has cost so far. */
  load(): ControlPlaneLoad {
    const serverCopies = this.#server.copies;
    return {
      writes: this.#writes,
      lists: this.#lists,
      serverCopies,
      relayCopies: this.#relays?.copies ?? 0,
      serverBytes: (serverCopies + this.#listedObjects) * this.profile.objectBytes,
      serverCpuNs: this.#server.busyNs + this.#compiler.busyNs,
      relayCpuNs: this.#relays?.busyNs ?? 0,
    };
  }
}
