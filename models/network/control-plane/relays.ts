/**
 * Relays between a server and the agents: each watches the server and is watched by its share of the nodes.
 *
 * While the server is away relays keep their watchers, so only they come back with a full list, and pass on what is new in it.
 * Source: Typha of Calico (one connection to the data store on behalf of many agents).
 * A node that joins gets a full list of its relay, which needs no server for it.
 * Leaves out: what such lists of relays take of their time for others, relays that die, agents that move to another relay, filters that spare agents what changes nothing for them.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import { Sender } from './sender.ts';

/** All relays of a control plane; node n is served by relay n mod the number of relays. */
export class Relays {
  readonly count: number;
  readonly #relays: readonly Sender[];
  readonly #oneWayNs: TimeNs;
  /** What each had before its last list, what the list held, and when it arrived. */
  readonly #before: Int32Array;
  readonly #listed: Int32Array;
  readonly #listNs: Float64Array;
  /** 1: it has lost the server and asked for no list yet. */
  readonly #cut: Uint8Array;

  constructor(nodes: number, count: number, copyNs: TimeNs, oneWayNs: TimeNs) {
    this.count = Math.min(count, nodes);
    this.#oneWayNs = oneWayNs;
    this.#relays = Array.from(
      { length: this.count },
      (_, relay) => new Sender(Math.ceil((nodes - relay) / this.count), 1, copyNs),
    );
    this.#before = new Int32Array(this.count);
    this.#listed = new Int32Array(this.count);
    this.#listNs = new Float64Array(this.count);
    this.#cut = new Uint8Array(this.count);
  }

  /** Everything up to `version` was passed on before the run. */
  startAt(version: number): void {
    for (const relay of this.#relays) relay.startAt(version);
    this.#listed.fill(version);
  }

  /** The newest version that may be on its way to a node. */
  newest(node: number): number {
    return this.#relays[node % this.count]!.count;
  }

  /** When the copy of a version arrives at a node. */
  arrivesNs(node: number, version: number): TimeNs {
    const relay = node % this.count;
    return this.#relays[relay]!.leavesNs((node - relay) / this.count, version) + this.#oneWayNs;
  }

  /** The next version has left the server for all relays that listen to it. */
  pass(server: Sender): void {
    this.#relays.forEach((relay, index) => {
      if (this.#cut[index] === 0) relay.send(server.leavesNs(index, server.count) + this.#oneWayNs);
    });
  }

  /** The server goes away at `nowNs`: what has not left it for a relay never arrives. Before the server itself is stopped. */
  lose(server: Sender, nowNs: TimeNs): void {
    this.#relays.forEach((relay, index) => {
      const hasList = this.#listNs[index]! <= nowNs;
      const kept = hasList ? Math.max(this.#listed[index]!, server.lastLeft(index, nowNs)) : this.#before[index]!;
      relay.rewind(Math.min(relay.count, kept));
      this.#cut[index] = 1;
    });
  }

  /** A full list that holds everything up to `version` arrives at a relay at `atNs`. */
  list(index: number, version: number, atNs: TimeNs): void {
    const relay = this.#relays[index]!;
    this.#before[index] = relay.count;
    this.#listed[index] = version;
    this.#listNs[index] = atNs;
    this.#cut[index] = 0;
    while (relay.count < version) relay.send(atNs);
  }

  /** The last version that the relay of a node has passed on by `nowNs`. */
  knows(node: number, nowNs: TimeNs): number {
    const relay = node % this.count;
    return this.#relays[relay]!.lastLeft((node - relay) / this.count, nowNs);
  }

  /** When a full list of `objects` that a node asks its relay for now arrives there. */
  listArrivesNs(objects: number, nowNs: TimeNs): TimeNs {
    return nowNs + 2 * this.#oneWayNs + objects * this.#relays[0]!.copyNs;
  }

  /** Copies from relays to agents. */
  get copies(): number {
    return this.#relays.reduce((sum, relay) => sum + relay.copies, 0);
  }

  /** Processor time of all relays. */
  get busyNs(): TimeNs {
    return this.#relays.reduce((sum, relay) => sum + relay.busyNs, 0);
  }
}
