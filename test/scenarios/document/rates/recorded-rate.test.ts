import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faultsOfRate, rateCurve } from '../../../../models/traffic/load/rate-shape.ts';
import { type RecordedRateOptions, readRecordedRate } from '../../../../scenarios/document/rates/recorded-rate.ts';

const S = 1e9;
const read = (lines: readonly string[], options?: RecordedRateOptions) =>
  readRecordedRate({ name: 'load.csv', text: lines.join('\n') }, options);
const points = (lines: readonly string[], options?: RecordedRateOptions): number[][] => {
  const { series, problems } = read(lines, options);
  expect(problems).toEqual([]);
  expect(faultsOfRate(series!)).toEqual([]);
  return series!.timesNs.map((ns, i) => [ns / S, series!.perSec[i]]);
};
const problemsOf = (lines: readonly string[], options?: RecordedRateOptions): [number, string][] => {
  const { series, problems } = read(lines, options);
  expect(series).toBeUndefined();
  return problems.map(({ line, message }) => [line, message]);
};

describe('a recorded rate', () => {
  it('begins at 0, sums what is of one instant, and keeps to the rows that are asked for', () => {
    const lines = ['timestamp,value,pod', '100,1,a', '100,2,b', '160,4,a', '220,0,a', '220,0.5,b'];
    expect(points(lines)).toEqual([
      [0, 3],
      [60, 4],
      [120, 0.5],
    ]);
    expect(points(lines, { where: { pod: 'a' } })).toEqual([
      [0, 1],
      [60, 4],
      [120, 0],
    ]);
    expect(read(lines).notes).toEqual(['load.csv: 5 rows, 3 instants over 120 s, one every 60 s.']);
  });

  it('knows units and ISO times', () => {
    expect(points(['time,qps', '5,1', '6,2'], { timeUnit: 'min' })).toEqual([
      [0, 1],
      [60, 2],
    ]);
    expect(points(['time,qps', '5000,1', '6000,2'], { timeUnit: 'ms' })).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(points(['date,qps', '2026-01-01T00:00:00Z,1', '2026-01-01T01:30:00+01:00,2'])).toEqual([
      [0, 1],
      [1800, 2],
    ]);
  });

  it('a hole is refused, or is what the caller says', () => {
    const lines = ['time,qps', '0,2', '10,2', '20,2', '50,8', '60,8'];
    expect(problemsOf(lines)).toEqual([[5, expect.stringMatching(/hole of 30 s.*every 10 s.*zero or interpolated/)]]);
    const load = (options: RecordedRateOptions): number => {
      const { series } = read(lines, options);
      return rateCurve(series!).expected(20 * S, 60 * S);
    };
    expect(points(lines, { holes: 'zero' })).toEqual([
      [0, 2],
      [10, 2],
      [20, 2],
      [30, 0],
      [50, 8],
      [60, 8],
    ]);
    expect(points(lines, { holes: 'interpolate' })).toEqual([
      [0, 2],
      [10, 2],
      [20, 2],
      [30, 4],
      [40, 6],
      [50, 8],
      [60, 8],
    ]);
    expect(load({ holes: 'zero' })).toBe(20 + 0 + 80);
    expect(load({ holes: 'interpolate', between: 'linear' })).toBe(150 + 80);
    expect(load({ holes: 'zero', between: 'linear' })).toBe(10 + 0 + 40 + 80);
    expect(read(lines, { holes: 'zero' }).notes[1]).toMatch(/2 instants without rows, taken as 0/);
  });
});

describe('what is wrong is told by line, all at once', () => {
  it('values and times', () => {
    expect(problemsOf(['time,qps', '0,-1', '1,', '2,many', 'x,3', '5,1', '4,1', '6,1,9'])).toEqual([
      [2, expect.stringMatching(/qps is -1; a rate is 0 or more/)],
      [3, expect.stringMatching(/hole/)],
      [4, expect.stringMatching(/"many"/)],
      [5, expect.stringMatching(/time is "x"/)],
      [7, expect.stringMatching(/goes back, from that of line 6. Sort/)],
      [8, expect.stringMatching(/2 fields/)],
    ]);
  });

  it('the same row twice', () => {
    expect(problemsOf(['time,pod,qps', '0,a,1', '0,a,2'])).toEqual([[3, expect.stringMatching(/labels of line 2/)]]);
  });

  it('columns that are not there, or more than one', () => {
    expect(problemsOf(['when,qps', '0,1'])).toEqual([
      [1, expect.stringMatching(/which column is the time.*when, qps/)],
    ]);
    expect(problemsOf(['time,endTime,qps', '0,1,2'])).toEqual([[1, expect.stringMatching(/time and endTime are/)]]);
    expect(
      problemsOf(['time,qps', '0,1'], { value: 'rps', where: { zone: 'a' } }).map(([, message]) => message),
    ).toEqual([expect.stringMatching(/no column rps/), expect.stringMatching(/no column zone/)]);
    expect(problemsOf(['time,qps'])).toEqual([[0, 'No row of this file can be used.']]);
    expect(problemsOf([''])[0][0]).toBe(1);
  });

  it('a thousand faults are shortened', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `${i},-1`);
    const problems = problemsOf(['time,qps', ...lines]);
    expect(problems.length).toBe(51);
    expect(problems[50][1]).toBe('… and 950 more.');
  });
});

/** The gateway load of a real system lies beside the checkout on some machines and is never part of it. */
const RECORDED = fileURLToPath(new URL('../../../../../shared/traces/gentd26-qps/qps.csv', import.meta.url));

describe.skipIf(!existsSync(RECORDED))('the recorded gateway load', () => {
  it('reads, once holes have a meaning', () => {
    const file = { name: 'qps.csv', text: readFileSync(RECORDED, 'utf8') };
    expect(readRecordedRate(file).problems.length).toBeGreaterThan(10);
    const { series, problems, notes } = readRecordedRate(file, { holes: 'interpolate' });
    expect(problems).toEqual([]);
    expect(notes[0]).toBe('qps.csv: 24627 rows, 1145 instants over 80313 s, one every 57 s.');
    const curve = rateCurve(series!);
    expect(curve.expected(0, 80_313 * S)).toBeGreaterThan(0);
  });
});
