/** The chance of one part of a drawn scenario: every part has a stream of its own, so that a change in one moves nothing in another. */
import { Stream } from '../../sim/random/stream.ts';

/** Draws for one part of the scenario of a seed. */
export class Draw {
  readonly #stream: Stream;

  constructor(seed: number, part: string) {
    this.#stream = new Stream(`swarm ${seed}`, part, 'scenario');
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#stream.uniform() < probability;
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + this.#stream.below(high - low + 1);
  }

  /** A whole number of seconds as a scenario writes it. */
  seconds(low: number, high: number): string {
    return `${this.whole(low, high)}s`;
  }

  /** One of a list. */
  pick<T>(list: readonly T[]): T {
    return this.#stream.pick(list);
  }

  /** So many of a list, in its order. */
  some<T>(list: readonly T[], count: number): T[] {
    const chosen = new Set(this.#stream.shuffle([...list.keys()]).slice(0, count));
    return list.filter((_, place) => chosen.has(place));
  }

  /** What `make` gives, or with the remaining probability nothing at all. */
  maybe<T extends object>(probability: number, make: () => T): T | Record<string, never> {
    return this.chance(probability) ? make() : {};
  }
}
