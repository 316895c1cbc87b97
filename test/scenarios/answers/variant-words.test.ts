/** Answers about variants: each variant is a situation of its own, and the way figures move along them is told once. */
import { describe, expect, it } from 'vitest';
import { answersOf } from '../../../scenarios/answers/answer-model.ts';
import { leadingMetrics } from '../../../scenarios/answers/metric-order.ts';
import { recommendationsOf } from '../../../scenarios/answers/recommendation.ts';
import { terminalAnswer } from '../../../scenarios/answers/terminal.ts';
import type { AlternativeResult, ComparisonResult, Difference } from '../../../sim/experiment/results.ts';
import { sampleComparison } from '../../viz/compare/sample-results.ts';

const SAMPLE = sampleComparison();
const MODEL = SAMPLE.alternatives[0]!;

/** Two placements in three variants; figures that are equal are not told apart, all others are. */
function resultOf(figures: Readonly<Record<string, Readonly<Record<string, number>>>>): ComparisonResult {
  const alternatives = Object.entries(figures).map(([name, means]): AlternativeResult => {
    const [placement, variant] = name.split('/') as [string, string];
    const metrics = Object.entries(means).map(([key, mean]) => [key, { mean, low: mean, high: mean, replications: 9 }]);
    return { ...MODEL, name, placement, axes: { placement, variant }, metrics: Object.fromEntries(metrics) };
  });
  const differences = alternatives.flatMap((a, i) =>
    alternatives.slice(i + 1).flatMap((b) =>
      Object.keys(a.metrics).flatMap((metric): Difference[] => {
        if (b.metrics[metric] === undefined) return [];
        const mean = a.metrics[metric]!.mean - b.metrics[metric].mean;
        return [{ a: a.name, b: b.name, metric, mean, low: mean, high: mean, p: mean === 0 ? 1 : 0, adjustedP: 0 }];
      }),
    ),
  );
  return { ...SAMPLE, alternatives, differences };
}

const TURNING = resultOf({
  'spread/wide': { goodput: 6e9, latencyP99: 100e3, podsFit: 64 },
  'spread/thin': { goodput: 1e9, latencyP99: 500e3, podsFit: 64 },
  'together/wide': { goodput: 5e9, latencyP99: 100e3, podsFit: 64 },
  'together/thin': { goodput: 2e9, latencyP99: 100e3, podsFit: 64 },
});

describe('variants', () => {
  it('are situations: one recommendation for each, without pairs across them', () => {
    const found = recommendationsOf(TURNING);
    expect(found.map(({ group, alternative }) => [group.split('/')[1], alternative])).toEqual([
      ['wide', 'spread/wide'],
      ['thin', 'together/thin'],
    ]);
    expect(found[0]!.words).toMatch(
      /, Wide: Spread, because on throughput .* Spread \(6\u00a0Gbit\/s\) beats Together \(/,
    );
  });

  it('get one sentence each, and one for how the figures of each choice move', () => {
    const [answer] = answersOf(TURNING);
    expect(answer!.sentences).toEqual([
      'Wide: Spread leads, or could not be told from the leader, on every measure.',
      'Thin: Together is best on every measure.',
      'Spread: throughput of a bulk flow changes from 6\u00a0Gbit/s (Wide) to 1\u00a0Gbit/s (Thin); latency p99 changes from 100\u00a0µs (Wide) to 500\u00a0µs (Thin).',
      'Together: throughput of a bulk flow changes from 5\u00a0Gbit/s (Wide) to 2\u00a0Gbit/s (Thin).',
    ]);
    expect(answer!.findings.map(({ measure }) => measure)).toContain('Latency p99 (Thin)');
  });

  it('are all that is told where there is nothing to choose, and a figure counts from the first that has it', () => {
    const alone = resultOf({
      'spread/calm': { goodput: 6e9 },
      'spread/broken': { goodput: 6e9, rerouteTime: 1e9 },
      'spread/slow': { goodput: 6e9, rerouteTime: 9e9 },
    });
    const [answer] = answersOf(alone);
    expect(recommendationsOf(alone)).toEqual([]);
    expect(answer!.sentences).toEqual([
      'Longest stand-still after the link broke changes from 1\u00a0s (Broken) to 9\u00a0s (Slow).',
    ]);
  });

  it('say so when nothing changes', () => {
    const still = resultOf({ 'spread/wide': { goodput: 6e9 }, 'spread/thin': { goodput: 6e9 } });
    expect(answersOf(still)[0]!.sentences).toEqual(['No change against Wide could be shown on any measure.']);
  });

  it('put first what traffic feels, and leave out what is the same everywhere', () => {
    expect(leadingMetrics(TURNING).map(({ spec }) => spec.key)).toEqual(['goodput', 'latencyP99']);
    const text = terminalAnswer(TURNING, 80);
    expect(text).toMatch(/verdict +throughput +p99\n/);
    expect(text).not.toContain('kinds of change');
  });

  it('leave out a figure that one alternative alone has: there is nothing to hold it against', () => {
    const keys = (figures: Parameters<typeof resultOf>[0]) =>
      leadingMetrics(resultOf(figures)).map(({ spec }) => spec.key);
    const calm = { goodput: 6e9 };
    expect(keys({ 'spread/calm': calm, 'spread/broken': { goodput: 3e9, rerouteTime: 1e9 } })).toEqual(['goodput']);
    expect(keys({ 'spread/broken': { goodput: 3e9, rerouteTime: 1e9 } })).toEqual(['goodput', 'rerouteTime']);
  });
});
