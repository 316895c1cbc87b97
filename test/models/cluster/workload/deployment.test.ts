import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROBE_DEFAULTS } from '../../../../models/cluster/kubelet/probe.ts';
import {
  DEPLOYMENT_DEFAULTS,
  Deployment,
  type DeploymentSpec,
  type RolloutState,
} from '../../../../models/cluster/workload/deployment.ts';
import { fenceposts, oldReplicas, proportional } from '../../../../models/cluster/workload/rolling-update.ts';
import { SECOND, SmallCluster, type SmallClusterOptions } from './small-cluster.ts';

const PROBED = { readiness: { ...PROBE_DEFAULTS, periodNs: SECOND } };

function deployed(
  spec: Partial<DeploymentSpec>,
  options: SmallClusterOptions = { runtimes: [PROBED, PROBED] },
): { cluster: SmallCluster; deployment: Deployment; states: [number, RolloutState][] } {
  const cluster = new SmallCluster(options);
  const states: [number, RolloutState][] = [];
  const deployment = cluster.manager.add(
    (object) =>
      new Deployment(
        cluster.manager,
        object,
        { ...DEPLOYMENT_DEFAULTS, name: 'web', template: 0, replicas: 4, ...spec },
        (_, state) => states.push([cluster.seconds, state]),
      ),
  );
  return { cluster, deployment, states };
}

/** Most pods that exist and fewest that are available at any instant from now on. */
function extremes(cluster: SmallCluster, deployment: Deployment): { most: number; fewest: number } {
  const seen = { most: deployment.current, fewest: deployment.available };
  cluster.watch = () => {
    seen.most = Math.max(seen.most, deployment.current);
    seen.fewest = Math.min(seen.fewest, deployment.available);
  };
  return seen;
}

