/** Division over time: what no sequence of events may break, and what each option promises. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIVISION_RULES } from '../../../models/federation/division.ts';
import {
  DivisionPlanner,
  type DivisionPolicy,
  roomFor,
  WEIGHTINGS,
} from '../../../models/federation/division-planner.ts';
import type { ClusterView } from '../../../models/federation/placement-plan.ts';
import { carriedOut, request, sum, view } from './views.ts';

const PLAIN: DivisionPolicy = {
  rule: 'floorThenHeaviest',
  weights: 'static',
  atLeastOneEach: false,
  sameRatio: false,
  rebalance: false,
  heedsCapacity: true,
};

const policies: fc.Arbitrary<DivisionPolicy> = fc.record({
  rule: fc.constantFrom(...DIVISION_RULES),
  weights: fc.constantFrom(...WEIGHTINGS),
  atLeastOneEach: fc.boolean(),
  sameRatio: fc.boolean(),
  rebalance: fc.boolean(),
  heedsCapacity: fc.boolean(),
});

const limit = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(15));
const views: fc.Arbitrary<ClusterView[]> = fc
  .array(fc.record({ weight: fc.nat(9), min: fc.nat(3), max: limit, available: limit, freeShare: fc.nat(1_000_000) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) => list.map((one, i) => view(`c${i}`, one)));

/** What happens: a new number of replicas, a cluster lost or back, other room, pods that find no node. */
const step = fc.record({
  replicas: fc.nat(60),
  cluster: fc.nat(5),
  healthy: fc.boolean(),
  takesNew: fc.boolean(),
  max: limit,
  available: limit,
  unschedulable: fc.nat(4),
});

const NOTHING = { cluster: 9, healthy: true, takesNew: true, max: 0, available: 0, unschedulable: 0 };

describe('a division over time', () => {
  it('loses and invents no replica, and keeps every limit, whatever happens', () => {
    fc.assert(
      fc.property(policies, views, fc.array(step, { maxLength: 12 }), (policy, start, steps) => {
        const planner = new DivisionPlanner(policy);
        let clusters = start;
        for (const { replicas, cluster, ...change } of [{ ...NOTHING, replicas: 7 }, ...steps]) {
          clusters = clusters.map((one, i) =>
            i === cluster ? { ...one, ...change, unschedulable: Math.min(change.unschedulable, one.assigned) } : one,
          );
          const plan = planner.plan(request(replicas, clusters, { occasion: 'scaled' }));
          expect(sum(plan.replicas) + plan.unplaced).toBe(replicas);
          expect(plan.unplaced).toBeGreaterThanOrEqual(0);
          for (const [i, given] of plan.replicas.entries()) {
            expect(Number.isInteger(given) && given >= 0).toBe(true);
            expect(given).toBeLessThanOrEqual(clusters[i]!.healthy ? clusters[i]!.max : 0);
            if (policy.heedsCapacity) expect(given).toBeLessThanOrEqual(roomFor(clusters[i]!));
            if (!clusters[i]!.takesNew) expect(given).toBeLessThanOrEqual(clusters[i]!.assigned);
          }
          clusters = carriedOut(clusters, plan);
        }
      }),
    );
  });

  it('keeps every minimum where there are enough replicas', () => {
    fc.assert(
      fc.property(policies, views, fc.array(fc.nat(60), { maxLength: 8 }), (policy, start, totals) => {
        const planner = new DivisionPlanner(policy);
        let clusters = start;
        for (const replicas of totals) {
          const room = clusters.map((one) => Math.min(one.max, policy.heedsCapacity ? roomFor(one) : one.max));
          const least = clusters.map(({ min }, i) =>
            Math.min(room[i]!, policy.atLeastOneEach ? Math.max(1, min) : min),
          );
          const plan = planner.plan(request(replicas, clusters));
          if (sum(least) <= replicas)
            plan.replicas.forEach((given, i) => {
              expect(given).toBeGreaterThanOrEqual(least[i]!);
            });
          clusters = carriedOut(clusters, plan);
        }
      }),
    );
  });

  it('without rebalancing no running replica moves while the number stays or grows', () => {
    fc.assert(
      fc.property(policies, views, fc.nat(30), fc.nat(30), (policy, start, first, more) => {
        const planner = new DivisionPlanner({ ...policy, rebalance: false });
        const clusters = carriedOut(start, planner.plan(request(first, start)));
        const plan = planner.plan(request(first + more, clusters, { occasion: 'scaled' }));
        // A minimum that could not be met before is the only reason to move.
        if (first < sum(start.map(({ min }) => Math.max(1, min)))) return;
        plan.replicas.forEach((given, i) => {
          expect(given).toBeGreaterThanOrEqual(clusters[i]!.assigned);
        });
      }),
    );
  });

  it('with the same ratio the way out and in does not matter: a number of replicas has one division', () => {
    fc.assert(
      fc.property(policies, views, fc.array(fc.nat(60), { maxLength: 8 }), fc.nat(60), (policy, start, way, last) => {
        const ratio = { ...policy, sameRatio: true, rebalance: true, heedsCapacity: false };
        const planner = new DivisionPlanner(ratio);
        let clusters = carriedOut(start, planner.plan(request(20, start)));
        for (const replicas of way)
          clusters = carriedOut(clusters, planner.plan(request(replicas, clusters, { occasion: 'scaled' })));
        const direct = new DivisionPlanner(ratio);
        direct.plan(request(20, start));
        const there = direct.plan(request(last, start, { occasion: 'scaled' })).replicas;
        expect(planner.plan(request(last, clusters, { occasion: 'scaled' })).replicas).toEqual(there);
      }),
    );
  });
});

