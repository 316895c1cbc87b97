import { describe, expect, it } from 'vitest';
import {
  behaviorWithDefaults,
  cpuUtilization,
  withDefaults,
} from '../../../models/autoscaling/horizontal-autoscaler.ts';
import { HorizontalLoops } from '../../../models/autoscaling/horizontal-loop.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { Stream } from '../../../sim/random/stream.ts';

const SECOND = 1e9;

/** A workload whose load, in cores, is shared by its pods at once, and whose metrics are never late. */
function world(coresAt: (seconds: number) => number, downWindow: number, milli = 500) {
  const sim = new Simulation();
  const history: [number, number][] = [];
  const loops = new HorizontalLoops(
    sim,
    new Stream('hpa', 'autoscalers', 'phases'),
    (_, { nowNs, replicas, rescaled }) => {
      if (rescaled) history.push([Math.round(nowNs / SECOND), replicas]);
    },
  );
  let replicas = 2;
  const names = (): string[] => Array.from({ length: replicas }, (_, pod) => `web-${pod}`);
  const autoscaler = withDefaults({
    minReplicas: 1,
    maxReplicas: 50,
    metrics: [cpuUtilization(50)],
    behavior: behaviorWithDefaults({ scaleDown: { stabilizationWindowSeconds: downWindow } }),
  });
  loops.add(autoscaler, {
    get specReplicas() {
      return replicas;
    },
    get statusReplicas() {
      return replicas;
    },
    pods: () =>
      names().map((name) => ({
        name,
        phase: 'Running',
        deleting: false,
        startedNs: 0,
        ready: { value: true, sinceNs: 0 },
        containers: [{ name: 'app', requestsMilli: { cpu: BigInt(milli) } }],
      })),
    readings: () => {
      const each = BigInt(Math.round((coresAt(sim.nowNs / SECOND) * 1000) / replicas));
      const sample = {
        timestampNs: sim.nowNs,
        windowNs: 10 * SECOND,
        containers: [{ name: 'app', usageMilli: { cpu: each } }],
      };
      return {
        podSamples: new Map(names().map((name) => [name, sample])),
        podMetrics: new Map(),
        objectMetrics: new Map(),
        externalMetrics: new Map(),
      };
    },
    scaleTo: (wanted) => {
      replicas = wanted;
    },
  });
  return { history, run: (seconds: number) => sim.run(seconds * SECOND), replicas: () => replicas };
}

describe('a horizontal autoscaler on figures that are never late', () => {
  it('comes to load over target, and stays', () => {
    // Five cores at half of half a core: twenty pods.
    const { run, replicas, history } = world(() => 5, 0);
    run(300);
    expect(replicas()).toBe(20);
    expect(history.at(-1)![0]).toBeLessThan(120);
  });

  it('looks each fifteen seconds and may at most double or add four', () => {
    const { run, history } = world(() => 10, 0);
    run(300);
    const counts = [2, ...history.map(([, count]) => count)];
    for (let step = 1; step < counts.length; step++)
      expect(counts[step]!).toBeLessThanOrEqual(Math.max(2 * counts[step - 1]!, counts[step - 1]! + 4));
    for (let step = 1; step < history.length; step++) expect(history[step]![0] - history[step - 1]![0]).toBe(15);
  });

  it('waits with shrinking for as long as its window, and no longer', () => {
    for (const window of [0, 60, 300]) {
      const { run, history } = world((seconds) => (seconds < 400 ? 5 : 1), window);
      run(1500);
      const shrank = history.find(([seconds, count]) => seconds >= 400 && count < 20)!;
      expect(shrank[0] - 400).toBeGreaterThanOrEqual(window - 15);
      expect(shrank[0] - 400).toBeLessThanOrEqual(window + 30);
    }
  });
});
