import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { act, anyActions, anyCluster, anyOptions } from './random-cluster.ts';
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
