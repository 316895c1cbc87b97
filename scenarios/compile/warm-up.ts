/**
 * How long a scenario's traffic remembers that it began from nothing.
 *
 * Source: MSER-5 (sim/stats/warm-up.ts) over the number of calls under way, looked at five hundred times from the start of the
 * traffic to the first fault or the end: a fault is a change that is asked about, and not one to be cut away.
 * Left out: other signs of the start, such as the age of the longest flows; several replications.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { mserCut } from '../../sim/stats/warm-up.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import type { PlannedAlternative } from './plan.ts';
import { FlowRun } from './run.ts';
import type { RunOptions } from './scenario-run.ts';

/** A hundred batches of five: fine enough for a cut of one per cent, and cheap. */
const LOOKS = 500;

/** What one alternative asks to be cut. */
export interface WarmUp {
  /** From the start of the traffic, ns. */
  readonly warmUpNs: TimeNs;
  /** False when the traffic was still changing where it should have settled: half of the time is cut then. */
  readonly reliable: boolean;
}

/** Runs the alternative as far as it has to be watched, and finds the cut. */
export function findWarmUp(alternative: PlannedAlternative, seed: string, options: RunOptions): WarmUp {
  const { traffic } = alternative.document;
  const endNs = watchedUntilNs(alternative.document);
  const lengthNs = endNs - traffic.start;
  if (lengthNs < LOOKS) return { warmUpNs: 0, reliable: false };
  const run = new FlowRun(alternative, seed, { ...options, untilNs: endNs });
  const underWay = new Float64Array(LOOKS);
  for (let look = 0; look < LOOKS; look++) {
    run.advance(traffic.start + Math.floor((lengthNs * (look + 1)) / LOOKS));
    underWay[look] = run.callsUnderWay;
  }
  const { cut, reliable } = mserCut(underWay);
  const looks = reliable ? cut : LOOKS / 2;
  return { warmUpNs: Math.floor((lengthNs * looks) / LOOKS), reliable };
}

function watchedUntilNs({ faults, duration }: ScenarioDocument): TimeNs {
  return faults.reduce((least, { at }) => Math.min(least, at), duration);
}
