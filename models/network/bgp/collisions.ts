/**
 * Connections that do not live: those that both ends make at once, and those that come to a daemon that is not ready for them.
 *
 * RFC 4271 section 6.8 lets one of two connections live, by the router ids. FRR opens the second one, too, mostly from both
 * sides, and both sides may say of both connections that they are one too many; now and then it gives both up, and tries again. A
 * peer whose daemon or link has just come accepts a connection and breaks it off (finite state machine error). Who was broken off by
 * a daemon that starts, and that daemon, then begin anew after the same second, so that they often collide; those whose connections were
 * both given up do, too: one pair was seen to need three rounds.
 * Source: RFC 4271 section 6.8; how many OPENs and NOTIFICATIONs: shares among the collisions of FRR 8.4 in our recordings
 * (`events`, `rib-clos`, `rib-ibgp`), which are counts of about forty. Left out: what is sent on which of the two connections.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { EndFacts } from './end-facts.ts';
import { type BgpMessage, NOTIFICATION } from './message.ts';

/** Of FRR's collisions, so many have a second OPEN from both sides; the others from one. */
const BOTH_OPEN_SHARE = 0.65;
/** Shares of no, one, two and three NOTIFICATIONs where both sides open, and where one does. */
const BOTH_TOLD: readonly number[] = [0, 0.08, 0.38, 0.54];
const ONE_TOLD: readonly number[] = [0.15, 0.4, 0.45, 0];
/** FRR gives both connections up so often: in four of 47 collisions at events; three of seven at cold starts are too few to tell apart. */
const LOST_SHARE = 0.1;
/** The peer answers a refusal with one of its own so often. */
const ANSWERED_SHARE = 0.75;

/** What collisions need of the sessions. */
export interface CollisionUser {
  peerOf(end: number): number;
  /** The connection in use; 0: none. */
  connectionOf(end: number): number;
  reaches(end: number): boolean;
  sent(end: number, message: BgpMessage): void;
  /** Both ends drop their connection, and try again. */
  lost(end: number): void;
}

/** Of all sessions. */
export class Collisions {
  readonly #sim: Simulation;
  readonly #facts: EndFacts;
  readonly #user: CollisionUser;
  readonly #kinds: { readonly collide: EventKind; readonly refuse: EventKind };

  constructor(sim: Simulation, facts: EndFacts, user: CollisionUser) {
    this.#sim = sim;
    this.#facts = facts;
    this.#user = user;
    this.#kinds = {
      collide: sim.kind('bgp connections collide', (end, connection) => {
        if (user.connectionOf(end) === connection) this.collide(end);
      }),
      refuse: sim.kind('bgp connection is broken off', (end) => {
        if (user.connectionOf(end) === 0 && user.reaches(end)) this.refuse(end);
      }),
    };
  }

  /** This end connects at that time, too, while the connection is young. */
  collideAt(atNs: TimeNs, end: number, connection: number): void {
    this.#sim.at(atNs, this.#kinds.collide, end, connection);
  }

  /** This end connects after so long, and its peer breaks it off. */
  refuseAfter(delayNs: TimeNs, end: number): void {
    this.#sim.after(delayNs, this.#kinds.refuse, end);
  }

  /** Both sides had connected. */
  collide(end: number): void {
    const peer = this.#user.peerOf(end);
    if (this.#facts.speaker(end).daemon !== 'frr') {
      this.#collideByTheBook(end, peer);
      return;
    }
    const stream = this.#facts.stream(end);
    const [first, second] = stream.uniform() < 0.5 ? [end, peer] : [peer, end];
    const isBoth = stream.uniform() < BOTH_OPEN_SHARE;
    this.#open(first);
    if (isBoth) this.#open(second);
    const told = drawn(stream, isBoth ? BOTH_TOLD : ONE_TOLD);
    for (let i = 0; i < told; i++) this.#tell(i % 2 === 0 ? first : second, NOTIFICATION.ceaseCollision);
    if (stream.uniform() < LOST_SHARE) this.#user.lost(end);
  }

  /** The peer accepts a connection of this end and breaks it off. */
  refuse(end: number): void {
    this.#open(end);
    this.#tell(this.#user.peerOf(end), NOTIFICATION.stateUnspecified);
    if (this.#facts.stream(end).uniform() < ANSWERED_SHARE) this.#tell(end, NOTIFICATION.stateOpenSent);
  }

  #collideByTheBook(end: number, peer: number): void {
    for (const each of [end, peer]) this.#open(each);
    const loser = this.#facts.speaker(end).routerId > this.#facts.speaker(peer).routerId ? end : peer;
    this.#tell(loser, NOTIFICATION.ceaseCollision);
  }

  #open(end: number): void {
    this.#user.sent(end, { kind: 'open', holdSeconds: this.#facts.holdSeconds(end) });
  }

  #tell(end: number, code: (typeof NOTIFICATION)[keyof typeof NOTIFICATION]): void {
    this.#user.sent(end, { kind: 'notification', ...code });
  }
}

/** An index, drawn by shares that add up to one. */
function drawn(stream: Stream, shares: readonly number[]): number {
  let left = stream.uniform();
  for (const [index, share] of shares.entries()) {
    if (left < share) return index;
    left -= share;
  }
  return shares.length - 1;
}
