import { describe, expect, it } from 'vitest';
import type { AffinityTerm } from '../../../../models/scheduling/scheduler.ts';
import { type Cluster, clusterOf, nodeWith, schedulerOf, shapeWith } from '../small-cluster.ts';

const racks = (...numbers: readonly number[]) =>
  numbers.map((rack) => nodeWith({ rack, cpuMilli: 64_000, memoryMib: 65_536 }));

const term = (wish: Partial<AffinityTerm>): AffinityTerm => ({
  to: 'replicas',
  topology: 'rack',
  weight: 100,
  anti: false,
  ...wish,
});

/** Pods of the given services, one after another. */
function podsOf(nodes: ReturnType<typeof racks>, services: readonly number[]): Cluster {
  return clusterOf(
    nodes,
    services.map(() => shapeWith({ cpuMilli: 1, memoryMib: 1 })),
    services,
  );
}

const scoresOf = (explanation: ReturnType<ReturnType<typeof schedulerOf>['explain']>) =>
  explanation.verdicts.map(({ scores }) => scores['InterPodAffinity']);

describe('InterPodAffinity, preferred', () => {
  it('counts replicas by rack, normalised over the feasible nodes with weight 2', () => {
    const scheduler = schedulerOf(podsOf(racks(0, 0, 1, 2), [0, 0, 0, 0, 1]), { affinity: [term({})] });
    scheduler.assume(0, 0, 0);
    scheduler.assume(1, 1, 0);
    scheduler.assume(2, 2, 0);
    // Rack 0 holds two replicas, rack 1 one, rack 2 none: 100, 50, 0.
    expect(scoresOf(scheduler.explain(3))).toEqual([200, 200, 100, 0]);
    // No pod of another service met a term: skipped.
    expect(scoresOf(scheduler.explain(4))).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('anti subtracts', () => {
    const scheduler = schedulerOf(podsOf(racks(0, 1), [0, 0]), { affinity: [term({ anti: true, topology: 'node' })] });
    scheduler.assume(0, 0, 0);
    expect(scoresOf(scheduler.explain(1))).toEqual([0, 200]);
    expect(scheduler.schedule(1).node).toBe(1);
  });

  it('draws talkers together, also from the side that does not name the other', () => {
    const talkersOf = (service: number) => (service === 0 ? [1] : []);
    const services = [0, 1, 2];
    const scheduler = schedulerOf(podsOf(racks(0, 1), services), { affinity: [term({ to: 'talkers' })], talkersOf });
    scheduler.assume(0, 1, 0);
    expect(scheduler.schedule(1).node).toBe(1);
    expect(scoresOf(scheduler.explain(2))).toEqual([undefined, undefined]);
  });

  it('truncates as upstream, which divides before it multiplies', () => {
    // Distances 0, 29 and 100 from the least: 100 * (29 / 100) is just below 29.
    const services = [0, 0, 0];
    const affinity = [term({ weight: 50 }), term({ to: 'talkers', weight: 29, topology: 'node' })];
    const nodes = racks(0, 1, 2);
    const scheduler = schedulerOf(podsOf(nodes, [...services, 1]), {
      affinity,
      talkersOf: (service) => (service === 0 ? [1] : []),
    });
    scheduler.assume(0, 0, 0);
    scheduler.assume(3, 1, 0);
    // Pod 1: rack 0 counts 50 twice (own and the other's term), node 1 counts 29 once.
    expect(scoresOf(scheduler.explain(1))).toEqual([200, 2 * 28, 0]);
  });
});

describe('InterPodAffinity, required', () => {
  it('lets the first replica go anywhere and the others follow', () => {
    const scheduler = schedulerOf(podsOf(racks(0, 1, 1), [0, 0]), { affinity: [term({ required: true })] });
    expect(scheduler.schedule(0).feasible).toBe(3);
    scheduler.forget(0);
    scheduler.assume(0, 1, 0);
    expect(scheduler.schedule(1)).toMatchObject({
      feasible: 2,
      refusals: [{ plugin: 'InterPodAffinity', reason: "node(s) didn't match pod affinity rules", count: 1 }],
    });
  });

  it('waits for talkers that are nowhere yet', () => {
    const scheduler = schedulerOf(podsOf(racks(0, 1), [0, 1]), {
      affinity: [term({ to: 'talkers', required: true })],
      talkersOf: (service) => [1 - service],
    });
    expect(scheduler.schedule(0).node).toBe(-1);
  });

  it('keeps replicas apart by rack', () => {
    const affinity = [term({ required: true, anti: true })];
    const scheduler = schedulerOf(podsOf(racks(0, 0, 1), [0, 0, 0, 1]), { affinity });
    expect([0, 1, 2].map((pod) => scheduler.schedule(pod).node)).toEqual([0, 2, -1]);
    expect(scheduler.schedule(3).feasible).toBe(3);
  });

  it('refuses a newcomer that an existing pod wants apart', () => {
    const scheduler = schedulerOf(podsOf(racks(0, 1), [0, 1]), {
      affinity: [term({ to: 'talkers', required: true, anti: true })],
      talkersOf: (service) => (service === 0 ? [1] : []),
    });
    scheduler.assume(0, 0, 0);
    expect(scheduler.schedule(1)).toMatchObject({
      node: 1,
      refusals: [
        { plugin: 'InterPodAffinity', reason: "node(s) didn't satisfy existing pods anti-affinity rules", count: 1 },
      ],
    });
  });
});
