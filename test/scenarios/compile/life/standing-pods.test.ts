import { describe, expect, it } from 'vitest';
import { StandingPods } from '../../../../scenarios/compile/life/standing-pods.ts';
import { LivingBench } from './living-bench.ts';

describe('pods on nodes as a node autoscaler reads them', () => {
  const reader = (bench: LivingBench, covers: readonly number[] = []) =>
    new StandingPods(bench.cluster, [{ name: 'budget', covers, maxUnavailable: 1 } as never], (pod) => ({
      ...{ cpuMilli: 1, memoryMib: 1, priority: 0 },
      createdNs: bench.cluster.pods.createdNs[pod]!,
    }));

  it('are those of the moment, however often their rows are used again', () => {
    const bench = new LivingBench({ nodes: 2 });
    const deployment = bench.deploy(4);
    const standing = reader(bench, [deployment.object]);
    const plain = (node: number): string[] => bench.on(node).map(String);
    const read = (node: number): string[] => standing.on(node).map(({ name }) => name);
    for (const [at, replicas] of [4, 1, 3, 0, 6, 2, 5].entries()) {
      deployment.scaleTo(replicas);
      for (const step of [1, 2, 35, 60]) {
        bench.run(at * 100 + step);
        for (const node of [0, 1]) {
          expect(read(node)).toEqual(plain(node));
          expect(standing.on(node)).toBe(standing.on(node));
          for (const { pod, createdNs, owner, budgets } of standing.on(node)) {
            expect([createdNs, owner, budgets]).toEqual([bench.cluster.pods.createdNs[pod], 'controller', [0]]);
          }
        }
      }
    }
  });

  it('who loses his owner stands alone', () => {
    const bench = new LivingBench({ nodes: 1 });
    bench.deploy(1);
    const standing = reader(bench);
    bench.run(30);
    const [{ pod, owner } = { pod: -1, owner: 'nobody' }] = standing.on(0);
    expect(owner).toBe('controller');
    bench.cluster.pods.orphan(pod);
    expect(standing.on(0)[0]!.owner).toBe('nobody');
  });
});
