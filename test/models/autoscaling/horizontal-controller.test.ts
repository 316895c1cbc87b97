import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HorizontalAutoscaler,
  type MetricSpec,
  type WrittenBehavior,
  withDefaults,
} from '../../../models/autoscaling/horizontal-autoscaler.ts';
import {
  decide,
  HorizontalController,
  type HorizontalObservation,
  NEW_AUTOSCALER,
} from '../../../models/autoscaling/horizontal-controller.ts';
import { explainDecision } from '../../../models/autoscaling/horizontal-explanation.ts';
import { NOW, observe, observeQueue, SECOND, type TestPod } from './cluster.ts';

const QUEUE: MetricSpec = {
  type: 'External',
  metric: { name: 'queue', selector: null },
  target: { averageValueMilli: 10_000n },
};

const state = fc.constantFrom<TestPod['state']>('ready', 'ready', 'ready', 'unready', 'pending', 'failed', 'stopping');
const usage = fc.option(fc.integer({ min: 0, max: 4000 }), { freq: 4 });
const pods = fc
  .array(fc.record({ usage, state }), { minLength: 1, maxLength: 30 })
  .map((list) => list.map((pod, place) => ({ ...pod, name: `pod-${place}` })));

const policy = fc.record({
  type: fc.constantFrom('Pods' as const, 'Percent' as const),
  value: fc.integer({ min: 1, max: 300 }),
  periodSeconds: fc.integer({ min: 1, max: 120 }),
});
const rules = fc.record(
  {
    stabilizationWindowSeconds: fc.integer({ min: 0, max: 120 }),
    selectPolicy: fc.constantFrom('Max' as const, 'Min' as const, 'Disabled' as const),
    policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const behavior: fc.Arbitrary<WrittenBehavior | null> = fc.option(
  fc.record({ scaleUp: rules, scaleDown: rules }, { requiredKeys: [] }),
);
const autoscaler = fc
  .record({ minReplicas: fc.integer({ min: 1, max: 10 }), more: fc.integer({ min: 0, max: 60 }), behavior })
  .map((one) => ({ ...one, maxReplicas: one.minReplicas + one.more }));

function cpuScaler(percent: number, rest: Partial<HorizontalAutoscaler> = {}): HorizontalAutoscaler {
  const metrics: MetricSpec[] = [{ type: 'Resource', name: 'cpu', target: { averageUtilization: percent } }];
  return { ...withDefaults({ minReplicas: 1, maxReplicas: 1000, metrics }), ...rest };
}

const FREE = withDefaults({
  maxReplicas: 1,
  behavior: {
    scaleUp: { policies: [{ type: 'Pods', value: 1_000_000, periodSeconds: 1 }] },
    scaleDown: { stabilizationWindowSeconds: 0 },
  },
}).behavior;

function replicasOf(scaler: HorizontalAutoscaler, seen: HorizontalObservation): number {
  return decide(scaler, NEW_AUTOSCALER, seen).decision.replicas;
}

/** A walk of an external metric: each step after some seconds. */
const walk = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 900 })), {
  minLength: 1,
  maxLength: 40,
});

