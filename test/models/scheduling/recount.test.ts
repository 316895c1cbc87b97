import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Explanation, Scheduler } from '../../../models/scheduling/scheduler.ts';
import { type Action, act } from './random-cluster.ts';
import { anyObjects, relatedCluster } from './random-relations.ts';
import { affinityRefuses, affinityScores, type Picture, spreadRefuses, spreadScores } from './recount.ts';
import { type Cluster, schedulerOf } from './small-cluster.ts';

const BEFORE_SPREAD = [
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
  'GpuDevices',
];

function pictureOf(
  scheduler: Scheduler,
  cluster: Cluster,
  objects: Picture['objects'],
  lost: ReadonlySet<number>,
): Picture {
  const nodes = cluster.nodes.map((node, number) => ({
    node,
    ready: !lost.has(number),
    pods: cluster.pods.flatMap((pod, i) => (scheduler.nodeOf(i) === number ? [cluster.shapes[pod.shape]!] : [])),
  }));
  return { nodes, objects };
}

function check({ verdicts }: Explanation, shape: Cluster['shapes'][number], picture: Picture): void {
  const [uneven, apart] = [spreadRefuses(shape, picture), affinityRefuses(shape, picture)];
  verdicts.forEach(({ refusedBy, node }) => {
    if (refusedBy !== null && BEFORE_SPREAD.includes(refusedBy)) return;
    const expected = uneven[node] ? 'PodTopologySpread' : apart[node] ? 'InterPodAffinity' : null;
    expect({ node, refusedBy }).toEqual({ node, refusedBy: expected });
  });
  const passed = verdicts.filter(({ refusedBy }) => refusedBy === null);
  const feasible = passed.map(({ node }) => node);
  const [spread, affinity] = [spreadScores(shape, picture, feasible), affinityScores(shape, picture, feasible)];
  passed.forEach(({ scores }, i) => {
    expect([scores.PodTopologySpread, scores.InterPodAffinity]).toEqual([spread?.[i], affinity?.[i]]);
  });
}

const manyActions: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.record({
    kind: fc.oneof({ weight: 19, arbitrary: fc.constant('pod' as const) }, fc.constant('node' as const)),
    pick: fc.nat(1000),
  }),
  { minLength: 20, maxLength: 60, size: 'max' },
);

describe('sums that follow the pods on nodes', () => {
  it('are those of a recount, whatever happens between', () => {
    const property = fc.property(relatedCluster, anyObjects, manyActions, (cluster, objects, actions) => {
      const scheduler = schedulerOf(cluster, { objects });
      const lost = new Set<number>();
      for (const action of actions) {
        act(scheduler, cluster, action);
        noteReadiness(action, cluster, lost);
        const pod = (action.pick * 7) % cluster.pods.length;
        if (scheduler.nodeOf(pod) >= 0) continue;
        check(
          scheduler.explain(pod),
          cluster.shapes[cluster.pods[pod]!.shape]!,
          pictureOf(scheduler, cluster, objects, lost),
        );
      }
    });
    fc.assert(property, { seed: 1, numRuns: 300 });
  });
});

function noteReadiness({ kind, pick }: Action, { nodes }: Cluster, lost: Set<number>): void {
  if (kind !== 'node') return;
  if (pick % 3 === 0) lost.delete(pick % nodes.length);
  else lost.add(pick % nodes.length);
}
