import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NodeSampling, wantedNodes } from '../../../models/scheduling/node-sampling.ts';
import { clusterOf, nodeWith, plainSchedulerOf, schedulerOf, shapeWith } from './small-cluster.ts';

const zoned = (zone: string) => nodeWith({ labels: { 'topology.kubernetes.io/zone': zone } });

describe('wantedNodes', () => {
  it.each([
    [99, 99],
    [100, 100],
    [200, 100],
    [250, 120],
    [400, 188],
    [1000, 420],
    [2000, 680],
    [5000, 500],
  ])('of %i nodes the adaptive share is %i, as recorded', (nodes, wanted) => {
    expect(wantedNodes(nodes, 0)).toBe(wanted);
  });

  it('takes a share that is named, but never fewer than 100', () => {
    expect([wantedNodes(1000, 70), wantedNodes(1000, 1), wantedNodes(1000, 100)]).toEqual([700, 100, 1000]);
  });
});

describe('NodeSampling', () => {
  it('lets zones take turns', () => {
    const nodes = ['a', 'a', 'b', 'a', 'c', 'b'].map(zoned);
    expect([...new NodeSampling(nodes, 0).order]).toEqual([0, 2, 4, 1, 5, 3]);
  });

  it('goes on where the last search ended: 150 like nodes start at 0, 100, 50', () => {
    const nodes = Array.from({ length: 150 }, () => zoned('a'));
    const shapes = Array.from({ length: 3 }, () => shapeWith());
    const scheduler = schedulerOf(clusterOf(nodes, shapes), { percentageOfNodesToScore: 0 });
    const windows = [0, 1, 2].map((pod) => {
      const looked = scheduler.explain(pod).verdicts.filter(({ lookedAt }) => lookedAt);
      expect(scheduler.schedule(pod)).toMatchObject({ feasible: 100, visited: 100 });
      return looked.map(({ node }) => node);
    });
    const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
    expect(windows).toEqual([range(0, 100), [...range(0, 50), ...range(100, 150)], range(50, 150)]);
  });

  it('counts refused nodes that it came by, and decides as the plain scheduler', () => {
    const kind = fc.record({ cpuMilli: fc.constantFrom(500, 4000, 8000), zone: fc.constantFrom('a', 'b', 'c') });
    const property = fc.property(fc.array(kind, { minLength: 100, maxLength: 140 }), (kinds) => {
      const nodes = kinds.map(({ cpuMilli, zone }) => ({ ...zoned(zone), ...nodeWith({ cpuMilli }) }));
      const cluster = clusterOf(
        nodes,
        Array.from({ length: 8 }, (_, i) => shapeWith({ cpuMilli: i % 2 === 0 ? 1000 : 3000 })),
      );
      const options = { percentageOfNodesToScore: 50, tieBreak: 'random' } as const;
      const [cached, plain] = [schedulerOf(cluster, options), plainSchedulerOf(cluster, options)];
      for (let pod = 0; pod < 8; pod++) {
        const decision = cached.schedule(pod);
        expect(decision).toEqual(plain.schedule(pod));
        const refused = decision.refusals.reduce((sum, { count }) => sum + count, 0);
        expect(decision.visited).toBe(decision.feasible + refused);
        expect(decision.feasible).toBeLessThanOrEqual(100);
      }
    });
    fc.assert(property, { seed: 1, numRuns: 30 });
  });
});
