/** Cases of upstream's own tests (cluster-autoscaler 1.34, `estimator/binpacking_estimator_test.go`), on our filters. */
import { describe, expect, it } from 'vitest';
import { estimate } from '../../../../models/autoscaling/nodes/estimator.ts';
import { alikePods, type WaitingPod } from '../../../../models/autoscaling/nodes/node-group.ts';
import type { PodShape } from '../../../../models/cluster/pod.ts';
import { shapeWith } from '../../scheduling/small-cluster.ts';
import { groupWith, trialWorld } from './trial-world.ts';

const spread = (topologyKey: string, maxSkew: number): Partial<PodShape> => ({
  labels: { app: 'estimatee' },
  topologySpread: [
    {
      topologyKey,
      maxSkew,
      minDomains: 1,
      whenUnsatisfiable: 'DoNotSchedule',
      selector: { matchLabels: { app: 'estimatee' }, matchExpressions: [] },
      nodeAffinityPolicy: 'Honor',
      nodeTaintsPolicy: 'Ignore',
    },
  ],
});

interface Case {
  readonly name: string;
  readonly machine: readonly [cpuMilli: number, memoryMib: number];
  readonly pods: readonly (readonly [count: number, shape: Partial<PodShape>])[];
  readonly limit?: number;
  readonly nodes: number;
  readonly placed: number;
}

const CASES: readonly Case[] = [
  {
    name: 'processors bound it: two of 350 on a machine of 1000',
    machine: [1000, 2000],
    pods: [[10, { cpuMilli: 350, memoryMib: 1000 }]],
    nodes: 5,
    placed: 10,
  },
  {
    name: 'the number of pods bounds it',
    machine: [10_000, 20_000],
    pods: [[20, { cpuMilli: 10, memoryMib: 100 }]],
    nodes: 2,
    placed: 20,
  },
  {
    name: 'a port of the host lets one pod on each machine',
    machine: [1000, 5000],
    pods: [[8, { cpuMilli: 200, memoryMib: 1000, hostPorts: [{ protocol: 'TCP', hostIp: '0.0.0.0', port: 5555 }] }]],
    nodes: 8,
    placed: 8,
  },
  {
    name: 'the limit ends it',
    machine: [1000, 5000],
    pods: [[20, { cpuMilli: 500, memoryMib: 1000 }]],
    limit: 5,
    nodes: 5,
    placed: 10,
  },
  {
    name: 'the largest pods go first',
    machine: [1000, 5000],
    pods: [
      [10, { cpuMilli: 50, memoryMib: 1000 }],
      [10, { cpuMilli: 500, memoryMib: 1000 }],
    ],
    limit: 5,
    nodes: 5,
    placed: 10,
  },
  {
    name: 'spread over nodes with a skew of two: two pods on each',
    machine: [1000, 5000],
    pods: [[8, { cpuMilli: 200, memoryMib: 200, ...spread('kubernetes.io/hostname', 2) }]],
    nodes: 4,
    placed: 8,
  },
  {
    name: 'spread over zones with a skew of two: only two can be helped',
    machine: [1000, 5000],
    pods: [[8, { cpuMilli: 200, memoryMib: 100, ...spread('topology.kubernetes.io/zone', 2) }]],
    nodes: 1,
    placed: 2,
  },
];

function run({ machine: [cpuMilli, memoryMib], pods, limit }: Case) {
  const shapes = pods.map(([, shape], number) => shapeWith({ name: `shape-${number}`, ...shape }));
  const counts = pods.map(([count]) => count);
  const world = trialWorld(shapes, counts, { cpuMilli, memoryMib, podsMax: 10 }, 20);
  const before = [...Array(21).keys()].map((node) => world.scheduler.requested(node));
  const found = estimate(world.trial, world.alike, 0, groupWith({ cpuMilli, memoryMib }), limit);
  const after = [...Array(21).keys()].map((node) => world.scheduler.requested(node));
  return { found, before, after };
}

describe('the estimate of machines', () => {
  it.each(CASES)('$name', (each) => {
    const { found } = run(each);
    expect([found.nodeCount, found.pods.length]).toEqual([each.nodes, each.placed]);
  });

  it('packs the largest pods and leaves the small ones out when machines run short', () => {
    const { found } = run(CASES[4]!);
    expect(found.pods.every(({ cpuMilli }) => cpuMilli === 500)).toBe(true);
  });

  it('leaves no trace on the books', () => {
    for (const each of CASES) {
      const { before, after } = run(each);
      expect(after).toEqual(before);
    }
  });

  it('tries no second machine on pods that an empty one did not take', () => {
    const shapes = [shapeWith({ cpuMilli: 9000 }), shapeWith({ cpuMilli: 8000 })];
    const { trial, alike } = trialWorld(shapes, [2, 2], { cpuMilli: 4000 }, 5);
    let asked = 0;
    const addNode = (group: number): number => {
      asked++;
      return trial.addNode(group);
    };
    expect(estimate({ ...trial, addNode }, alike, 0, groupWith())).toEqual({ nodeCount: 0, pods: [] });
    expect(asked).toBe(1);
  });

  it('takes pods to be alike by controller and shape', () => {
    const pod = (number: number, controller: number, shape: number): WaitingPod => ({
      ...{ pod: number, controller, shape },
      ...{ cpuMilli: 1, memoryMib: 1, priority: 0, createdNs: 0 },
    });
    const groups = alikePods([pod(0, 1, 0), pod(1, 2, 0), pod(2, 1, 0), pod(3, 1, 1), pod(4, -1, 0), pod(5, -1, 0)]);
    expect(groups.map((group) => group.map((each) => each.pod))).toEqual([[0, 2], [1], [3], [4], [5]]);
  });
});
