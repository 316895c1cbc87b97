import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  evictedAtNs,
  NODE_LIFECYCLE_DEFAULTS,
  noExecuteTimesNs,
  notReadyAtNs,
  unreachableTolerationSeconds,
} from '../../../models/cluster/node-lifecycle.ts';
import { effectiveTolerations } from '../../../models/cluster/toleration.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { StreamSource } from '../../../sim/random/stream.ts';

const second = (s: number): number => s * NS_PER_SECOND;

describe('notReadyAtNs', () => {
  it('lies between 45 and 55 s after the fault, 50 s on average, in whole nanoseconds', () => {
    const stream = new StreamSource('1').stream('node/1', 'not-ready');
    const delays = Array.from({ length: 4000 }, () => notReadyAtNs(second(7), stream) - second(7));
    expect(delays.every((ns) => Number.isInteger(ns) && ns > second(45) && ns < second(55))).toBe(true);
    const mean = delays.reduce((sum, ns) => sum + ns, 0) / delays.length;
    // Standard deviation 2.04 s: the mean of 4,000 lies within 0.13 s with probability 0.9999.
    expect(Math.abs(mean - second(50))).toBeLessThan(second(0.13));
  });

  it('covers the recorded span of 48.8 to 52.1 s and follows the settings', () => {
    const stream = new StreamSource('1').stream('node/2', 'not-ready');
    const quick = { ...NODE_LIFECYCLE_DEFAULTS, graceNs: 10, renewalPeriodNs: 1, monitorPeriodNs: 1 };
    expect(notReadyAtNs(0, stream, quick)).toBe(10);
    expect(() => notReadyAtNs(0, stream, { ...quick, graceNs: 1 })).toThrow(/grace/);
  });
});

describe('noExecuteTimesNs', () => {
  it('taints the second node 10 s after the first, as recorded', () => {
    expect(noExecuteTimesNs([second(51), second(50)])).toEqual([second(60), second(50)]);
  });

  it('never taints early, and never two within a period', () => {
    const property = fc.property(fc.array(fc.nat(200), { maxLength: 12 }), (seconds) => {
      const times = noExecuteTimesNs(seconds.map(second));
      times.forEach((ns, i) => {
        expect(ns).toBeGreaterThanOrEqual(second(seconds[i]));
      });
      const sorted = [...times].sort((a, b) => a - b);
      for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(second(10));
    });
    fc.assert(property, { seed: 1 });
  });
});

describe('eviction', () => {
  it('comes after the toleration: 300 s for ordinary pods, at once for 0 s', () => {
    expect(evictedAtNs(second(50))).toBe(second(350));
    expect(evictedAtNs(second(50), 0)).toBe(second(50));
    expect(evictedAtNs(second(50), Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it('reads the seconds from the tolerations', () => {
    const own = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', value: '', effect: 'NoExecute' } as const;
    expect(unreachableTolerationSeconds(effectiveTolerations([]))).toBe(300);
    expect(unreachableTolerationSeconds(effectiveTolerations([{ ...own, tolerationSeconds: 20 }]))).toBe(20);
    expect(unreachableTolerationSeconds([own])).toBe(Number.POSITIVE_INFINITY);
    expect(unreachableTolerationSeconds([])).toBe(0);
  });
});
