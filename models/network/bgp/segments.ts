/**
 * Small messages on a TCP connection: one waits while an earlier one is not acknowledged (Nagle's algorithm), and the receiver's
 * kernel delays acknowledgements while it expects an answer to carry them.
 *
 * What waits leaves together when the acknowledgement comes, so that several UPDATEs share a time, some 40 ms late. A receiver
 * acknowledges at once while it is quick (the first 16 segments, and again after a pause) and when its daemon has read all,
 * unless the connection goes back and forth: then only the second segment, the daemon's own next message, or a timer does.
 * Source: RFC 896, RFC 1122 section 4.2.3.2, Linux 6 (`tcp_output.c`, `tcp_input.c`, `tcp_timer.c`); seen in the recordings of BIRD.
 * Left out: segments that are full, windows, loss (transport.ts has it). No event is spent where nothing waits.
 */
import { NS_PER_MS, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { BgpMessage } from './message.ts';

/** So long an acknowledgement waits at least for something that carries it. */
const DELAYED_NS = 40 * NS_PER_MS;
/** The kernel's clock ticks this often. */
const TICK_NS = 4 * NS_PER_MS;
/** After a pause this long a receiver is quick again. */
const PAUSE_NS = 200 * NS_PER_MS;
/** So many segments it then acknowledges at once. */
const QUICK = 16;
/** From the second unread segment on the daemon's reading acknowledges in any case. */
const SECOND = 2;

/** What the sessions do for their segments. */
export interface SegmentUser {
  peerOf(end: number): number;
  latencyNs(end: number): TimeNs;
  /** Number of the connection in use; 0: none. */
  connection(end: number): number;
  /** A segment leaves. */
  left(end: number, messages: readonly BgpMessage[]): void;
  /** A segment has come to an end's kernel. */
  arrived(end: number, messages: readonly BgpMessage[]): void;
}

interface Flight {
  readonly from: number;
  readonly connection: number;
  readonly messages: readonly BgpMessage[];
  /** So many segments of the other end had come when this one left. */
  readonly received: number;
}

/** Both directions of all connections that are looked at so closely. */
export class Segments {
  readonly #sim: Simulation;
  readonly #user: SegmentUser;
  /** What waits to leave. */
  readonly #waiting: (BgpMessage[] | undefined)[] = [];
  /** Segments that left and that came. */
  readonly #sent: Uint32Array;
  readonly #received: Uint32Array;
  /** From when on all that left is acknowledged. */
  readonly #clearNs: Float64Array;
  readonly #lastReceivedNs: Float64Array;
  /** Segments that came and were not acknowledged, and when their timer runs out. */
  readonly #unanswered: Uint32Array;
  readonly #timerNs: Float64Array;
  readonly #quick: Uint8Array;
  /** 1 while the connection goes back and forth. */
  readonly #inDialogue: Uint8Array;
  readonly #flights: (Flight | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #kinds: { readonly arrive: EventKind; readonly release: EventKind; readonly timer: EventKind };

  constructor(sim: Simulation, count: number, user: SegmentUser) {
    this.#sim = sim;
    this.#user = user;
    this.#sent = new Uint32Array(count);
    this.#received = new Uint32Array(count);
    this.#clearNs = new Float64Array(count);
    this.#lastReceivedNs = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
    this.#unanswered = new Uint32Array(count);
    this.#timerNs = new Float64Array(count);
    this.#quick = new Uint8Array(count);
    this.#inDialogue = new Uint8Array(count);
    this.#kinds = {
      arrive: sim.kind('bgp segment arrives', (slot) => this.#arrive(slot)),
      release: sim.kind('bgp segment is acknowledged', (end, connection) => this.#release(end, connection)),
      timer: sim.kind('bgp delayed acknowledgement', (end, connection) => {
        if (user.connection(end) === connection) this.#settle(end);
      }),
    };
  }

  /** The daemon writes a message. */
  write(end: number, message: BgpMessage): void {
    const waiting = this.#waiting[end];
    if (waiting !== undefined) {
      waiting.push(message);
      return;
    }
    const peer = this.#user.peerOf(end);
    this.#settle(peer);
    if (this.#sim.nowNs >= this.#clearNs[end]!) {
      this.#leave(end, [message]);
      return;
    }
    this.#waiting[end] = [message];
    if (this.#clearNs[end] !== Number.POSITIVE_INFINITY) this.#releaseAt(end);
    else if (this.#unanswered[peer]! > 0) this.#timerAt(peer);
  }

  /** The daemon has read all that came. */
  read(end: number): void {
    this.#settle(end);
    const unanswered = this.#unanswered[end]!;
    if (unanswered >= SECOND || (unanswered > 0 && this.#inDialogue[end] === 0))
      this.#acknowledge(end, this.#sim.nowNs);
  }

  /** The end has sent something on a way of its own: that carries the acknowledgement. */
  spoke(end: number): void {
    if (this.#sim.nowNs - this.#lastReceivedNs[end]! < DELAYED_NS) this.#inDialogue[end] = 1;
    if (this.#unanswered[end]! > 0) this.#acknowledge(end, this.#sim.nowNs);
  }

  /** What waits at an end, taken away from it. */
  take(end: number): readonly BgpMessage[] {
    const waiting = this.#waiting[end] ?? [];
    this.#waiting[end] = undefined;
    return waiting;
  }

  /** A new connection, or none. */
  forget(end: number): void {
    this.#waiting[end] = undefined;
    this.#sent[end] = 0;
    this.#received[end] = 0;
    this.#clearNs[end] = 0;
    this.#lastReceivedNs[end] = Number.NEGATIVE_INFINITY;
    this.#unanswered[end] = 0;
    this.#inDialogue[end] = 0;
  }

  #leave(end: number, messages: readonly BgpMessage[]): void {
    this.#sent[end]!++;
    this.#clearNs[end] = Number.POSITIVE_INFINITY;
    // It carries the acknowledgement of all that came.
    this.#unanswered[end] = 0;
    if (this.#sim.nowNs - this.#lastReceivedNs[end]! < DELAYED_NS) this.#inDialogue[end] = 1;
    const slot = this.#free.pop() ?? this.#flights.length;
    const connection = this.#user.connection(end);
    this.#flights[slot] = { from: end, connection, messages, received: this.#received[end]! };
    this.#sim.after(this.#user.latencyNs(end), this.#kinds.arrive, slot);
    this.#user.left(end, messages);
  }

  #arrive(slot: number): void {
    const { from, connection, messages, received } = this.#flights[slot]!;
    this.#flights[slot] = undefined;
    this.#free.push(slot);
    const end = this.#user.peerOf(from);
    if (this.#user.connection(end) !== connection) return;
    const { nowNs } = this.#sim;
    if (nowNs - this.#lastReceivedNs[end]! > PAUSE_NS) this.#quick[end] = QUICK;
    this.#lastReceivedNs[end] = nowNs;
    this.#received[end]!++;
    if (this.#unanswered[end]!++ === 0) this.#timerNs[end] = Number.POSITIVE_INFINITY;
    if (received >= this.#sent[end]! && this.#clearNs[end]! > nowNs) {
      this.#clearNs[end] = nowNs;
      this.#release(end, connection);
    }
    this.#user.arrived(end, messages);
    this.#answer(end);
  }

  /** The kernel acknowledges at once, or sets its timer. */
  #answer(end: number): void {
    if (this.#unanswered[end] === 0) return;
    if (this.#inDialogue[end] === 0 && this.#quick[end]! > 0) {
      this.#quick[end]!--;
      this.#acknowledge(end, this.#sim.nowNs);
    } else if (this.#unanswered[end] === 1) {
      this.#timerNs[end] = Math.ceil((this.#sim.nowNs + DELAYED_NS) / TICK_NS) * TICK_NS;
      if (this.#waiting[this.#user.peerOf(end)] !== undefined) this.#timerAt(end);
    }
  }

  #acknowledge(end: number, atNs: TimeNs): void {
    this.#unanswered[end] = 0;
    const peer = this.#user.peerOf(end);
    if (this.#clearNs[peer] !== Number.POSITIVE_INFINITY) return;
    this.#clearNs[peer] = atNs + this.#user.latencyNs(end);
    if (this.#waiting[peer] !== undefined) this.#releaseAt(peer);
  }

  /** A timer that has run out meanwhile: its acknowledgement left then, and the dialogue is over. */
  #settle(end: number): void {
    if (this.#unanswered[end] === 0 || this.#timerNs[end]! > this.#sim.nowNs) return;
    this.#inDialogue[end] = 0;
    this.#acknowledge(end, this.#timerNs[end]!);
  }

  #releaseAt(end: number): void {
    const atNs = Math.max(this.#sim.nowNs, this.#clearNs[end]!);
    this.#sim.at(atNs, this.#kinds.release, end, this.#user.connection(end));
  }

  #timerAt(end: number): void {
    this.#sim.at(Math.max(this.#sim.nowNs, this.#timerNs[end]!), this.#kinds.timer, end, this.#user.connection(end));
  }

  #release(end: number, connection: number): void {
    const waiting = this.#waiting[end];
    if (waiting === undefined || this.#user.connection(end) !== connection) return;
    if (this.#clearNs[end]! > this.#sim.nowNs) return;
    this.#waiting[end] = undefined;
    this.#leave(end, waiting);
  }
}
