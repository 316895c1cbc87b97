/** Statements of queueing theory about means over time, held against replications all together. */
import { expect } from 'vitest';
import { meanInterval } from '../../../../sim/stats/intervals.ts';

/** Independent replications of each case. */
export const REPLICATIONS = 32;
/** Services of the model that has to be told from the right one. */
const SLOW = 1.05;
/**
 * By how many half-widths such a model's figure has to lie elsewhere: an interval reaches out for some four standard errors, and 2.33 more
 * let the slow model fail 99 % of the time; the rest is for its own greater spread.
 */
const HALF_WIDTHS_MIN = 1.7;

/** What theory says of a case: figure to value. */
export interface TheoryCase {
  readonly name: string;
  /** By how much longer services take than the case says: 1 or a little more. */
  readonly theory: (slowness: number) => Readonly<Record<string, number>>;
}

/** Figures of one replication. */
export type TheorySample = Readonly<Record<string, number>>;

/** All statements of a suite: a perfect model passes every one of them 99.5 % of the time (Bonferroni). */
export class TheoryStatements {
  readonly count: number;
  readonly #confidence: number;

  constructor(cases: readonly TheoryCase[]) {
    this.count = cases.reduce((sum, { theory }) => sum + Object.keys(theory(1)).length, 0);
    this.#confidence = 1 - 0.005 / this.count;
  }

  /**
   * Each figure of a case lies within its interval. One of the intervals is so narrow that services 5 % longer would be seen; the runs are
   * long enough for that by a margin which chance does not use up, so that it costs a perfect model nothing.
   */
  expectHeld({ name, theory }: TheoryCase, samples: readonly TheorySample[]): void {
    const slow = theory(SLOW);
    const apart = Object.entries(theory(1)).map(([figure, expected]) => {
      const { low, high } = this.#interval(samples, figure);
      expect(low!, `${figure} of ${name}`).toBeLessThan(expected);
      expect(high!, `${figure} of ${name}`).toBeGreaterThan(expected);
      return Math.abs(slow[figure]! - expected) / ((high! - low!) / 2);
    });
    expect(Math.max(...apart), `half-widths between ${name} and a slow one`).toBeGreaterThan(HALF_WIDTHS_MIN);
  }

  /** The figures of a model that is slow on purpose are told from those of one that is not. */
  expectTold({ name, theory }: TheoryCase, samples: readonly TheorySample[]): void {
    const isTold = Object.entries(theory(1)).some(([figure, expected]) => {
      const { low, high } = this.#interval(samples, figure);
      return low! > expected || high! < expected;
    });
    expect(isTold, `${name}, slow`).toBe(true);
  }

  #interval(samples: readonly TheorySample[], figure: string) {
    return meanInterval(
      samples.map((sample) => sample[figure]!),
      this.#confidence,
    );
  }
}
