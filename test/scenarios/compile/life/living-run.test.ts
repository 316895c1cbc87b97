import { describe, expect, it } from 'vitest';
import { startRun } from '../../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../../scenarios/document/load.ts';
import { MemorySource } from '../../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../../sim/trace/reader.ts';
import { planOf, planOfText } from '../small-worlds.ts';

const CLUSTER = `
wavetank: 1
title: A test
question: Does it?
duration: 100s
cluster:
  nodes: [{ count: 4, name: node, cpu: 4, memory: 16Gi }]
  pods:
    - { count: 4, name: web, cpu: 1, memory: 512Mi, replicas: 4 }
    - { count: 2, name: store, cpu: 1, memory: 512Mi, replicas: 2 }
fabric: { nodesPerRack: 2, spines: 2, hostLink: 10Gbps, uplink: 10Gbps }
environment: machine-room-bgp
scheme: calico-bgp
load:
  start: 10s
  endpointLag: 100ms
  services:
    - name: web
      workers: 20
      requests: [{ cpu: { constant: 2ms }, calls: [{ to: store }] }]
    - name: store
      workers: 20
      requests: [{ wait: { constant: 10ms } }]
  sources: [{ name: visitors, to: web, rate: 100 }]
`;

function metricsOf(text: string): Readonly<Record<string, number>> {
  const plan = planOfText(text);
  return startRun(plan, plan.alternatives[0]!.name, 'test/0').finish().metrics;
}

