/** What holds for every profile of a real federation, whatever happens to it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterView, PLAN_OCCASIONS } from '../../../../models/federation/placement-plan.ts';
import { PROFILES } from '../../../../models/federation/profiles/index.ts';
import { carriedOut, request, sum, view } from '../views.ts';

const limit = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.nat(15));
/** Minimums below maximums, as documents must have them. */
const views: fc.Arbitrary<ClusterView[]> = fc
  .array(fc.record({ weight: fc.nat(9), min: fc.nat(3), more: limit, available: limit }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) => list.map(({ more, ...one }, i) => view(`c${i}`, { ...one, max: one.min + more })));

const step = fc.record({
  occasion: fc.constantFrom(...PLAN_OCCASIONS),
  replicas: fc.nat(60),
  cluster: fc.nat(5),
  change: fc.record({ healthy: fc.boolean(), takesNew: fc.boolean(), available: limit, unschedulable: fc.nat(4) }),
});

/** Every plan of a random history, with what the planner was told. */
function histories(
  name: string,
  check: (clusters: readonly ClusterView[], plan: Plan, replicas: number) => void,
): void {
  fc.assert(
    fc.property(views, fc.array(step, { minLength: 1, maxLength: 12 }), (start, steps) => {
      const planner = PROFILES[name]!().planner();
      let clusters = start;
      for (const { occasion, replicas, cluster, change } of steps) {
        clusters = clusters.map((one, i) => (i === cluster ? changed(one, change) : one));
        const plan = planner.plan(request(replicas, clusters, { occasion }));
        check(clusters, plan, replicas);
        clusters = carriedOut(clusters, plan);
      }
    }),
  );
}

type Plan = ReturnType<ReturnType<ReturnType<(typeof PROFILES)[string]>['planner']>['plan']>;

/** Pods that find no node are not Ready. */
function changed(one: ClusterView, change: Partial<ClusterView> & { unschedulable: number }): ClusterView {
  const unschedulable = Math.min(change.unschedulable, one.assigned);
  return { ...one, ...change, unschedulable, ready: one.assigned - unschedulable };
}

describe.each(Object.keys(PROFILES))('%s', (name) => {
  it('loses and invents no replica, and says why there are so many in each cluster', () => {
    histories(name, (clusters, { replicas, surplus, unplaced, wanted, because, reasons }, asked) => {
      expect(sum(replicas) - sum(surplus) + unplaced).toBe(wanted);
      if (PROFILES[name]!().moves !== 'manifests') expect(wanted).toBe(asked);
      expect(replicas.every((one, i) => Number.isInteger(one) && one >= surplus[i]! && surplus[i]! >= 0)).toBe(true);
      expect(reasons).toHaveLength(clusters.length);
      expect([because, ...reasons].every((text) => text.length > 0)).toBe(true);
    });
  });

  it('places nothing new in a cluster that is believed gone, and keeps the limits that it has', () => {
    const { limits } = PROFILES[name]!();
    histories(name, (clusters, { replicas }) => {
      clusters.forEach((one, i) => {
        if (!one.healthy) expect(replicas[i]).toBeLessThanOrEqual(one.assigned);
        if (limits) expect(replicas[i]).toBeLessThanOrEqual(one.max);
      });
    });
  });

  it('never places a negative remainder: there are not more than wanted', () => {
    histories(name, (_, { unplaced }) => {
      expect(unplaced).toBeGreaterThanOrEqual(0);
    });
  });

  it('is named as its key says, with a title', () => {
    expect(PROFILES[name]!()).toMatchObject({ name });
    expect(PROFILES[name]!().title.length).toBeGreaterThan(3);
  });
});
