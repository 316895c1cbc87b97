import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { act, anyActions, anyCluster, anyOptions } from './random-cluster.ts';
import { anyObjects, relatedCluster } from './random-relations.ts';
import { clusterOf, nodeWith, plainSchedulerOf, schedulerOf, shapeWith } from './small-cluster.ts';

describe('the cached scheduler', () => {
  it('decides as the plain one on random clusters, whatever happens between', () => {
    const property = fc.property(anyCluster, anyOptions, anyActions, (cluster, options, actions) => {
      const cached = schedulerOf(cluster, options);
      const plain = plainSchedulerOf(cluster, options);
      for (const action of actions) expect(act(cached, cluster, action)).toEqual(act(plain, cluster, action));
    });
    fc.assert(property, { seed: 1, numRuns: 400 });
  });

  it('decides as the plain one for pods that care of other pods', () => {
    const property = fc.property(relatedCluster, anyObjects, anyActions, (cluster, objects, actions) => {
      const [cached, plain] = [schedulerOf(cluster, { objects }), plainSchedulerOf(cluster, { objects })];
      for (const action of actions) expect(act(cached, cluster, action)).toEqual(act(plain, cluster, action));
    });
    fc.assert(property, { seed: 1, numRuns: 150 });
  });

  it('knows shapes and pods that are added later, and decides as if they had been there', () => {
    const property = fc.property(anyCluster, anyOptions, fc.nat(5), ({ nodes, shapes, pods }, options, last) => {
      // The policies for GPUs look at all pods beforehand.
      const { gpuPolicy: _, ...rest } = options;
      const known = pods.filter((pod) => pod.shape <= last);
      const order = [...known, ...pods.filter((pod) => pod.shape > last)];
      const whole = schedulerOf({ nodes, shapes, pods: order }, rest);
      const growing = schedulerOf({ nodes, shapes: shapes.slice(0, last + 1), pods: known }, rest);
      for (const shape of shapes.slice(last + 1)) growing.addShape(shape);
      order.forEach((pod, number) => {
        if (number >= known.length) expect(growing.addPod(pod)).toBe(number);
        expect(growing.schedule(number)).toEqual(whole.schedule(number));
      });
    });
    fc.assert(property, { seed: 1, numRuns: 200 });
  });

  it('is right for a shape that was not asked for longer than the change log reaches', () => {
    const shapes = [shapeWith({ cpuMilli: 100 }), shapeWith({ cpuMilli: 3950 })];
    const cluster = clusterOf([nodeWith(), nodeWith()], shapes);
    const scheduler = schedulerOf(cluster);
    expect(scheduler.schedule(1).node).toBe(0);
    scheduler.forget(1);
    // Only this change is older than the log; a reader that walks the ring would miss it.
    scheduler.setNodeReady(1, false);
    for (let i = 0; i < 200; i++) {
      scheduler.assume(0, 0, 0);
      if (i < 199) scheduler.forget(0);
    }
    expect(scheduler.schedule(1)).toMatchObject({ node: -1, feasible: 0 });
  });
});
