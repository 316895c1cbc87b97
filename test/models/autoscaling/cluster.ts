import type { HorizontalObservation } from '../../../models/autoscaling/horizontal-controller.ts';
import type { AutoscaledPod, PodSample } from '../../../models/autoscaling/metric-readings.ts';

export const SECOND = 1_000_000_000;
export const NOW = 10_000 * SECOND;

/** A pod for tests: how it is, and what it uses in thousandths of a processor (null: no sample). */
export interface TestPod {
  readonly name: string;
  readonly usage: number | null;
  readonly state: 'ready' | 'unready' | 'pending' | 'failed' | 'stopping';
}

function podOf({ name, state }: TestPod, requestMilli: bigint): AutoscaledPod {
  const phase = state === 'pending' ? 'Pending' : state === 'failed' ? 'Failed' : 'Running';
  // Unready pods of these tests have never been ready: the condition is as old as the pod.
  const ready = { value: state !== 'unready', sinceNs: NOW - 3600 * SECOND };
  const containers = [{ name: 'app', requestsMilli: { cpu: requestMilli } }];
  return { name, phase, deleting: state === 'stopping', startedNs: NOW - 3600 * SECOND, ready, containers };
}

/** What the controller sees of these pods, whose number is the count. */
export function observe(pods: readonly TestPod[], replicas = pods.length, nowNs = NOW): HorizontalObservation {
  const samples = pods.flatMap(({ name, usage }): [string, PodSample][] => {
    if (usage === null) return [];
    const containers = [{ name: 'app', usageMilli: { cpu: BigInt(usage) } }];
    return [[name, { timestampNs: nowNs, windowNs: 30 * SECOND, containers }]];
  });
  return {
    nowNs,
    specReplicas: replicas,
    statusReplicas: replicas,
    pods: pods.map((pod) => podOf(pod, 1000n)),
    readings: {
      podSamples: new Map(samples),
      podMetrics: new Map(),
      objectMetrics: new Map(),
      externalMetrics: new Map(),
    },
  };
}

/** What the controller sees of an external metric alone. */
export function observeQueue(milli: bigint, replicas: number, nowNs: number): HorizontalObservation {
  const seen = observe([], replicas, nowNs);
  return { ...seen, readings: { ...seen.readings, externalMetrics: new Map([['queue', [{ labels: {}, milli }]]]) } };
}
