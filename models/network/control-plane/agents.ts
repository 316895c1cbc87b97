/**
 * The agents of all nodes: what each has received, and what it has written into its node's kernel.
 *
 * An agent takes all changes that have arrived while it was busy as one batch, works on it, and rests if it has to; the entries
 * of a batch are in force at its end. Nothing is scheduled: an agent is brought up to the present when somebody asks, so a
 * version costs nothing on nodes that nobody looks at, and `bringAll` does the rest.
 * An agent whose node joins has nothing programmed until its first full list is.
 * Source: batching as in Felix (int_dataplane: all pending messages, then one apply) and kube-proxy (bounded frequency runner).
 * Leaves out: agents that crash, kernels that refuse an entry.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { ControlPlaneProfile } from './profile.ts';

/** What an agent takes for its work. */
export type AgentPace = Pick<ControlPlaneProfile, 'batchNs' | 'entryNs' | 'compareNs' | 'restNs'>;

/** Where an agent's copies come from. */
export interface Feed {
  /** The newest version that may be on its way to this node. */
  newest(node: number): number;
  /** When the copy of a version arrives there. */
  arrivesNs(node: number, version: number): TimeNs;
}

/** Every version comes by the watch. */
const NO_LIMIT = 0x7fffffff;

/** The agents of one control plane; nodes are numbered from 0. */
export class Agents {
  readonly nodes: number;
  /** Up to this version each node has programmed everything. */
  readonly programmed: Int32Array;
  /** When the last node, of those told so far, had programmed each version. */
  #toldNs = new Float64Array(1024);
  /** How many nodes have. */
  #told = new Int32Array(1024);
  readonly #pace: AgentPace;
  readonly #feed: Feed;
  readonly #taken: Int32Array;
  readonly #doneNs: Float64Array;
  /** 1: a batch is in work, until `#doneNs`. */
  readonly #works: Uint8Array;
  /** Later versions do not come by the watch: it is cut. */
  readonly #limit: Int32Array;
  readonly #listVersion: Int32Array;
  readonly #listNs: Float64Array;
  readonly #listObjects: Int32Array;
  readonly #gone: Uint8Array;
  #living: number;
  /** 1: the node has forgotten what it had programmed; 2: the batch in work holds the list that restores it. */
  readonly #blank: Uint8Array;
  /** When a node last had all of a full list that it lacked; Infinity: it still lacks it. */
  readonly #wholeNs: Float64Array;
  /** Versions up to this one do not wait for the node: they were older than itself. */
  readonly #older: Int32Array;

  constructor(nodes: number, pace: AgentPace, feed: Feed) {
    assert(nodes >= 1, () => `agents of ${nodes} nodes`);
    this.nodes = nodes;
    this.#living = nodes;
    this.#pace = pace;
    this.#feed = feed;
    this.programmed = new Int32Array(nodes);
    this.#taken = new Int32Array(nodes);
    this.#doneNs = new Float64Array(nodes);
    this.#works = new Uint8Array(nodes);
    this.#limit = new Int32Array(nodes).fill(NO_LIMIT);
    this.#listVersion = new Int32Array(nodes);
    this.#listNs = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
    this.#listObjects = new Int32Array(nodes);
    this.#gone = new Uint8Array(nodes);
    this.#blank = new Uint8Array(nodes);
    this.#wholeNs = new Float64Array(nodes);
    this.#older = new Int32Array(nodes);
  }

  /** All nodes but those that are `absent` have programmed everything up to `version` long ago: how a run begins. */
  begin(version: number, absent: readonly number[] = []): void {
    this.programmed.fill(version);
    this.#taken.fill(version);
    this.#makeRoom(version);
    this.#told.fill(this.nodes, 0, version + 1);
    for (const node of absent) {
      this.programmed[node] = 0;
      this.#older[node] = version;
      this.die(node);
    }
  }

