/**
 * How what an end writes comes to its peer: UPDATEs of many sessions in one flight, small segments that wait for each other, and what is
 * kept while the path is dead.
 *
 * Only daemons with a main loop answer within the time that an acknowledgement may wait, so only their segments are looked at
 * one by one (segments.ts); all others' UPDATEs travel together (transport.ts).
 * Source: as in those files. Left out: keepalives and NOTIFICATIONs wait for no acknowledgement while the path is whole.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { LastWords } from './last-words.ts';
import type { SocketItem } from './main-loop.ts';
import type { BgpMessage, UpdateMessage } from './message.ts';
import type { Ports } from './ports.ts';
import type { Profile } from './profile.ts';
import { Segments } from './segments.ts';
import type { SessionEnds } from './session-ends.ts';
import { Transport } from './transport.ts';

/** What the sessions do for it. */
export interface DeliveryUser {
  reaches(end: number): boolean;
  latencyNs(end: number): TimeNs;
  /** Whether packets of the peer reach an end. */
  hears(end: number): boolean;
  /** Usual time to an answer of the peer, ns. */
  answerNs(end: number): TimeNs;
  /** When an end sent its last keepalive, if its peer has not acknowledged it. */
  unansweredNs(end: number): TimeNs | undefined;
  established(end: number): boolean;
  /** Number of the connection in use; 0: none. */
  connection(end: number): number;
  /** A message leaves. */
  sent(end: number, message: BgpMessage): void;
  /** Messages came to an end. */
  incoming(end: number, connection: number, items: readonly SocketItem[]): void;
  /** UPDATEs came to an end, sent at `sentNs`. */
  landed(end: number, messages: readonly UpdateMessage[], sentNs: TimeNs): void;
}

const OPEN: SocketItem = { kind: 'open', holdSeconds: 0 };
const KEEPALIVE: SocketItem = { kind: 'keepalive' };

/** The ways of all messages. */
export class Delivery {
  readonly #sim: Simulation;
  readonly #ends: SessionEnds;
  readonly #profileOf: (end: number) => Profile;
  readonly #user: DeliveryUser;
  readonly #transport: Transport;
  readonly #segments: Segments | undefined;
  /** Only where messages are watched. */
  readonly #lastWords: LastWords | undefined;
  readonly #kinds: { readonly open: EventKind; readonly keepalive: EventKind };

  constructor(
    sim: Simulation,
    parts: {
      readonly ends: SessionEnds;
      readonly ports: Ports;
      readonly profiles: readonly Profile[];
      readonly isWatched: boolean;
    },
    user: DeliveryUser,
  ) {
    const { ends, ports, profiles } = parts;
    this.#sim = sim;
    this.#ends = ends;
    this.#profileOf = (end) => profiles[ends.speakerOf[end]!]!;
    this.#user = user;
    this.#kinds = {
      open: sim.kind('bgp open arrives', (end, connection) => user.incoming(end, connection, [OPEN])),
      keepalive: sim.kind('bgp keepalive confirms', (end, connection) => user.incoming(end, connection, [KEEPALIVE])),
    };
    this.#transport = new Transport(sim, {
      reaches: (end) => user.reaches(end),
      latencyNs: (end) => user.latencyNs(end),
      land: (end, messages, sentNs) => user.landed(ends.peerOf[end]!, messages, sentNs),
    });
    if (profiles.some(({ hasMainLoop }) => hasMainLoop)) this.#segments = this.#segmentsOf(user);
    if (!parts.isWatched) return;
    this.#lastWords = new LastWords(sim, {
      drops: (end) => ports.silentOut[ends.portOf[end]!] === 1,
      peerOf: (end) => ends.peerOf[end]!,
      hears: (end) => user.hears(end),
      latencyNs: (end) => user.latencyNs(end),
      answerNs: (end) => user.answerNs(end),
      waits: (end) => this.#profileOf(end).nagle,
      listens: (end, connection) => user.connection(ends.peerOf[end]!) === connection,
      left: (end, message) => user.sent(end, message),
    });
  }

  #segmentsOf(user: DeliveryUser): Segments {
    return new Segments(this.#sim, this.#ends.count, {
      peerOf: (end) => this.#ends.peerOf[end]!,
      latencyNs: (end) => user.latencyNs(end),
      connection: (end) => user.connection(end),
      left: (end, messages) => {
        for (const message of messages) this.say(end, message);
      },
      arrived: (end, messages) => user.incoming(end, user.connection(end), messages),
    });
  }

  /** Sends UPDATEs from each of several ends of one speaker. */
  updates(ends: readonly number[], messages: readonly UpdateMessage[]): void {
    if (this.#segments !== undefined && ends.length > 0 && this.#profileOf(ends[0]!).hasMainLoop) {
      for (const end of ends) this.#write(this.#segments, end, messages);
      return;
    }
    for (const end of ends) {
      this.#segments?.spoke(end);
      for (const message of messages) this.say(end, message);
    }
    this.#transport.send(ends, messages);
  }

  /** Sends an OPEN, or the keepalive that confirms one. False where the path does not carry it. */
  control(end: number, message: BgpMessage): boolean {
    const reaches = this.#user.reaches(end);
    if (reaches && this.#segments !== undefined && this.#profileOf(end).hasMainLoop) {
      this.#segments.write(end, message);
      return true;
    }
    this.#segments?.spoke(end);
    this.say(end, message);
    const kind = message.kind === 'open' ? this.#kinds.open : this.#kinds.keepalive;
    if (reaches) this.#sim.after(this.#user.latencyNs(end), kind, this.#ends.peerOf[end]!, this.#user.connection(end));
    return reaches;
  }

  /** A message leaves now, or is kept for later. */
  say(end: number, message: BgpMessage): void {
    if (this.#lastWords === undefined || this.#user.reaches(end)) this.#user.sent(end, message);
    else this.#lastWords.keep(end, this.#user.connection(end), message);
  }

  /** The daemon of an end has read all that came. */
  read(end: number): void {
    this.#segments?.read(end);
  }

  /** The path of an end carries nothing any more. */
  pathLost(end: number): void {
    const sinceNs = this.#user.unansweredNs(end);
    if (sinceNs !== undefined) this.#lastWords?.unanswered(end, this.#user.connection(end), sinceNs);
    const waiting = this.#segments?.take(end) ?? [];
    this.#strand(
      end,
      waiting.filter((message) => message.kind === 'update'),
    );
  }

  /** The path of an end carries again. */
  pathReturned(end: number): void {
    this.#lastWords?.released(end);
    if (this.#user.established(end)) this.#transport.retransmit(end);
  }

  /** The connection of an end is over, or new. */
  forget(end: number): void {
    this.#transport.forget(end);
    this.#segments?.forget(end);
  }

  /** The daemon of an end is gone. */
  killed(end: number): void {
    this.#lastWords?.forget(end);
  }

  #write(segments: Segments, end: number, messages: readonly UpdateMessage[]): void {
    if (!this.#user.established(end)) return;
    if (!this.#user.reaches(end) || this.#transport.holds(end)) this.#strand(end, messages);
    else for (const message of messages) segments.write(end, message);
  }

  /** UPDATEs that the path does not carry now. */
  #strand(end: number, messages: readonly UpdateMessage[]): void {
    for (const message of messages) this.say(end, message);
    this.#transport.send([end], messages);
  }
}