describe('a run of living services', () => {
  it('answers every request while nothing changes, in the time that work and ways take', () => {
    const metrics = metricsOf(CLUSTER);
    expect(metrics['requestErrors']).toBe(0);
    expect(metrics['requestsOffered']).toBeGreaterThan(95);
    expect(metrics['requestsAnswered']).toBeCloseTo(metrics['requestsOffered']!, 0);
    // 2 ms of work, 10 ms at the store, and four ways of some tens of microseconds.
    expect(metrics['latencyP50']! / 1e6).toBeGreaterThan(12);
    expect(metrics['latencyP50']! / 1e6).toBeLessThan(12.6);
    expect(metrics['replicasMean']).toBeCloseTo(6, 1);
  });

  it('is the same run again, and the same in slices', () => {
    const plan = planOf('rolling-update');
    const { name } = plan.alternatives[0]!;
    const whole = startRun(plan, name, 'same/0').finish();
    expect(startRun(plan, name, 'same/0').finish()).toEqual(whole);
    const sliced = startRun(plan, name, 'same/0');
    for (let untilNs = 7e9; !sliced.advance(untilNs); untilNs += 7e9);
    expect(sliced.finish()).toEqual(whole);
    expect(startRun(plan, name, 'same/1').finish().digest).not.toBe(whole.digest);
  });

  it('meets the same arrivals in all alternatives', () => {
    const plan = planOf('rolling-update');
    const hashes = plan.alternatives.map(({ name }) => startRun(plan, name, 'arrivals/0').finish().arrivalsHash);
    expect(new Set(hashes).size).toBe(1);
    expect(hashes[0]).toBeGreaterThan(30_000);
  });

  it('loses what callers ask of pods that have gone, for as long as they do not know', () => {
    const roll = 'changes: [{ at: 40s, roll: web }]';
    const probe = 'workloads: { web: { start: 3s, readinessProbe: { period: 1s } } }';
    const errorsAt = (lag: string): number =>
      metricsOf(`${CLUSTER.replace('100ms', lag)}\n${roll}\n${probe}`)['requestErrors']! * 9000;
    // Four pods go, each asked by a quarter of 100 requests a second until callers know.
    expect(errorsAt('0s')).toBeLessThan(8);
    expect(errorsAt('1s')).toBeGreaterThan(60);
    expect(errorsAt('1s')).toBeLessThan(140);
    expect(errorsAt('3s')).toBeGreaterThan(220);
  });

  it('scales by hand, and drains a node within its budget', () => {
    const text = `${CLUSTER}
workloads: { web: { preStop: 2s, start: 2s, readinessProbe: { period: 1s }, disruptionBudget: { maxUnavailable: 1 } }, store: { preStop: 2s, readinessProbe: { period: 1s } } }
changes:
  - { at: 30s, scale: web, to: 8 }
  - { at: 50s, drain: node-0 }
  - { at: 90s, uncordon: node-0 }
`;
    const metrics = metricsOf(text);
    // The drained pod is made again before it is gone; it does not count while it ends.
    expect(metrics['replicasPeak']).toBe(10);
    expect(metrics['drainTime']! / 1e9).toBeGreaterThan(2);
    expect(metrics['drainTime']! / 1e9).toBeLessThan(30);
    expect(metrics['requestErrors']).toBe(0);
    expect(metrics['replicasMean']).toBeGreaterThan(8.5);
  });

  it('tells in its recording of replicas, rollouts and what autoscalers are told', async () => {
    const text = `${CLUSTER}
autoscalers: [{ target: web, min: 2, max: 8, cpu: 3%, downWindow: 0s }]
changes: [{ at: 60s, roll: web }]
`;
    const document = loadScenario(text, 'test.yaml', bundledLibrary);
    const plan = planOfText(text);
    expect(document.autoscalers).toHaveLength(1);
    const memory = new MemorySource();
    const run = startRun(plan, plan.alternatives[0]!.name, 'test/0', { sink: memory, level: 'state' });
    const { metrics } = run.finish();
    expect(metrics['rescales']).toBeGreaterThan(0);
    const reader = await openTrace(memory);
    const kinds = new Set((await reader.marksFrom(0)).map(({ kind }) => reader.catalog.marks[kind]!.name));
    expect([...kinds]).toEqual(expect.arrayContaining(['scheduled', 'pod-ready', 'scaled', 'rollout']));
  });

  it('comes to the same by windows, with a fraction of the events', () => {
    const plan = planOfText(CLUSTER);
    const whole = startRun(plan, plan.alternatives[0]!.name, 'test/0').finish();
    const thinPlan = planOfText(CLUSTER.replace('load:', 'load:\n  thin: { window: 7s }'));
    const thin = startRun(thinPlan, thinPlan.alternatives[0]!.name, 'test/0').finish();
    expect(thin.events).toBeLessThan(whole.events / 20);
    // 90 s and windows of 7 s: the last is shorter, and counts.
    expect(thin.metrics['requestsOffered']! / 100).toBeCloseTo(1, 1);
    for (const key of ['requestsAnswered', 'latencyP50', 'replicasMean'])
      expect(thin.metrics[key]! / whole.metrics[key]!, key).toBeCloseTo(1, 1);
    expect(thin.metrics['requestErrors']).toBe(0);
  });

  it('scales by what the metrics pipeline tells of windows as of requests', () => {
    const text = `${CLUSTER.replace('rate: 100', 'rate: 400').replace('duration: 100s', 'duration: 400s')}
autoscalers: [{ target: web, min: 2, max: 20, cpu: 10% }]
`;
    const whole = metricsOf(text);
    const thin = metricsOf(text.replace('load:', 'load:\n  thin: {}'));
    // 0.8 of a core of work, at a tenth of a core each.
    expect(whole['replicasPeak']! - 2).toBe(8);
    expect(thin['replicasPeak']! - 2).toBe(8);
    expect(thin['replicasMean']! / whole['replicasMean']!).toBeCloseTo(1, 1);
  });

  it('feels both sliders', () => {
    const plan = planOfText(CLUSTER);
    const { name } = plan.alternatives[0]!;
    const moved = (knob: 'load' | 'uplink', factor: number): Readonly<Record<string, number>> => {
      const run = startRun(plan, name, 'test/0');
      run.advance(10e9);
      run.set(knob, factor);
      return run.finish().metrics;
    };
    const plain = moved('load', 1);
    expect(moved('load', 2)['requestsOffered']! / plain['requestsOffered']!).toBeCloseTo(2, 1);
    // A thousandth of 10 Gbit/s: 200 bytes take 160 us on each trunk instead of a fraction of one.
    expect(moved('uplink', 0.001)['latencyP50']! - plain['latencyP50']!).toBeGreaterThan(200e3);
  });

  it('finds out that a broken version does not come', () => {
    const text = `${CLUSTER}
workloads: { web: { readinessProbe: { period: 1s }, progressDeadline: 20s } }
changes: [{ at: 30s, roll: web, broken: true }]
`;
    const metrics = metricsOf(text);
    expect(metrics['rolloutTime']).toBeUndefined();
    // Of four pods one may be missing: three answer, and nobody who asks them notices.
    expect(metrics['requestErrors']).toBeLessThan(0.002);
  });
});