describe('options of a division over time', () => {
  it('weights by free resources hold for scaling, until somebody asks for a new plan', () => {
    const planner = new DivisionPlanner({ ...PLAIN, weights: 'freeResources', sameRatio: true, rebalance: true });
    const free = (a: number, b: number) => [view('a', { freeShare: a }), view('b', { freeShare: b })];
    expect(planner.plan(request(4, free(750_000, 250_000))).replicas).toEqual([3, 1]);
    expect(planner.plan(request(8, free(250_000, 750_000), { occasion: 'scaled' })).replicas).toEqual([6, 2]);
    expect(planner.plan(request(8, free(250_000, 750_000), { occasion: 'asked' })).replicas).toEqual([2, 6]);
  });

  it('one in each: a cluster of little weight gets one; with fewer replicas than clusters the heaviest do', () => {
    const clusters = [view('a', { weight: 100 }), view('b'), view('c', { weight: 2 })];
    const planner = new DivisionPlanner({ ...PLAIN, atLeastOneEach: true });
    expect(planner.plan(request(5, clusters)).replicas).toEqual([3, 1, 1]);
    expect(new DivisionPlanner({ ...PLAIN, atLeastOneEach: true }).plan(request(2, clusters)).replicas).toEqual([
      1, 0, 1,
    ]);
    expect(new DivisionPlanner(PLAIN).plan(request(5, clusters)).replicas).toEqual([5, 0, 0]);
  });

  it('minimums: says which one was kept, and that there were too few replicas for all', () => {
    const least = [view('a', { min: 5 }), view('b', { min: 5, weight: 9 })];
    expect(new DivisionPlanner(PLAIN).plan(request(8, least)).reasons).toEqual([
      'too few replicas for its minimum of 5',
      'its minimum is 5',
    ]);
    const each = [view('a'), view('b', { weight: 9 })];
    const planner = new DivisionPlanner({ ...PLAIN, atLeastOneEach: true });
    expect(planner.plan(request(1, each)).reasons).toEqual(['too few replicas for one in each', 'one is due to each']);
  });

  it('a lost cluster: its replicas go to the others; they come back only with rebalancing', () => {
    for (const [rebalance, back] of [
      [false, [0, 6]],
      [true, [3, 3]],
    ] as const) {
      const planner = new DivisionPlanner({ ...PLAIN, rebalance });
      const both = carriedOut([view('a'), view('b')], planner.plan(request(6, [view('a'), view('b')])));
      const lost = [{ ...both[0]!, healthy: false }, both[1]!];
      const plan = planner.plan(request(6, lost, { occasion: 'clusterLost' }));
      expect(plan.replicas).toEqual([0, 6]);
      expect(plan.reasons[0]).toBe('the cluster is believed gone');
      const after = carriedOut(lost, plan).map((one) => ({ ...one, healthy: true }));
      expect(planner.plan(request(6, after, { occasion: 'clusterBack' })).replicas).toEqual(back);
    }
  });

  it('a minimum is made up even where nothing else moves', () => {
    const clusters = [view('a', { min: 2 }), view('b', { assigned: 6, ready: 6 })];
    const plan = new DivisionPlanner(PLAIN).plan(request(6, clusters, { occasion: 'clusterBack' }));
    expect(plan.replicas).toEqual([2, 4]);
  });

  it('a full cluster passes its share on; what fits nowhere is told', () => {
    const planner = new DivisionPlanner(PLAIN);
    const plan = planner.plan(request(10, [view('a', { available: 2 }), view('b', { available: 6 })]));
    expect(plan).toMatchObject({
      replicas: [2, 6],
      unplaced: 2,
      reasons: ['no more than 2 fit', 'no more than 6 fit'],
    });
  });
});

