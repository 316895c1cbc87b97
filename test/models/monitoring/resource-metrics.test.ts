import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  RESOURCE_METRICS_DEFAULTS,
  ResourceMetrics,
  type UsageSource,
} from '../../../models/monitoring/resource-metrics.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { Stream } from '../../../sim/random/stream.ts';

const SECOND = 1e9;

/** Pods on nodes of their own; `loads` are cores over time: [from seconds, cores]. */
function world(loads: readonly (readonly [number, number])[][], seed = 'metrics') {
  const sim = new Simulation();
  const startedNs = loads.map(() => 0);
  const reachable = new Set(loads.keys());
  const cpuNs = (pod: number): number => {
    let used = 0;
    const steps = loads[pod]!;
    steps.forEach(([from, cores], step) => {
      const fromNs = from * SECOND;
      const toNs = Math.min(
        sim.nowNs,
        step + 1 < steps.length ? steps[step + 1]![0] * SECOND : Number.POSITIVE_INFINITY,
      );
      if (toNs > fromNs) used += cores * (toNs - fromNs);
    });
    return used;
  };
  const source: UsageSource = {
    running: () => loads.keys(),
    lifeOf: () => 0,
    nodeOf: (pod) => pod,
    cpuNs,
    startedNs: (pod) => startedNs[pod]!,
    memoryMib: () => 100,
    reaches: (node) => reachable.has(node),
  };
  const metrics = new ResourceMetrics(sim, source, new Stream(seed, 'metrics-server', 'phases'));
  metrics.begin();
  const run = (seconds: number): void => {
    sim.run(Math.round(seconds * SECOND));
  };
  return { sim, metrics, run, reachable, startedNs };
}

describe('the resource metrics API', () => {
  it('says of a steady load what it is, over windows of ten or twenty seconds, late by no more than a sample and a scrape', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 40, max: 300 }), (seed, seconds) => {
        const { sim, metrics, run } = world([[[0, 0.25]]], `steady/${seed}`);
        run(seconds);
        const sample = metrics.sampleOf(0)!;
        expect(sample.cpuMilli).toBeCloseTo(250, 6);
        expect([10, 20]).toContain(sample.windowNs / SECOND);
        const lateNs = sim.nowNs - sample.timestampNs;
        const { housekeepingNs, resolutionNs } = RESOURCE_METRICS_DEFAULTS;
        expect(lateNs).toBeLessThanOrEqual(housekeepingNs + resolutionNs);
      }),
      { numRuns: 30 },
    );
  });

  it('sees a step of the load late, and in between two values', () => {
    const seen: number[] = [];
    const { metrics, run } = world([
      [
        [0, 0.1],
        [100, 1],
      ],
    ]);
    for (let second = 95; second <= 160; second++) {
      run(second);
      seen.push(Math.round(metrics.sampleOf(0)!.cpuMilli));
    }
    expect(seen[0]).toBe(100);
    expect(seen.at(-1)).toBe(1000);
    // It never overshoots, and never goes back.
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(new Set(seen).size).toBeGreaterThan(2);
  });

  it('says nothing of a container that has just started, nor of a node that cannot be asked', () => {
    const { metrics, run, reachable } = world([[[0, 0.5]]]);
    run(5);
    expect(metrics.sampleOf(0)).toBeUndefined();
    run(45);
    expect(metrics.sampleOf(0)).toBeDefined();
    reachable.clear();
    run(65);
    expect(metrics.sampleOf(0)).toBeUndefined();
    reachable.add(0);
    run(120);
    expect(metrics.sampleOf(0)!.cpuMilli).toBeCloseTo(500, 6);
  });

  /** Every answer about a container that starts at once, by the age at its sample. */
  function answersOf(seed: string): { readonly age: number; readonly window: number }[] {
    const { metrics, run } = world([[[0, 0.5]]], seed);
    const answers = new Map<number, number>();
    for (let second = 0; second < 60; second++) {
      run(second);
      const sample = metrics.sampleOf(0);
      if (sample === undefined) continue;
      expect(sample.cpuMilli).toBeCloseTo(500, 6);
      answers.set(sample.timestampNs / SECOND, sample.windowNs / SECOND);
    }
    return [...answers].map(([age, window]) => ({ age, window }));
  }

  it('lets a sample of a container that is 10 to 15 s old stand on its start, and every other on the one before', () => {
    const all = [...Array(60).keys()].map((seed) => answersOf(`young/${seed}`));
    for (const { age, window } of all.flat()) {
      expect(age).toBeGreaterThanOrEqual(10);
      if (age < 15) expect(window).toBe(age);
      else expect([10, 20]).toContain(window);
    }
    // Who has none of the one kind waits for the second of the other, a scrape later.
    const firsts = all.map(([first]) => first!.age);
    expect(firsts.some((age) => age < 15)).toBe(true);
    expect(Math.max(...firsts)).toBeGreaterThan(25);
  });

  it('begins anew with a container that was started again', () => {
    const { metrics, run, startedNs } = world([[[0, 0.5]]]);
    run(100);
    startedNs[0] = 100 * SECOND;
    run(116);
    const sample = metrics.sampleOf(0);
    if (sample !== undefined) expect(sample.windowNs).toBeLessThanOrEqual(16 * SECOND);
    run(200);
    expect(metrics.sampleOf(0)!.timestampNs).toBeGreaterThan(160 * SECOND);
  });
});
