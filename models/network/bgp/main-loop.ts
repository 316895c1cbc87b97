/**
 * The main loop of a daemon that does everything in one thread, as BIRD does: it reads a few sockets, decides every message by itself,
 * and then tells its neighbours what has come of it, one after the other.
 *
 * A turn reads four sockets at most, each to its end: those that have something, in the order in which they were opened, from where the turn
 * before came to; a turn that comes to the end of the list reads no further, and the next one begins at the first. So what came later may
 * be read earlier. Between arrival and turn the machine may run others (processors.ts), and it may take the processor from the daemon while it
 * writes, most of all from one that has just read its configuration: those that were told then run first, and answer before the last ones are told.
 * Source: BIRD 2.0.12 (`io.c`: MAX_RX_STEPS, `sock_list`, `stored_sock`); how long turns take and wait by our recordings of BIRD on a machine
 * with two processors and a load of 6 to 27 (`birdev`): seven neighbours are told within 0.1 to 0.2 ms, turns follow each other after 0.1 ms and
 * more; of 38 tellings of an own change 11 were stopped after the first neighbour, 5 later; and 4 of the 11 after each one.
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
import type { DelayNs } from './profile.ts';

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
const WAKE_NS = 5 * NS_PER_US;
const WAKE_MEAN_NS = 10 * NS_PER_US;
/** From the begin of a turn to the first message that comes of it, and from each message to the next. */
const READ_NS: DelayNs = { low: 20 * NS_PER_US, high: 100 * NS_PER_US };
const WRITE_NS: DelayNs = { low: 10 * NS_PER_US, high: 50 * NS_PER_US };
/** So often the daemon waits for others for a while, and so often for long. */
const HESITATION = { share: 0.03, meanNs: 2 * NS_PER_MS };
const STALL = { share: 0.007, low: 15 * NS_PER_MS, high: 70 * NS_PER_MS };
/**
 * So often it is stopped after a message: where it tells of a change of its own, after the first and after a later one, and where it tells of what
 * others told it. One that was stopped is stopped again after each message, or seldom.
 */
const STOP = { ownFirst: 0.3, ownLater: 0.06, others: 0.01, eachShare: 0.4, each: 0.95, again: 0.12 };
/** Where those that were woken took its processor it is ready again after this, and on average so much more; else others took it, for long. */
const WOKEN = { share: 0.7, leastNs: 100 * NS_PER_US, meanNs: 40 * NS_PER_US };
const TAKEN_MEAN_NS = 8 * NS_PER_MS;

/** So often a daemon comes late to an OPEN, and to those that come meanwhile: up to this, early more often than late. Cause unknown. */
const LATE_OPEN = { share: 0.42, mostNs: 400 * NS_PER_MS };

/** What a turn has to tell. */
interface Turn {
  /** Of each end, in the order of telling. */
  readonly letters: readonly Letter[];
  told: number;
  /** It tells of a change of the daemon's own. */
  readonly isOwn: boolean;
  /** Once it was stopped: how often it is stopped again. */
  stopShare: number | undefined;
}