describe('why a cluster gets what it gets', () => {
  const reasonsFor = (replicas: number, ...differs: Partial<ClusterView>[]): readonly string[] =>
    new DivisionPlanner(PLAIN).plan(
      request(
        replicas,
        differs.map((each, i) => view(`c${i}`, each)),
      ),
    ).reasons;

  it.each<[words: string, replicas: number, differs: Partial<ClusterView>[], reasons: string[]]>([
    ['shares', 5, [{ weight: 4 }, {}], ['its share by weight 4', 'its share by weight 1']],
    ['a share of nothing', 3, [{ weight: 40 }, {}], ['its share by weight 40', 'its share by weight 1']],
    ['a maximum', 6, [{ max: 2 }, {}], ['its maximum is 2', 'its share by weight 1']],
    ['a maximum of nothing', 6, [{ max: 0 }, {}], ['its maximum is 0', 'its share by weight 1']],
    ['a minimum', 6, [{ weight: 100 }, { min: 2 }], ['its share by weight 100', 'its minimum is 2']],
    ['minimums', 3, [{ min: 3 }, { min: 2 }], ['its minimum is 3', 'too few replicas for its minimum of 2']],
    ['no weight', 4, [{}, { weight: 0 }], ['its share by weight 1', 'its weight is 0']],
    [
      'a minimum without weight',
      4,
      [{}, { weight: 0, min: 1 }],
      ['its share by weight 1', 'its minimum is 1; its weight is 0'],
    ],
    ['room', 4, [{ available: 1 }, {}], ['no more than 1 fit', 'its share by weight 1']],
    ['taint', 4, [{ takesNew: false }, {}], ['takes nothing new', 'its share by weight 1']],
  ])('%s', (_, replicas, differs, reasons) => {
    expect(reasonsFor(replicas, ...differs)).toEqual(reasons);
  });

  it('is that nothing is moved, where that is so, and the plan says whether it changes anything', () => {
    const planner = new DivisionPlanner(PLAIN);
    const first = planner.plan(request(4, [view('a'), view('b')]));
    expect(first.because).toBe('divided by floorThenHeaviest');
    const after = carriedOut([view('a', { weight: 3 }), view('b')], first);
    const again = planner.plan(request(4, after, { occasion: 'clusterBack' }));
    expect(again.because).toBe('nothing to change');
    expect(again.reasons).toEqual([
      'its share would be 3; what runs is not moved',
      'its share would be 1; what runs is not moved',
    ]);
  });
});

describe('weights by what is free', () => {
  const policy: DivisionPolicy = { ...PLAIN, weights: 'freeResources', rebalance: true };
  const weighed = (shares: readonly number[], assigned: readonly number[]) =>
    shares.map((freeShare, i) => view(`c${i}`, { freeShare, assigned: assigned[i]!, ready: assigned[i]! }));

  it('do not move replicas to and fro because some have moved', () => {
    const planner = new DivisionPlanner(policy);
    const first = planner.plan(request(4, weighed([750_000, 250_000], [0, 0])));
    expect(first.replicas).toEqual([3, 1]);
    const after = weighed([250_000, 750_000], first.replicas);
    expect(planner.plan(request(4, after, { occasion: 'capacity' })).replicas).toEqual([3, 1]);
    expect(planner.plan(request(4, after, { occasion: 'clusterBack' })).replicas).toEqual([1, 3]);
  });
});
