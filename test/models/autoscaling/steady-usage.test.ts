/** The usual look is the whole rule's: whole decisions are compared, over random pods, samples and pasts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuUtilization, withDefaults } from '../../../models/autoscaling/horizontal-autoscaler.ts';
import { HorizontalController } from '../../../models/autoscaling/horizontal-controller.ts';
import type { AutoscaledPod, MetricReadings, PodSample } from '../../../models/autoscaling/metric-readings.ts';
import { steadyPods } from '../../../models/autoscaling/steady-usage.ts';

const SECOND = 1e9;

interface Drawn {
  readonly cpuMilli: number;
  readonly startedSec: number;
  readonly odd: number;
  readonly request: number;
}

const drawn = fc.record<Drawn>({
  cpuMilli: fc.integer({ min: 0, max: 3000 }),
  // One of ten is so young at some look that its first samples do not count.
  startedSec: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: 380, max: 420 }) },
  ),
  // Nine of ten pods are as they should be.
  odd: fc.integer({ min: 0, max: 59 }),
  request: fc.constantFrom(100, 250, 500),
});

function podOf({ startedSec, odd, request }: Drawn, index: number): AutoscaledPod {
  return {
    name: `p${index}`,
    phase: odd === 1 ? 'Pending' : odd === 2 ? 'Failed' : 'Running',
    deleting: odd === 3,
    startedNs: odd === 4 ? null : startedSec * SECOND,
    ready: odd === 5 ? null : { value: odd !== 6, sinceNs: (startedSec + 5) * SECOND },
    containers: [{ name: 'app', requestsMilli: odd === 7 ? {} : { cpu: BigInt(request) } }],
  };
}

describe('a look at steady pods', () => {
  it('decides as the whole rule does, look after look', () => {
    let usual = 0;
    fc.assert(
      fc.property(
        fc.array(fc.array(drawn, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 10, max: 150 }),
        (looks, percent) => {
          const autoscaler = withDefaults({ maxReplicas: 20, metrics: [cpuUtilization(percent)] });
          const [fast, plain] = [new HorizontalController(autoscaler), new HorizontalController(autoscaler)];
          looks.forEach((list, look) => {
            const nowNs = (425 + 15 * look) * SECOND;
            const pods = list.map(podOf);
            const sampled = list.map(({ odd }) => odd !== 8);
            const podSamples = new Map<string, PodSample>();
            let sum = 0;
            list.forEach(({ cpuMilli }, index) => {
              if (!sampled[index]) return;
              sum += cpuMilli;
              const containers = [{ name: 'app', usageMilli: { cpu: BigInt(cpuMilli) } }];
              podSamples.set(`p${index}`, { timestampNs: nowNs - 9 * SECOND, windowNs: 15 * SECOND, containers });
            });
            const readings: MetricReadings = {
              podSamples,
              podMetrics: new Map(),
              objectMetrics: new Map(),
              externalMetrics: new Map(),
            };
            const steady = sampled.every(Boolean) ? steadyPods(pods) : undefined;
            if (steady !== undefined) usual++;
            const seen = { nowNs, specReplicas: list.length, statusReplicas: list.length, pods, readings };
            const known =
              steady === undefined ? readings : { ...readings, steadyCpu: { ...steady, usedMilli: BigInt(sum) } };
            expect(fast.sync({ ...seen, readings: known })).toEqual(plain.sync(seen));
          });
        },
      ),
      { seed: 11, numRuns: 300 },
    );
    expect(usual).toBeGreaterThan(200);
  });

  it('is not taken for pods that are young, gone, not Ready, or silent about what they request', () => {
    const whole: Drawn = { cpuMilli: 1, startedSec: 10, odd: 0, request: 100 };
    expect(steadyPods([podOf(whole, 0), podOf(whole, 1)])).toEqual({
      names: ['p0', 'p1'],
      requestedMilli: 200n,
      newestStartNs: 10 * SECOND,
    });
    for (const odd of [1, 2, 3, 4, 5, 6, 7])
      expect(steadyPods([podOf(whole, 0), podOf({ ...whole, odd }, 1)])).toBeUndefined();
    expect(steadyPods([])).toBeUndefined();
    const asOne = { ...podOf(whole, 1), podRequestsMilli: { cpu: 700n } };
    expect(steadyPods([podOf(whole, 0), asOne])).toBeUndefined();
  });
});
