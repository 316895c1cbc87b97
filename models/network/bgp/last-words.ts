/**
 * What a router wrote while nothing of it came over, and when it leaves after all.
 *
 * Where its own port drops all that leaves, the kernel keeps everything, a closed connection's last words too, and sends it when it next
 * tries after the port is well again. Where packets are lost farther away, the first message leaves and the others wait
 * for its acknowledgement (Nagle's algorithm); if the peer has given the connection up meanwhile, they never leave.
 * Source: our recordings (after a silence NOTIFICATIONs of expired hold times appear, with keepalives and UPDATEs before them; towards
 * a silent router each neighbour sends a single keepalive). Linux tells TCP of a packet that its own firewall drops, so
 * that everything waits in one piece for the next probe.
 * Left out: connections that a killed daemon left behind.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { BgpMessage } from './message.ts';
import { nextTryNs } from './retransmission.ts';

/** Messages of one connection. */
interface Kept {
  readonly connection: number;
  /** The first of them has left, and nobody acknowledged it. */
  readonly hasLeft: boolean;
  readonly sinceNs: TimeNs;
  readonly messages: BgpMessage[];
}

/** What the sessions say of their ends. */
export interface LastWordsUser {
  /** Whether the own port of an end drops all that leaves. */
  drops(end: number): boolean;
  /** Whether messages wait for an acknowledgement of those before them. */
  waits(end: number): boolean;
  /** Whether the peer still has this connection. */
  listens(end: number, connection: number): boolean;
  /** A message leaves. */
  left(end: number, message: BgpMessage): void;
}

/** Kept messages of all ends. */
export class LastWords {
  readonly #sim: Simulation;
  readonly #user: LastWordsUser;
  readonly #kind: EventKind;
  /** By end, the newest connection last. */
  readonly #kept = new Map<number, Kept[]>();

  constructor(sim: Simulation, user: LastWordsUser) {
    this.#sim = sim;
    this.#user = user;
    this.#kind = sim.kind('bgp last words', (end, connection) => this.#say(end, connection));
  }

  /** A connection writes a message, and the path does not carry it. */
  keep(end: number, connection: number, message: BgpMessage): void {
    const list = this.#kept.get(end) ?? [];
    this.#kept.set(end, list);
    const newest = list.at(-1);
    if (newest?.connection === connection) {
      if (newest.hasLeft && !this.#user.waits(end)) this.#user.left(end, message);
      else newest.messages.push(message);
      return;
    }
    const hasLeft = !this.#user.drops(end);
    if (hasLeft) this.#user.left(end, message);
    list.push({ connection, hasLeft, sinceNs: this.#sim.nowNs, messages: hasLeft ? [] : [message] });
  }

  /** The path of an end carries again. */
  released(end: number): void {
    if (this.#kept.size === 0) return;
    for (const { connection, sinceNs } of this.#kept.get(end) ?? [])
      this.#sim.at(nextTryNs(sinceNs, this.#sim.nowNs), this.#kind, end, connection);
  }

  /** The daemon is gone with its connections. */
  forget(end: number): void {
    this.#kept.delete(end);
  }

  #say(end: number, connection: number): void {
    const list = this.#kept.get(end);
    const index = list?.findIndex((each) => each.connection === connection) ?? -1;
    // A path that was well for a moment may have scheduled the same try twice.
    if (index < 0 || this.#user.drops(end)) return;
    const [kept] = list!.splice(index, 1);
    if (kept!.hasLeft && !this.#user.listens(end, connection)) return;
    for (const message of kept!.messages) this.#user.left(end, message);
  }
}
