import { describe, expect, it } from 'vitest';
import { PodTable } from '../../../../models/cluster/pod-table.ts';
import { firstToGo } from '../../../../models/cluster/workload/deletion-rank.ts';
import { ReplicaSet } from '../../../../models/cluster/workload/replica-set.ts';
import { SECOND, SmallCluster } from './small-cluster.ts';

function setOf(cluster: SmallCluster, replicas: number): ReplicaSet {
  return cluster.manager.add(
    (object) => new ReplicaSet(cluster.manager, object, { name: 'rs', template: 0, replicas }),
  );
}

describe('which pod a ReplicaSet gives up', () => {
  const NOW = 1000 * SECOND;

  /** Pods of one owner, each with what makes it special. */
  function table(
    pods: readonly { node?: number; phase?: 'running'; readySince?: number; created?: number; restarts?: number }[],
  ) {
    const rows = new PodTable();
    for (const { node, phase, readySince, created, restarts } of pods) {
      const pod = rows.create({ owner: 0, template: 0 }, (created ?? 0) * SECOND);
      if (node !== undefined) rows.bind(pod, node);
      if (phase !== undefined) rows.setPhase(pod, phase === 'running' ? 2 : 2);
      if (readySince !== undefined) rows.setReady(pod, true, readySince * SECOND);
      rows.restarts[pod] = restarts ?? 0;
    }
    return rows;
  }

  it('goes by node, phase, readiness, crowd, age and restarts, in that order', () => {
    const old = { node: 0, phase: 'running', readySince: 10 } as const;
    const cases: { first: Parameters<typeof table>[0][number]; why: string }[] = [
      { first: {}, why: 'has no node' },
      { first: { node: 1 }, why: 'is Pending' },
      { first: { node: 1, phase: 'running' }, why: 'is not Ready' },
      { first: { node: 1, phase: 'running', readySince: 990 }, why: 'became Ready lately' },
      { first: { node: 1, phase: 'running', readySince: 10, restarts: 3 }, why: 'has restarted' },
      { first: { node: 1, phase: 'running', readySince: 10, created: 999 }, why: 'is young' },
    ];
    for (const { first, why } of cases) {
      const rows = table([old, first]);
      expect(firstToGo(rows, [0, 1], [], 1, NOW), why).toEqual([1]);
    }
  });

  it('takes from the node that has most', () => {
    const rows = table([
      { node: 0, phase: 'running', readySince: 10 },
      { node: 1, phase: 'running', readySince: 10 },
      { node: 1, phase: 'running', readySince: 10 },
    ]);
    expect(firstToGo(rows, [0, 1, 2], [0, 1, 2], 1, NOW)[0]).not.toBe(0);
  });

  it('does not tell ages of one power of two apart by who came first', () => {
    const first: number[] = [];
    for (let shift = 0; shift < 40; shift++) {
      const rows = table([
        ...Array.from({ length: shift }, () => ({})),
        { node: 0, phase: 'running', readySince: 100, created: 5 } as const,
        { node: 1, phase: 'running', readySince: 110, created: 6 } as const,
      ]);
      first.push(firstToGo(rows, [shift, shift + 1], [], 1, NOW)[0]! - shift);
    }
    expect(new Set(first)).toEqual(new Set([0, 1]));
  });
});

describe('a ReplicaSet', () => {
  it('makes a pod again that was deleted, failed or crashed beyond help', () => {
    const cluster = new SmallCluster({ runtimes: [{ restart: 'Never' }] });
    const set = setOf(cluster, 3);
    cluster.run(5);
    const [first, second] = set.active();
    cluster.manager.deleteNow(first!);
    cluster.kubelets.crash(second!);
    cluster.run(5);
    expect(set.available).toBe(3);
    expect(
      set
        .active()
        .map((pod) => cluster.pods.serial[pod])
        .sort(),
    ).toEqual([2, 3, 4]);
    expect(cluster.pods.count).toBe(3);
  });

  it('asks for each pod once, however slow its client is', () => {
    const cluster = new SmallCluster({ writesPerSecond: 1 });
    const set = setOf(cluster, 100);
    for (let second = 0; second < 60; second++) {
      cluster.run(1);
      cluster.manager.changed(set.object);
      expect(set.current).toBe(100);
    }
    cluster.run(60);
    expect(cluster.pods.count).toBe(100);
  });

  it('makes no more than 500 pods at a look and still gets to its number', () => {
    const cluster = new SmallCluster({ nodes: 3 });
    const set = setOf(cluster, 1203);
    cluster.run(10);
    expect(set.available).toBe(1203);
    set.scaleTo(2);
    cluster.run(10);
    expect(cluster.pods.count).toBe(2);
  });
});
