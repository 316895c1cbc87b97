import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scheduler } from '../../../models/scheduling/scheduler.ts';
import { act, anyActions, anyCluster, anyOptions } from './random-cluster.ts';
import { type Cluster, clusterOf, nodeWith, schedulerOf, shapeWith } from './small-cluster.ts';

const SEEDED = { seed: 1, numRuns: 200 };

function picture(scheduler: Scheduler, { nodes }: Cluster): unknown {
  return nodes.map((node, i) => ({
    requested: scheduler.requested(i),
    left: Array.from({ length: node.capacity.gpus }, (_, device) => scheduler.gpuMilliLeft(i, device)),
  }));
}

describe('schedule', () => {
  it('takes the emptiest node, computed by hand', () => {
    // After the pod: 1000/4000 cpu -> 75, 1024/8192 memory -> 87: Fit 81. Twice as large: 87 and 93 -> 90.
    // Balanced: |0.25 - 0.125| / 2 = 0.0625 -> 93; twice as large: 96. Taints: 3 * 100.
    const cluster = clusterOf([nodeWith(), nodeWith({ cpuMilli: 8000, memoryMib: 16_384 })], [shapeWith()]);
    expect(
      schedulerOf(cluster)
        .explain(0)
        .verdicts.map(({ total }) => total),
    ).toEqual([81 + 93 + 300, 90 + 96 + 300]);
    expect(schedulerOf(cluster).schedule(0)).toEqual({
      pod: 0,
      node: 1,
      devices: 0,
      score: 486,
      feasible: 2,
      ties: 1,
      refusals: [],
      visited: 2,
    });
  });

  it('takes the fullest node with MostAllocated', () => {
    const cluster = clusterOf([nodeWith({ cpuMilli: 8000, memoryMib: 16_384 }), nodeWith()], [shapeWith()]);
    expect(schedulerOf(cluster, { strategy: 'MostAllocated' }).schedule(0).node).toBe(1);
  });

  it('does not score a single feasible node', () => {
    const cluster = clusterOf([nodeWith(), nodeWith({ cpuMilli: 500 })], [shapeWith()]);
    expect(schedulerOf(cluster).schedule(0)).toMatchObject({ node: 0, score: 0, feasible: 1, ties: 1 });
  });

  it('tells every shortage of the nodes that refuse, and books nothing', () => {
    const nodes = [nodeWith({ cpuMilli: 500 }), nodeWith({ cpuMilli: 500, memoryMib: 512 }), nodeWith({ podsMax: 0 })];
    const cluster = clusterOf(nodes, [shapeWith()]);
    const scheduler = schedulerOf(cluster);
    const before = picture(scheduler, cluster);
    expect(scheduler.schedule(0)).toMatchObject({
      node: -1,
      feasible: 0,
      ties: 0,
      refusals: [
        { plugin: 'NodeResourcesFit', reason: 'Too many pods', count: 1 },
        { plugin: 'NodeResourcesFit', reason: 'Insufficient cpu', count: 2 },
        { plugin: 'NodeResourcesFit', reason: 'Insufficient memory', count: 1 },
      ],
    });
    expect(picture(scheduler, cluster)).toEqual(before);
  });

  it('refuses a node that is not ready until it is ready again', () => {
    const scheduler = schedulerOf(clusterOf([nodeWith()], [shapeWith(), shapeWith()]));
    scheduler.schedule(0);
    scheduler.setNodeReady(0, false);
    expect(scheduler.schedule(1).refusals).toEqual([
      { plugin: 'TaintToleration', reason: 'node(s) had untolerated taint(s)', count: 1 },
    ]);
    expect(scheduler.nodeOf(0)).toBe(0);
    scheduler.setNodeReady(0, true);
    expect(scheduler.schedule(1).node).toBe(0);
  });

  it('fails on a pod that already has a node, and on devices that are not free', () => {
    const scheduler = schedulerOf(clusterOf([nodeWith({ gpus: 1 })], [shapeWith({ gpus: 1 }), shapeWith({ gpus: 1 })]));
    scheduler.schedule(0);
    expect(() => scheduler.schedule(0)).toThrow(/already on node 0/);
    expect(() => scheduler.assume(1, 0, 1)).toThrow(/device 0 of node 0 has 0 of 1000/);
    expect(() => scheduler.forget(1)).toThrow(/on no node/);
  });

  it('fails on weights of plugins that do not exist', () => {
    const cluster = clusterOf([nodeWith()], [shapeWith()]);
    expect(() => schedulerOf(cluster, { weights: { NodeResourceFit: 1 } })).toThrow(/unknown plugin NodeResourceFit/);
  });

  it('takes weights by name; 0 takes the plugin out', () => {
    const cluster = clusterOf([nodeWith()], [shapeWith()]);
    const weights = { TaintToleration: 0, NodeResourcesFit: 7 };
    expect(schedulerOf(cluster, { weights }).explain(0).verdicts[0].scores).toEqual({
      NodeResourcesFit: 7 * 81,
      NodeResourcesBalancedAllocation: 93,
      ImageLocality: 0,
    });
  });
});

