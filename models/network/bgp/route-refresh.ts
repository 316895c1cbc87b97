/**
 * Route refresh, and what FRR does with it: a daemon applies the route-maps of its configuration a second time.
 *
 * Some seconds after its start FRR takes its route-maps for changed: what they let out is told again, and peers whose routes
 * come in through one are asked for them again. A peer that is asked says that it begins, tells all, and says that it ends
 * (RFC 7313); FRR 8.4 answers these two words with all that it tells itself.
 * Source: RFC 2918, RFC 7313, FRR 8.4 (`bgp route-map delay-timer` of 5 s; announcements put off by 100 ms for a peer that has
 * its update group for itself, else 500 ms), seen in the `policy` cases. Left out: refresh on an operator's demand, ORF.
 */
import { NS_PER_MS, NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { SpeakerConfiguration } from './configuration.ts';
import type { RefreshMessage } from './message.ts';
import { NO_END, type SessionEnds } from './session-ends.ts';
import type { UpdateGroup } from './update-group.ts';

const POLICY_DELAY_NS = 5 * NS_PER_SECOND;
const ALONE_DELAY_NS = 100 * NS_PER_MS;
const GROUP_DELAY_NS = 500 * NS_PER_MS;

/** What a refresh needs of the network. */
export interface RefreshUser {
  established(end: number): boolean;
  /** Number of the connection in use. */
  connectionOf(end: number): number;
  latencyNs(end: number): TimeNs;
  groupOf(end: number): UpdateGroup;
  /** Tells an end again all that it is told. */
  tellAgain(end: number): void;
  /** A message leaves. */
  sent(end: number, message: RefreshMessage): void;
}

/** Refreshes of all sessions. */
export class RouteRefresh {
  readonly #sim: Simulation;
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #ends: SessionEnds;
  readonly #user: RefreshUser;
  /** Counts the daemons that a speaker has had. */
  readonly #lives: Uint32Array;
  readonly #kinds: Readonly<Record<'policies' | 'asked' | 'heard' | 'answer' | 'again', EventKind>>;

  constructor(
    sim: Simulation,
    parts: { readonly speakers: readonly SpeakerConfiguration[]; readonly ends: SessionEnds },
    user: RefreshUser,
  ) {
    this.#sim = sim;
    this.#speakers = parts.speakers;
    this.#ends = parts.ends;
    this.#user = user;
    this.#lives = new Uint32Array(parts.speakers.length);
    this.#kinds = {
      policies: sim.kind('bgp applies policies again', (speaker, life) => this.#apply(speaker, life)),
      asked: sim.kind('bgp refresh arrives', (end, connection) => this.#asked(end, connection)),
      heard: sim.kind('bgp refresh word arrives', (end, connection) => this.#heard(end, connection)),
      answer: sim.kind('bgp answers a refresh', (end, connection) => this.#announce(end, connection, true)),
      again: sim.kind('bgp tells again', (end, connection) => this.#announce(end, connection, false)),
    };
  }

  /** A daemon starts. */
  started(speaker: number): void {
    const life = ++this.#lives[speaker]!;
    const { daemon, neighbors } = this.#speakers[speaker]!;
    const hasPolicies = neighbors.some((each) => each.importPolicy !== undefined || each.exportPolicy !== undefined);
    if (daemon === 'frr' && hasPolicies) this.#sim.after(POLICY_DELAY_NS, this.#kinds.policies, speaker, life);
  }

  /** A daemon is gone. */
  stopped(speaker: number): void {
    this.#lives[speaker]!++;
  }

  #apply(speaker: number, life: number): void {
    if (this.#lives[speaker] !== life) return;
    for (let end = this.#ends.firstOf[speaker]!; end < this.#ends.firstOf[speaker + 1]!; end++) {
      if (!this.#user.established(end)) continue;
      const { importPolicy, exportPolicy } = this.#ends.neighborOf[end]!;
      if (exportPolicy !== undefined) this.#user.tellAgain(end);
      if (importPolicy !== undefined) this.#send(end, 'request', this.#kinds.asked);
    }
  }

  #send(end: number, word: RefreshMessage['word'], kind: EventKind): void {
    const peer = this.#ends.peerOf[end]!;
    if (peer === NO_END) return;
    this.#user.sent(end, { kind: 'refresh', word });
    this.#sim.after(this.#user.latencyNs(end), kind, peer, this.#user.connectionOf(end));
  }

  #asked(end: number, connection: number): void {
    if (this.#user.connectionOf(end) !== connection) return;
    if (this.#isFrr(end)) this.#send(end, 'begin', this.#kinds.heard);
    this.#later(end, connection, this.#kinds.answer);
  }

  #heard(end: number, connection: number): void {
    if (this.#user.connectionOf(end) === connection && this.#isFrr(end))
      this.#later(end, connection, this.#kinds.again);
  }

  #later(end: number, connection: number, kind: EventKind): void {
    const delayNs = this.#user.groupOf(end).members.length === 1 ? ALONE_DELAY_NS : GROUP_DELAY_NS;
    this.#sim.after(this.#isFrr(end) ? delayNs : 0, kind, end, connection);
  }

  #announce(end: number, connection: number, isAnswer: boolean): void {
    if (this.#user.connectionOf(end) !== connection || !this.#user.established(end)) return;
    this.#user.tellAgain(end);
    if (isAnswer && this.#isFrr(end)) this.#send(end, 'end', this.#kinds.heard);
  }

  #isFrr(end: number): boolean {
    return this.#speakers[this.#ends.speakerOf[end]!]!.daemon === 'frr';
  }
}
