/** Statements of queueing theory about means over time, held against replications all together. */
import { expect } from 'vitest';
import { meanInterval } from '../../../../sim/stats/intervals.ts';

/** Independent replications of each case. */
export const REPLICATIONS = 32;
/** The widest interval that still tells 5 %, with a chance of 99 %. */
const HALF_WIDTH_MAX = 0.032;

/** What theory says of a case: figure to value. */
export interface TheoryCase {
  readonly name: string;
  readonly theory: Readonly<Record<string, number>>;
}

/** Figures of one replication. */
export type TheorySample = Readonly<Record<string, number>>;

/** All statements of a suite: a perfect model passes every one of them 99.5 % of the time (Bonferroni). */
export class TheoryStatements {
  readonly count: number;
  readonly #confidence: number;

  constructor(cases: readonly TheoryCase[]) {
    this.count = cases.reduce((sum, { theory }) => sum + Object.keys(theory).length, 0);
    this.#confidence = 1 - 0.005 / this.count;
  }

  /** Each figure of a case lies within its interval, and the interval is narrow enough to tell. */
  expectHeld({ name, theory }: TheoryCase, samples: readonly TheorySample[]): void {
    for (const [figure, expected] of Object.entries(theory)) {
      const { low, high } = this.#interval(samples, figure);
      expect(low!, `${figure} of ${name}`).toBeLessThan(expected);
      expect(high!, `${figure} of ${name}`).toBeGreaterThan(expected);
      expect((high! - low!) / 2 / expected, `half-width for ${figure}`).toBeLessThan(HALF_WIDTH_MAX);
    }
  }

  /** Each figure of a model that is slow on purpose lies above what theory says of one that is not. */
  expectAbove({ theory }: TheoryCase, samples: readonly TheorySample[]): void {
    for (const [figure, expected] of Object.entries(theory))
      expect(this.#interval(samples, figure).low!, figure).toBeGreaterThan(expected);
  }

  #interval(samples: readonly TheorySample[], figure: string) {
    return meanInterval(
      samples.map((sample) => sample[figure]!),
      this.#confidence,
    );
  }
}
