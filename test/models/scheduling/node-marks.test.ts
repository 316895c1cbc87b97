import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAINT } from '../../../models/cluster/node-life/node-conditions.ts';
import type { Decision, Scheduler } from '../../../models/scheduling/scheduler.ts';
import { anyCluster, anyOptions } from './random-cluster.ts';
import { relatedCluster } from './random-relations.ts';
import { type Cluster, clusterOf, nodeWith, plainSchedulerOf, schedulerOf, shapeWith } from './small-cluster.ts';

/** What is decided, by name of the node. */
function decided({ nodes }: Cluster, { node, ...rest }: Decision): unknown {
  return { node: nodes[node]?.name, ...rest };
}

/** The cluster with unique names and without images, whose worth counts all numbers. */
function plainNodes(cluster: Cluster): Cluster {
  return { ...cluster, nodes: cluster.nodes.map((node, i) => ({ ...node, name: `n${i}`, images: [] })) };
}

describe('nodes that do not exist', () => {
  it('are to no decision and no message, as if the list had never had them', () => {
    const property = fc.property(
      fc.oneof(anyCluster, relatedCluster),
      anyOptions,
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      fc.boolean(),
      (any, { gpuPolicy: _, ...others }, there, isPlain) => {
        // A tie that is broken at random is drawn by the number of the node.
        const options = { ...others, tieBreak: 'lowest-name' as const };
        const cluster = plainNodes(any);
        const isThere = (node: number): boolean => there[node % there.length]!;
        const less = { ...cluster, nodes: cluster.nodes.filter((__, node) => isThere(node)) };
        const make = isPlain ? plainSchedulerOf : schedulerOf;
        const whole = make(cluster, options);
        const short = make(less, options);
        cluster.nodes.forEach((__, node) => {
          whole.marks.setPresent(node, isThere(node));
        });
        expect(whole.marks.present).toBe(less.nodes.length);
        cluster.pods.forEach((__, pod) => {
          const decision = whole.schedule(pod);
          expect(decided(cluster, decision)).toEqual(decided(less, short.schedule(pod)));
          if (decision.node < 0) expect(whole.preempt(pod).message).toBe(short.preempt(pod).message);
        });
      },
    );
    fc.assert(property, { seed: 1, numRuns: 300 });
  });

  it('are as any other when they come, and pods of a spread count them from then on', () => {
    const cluster = clusterOf([nodeWith(), nodeWith(), nodeWith()], [shapeWith({ cpuMilli: 4000 })]);
    const scheduler = schedulerOf(cluster);
    for (const node of [0, 1, 2]) scheduler.marks.setPresent(node, false);
    expect(scheduler.schedule(0).node).toBe(-1);
    expect(scheduler.preempt(0).message).toBe('no nodes available to schedule pods');
    scheduler.marks.setPresent(2, true);
    expect(scheduler.schedule(0).node).toBe(2);
  });

  it('do not stay in the turn of a search', () => {
    const nodes = Array.from({ length: 300 }, () => nodeWith());
    const cluster = clusterOf(
      nodes,
      Array.from({ length: 6 }, () => shapeWith({ cpuMilli: 4000 })),
    );
    const sampled = (scheduler: Scheduler): unknown[] =>
      cluster.pods.map((__, pod) => {
        const { node, feasible, visited } = scheduler.schedule(pod);
        return [node, feasible, visited];
      });
    const options = { percentageOfNodesToScore: 50 };
    const less = { ...cluster, nodes: cluster.nodes.slice(0, 240) };
    const whole = schedulerOf(cluster, options);
    for (let node = 240; node < 300; node++) whole.marks.setPresent(node, false);
    expect(sampled(whole)).toEqual(sampled(schedulerOf(less, options)));
  });
});

describe('marks that people and controllers put on nodes', () => {
  const cluster = clusterOf(
    [nodeWith(), nodeWith()],
    [
      shapeWith(),
      shapeWith({
        tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', value: '', effect: '' }],
      }),
      shapeWith({ tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] }),
    ],
  );

  it('keep pods off a cordoned node, which is told as unschedulable and not as tainted', () => {
    const scheduler = schedulerOf(cluster);
    scheduler.marks.setCordoned(0, true);
    scheduler.marks.setCordoned(1, true);
    expect(scheduler.schedule(0).refusals).toEqual([
      { plugin: 'NodeUnschedulable', reason: 'node(s) were unschedulable', count: 2 },
    ]);
    expect(scheduler.schedule(1).node).toBe(0);
    scheduler.marks.setCordoned(1, false);
    expect(scheduler.schedule(0).node).toBe(1);
  });

  it('keep pods off a tainted node but those that tolerate it', () => {
    const scheduler = schedulerOf(cluster);
    scheduler.marks.setTaints(0, TAINT.notReadyNoSchedule);
    scheduler.marks.setTaints(1, TAINT.unreachableNoExecute | TAINT.unreachableNoSchedule);
    expect(scheduler.schedule(0).refusals).toEqual([
      { plugin: 'TaintToleration', reason: 'node(s) had untolerated taint(s)', count: 2 },
    ]);
    expect(scheduler.schedule(2).node).toBe(0);
    // The API server's two tolerations are for NoExecute: that taint alone keeps no ordinary pod off.
    scheduler.marks.setTaints(1, TAINT.unreachableNoExecute);
    expect(scheduler.schedule(0).node).toBe(1);
  });

  it('are told to a scheduler that is made of how the cluster stands', () => {
    const scheduler = schedulerOf(cluster);
    scheduler.marks.setPresent(0, false);
    scheduler.marks.setTaints(1, TAINT.notReadyNoSchedule);
    const { absent, taints } = scheduler.standing();
    expect([Array.from(absent), Array.from(taints)]).toEqual([
      [1, 0],
      [0, TAINT.notReadyNoSchedule],
    ]);
  });
});
