/**
 * A recorded figure within the spread of our own runs of the same thing.
 */
import { Stream } from '../../../sim/random/stream.ts';

/** Least, middle and greatest of our runs, as reports show them. */
export interface Spread {
  readonly least: number | null;
  readonly middle: number | null;
  readonly greatest: number | null;
}

/** What did not happen in a run: it stands before all that did. */
export type Figure = number | null;

/** The spread of our runs. */
export function spreadOf(samples: readonly Figure[]): Spread {
  const sorted = inOrder(samples);
  return { least: sorted[0] ?? null, middle: middleOf(sorted), greatest: sorted.at(-1) ?? null };
}

/** The middle one of our runs; null if most of them have none. */
export function middleOf(samples: readonly Figure[]): Figure {
  return inOrder(samples)[Math.floor(samples.length / 2)] ?? null;
}

/**
 * The place of a recorded figure among our runs, from 0 (below all of them) to 1. Among equal ones, and those that are no
 * farther away than `resolution`, it is drawn by lot (the name of the figure decides): only so are the places of a perfect
 * model spread evenly where many figures are equal.
 */
export function placeAmong(name: string, observed: Figure, samples: readonly Figure[], resolution: number): number {
  const value = numberOf(observed);
  const below = samples.filter((sample) => numberOf(sample) < value - resolution).length;
  const equal = samples.filter((sample) => Math.abs(numberOf(sample) - value) <= resolution).length;
  const lot = new Stream(name, 'place', 'lot').uniform();
  return (below + lot * (equal + 1)) / (samples.length + 1);
}

/** From the 5 % quantile to the 95 % quantile of our runs; absent figures count as 0. */
export function widthOf(samples: readonly Figure[]): number {
  const sorted = samples.map((sample) => sample ?? 0).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return at(0.95) - at(0.05);
}

/** Whether a figure lies between the least and the greatest of our runs, with so much more room on both sides. */
export function isWithin(observed: Figure, samples: readonly Figure[], room: number): boolean {
  const present = samples.filter((sample) => sample !== null);
  if (observed === null) return present.length < samples.length;
  if (present.length === 0) return false;
  return observed >= Math.min(...present) - room && observed <= Math.max(...present) + room;
}

function inOrder(samples: readonly Figure[]): Figure[] {
  return [...samples].sort((a, b) => numberOf(a) - numberOf(b));
}

/** Written so that the difference of two absent figures is a number. */
function numberOf(figure: Figure): number {
  return figure ?? -1e9;
}