describe('ties', () => {
  const twelve = clusterOf(
    Array.from({ length: 12 }, (_, i) => nodeWith({ name: `n${i}` })),
    [shapeWith()],
  );

  it('lowest-name takes the smallest name by code units', () => {
    const names = ['n9', 'n10', 'N2', 'n1'];
    const cluster = clusterOf(
      names.map((name) => nodeWith({ name })),
      [shapeWith(), shapeWith()],
    );
    const scheduler = schedulerOf(cluster);
    expect([scheduler.schedule(0), scheduler.schedule(1)].map(({ node }) => names[node])).toEqual(['N2', 'n1']);
  });

  /** Chi-square of how often each node was chosen against equal chances. */
  function chiSquare(counts: readonly number[]): number {
    const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    return counts.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0);
  }

  it('random is uniform over pods', () => {
    const pods = Array.from({ length: 12_000 }, (_, i) => ({ name: `pod-${i}`, shape: 0, service: -1 }));
    const scheduler = schedulerOf({ ...twelve, pods }, { tieBreak: 'random' });
    const counts = new Array<number>(12).fill(0);
    // One pod after another and its successor: neighbouring numbers are to know nothing of each other.
    const pairs = new Array<number>(144).fill(0);
    let before = 0;
    for (let pod = 0; pod < pods.length; pod++) {
      const { node, ties } = scheduler.schedule(pod);
      scheduler.forget(pod);
      expect(ties).toBe(12);
      counts[node]!++;
      if (pod > 0) pairs[12 * before + node]!++;
      before = node;
    }
    // Chi-square stays below these with probability 0.999: 11 and 143 degrees of freedom.
    expect(chiSquare(counts)).toBeLessThan(31.3);
    expect(chiSquare(pairs)).toBeLessThan(201);
  });

  it('random is uniform over seeds', () => {
    const counts = new Array<number>(12).fill(0);
    for (let seed = 0; seed < 2_400; seed++)
      counts[schedulerOf(twelve, { tieBreak: 'random' }, `${seed}`).schedule(0).node]!++;
    expect(chiSquare(counts)).toBeLessThan(31.3);
  });

  it('random draws once, when the scheduler is made, and lowest-name never', () => {
    let draws = 0;
    const stream = { uint32: () => ++draws } as never;
    const cluster = clusterOf([nodeWith(), nodeWith()], [shapeWith(), shapeWith()]);
    const scheduler = schedulerOf(cluster, { tieBreak: 'random', stream });
    expect(draws).toBe(1);
    scheduler.schedule(0);
    scheduler.schedule(1);
    expect(draws).toBe(1);
    schedulerOf(cluster, { tieBreak: 'lowest-name', stream }).schedule(0);
    expect(draws).toBe(1);
  });
});

describe('explain', () => {
  it('gives the first refusal, or the scores, of every node', () => {
    const taints = [{ key: 'gateway', value: '', effect: 'NoSchedule' }] as const;
    const cluster = clusterOf(
      [nodeWith(), nodeWith({ taints, cpuMilli: 1 }), nodeWith({ cpuMilli: 1 })],
      [shapeWith()],
    );
    const scheduler = schedulerOf(cluster);
    scheduler.schedule(0);
    const { verdicts, best } = scheduler.explain(0);
    expect(verdicts.map(({ refusedBy }) => refusedBy)).toEqual([null, 'TaintToleration', 'NodeResourcesFit']);
    expect(verdicts[2].reasons).toEqual(['Insufficient cpu']);
    expect(verdicts[0].scores).toEqual({
      TaintToleration: 300,
      NodeResourcesFit: 81,
      NodeResourcesBalancedAllocation: 93,
      ImageLocality: 0,
    });
    expect(best).toEqual([0]);
    expect(scheduler.nodeOf(0)).toBe(0);
  });

  it('agrees with the decision on random clusters', () => {
    const property = fc.property(anyCluster, anyOptions, (cluster, options) => {
      const scheduler = schedulerOf(cluster, options);
      for (let pod = 0; pod < cluster.pods.length; pod++) {
        const { best, verdicts } = scheduler.explain(pod);
        const decision = scheduler.schedule(pod);
        expect(best.length).toBe(decision.ties);
        expect(decision.node === -1 ? best.length === 0 : best.includes(decision.node)).toBe(true);
        if (decision.feasible > 1) expect(verdicts[decision.node].total).toBe(decision.score);
      }
    });
    fc.assert(property, { ...SEEDED, numRuns: 60 });
  });
});

