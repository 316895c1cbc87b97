/**
 * How UPDATEs travel: TCP in order, one event for all that leave at once and arrive at once.
 *
 * While packets are lost in either direction nothing new arrives; what was sent arrives at the next retransmission after
 * the path is back.
 * Source: RFC 793, and retransmission.ts. Left out: windows, congestion, the ends of connections by TCP itself.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { UpdateMessage } from './message.ts';
import { nextTryNs, type TryRule } from './retransmission.ts';

/** UPDATEs that wait are answered at once as a rule, and a port that drops them tells of it. */
const QUICK: TryRule = { answerNs: 0, hasProbe: false };

/** What the sessions say of their connections. */
export interface TransportUser {
  /** Whether packets pass in both directions. */
  reaches(end: number): boolean;
  latencyNs(end: number): TimeNs;
  /** Messages of a sending end have come to its peer. */
  land(fromEnd: number, messages: readonly UpdateMessage[], sentNs: TimeNs): void;
}

interface Flight {
  readonly ends: readonly number[];
  readonly messages: readonly UpdateMessage[];
  readonly sentNs: TimeNs;
}

/** UPDATEs on their way. */
export class Transport {
  readonly #sim: Simulation;
  readonly #user: TransportUser;
  readonly #kind: EventKind;
  readonly #flights: (Flight | undefined)[] = [];
  readonly #free: number[] = [];
  /** What TCP could not bring over, by sending end. */
  readonly #stuck = new Map<number, { readonly sinceNs: TimeNs; readonly messages: UpdateMessage[] }>();

  constructor(sim: Simulation, user: TransportUser) {
    this.#sim = sim;
    this.#user = user;
    this.#kind = sim.kind('bgp updates arrive', (slot) => this.#land(slot));
  }

  /** Sends messages from each of several ends of one speaker. */
  send(ends: readonly number[], messages: readonly UpdateMessage[]): void {
    if (messages.length === 0) return;
    const free = ends.filter((end) => this.#passes(end, messages));
    if (free.length === 0) return;
    const first = this.#user.latencyNs(free[0]!);
    if (free.every((end) => this.#user.latencyNs(end) === first)) this.#launch(free, messages, first);
    else for (const end of free) this.#launch([end], messages, this.#user.latencyNs(end));
  }

  /** Whether messages of an end wait for its path. */
  holds(end: number): boolean {
    return this.#stuck.size > 0 && this.#stuck.has(end);
  }

  /** The connection of an end is over. */
  forget(end: number): void {
    this.#stuck.delete(end);
  }

  /** The path is back: what waits goes at the next retransmission. */
  retransmit(end: number): void {
    const stuck = this.#stuck.get(end);
    if (stuck === undefined) return;
    this.#stuck.delete(end);
    const { nowNs } = this.#sim;
    this.#launch([end], stuck.messages, nextTryNs(stuck.sinceNs, nowNs, QUICK) - nowNs + this.#user.latencyNs(end));
  }

  /** Keeps messages where the path does not carry them, or where others wait already. */
  #passes(end: number, messages: readonly UpdateMessage[]): boolean {
    const waiting = this.#stuck.size === 0 ? undefined : this.#stuck.get(end);
    if (waiting === undefined && this.#user.reaches(end)) return true;
    if (waiting !== undefined) waiting.messages.push(...messages);
    else this.#stuck.set(end, { sinceNs: this.#sim.nowNs, messages: [...messages] });
    return false;
  }

  #launch(ends: readonly number[], messages: readonly UpdateMessage[], delayNs: TimeNs): void {
    const slot = this.#free.pop() ?? this.#flights.length;
    this.#flights[slot] = { ends, messages, sentNs: this.#sim.nowNs };
    this.#sim.after(delayNs, this.#kind, slot);
  }

  #land(slot: number): void {
    const { ends, messages, sentNs } = this.#flights[slot]!;
    this.#flights[slot] = undefined;
    this.#free.push(slot);
    for (const end of ends) this.#user.land(end, messages, sentNs);
  }
}
