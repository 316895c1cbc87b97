/**
 * What a speaker has to work through: changes that wait for each other (FRR), messages one after the other (GoBGP), or each as
 * its main loop reads it (BIRD).
 *
 * Source: the daemons as recorded (profile.ts). Left out: the time that a long table takes.
 */
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { exponential } from '../../../sim/random/distributions.ts';
import type { Stream, StreamSource } from '../../../sim/random/stream.ts';
import { grownUint8 } from '../../../sim/sharing/growth.ts';
import type { SpeakerConfiguration } from './configuration.ts';
import type { UpdateMessage } from './message.ts';
import type { PrefixId } from './prefix-table.ts';
import { PROFILES, type Profile } from './profile.ts';

/** What is done with it. */
export interface InboxUser {
  /** Puts what a message says into the tables, and marks what changed. */
  take(end: number, message: UpdateMessage): void;
  /** Decides prefixes that changed. */
  decide(speaker: number, changed: readonly PrefixId[]): void;
}

interface Waiting {
  readonly end: number;
  readonly message: UpdateMessage;
  /** The daemon that it came to. */
  readonly life: number;
}

/** The work of all speakers. */
export class Inbox {
  readonly #sim: Simulation;
  readonly #streams: StreamSource;
  readonly #speakers: readonly SpeakerConfiguration[];
  readonly #profiles: readonly Profile[];
  readonly #user: InboxUser;
  readonly #changed: PrefixId[][];
  readonly #isMarked: Uint8Array<ArrayBuffer>[];
  /** 1 while a batch is set for the speaker. */
  readonly #isTimed: Uint8Array;
  /** Until when a speaker without batches is busy. */
  readonly #busyNs: Float64Array;
  /** Counts the daemons that a speaker has had. */
  readonly #lives: Uint32Array;
  readonly #messages: (Waiting | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #kinds: { readonly batch: EventKind; readonly message: EventKind };

  constructor(
    { sim, streams }: { readonly sim: Simulation; readonly streams: StreamSource },
    speakers: readonly SpeakerConfiguration[],
    user: InboxUser,
  ) {
    this.#sim = sim;
    this.#streams = streams;
    this.#speakers = speakers;
    this.#profiles = speakers.map(({ daemon }) => PROFILES[daemon]);
    this.#user = user;
    this.#changed = speakers.map(() => []);
    this.#isMarked = speakers.map(() => new Uint8Array(16));
    this.#isTimed = new Uint8Array(speakers.length);
    this.#busyNs = new Float64Array(speakers.length);
    this.#lives = new Uint32Array(speakers.length);
    this.#kinds = {
      batch: sim.kind('bgp decides', (speaker, life) => this.#batchDue(speaker, life)),
      message: sim.kind('bgp handles a message', (slot, speaker) => this.#handle(slot, speaker)),
    };
  }

  /** An UPDATE came to an end of the speaker. */
  deliver(speaker: number, end: number, message: UpdateMessage): void {
    const { batch, hasMainLoop, handlingMeanNs } = this.#profiles[speaker]!;
    if (batch !== undefined || hasMainLoop) {
      this.#user.take(end, message);
      this.settle(speaker);
      return;
    }
    const slot = this.#free.pop() ?? this.#messages.length;
    this.#messages[slot] = { end, message, life: this.#lives[speaker]! };
    const startNs = Math.max(this.#sim.nowNs, this.#busyNs[speaker]!);
    this.#busyNs[speaker] = Math.round(startNs + exponential(this.#stream(speaker), handlingMeanNs));
    this.#sim.at(this.#busyNs[speaker]!, this.#kinds.message, slot, speaker);
  }

  /** A prefix of the speaker has to be decided anew. */
  mark(speaker: number, prefix: PrefixId): void {
    const marked = grownUint8(this.#isMarked[speaker]!, prefix + 1);
    this.#isMarked[speaker] = marked;
    if (marked[prefix] === 1) return;
    marked[prefix] = 1;
    this.#changed[speaker]!.push(prefix);
  }

  /** Sees to it that what is marked is decided: with the next batch, or at once. */
  settle(speaker: number): void {
    if (this.#changed[speaker]!.length === 0 || this.#isTimed[speaker] === 1) return;
    const { batch } = this.#profiles[speaker]!;
    if (batch === undefined) {
      this.#decide(speaker);
      return;
    }
    this.#isTimed[speaker] = 1;
    const stream = this.#stream(speaker);
    const delayNs = batch.low + (batch.high - batch.low) * stream.uniform();
    this.#sim.after(Math.round(delayNs), this.#kinds.batch, speaker, this.#lives[speaker]!);
  }

  /** The daemon is gone with all that it had to do. */
  clear(speaker: number): void {
    this.#lives[speaker]!++;
    this.#isTimed[speaker] = 0;
    this.#busyNs[speaker] = 0;
    this.#changed[speaker] = [];
    this.#isMarked[speaker]!.fill(0);
  }

  #batchDue(speaker: number, life: number): void {
    if (this.#lives[speaker] !== life) return;
    this.#isTimed[speaker] = 0;
    this.#decide(speaker);
  }

  #decide(speaker: number): void {
    const changed = this.#changed[speaker]!;
    this.#changed[speaker] = [];
    for (const prefix of changed) this.#isMarked[speaker]![prefix] = 0;
    this.#user.decide(speaker, changed);
  }

  #handle(slot: number, speaker: number): void {
    const { end, message, life } = this.#messages[slot]!;
    this.#messages[slot] = undefined;
    this.#free.push(slot);
    if (this.#lives[speaker] !== life) return;
    this.#user.take(end, message);
    this.settle(speaker);
  }

  #stream(speaker: number): Stream {
    return this.#streams.stream(`bgp/${this.#speakers[speaker]!.name}`, 'work');
  }
}
