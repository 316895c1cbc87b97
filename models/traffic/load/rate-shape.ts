/**
 * The forms of a rate that a plan may name: constant, steps, a daily wave, a recorded series.
 *
 * Source: ours; the daily wave is a cosine with 256 straight pieces a period, at most 8 in 100,000 of its amplitude off and with its
 * exact mean. Left out: holidays and weekends (a series has them), noise on top of a form.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, TIME_NS_MAX, type TimeNs } from '../../../sim/engine/sim-time.ts';
import { faultLines, type PlanFault, wrongValue } from './plan-fault.ts';
import { RateCurve } from './rate-curve.ts';

/** A rate of arrivals over time, arrivals a second. */
export type RateShape =
  | { readonly kind: 'constant'; readonly perSec: number }
  /** Each value holds until the next; nothing arrives before the first. */
  | { readonly kind: 'steps'; readonly steps: readonly RateStep[] }
  /** A cosine around `meanPerSec`: the most at `peakNs` into each period, the least half a period later. */
  | {
      readonly kind: 'daily';
      readonly meanPerSec: number;
      /** Share of the mean by which the peak exceeds it, 0 to 1. */
      readonly amplitude: number;
      readonly peakNs: TimeNs;
      /** 24 hours if left out. */
      readonly periodNs?: TimeNs;
    }
  | RateSeries;

/** From an instant on. */
export interface RateStep {
  readonly fromNs: TimeNs;
  readonly perSec: number;
}

/** Recorded values. */
export interface RateSeries {
  readonly kind: 'series';
  /** Rising instants from 0 on. */
  readonly timesNs: readonly number[];
  readonly perSec: readonly number[];
  readonly between: 'linear' | 'step';
  /** After the last value: it holds, the series begins anew one mean distance later, or nothing arrives any more. */
  readonly after: 'hold' | 'repeat' | 'stop';
  /** How long one turn of a series that repeats is; one mean distance longer than its points if left out. */
  readonly periodNs?: TimeNs;
  /** All values times this; 1 if left out. */
  readonly scale?: number;
}

/** A day. */
export const DAY_NS = 86_400 * NS_PER_SECOND;

/** More arrivals a second than this cannot be told apart on a clock of whole nanoseconds. */
export const RATE_PER_SEC_MAX = 1e8;

/** A year of samples every minute is less. */
export const SERIES_POINTS_MAX = 1_000_000;

const RATE = `a rate from 0 to ${RATE_PER_SEC_MAX} a second`;
const KNOTS = 256;

/** What is wrong with a rate; empty when it can be used. */
export function faultsOfRate(shape: RateShape): PlanFault[] {
  switch (shape.kind) {
    case 'constant':
      return rateFaults(['perSec'], shape.perSec);
    case 'steps':
      return stepFaults(shape.steps);
    case 'daily':
      return dailyFaults(shape);
    case 'series':
      return seriesFaults(shape);
  }
}

/** The curve of a rate. Asserts that it has no faults. */
export function rateCurve(shape: RateShape): RateCurve {
  const faults = faultsOfRate(shape);
  assert(faults.length === 0, () => faultLines(faults));
  switch (shape.kind) {
    case 'constant':
      return new RateCurve({ timesNs: [0], perSec: [shape.perSec], between: 'step', periodNs: Infinity });
    case 'steps':
      return stepCurve(shape.steps);
    case 'daily':
      return dailyCurve(shape.meanPerSec, shape.amplitude, shape.peakNs, shape.periodNs ?? DAY_NS);
    case 'series':
      return seriesCurve(shape);
  }
}

function isRate(perSec: number): boolean {
  return perSec >= 0 && perSec <= RATE_PER_SEC_MAX;
}

function isInstant(ns: number): boolean {
  return Number.isSafeInteger(ns) && ns >= 0 && ns <= TIME_NS_MAX;
}

function rateFaults(path: PlanFault['path'], perSec: number): PlanFault[] {
  if (isRate(perSec)) return [];
  const hint = Number.isNaN(perSec) ? 'a hole in the rate: write 0 where nothing arrives' : '';
  return [wrongValue(path, RATE, perSec, perSec < 0 ? 'arrivals cannot be taken back' : hint)];
}

function stepFaults(steps: readonly RateStep[]): PlanFault[] {
  if (steps.length === 0) return [wrongValue(['steps'], 'at least one step', 'none')];
  return steps.flatMap(({ fromNs, perSec }, i) => {
    const path = ['steps', i];
    const wrong = rateFaults([...path, 'perSec'], perSec);
    if (!isInstant(fromNs)) wrong.push(wrongValue([...path, 'fromNs'], 'an instant from 0 on, in whole ns', fromNs));
    else if (i > 0 && fromNs <= steps[i - 1].fromNs)
      wrong.push(
        wrongValue([...path, 'fromNs'], `an instant after ${steps[i - 1].fromNs} ns`, fromNs, 'sort the steps'),
      );
    return wrong;
  });
}

