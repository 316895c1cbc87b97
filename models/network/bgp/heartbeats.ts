/**
 * Keepalives, hold timers and BFD: how an end notices that it hears nothing any more.
 *
 * Each end sends a keepalive every third of the hold time at most, so the other end knows without messages when it last
 * heard of it: the last beat before the path broke, or a later UPDATE. The hold timer is therefore set only when the path breaks.
 * Where keepalives are counted they are messages; the times are the same (a property of the tests).
 * Source: RFC 4271 sections 4.4 and 8, RFC 5880 section 6.8; jitter of the daemons as recorded (profile.ts).
 * Left out: BFD's demand mode and echo; slow start of BFD sessions.
 */
import { NS_PER_MS, secondsToNs, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import { answeredAfterNs, smoothedNs } from './answer-times.ts';
import type { SpeakerConfiguration } from './configuration.ts';
import { NOTIFICATION, type NotificationCode } from './message.ts';
import type { Profile } from './profile.ts';
import type { SessionEnds } from './session-ends.ts';

/** A hold time holds three keepalives (RFC 4271 section 4.4). */
const KEEPALIVES_IN_HOLD = 3;
/** The path is whole. */
const NEVER = Number.POSITIVE_INFINITY;
/** BFD packets are sent up to a quarter early (RFC 5880 section 6.8.7). */
const BFD_JITTER = 0.25;

/** What the sessions do for their heartbeats. */
export interface HeartbeatUser {
  /** Whether packets of the peer reach this end. */
  hears(end: number): boolean;
  /** A keepalive leaves. */
  sent(end: number): void;
  /** The end has given its peer up. */
  lost(end: number, code: NotificationCode): void;
  connection(end: number): number;
}

/** Of all sessions. */
export class Heartbeats {
  readonly #sim: Simulation;
  readonly #streams: StreamSource;
  readonly #ends: SessionEnds;
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #profiles: readonly Profile[];
  readonly #user: HeartbeatUser;
  readonly #counts: boolean;
  readonly #holdNs: Float64Array;
  /** The last keepalive of an end and the next, kept up to date only when someone asks. */
  readonly #lastNs: Float64Array;
  readonly #nextNs: Float64Array;
  readonly #beganNs: Float64Array;
  /** Usual time to an answer of the peer, as the path broke. */
  readonly #answerNs: Float64Array;
  /** The last UPDATE that came. */
  readonly #heardNs: Float64Array;
  /** When the hold timer of an end runs out; never while the path is whole. */
  readonly #expiryNs: Float64Array;
  readonly #kinds: { readonly hold: EventKind; readonly beat: EventKind; readonly bfd: EventKind };

  constructor(
    sim: Simulation,
    streams: StreamSource,
    parts: {
      ends: SessionEnds;
      speakers: readonly SpeakerConfiguration[];
      profiles: readonly Profile[];
      countsKeepalives: boolean;
    },
    user: HeartbeatUser,
  ) {
    this.#sim = sim;
    this.#streams = streams;
    this.#ends = parts.ends;
    this.#speakers = parts.speakers;
    this.#profiles = parts.profiles;
    this.#counts = parts.countsKeepalives;
    this.#user = user;
    const { count } = parts.ends;
    this.#holdNs = new Float64Array(count);
    this.#lastNs = new Float64Array(count);
    this.#nextNs = new Float64Array(count);
    this.#beganNs = new Float64Array(count);
    this.#answerNs = new Float64Array(count);
    this.#heardNs = new Float64Array(count);
    this.#expiryNs = new Float64Array(count).fill(NEVER);
    this.#kinds = {
      hold: sim.kind('bgp hold time', (end, connection) => this.#holdEnds(end, connection)),
      beat: sim.kind('bgp keepalive', (end, connection) => this.#beat(end, connection)),
      bfd: sim.kind('bgp bfd', (end, connection) => this.#bfdEnds(end, connection)),
    };
  }

  /** Negotiated hold time of an end; 0: none. */
  holdNs(end: number): TimeNs {
    return this.#holdNs[end]!;
  }

  /** A session is established at this end. */
  began(end: number, holdNs: TimeNs): void {
    const nowNs = this.#sim.nowNs;
    this.#holdNs[end] = holdNs;
    this.#heardNs[end] = nowNs;
    this.#beganNs[end] = nowNs;
    this.#lastNs[end] = nowNs;
    this.#expiryNs[end] = NEVER;
    this.#nextNs[end] = nowNs + this.#intervalNs(end);
    if (this.#counts && holdNs > 0) this.#sim.at(this.#nextNs[end]!, this.#kinds.beat, end, this.#user.connection(end));
  }

  /** The session is over at this end. */
  ended(end: number): void {
    this.#expiryNs[end] = NEVER;
    this.#holdNs[end] = 0;
  }

  /** An UPDATE came. */
  heard(end: number): void {
    this.#heardNs[end] = this.#sim.nowNs;
  }

  /** When this end sends its next keepalive, now at the earliest. */
  nextKeepaliveNs(end: number): TimeNs {
    this.#advance(end);
    return Math.max(this.#sim.nowNs, this.#nextNs[end]!);
  }

  /** How long ago the peer's last message came to this end, were the path whole. */
  silenceNs(end: number): TimeNs {
    const peer = this.#ends.peerOf[end]!;
    this.#advance(peer);
    return this.#sim.nowNs - Math.max(this.#heardNs[end]!, this.#lastNs[peer]!);
  }

  /** From now on it is as if the peer's last message had come so long ago; its next keepalive follows from that. */
  setSilenceNs(end: number, silenceNs: TimeNs): void {
    const peer = this.#ends.peerOf[end]!;
    const nowNs = this.#sim.nowNs;
    if (this.#holdNs[end] === 0 || this.#holdNs[peer] === 0) return;
    this.#heardNs[end] = nowNs - silenceNs;
    this.#lastNs[peer] = nowNs - silenceNs;
    this.#nextNs[peer] = Math.max(nowNs, this.#lastNs[peer]! + this.#intervalNs(peer));
    if (this.#counts) this.#sim.at(this.#nextNs[peer]!, this.#kinds.beat, peer, this.#user.connection(peer));
  }

  /** TCP brings nothing new from the peer any more: the clocks of this end run out one day. */
  pathLost(end: number): void {
    if (this.#expiryNs[end] !== NEVER) return;
    if (this.#counts) this.#answerNs[end] = this.#usualAnswerNs(end);
    const connection = this.#user.connection(end);
    if (this.#holdNs[end]! > 0) {
      const expiryNs = this.#lastSignNs(end) + Math.round(this.#holdNs[end]! * this.#holdFactor(end));
      this.#expiryNs[end] = Math.max(this.#sim.nowNs, expiryNs);
      this.#sim.at(this.#expiryNs[end]!, this.#kinds.hold, end, connection);
    }
    const detectionNs = this.#bfdDetectionNs(end);
    if (detectionNs !== undefined) this.#sim.after(detectionNs, this.#kinds.bfd, end, connection);
  }

  /** Usual time to an answer of the peer, as the path of an end broke last, ns. */
  answerNs(end: number): TimeNs {
    return this.#answerNs[end]!;
  }

  /** When an end sent its last keepalive, if its peer has not acknowledged it yet. Only where keepalives are messages. */
  unansweredNs(end: number): TimeNs | undefined {
    const sentNs = this.#lastNs[end]!;
    if (!this.#counts || this.#holdNs[end] === 0) return undefined;
    return this.#sim.nowNs - sentNs < this.#answeredAfterNs(end) ? sentNs : undefined;
  }

  /** Keepalives that are jittered follow those of the peer by chance, and hardly ever at once. */
  #answeredAfterNs(end: number): TimeNs {
    if (this.#holdNs[end] === 0 || this.#isJittered(end)) return 0;
    const [ownNs, peerNs] = [this.#lastNs[end]!, this.#lastNs[this.#ends.peerOf[end]!]!];
    return answeredAfterNs({ ownNs, peerNs, intervalNs: this.#writtenIntervalNs(end) });
  }

  #usualAnswerNs(end: number): TimeNs {
    if (this.#holdNs[end] === 0 || this.#isJittered(end)) return 0;
    const keepalives = Math.floor((this.#lastNs[end]! - this.#beganNs[end]!) / this.#writtenIntervalNs(end));
    return smoothedNs(this.#answeredAfterNs(end), keepalives, this.#stream(end, 'answers'));
  }

  #isJittered(end: number): boolean {
    const { low, high } = this.#profiles[this.#ends.speakerOf[end]!]!.timerJitter;
    return low !== high;
  }

  /** Packets pass again. What TCP kept arrives, so the clock starts anew. */
  pathReturned(end: number): void {
    if (this.#expiryNs[end] === NEVER) return;
    this.#expiryNs[end] = NEVER;
    this.#heardNs[end] = this.#sim.nowNs;
  }

  /**
   * The last sign of life that counts. Where only our own acknowledgements are lost, one more keepalive of the peer comes
   * through; TCP sends no second one before the first is acknowledged.
   */
  #lastSignNs(end: number): TimeNs {
    const peer = this.#ends.peerOf[end]!;
    this.#advance(peer);
    return Math.max(this.#heardNs[end]!, this.#user.hears(end) ? this.#nextNs[peer]! : this.#lastNs[peer]!);
  }

  #holdFactor(end: number): number {
    const { low, high } = this.#profiles[this.#ends.speakerOf[end]!]!.timerJitter;
    return low === high ? low : low + (high - low) * this.#stream(end, 'hold').uniform();
  }

  #holdEnds(end: number, connection: number): void {
    if (this.#user.connection(end) !== connection || this.#sim.nowNs < this.#expiryNs[end]!) return;
    this.#user.lost(end, NOTIFICATION.holdTimer);
  }

  /** A keepalive as a message. */
  #beat(end: number, connection: number): void {
    // A beat that was moved leaves its old event behind.
    if (this.#user.connection(end) !== connection || this.#sim.nowNs !== this.#nextNs[end]) return;
    this.#lastNs[end] = this.#sim.nowNs;
    this.#nextNs[end] = this.#sim.nowNs + this.#intervalNs(end);
    this.#user.sent(end);
    this.#sim.at(this.#nextNs[end]!, this.#kinds.beat, end, connection);
  }

  /** Brings the rhythm of an end up to the present. */
  #advance(end: number): void {
    const nowNs = this.#sim.nowNs;
    // A keepalive that is a message and due at this very instant has its own event.
    if (this.#counts || this.#holdNs[end] === 0) return;
    const { low, high } = this.#profiles[this.#ends.speakerOf[end]!]!.timerJitter;
    if (low === high && this.#nextNs[end]! < nowNs) {
      const intervalNs = this.#intervalNs(end);
      const missed = Math.floor((nowNs - this.#nextNs[end]!) / intervalNs);
      this.#lastNs[end] = this.#nextNs[end]! + missed * intervalNs;
      this.#nextNs[end] = this.#lastNs[end]! + intervalNs;
      return;
    }
    while (this.#nextNs[end]! <= nowNs) {
      this.#lastNs[end] = this.#nextNs[end]!;
      this.#nextNs[end] = this.#lastNs[end]! + this.#intervalNs(end);
    }
  }

  /** From one keepalive to the next: as configured, at most a third of the hold time. */
  #writtenIntervalNs(end: number): TimeNs {
    const third = this.#holdNs[end]! / KEEPALIVES_IN_HOLD;
    const configured = secondsToNs(this.#ends.neighborOf[end]!.timers.keepaliveSeconds);
    return configured > 0 ? Math.min(configured, third) : third;
  }

  /** The same; some daemons jitter it. */
  #intervalNs(end: number): TimeNs {
    const intervalNs = this.#writtenIntervalNs(end);
    const { low, high } = this.#profiles[this.#ends.speakerOf[end]!]!.timerJitter;
    const factor = low === high ? low : low + (high - low) * this.#stream(end, 'keepalive').uniform();
    return Math.round(intervalNs * factor);
  }

  /** From the loss of the path to BFD's verdict; undefined where BFD does not run, or still hears. */
  #bfdDetectionNs(end: number): TimeNs | undefined {
    const own = this.#ends.neighborOf[end]!.bfd;
    const other = this.#ends.neighborOf[this.#ends.peerOf[end]!]!.bfd;
    if (own === undefined || other === undefined || this.#user.hears(end)) return undefined;
    const intervalMs = Math.max(other.transmitMs, own.receiveMs);
    const stream = this.#stream(end, 'bfd');
    const ageMs = intervalMs * (1 - BFD_JITTER * stream.uniform()) * stream.uniform();
    return Math.round((other.multiplier * intervalMs - ageMs) * NS_PER_MS);
  }

  #bfdEnds(end: number, connection: number): void {
    if (this.#user.connection(end) !== connection || this.#user.hears(end)) return;
    this.#user.lost(end, NOTIFICATION.ceaseBfdDown);
  }

  /** Of the session, so that what one session draws moves no other; made only for sessions that draw. */
  #stream(end: number, purpose: string): Stream {
    const own = this.#speakers[this.#ends.speakerOf[end]!]!.name;
    return this.#streams.stream(`bgp/${own}/${end - this.#ends.firstOf[this.#ends.speakerOf[end]!]!}`, purpose);
  }
}
