/** At the values that are told, the autoscaler asks for what it has; just beyond them it asks for more, or for fewer. */
import { expect, it } from 'vitest';
import { withDefaults } from '../../../models/autoscaling/horizontal-autoscaler.ts';
import type { HorizontalObservation } from '../../../models/autoscaling/horizontal-controller.ts';
import { tippingPoints, tippingSentences } from '../../../models/autoscaling/horizontal-tipping.ts';

const AVERAGE = {
  type: 'External',
  metric: { name: 'queue', selector: null },
  target: { averageValueMilli: 10_000n },
} as const;

function seen(replicas: number, value: bigint): HorizontalObservation {
  return {
    ...{ nowNs: 0, specReplicas: replicas, statusReplicas: replicas, pods: [] },
    readings: {
      ...{ podSamples: new Map(), podMetrics: new Map(), objectMetrics: new Map() },
      externalMetrics: new Map([['queue', [{ labels: {}, milli: value }]]]),
    },
  };
}

it('tells the values of an external metric shared by the pods', () => {
  const autoscaler = withDefaults({ maxReplicas: 8, metrics: [AVERAGE] });
  // Four pods: 44 in all is a tenth above 40, the tolerance; three pods are enough for 30, which is 7.5 for each of four.
  const [point] = tippingPoints(autoscaler, seen(4, 40_000n));
  expect(point).toMatchObject({ unit: 'thousandths', now: 10_000n, moreAbove: 11_000n });
  expect(Number(point!.fewerBelow)).toBeCloseTo(7500, -1);
});

it('tells limits and windows beside the values', () => {
  const metrics = [AVERAGE];
  const sentencesOf = (autoscaler: ReturnType<typeof withDefaults>, replicas: number) => {
    const look = seen(replicas, 10_000n * BigInt(replicas));
    return tippingSentences(autoscaler, tippingPoints(autoscaler, look), look).join('\n');
  };
  const plain = withDefaults({ minReplicas: 2, maxReplicas: 4, metrics });
  expect(sentencesOf(plain, 4)).toMatch(/cannot have more than 4 replicas, its maximum/);
  expect(sentencesOf(plain, 2)).toMatch(/cannot have fewer than 2 replicas, its minimum/);
  expect(sentencesOf(plain, 3)).toMatch(/Pods go only after 300 s/);
  const ruled = withDefaults({ maxReplicas: 4, metrics, behavior: { scaleDown: { selectPolicy: 'Disabled' } } });
  expect(sentencesOf(ruled, 3)).toMatch(/forbids it to take pods away/);
  const quick = withDefaults({ maxReplicas: 4, metrics, behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } });
  expect(sentencesOf(quick, 3)).not.toMatch(/Pods go only/);
});

it('tells memory in MiB', () => {
  const autoscaler = withDefaults({
    maxReplicas: 8,
    metrics: [{ type: 'Resource', name: 'memory', target: { averageValueMilli: 1000n << 30n } }],
  });
  const point = { metric: 0, name: 'memory resource', unit: 'thousandths', now: 1000n << 29n } as const;
  const points = [{ ...point, moreAbove: 1100n << 30n, fewerBelow: null }];
  expect(tippingSentences(autoscaler, points, { specReplicas: 3 })).toEqual([
    'By memory resource it would add a pod at a mean of more than 1126.4Mi; now it is 512Mi.',
  ]);
});