  /** A node is there from now on, with nothing programmed. What was told up to `version` is older than it. */
  join(node: number, version: number): void {
    assert(this.#gone[node] === 1, () => `node ${node} is there already`);
    this.#gone[node] = 0;
    this.#living++;
    this.#works[node] = 0;
    this.#blank[node] = 1;
    this.#wholeNs[node] = Number.POSITIVE_INFINITY;
    this.#makeRoom(version);
    const first = Math.max(this.programmed[node]!, this.#older[node]!) + 1;
    for (let older = first; older <= version; older++) this.#told[older]!++;
    this.#older[node] = version;
    this.programmed[node] = 0;
    this.#taken[node] = 0;
    this.#limit[node] = 0;
    this.#listNs[node] = Number.POSITIVE_INFINITY;
  }

  /** Whether a node is not there: it has died, or not joined yet. */
  isGone(node: number): boolean {
    return this.#gone[node] === 1;
  }

  /** When a node that joined had its first full list in force; Infinity: not yet. Bring it up first. */
  wholeNs(node: number): TimeNs {
    return this.#wholeNs[node]!;
  }

  /** A node has died: it programs nothing any more. */
  die(node: number): void {
    if (this.#gone[node] === 0) this.#living--;
    this.#gone[node] = 1;
  }

  /** All switches drop what was programmed, until they have a full list again. */
  forget(): void {
    this.#blank.fill(1);
  }

  /** Whether a node has nothing programmed because it forgot it. Bring it up first. */
  isBlank(node: number): boolean {
    return this.#blank[node] !== 0;
  }

  /** The watch of a node is cut: nothing after `version` comes by it. */
  cut(node: number, version: number): void {
    this.#limit[node] = Math.min(this.#limit[node]!, version);
    this.#listNs[node] = Number.POSITIVE_INFINITY;
  }

  /** A full list of `objects` as of `version` arrives at `atNs`; what comes after it comes by the watch again. */
  list(node: number, version: number, objects: number, atNs: TimeNs): void {
    this.#listVersion[node] = version;
    this.#listObjects[node] = objects;
    this.#listNs[node] = atNs;
  }

  /** Brings a node up to `nowNs`, and gives the version that it has programmed. */
  bring(node: number, nowNs: TimeNs): number {
    if (this.#gone[node] === 1) return this.programmed[node]!;
    while (this.#step(node, nowNs));
    return this.programmed[node]!;
  }

  /** Brings all nodes up to `nowNs`. */
  bringAll(nowNs: TimeNs): void {
    for (let node = 0; node < this.nodes; node++) this.bring(node, nowNs);
  }

  /** Ends the batch in work or begins the next one; false when neither can be by `nowNs`. */
  #step(node: number, nowNs: TimeNs): boolean {
    if (this.#works[node] === 1) {
      if (this.#doneNs[node]! > nowNs) return false;
      this.#finish(node);
    }
    const beginNs = Math.max(this.#readyNs(node), this.#nextNs(node));
    if (!(beginNs <= nowNs)) return false;
    this.#take(node, beginNs);
    return true;
  }

  #finish(node: number): void {
    this.#works[node] = 0;
    const first = Math.max(this.programmed[node]!, this.#older[node]!) + 1;
    this.#tell(first, this.#taken[node]!, this.#doneNs[node]!);
    this.programmed[node] = this.#taken[node]!;
    if (this.#blank[node] !== 2) return;
    this.#blank[node] = 0;
    this.#wholeNs[node] = Math.min(this.#wholeNs[node]!, this.#doneNs[node]!);
  }

  #readyNs(node: number): TimeNs {
    // Before the first batch there is nothing to rest from.
    return this.#doneNs[node] === 0 ? 0 : this.#doneNs[node]! + this.#pace.restNs;
  }

  /** When the next thing arrives: a version by the watch, or a full list. */
  #nextNs(node: number): TimeNs {
    const next = this.#taken[node]! + 1;
    const live = Math.min(this.#limit[node]!, this.#feed.newest(node));
    return next <= live ? this.#feed.arrivesNs(node, next) : this.#listNs[node]!;
  }

  /** Takes everything that has arrived by `beginNs` as one batch. */
  #take(node: number, beginNs: TimeNs): void {
    const { batchNs, entryNs, compareNs } = this.#pace;
    const before = this.#taken[node]!;
    let workNs = batchNs;
    this.#takeLive(node, beginNs);
    if (this.#listNs[node]! <= beginNs) {
      workNs += this.#listObjects[node]! * compareNs;
      this.#taken[node] = Math.max(this.#taken[node]!, this.#listVersion[node]!);
      this.#listNs[node] = Number.POSITIVE_INFINITY;
      this.#limit[node] = NO_LIMIT;
      if (this.#blank[node] === 1) this.#blank[node] = 2;
      this.#takeLive(node, beginNs);
    }
    workNs += (this.#taken[node]! - before) * entryNs;
    this.#doneNs[node] = beginNs + workNs;
    this.#works[node] = 1;
  }

  #takeLive(node: number, untilNs: TimeNs): void {
    const live = Math.min(this.#limit[node]!, this.#feed.newest(node));
    let taken = this.#taken[node]!;
    while (taken < live && this.#feed.arrivesNs(node, taken + 1) <= untilNs) taken++;
    this.#taken[node] = taken;
  }

  #tell(first: number, last: number, atNs: TimeNs): void {
    this.#makeRoom(last);
    for (let version = first; version <= last; version++) {
      this.#told[version]!++;
      if (atNs > this.#toldNs[version]!) this.#toldNs[version] = atNs;
    }
  }

  #makeRoom(version: number): void {
    while (version >= this.#told.length) {
      const told = new Int32Array(2 * this.#told.length);
      told.set(this.#told);
      this.#told = told;
      const toldNs = new Float64Array(2 * this.#toldNs.length);
      toldNs.set(this.#toldNs);
      this.#toldNs = toldNs;
    }
  }

  /** When the last of all living nodes had programmed a version; Infinity: not all have. Bring all nodes up first. */
  allToldNs(version: number): TimeNs {
    const told = this.#told[version] ?? 0;
    return told >= this.#living ? this.#toldNs[version]! : Number.POSITIVE_INFINITY;
  }
}
