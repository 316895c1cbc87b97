/**
 * A closed source: a number of users who think, ask, wait for the answer, and think again.
 *
 * Source: the interactive system of Kleinrock, "Queueing Systems", volume 2, 4.12, and Reiser and Lavenberg (JACM 27, 1980). A user whose request
 * fails thinks as after an answer. Left out: users that give up for good, several requests of one user at once. Think times come from one
 * stream, so who gets which depends on who is answered first.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { type Distribution, sample } from '../../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { CallPlan } from './call-graph.ts';

/** A population of users. */
export interface ClosedSourcePlan {
  readonly kind: 'closed';
  /** Names its streams of chance. */
  readonly name: string;
  readonly call: CallPlan;
  readonly users: number;
  /** Seconds between an answer and the next request. */
  readonly think: Distribution;
  /** How long a user waits over all attempts; for ever if left out. */
  readonly patienceNs?: TimeNs;
  /** The pod that requests come from; outside of the cluster if left out. */
  readonly pod?: number;
}

/** Users of one source: more are an open source. */
export const USERS_MAX = 1_000_000;

/** What a user does. */
const AWAY = 0;
const THINKS = 1;
const ASKS = 2;

/** One closed source at work. */
export class ClosedSource {
  readonly #sim: Simulation;
  readonly #thought: EventKind;
  readonly #number: number;
  readonly #ask: (user: number) => void;
  readonly #think: Distribution;
  readonly #stream: Stream;
  /** By user: what he does, and the event that ends his thinking. */
  readonly #does: number[] = [];
  readonly #event: EventHandle[] = [];
  #users: number;
  #endNs: TimeNs = 0;

  /** `thought` is the kind of event upon which the owner calls `due`; its operands are `number` and the user. */
  constructor(
    plan: ClosedSourcePlan,
    at: { sim: Simulation; streams: StreamSource; thought: EventKind; number: number },
    ask: (user: number) => void,
  ) {
    this.#sim = at.sim;
    this.#thought = at.thought;
    this.#number = at.number;
    this.#ask = ask;
    this.#think = plan.think;
    this.#users = plan.users;
    this.#stream = at.streams.stream(`load/${plan.name}`, 'think');
  }

  /** All users begin to think now; nobody asks at or after `endNs`. */
  begin(endNs: TimeNs): void {
    this.#endNs = endNs;
    this.setUsers(this.#users);
  }

  /** Users who are there. */
  get users(): number {
    return this.#users;
  }

  /** Another number of users: new ones begin to think now; of those who leave, one that waits for an answer still gets it. */
  setUsers(users: number): void {
    assert(Number.isSafeInteger(users) && users >= 0 && users <= USERS_MAX, () => `${users} users`);
    this.#users = users;
    for (let user = this.#does.length; user < users; user++) this.#does[user] = AWAY;
    for (let user = 0; user < this.#does.length; user++) {
      if (user < users && this.#does[user] === AWAY) this.#ponder(user);
      else if (user >= users && this.#does[user] === THINKS) this.#part(user);
    }
  }

  /** A user has thought enough. */
  due(user: number): void {
    this.#does[user] = ASKS;
    this.#ask(user);
  }

  /** A user's request is over. */
  answered(user: number): void {
    this.#does[user] = AWAY;
    if (user < this.#users) this.#ponder(user);
  }

  #part(user: number): void {
    this.#sim.cancel(this.#event[user]);
    this.#does[user] = AWAY;
  }

  /** Always an event, even after no time at all: an answer that comes at once must not grow the stack. */
  #ponder(user: number): void {
    const atNs = this.#sim.nowNs + Math.round(sample(this.#think, this.#stream) * NS_PER_SECOND);
    if (atNs >= this.#endNs) return;
    this.#does[user] = THINKS;
    this.#event[user] = this.#sim.at(atNs, this.#thought, this.#number, user);
  }
}
