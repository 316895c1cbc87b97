/**
 * When an end tries to connect to its peer: after its daemon's start, after its port's return, and again when it came to nothing.
 *
 * Source: RFC 4271 section 8 (ConnectRetryTimer, IdleHoldTimer), the repetition of TCP's first packet on Linux, and the daemons as
 * recorded (profile.ts). Left out: longer pauses after repeated errors.
 */
import { NS_PER_SECOND, secondsToNs, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { DelayNs, Profile } from './profile.ts';

/** First repetition of an unanswered SYN on Linux; each further one waits twice as long. */
const SYN_AGAIN_NS = NS_PER_SECOND;

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
  readonly #kinds: { readonly attempt: EventKind; readonly idle: EventKind };

  constructor(sim: Simulation, count: number, user: AttemptUser) {
    this.#sim = sim;
    this.#user = user;
    this.#attemptedNs = new Float64Array(count);
    this.#next = new Float64Array(count).fill(NO_EVENT);
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
    this.after(end, secondsToNs(this.#user.retrySecondsOf(end)) * this.#jitter(end));
  }

  /** The next attempt comes after so long. */
  after(end: number, delayNs: TimeNs): void {
    this.forget(end);
    this.#next[end] = this.#sim.after(Math.round(delayNs), this.#kinds.attempt, end);
  }

  /** Nothing is tried for a while: the idle hold time. */
  rest(end: number): void {
    this.forget(end);
    const pauseNs = Math.round(this.#user.profileOf(end).idleHoldNs * this.#jitter(end));
    this.#next[end] = this.#sim.after(pauseNs, this.#kinds.idle, end);
  }

  /** Nothing is tried any more. */
  forget(end: number): void {
    if (this.#next[end] !== NO_EVENT) this.#sim.cancel(this.#next[end]!);
    this.#next[end] = NO_EVENT;
  }

  /** The port is back. Of the attempts that both ends then make at once some fail, and are made again. */
  portReturned(end: number): void {
    const { returnDelay, returnFailure } = this.#user.profileOf(end);
    const fails = returnFailure !== undefined && this.#user.streamOf(end).uniform() < returnFailure.share;
    this.after(end, this.#draw(end, fails ? returnFailure.again : returnDelay));
  }

  /** Packets pass again. TCP repeats the first packet of a connection 1, 3, 7, … s after it was sent, until the attempt is given up. */
  pathReturned(end: number): void {
    const { nowNs } = this.#sim;
    const beganNs = this.#attemptedNs[end]!;
    let waitNs = SYN_AGAIN_NS;
    while (beganNs + waitNs < nowNs) waitNs = 2 * waitNs + SYN_AGAIN_NS;
    if (waitNs < secondsToNs(this.#user.retrySecondsOf(end))) this.after(end, beganNs + waitNs - nowNs);
  }

  /** Some daemons shorten every timer by lot. */
  #jitter(end: number): number {
    const { low, high } = this.#user.profileOf(end).timerJitter;
    return low === high ? low : low + (high - low) * this.#user.streamOf(end).uniform();
  }

  #draw(end: number, { low, high }: DelayNs): TimeNs {
    return Math.round(low + (high - low) * this.#user.streamOf(end).uniform());
  }
}
