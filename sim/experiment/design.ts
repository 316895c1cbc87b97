/**
 * What is run: every combination of the values on the axes, each with the same seeds.
 *
 * Replication i has one seed for all alternatives: they meet the same arrivals and failures (common random numbers), so
 * that their differences are those of the alternatives.
 */
import { assert } from '../engine/assert.ts';

/** One thing that is varied. */
export interface Axis {
  /** Key of the axis in results: `scheme`, `environment`. */
  readonly name: string;
  /** What it takes, in the order of the document. */
  readonly values: readonly string[];
}

/** One value from each axis: an alternative of the comparison. */
export interface Combination {
  /** The values in the order of the axes, joined by `/`. */
  readonly name: string;
  /** Axis to value. */
  readonly axes: Readonly<Record<string, string>>;
}

/** The name of the only alternative of a design without axes. */
export const SOLE_ALTERNATIVE = 'base';

/** More combinations than this are a mistake in a document and not a question. */
export const COMBINATIONS_MAX = 10_000;

/** All combinations; the last axis changes fastest. Asserts that their names differ and their number is sane. */
export function combinations(axes: readonly Axis[]): readonly Combination[] {
  if (axes.length === 0) return [{ name: SOLE_ALTERNATIVE, axes: {} }];
  const count = axes.reduce((product, axis) => product * axis.values.length, 1);
  assert(count <= COMBINATIONS_MAX, () => `${count} combinations are more than ${COMBINATIONS_MAX}`);
  let rows: readonly (readonly string[])[] = [[]];
  for (const axis of axes) rows = rows.flatMap((row) => axis.values.map((value) => [...row, value]));
  const all = rows.map((row) => combination(axes, row));
  assert(new Set(all.map((one) => one.name)).size === all.length, 'two combinations have one name');
  return all;
}

function combination(axes: readonly Axis[], row: readonly string[]): Combination {
  return { name: row.join('/'), axes: Object.fromEntries(axes.map((axis, i) => [axis.name, row[i]])) };
}

/** The seeds of the replications: `${seed}/0`, `${seed}/1`, … A longer experiment begins with the shorter one's seeds. */
export function replicationSeeds(seed: string, replications: number): readonly string[] {
  assert(Number.isSafeInteger(replications) && replications > 0, () => `${replications} replications`);
  return Array.from({ length: replications }, (_, i) => `${seed}/${i}`);
}