describe('properties on random clusters', () => {
  it('requested is never above allocatable', () => {
    const property = fc.property(anyCluster, anyOptions, anyActions, (cluster, options, actions) => {
      const scheduler = schedulerOf(cluster, options);
      for (const action of actions) act(scheduler, cluster, action);
      cluster.nodes.forEach((node, i) => {
        const requested = scheduler.requested(i);
        expect(requested.cpuMilli).toBeLessThanOrEqual(node.allocatable.cpuMilli);
        expect(requested.memoryMib).toBeLessThanOrEqual(node.allocatable.memoryMib);
        expect(requested.pods).toBeLessThanOrEqual(node.podsMax);
      });
    });
    fc.assert(property, SEEDED);
  });

  it('what nodes hold is the sum of what their pods hold, device by device', () => {
    const property = fc.property(anyCluster, anyOptions, anyActions, (cluster, options, actions) => {
      const scheduler = schedulerOf(cluster, options);
      for (const action of actions) act(scheduler, cluster, action);
      cluster.nodes.forEach((node, i) => {
        const held = cluster.pods.flatMap((pod, number) => (scheduler.nodeOf(number) === i ? [{ pod, number }] : []));
        const cpuMilli = held.reduce((sum, { pod }) => sum + cluster.shapes[pod.shape].cpuMilli, 0);
        expect(scheduler.requested(i)).toMatchObject({ cpuMilli, pods: held.length });
        for (let device = 0; device < node.capacity.gpus; device++) {
          const users = held.filter(({ number }) => (scheduler.devicesOf(number) >>> device) & 1);
          const used = users.reduce((sum, { pod }) => sum + cluster.shapes[pod.shape].gpuMilli, 0);
          expect(scheduler.gpuMilliLeft(i, device)).toBe(1000 - used);
          expect(used).toBeLessThanOrEqual(1000);
        }
      });
    });
    fc.assert(property, SEEDED);
  });

  it('forget restores what was before schedule', () => {
    const property = fc.property(anyCluster, anyOptions, anyActions, (cluster, options, actions) => {
      const scheduler = schedulerOf(cluster, options);
      for (const action of actions) act(scheduler, cluster, action);
      const pod = cluster.pods.findIndex((_, i) => scheduler.nodeOf(i) < 0);
      if (pod < 0) return;
      const before = picture(scheduler, cluster);
      if (scheduler.schedule(pod).node >= 0) scheduler.forget(pod);
      expect(picture(scheduler, cluster)).toEqual(before);
    });
    fc.assert(property, SEEDED);
  });

  it('replaying recorded decisions by assume gives the same picture', () => {
    const property = fc.property(anyCluster, anyOptions, (cluster, options) => {
      const first = schedulerOf(cluster, options);
      const replay = schedulerOf(cluster, options);
      for (let pod = 0; pod < cluster.pods.length; pod++) {
        const { node, devices } = first.schedule(pod);
        if (node >= 0) replay.assume(pod, node, devices);
      }
      expect(picture(replay, cluster)).toEqual(picture(first, cluster));
    });
    fc.assert(property, SEEDED);
  });

  it('no pod is lost: it has a node, or every node has refused it', () => {
    const property = fc.property(anyCluster, anyOptions, (cluster, options) => {
      const scheduler = schedulerOf(cluster, options);
      for (let pod = 0; pod < cluster.pods.length; pod++) {
        const { node, refusals, feasible } = scheduler.schedule(pod);
        expect(scheduler.nodeOf(pod)).toBe(node);
        expect(node >= 0).toBe(feasible > 0);
        const told = refusals.reduce((sum, { count }) => sum + count, 0);
        expect(told).toBeGreaterThanOrEqual(cluster.nodes.length - feasible);
      }
      const held = cluster.nodes.reduce((sum, _, node) => sum + scheduler.requested(node).pods, 0);
      expect(held).toBe(cluster.pods.filter((_, pod) => scheduler.nodeOf(pod) >= 0).length);
    });
    fc.assert(property, SEEDED);
  });

  it('another node never makes a set of identical plain pods unschedulable', () => {
    const size = fc.record({
      cpuMilli: fc.integer({ min: 0, max: 9000 }),
      memoryMib: fc.integer({ min: 0, max: 9000 }),
    });
    const property = fc.property(
      fc.array(size, { minLength: 2, maxLength: 8 }),
      size,
      anyOptions,
      (sizes, wish, options) => {
        const plain = { ...options, affinity: [], objects: undefined as never };
        const nodes = sizes.map((each) => nodeWith({ ...each, podsMax: 9 }));
        const shapes = [shapeWith(wish)];
        const pods = Array.from({ length: 30 }, (_, i) => ({ name: `pod-${i}`, shape: 0, service: -1 }));
        const placed = (count: number): number => {
          const scheduler = schedulerOf({ ...clusterOf(nodes.slice(0, count), shapes), pods }, plain);
          return pods.filter((_, pod) => scheduler.schedule(pod).node >= 0).length;
        };
        expect(placed(nodes.length)).toBeGreaterThanOrEqual(placed(nodes.length - 1));
      },
    );
    fc.assert(property, SEEDED);
  });

  it('renaming nodes changes nothing but names', () => {
    const property = fc.property(anyCluster, anyOptions, (cluster, options) => {
      const renamed = { ...cluster, nodes: cluster.nodes.map((node, i) => ({ ...node, name: `other-${99 - i}` })) };
      const one = schedulerOf(cluster, { ...options, tieBreak: 'random' });
      const other = schedulerOf(renamed, { ...options, tieBreak: 'random' });
      for (let pod = 0; pod < cluster.pods.length; pod++) expect(other.schedule(pod)).toEqual(one.schedule(pod));
    });
    fc.assert(property, SEEDED);
  });
});
