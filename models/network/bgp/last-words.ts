/**
 * What a router wrote while nothing of it came over, and when it leaves after all.
 *
 * Where its own port drops all that leaves, the kernel keeps everything, a closed connection's last words too, and sends it when it next
 * tries after the port is well again. Where packets are lost farther away, the first message leaves and the others wait
 * for its acknowledgement (Nagle's algorithm); if the peer has given the connection up meanwhile, they never leave. Both ends try
 * again: whichever comes first to a connection that its other end has closed has it reset, and the other's words are lost.
 * Source: our recordings (after a silence NOTIFICATIONs of expired hold times appear, with keepalives and UPDATEs before them; towards
 * a silent router each neighbour sends a single keepalive; of 28 sessions of routers that answered late, half had last words).
 * Linux tells TCP of a packet that its own firewall drops, so that everything waits in one piece for the next probe; new
 * data for a closed socket is answered with a reset (`tcp_rcv_state_process`).
 * Left out: connections that a killed daemon left behind.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { BgpMessage } from './message.ts';
import { nextTryNs } from './retransmission.ts';

/** What became of the first message: it never left the host, was lost farther away, or came over and its acknowledgement did not. */
type First = 'held' | 'lost' | 'heard';

/** Messages of one connection. */
interface Kept {
  readonly connection: number;
  readonly first: First;
  readonly sinceNs: TimeNs;
  readonly messages: BgpMessage[];
}

/** What the sessions say of their ends. */
export interface LastWordsUser {
  /** Whether the own port of an end drops all that leaves. */
  drops(end: number): boolean;
  peerOf(end: number): number;
  /** Whether packets of the peer reach an end. */
  hears(end: number): boolean;
  latencyNs(end: number): TimeNs;
  /** Usual time to an answer of the peer, ns. */
  answerNs(end: number): TimeNs;
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
  readonly #kinds: { readonly say: EventKind; readonly reset: EventKind };
  /** By end, the newest connection last. */
  readonly #kept = new Map<number, Kept[]>();

  constructor(sim: Simulation, user: LastWordsUser) {
    this.#sim = sim;
    this.#user = user;
    this.#kinds = {
      say: sim.kind('bgp last words', (end, connection) => this.#say(end, connection)),
      reset: sim.kind('bgp last words are lost', (end, connection) => this.#take(end, connection)),
    };
  }

  /** A connection writes a message, and the path does not carry it. */
  keep(end: number, connection: number, message: BgpMessage): void {
    const newest = this.#kept.get(end)?.at(-1);
    if (newest?.connection === connection) {
      if (newest.first !== 'held' && !this.#user.waits(end)) this.#user.left(end, message);
      else newest.messages.push(message);
      return;
    }
    const isHeld = this.#user.drops(end);
    if (!isHeld) this.#user.left(end, message);
    const first = this.#user.hears(this.#user.peerOf(end)) ? 'heard' : 'lost';
    this.#add(end, {
      connection,
      first: isHeld ? 'held' : first,
      sinceNs: this.#sim.nowNs,
      messages: isHeld ? [message] : [],
    });
  }

  /** The path broke before the last message of an end was acknowledged. */
  unanswered(end: number, connection: number, sinceNs: TimeNs): void {
    if (this.#kept.get(end)?.at(-1)?.connection === connection) return;
    this.#add(end, { connection, first: 'heard', sinceNs, messages: [] });
  }

  #add(end: number, kept: Kept): void {
    const list = this.#kept.get(end) ?? [];
    this.#kept.set(end, list);
    list.push(kept);
  }

  /** The path of an end carries again. */
  released(end: number): void {
    if (this.#kept.size === 0) return;
    for (const { connection, first, sinceNs } of this.#kept.get(end) ?? []) {
      const rule = { answerNs: this.#user.answerNs(end), hasProbe: first !== 'held' };
      this.#sim.at(nextTryNs(sinceNs, this.#sim.nowNs, rule), this.#kinds.say, end, connection);
    }
  }

  /** The daemon is gone with its connections. */
  forget(end: number): void {
    this.#kept.delete(end);
  }

  #say(end: number, connection: number): void {
    const first = this.#kept.get(end)?.find((each) => each.connection === connection)?.first;
    // Nothing leaves, or no acknowledgement comes.
    if (this.#user.drops(end) || (first !== 'held' && !this.#user.hears(end))) return;
    // A path that was well for a moment may have scheduled the same try twice.
    const kept = this.#take(end, connection);
    if (kept === undefined) return;
    const listens = this.#user.listens(end, connection);
    if (!listens) this.#sim.after(this.#user.latencyNs(end), this.#kinds.reset, this.#user.peerOf(end), connection);
    if (kept.first === 'lost' && !listens) return;
    for (const message of kept.messages) this.#user.left(end, message);
  }

  #take(end: number, connection: number): Kept | undefined {
    const list = this.#kept.get(end);
    const index = list?.findIndex((each) => each.connection === connection) ?? -1;
    return index < 0 ? undefined : list!.splice(index, 1)[0];
  }
}
