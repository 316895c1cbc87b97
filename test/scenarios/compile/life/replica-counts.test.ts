import { describe, expect, it } from 'vitest';
import { ReplicaCounts } from '../../../../scenarios/compile/life/replica-counts.ts';

describe('replicas of all workloads of a cluster', () => {
  it('are added up again only when something about its pods has changed', () => {
    let looks = 0;
    const counts = [
      { placed: 3, ready: 2 },
      { placed: 4, ready: 0 },
    ];
    const controllers = counts.map((count) => ({
      get placed() {
        looks++;
        return count.placed;
      },
      get ready() {
        return count.ready;
      },
    }));
    const pods = { version: 7 };
    const replicas = new ReplicaCounts({ cluster: { pods }, work: controllers } as never);
    expect([replicas.placed, replicas.ready]).toEqual([7, 2]);
    expect(looks).toBe(2);
    counts[1]!.ready = 4;
    expect([replicas.placed, replicas.ready]).toEqual([7, 2]);
    pods.version = 8;
    expect([replicas.ready, replicas.placed]).toEqual([6, 7]);
    expect(looks).toBe(4);
  });
});