interface SocketList {
  readonly connections: Map<number, number>;
  readonly places: Map<number, number>;
  opened: number;
  next: number;
}

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
  /** Of each speaker, once it has drawn. */
  readonly #drawn: (Stream | undefined)[] = [];
  readonly #names: readonly string[];
  readonly #user: MainLoopUser;
  /** Of each speaker: sockets with something to read. */
  readonly #sockets: Map<number, Socket>[];
  /** Of each speaker: the connection of each end, its place among all that were opened, and the place where the next turn begins. */
  readonly #lists: SocketList[];
  /** 1 while a turn is set, or runs. */
  readonly #isSet: Uint8Array;
  /** 1 where something to tell has come up while a turn was being told. */
  readonly #hasMore: Uint8Array;
  /** Until when a speaker reads no OPEN. */
  readonly #openNs: Float64Array;
  /** Counts the daemons that a speaker has had. */
  readonly #lives: Uint32Array;
  readonly #processors: Processors;
  /** Of each speaker: what its turn has still to tell. */
  readonly #turns: (Turn | undefined)[] = [];
  readonly #kinds: {
    readonly ready: EventKind;
    readonly write: EventKind;
    readonly stopped: EventKind;
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
    this.#lists = speakers.map(() => emptyList());
    this.#isSet = new Uint8Array(speakers.length);
    this.#hasMore = new Uint8Array(speakers.length);
    this.#openNs = new Float64Array(speakers.length);
    this.#lives = new Uint32Array(speakers.length);
    this.#processors = new Processors(sharedProcessors, streams.stream('bgp', 'processors'), {
      begin: (speaker) => this.#run(speaker),
      lifeOf: (speaker) => this.#lives[speaker]!,
    });
    this.#kinds = {
      ready: sim.kind('bgp main loop', (speaker, life) => this.#processors.ask(speaker, life)),
      write: sim.kind('bgp main loop writes', (speaker, life) => this.#write(speaker, life)),
      stopped: sim.kind('bgp main loop goes on', (speaker, life) => this.#processors.ask(speaker, life, true)),
      open: sim.kind('bgp reads opens', (speaker, life) => {
        if (this.#lives[speaker] === life) this.#wake(speaker);
      }),
    };
  }

  /** Something came to a socket of the speaker. */
  deliver(speaker: number, end: number, connection: number, items: readonly SocketItem[]): void {
    this.#enlist(speaker, end, connection);
    const socket = this.#sockets[speaker]!.get(end);
    if (socket?.connection === connection) socket.items.push(...items);
    else this.#sockets[speaker]!.set(end, { connection, items: [...items], readyNs: this.#readyNs(speaker, items) });
    this.#wake(speaker);
  }

  /** A socket that is new stands at the end of the list. */
  #enlist(speaker: number, end: number, connection: number): void {
    const list = this.#lists[speaker]!;
    if (list.connections.get(end) === connection) return;
    list.connections.set(end, connection);
    list.places.set(end, list.opened++);
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

  /** The speaker has something to tell: in its next turn, where one is being told already. */
  wake(speaker: number): void {
    if (this.#turns[speaker] !== undefined) this.#hasMore[speaker] = 1;
    this.#wake(speaker);
  }

  #wake(speaker: number): void {
    if (this.#isSet[speaker] === 1) return;
    this.#isSet[speaker] = 1;
    this.#setTurn(speaker);
  }

  /** The daemon is gone with all that it had to do. */
  clear(speaker: number): void {
    this.#lives[speaker]!++;
    this.#isSet[speaker] = 0;
    this.#hasMore[speaker] = 0;
    this.#turns[speaker] = undefined;
    this.#openNs[speaker] = 0;
    this.#sockets[speaker]!.clear();
    this.#lists[speaker] = emptyList();
  }

  /** Sets when the speaker is ready for its next turn. */
  #setTurn(speaker: number): void {
    const stream = this.#stream(speaker);
    const wakeNs = this.#sim.nowNs + WAKE_NS + exponential(stream, WAKE_MEAN_NS);
    const dice = stream.uniform();
    let lateNs = 0;
    if (dice < STALL.share) lateNs = STALL.low + (STALL.high - STALL.low) * stream.uniform();
    else if (dice < STALL.share + HESITATION.share) lateNs = exponential(stream, HESITATION.meanNs);
    this.#sim.at(Math.round(wakeNs + lateNs), this.#kinds.ready, speaker, this.#lives[speaker]!);
  }

  /** A processor is there: for a new turn, or to write on. */
  #run(speaker: number): void {
    if (this.#turns[speaker] !== undefined) {
      this.#writeAfter(speaker, WRITE_NS);
      return;
    }
    const hasRead = this.#read(speaker);
    this.#turns[speaker] = {
      letters: this.#user.letters(speaker).flatMap(single),
      told: 0,
      isOwn: !hasRead,
      stopShare: undefined,
    };
    this.#writeAfter(speaker, READ_NS);
  }

  /** Reads the sockets of a turn; false if there are none. */
  #read(speaker: number): boolean {
    const list = this.#lists[speaker]!;
    const place = (end: number): number => list.places.get(end)!;
    const ready: number[] = [];
    for (const [end, socket] of this.#sockets[speaker]!) if (this.#isReady(socket)) ready.push(end);
    ready.sort((a, b) => place(a) - place(b));
    // A look at the rest of the list that finds nothing takes no time worth telling.
    const from = Math.max(
      0,
      ready.findIndex((end) => place(end) >= list.next),
    );
    const read = ready.slice(from, from + SOCKETS);
    const behind = read.length < SOCKETS ? list.opened : place(read.at(-1)!) + 1;
    list.next = behind === list.opened ? 0 : behind;
    for (const end of read) {
      const { connection, items } = this.#sockets[speaker]!.get(end)!;
      this.#sockets[speaker]!.delete(end);
      this.#user.read(end, connection, items);
    }
    return read.length > 0;
  }

  #hasReady(speaker: number): boolean {
    for (const socket of this.#sockets[speaker]!.values()) if (this.#isReady(socket)) return true;
    return false;
  }

  #isReady(socket: Socket): boolean {
    return socket.readyNs <= this.#sim.nowNs;
  }

  #writeAfter(speaker: number, { low, high }: DelayNs): void {
    const takesNs = low + (high - low) * this.#stream(speaker).uniform();
    this.#sim.after(Math.round(takesNs), this.#kinds.write, speaker, this.#lives[speaker]!);
  }

  /** The next message leaves. Where there is none the turn ends. */
  #write(speaker: number, life: number): void {
    if (this.#lives[speaker] !== life) {
      this.#processors.free();
      return;
    }
    const turn = this.#turns[speaker]!;
    const letter = turn.letters[turn.told];
    if (letter === undefined) {
      this.#endTurn(speaker);
      return;
    }
    this.#user.send(letter);
    turn.told += 1;
    if (turn.told < turn.letters.length && this.#isStopped(speaker, turn)) this.#stop(speaker, life);
    else this.#writeAfter(speaker, WRITE_NS);
  }

  #endTurn(speaker: number): void {
    this.#turns[speaker] = undefined;
    this.#processors.free();
    this.#isSet[speaker] = 0;
    if (this.#hasMore[speaker] === 1 || this.#hasReady(speaker)) this.#wake(speaker);
    this.#hasMore[speaker] = 0;
  }

  #isStopped(speaker: number, turn: Turn): boolean {
    const stream = this.#stream(speaker);
    const first = turn.told === 1 ? STOP.ownFirst : STOP.ownLater;
    if (stream.uniform() >= (turn.stopShare ?? (turn.isOwn ? first : STOP.others))) return false;
    turn.stopShare ??= stream.uniform() < STOP.eachShare ? STOP.each : STOP.again;
    return true;
  }

  /** Others take the processor. */
  #stop(speaker: number, life: number): void {
    this.#processors.free();
    const stream = this.#stream(speaker);
    const isWoken = stream.uniform() < WOKEN.share;
    const stopNs = isWoken ? WOKEN.leastNs + exponential(stream, WOKEN.meanNs) : exponential(stream, TAKEN_MEAN_NS);
    this.#sim.after(Math.round(stopNs), this.#kinds.stopped, speaker, life);
  }

  #stream(speaker: number): Stream {
    this.#drawn[speaker] ??= this.#streams.stream(`bgp/${this.#names[speaker]!}`, 'work');
    return this.#drawn[speaker];
  }
}

/** A letter for each of its ends. */
function single({ ends, messages }: Letter): Letter[] {
  return ends.map((end) => ({ ends: [end], messages }));
}

function emptyList(): SocketList {
  return { connections: new Map(), places: new Map(), opened: 0, next: 0 };
}
