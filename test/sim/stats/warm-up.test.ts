/**
 * Chance in these tests: seeds are fixed. Means are held to a t interval of 99.5 % over replications, so that a perfect cut passes
 * 99.5 % of all choices of a seed; where a cut is held to a range, the range is the known decay of the process.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponential, normal } from '../../../sim/random/distributions.ts';
import { type Stream, StreamSource } from '../../../sim/random/stream.ts';
import { meanInterval } from '../../../sim/stats/intervals.ts';
import { mserCut } from '../../../sim/stats/warm-up.ts';

const source = new StreamSource('warm-up');
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

/** A first-order autoregression with coefficient `phi`, spread 1 and mean 0 in the long run, started at `from`. */
function autoregression(stream: Stream, length: number, phi: number, from: number): number[] {
  const noise = Math.sqrt(1 - phi * phi);
  let x = from;
  return Array.from({ length }, () => {
    x = phi * x + noise * normal(stream);
    return x;
  });
}

/** Waiting times of an M/M/1 queue in units of a service, by Lindley's recursion, with `work` in front of the first job. */
function queue(stream: Stream, length: number, load: number, work: number): number[] {
  let wait = work;
  return Array.from({ length }, () => {
    const now = wait;
    wait = Math.max(0, wait + exponential(stream, 1) - exponential(stream, 1 / load));
    return now;
  });
}

/** The rule as it is printed in the papers, sum by sum. */
function printedRule(series: readonly number[], batch: number): number {
  const batches = Array.from({ length: Math.floor(series.length / batch) }, (_, i) =>
    mean(series.slice(i * batch, (i + 1) * batch)),
  );
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let d = 0; d <= batches.length - 5; d++) {
    const left = batches.slice(d);
    const centre = mean(left);
    const error = left.reduce((sum, value) => sum + (value - centre) ** 2, 0) / left.length ** 2;
    if (error < least) [best, least] = [d, error];
  }
  return best * batch;
}

describe('the cut of MSER-5', () => {
  it('is that of the printed rule', () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 60, maxLength: 140 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 6 }), (series, batch) => {
        expect(mserCut(series, batch).cut).toBe(printedRule(series, batch));
        expect(mserCut(Float64Array.from(series), batch)).toEqual(mserCut(series, batch));
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('drops a step exactly, and nothing of a constant', () => {
    const step = Array.from({ length: 200 }, (_, i) => (i < 40 ? 7 : i % 2));
    expect(mserCut(step)).toEqual({ cut: 40, reliable: true });
    expect(mserCut(new Array<number>(100).fill(0.1))).toEqual({ cut: 0, reliable: true });
  });

  it('says when it cannot tell', () => {
    expect(mserCut([])).toEqual({ cut: 0, reliable: false });
    expect(mserCut([1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual({ cut: 0, reliable: false });
    // Still falling at the end: the flattest part is the last one.
    const falling = Array.from({ length: 200 }, (_, i) => 1000 / (1 + i / 10));
    expect(mserCut(falling).reliable).toBe(false);
    expect(() => mserCut([Number.NaN, ...new Array<number>(100).fill(1)])).toThrow(/NaN/);
    expect(() => mserCut([1, 2, 3], 0)).toThrow(/batches of 0/);
  });
});

describe('on an autoregression', () => {
  const phi = 0.9;
  const replications = 60;
  const length = 2000;

  it('started 20 spreads away, cuts where the start has faded into the noise', () => {
    const cuts: number[] = [];
    const kept: number[] = [];
    const uncut: number[] = [];
    for (let r = 0; r < replications; r++) {
      const series = autoregression(source.stream(`far ${r}`, 'noise'), length, phi, 20);
      const { cut, reliable } = mserCut(series);
      expect(reliable).toBe(true);
      cuts.push(cut);
      kept.push(mean(series.slice(cut)));
      uncut.push(mean(series));
    }
    // 20 · 0.9^t passes one spread at t = 28 and a fifth of one at t = 44.
    expect(median(cuts)).toBeGreaterThanOrEqual(20);
    expect(median(cuts)).toBeLessThanOrEqual(45);
    const after = meanInterval(kept, 0.995);
    expect(after.low).toBeLessThan(0);
    expect(after.high).toBeGreaterThan(0);
    // The bias without a cut is 20 · 0.9 / (1 - 0.9) / 2000 = 0.09.
    expect(meanInterval(uncut, 0.995).low).toBeGreaterThan(0);
  });

  it('started where it stays, cuts next to nothing', () => {
    const cuts = Array.from({ length: replications }, (_, r) => {
      const stream = source.stream(`near ${r}`, 'noise');
      return mserCut(autoregression(stream, length, phi, normal(stream))).cut;
    });
    expect(median(cuts)).toBeLessThanOrEqual(length / 100);
    expect(mean(cuts)).toBeLessThan(length / 10);
  });
});

describe('on a queue', () => {
  const load = 0.5;
  const work = 200;
  const length = 20_000;

  it('that starts long, cuts about where it has drained', () => {
    const cuts: number[] = [];
    const kept: number[] = [];
    const uncut: number[] = [];
    for (let r = 0; r < 60; r++) {
      const series = queue(source.stream(`long ${r}`, 'jobs'), length, load, work);
      const { cut, reliable } = mserCut(series);
      expect(reliable).toBe(true);
      cuts.push(cut);
      kept.push(mean(series.slice(cut)));
      uncut.push(mean(series));
    }
    // Each job brings 1 and the time until the next one takes 2: 200 jobs drain it, give or take 32 (one spread).
    expect(median(cuts)).toBeGreaterThan(170);
    expect(median(cuts)).toBeLessThan(265);
    // The mean wait is load / (1 - load) = 1 service. Uncut: 200 jobs that wait 100 on average among 20,000 add 1.
    const after = meanInterval(kept, 0.995);
    expect(after.low).toBeLessThan(1);
    expect(after.high).toBeGreaterThan(1);
    expect(meanInterval(uncut, 0.995).low).toBeGreaterThan(1.5);
  });
});
