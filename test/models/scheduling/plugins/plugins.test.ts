import { describe, expect, it } from 'vitest';
import { balance } from '../../../../models/scheduling/plugins/node-resources-balanced-allocation.ts';
import { leastAllocated, mostAllocated } from '../../../../models/scheduling/plugins/resource-strategies.ts';
import { clusterOf, nodeWith, schedulerOf, shapeWith } from '../small-cluster.ts';

const prefer = (key: string) => ({ key, value: '', effect: 'PreferNoSchedule' }) as const;

describe('NodeResourcesFit', () => {
  it('floors each resource and then the mean', () => {
    // 700 of 3000 cpu: 76.67 -> 76; 1000 of 8192 memory: 87.79 -> 87; mean 81.5 -> 81.
    expect([leastAllocated(700, 3000), leastAllocated(1000, 8192)]).toEqual([76, 87]);
    const cluster = clusterOf([nodeWith({ cpuMilli: 3000 })], [shapeWith({ cpuMilli: 700, memoryMib: 1000 })]);
    expect(schedulerOf(cluster).explain(0).verdicts[0].scores['NodeResourcesFit']).toBe(81);
  });

  it('scores an overbooked resource 0, or 100 where fuller is better', () => {
    expect([leastAllocated(5, 4), mostAllocated(5, 4), mostAllocated(1, 3)]).toEqual([0, 100, 33]);
  });

  it('counts 100 m and 200 MiB for pods that request nothing, in the score only', () => {
    const nothing = shapeWith({ cpuMilli: 0, memoryMib: 0 });
    const cluster = clusterOf([nodeWith({ cpuMilli: 1000, memoryMib: 1000 })], [nothing, nothing]);
    const scheduler = schedulerOf(cluster);
    scheduler.schedule(0);
    // Two pods: 200 of 1000 and 400 of 1000: 80 and 60.
    expect(scheduler.explain(1).verdicts[0].scores).toEqual({
      TaintToleration: 300,
      NodeResourcesFit: 70,
      ImageLocality: 0,
    });
    expect(scheduler.requested(0)).toEqual({ cpuMilli: 0, memoryMib: 0, gpuMilli: 0, pods: 1 });
  });

  it('lets a pod without requests onto a node that is overbooked', () => {
    const cluster = clusterOf([nodeWith({ cpuMilli: 500 })], [shapeWith(), shapeWith({ cpuMilli: 0, memoryMib: 0 })]);
    const scheduler = schedulerOf(cluster);
    scheduler.assume(0, 0, 0);
    expect(scheduler.schedule(1).node).toBe(0);
  });
});

describe('NodeResourcesBalancedAllocation', () => {
  it('takes half the distance of the used fractions from 100', () => {
    expect(balance(500, 1000, 250, 1000)).toBe(87);
    expect(balance(3000, 1000, 1000, 1000)).toBe(100);
    expect(balance(1, 0, 1, 4)).toBe(100);
  });
});

describe('TaintToleration', () => {
  it('scores fewer untolerated PreferNoSchedule taints higher', () => {
    const nodes = [[], [prefer('a')], [prefer('a'), prefer('b'), prefer('c')]].map((taints) => nodeWith({ taints }));
    const tolerant = shapeWith({ tolerations: [{ key: 'a', operator: 'Exists', value: '', effect: '' }] });
    const scheduler = schedulerOf(clusterOf(nodes, [shapeWith(), tolerant]));
    const scores = (pod: number) => scheduler.explain(pod).verdicts.map((verdict) => verdict.scores['TaintToleration']);
    // 100 - floor(100 * 1 / 3) = 67.
    expect(scores(0)).toEqual([300, 201, 0]);
    expect(scores(1)).toEqual([300, 300, 0]);
  });

  it('lets ordinary pods onto a node with not-ready:NoExecute, as the API server tolerates it for them', () => {
    const taint = (effect: 'NoSchedule' | 'NoExecute') => ({ key: 'node.kubernetes.io/not-ready', value: '', effect });
    const nodes = [nodeWith({ taints: [taint('NoExecute')] }), nodeWith({ taints: [taint('NoSchedule')] })];
    expect(schedulerOf(clusterOf(nodes, [shapeWith()])).schedule(0)).toMatchObject({ node: 0, feasible: 1 });
  });
});

describe('NodeAffinity', () => {
  const nodes = ['1', '2', '3'].map((disk) => nodeWith({ labels: { disk } }));
  const where = (operator: 'In' | 'NotIn', ...values: string[]) => ({
    expressions: [{ key: 'disk', operator, values }],
  });

  it('filters by selector and by any of the required terms', () => {
    const nodeAffinity = { required: [where('In', '1'), where('NotIn', '1', '2')], preferred: [] };
    const shapes = [shapeWith({ nodeAffinity }), shapeWith({ nodeAffinity, nodeSelector: { disk: '3' } })];
    const scheduler = schedulerOf(clusterOf(nodes, shapes));
    expect(scheduler.schedule(0).feasible).toBe(2);
    expect(scheduler.schedule(1)).toMatchObject({
      node: 2,
      refusals: [{ plugin: 'NodeAffinity', reason: "node(s) didn't match Pod's node affinity/selector", count: 2 }],
    });
  });

  it('sums the weights of preferred terms and normalises by the largest sum', () => {
    const preferred = [
      { weight: 20, ...where('In', '1', '2') },
      { weight: 10, ...where('In', '2') },
    ];
    const cluster = clusterOf(nodes, [shapeWith({ nodeAffinity: { required: [], preferred } })]);
    const { verdicts } = schedulerOf(cluster).explain(0);
    // floor(100 * 20 / 30) = 66, weight 2.
    expect(verdicts.map(({ scores }) => scores['NodeAffinity'])).toEqual([132, 200, 0]);
  });
});
