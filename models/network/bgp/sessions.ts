/**
 * Sessions: who connects to whom and when, how a session comes up, and how its ends learn that it is over.
 *
 * States and messages of RFC 4271 section 8. A connection is TCP (delivery.ts): while packets are lost in either direction
 * nothing new arrives.
 * Keepalives are messages of their own only where someone counts them; else each end knows from its peer's rhythm when it
 * last heard of it, with the same outcome (a property of the tests).
 * Source: RFC 4271, RFC 5880 (BFD), and the daemons as recorded (profile.ts).
 * Left out: DelayOpen, damping of peer oscillations, MD5 and TTL security, the window of TCP.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { Attempts } from './attempts.ts';
import type { PathCause } from './carriers.ts';
import { Collisions } from './collisions.ts';
import { DaemonStarts } from './daemon-starts.ts';
import { Delivery } from './delivery.ts';
import { EndFacts } from './end-facts.ts';
import { Heartbeats } from './heartbeats.ts';
import type { SocketItem } from './main-loop.ts';
import { type BgpMessage, NOTIFICATION, type NotificationCode, type UpdateMessage } from './message.ts';
import { openFault } from './open-fault.ts';
import { Reach } from './reach.ts';
import type { SessionEnds } from './session-ends.ts';
import type { SessionParts, SessionUser } from './session-user.ts';

/** Where an end stands; Connect and Active of RFC 4271 are one here. */
export const SESSION_STATE = { idle: 0, active: 1, openSent: 2, openConfirm: 3, established: 4 } as const;

const NO_CONNECTION = 0;
/** An exponential time is hardly ever longer than so many means. */
const HANDSHAKE_MEANS_MAX = 6;
/** Where a port's other end hears of it late and connects first, its connection is broken off so often. */
const BROKEN_OFF_SHARE = 0.85;

/** All sessions of a network. */
export class Sessions {
  readonly state: Uint8Array;
  /** 1 while the speaker's daemon runs. */
  readonly running: Uint8Array;
  /** UPDATE messages so far. */
  updatesSent = 0;
  readonly #sim: Simulation;
  readonly #facts: EndFacts;
  readonly #ends: SessionEnds;
  readonly #reach: Reach;
  readonly #user: SessionUser;
  readonly #heartbeats: Heartbeats;
  /** The connection in use; both ends have the same number. */
  readonly #connection: Int32Array;
  readonly #connectedNs: Float64Array;
  readonly #attempting: Uint8Array;
  readonly #attempts: Attempts;
  #connections = 0;
  readonly #delivery: Delivery;
  readonly #collisions: Collisions;
  readonly #starts: DaemonStarts;
  readonly #kinds: Readonly<Record<'syn' | 'open' | 'closed', EventKind>>;