describe('limits of a rolling update', () => {
  it('rounds surge up and unavailability down, and lets one go when both are 0', () => {
    expect(fenceposts('25%', '25%', 3)).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(fenceposts('25%', '25%', 10)).toEqual({ maxSurge: 3, maxUnavailable: 2 });
    expect(fenceposts(0, 0, 5)).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(fenceposts(0, '10%', 5)).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(fenceposts(1, 9, 5)).toEqual({ maxSurge: 1, maxUnavailable: 5 });
  });

  it.each([
    ['nothing when none may be missing', 0, [10, 10], [0, 0], 10],
    ['as many as may be missing', 2, [10, 10], [0, 0], 8],
    ['those first that do not work', 2, [10, 8], [0, 0], 8],
    ['one that does not work, and one that does', 2, [10, 9], [0, 0], 8],
    ['nothing for new ones that are not there yet', 2, [8, 8], [2, 0], 8],
    ['not even broken old ones while new ones are missing', 2, [8, 6], [2, 0], 8],
  ] as const)('takes away %s', (_, maxUnavailable, [replicas, available], [fresh, freshAvailable], expected) => {
    const limits = { maxSurge: 0, maxUnavailable };
    const old = [{ replicas, available }];
    expect(oldReplicas(10, { replicas: fresh, available: freshAvailable }, old, limits)).toEqual([expected]);
  });

  it('shares a change of scale as the documentation of Deployments does it: 8 and 5 become 11 and 7', () => {
    const shares = [
      { replicas: 8, createdNs: 0 },
      { replicas: 5, createdNs: 1 },
    ];
    expect(proportional(shares, 18, 13)).toEqual([11, 7]);
    expect(proportional(shares, 13, 13)).toEqual([8, 5]);
    expect(proportional(shares, 0, 13)).toEqual([0, 0]);
  });

  it('shares all that there is to share and loses nobody', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }), fc.nat(200), (sizes, allowed) => {
        const shares = sizes.map((replicas, createdNs) => ({ replicas, createdNs }));
        const before = sizes.reduce((sum, size) => sum + size, 0);
        const after = proportional(shares, allowed, before);
        expect(after.reduce((sum, size) => sum + size, 0)).toBe(allowed);
        expect(Math.min(...after)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a Deployment', () => {
  it('comes to its replicas and stays there', () => {
    const { cluster, deployment, states } = deployed({ replicas: 5 });
    cluster.run(10);
    expect(deployment.available).toBe(5);
    expect(states.at(-1)?.[1]).toBe('complete');
    const { dispatched } = cluster.sim;
    cluster.run(10_000);
    expect(cluster.sim.dispatched).toBe(dispatched + 1);
  });

  it('rolls within its limits, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 30 }),
        (replicas, maxSurge, maxUnavailable, startSeconds) => {
          const { cluster, deployment } = deployed(
            { replicas, maxSurge, maxUnavailable },
            {
              runtimes: [PROBED, PROBED],
              application: { startNs: () => startSeconds * SECOND, stopNs: () => 3 * SECOND },
            },
          );
          cluster.run(200);
          const limits = fenceposts(maxSurge, maxUnavailable, replicas);
          const seen = extremes(cluster, deployment);
          deployment.rollTo(1);
          cluster.run(3000);
          expect(deployment.updated).toBe(replicas);
          expect(deployment.state).toBe('complete');
          expect(seen.most).toBeLessThanOrEqual(replicas + limits.maxSurge);
          expect(seen.fewest).toBeGreaterThanOrEqual(replicas - limits.maxUnavailable);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('goes one by one when it may surge by one and lack none', () => {
    const { cluster, deployment } = deployed(
      { replicas: 3 },
      { runtimes: [PROBED, PROBED], application: { startNs: () => 5 * SECOND } },
    );
    cluster.run(20);
    deployment.rollTo(1);
    cluster.run(4);
    expect(deployment.current).toBe(4);
    // Three times five seconds, probes on the second.
    cluster.run(10.9);
    expect(deployment.updated).toBe(2);
    cluster.run(1);
    expect(deployment.updated).toBe(3);
  });

  it('stops at a template that never becomes Ready, says so after its deadline, and goes back', () => {
    const { cluster, deployment, states } = deployed(
      { replicas: 8 },
      {
        runtimes: [PROBED, PROBED],
        application: { startNs: (pod) => (cluster0().pods.template[pod] === 1 ? 1e6 * SECOND : 0) },
      },
    );
    function cluster0(): SmallCluster {
      return cluster;
    }
    cluster.run(20);
    const seen = extremes(cluster, deployment);
    deployment.rollTo(1);
    cluster.run(599);
    expect(deployment.state).toBe('progressing');
    cluster.run(10);
    expect(deployment.state).toBe('deadline-exceeded');
    expect(seen).toEqual({ most: 10, fewest: 6 });
    deployment.rollTo(0);
    cluster.run(30);
    expect(deployment.available).toBe(8);
    expect(states.at(-1)?.[1]).toBe('complete');
  });

  it('has no pod of the old template left when Recreate starts the new one', () => {
    const { cluster, deployment } = deployed(
      { replicas: 4, strategy: 'Recreate' },
      { runtimes: [PROBED, PROBED], application: { stopNs: () => 7 * SECOND } },
    );
    cluster.run(10);
    deployment.rollTo(1);
    let mixed = false;
    cluster.watch = () => {
      mixed ||= new Set(cluster.all().map((pod) => cluster.pods.template[pod])).size > 1;
    };
    cluster.run(6.9);
    expect(cluster.all().map((pod) => cluster.pods.template[pod])).toEqual([0, 0, 0, 0]);
    cluster.run(3);
    expect(deployment.updated).toBe(4);
    expect(mixed).toBe(false);
  });

  it('is held up by the budget of its client: 30 pods at once, then 20 a second', () => {
    const { cluster, deployment } = deployed({ replicas: 130 }, { nodes: 10, writesPerSecond: 20, runtimes: [{}, {}] });
    cluster.run(0.01);
    expect(deployment.available).toBe(30);
    cluster.run(2.5);
    expect(deployment.available).toBe(80);
    cluster.run(2.6);
    expect(deployment.available).toBe(130);
  });

  it('counts a pod as available only after minReadySeconds', () => {
    const { cluster, deployment } = deployed({ replicas: 2, minReadyNs: 30 * SECOND });
    cluster.run(20);
    expect(deployment.available).toBe(0);
    expect(deployment.state).toBe('progressing');
    cluster.run(15);
    expect(deployment.available).toBe(2);
    expect(deployment.state).toBe('complete');
  });
});
