import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../../models/traffic/load/cause.ts';
import type { RequestReport } from '../../../../models/traffic/load/request-measure.ts';
import { evaluateClaim } from '../../../../scenarios/answers/claim.ts';
import { metricSpecsOf, startRun } from '../../../../scenarios/compile/index.ts';
import { requestMetrics } from '../../../../scenarios/compile/life/request-metrics.ts';
import { planOf } from '../small-worlds.ts';

const report = (ok: number, failed: number, p50Ns: number): RequestReport => ({
  offered: ok + failed + 1,
  ok,
  errors: CAUSES.map((_, cause) => (cause < 2 ? failed / 2 : 0)),
  underWay: 1,
  goodputPerSec: ok,
  meanNs: p50Ns,
  p50Ns,
  p90Ns: p50Ns,
  p99Ns: 2 * p50Ns,
});

describe('figures of sources', () => {
  it('stand beside those of all where sources are several', () => {
    const sources = [{ name: 'visitors' }, { name: 'jobs' }, { name: 'nobody' }];
    const silent = { ...report(0, 0, Number.NaN), offered: 0 };
    expect(requestMetrics(sources, [report(90, 10, 5), report(20, 20, 7), silent], 10)).toEqual({
      requestsOffered: 14.2,
      requestsAnswered: 11,
      requestErrors: 30 / 140,
      latencyP50: 5,
      latencyP99: 10,
      'requestsAnswered:visitors': 9,
      'requestErrors:visitors': 0.1,
      'latencyP50:visitors': 5,
      'latencyP99:visitors': 10,
      'requestsAnswered:jobs': 2,
      'requestErrors:jobs': 0.5,
      'latencyP50:jobs': 7,
      'latencyP99:jobs': 14,
      'requestsAnswered:nobody': 0,
    });
    expect(Object.keys(requestMetrics(sources.slice(0, 1), [report(90, 10, 5)], 10))).toHaveLength(5);
  });

  it('are in the catalog of the plan, in a run, and in claims', () => {
    const plan = planOf('reserve-not-enough', 'duration=100s', 'load.warmUp=0s', 'load.sources.0.rate=60');
    const [first] = plan.alternatives;
    const { metrics } = startRun(plan, first!.name, 'sources/0').finish();
    const keys = metricSpecsOf(plan.alternatives).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(Object.keys(metrics).filter((key) => !keys.includes(key))).toEqual([]);
    const sum = metrics['requestsAnswered:visitors']! + metrics['requestsAnswered:jobs']!;
    expect(sum).toBeCloseTo(metrics['requestsAnswered']!, 9);
    expect(metrics['latencyP50:jobs']).toBeLessThan(metrics['latencyP50:visitors']!);
    expect(metrics['latencyP50:visitors']).toBe(metrics['latencyP50']);
    const outcome = evaluateClaim('latencyP50:jobs(none) < latencyP50:visitors(none)', {
      figure: (key) => metrics[key]!,
      verdict: () => ({ verdict: '', rules: [] }),
    });
    expect(outcome.holds).toBe(true);
  });
});
