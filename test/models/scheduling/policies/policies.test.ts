import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GpuPolicyName } from '../../../../models/scheduling/policies/index.ts';
import { typicalPodsOf } from '../../../../models/scheduling/policies/typical-pods.ts';
import type { Scheduler } from '../../../../models/scheduling/scheduler.ts';
import { act, anyActions, anyCluster } from '../random-cluster.ts';
import { type Cluster, clusterOf, nodeWith, schedulerOf, shapeWith } from '../small-cluster.ts';
import { clustering, descent, type Free, fragmentOf, freeOf, kindOf, packing } from './reading.ts';

const SEEDED = { seed: 1, numRuns: 150 };

/** Scores of one policy by node; undefined where the node was refused. */
function scoresOf(scheduler: Scheduler, pod: number, policy: GpuPolicyName): (number | undefined)[] {
  return scheduler.explain(pod).verdicts.map(({ scores }) => scores[policy]);
}

function typicalOf({ shapes, pods }: Cluster) {
  return typicalPodsOf(
    shapes,
    shapes.map((_, shape) => pods.filter((pod) => pod.shape === shape).length),
  );
}

/** After each action, every pod without a node is scored by the policy and by `expected`. */
function holds(policy: GpuPolicyName, expected: (cluster: Cluster, free: Free, pod: number, node: number) => number) {
  const property = fc.property(anyCluster, anyActions, (cluster, actions) => {
    const scheduler = schedulerOf(cluster, { gpuPolicy: policy });
    for (const action of actions) {
      act(scheduler, cluster, action);
      const pod = cluster.pods.findIndex((_, one) => scheduler.nodeOf(one) < 0);
      if (pod < 0) continue;
      scoresOf(scheduler, pod, policy).forEach((score, node) => {
        if (score !== undefined) expect(score).toBe(expected(cluster, freeOf(scheduler, cluster, node), pod, node));
      });
    }
  });
  fc.assert(property, SEEDED);
}

describe('the policies score as their rules read', () => {
  it('FGD by how much fragments shrink', () => {
    holds('FGD', (cluster, free, pod) => {
      const shape = cluster.shapes[cluster.pods[pod]!.shape]!;
      const typical = typicalOf(cluster);
      if (shape.gpus !== 1 || shape.gpuMilli === 1000) return descent(free, shape, typical);
      const able = free.devices.flatMap((left, device) => (left >= shape.gpuMilli ? [device] : []));
      return Math.max(...able.map((device) => descent(free, shape, typical, device)));
    });
  });

  it('DotProd by the direction of what is free', () => {
    holds('DotProd', ({ shapes, pods }, free, pod) => {
      const { cpuMilli, gpus, gpuMilli } = shapes[pods[pod]!.shape]!;
      const gpu = (free.devices.reduce((a, b) => a + b, 0) / 8000) * ((gpus * gpuMilli) / 8000);
      return Math.trunc(100 * (1 - ((free.cpuMilli / 128_000) * (cpuMilli / 128_000) + gpu) / 2));
    });
  });

  it('GpuPacking by whether GPUs are in use', () => {
    holds('GpuPacking', ({ shapes, pods }, free, pod) => packing(free, shapes[pods[pod]!.shape]!));
  });

  it('GpuClustering by the kinds of pods that are there', () => {
    const property = fc.property(anyCluster, anyActions, (cluster, actions) => {
      const scheduler = schedulerOf(cluster, { gpuPolicy: 'GpuClustering' });
      const shapeOf = (pod: number) => cluster.shapes[cluster.pods[pod]!.shape]!;
      for (const action of actions) {
        act(scheduler, cluster, action);
        const pod = cluster.pods.findIndex((_, one) => scheduler.nodeOf(one) < 0);
        if (pod < 0) continue;
        scoresOf(scheduler, pod, 'GpuClustering').forEach((score, node) => {
          const there = cluster.pods.flatMap((_, one) => (scheduler.nodeOf(one) === node ? [shapeOf(one)] : []));
          const kinds = new Set(there.filter(({ gpus }) => gpus > 0).map(kindOf));
          const expected = clustering(freeOf(scheduler, cluster, node), shapeOf(pod), kinds);
          if (score !== undefined) expect(score).toBe(expected);
        });
      }
    });
    fc.assert(property, SEEDED);
  });

  it('BestFit by what would be left, from 0 for the worst to 100 for the best node', () => {
    const nodes = [
      nodeWith({ cpuMilli: 64_000, gpus: 4 }),
      nodeWith({ cpuMilli: 128_000, gpus: 8 }),
      nodeWith({ gpus: 2 }),
    ];
    // Left: 63/128 and 3/8 -> 56.6; 127/128 and 7/8 -> 6.6; 3/128 and 1/8 -> 92.5. Stretched: 50 / 86 = 58 %.
    const scheduler = schedulerOf(clusterOf(nodes, [shapeWith({ gpus: 1 })]), { gpuPolicy: 'BestFit' });
    expect(scoresOf(scheduler, 0, 'BestFit')).toEqual([58, 0, 100]);
    const alike = schedulerOf(clusterOf([nodes[0]!, nodes[0]!], [shapeWith({ gpus: 1 })]), { gpuPolicy: 'BestFit' });
    expect(scoresOf(alike, 0, 'BestFit')).toEqual([0, 0]);
  });

  it('nothing else scores, unless it is given a weight', () => {
    const cluster = clusterOf([nodeWith({ gpus: 2 }), nodeWith({ gpus: 4 })], [shapeWith({ gpus: 1 })]);
    const alone = schedulerOf(cluster, { gpuPolicy: 'GpuPacking' }).explain(0).verdicts[0]!;
    expect(alone.scores).toEqual({ GpuPacking: 31 });
    const beside = schedulerOf(cluster, { gpuPolicy: 'GpuPacking', weights: { NodeResourcesFit: 2, GpuPacking: 3 } });
    expect(Object.keys(beside.explain(0).verdicts[0]!.scores)).toEqual(['NodeResourcesFit', 'GpuPacking']);
    const stock = schedulerOf(cluster, { weights: { GpuPacking: 3 } }).explain(0).verdicts[0]!.scores;
    expect(stock).toMatchObject({ GpuPacking: 93, TaintToleration: 300 });
    expect(Object.keys(schedulerOf(cluster).explain(0).verdicts[0]!.scores)).not.toContain('GpuPacking');
  });
});

