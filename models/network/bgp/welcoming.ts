/**
 * The first telling of a session: what a router waits for before it sends its tables to a new peer.
 *
 * FRR starts a timer when the first peer of an update group comes up, and peers of the group that come up meanwhile are told
 * together with it. The timer is a second and a twentieth for each peer that the router knows of, those included whose
 * connections it has just accepted and not yet told from the ones it makes itself.
 * Source: FRR 8.4 (`bgp_updgrp.c`: coalesce time of 1,000 ms and 50 ms a peer), seen in all recordings of FRR; BIRD and GoBGP
 * tell each session by itself. Left out: peers that leave a group while it waits.
 */
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { SpeakerConfiguration } from './configuration.ts';
import { PROFILES, type Profile } from './profile.ts';
import type { SessionEnds } from './session-ends.ts';
import type { UpdateGroup } from './update-group.ts';

/** However many peers there are, the timer is not longer (FRR: `BGP_MAX_SUBGROUP_COALESCE_TIME`). */
const COALESCE_NS_MAX = 10 * NS_PER_SECOND;

/** A connection counts as just accepted for so long: until the messages that open it have passed. */
const ACCEPTED_NS = 5 * NS_PER_MS;

/** What the first telling needs of the network. */
export interface WelcomingUser {
  /** Number of the connection in use; 0: none. */
  connectionOf(end: number): number;
  groupOf(end: number): UpdateGroup;
  streamOf(speaker: number): Stream;
  welcome(end: number, endOfRib: boolean): void;
}

interface Joining {
  readonly end: number;
  readonly connection: number;
}

/** First tellings of all sessions. */
export class Welcoming {
  readonly #sim: Simulation;
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #profiles: readonly Profile[];
  readonly #ends: SessionEnds;
  readonly #user: WelcomingUser;
  /** Those who wait for their group's timer. */
  readonly #joining = new Map<UpdateGroup, Joining[]>();
  /** By event: whom it is for. */
  readonly #waiting: (readonly Joining[] | undefined)[] = [];
  readonly #free: number[] = [];
  /** Peers that a speaker knows of, and when it last accepted a connection. */
  readonly #peers: Int32Array;
  readonly #acceptedNs: Float64Array;
  readonly #kind: EventKind;

  constructor(
    sim: Simulation,
    { speakers, ends }: { readonly speakers: readonly SpeakerConfiguration[]; readonly ends: SessionEnds },
    user: WelcomingUser,
  ) {
    this.#sim = sim;
    this.#speakers = speakers;
    this.#profiles = speakers.map(({ daemon }) => PROFILES[daemon]);
    this.#ends = ends;
    this.#user = user;
    this.#peers = new Int32Array(speakers.length);
    this.#acceptedNs = new Float64Array(speakers.length);
    for (let speaker = 0; speaker < speakers.length; speaker++) this.started(speaker);
    this.#kind = sim.kind('bgp first update', (slot) => this.#due(slot));
  }

  /** A daemon starts and knows of no accepted connection. */
  started(speaker: number): void {
    this.#peers[speaker] = this.#configured(speaker);
    this.#acceptedNs[speaker] = Number.NEGATIVE_INFINITY;
    for (let end = this.#ends.firstOf[speaker]!; end < this.#ends.firstOf[speaker + 1]!; end++)
      this.#joining.delete(this.#user.groupOf(end));
  }

  /** This end accepted a connection. */
  accepted(end: number): void {
    const speaker = this.#ends.speakerOf[end]!;
    const isFirst = this.#sim.nowNs - this.#acceptedNs[speaker]! > ACCEPTED_NS;
    this.#peers[speaker] = 1 + (isFirst ? this.#configured(speaker) : this.#peers[speaker]!);
    this.#acceptedNs[speaker] = this.#sim.nowNs;
  }

  /** The session of an end is established. */
  up(end: number): void {
    const speaker = this.#ends.speakerOf[end]!;
    const { firstUpdate, firstUpdatePeerNs } = this.#profiles[speaker]!;
    const joining = { end, connection: this.#user.connectionOf(end) };
    if (firstUpdate.high === 0) {
      this.#welcome(joining);
      return;
    }
    const delayNs = firstUpdate.low + (firstUpdate.high - firstUpdate.low) * this.#user.streamOf(speaker).uniform();
    if (firstUpdatePeerNs === undefined) {
      this.#after(delayNs, [joining]);
      return;
    }
    const group = this.#user.groupOf(end);
    const others = this.#joining.get(group);
    if (others !== undefined) {
      others.push(joining);
      return;
    }
    const list = [joining];
    this.#joining.set(group, list);
    this.#after(Math.min(delayNs + firstUpdatePeerNs * this.#peers[speaker]!, COALESCE_NS_MAX), list);
  }

  #configured(speaker: number): number {
    return this.#ends.firstOf[speaker + 1]! - this.#ends.firstOf[speaker]!;
  }

  #after(delayNs: TimeNs, whom: readonly Joining[]): void {
    const slot = this.#free.pop() ?? this.#waiting.length;
    this.#waiting[slot] = whom;
    this.#sim.after(Math.round(delayNs), this.#kind, slot);
  }

  #due(slot: number): void {
    const whom = this.#waiting[slot]!;
    this.#waiting[slot] = undefined;
    this.#free.push(slot);
    const group = this.#user.groupOf(whom[0]!.end);
    if (this.#joining.get(group) === whom) this.#joining.delete(group);
    for (const each of whom) this.#welcome(each);
  }

  #welcome({ end, connection }: Joining): void {
    if (this.#user.connectionOf(end) !== connection) return;
    const speaker = this.#ends.speakerOf[end]!;
    const peer = this.#ends.speakerOf[this.#ends.peerOf[end]!]!;
    this.#user.welcome(end, this.#knowsRestart(speaker) && this.#knowsRestart(peer));
  }

  /** Whether a speaker's OPEN has the capability without which nobody tells an End-of-RIB (RFC 4724 section 2). */
  #knowsRestart(speaker: number): boolean {
    return this.#profiles[speaker]!.endOfRib || this.#speakers[speaker]!.gracefulRestart !== undefined;
  }
}
