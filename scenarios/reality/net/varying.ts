/**
 * A recorded figure that may vary from repeat to repeat, beside the spread of our runs.
 *
 * Repeats that do not vary are held to the target of section 7 of the recording's notes. Where they do, a band around our
 * runs proves little: five repeats miss a 90 % band of a perfect model four times in ten. Such a figure agrees when
 * - its place among our runs, pooled with the places of the same kind of figure in all cases of the family (those that happen
 *   not to vary included, or the pool would hold only the unusual), comes from an even spread (pooled-places.ts);
 * - our own spread, from 5 % to 95 %, is not wider than the rule allows, or we would agree with anything;
 * - it is not absurdly far: it lies in our range, with the target's room and a share of our own spread on both sides (one of 50 draws
 *   lies outside the range of 50 others, and a case has hundreds of figures); or, where the notes set no narrower target
 *   for every single run, it is an exception of the recording, and our middle lies among the recorded repeats, with that room.
 * A figure that was recorded once cannot be seen to vary. Where it meets its target it agrees; where it does not, though our own runs spread
 * wider than the target allows, the pool decides as for the others, if there are cases enough.
 */
import type { Quantity } from '../quantity.ts';
import { type Figure, isWithin, middleOf, placeAmong, spreadOf, widthOf } from './spread.ts';

/** A figure may lie so much beyond our range, as a share of our 5-95 % width: the pool decides, this only bounds it. */
const BEYOND_SHARE = 1;

/** Of a figure that was recorded once in each case, so many cases must be pooled. */
export const ONCE_NEEDS = 4;

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
  const held = varies(repeats, rule.steady) ? undefined : steady();
  const isVarying = held === undefined || isForPool(held.agree, repeats.length, widthOf(samples), rule.steady);
  const pool = { name: rule.pool, places: [place], isVarying, ...(held === undefined ? {} : { needs: ONCE_NEEDS }) };
  if (held !== undefined && !isVarying) return { name, observed, ...held, pool };
  const text = (value: number): string => `${Number(value.toPrecision(3))}${rule.unit}`;
  const isException = rule.allowsExceptions && isWithin(middleOf(samples), repeats, rule.room);
  const isNear = isWithin(observed, samples, rule.room + BEYOND_SHARE * widthOf(samples)) || isException;
  const near = rule.allowsExceptions ? 'in our range, or our middle in the recorded one' : 'in our range';
  return {
    name,
    observed,
    simulated: { ...spreadOf(samples), place: Number(place.toFixed(3)) },
    tolerance:
      `places of the family evenly spread; our 5-95 % width at most ${text(rule.width)}; ` +
      `${near}, ${text(rule.room)} and ${BEYOND_SHARE} of our width more on both sides`,
    agree: isNear && widthOf(samples) <= rule.width,
    pool,
  };
}

/**
 * Whether a figure that does not meet its target is left to its pool: it was recorded once, and our own runs are farther apart than the
 * target allows.
 */
export function isForPool(agrees: boolean, repeats: number, width: number, steady: number): boolean {
  return !agrees && repeats === 1 && width > steady;
}

/** Whether recorded repeats are farther apart than a tolerance, or some have no figure. */
export function varies(figures: readonly Figure[], tolerance: number): boolean {
  const present = figures.filter((figure) => figure !== null);
  if (present.length === 0) return false;
  return present.length < figures.length || Math.max(...present) - Math.min(...present) > tolerance;
}
