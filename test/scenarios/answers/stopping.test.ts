/** How many replications a pilot asks for, and the intervals that go with it. */
import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../../../scenarios/answers/comparison.ts';
import { stoppingOf, stoppingWords, twoStageComparison } from '../../../scenarios/answers/stopping.ts';
import type { RunResult } from '../../../scenarios/compile/index.ts';
import type { PrecisionSettings } from '../../../scenarios/document/precision-schema.ts';
import { readComparison } from '../../../sim/experiment/results-reader.ts';
import { normal } from '../../../sim/random/distributions.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { tQuantile } from '../../../sim/stats/student.ts';
import { planOf } from '../compile/small-worlds.ts';

const plan = planOf('first-steps');
const [A, B] = plan.alternatives.map(({ name }) => name) as [string, string];
const PILOT = [100, 104, 96, 102, 98];
/** The standard deviation of the pilot, by hand: squares 0, 16, 16, 4, 4. */
const SPREAD = Math.sqrt(40 / 4);
const T = tQuantile(0.975, 4);

function runs(values: readonly number[]): RunResult[] {
  const rest = { digest: 'd', records: 0, traceBytes: 0, events: 0, simulatedNs: 0, arrivalsHash: 7, faultsHash: 'f' };
  return values.map((goodput) => ({ ...rest, metrics: { goodput } }));
}

const asked = (more: Partial<PrecisionSettings>): PrecisionSettings => ({
  ...{ metric: 'goodput', halfWidth: '2bps', of: 'values', pilot: 5, most: 200 },
  ...more,
});

const wantedOf = (precision: PrecisionSettings, a = PILOT, b = PILOT): number =>
  stoppingOf(
    plan,
    precision,
    new Map([
      [A, runs(a)],
      [B, runs(b)],
    ]),
  ).wanted;

describe('the number of replications', () => {
  it('is that of the formula, for an amount and for a share', () => {
    expect(wantedOf(asked({}))).toBe(Math.ceil(((T * SPREAD) / 2) ** 2));
    expect(wantedOf(asked({ halfWidth: '4%' }))).toBe(Math.ceil(((T * SPREAD) / 4) ** 2));
    expect(wantedOf(asked({ halfWidth: '50%' }))).toBe(5);
  });

  it('is the largest over all alternatives', () => {
    const wider = PILOT.map((x) => 100 + 3 * (x - 100));
    expect(wantedOf(asked({}), PILOT, wider)).toBe(Math.ceil(((T * 3 * SPREAD) / 2) ** 2));
    expect(wantedOf(asked({}), wider, PILOT)).toBe(Math.ceil(((T * 3 * SPREAD) / 2) ** 2));
  });

  it('of differences rests on the pairs: what both share asks for nothing, and a share is one of the mean of both', () => {
    const lower = PILOT.map((x) => x - 50);
    expect(wantedOf(asked({ of: 'differences' }), PILOT, lower)).toBe(5);
    const opposite = PILOT.map((x) => 200 - x);
    const spread = 2 * SPREAD;
    expect(wantedOf(asked({ of: 'differences', halfWidth: '4%' }), PILOT, opposite)).toBe(
      Math.ceil(((T * spread) / 4) ** 2),
    );
  });

  it('is capped, and said to be', () => {
    const { stopping, wanted } = stoppingOf(plan, asked({ halfWidth: '1bps', most: 20 }), new Map([[A, runs(PILOT)]]));
    expect(stopping).toMatchObject({ pilot: 5, replications: 20, capped: true, relative: false, halfWidth: 1 });
    expect(wanted).toBeGreaterThan(20);
    expect(stoppingWords(stopping)).toMatch(
      /asked for more than the 20 that the scenario allows, so the intervals are wider/,
    );
    expect(stoppingWords({ ...stopping, capped: false })).toMatch(/asked for 20 in all/);
  });
});

describe('the intervals', () => {
  it('rest on the spread of the pilot and the mean of all, for values and for differences', () => {
    const { stopping } = stoppingOf(plan, asked({}), new Map([[A, runs(PILOT)]]));
    const all = [...PILOT, 150, 150, 150];
    const context = {
      name: 'x',
      seed: 's',
      replications: 8,
      interrupted: false,
      command: '',
      traceOf: () => undefined,
    };
    const made = new Map([
      [A, runs(all)],
      [B, runs(all.map(() => 90))],
    ]);
    const result = readComparison(JSON.parse(JSON.stringify(comparisonOf(plan, made, { ...context, stopping }))));
    const half = (T * SPREAD) / Math.sqrt(8);
    const { mean, low, high, replications } = result.alternatives[0]!.metrics['goodput']!;
    expect([mean, replications]).toEqual([118.75, 8]);
    expect([low, high]).toEqual([expect.closeTo(118.75 - half, 9), expect.closeTo(118.75 + half, 9)]);
    const difference = result.differences.find(({ metric }) => metric === 'goodput')!;
    expect(difference.low).toBeCloseTo(28.75 - half, 9);
    expect(result.stopping).toEqual(stopping);
    expect(result.assumptions.at(-1)).toBe(stoppingWords(stopping));
  });

  it('without a spread say what is certain', () => {
    expect(twoStageComparison([3, 3, 3], [1, 1, 1], 2, 0.95)).toEqual({ mean: 2, low: 2, high: 2, p: 0 });
    expect(twoStageComparison([3, 3, 3], [3, 3, 3], 2, 0.95)).toEqual({ mean: 0, low: 0, high: 0, p: 1 });
  });

  it('call a difference of nothing one in at most one of twenty experiments', () => {
    // Seeds fixed beforehand. 2,000 experiments: a true 5 % gives more than 124 in fewer than 1 of 200 (binomial).
    const draws = new StreamSource('two-stage').stream('p', 'values');
    const list = (count: number): number[] => Array.from({ length: count }, () => 10 + 3 * normal(draws));
    let called = 0;
    for (let i = 0; i < 2000; i++) {
      const pilot = [list(6), list(6)] as const;
      const spread = pilot[0].map((x, k) => x - pilot[1][k]!);
      const mean = spread.reduce((sum, x) => sum + x, 0) / 6;
      const variance = spread.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5;
      const more = Math.max(0, Math.ceil((tQuantile(0.975, 5) ** 2 * variance) / 4) - 6);
      const { p } = twoStageComparison([...pilot[0], ...list(more)], [...pilot[1], ...list(more)], 6, 0.95);
      if (p !== null && p <= 0.05) called++;
    }
    expect(called).toBeGreaterThan(70);
    expect(called).toBeLessThan(125);
  });
});
