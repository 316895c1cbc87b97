/**
 * A recorded figure that may vary from repeat to repeat, beside the spread of our runs.
 *
 * Repeats that do not vary are held to the target of section 7 of the recording's notes. Where they do, a band around our
 * runs proves little: five repeats miss a 90 % band of a perfect model four times in ten. Such a figure agrees when
 * - its place among our runs, pooled with the places of the same kind of figure in all cases of the family (those that happen
 *   not to vary included, or the pool would hold only the unusual), comes from an even spread (pooled-places.ts);
 * - our own spread, from 5 % to 95 %, is not wider than the rule allows, or we would agree with anything;
 * - it is not absurdly far: it lies in our range, with the target's room on both sides; or, where the notes set no narrower target
 *   for every single run, it is an exception of the recording, and our middle lies among the recorded repeats, with that room.
 */
import type { Quantity } from '../quantity.ts';
import { type Figure, isWithin, middleOf, placeAmong, spreadOf, widthOf } from './spread.ts';

/** What was recorded. */
export interface RecordedFigure {
  readonly observed: Figure;
  /** The same figure of all repeats, this one included. */
  readonly repeats: readonly Figure[];
}

/** How a figure is judged. */
export interface FigureRule {
  /** Name of the case: lots of different cases differ. */
  readonly case: string;
  /** Of the figures that are judged together: the kind of event and of figure. */
  readonly pool: string;
  /** Repeats that are no farther apart do not vary. */
  readonly steady: number;
  /** So far apart two figures count as equal in rank. */
  readonly resolution: number;
  /** Beyond our range, or beyond the recorded one. */
  readonly room: number;
  /** Largest width of our own spread where repeats vary, from 5 % to 95 %. */
  readonly width: number;
  /** A recorded figure beyond the room may be an exception among its repeats. */
  readonly allowsExceptions: boolean;
  /** With a space before it; empty for counts. */
  readonly unit: string;
}

/** Judges one that does not vary. */
export type SteadyJudge = () => Pick<Quantity, 'simulated' | 'tolerance' | 'agree'>;

/** The figure judged as it varies or not; its place goes to its pool either way. */
export function figureQuantity(
  name: string,
  { observed, repeats }: RecordedFigure,
  samples: readonly Figure[],
  rule: FigureRule,
  steady: SteadyJudge,
): Quantity {
  const place = placeAmong(`${rule.case} ${name}`, observed, samples, rule.resolution);
  const isVarying = varies(repeats, rule.steady);
  const pool = { name: rule.pool, places: [place], isVarying };
  if (!isVarying) return { name, observed, ...steady(), pool };
  const text = (value: number): string => `${Number(value.toPrecision(3))}${rule.unit}`;
  const isException = rule.allowsExceptions && isWithin(middleOf(samples), repeats, rule.room);
  const isNear = isWithin(observed, samples, rule.room) || isException;
  const near = rule.allowsExceptions ? 'in our range, or our middle in the recorded one' : 'in our range';
  return {
    name,
    observed,
    simulated: { ...spreadOf(samples), place: Number(place.toFixed(3)) },
    tolerance:
      `places of the family evenly spread; our 5-95 % width at most ${text(rule.width)}; ` +
      `${near}, ${text(rule.room)} more on both sides`,
    agree: isNear && widthOf(samples) <= rule.width,
    pool,
  };
}

/** Whether recorded repeats are farther apart than a tolerance, or some have no figure. */
export function varies(figures: readonly Figure[], tolerance: number): boolean {
  const present = figures.filter((figure) => figure !== null);
  if (present.length === 0) return false;
  return present.length < figures.length || Math.max(...present) - Math.min(...present) > tolerance;
}
