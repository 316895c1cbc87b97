/**
 * Figures that vary from repeat to repeat, judged over a whole family: the places of the recorded ones among our own runs
 * must be spread evenly.
 *
 * A band around our runs would not do: of five repeats one misses a 90 % band of a perfect model four times in ten.
 * The test is Kolmogorov's with Stephens' correction for small numbers (1970), at a level of 0.5 %, fixed before the first
 * comparison. Ties make it milder. Left out: how places within one run hang together.
 */
import type { Quantity } from './quantity.ts';

/** Places among our runs (0 below all, 1 above all) that are judged together with those of other cases of the family. */
export interface Pool {
  readonly name: string;
  readonly places: readonly number[];
}

/** The test fails for one perfect model in so many. */
export const LEVEL_ONE_IN = 200;

/** Square root of half the logarithm of 2 / 0.005. */
const CRITICAL = 1.7308;

/** Whether places could come from an even spread. */
export function isEven(places: readonly number[]): boolean {
  return distance(places) <= farthest(places.length);
}

/** The greatest distance that so many places may have from an even spread. */
function farthest(count: number): number {
  const root = Math.sqrt(count);
  return CRITICAL / (root + 0.12 + 0.11 / root);
}

/** The greatest distance between the places' own distribution and the even one. */
function distance(places: readonly number[]): number {
  const sorted = [...places].sort((a, b) => a - b);
  return sorted.reduce((far, place, i) => {
    return Math.max(far, place - i / sorted.length, (i + 1) / sorted.length - place);
  }, 0);
}

/** One quantity for each pool of a family's cases: how far the places of what was recorded are from an even spread. */
export function pooledQuantities(cases: readonly (readonly Quantity[])[]): readonly Quantity[] {
  const pools = new Map<string, number[]>();
  for (const { pool } of cases.flat()) {
    if (pool !== undefined) pools.set(pool.name, [...(pools.get(pool.name) ?? []), ...pool.places]);
  }
  return [...pools].map(([name, places]) => {
    const limit = Number(farthest(places.length).toFixed(3));
    return {
      name: `${name}: places of ${places.length} recorded figures among our runs`,
      observed: [...places].sort((a, b) => a - b).map((place) => Number(place.toFixed(3))),
      simulated: Number(distance(places).toFixed(3)),
      tolerance: `greatest distance from an even spread at most ${limit}`,
      agree: isEven(places),
    };
  });
}