  constructor({ sim, streams }: { sim: Simulation; streams: StreamSource }, parts: SessionParts, user: SessionUser) {
    this.#sim = sim;
    this.#facts = new EndFacts(streams, parts.speakers, parts.ends);
    this.#ends = parts.ends;
    this.#reach = new Reach(parts.ends, parts.ports);
    this.#user = user;
    const count = parts.ends.count;
    this.state = new Uint8Array(count);
    this.running = new Uint8Array(parts.speakers.length);
    this.#connection = new Int32Array(count);
    this.#connectedNs = new Float64Array(count);
    this.#attempting = new Uint8Array(count);
    this.#attempts = new Attempts(sim, count, {
      profileOf: (end) => this.#facts.profile(end),
      retrySecondsOf: (end) => this.#facts.neighbor(end).timers.connectRetrySeconds,
      streamOf: (end) => this.#facts.stream(end),
      resolves: (end) => parts.resolution.resolves(end, sim.nowNs),
      attempt: (end) => this.#attempt(end),
      leaveIdle: (end) => this.#leaveIdle(end),
    });
    this.#starts = new DaemonStarts(this.#facts);
    this.#collisions = new Collisions(sim, this.#facts, {
      peerOf: (end) => parts.ends.peerOf[end]!,
      connectionOf: (end) => this.#connection[end]!,
      reaches: (end) => this.reaches(end),
      sent: (end, message) => this.#delivery.say(end, message),
      lost: (end) => this.#abandon(end),
    });
    this.#kinds = {
      syn: sim.kind('bgp connection arrives', (end) => this.#arrive(end)),
      open: sim.kind('bgp open leaves', (end, connection) => this.#incoming(end, connection, [{ kind: 'connected' }])),
      closed: sim.kind('bgp connection ends', (end, connection) => this.#peerClosed(end, connection)),
    };
    this.#delivery = new Delivery(
      sim,
      { ...parts, profiles: this.#facts.profiles, isWatched: parts.countsKeepalives },
      {
        reaches: (end) => this.reaches(end),
        latencyNs: (end) => this.#reach.latencyNs(end),
        hears: (end) => this.#reach.hears(end),
        answerNs: (end) => this.#heartbeats.answerNs(end),
        unansweredNs: (end) => this.#heartbeats.unansweredNs(end),
        established: (end) => this.established(end),
        connection: (end) => this.#connection[end]!,
        sent: (end, message) => user.sent(end, message),
        incoming: (end, connection, items) => this.#incoming(end, connection, items),
        landed: (end, messages, sentNs) => this.#landed(end, messages, sentNs),
      },
    );
    this.#heartbeats = new Heartbeats(
      sim,
      streams,
      { ...parts, profiles: this.#facts.profiles },
      {
        hears: (end) => this.#reach.hears(end),
        sent: (end) => this.#delivery.say(end, { kind: 'keepalive' }),
        lost: (end, code) => this.#giveUpPeer(end, code),
        connection: (end) => this.#connection[end]!,
      },
    );
  }

  established(end: number): boolean {
    return this.state[end] === SESSION_STATE.established;
  }

  /** Number of the connection in use; 0: none. */
  connectionOf(end: number): number {
    return this.#connection[end]!;
  }

  /** How long ago the peer's last message came to this end, ns. */
  silenceNs(end: number): TimeNs {
    return this.#heartbeats.silenceNs(end);
  }

  /** From now on it is as if the peer's last message had come so long ago. */
  setSilenceNs(end: number, silenceNs: TimeNs): void {
    if (this.established(end)) this.#heartbeats.setSilenceNs(end, silenceNs);
  }

  /** The hold time that both ends agreed on, ns; 0: none. */
  holdNs(end: number): TimeNs {
    return this.#heartbeats.holdNs(end);
  }

  /** Starts the daemon of a speaker. */
  start(speaker: number): void {
    this.running[speaker] = 1;
    this.#starts.started(speaker, this.#sim.nowNs);
    for (let end = this.#ends.firstOf[speaker]!; end < this.#ends.firstOf[speaker + 1]!; end++) {
      this.state[end] = SESSION_STATE.active;
      this.#attempts.started(end);
    }
  }

  /** Kills the daemon: the kernel resets its connections, and nothing is told. */
  kill(speaker: number): void {
    this.running[speaker] = 0;
    for (let end = this.#ends.firstOf[speaker]!; end < this.#ends.firstOf[speaker + 1]!; end++) {
      this.#hangUp(end);
      this.state[end] = SESSION_STATE.idle;
      this.#attempts.forget(end);
      this.#delivery.killed(end);
    }
  }

  /** Ends a session from this side, and tells the peer why. */
  close(end: number, code: NotificationCode): void {
    const wasUp = this.established(end);
    if (this.#connection[end] === NO_CONNECTION) return;
    this.#delivery.say(end, { kind: 'notification', ...code });
    this.#hangUp(end);
    this.#rest(end, code === NOTIFICATION.holdTimer || code === NOTIFICATION.ceaseBfdDown);
    if (wasUp) this.#user.down(end, false);
  }

  /** The port of this end lost its carrier or was shut: external sessions end at once, internal ones wait for their timers. */
  portLost(end: number): void {
    if (this.#ends.external[end] === 0 || this.#connection[end] === NO_CONNECTION) return;
    const wasUp = this.established(end);
    this.#hangUp(end);
    this.state[end] = SESSION_STATE.active;
    if (wasUp) this.#user.down(end, false);
  }

  /** Packets between the ends of this session pass again, or no longer; to be called for both ends after any change. */
  pathChanged(end: number, cause: PathCause): void {
    if (this.reaches(end)) this.#pathReturned(end, cause);
    else if (this.established(end)) {
      this.#heartbeats.pathLost(end);
      this.#delivery.pathLost(end);
    }
  }

  /** The port of this end is back, but not yet that of its peer. */
  awaits(end: number): void {
    if (this.state[end] === SESSION_STATE.active) this.#attempts.portAwaits(end);
  }

  #pathReturned(end: number, cause: PathCause): void {
    this.#delivery.pathReturned(end);
    if (this.established(end)) {
      this.#heartbeats.pathReturned(end);
      this.#noticeReset(end);
      return;
    }
    // Who has waited for the other's port has its next attempt set.
    if (this.state[end] !== SESSION_STATE.active) return;
    if (cause === 'waited' && this.#awaits(end)) {
      this.#attempts.portWasAwaited(end);
      return;
    }
    if (cause === 'packets') this.#attempts.pathReturned(end);
    else if (cause === 'late' && this.#awaits(end) && this.#facts.stream(end).uniform() < BROKEN_OFF_SHARE) {
      this.#attempts.afterFault(end);
      this.#collisions.refuseAfter(this.#attempts.returnDelayNs(end), end);
    } else this.#attempts.portReturned(end);
  }

  #awaits(end: number): boolean {
    return this.#facts.profile(end).lateReturn !== undefined;
  }

  /** The peer has given the connection up meanwhile: the next segment that it gets is answered with a reset. */
  #noticeReset(end: number): void {
    const peer = this.#ends.peerOf[end]!;
    const connection = this.#connection[end]!;
    if (this.#connection[peer] === connection) return;
    this.#sim.at(this.#heartbeats.nextKeepaliveNs(end), this.#kinds.closed, end, connection);
  }

  /** Whether packets pass in both directions, as TCP needs. */
  reaches(end: number): boolean {
    return this.#reach.bothWays(end);
  }

  /** BFD packets are no TCP: a peer that still hears us is told by them at once. */
  #giveUpPeer(end: number, code: NotificationCode): void {
    const [peer, connection] = [this.#ends.peerOf[end]!, this.#connection[end]!];
    this.close(end, code);
    if (code === NOTIFICATION.ceaseBfdDown && this.#reach.hears(peer))
      this.#sim.after(this.#reach.latencyNs(end), this.#kinds.closed, peer, connection);
  }

  /** Sends messages from each of several ends of one speaker. */
  send(ends: readonly number[], messages: readonly UpdateMessage[]): void {
    this.updatesSent += ends.length * messages.length;
    this.#delivery.updates(ends, messages);
  }

  #landed(receiver: number, messages: readonly UpdateMessage[], sentNs: TimeNs): void {
    if (sentNs < this.#connectedNs[receiver]!) return;
    if (this.#facts.profile(receiver).hasMainLoop) this.#incoming(receiver, this.#connection[receiver]!, messages);
    else for (const message of messages) this.#update(receiver, message);
  }

  #update(receiver: number, message: UpdateMessage): void {
    if (!this.established(receiver)) return;
    this.#heartbeats.heard(receiver);
    this.#user.update(receiver, message);
  }

  /** Something came to an end: its daemon reads it at once, or when its main loop comes to it. */
  #incoming(end: number, connection: number, items: readonly SocketItem[]): void {
    if (this.#facts.profile(end).hasMainLoop) this.#user.socket(end, connection, items);
    else this.read(end, connection, items);
  }

  /** The daemon of an end reads what came over a connection. */
  read(end: number, connection: number, items: readonly SocketItem[]): void {
    if (this.#connection[end] !== connection) return;
    this.#delivery.read(end);
    for (const item of items) {
      if (item.kind === 'connected') this.#sendOpen(end, connection);
      else if (item.kind === 'open') this.#receiveOpen(end, connection);
      else if (item.kind === 'keepalive') this.#confirm(end, connection);
      else if (item.kind === 'update') this.#update(end, item);
    }
  }

  #attempt(end: number): void {
    if (this.state[end] !== SESSION_STATE.active) return;
    this.#attempts.began(end);
    if (!this.reaches(end) || this.#facts.neighbor(end).passive === true) return;
    this.#attempting[end] = 1;
    this.#sim.after(this.#reach.latencyNs(end), this.#kinds.syn, end);
  }

  /** The first packet of a connection has come to the peer. */
  #arrive(end: number): void {
    this.#attempting[end] = 0;
    const peer = this.#ends.peerOf[end]!;
    const runs = (each: number): boolean => this.running[this.#ends.speakerOf[each]!] === 1;
    if (runs(end) && !runs(peer) && this.state[end] === SESSION_STATE.active) this.#attempts.refused(end);
    if (!runs(end) || !runs(peer)) return;
    if (this.state[end] !== SESSION_STATE.active) {
      this.#collide(end, peer);
      return;
    }
    if (this.state[peer] === SESSION_STATE.idle || !this.reaches(end)) return;
    const sinceNs = this.#starts.unreadySinceNs(this.#ends.speakerOf[peer]!, this.#sim.nowNs);
    if (sinceNs !== undefined) {
      // Both ends count from the start of the peer's daemon: their next attempts may meet.
      this.#collisions.refuse(end);
      this.#attempts.afterFault(end, sinceNs);
      return;
    }
    if (this.state[peer] !== SESSION_STATE.active && !this.#supersede(peer)) return;
    this.#user.accepted(peer);
    this.#connect(end, peer);
  }

  /** The peer has an older connection whose other end is gone. A session that waits for a graceful restart gives way. */
  #supersede(peer: number): boolean {
    const wasUp = this.established(peer);
    if (wasUp && !this.#keepsRoutesOf(peer)) return false;
    this.#heartbeats.ended(peer);
    this.#connection[peer] = NO_CONNECTION;
    this.state[peer] = SESSION_STATE.active;
    if (wasUp) this.#user.down(peer, true);
    return true;
  }

  /** Both sides had connected: the second connection is opened and closed again, as router ids decide. */
  #collide(end: number, peer: number): void {
    const opening: readonly number[] = [SESSION_STATE.openSent, SESSION_STATE.openConfirm];
    if (!opening.includes(this.state[end]!)) return;
    this.#user.accepted(peer);
    this.#collisions.collide(end);
  }

  #connect(end: number, peer: number): void {
    const connection = ++this.#connections;
    const latencyNs = this.#reach.latencyNs(end);
    this.#meet(peer, connection);
    for (const each of [end, peer]) {
      this.#attempts.forget(each);
      this.#connection[each] = connection;
      this.#connectedNs[each] = this.#sim.nowNs;
      this.state[each] = SESSION_STATE.openSent;
      this.#delivery.forget(each);
    }
    this.#sim.after(latencyNs, this.#kinds.open, end, connection);
    this.#sim.after(2 * latencyNs, this.#kinds.open, peer, connection);
  }

  /** An attempt of the accepting end that is due while the connection opens collides with it. */
  #meet(end: number, connection: number): void {
    const { handshakeMeanNs } = this.#facts.profile(end);
    const untilNs = this.#attempts.untilNextNs(end);
    if (untilNs > HANDSHAKE_MEANS_MAX * handshakeMeanNs || this.#facts.neighbor(end).passive === true) return;
    if (untilNs < exponential(this.#facts.stream(end), handshakeMeanNs))
      this.#collisions.collideAt(this.#sim.nowNs + untilNs, end, connection);
  }

  /** Both ends give their connection up and try again later. */
  #abandon(end: number): void {
    for (const each of [end, this.#ends.peerOf[end]!]) {
      const wasUp = this.established(each);
      this.#heartbeats.ended(each);
      this.#delivery.forget(each);
      this.#giveUp(each);
      this.#attempts.afterFault(each);
      if (wasUp) this.#user.down(each, false);
    }
  }

  #sendOpen(end: number, connection: number): void {
    if (this.#connection[end] !== connection) return;
    this.#control(end, { kind: 'open', holdSeconds: this.#facts.holdSeconds(end) });
  }

  /** Where the path has just broken the attempt is given up. */
  #control(end: number, message: BgpMessage): void {
    if (!this.#delivery.control(end, message)) this.#giveUp(end);
  }

  #giveUp(end: number): void {
    this.#connection[end] = NO_CONNECTION;
    this.state[end] = SESSION_STATE.active;
    this.#attempts.again(end);
  }

  #receiveOpen(end: number, connection: number): void {
    if (this.#connection[end] !== connection) return;
    const peer = this.#ends.peerOf[end]!;
    const expected = this.#facts.neighbor(end);
    const fault = openFault(
      this.#facts.speaker(end),
      this.#facts.speaker(peer),
      expected,
      this.#facts.holdSeconds(peer),
    );
    if (fault !== undefined) {
      this.close(end, fault);
      return;
    }
    this.state[end] = SESSION_STATE.openConfirm;
    this.#control(end, { kind: 'keepalive' });
  }

  #confirm(end: number, connection: number): void {
    if (this.#connection[end] !== connection || this.state[end] !== SESSION_STATE.openConfirm) return;
    this.state[end] = SESSION_STATE.established;
    const holdSeconds = Math.min(this.#facts.holdSeconds(end), this.#facts.holdSeconds(this.#ends.peerOf[end]!));
    this.#heartbeats.began(end, holdSeconds * NS_PER_SECOND);
    this.#user.up(end);
  }

  #peerClosed(end: number, connection: number): void {
    if (this.#connection[end] !== connection) return;
    const wasUp = this.established(end);
    this.#heartbeats.ended(end);
    this.#connection[end] = NO_CONNECTION;
    this.#delivery.forget(end);
    this.#rest(end, false);
    if (wasUp) this.#user.down(end, this.#keepsRoutesOf(end));
  }

  /** Whether the peer had announced that it forwards while it restarts. */
  #keepsRoutesOf(end: number): boolean {
    return this.#facts.speaker(this.#ends.peerOf[end]!).gracefulRestart !== undefined;
  }

  /** Drops the connection; the peer hears of it if packets pass. */
  #hangUp(end: number): void {
    const connection = this.#connection[end]!;
    if (connection === NO_CONNECTION) return;
    if (this.reaches(end))
      this.#sim.after(this.#reach.latencyNs(end), this.#kinds.closed, this.#ends.peerOf[end]!, connection);
    this.#heartbeats.ended(end);
    this.#connection[end] = NO_CONNECTION;
    this.#delivery.forget(end);
  }

  /** Idle hold: nothing is tried for a while. */
  #rest(end: number, isLost: boolean): void {
    this.state[end] = SESSION_STATE.idle;
    this.#attempts.rest(end, isLost);
  }

  #leaveIdle(end: number): void {
    if (this.running[this.#ends.speakerOf[end]!] === 0) return;
    this.state[end] = SESSION_STATE.active;
    this.#attempt(end);
  }
}