describe('fragments', () => {
  it('are what the rule says on every node, whatever happened before', () => {
    const property = fc.property(anyCluster, anyActions, (cluster, actions) => {
      const scheduler = schedulerOf(cluster, { gpuPolicy: 'FGD' });
      const typical = typicalOf(cluster);
      const meter = scheduler.fragmentation(typical);
      for (const action of actions) {
        act(scheduler, cluster, action);
        cluster.nodes.forEach((_, node) => {
          expect(meter.of(node)).toBe(fragmentOf(freeOf(scheduler, cluster, node), typical));
        });
      }
    });
    fc.assert(property, SEEDED);
  });
});

describe('the device of a sharing pod', () => {
  const shares = (...milli: number[]) => milli.map((gpuMilli) => shapeWith({ gpus: 1, gpuMilli, cpuMilli: 10 }));
  /** Pods 0, 1, … on those devices of one node; the last pod is placed by the policy. */
  const deviceFor = (policy: GpuPolicyName, milli: readonly number[], seed = '1'): number => {
    const cluster = clusterOf([nodeWith({ gpus: 3 })], shares(...milli));
    const scheduler = schedulerOf(cluster, { gpuPolicy: policy }, seed);
    milli.slice(0, -1).forEach((_, pod) => {
      scheduler.assume(pod, 0, 1 << pod);
    });
    return Math.log2(scheduler.schedule(milli.length - 1).devices);
  };

  it('is the tightest under every policy but two', () => {
    for (const policy of ['BestFit', 'DotProd', 'GpuPacking', 'GpuClustering'] as const) {
      expect(deviceFor(policy, [300, 600, 200])).toBe(1);
    }
  });

  it('is the one with the best score under FGD, the first among equals', () => {
    // 400 are typical: on the free device they leave 600, enough for another; on the tight one 100, of use to nobody.
    const typicalPods = [{ cpuMilli: 10, gpus: 1, gpuMilli: 400, gpuModels: [], count: 1 }];
    const cluster = clusterOf([nodeWith({ gpus: 3 })], shares(500, 500, 400));
    const scheduler = schedulerOf(cluster, { gpuPolicy: 'FGD', typicalPods });
    scheduler.assume(0, 0, 1);
    scheduler.assume(1, 0, 2);
    expect(scheduler.schedule(2).devices).toBe(4);
  });

  it('is any with room under Random, by seed, and the same when asked again', () => {
    const drawn = Array.from({ length: 60 }, (_, seed) => deviceFor('Random', [900, 600, 200], `${seed}`));
    expect([...new Set(drawn)].sort()).toEqual([1, 2]);
    expect(deviceFor('Random', [900, 600, 200], '7')).toBe(drawn[7]);
  });
});

describe('Random', () => {
  it('takes each feasible node equally often', () => {
    const shapes = Array.from({ length: 3000 }, () => shapeWith({ cpuMilli: 1 }));
    const cluster = clusterOf([nodeWith(), nodeWith(), nodeWith({ cpuMilli: 0 }), nodeWith()], shapes);
    const scheduler = schedulerOf(cluster, { gpuPolicy: 'Random' });
    const counts = [0, 0, 0, 0];
    for (let pod = 0; pod < shapes.length; pod++) {
      const best = scheduler.explain(pod).best;
      const { node, ties } = scheduler.schedule(pod);
      expect([best, ties]).toEqual([[node], 1]);
      counts[node]!++;
      scheduler.forget(pod);
    }
    expect(counts[2]).toBe(0);
    for (const node of [0, 1, 3]) expect(Math.abs(counts[node]! - 1000)).toBeLessThan(100);
  });
});
