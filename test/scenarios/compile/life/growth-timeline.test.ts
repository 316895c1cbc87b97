import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RateCurve } from '../../../../models/traffic/load/rate-curve.ts';
import { rateCurve } from '../../../../models/traffic/load/rate-shape.ts';
import {
  GROWTH_PARTS,
  type Growth,
  GrowthTimeline,
  growthMetrics,
  growthWords,
} from '../../../../scenarios/compile/life/growth-timeline.ts';
import { loadRiseNs } from '../../../../scenarios/compile/life/load-rise.ts';
import { FirstAnswers } from '../../../../scenarios/compile/life/ports.ts';

const part = (growth: Growth, name: (typeof GROWTH_PARTS)[number]): number =>
  growth.partsNs[GROWTH_PARTS.indexOf(name)]!;

describe('the way from load to the first byte', () => {
  it('gives each part what passed since the one before', () => {
    const done: Growth[] = [];
    const timeline = new GrowthTimeline((growth) => done.push(growth));
    timeline.ordered(3, 1, { riseNs: 100, measuredNs: 120, decidedNs: 150 });
    expect(timeline.created(7, 3, 160)).toBe(true);
    expect(timeline.created(8, 3, 160)).toBe(false);
    timeline.reached(7, 'refused', 165);
    timeline.reached(7, 'refused', 999);
    timeline.asked(2, 180);
    timeline.joined(2, 240);
    timeline.bound(7, 2, 241);
    timeline.reached(7, 'networked', 243);
    timeline.reached(7, 'pulled', 255);
    timeline.reached(7, 'started', 260);
    timeline.reached(7, 'ready', 275);
    timeline.reached(7, 'offered', 276);
    timeline.answered(7, 280);
    timeline.answered(7, 999);
    expect(done).toHaveLength(1);
    expect(done[0]!.partsNs).toEqual([20, 30, 10, 5, 15, 60, 1, 2, 12, 5, 15, 1, 4]);
    expect(done[0]!.wholeNs).toBe(180);
  });

  it('gives the pods of a workload to its orders, the oldest first, and to each as many as it asked for', () => {
    const done = new Map<number, number>();
    const timeline = new GrowthTimeline(({ pod, riseNs }) => done.set(pod, riseNs));
    timeline.ordered(1, 2, { riseNs: 10, measuredNs: 20, decidedNs: 30 });
    timeline.ordered(2, 1, { riseNs: 11, measuredNs: 20, decidedNs: 30 });
    timeline.ordered(1, 1, { riseNs: 12, measuredNs: 35, decidedNs: 40 });
    for (const [pod, workload] of [
      [0, 1],
      [1, 2],
      [2, 1],
      [3, 1],
    ] as const)
      expect(timeline.created(pod, workload, 50)).toBe(true);
    for (const workload of [0, 1, 2]) expect(timeline.created(9, workload, 50)).toBe(false);
    for (let pod = 0; pod < 4; pod++) timeline.answered(pod, 60);
    expect([...done]).toEqual([
      [0, 10],
      [1, 11],
      [2, 10],
      [3, 12],
    ]);
  });

  it('says the parts in words: each with its share, which add up, and without one where nothing took time', () => {
    const timeline = new GrowthTimeline();
    timeline.ordered(0, 2, { riseNs: 0, measuredNs: 1e9, decidedNs: 3e9 });
    timeline.created(1, 0, 4e9);
    timeline.answered(1, 4e9);
    const words = growthWords(timeline.slowest!).split(', ');
    expect(words.slice(0, 4)).toEqual([
      'measured 1 s (25.0 %)',
      'decided 2 s (50.0 %)',
      'created 1 s (25.0 %)',
      'refused 0 s (0.0 %)',
    ]);
    expect(words).toHaveLength(GROWTH_PARTS.length);
    expect(growthWords({ pod: 0, riseNs: 0, partsNs: GROWTH_PARTS.map(() => 0), wholeNs: 0 })).not.toContain('%');
  });

  it('is none of a pod that an autoscaler ordered before any load had come', () => {
    const timeline = new GrowthTimeline();
    timeline.ordered(0, 1, { riseNs: 100, measuredNs: 80, decidedNs: 90 });
    expect(timeline.created(1, 0, 91)).toBe(false);
    timeline.answered(1, 95);
    expect(timeline.slowest).toBeUndefined();
  });

  it('takes no time for what did not happen, or had happened before', () => {
    const timeline = new GrowthTimeline();
    timeline.asked(2, 50);
    timeline.joined(2, 90);
    timeline.ordered(0, 2, { riseNs: 100, measuredNs: 80, decidedNs: 110 });
    timeline.created(1, 0, 111);
    timeline.bound(1, 2, 113);
    timeline.reached(1, 'ready', 130);
    timeline.answered(1, 140);
    const growth = timeline.slowest!;
    expect([part(growth, 'measured'), part(growth, 'decided')]).toEqual([0, 10]);
    expect([part(growth, 'refused'), part(growth, 'asked'), part(growth, 'joined'), part(growth, 'bound')]).toEqual([
      0, 0, 0, 2,
    ]);
    expect(part(growth, 'answered')).toBe(10);
    timeline.created(2, 0, 111);
    timeline.gone(2);
    timeline.answered(2, 500);
    expect(timeline.slowest).toBe(growth);
  });

  it('its parts add up to the whole to the nanosecond, whatever happens when', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 2 ** 50 }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(instants, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), (unsorted, happened) => {
        const at = [...unsorted].sort((a, b) => a - b);
        const timeline = new GrowthTimeline();
        timeline.ordered(0, 1, { riseNs: at[1]!, measuredNs: at[0]!, decidedNs: at[2]! });
        timeline.created(5, 0, at[3]!);
        if (happened[0]) timeline.reached(5, 'refused', at[4]!);
        if (happened[1]) timeline.asked(1, at[happened[2] ? 0 : 4]!);
        if (happened[1]) timeline.joined(1, at[5]!);
        timeline.bound(5, 1, at[5]!);
        if (happened[3]) timeline.reached(5, 'networked', at[6]!);
        if (happened[5]) timeline.reached(5, 'pulled', at[6]!);
        if (happened[4]) timeline.reached(5, 'ready', at[7]!);
        timeline.answered(5, at[8]!);
        const growth = timeline.slowest!;
        expect(growth.partsNs.reduce((sum, each) => sum + each, 0)).toBe(at[8]! - at[1]!);
        expect(growth.wholeNs).toBe(at[8]! - at[1]!);
        expect(Math.min(...growth.partsNs)).toBeGreaterThanOrEqual(0);
        const { loadToFirstByte, ...parts } = growthMetrics(growth);
        expect(Object.values(parts).reduce((sum, each) => sum + each, 0)).toBe(loadToFirstByte);
      }),
    );
  });

  it('finds the first answer: a payload to one who had asked, and no call of its own', () => {
    const answered: number[] = [];
    const answers = new FirstAnswers((pod) => answered.push(pod));
    answers.await(5);
    answers.sent(5, 9);
    answers.sent(-1, 5);
    answers.sent(5, 9);
    expect(answered).toEqual([]);
    answers.sent(5, -1);
    answers.sent(-1, 5);
    answers.sent(5, -1);
    expect(answered).toEqual([5]);
  });
});

