/**
 * Calls whose first packet has to find its way over layer 2 before they can go.
 *
 * Source: models/network/layer2/pod-segments.ts for the way; Linux for what a caller does: a connection's first packet that
 * went nowhere is sent again after 1, 2, 4 s … (patience.ts), and a kernel that gets no answer to its requests for an address tells the
 * caller "no route to host" (`arp_error_report`, `tcp_v4_err`). A callee that is not met within the caller's patience is silent.
 * Left out: the difference between TCP and UDP, whose programs would have to send again themselves.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { ContactWaiter, PodSegments } from '../network/layer2/pod-segments.ts';
import { type CallerPatience, waitForAnswerNs } from './patience.ts';

/** What becomes of a call. */
export interface ContactOutcome<Call> {
  /** Caller and callee know each other. */
  go(call: Call, pod: number): void;
  /** Nobody was met in time, or the caller's kernel said sooner that nobody is there (`refused`). */
  unmet(call: Call, waitedNs: TimeNs, refused: boolean): void;
}

interface Waiting<Call> {
  readonly call: Call;
  readonly source: number;
  readonly pod: number;
  readonly sinceNs: TimeNs;
  readonly timeout: EventHandle;
}

/** All calls that wait for their first packet. */
export class FirstContacts<Call extends { readonly over: boolean }> implements ContactWaiter {
  readonly #sim: Simulation;
  readonly #segments: PodSegments;
  readonly #patience: CallerPatience;
  readonly #outcome: ContactOutcome<Call>;
  /** By number of the contact: numbers are not used again, because packets may come late. */
  readonly #waiting = new Map<number, Waiting<Call>>();
  #numbered = 0;
  readonly #timeoutKind: EventKind;
  readonly #againKind: EventKind;

  constructor(sim: Simulation, segments: PodSegments, patience: CallerPatience, outcome: ContactOutcome<Call>) {
    this.#sim = sim;
    this.#segments = segments;
    this.#patience = patience;
    this.#outcome = outcome;
    segments.listen(this);
    this.#timeoutKind = sim.kind('first packet was not answered', (contact) => this.#giveUp(contact, false));
    this.#againKind = sim.kind('first packet is sent again', (contact) => this.#again(contact));
  }

  /** Calls that wait. */
  calls(): Call[] {
    return [...this.#waiting.values()].map(({ call }) => call).filter(({ over }) => !over);
  }

  /** A call wants to reach a pod, which may be gone: it goes now or later, or is told that it does not. */
  meet(call: Call, source: number, pod: number): void {
    if (this.#segments.goesAtOnce(source, pod)) {
      this.#outcome.go(call, pod);
      return;
    }
    const contact = this.#numbered++;
    const timeout = this.#sim.after(this.#patience.connectTimeoutNs, this.#timeoutKind, contact);
    // Noted first: a full table is told of at once.
    this.#waiting.set(contact, { call, source, pod, sinceNs: this.#sim.nowNs, timeout });
    this.#segments.contact(source, pod, contact);
  }

  /** Bytes have gone both ways between two pods up to now. */
  confirm(a: number, b: number): void {
    this.#segments.confirm(a, b);
  }

  /** A pod is gone with its node. */
  podDied(pod: number): void {
    this.#segments.podGone(pod, false);
  }

  /** See `ContactWaiter`. */
  reached(contact: number): void {
    const waiting = this.#take(contact);
    if (waiting !== undefined) this.#outcome.go(waiting.call, waiting.pod);
  }

  /** See `ContactWaiter`. */
  nothing(contact: number): void {
    const waiting = this.#waiting.get(contact);
    if (waiting === undefined) return;
    const soFarNs = this.#sim.nowNs - waiting.sinceNs;
    const waitNs = waitForAnswerNs(soFarNs, this.#patience);
    if (soFarNs + waitNs < this.#patience.connectTimeoutNs) this.#sim.after(waitNs, this.#againKind, contact);
  }

  /** See `ContactWaiter`. */
  unanswered(contact: number): void {
    this.#giveUp(contact, true);
  }

  #again(contact: number): void {
    const waiting = this.#waiting.get(contact);
    if (waiting !== undefined && !waiting.call.over) this.#segments.contact(waiting.source, waiting.pod, contact);
  }

  #giveUp(contact: number, refused: boolean): void {
    const waiting = this.#take(contact);
    if (waiting === undefined || waiting.call.over) return;
    this.#outcome.unmet(waiting.call, this.#sim.nowNs - waiting.sinceNs, refused);
  }

  #take(contact: number): Waiting<Call> | undefined {
    const waiting = this.#waiting.get(contact);
    if (waiting === undefined) return undefined;
    this.#sim.cancel(waiting.timeout);
    this.#waiting.delete(contact);
    return waiting;
  }
}