describe('whatever happens, the autoscaler', () => {
  it('ends within its bounds, at each look of a random walk', () => {
    fc.assert(
      fc.property(autoscaler, walk, fc.integer({ min: 1, max: 100 }), (written, steps, start) => {
        const scaler = withDefaults({ ...written, metrics: [QUEUE] });
        const controller = new HorizontalController(scaler);
        let [nowNs, replicas] = [NOW, start];
        for (const [seconds, value] of steps) {
          nowNs += seconds * SECOND;
          replicas = controller.sync(observeQueue(BigInt(value) * 1000n, replicas, nowNs)).replicas;
          expect(replicas).toBeGreaterThanOrEqual(scaler.minReplicas);
          expect(replicas).toBeLessThanOrEqual(scaler.maxReplicas);
        }
      }),
    );
  });

  it('does not go below the highest demand of its scale-down window, unless the maximum is lower', () => {
    fc.assert(
      fc.property(walk, fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 90 }), (steps, window, start) => {
        const scaleDown = { stabilizationWindowSeconds: window };
        const scaler = withDefaults({ maxReplicas: 100, metrics: [QUEUE], behavior: { scaleDown } });
        const controller = new HorizontalController(scaler);
        let [nowNs, replicas] = [NOW, start];
        const demands: { nowNs: number; wanted: number }[] = [];
        for (const [seconds, value] of steps) {
          nowNs += seconds * SECOND;
          const before = replicas;
          const decision = controller.sync(observeQueue(BigInt(value) * 1000n, replicas, nowNs));
          replicas = decision.replicas;
          demands.push({ nowNs, wanted: decision.limits!.recommended });
          const recent = demands.filter((one) => one.nowNs > nowNs - window * SECOND).map(({ wanted }) => wanted);
          if (replicas < before) expect(replicas).toBeGreaterThanOrEqual(Math.min(100, Math.max(...recent)));
        }
      }),
    );
  });

  it('adds at most what its policies allow within any period', () => {
    fc.assert(
      fc.property(walk, policy, fc.integer({ min: 1, max: 50 }), (steps, { value, periodSeconds }, start) => {
        const scaleUp = { policies: [{ type: 'Pods' as const, value, periodSeconds }] };
        const scaleDown = { selectPolicy: 'Disabled' as const };
        const scaler = withDefaults({ maxReplicas: 100_000, metrics: [QUEUE], behavior: { scaleUp, scaleDown } });
        const controller = new HorizontalController(scaler);
        let [nowNs, replicas] = [NOW, start];
        const added: { nowNs: number; more: number }[] = [];
        for (const [seconds, demand] of steps) {
          nowNs += seconds * SECOND;
          const decision = controller.sync(observeQueue(BigInt(demand) * 10_000n, replicas, nowNs));
          added.push({ nowNs, more: decision.replicas - replicas });
          replicas = decision.replicas;
          const recent = added.filter((one) => one.nowNs > nowNs - periodSeconds * SECOND);
          expect(recent.reduce((sum, { more }) => sum + more, 0)).toBeLessThanOrEqual(value);
        }
      }),
    );
  });

  it('does not move inside the tolerance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 1, max: 40 }), (percent, size) => {
        for (const used of [Math.ceil(percent * 0.9), percent, Math.floor(percent * 1.1)]) {
          const seen = observe(Array.from({ length: size }, (_, place) => pod(place, used * 10)));
          expect(replicasOf(cpuScaler(percent, { behavior: FREE }), seen)).toBe(size);
        }
      }),
    );
  });

  it('asks for no fewer replicas when every pod uses more', () => {
    fc.assert(
      fc.property(pods, fc.integer({ min: 10, max: 150 }), fc.integer({ min: 0, max: 3000 }), (list, percent, more) => {
        const busier = list.map((one) => ({ ...one, usage: one.usage === null ? null : one.usage + more }));
        const scaler = cpuScaler(percent, { behavior: FREE });
        // As a ReplicaSet counts: without pods that failed or stop.
        const size = list.filter((one) => one.state !== 'failed' && one.state !== 'stopping').length;
        fc.pre(size > 0);
        const [before, after] = [list, busier].map((some) => replicasOf(scaler, observe(some, size)));
        expect(after).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  it('decides the same when pods have other names and another order', () => {
    fc.assert(
      fc.property(pods, fc.integer({ min: 10, max: 150 }), (list, percent) => {
        const renamed = list.map((one, place) => ({ ...one, name: `a${list.length - place}` })).reverse();
        const scaler = cpuScaler(percent);
        const [a, b] = [
          decide(scaler, NEW_AUTOSCALER, observe(list)),
          decide(scaler, NEW_AUTOSCALER, observe(renamed)),
        ];
        expect(b.decision.status).toEqual(a.decision.status);
        expect(b.decision.events).toEqual(a.decision.events);
      }),
    );
  });

  it('has something to say of every decision', () => {
    fc.assert(
      fc.property(pods, autoscaler, fc.integer({ min: 10, max: 150 }), (list, written, percent) => {
        const scaler = { ...withDefaults(written), metrics: [...cpuScaler(percent).metrics, QUEUE] };
        const sentences = explainDecision(decide(scaler, NEW_AUTOSCALER, observe(list)).decision);
        for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
        expect(sentences.join(' ')).not.toMatch(/undefined|NaN|Infinity/);
      }),
    );
  });
});

function pod(place: number, used: number | null, state: TestPod['state'] = 'ready'): TestPod {
  return { name: `pod-${place}`, usage: used, state };
}

function story(scaler: HorizontalAutoscaler, list: readonly TestPod[]): string[] {
  return explainDecision(decide(scaler, NEW_AUTOSCALER, observe(list)).decision);
}

describe('why it did or did not move', () => {
  it('tells the demand and the limit that bound it', () => {
    const scaler = cpuScaler(50, { maxReplicas: 5 });
    expect(
      story(
        scaler,
        [0, 1, 2].map((place) => pod(place, 1000)),
      ),
    ).toEqual([
      'It goes from 3 to 5 replicas.',
      'Cpu resource utilization (percentage of request) is 100 % where 50 % is the target, ratio 2: 2 times 3 pods asks for 6 replicas.',
      '3 pods counted by samples.',
      'The maximum is 5, so 6 became 5.',
    ]);
  });

  it('tells how pods without samples and unready pods were counted', () => {
    const list = [pod(0, 900), pod(1, null), pod(2, 900, 'unready'), pod(3, 900, 'stopping')];
    expect(story(cpuScaler(50), list)).toEqual([
      'It stays at 4 replicas.',
      'Cpu resource utilization (percentage of request) is 90 % where 50 % is the target, ratio 1.8: 4 replicas as before, because with the other pods filled in the ratio is 0.6, on the other side of 1.',
      '1 pod counted by samples.',
      '1 pod (pod-1) without a sample counted at 0, against the move.',
      '1 pod (pod-2) not ready counted at 0, against the move.',
      '1 pod (pod-3) failed or stopping left out.',
    ]);
  });

  it('tells of the window and of the tolerance', () => {
    expect(story(cpuScaler(50), [pod(0, 100), pod(1, 100)]).at(-1)).toBe(
      'Scaling down is stabilized: the highest demand of the window allows 2 and not 1.',
    );
    expect(story(cpuScaler(50), [pod(0, 520)])[1]).toBe(
      'Cpu resource utilization (percentage of request) is 52 % where 50 % is the target, ratio 1.04: 1 replica as before, because a ratio between 0.9 and 1.1 does not move it.',
    );
  });

  it('names the container that requests nothing, and tells why a missing metric stops it', () => {
    const seen = observe([pod(0, 10), pod(1, 10)]);
    const bare = { ...seen.pods[1]!, containers: [{ name: 'side', requestsMilli: {} }] };
    const { decision } = decide(cpuScaler(50), NEW_AUTOSCALER, { ...seen, pods: [seen.pods[0]!, bare] });
    expect(decision.status.conditions.ScalingActive?.message).toBe(
      'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container side of Pod pod-1',
    );
    expect(explainDecision(decision)[0]).toBe('It stays at 2 replicas: no metric could be computed.');
  });
});

describe('a target that has more replicas than there are pods', () => {
  it('is not scaled down by a ratio that asks for more', () => {
    const list = [pod(0, 1000), pod(1, 1000), pod(2, null, 'pending')];
    expect(replicasOf(cpuScaler(50, { behavior: FREE }), observe(list, 10))).toBe(10);
    expect(replicasOf(cpuScaler(50, { behavior: FREE }), observe(list))).toBe(4);
  });
});

describe('the tolerance of one direction', () => {
  const rulesWith = (tolerance: number) =>
    withDefaults({ maxReplicas: 1, behavior: { scaleUp: { tolerance }, scaleDown: {} } }).behavior;
  const seen = observe([pod(0, 540), pod(1, 540)]);

  it('counts only with its gate', () => {
    const scaler = cpuScaler(50, { behavior: rulesWith(0.01) });
    expect(new HorizontalController(scaler).sync(seen).replicas).toBe(2);
    expect(new HorizontalController(scaler, { configurableTolerance: true }).sync(seen).replicas).toBe(3);
  });
});
