/**
 * Processors that daemons share, and who runs next: the scheduler of a busy machine as far as it changes who reads before whom.
 *
 * A daemon that is ready runs at once where a processor is free, but for the share of times in which other programs have it. Otherwise it
 * waits, and whoever gets a processor that falls free was often woken last: Linux lets those run soon who have just been woken. So neighbours
 * that are told one after the other answer in an order of their own.
 * Source: the order of the first answers to 37 events in our recordings of BIRD (`birdev`, load 18 to 23 on two processors): the first told
 * answers first or last, the last told early, Kendall's tau of telling and answering -0.25; answers 0.2 ms apart. Left out: time slices (a turn
 * is never interrupted), the places of processes on processors.
 */
import type { Stream } from '../../../sim/random/stream.ts';

/** So often other programs have the last free processor. */
const TAKEN_SHARE = 0.6;
/** So often the one that was woken last runs next; else one of all, evenly. */
const NEWEST_SHARE = 0.35;

/** Whose turns they are. */
export interface ProcessorUser {
  /** A speaker has a processor: its turn begins, and `free` ends it. */
  begin(speaker: number): void;
  /** Number of the daemon that a speaker has. */
  lifeOf(speaker: number): number;
}

interface Waiting {
  readonly speaker: number;
  readonly life: number;
}

/** The processors of one machine; without a number each daemon has its own. */
export class Processors {
  readonly #count: number;
  readonly #stream: Stream;
  readonly #user: ProcessorUser;
  readonly #waiting: Waiting[] = [];
  #used = 0;

  constructor(count: number | undefined, stream: Stream, user: ProcessorUser) {
    this.#count = count ?? Number.POSITIVE_INFINITY;
    this.#stream = stream;
    this.#user = user;
  }

  /** A daemon is ready for a turn. */
  ask(speaker: number, life: number): void {
    if (this.#user.lifeOf(speaker) !== life) return;
    if (this.#used < this.#count && !this.#isTaken()) this.#begin(speaker);
    else this.#waiting.push({ speaker, life });
  }

  /** A turn is over, or its daemon has been killed. */
  free(): void {
    this.#used -= 1;
    while (this.#waiting.length > 0 && this.#used < this.#count) {
      const { speaker, life } = this.#waiting.splice(this.#next(), 1)[0]!;
      if (this.#user.lifeOf(speaker) === life) this.#begin(speaker);
      if (this.#isTaken()) return;
    }
  }

  #begin(speaker: number): void {
    this.#used += 1;
    this.#user.begin(speaker);
  }

  /** Others have what is free; but daemons never wait for all processors to be taken from them. */
  #isTaken(): boolean {
    return this.#used > 0 && this.#count < Number.POSITIVE_INFINITY && this.#stream.uniform() < TAKEN_SHARE;
  }

  #next(): number {
    const last = this.#waiting.length - 1;
    if (last === 0 || this.#stream.uniform() < NEWEST_SHARE) return last;
    return Math.floor(this.#stream.uniform() * (last + 1));
  }
}
