/**
 * Processors that daemons share, and who runs next: the scheduler of a busy machine as far as it changes who reads before whom.
 *
 * A daemon that is ready runs at once where a processor is free, but for the share of times in which other programs have it. Otherwise it
 * waits, and whoever gets a processor that falls free was often woken last: Linux lets those run soon who have just been woken. So neighbours
 * that are told one after the other answer in an order of their own. One that was stopped in the middle of its turn comes after those that
 * have just been woken.
 * Source: the order of the first answers to 37 events in our recordings of BIRD (`birdev`, load 18 to 23 on two processors): the first told
 * answers first or last, the last told early, Kendall's tau of telling and answering -0.25; answers 0.2 ms apart; answers of
 * several daemons seldom overlap; of 8 that were stopped by those whom they told first, 6 went on when all others had answered. Left out: time
 * slices, the places of processes on processors.
 */
import type { Stream } from '../../../sim/random/stream.ts';

/** So often other programs have the last free processor. */
const TAKEN_SHARE = 0.9;
/** So often the one that was woken last runs next; else one of all, evenly. */
const NEWEST_SHARE = 0.35;
/** So often those that were stopped wait for all that were woken. */
const LAST_SHARE = 0.9;

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
  readonly isStopped: boolean;
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

  /** A daemon is ready for a turn, or to go on with the one in which it was stopped. */
  ask(speaker: number, life: number, isStopped = false): void {
    if (this.#user.lifeOf(speaker) !== life) return;
    if (this.#used < this.#count && !isStopped && !this.#isTaken()) {
      this.#begin(speaker);
      return;
    }
    this.#waiting.push({ speaker, life, isStopped });
    if (this.#used === 0) this.#fill();
  }

  /** A turn is over, or its daemon has been killed. */
  free(): void {
    this.#used -= 1;
    this.#fill();
  }

  #fill(): void {
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

  /** Place of the one that runs next among those that wait. */
  #next(): number {
    const woken = this.#waiting.filter(({ isStopped }) => !isStopped);
    const isMixed = woken.length > 0 && woken.length < this.#waiting.length;
    if (!isMixed || this.#stream.uniform() >= LAST_SHARE) return this.#among(this.#waiting.length);
    return this.#waiting.indexOf(woken[this.#among(woken.length)]!);
  }

  #among(count: number): number {
    if (count === 1 || this.#stream.uniform() < NEWEST_SHARE) return count - 1;
    return Math.floor(this.#stream.uniform() * count);
  }
}
