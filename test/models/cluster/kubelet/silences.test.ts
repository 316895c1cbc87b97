/** Whoever remembers that all pods answered may rely on it until the number of silences is another. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ReplicaSet } from '../../../../models/cluster/workload/replica-set.ts';
import { SmallCluster } from '../workload/small-cluster.ts';

const PODS = 4;
const NODES = 2;

it('a pod that answered and does so no longer is a silence, whatever happened', () => {
  const steps = fc.array(fc.tuple(fc.nat(8), fc.nat(20), fc.constantFrom(0.5, 1.5, 4, 15)), {
    maxLength: 25,
  });
  let fellSilent = 0;
  fc.assert(
    fc.property(steps, (list) => {
      const cluster = new SmallCluster({
        nodes: NODES,
        runtimes: [{ preStopNs: 3e9 }],
        application: { stopNs: () => 2e9, startNs: () => 1e9 },
      });
      const { kubelets, pods, manager } = cluster;
      const set = manager.add((object) => new ReplicaSet(manager, object, { name: 'rs', template: 0, replicas: PODS }));
      cluster.run(5);
      for (const [what, pick, seconds] of list) {
        const there = cluster.all();
        const pod = there[pick % Math.max(1, there.length)];
        const answered = there.filter((one) => kubelets.answers(one)).map((one) => [one, pods.lifeOf(one)] as const);
        const before = kubelets.silences;
        if (what === 0) kubelets.nodeDied(pick % NODES);
        else if (what === 1) kubelets.nodeBack(pick % NODES);
        else if (what === 2 && pod !== undefined) kubelets.setHealthy(pod, false);
        else if (what === 3 && pod !== undefined) kubelets.setHealthy(pod, true);
        else if (what === 4 && pod !== undefined) kubelets.crash(pod);
        else if (what === 5 && pod !== undefined) kubelets.evict(pod);
        else if (what === 6 && pod !== undefined) manager.deleteNow(pod);
        else if (what === 7) set.scaleTo(pick % (PODS + 1));
        cluster.run(seconds);
        const silent = answered.filter(([one, life]) => pods.lifeOf(one) !== life || !kubelets.answers(one));
        fellSilent += silent.length;
        if (silent.length > 0) expect(kubelets.silences).not.toBe(before);
      }
    }),
    { numRuns: 200, seed: 6 },
  );
  expect(fellSilent).toBeGreaterThan(100);
});
