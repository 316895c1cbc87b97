/**
 * Delays of the hold model in several shapes: one table of whole nanoseconds, read by every program in the same order.
 *
 * The variates come from xorshift (13, 17, 5), so the tables are the same everywhere.
 */

import { log, pow } from '../../sim/random/numeric.ts';

/** Entries of a table; a power of two, so that an index is wrapped by a mask. */
export const DELAYS = 65_536;

/** Coprime to the table size and far from its small fractions, so neighbours in time are not neighbours in the table. */
export const STRIDE = 40_503;

const MEAN_NS = 1e9;
/** Half of this shape's variance lies in its tail: it has a mean (6 times the least delay) and no variance. */
const PARETO_SHAPE = 1.2;
/** A day: beyond it the sum of delays would leave the span of simulated time. */
const LONGEST_NS = 86_400e9;

/** A delay for a number u, 0 <= u < 1, and a second one, v. */
type Shape = (u: number, v: number) => number;

const exponential: Shape = (u) => -MEAN_NS * log(1 - u);

/** By name. */
export const SHAPES = {
  exponential,
  'tied (8 values)': (u) => (MEAN_NS / 4) * (1 + Math.floor(8 * u)),
  bimodal: (u, v) => (u < 0.9 ? 0.1 * MEAN_NS * v : MEAN_NS * (9 + v)),
  'heavy tail (Pareto 1.2)': (u) => Math.min(LONGEST_NS, (MEAN_NS / 6) * pow(1 - u, -1 / PARETO_SHAPE)),
  'half without delay': (u, v) => (u < 0.5 ? 0 : exponential(v, 0)),
} as const satisfies Record<string, Shape>;

/** Name of a shape. */
export type ShapeName = keyof typeof SHAPES;

/** The table of a shape. */
export function delaysOf(name: ShapeName): Float64Array {
  const shape: Shape = SHAPES[name];
  const table = new Float64Array(DELAYS);
  let state = 0x9e3779b9;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
  // One variate for each entry, as in the published table of the exponential shape; others draw the second as needed.
  for (let i = 0; i < DELAYS; i++) {
    const u = next();
    table[i] = Math.round(shape(u, shape.length > 1 ? next() : 0));
  }
  return table;
}
