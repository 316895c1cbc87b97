/**
 * The main loop of a daemon that does everything in one thread, as BIRD does: it reads a few sockets, decides every message by itself,
 * and then tells its neighbours what has come of it.
 *
 * A turn reads four sockets at most, each to its end: those that have something, in the order in which they were opened, from where the turn
 * before came to; a turn that comes to the end of the list reads no further, and the next one begins at the first. So what came later may
 * be read earlier. Between arrival and turn the machine may run others (processors.ts), and it may stop the daemon while it writes, so that
 * the neighbours that were told first answer before the last ones are told.
 * Source: BIRD 2.0.12 (`io.c`: MAX_RX_STEPS, `sock_list`, `stored_sock`); how long turns take and wait by our recordings of BIRD on a machine
 * with two processors and a load of 6 to 27 (`birdev`): most answers within 0.1 to 0.5 ms of each other, few some tens of ms late; 15 of 37
 * tellings of an own change were stopped, 9 of these after the first neighbour.
 * Left out: timers of the loop, the time that a long table takes.
 */
import { NS_PER_MS, NS_PER_US, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import type { Letter } from './collecting.ts';
import type { BgpConfiguration } from './configuration.ts';
import type { BgpMessage } from './message.ts';
import { Processors } from './processors.ts';

/** What a socket brings: messages, or word that the connection is there. */
export type SocketItem = BgpMessage | { readonly kind: 'connected' };

/** What is done in a turn. */
export interface MainLoopUser {
  /** Reads what came to a socket. */
  read(end: number, connection: number, items: readonly SocketItem[]): void;
  /** What a speaker has to tell now; it is then told. */
  letters(speaker: number): readonly Letter[];
  send(letter: Letter): void;
}

/** Sockets that one turn reads. */
const SOCKETS = 4;
/** From an arrival to the begin of a turn, where a processor is free: at least, and on average so much more. */
const WAKE_NS = 20 * NS_PER_US;
const WAKE_MEAN_NS = 40 * NS_PER_US;
/** How long a turn takes. */
const TURN_NS = { low: 60 * NS_PER_US, high: 300 * NS_PER_US };
/** So often the daemon waits for others for a while, and so often for long. */
const HESITATION = { share: 0.03, meanNs: 2 * NS_PER_MS };
const STALL = { share: 0.007, low: 15 * NS_PER_MS, high: 70 * NS_PER_MS };
/**
 * So often it is stopped while it tells of what others told it, and of a change of its own: after the first neighbour, who then runs, or
 * after any; for how long, on average; and then again.
 */
const STOP = {
  share: 0.04,
  ownShare: 0.5,
  firstShare: 0.5,
  meanNs: 2.5 * NS_PER_MS,
  againShare: 0.5,
  againMeanNs: 0.8 * NS_PER_MS,
};
/** Some stops are long. */
const LONG_STOP = { share: 0.15, meanNs: 12 * NS_PER_MS };

/** So often a daemon comes late to an OPEN, and to those that come meanwhile: up to this, early more often than late. Cause unknown. */
const LATE_OPEN = { share: 0.42, mostNs: 400 * NS_PER_MS };

interface Socket {
  /** Nothing is read from it before. */
  readonly readyNs: TimeNs;
  readonly connection: number;
  readonly items: SocketItem[];
}

/** The main loops of all speakers that have one. */
export class MainLoop {
  readonly #sim: Simulation;
  readonly #streams: StreamSource;
  readonly #names: readonly string[];
  readonly #user: MainLoopUser;
  /** Of each speaker: sockets with something to read. */
  readonly #sockets: Map<number, Socket>[];
  /** Of each speaker: its ends in the order in which their sockets were opened, the connection of each, and where the next turn begins. */
  readonly #lists: { readonly ends: number[]; readonly connections: Map<number, number>; next: number }[];
  /** 1 while a turn is set, or runs. */
  readonly #isSet: Uint8Array;
  /** Until when a speaker reads no OPEN. */
  readonly #openNs: Float64Array;
  /** Until when a speaker still writes. */
  readonly #busyNs: Float64Array;
  /** Counts the daemons that a speaker has had. */
  readonly #lives: Uint32Array;
  readonly #processors: Processors;
  /** Of each speaker: what came of its last turn. */
  readonly #turns: ({ readonly letters: readonly Letter[]; readonly isOwn: boolean } | undefined)[] = [];
  readonly #late: ({ readonly letter: Letter; readonly life: number } | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #kinds: {
    readonly ready: EventKind;
    readonly end: EventKind;
    readonly late: EventKind;
    readonly open: EventKind;
  };

  constructor(
    { sim, streams }: { readonly sim: Simulation; readonly streams: StreamSource },
    { speakers, sharedProcessors }: BgpConfiguration,
    user: MainLoopUser,
  ) {
    this.#sim = sim;
    this.#streams = streams;
    this.#names = speakers.map(({ name }) => name);
    this.#user = user;
    this.#sockets = speakers.map(() => new Map());
    this.#lists = speakers.map(() => ({ ends: [], connections: new Map(), next: 0 }));
    this.#isSet = new Uint8Array(speakers.length);
    this.#openNs = new Float64Array(speakers.length);
    this.#busyNs = new Float64Array(speakers.length);
    this.#lives = new Uint32Array(speakers.length);
    this.#processors = new Processors(sharedProcessors, streams.stream('bgp', 'processors'), {
      begin: (speaker) => this.#turn(speaker),
      lifeOf: (speaker) => this.#lives[speaker]!,
    });
    this.#kinds = {
      ready: sim.kind('bgp main loop', (speaker, life) => this.#processors.ask(speaker, life)),
      end: sim.kind('bgp main loop ends', (speaker, life) => this.#endTurn(speaker, life)),
      open: sim.kind('bgp reads opens', (speaker, life) => {
        if (this.#lives[speaker] === life) this.wake(speaker);
      }),
      late: sim.kind('bgp writes on', (slot, speaker) => this.#writeOn(slot, speaker)),
    };
  }

  /** Something came to a socket of the speaker. */
  deliver(speaker: number, end: number, connection: number, items: readonly SocketItem[]): void {
    this.#enlist(speaker, end, connection);
    const socket = this.#sockets[speaker]!.get(end);
    if (socket?.connection === connection) socket.items.push(...items);
    else this.#sockets[speaker]!.set(end, { connection, items: [...items], readyNs: this.#readyNs(speaker, items) });
    this.wake(speaker);
  }

  /** A socket that is new stands at the end of the list. */
  #enlist(speaker: number, end: number, connection: number): void {
    const list = this.#lists[speaker]!;
    if (list.connections.get(end) === connection) return;
    const before = list.connections.has(end) ? list.ends.indexOf(end) : -1;
    list.connections.set(end, connection);
    if (before >= 0) list.ends.splice(before, 1);
    if (before >= 0 && before < list.next) list.next -= 1;
    list.ends.push(end);
  }

  /** When the daemon comes to a socket with these items. */
  #readyNs(speaker: number, items: readonly SocketItem[]): TimeNs {
    const { nowNs } = this.#sim;
    if (!items.some(({ kind }) => kind === 'open')) return nowNs;
    if (this.#openNs[speaker]! <= nowNs) {
      const stream = this.#stream(speaker);
      if (stream.uniform() >= LATE_OPEN.share) return nowNs;
      const share = stream.uniform();
      this.#openNs[speaker] = nowNs + Math.round(LATE_OPEN.mostNs * share * share);
    }
    this.#sim.at(this.#openNs[speaker]!, this.#kinds.open, speaker, this.#lives[speaker]!);
    return this.#openNs[speaker]!;
  }

  /** The speaker has something to do. */
  wake(speaker: number): void {
    if (this.#isSet[speaker] === 1) return;
    this.#isSet[speaker] = 1;
    this.#setTurn(speaker);
  }

  /** The daemon is gone with all that it had to do. */
  clear(speaker: number): void {
    this.#lives[speaker]!++;
    this.#isSet[speaker] = 0;
    this.#busyNs[speaker] = 0;
    this.#openNs[speaker] = 0;
    this.#sockets[speaker]!.clear();
    this.#lists[speaker] = { ends: [], connections: new Map(), next: 0 };
  }

  /** Sets when the speaker is ready for its next turn. */
  #setTurn(speaker: number): void {
    const stream = this.#stream(speaker);
    const wakeNs = this.#sim.nowNs + WAKE_NS + exponential(stream, WAKE_MEAN_NS);
    const dice = stream.uniform();
    let lateNs = 0;
    if (dice < STALL.share) lateNs = STALL.low + (STALL.high - STALL.low) * stream.uniform();
    else if (dice < STALL.share + HESITATION.share) lateNs = exponential(stream, HESITATION.meanNs);
    const atNs = Math.max(wakeNs, this.#busyNs[speaker]!) + lateNs;
    this.#sim.at(Math.round(atNs), this.#kinds.ready, speaker, this.#lives[speaker]!);
  }

  /** A turn: what came is read at once, and what comes of that is told at its end. */
  #turn(speaker: number): void {
    const list = this.#lists[speaker]!;
    const isReady = (end: number): boolean => this.#isReady(this.#sockets[speaker]!.get(end));
    // A look at the rest of the list that finds nothing takes no time worth telling.
    const from = list.ends.slice(list.next).some(isReady) ? list.next : 0;
    const ready = list.ends.slice(from).filter(isReady);
    const read = ready.slice(0, SOCKETS);
    list.next = read.length < SOCKETS ? 0 : (list.ends.indexOf(read.at(-1)!) + 1) % list.ends.length;
    for (const end of read) {
      const { connection, items } = this.#sockets[speaker]!.get(end)!;
      this.#sockets[speaker]!.delete(end);
      this.#user.read(end, connection, items);
    }
    this.#turns[speaker] = { letters: this.#user.letters(speaker), isOwn: read.length === 0 };
    const takesNs = TURN_NS.low + (TURN_NS.high - TURN_NS.low) * this.#stream(speaker).uniform();
    this.#sim.after(Math.round(takesNs), this.#kinds.end, speaker, this.#lives[speaker]!);
  }

  /** The turn is over: what came of it is told. */
  #endTurn(speaker: number, life: number): void {
    this.#processors.free();
    if (this.#lives[speaker] !== life) return;
    const { letters, isOwn } = this.#turns[speaker]!;
    this.#write(speaker, letters, isOwn);
    this.#isSet[speaker] = 0;
    if (this.#hasReady(speaker)) this.wake(speaker);
  }

  #hasReady(speaker: number): boolean {
    for (const socket of this.#sockets[speaker]!.values()) if (this.#isReady(socket)) return true;
    return false;
  }

  #isReady(socket: Socket | undefined): boolean {
    return socket !== undefined && socket.readyNs <= this.#sim.nowNs;
  }

  #write(speaker: number, letters: readonly Letter[], isOwn: boolean): void {
    if (letters.length === 0) return;
    const stream = this.#stream(speaker);
    if (stream.uniform() >= (isOwn ? STOP.ownShare : STOP.share)) {
      for (const letter of letters) this.#user.send(letter);
      return;
    }
    const single = letters.flatMap(({ ends, messages }) => ends.map((end) => ({ ends: [end], messages })));
    const isFirst = stream.uniform() < STOP.firstShare;
    const told = isFirst ? 1 : 1 + Math.floor((single.length - 1) * stream.uniform());
    const isLong = stream.uniform() < LONG_STOP.share;
    let atNs = this.#sim.nowNs + exponential(stream, isLong ? LONG_STOP.meanNs : STOP.meanNs);
    for (const [index, letter] of single.entries()) {
      if (index < told) {
        this.#user.send(letter);
        continue;
      }
      if (index > told && stream.uniform() < STOP.againShare) atNs += exponential(stream, STOP.againMeanNs);
      this.#sendAt(Math.round(atNs), speaker, letter);
    }
    this.#busyNs[speaker] = Math.round(atNs);
  }

  #sendAt(atNs: TimeNs, speaker: number, letter: Letter): void {
    const slot = this.#free.pop() ?? this.#late.length;
    this.#late[slot] = { letter, life: this.#lives[speaker]! };
    this.#sim.at(atNs, this.#kinds.late, slot, speaker);
  }

  #writeOn(slot: number, speaker: number): void {
    const { letter, life } = this.#late[slot]!;
    this.#late[slot] = undefined;
    this.#free.push(slot);
    if (this.#lives[speaker] === life) this.#user.send(letter);
  }

  #stream(speaker: number): Stream {
    return this.#streams.stream(`bgp/${this.#names[speaker]!}`, 'work');
  }
}