function dailyFaults({
  meanPerSec,
  amplitude,
  peakNs,
  periodNs = DAY_NS,
}: Extract<RateShape, { kind: 'daily' }>): PlanFault[] {
  const wrong = rateFaults(['meanPerSec'], 2 * meanPerSec);
  if (!(amplitude >= 0 && amplitude <= 1))
    wrong.push(wrongValue(['amplitude'], 'a share from 0 to 1', amplitude, 'beyond 1 the rate would fall below 0'));
  if (!isInstant(peakNs)) wrong.push(wrongValue(['peakNs'], 'an instant from 0 on, in whole ns', peakNs));
  if (!(isInstant(periodNs) && periodNs >= KNOTS))
    wrong.push(wrongValue(['periodNs'], `a period of at least ${KNOTS} ns`, periodNs));
  return wrong;
}

function seriesFaults({ timesNs, perSec, scale = 1, periodNs }: RateSeries): PlanFault[] {
  const count = timesNs.length;
  if (count === 0) return [wrongValue(['timesNs'], 'at least one point', 'none')];
  if (count > SERIES_POINTS_MAX) return [wrongValue(['timesNs'], `at most ${SERIES_POINTS_MAX} points`, count)];
  if (perSec.length !== count) return [wrongValue(['perSec'], `${count} values, one for each instant`, perSec.length)];
  const wrong: PlanFault[] = [];
  if (!(scale >= 0 && scale < Infinity)) wrong.push(wrongValue(['scale'], 'a factor from 0 on', scale));
  if (periodNs !== undefined && !(isInstant(periodNs) && periodNs > timesNs[count - 1]))
    wrong.push(wrongValue(['periodNs'], `more than ${timesNs[count - 1]} ns, in whole ns`, periodNs));
  if (timesNs[0] !== 0) wrong.push(wrongValue(['timesNs', 0], '0: a series begins at its first point', timesNs[0]));
  for (let i = 0; i < count; i++) {
    wrong.push(...rateFaults(['perSec', i], perSec[i] * (scale >= 0 ? scale : 1)));
    if (!isInstant(timesNs[i])) wrong.push(wrongValue(['timesNs', i], 'an instant from 0 on, in whole ns', timesNs[i]));
    else if (i > 0 && timesNs[i] <= timesNs[i - 1])
      wrong.push(wrongValue(['timesNs', i], `an instant after ${timesNs[i - 1]} ns`, timesNs[i], 'sort the series'));
  }
  return wrong;
}

function stepCurve(steps: readonly RateStep[]): RateCurve {
  const silent = steps[0].fromNs > 0;
  const timesNs = [...(silent ? [0] : []), ...steps.map(({ fromNs }) => fromNs)];
  const perSec = [...(silent ? [0] : []), ...steps.map((step) => step.perSec)];
  return new RateCurve({ timesNs, perSec, between: 'step', periodNs: Infinity });
}

/**
 * How long a series is. What follows its last point begins one mean distance after it: a sample stands for the time up to the next one; a single
 * point stands for a second.
 */
export function seriesSpanNs(timesNs: readonly number[]): TimeNs {
  const last = timesNs[timesNs.length - 1];
  return last + (timesNs.length > 1 ? Math.round(last / (timesNs.length - 1)) : NS_PER_SECOND);
}

function seriesCurve({ timesNs, perSec, between, after, scale = 1, periodNs }: RateSeries): RateCurve {
  const endNs = seriesSpanNs(timesNs);
  const times = [...timesNs];
  const rates = perSec.map((rate) => rate * scale);
  if (after === 'stop') {
    // A linear series falls to nothing there, in as good as no time.
    if (between === 'linear') {
      times.push(endNs - 1);
      rates.push(rates[rates.length - 1]);
    }
    times.push(endNs);
    rates.push(0);
  }
  return new RateCurve({
    timesNs: times,
    perSec: rates,
    between,
    periodNs: after === 'repeat' ? (periodNs ?? endNs) : Infinity,
  });
}

function dailyCurve(meanPerSec: number, amplitude: number, peakNs: TimeNs, periodNs: TimeNs): RateCurve {
  const cosines = circle();
  const timesNs = Array.from({ length: KNOTS }, (_, k) => Math.round((k * periodNs) / KNOTS));
  const perSec = Array.from(cosines, (cosine) => Math.max(0, meanPerSec * (1 + amplitude * cosine)));
  return new RateCurve({ timesNs, perSec, between: 'linear', periodNs, originNs: peakNs });
}

/** Cosines of even angles around a circle, by halving a right angle and turning: square roots only, the same bits everywhere. */
function circle(): Float64Array {
  let cos = 0;
  let sin = 1;
  for (let parts = 4; parts < KNOTS; parts *= 2) {
    const half = Math.sqrt((1 + cos) / 2);
    sin /= 2 * half;
    cos = half;
  }
  const cosines = new Float64Array(KNOTS);
  let [x, y] = [1, 0];
  for (let k = 0; k < cosines.length; k++) {
    cosines[k] = x;
    [x, y] = [x * cos - y * sin, x * sin + y * cos];
  }
  return cosines;
}