describe('when a load began to rise', () => {
  const SECOND = 1e9;
  const load = (rate: unknown, start = 10 * SECOND) => ({ start, sources: [{ rate }] }) as never;
  const steps = (list: readonly (readonly [number, number])[]) => list.map(([at, rate]) => ({ at: at * SECOND, rate }));

  it('is the last jump up, the foot of the last slope, or the start of the load', () => {
    const jumps = {
      between: 'step',
      steps: steps([
        [0, 5],
        [100, 20],
        [200, 10],
        [300, 30],
      ]),
    };
    expect([50, 150, 250, 350].map((now) => loadRiseNs(load(jumps), now * SECOND) / SECOND)).toEqual([
      10, 100, 100, 300,
    ]);
    const slopes = {
      between: 'linear',
      steps: steps([
        [0, 5],
        [100, 5],
        [200, 10],
        [300, 30],
        [400, 0],
      ]),
    };
    expect([50, 150, 250, 350].map((now) => loadRiseNs(load(slopes), now * SECOND) / SECOND)).toEqual([
      10, 100, 100, 100,
    ]);
    const waves = {
      between: 'linear',
      repeatEvery: 240 * SECOND,
      steps: steps([
        [0, 20],
        [120, 120],
      ]),
    };
    expect([60, 200, 250, 730].map((now) => loadRiseNs(load(waves), now * SECOND) / SECOND)).toEqual([
      10, 10, 240, 720,
    ]);
    expect(loadRiseNs(load(30), 500 * SECOND)).toBe(10 * SECOND);
    expect(loadRiseNs(load(undefined, 0), 500 * SECOND)).toBe(0);
  });

  it('is of several sources that which rose last', () => {
    const jump = (at: number) => ({
      rate: {
        between: 'step',
        steps: steps([
          [0, 1],
          [at, 2],
        ]),
      },
    });
    const both = { start: 0, sources: [jump(40), jump(70), jump(20)] } as never;
    expect([30, 60, 90].map((now) => loadRiseNs(both, now * SECOND) / SECOND)).toEqual([20, 40, 70]);
  });

  /** Second by second: where the rate goes up after a second in which it did not. */
  function risesOf(curve: RateCurve, between: 'step' | 'linear', seconds: number): number[] {
    const up = (second: number): boolean =>
      second >= 0 && curve.perSecAt((second + 1) * SECOND) > curve.perSecAt(second * SECOND) + 1e-9;
    const all = [...Array(seconds).keys()];
    if (between === 'step') return all.filter(up).map((second) => second + 1);
    return all.filter((second) => up(second) && !up(second - 1));
  }

  it('is where the curve that the source goes by turns upwards, also from one turn of it to the next', () => {
    const point = fc.record({ gap: fc.integer({ min: 1, max: 9 }), rate: fc.integer({ min: 0, max: 4 }) });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1, maxLength: 6 }),
        fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
        fc.constantFrom('step' as const, 'linear' as const),
        fc.integer({ min: 0, max: 120 }),
        (points, rest, between, now) => {
          const instant = (count: number): number => points.slice(1, count).reduce((sum, { gap }) => sum + gap, 0);
          const list = points.map(({ rate }, index) => ({ at: instant(index + 1) * SECOND, rate }));
          const periodNs = rest === undefined ? undefined : (instant(points.length) + rest) * SECOND;
          const curve = rateCurve({
            kind: 'series',
            timesNs: list.map((one) => one.at),
            perSec: list.map(({ rate }) => rate),
            between,
            ...(periodNs === undefined ? { after: 'hold' } : { after: 'repeat', periodNs }),
          });
          const last =
            risesOf(curve, between, 130)
              .filter((second) => second <= now)
              .at(-1) ?? 0;
          const rate = { between, steps: list, repeatEvery: periodNs };
          expect(loadRiseNs(load(rate, 0), now * SECOND) / SECOND).toBe(last);
        },
      ),
      { seed: 7, numRuns: 2000 },
    );
  });
});
