/**
 * The search for the first flip along one assumption: a ladder of factors outwards from today, then bisection in the interval
 * where the answer changed.
 *
 * Nothing is assumed of the way in between: an answer may flip and flip back between two rungs, and then it is not seen. What
 * is found is the first flip on the ladder, and its place to 9 %.
 */

/** Rungs of the ladder: 2, 4, 8, 16 times, or the inverse. */
const RUNGS = 4;
/** Halvings of the last rung's interval on a logarithmic scale: the place is known to the eighth root of two, 9 %. */
const HALVINGS = 3;

/** The ladder's end. */
export const FARTHEST = 2 ** RUNGS;

/** What is recommended at one factor, as a text that is equal where the recommendation is equal. */
export type Outcome = string;

/** The first flip. */
export interface Flip {
  /** The factor nearest to today at which another outcome was seen. */
  readonly factor: number;
  readonly outcome: Outcome;
}

/** Yields factors to be tried and takes the outcome of each; ends with the flip, or null when there is none on the ladder. */
export function* searchFlip(today: Outcome, direction: 'up' | 'down'): Generator<number, Flip | null, Outcome> {
  const at = (steps: number): number => 2 ** (direction === 'up' ? steps : -steps);
  for (let rung = 1; rung <= RUNGS; rung++) {
    const outcome = yield at(rung);
    if (outcome !== today) return yield* narrowed(today, at, rung, outcome);
  }
  return null;
}

function* narrowed(
  today: Outcome,
  at: (steps: number) => number,
  rung: number,
  outcome: Outcome,
): Generator<number, Flip, Outcome> {
  let [near, far] = [rung - 1, rung];
  let flip: Flip = { factor: at(far), outcome };
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (near + far) / 2;
    const seen = yield at(middle);
    if (seen === today) near = middle;
    else {
      far = middle;
      flip = { factor: at(far), outcome: seen };
    }
  }
  return flip;
}
