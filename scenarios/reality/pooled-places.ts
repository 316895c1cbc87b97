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
  const root = Math.sqrt(places.length);
  return distance(places) * (root + 0.12 + 0.11 / root) <= CRITICAL;
}

/** The greatest distance between the places' own distribution and the even one. */
function distance(places: readonly number[]): number {
  const sorted = [...places].sort((a, b) => a - b);
  return sorted.reduce((far, place, i) => {
    return Math.max(far, place - i / sorted.length, (i + 1) / sorted.length - place);
  }, 0);
}

/** The quantities of a family's cases, those of pools that are not spread evenly as disagreements. */
export function pooled(cases: readonly (readonly Quantity[])[]): readonly (readonly Quantity[])[] {
  const pools = new Map<string, number[]>();
  for (const { pool } of cases.flat()) {
    if (pool !== undefined) pools.set(pool.name, [...(pools.get(pool.name) ?? []), ...pool.places]);
  }
  const uneven = new Set([...pools].filter(([, places]) => !isEven(places)).map(([name]) => name));
  if (uneven.size === 0) return cases;
  return cases.map((quantities) => {
    return quantities.map((each) => (each.pool && uneven.has(each.pool.name) ? { ...each, agree: false } : each));
  });
}
