/**
 * Figures that vary from repeat to repeat, judged over a whole family: the places of the recorded ones among our own runs
 * must be spread evenly.
 *
 * A band around our runs would not do: of five repeats one misses a 90 % band of a perfect model four times in ten.
 * The test is Kolmogorov's with Stephens' correction for small numbers (1970), at a level of 0.5 %, fixed before the first
 * comparison. Ties make it milder. A figure that varies in one case at least is judged in the pool of its kind over all cases,
 * and a pool that fails fails every varying figure in it. Left out: how places within one run hang together.
 */
import type { Quantity } from './quantity.ts';

/** Places among our runs (0 below all, 1 above all) that are judged together with those of other cases of the family. */
export interface Pool {
  readonly name: string;
  readonly places: readonly number[];
  /** The recorded repeats of this case vary in it, so that the pool decides; if not, it only stands among the others. */
  readonly isVarying: boolean;
  /** With fewer places than this the pool cannot decide, and the figure does not agree. */
  readonly needs?: number;
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

/** The quantities of a family's cases after their pools were judged, and one quantity for each pool. */
export interface JudgedTogether {
  /** Of each case. */
  readonly cases: readonly (readonly Quantity[])[];
  readonly pools: readonly Quantity[];
}

/** Judges the pools of a family: varying figures of a pool that fails do not agree. */
export function judgeTogether(cases: readonly (readonly Quantity[])[]): JudgedTogether {
  const pools = poolsOf(cases.flat());
  return {
    cases: cases.map((quantities) => quantities.map((each) => judged(each, pools))),
    pools: [...pools].map(([name, places]) => poolQuantity(name, places)),
  };
}

function judged(quantity: Quantity, pools: ReadonlyMap<string, readonly number[]>): Quantity {
  const { pool } = quantity;
  if (pool?.isVarying !== true) return quantity;
  const places = pools.get(pool.name)!;
  return places.length >= (pool.needs ?? 1) && isEven(places) ? quantity : { ...quantity, agree: false };
}

/** Places by pool, of those in which anything varies. */
function poolsOf(quantities: readonly Quantity[]): ReadonlyMap<string, readonly number[]> {
  const pools = new Map<string, number[]>();
  const varying = new Set<string>();
  for (const { pool } of quantities) {
    if (pool === undefined) continue;
    if (pool.isVarying) varying.add(pool.name);
    pools.set(pool.name, [...(pools.get(pool.name) ?? []), ...pool.places]);
  }
  return new Map([...pools].filter(([name]) => varying.has(name)));
}

function poolQuantity(name: string, places: readonly number[]): Quantity {
  const limit = Number(farthest(places.length).toFixed(3));
  return {
    name: `${name}: places of ${places.length} recorded figures among our runs`,
    observed: [...places].sort((a, b) => a - b).map((place) => Number(place.toFixed(3))),
    simulated: Number(distance(places).toFixed(3)),
    tolerance: `greatest distance from an even spread at most ${limit}`,
    agree: isEven(places),
  };
}
