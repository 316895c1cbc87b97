import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROBE_DEFAULTS } from '../../../../models/cluster/kubelet/probe.ts';
import { DEPLOYMENT_DEFAULTS, Deployment } from '../../../../models/cluster/workload/deployment.ts';
import { type DisruptionBudget, DisruptionBudgets } from '../../../../models/cluster/workload/disruption-budget.ts';
import { Drains } from '../../../../models/cluster/workload/drain.ts';
import { GarbageCollector } from '../../../../models/cluster/workload/garbage.ts';
import { SECOND, SmallCluster } from './small-cluster.ts';

const READINESS = { ...PROBE_DEFAULTS, periodNs: SECOND };

function world(replicas: number, budget: Partial<DisruptionBudget>, startSeconds = 4) {
  const cluster = new SmallCluster({
    nodes: 3,
    runtimes: [{ readiness: READINESS }],
    application: { startNs: () => startSeconds * SECOND, stopNs: () => 2 * SECOND },
  });
  const deployment = cluster.manager.add(
    (object) => new Deployment(cluster.manager, object, { ...DEPLOYMENT_DEFAULTS, name: 'web', template: 0, replicas }),
  );
  const budgets = new DisruptionBudgets(cluster.manager, [
    { name: 'web-budget', covers: [deployment.object], ...budget },
  ]);
  const done: [number, number, number][] = [];
  const drains = new Drains(cluster.manager, budgets, {
    cordoned: (node, cordoned) => (cordoned ? cluster.cordoned.add(node) : cluster.cordoned.delete(node)),
    drained: (node, left) => done.push([cluster.seconds, node, left]),
  });
  const look = cluster.watch;
  cluster.watch = () => {
    look();
    for (let node = 0; node < 3; node++) drains.podLeft(node);
  };
  cluster.run(20);
  return { cluster, deployment, drains, done, budgets };
}

describe('draining a node', () => {
  it('never takes more pods than the budget lets go, and is done in the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 4 }), (replicas, maxUnavailable) => {
        const { cluster, deployment, drains, done } = world(replicas, { maxUnavailable });
        let fewest = replicas;
        const { watch } = cluster;
        cluster.watch = () => {
          watch();
          fewest = Math.min(fewest, deployment.available);
        };
        drains.begin(0);
        cluster.run(300);
        expect(done.map(([, node, left]) => [node, left])).toEqual([[0, 0]]);
        expect(fewest).toBeGreaterThanOrEqual(replicas - maxUnavailable);
        expect(cluster.pods.podsOn(0)).toEqual([]);
        expect(deployment.available).toBe(replicas);
      }),
      { numRuns: 25 },
    );
  });

  it('goes on for ever when no pod may go, or until its time is up', () => {
    const { cluster, drains, done, deployment } = world(3, { minAvailable: '100%' });
    drains.begin(0, 100 * SECOND);
    cluster.run(99);
    expect(done).toEqual([]);
    expect(drains.refusals).toBe(20);
    cluster.run(2);
    expect(done.map(([, node, left]) => [node, left])).toEqual([[0, 1]]);
    expect(deployment.available).toBe(3);
  });

  it('asks no more often when it was given up and begun again', () => {
    const { cluster, drains } = world(3, { minAvailable: '100%' });
    drains.begin(0);
    cluster.run(1);
    drains.uncordon(0);
    expect(cluster.cordoned.has(0)).toBe(false);
    drains.begin(0);
    expect(cluster.cordoned.has(0)).toBe(true);
    cluster.run(99);
    // Once for the first drain, and each five seconds for the second.
    expect(drains.refusals).toBe(1 + 20);
  });

  it('asks no budget for pods that do nothing yet', () => {
    const { cluster, budgets } = world(3, { minAvailable: 3 }, 1e6);
    const pending = cluster.all()[0]!;
    // It runs and is not Ready: with three healthy wanted and none there, even it must stay.
    expect(budgets.evict(pending)).toEqual({ evicted: false, budget: 'web-budget' });
    const fresh = cluster.pods.create({ owner: -1, template: 0 }, 0);
    expect(budgets.evict(fresh)).toEqual({ evicted: true });
  });
});

describe('deleting an owner', () => {
  it('takes what it owned along, before or after it, or leaves it behind', () => {
    for (const propagation of ['Background', 'Foreground', 'Orphan'] as const) {
      const { cluster, deployment } = world(4, { maxUnavailable: 1 });
      const garbage = new GarbageCollector(cluster.manager);
      let goneAt = -1;
      const [set] = cluster.manager.ownedBy(deployment.object);
      garbage.delete(deployment.object, propagation, () => {
        goneAt = cluster.seconds;
      });
      const asked = cluster.seconds;
      cluster.run(1);
      if (propagation !== 'Foreground') expect(goneAt).toBe(asked);
      else expect(goneAt).toBe(-1);
      cluster.run(30);
      expect(cluster.manager.get(deployment.object)).toBeUndefined();
      expect(cluster.pods.count).toBe(propagation === 'Orphan' ? 4 : 0);
      // Orphaning a Deployment leaves its ReplicaSet, which goes on.
      expect(cluster.manager.get(set!) === undefined).toBe(propagation !== 'Orphan');
      if (propagation === 'Foreground') expect(goneAt - asked).toBeGreaterThanOrEqual(2);
    }
  });
});
