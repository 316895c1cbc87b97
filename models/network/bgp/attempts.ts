/**
 * When an end tries to connect to its peer: after its daemon's start, after its port's return, and again when it came to nothing.
 *
 * Source: RFC 4271 section 8 (ConnectRetryTimer, IdleHoldTimer), the repetition of TCP's first packet on Linux, and the daemons as
 * recorded (profile.ts). Left out: longer pauses after repeated errors.
 */
import { NS_PER_MS, NS_PER_SECOND, secondsToNs, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { DelayNs, Profile } from './profile.ts';
import { nextSynNs } from './retransmission.ts';

/** The first start timer of FRR. */
const FAULT_NS = NS_PER_SECOND;
/** From the news of a port's other end to an attempt that had waited for it. */
const SOON_NS = 25 * NS_PER_MS;

const NO_EVENT: EventHandle = -1;

/** What attempts need of the sessions. */
export interface AttemptUser {
  profileOf(end: number): Profile;
  /** Connect retry time of an end as written, s. */
  retrySecondsOf(end: number): number;
  streamOf(end: number): Stream;
  /** Whether the kernel can find out the peer's link address. */
  resolves(end: number): boolean;
  /** The next attempt is due. */
  attempt(end: number): void;
  /** The pause after a session is over. */
  leaveIdle(end: number): void;
}

/** The next attempt of every end. */
export class Attempts {
  readonly #sim: Simulation;
  readonly #user: AttemptUser;
  /** When an end last tried to connect. */
  readonly #attemptedNs: Float64Array;
  readonly #next: Float64Array;
  readonly #nextNs: Float64Array;
  /** Since when an end waits for its peer's port. */
  readonly #awaitsNs: Float64Array;
  readonly #kinds: { readonly attempt: EventKind; readonly idle: EventKind };

  constructor(sim: Simulation, count: number, user: AttemptUser) {
    this.#sim = sim;
    this.#user = user;
    this.#attemptedNs = new Float64Array(count);
    this.#next = new Float64Array(count).fill(NO_EVENT);
    this.#nextNs = new Float64Array(count);
    this.#awaitsNs = new Float64Array(count);
    this.#kinds = {
      attempt: sim.kind('bgp connects', (end) => {
        this.#next[end] = NO_EVENT;
        if (user.resolves(end)) user.attempt(end);
        else this.again(end);
      }),
      idle: sim.kind('bgp idle hold ends', (end) => {
        this.#next[end] = NO_EVENT;
        user.leaveIdle(end);
      }),
    };
  }

  /** The daemon of an end starts. */
  started(end: number): void {
    const { startDelay, startStepNs } = this.#user.profileOf(end);
    const delayNs = this.#draw(end, startDelay);
    this.after(end, startStepNs === undefined ? delayNs : delayNs - (delayNs % startStepNs));
  }

  /** The end tries now, and once more after its connect retry time. */
  began(end: number): void {
    this.#attemptedNs[end] = this.#sim.nowNs;
    this.again(end);
  }

  /** The next attempt comes after the connect retry time. */
  again(end: number): void {
    const retryNs = secondsToNs(this.#user.retrySecondsOf(end)) * this.#jitter(end);
    this.after(end, retryNs + this.#draw(end, this.#user.profileOf(end).retryDelay));
  }

  /** The attempt was refused at once. */
  refused(end: number): void {
    const { refusedDelay } = this.#user.profileOf(end);
    if (refusedDelay !== undefined)
      this.after(end, secondsToNs(this.#user.retrySecondsOf(end)) + this.#draw(end, refusedDelay));
  }

  /** The next attempt comes after so long. */
  after(end: number, delayNs: TimeNs): void {
    this.forget(end);
    this.#nextNs[end] = this.#sim.nowNs + Math.round(delayNs);
    this.#next[end] = this.#sim.at(this.#nextNs[end]!, this.#kinds.attempt, end);
  }

  /** Nothing is tried for a while: the idle hold time. `isLost`: the end itself gave the session up. */
  rest(end: number, isLost: boolean): void {
    this.forget(end);
    const { idleHoldNs, idleLostNs } = this.#user.profileOf(end);
    const pauseNs = Math.round((isLost ? idleLostNs : idleHoldNs) * this.#jitter(end));
    this.#nextNs[end] = this.#sim.nowNs + pauseNs;
    this.#next[end] = this.#sim.at(this.#nextNs[end]!, this.#kinds.idle, end);
  }

  /** Nothing is tried any more. */
  forget(end: number): void {
    if (this.#next[end] !== NO_EVENT) this.#sim.cancel(this.#next[end]!);
    this.#next[end] = NO_EVENT;
  }

  /** How long it is to the next attempt of an end; endless if none is due. */
  untilNextNs(end: number): TimeNs {
    return this.#next[end] === NO_EVENT ? Number.POSITIVE_INFINITY : this.#nextNs[end]! - this.#sim.nowNs;
  }

  /** From a port's return to the attempt that follows it. */
  returnDelayNs(end: number): TimeNs {
    return this.#draw(end, this.#user.profileOf(end).returnDelay);
  }

  /** The port is back. */
  portReturned(end: number): void {
    this.after(end, this.returnDelayNs(end));
  }

  /** The port is back, but its other end does not know yet. */
  portAwaits(end: number): void {
    const { returnDelay, lateReturn } = this.#user.profileOf(end);
    this.#awaitsNs[end] = this.#sim.nowNs;
    this.after(end, this.#draw(end, lateReturn ?? returnDelay));
  }

  /** The other end of a port that is back has come to know. An attempt that came to nothing meanwhile is made again soon. */
  portWasAwaited(end: number): void {
    if (this.#attemptedNs[end]! > this.#awaitsNs[end]!) this.after(end, SOON_NS + this.returnDelayNs(end));
  }

  /** The peer broke the connection off, now or at that time: the daemon starts its session anew. */
  afterFault(end: number, brokenNs = this.#sim.nowNs): void {
    const retryNs = secondsToNs(this.#user.retrySecondsOf(end));
    const agoNs = this.#sim.nowNs - brokenNs;
    const delayNs = Math.min(retryNs, FAULT_NS) + this.#draw(end, this.#user.profileOf(end).retryDelay);
    this.after(end, Math.max(0, delayNs - agoNs));
  }

  /** Packets pass again. TCP repeats the first packet of a connection 1, 2, 3, 4, 5, 7, 11, … s after it was sent, until the attempt is given up. */
  pathReturned(end: number): void {
    const beganNs = this.#attemptedNs[end]!;
    const againNs = nextSynNs(beganNs, this.#sim.nowNs);
    if (againNs - beganNs < secondsToNs(this.#user.retrySecondsOf(end))) this.after(end, againNs - this.#sim.nowNs);
  }

  /** Some daemons shorten every timer by lot. */
  #jitter(end: number): number {
    const { low, high } = this.#user.profileOf(end).timerJitter;
    return low === high ? low : low + (high - low) * this.#user.streamOf(end).uniform();
  }

  #draw(end: number, { low, high }: DelayNs): TimeNs {
    if (low === high) return low;
    return Math.round(low + (high - low) * this.#user.streamOf(end).uniform());
  }
}
