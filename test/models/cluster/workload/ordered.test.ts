import { describe, expect, it } from 'vitest';
import { NONE } from '../../../../models/cluster/pod-table.ts';
import { DaemonSet } from '../../../../models/cluster/workload/daemon-set.ts';
import {
  STATEFUL_SET_DEFAULTS,
  StatefulSet,
  type StatefulSetSpec,
} from '../../../../models/cluster/workload/stateful-set.ts';
import { SECOND, SmallCluster, type SmallClusterOptions } from './small-cluster.ts';

function stateful(
  spec: Partial<StatefulSetSpec>,
  options: SmallClusterOptions = {},
): { cluster: SmallCluster; set: StatefulSet } {
  const cluster = new SmallCluster({ runtimes: [{ initNs: [4 * SECOND] }, { initNs: [4 * SECOND] }], ...options });
  const set = cluster.manager.add(
    (object) =>
      new StatefulSet(cluster.manager, object, {
        ...STATEFUL_SET_DEFAULTS,
        name: 'db',
        template: 0,
        replicas: 3,
        ...spec,
      }),
  );
  return { cluster, set };
}

function ordinals(cluster: SmallCluster, template?: number): number[] {
  return cluster
    .all()
    .filter((pod) => template === undefined || cluster.pods.template[pod] === template)
    .map((pod) => cluster.pods.ordinal[pod]!)
    .sort();
}

describe('a StatefulSet', () => {
  it('makes its pods one after another, each when the one before is Ready', () => {
    const { cluster } = stateful({});
    cluster.run(3.9);
    expect(ordinals(cluster)).toEqual([0]);
    cluster.run(4);
    expect(ordinals(cluster)).toEqual([0, 1]);
    cluster.run(5);
    expect(ordinals(cluster)).toEqual([0, 1, 2]);
  });

  it('makes them at once when managed in parallel', () => {
    const { cluster, set } = stateful({ podManagement: 'Parallel', replicas: 5 });
    cluster.run(0.1);
    expect(ordinals(cluster)).toEqual([0, 1, 2, 3, 4]);
    cluster.run(5);
    expect(set.available).toBe(5);
  });

  it('takes them away from the top, one at a time', () => {
    const { cluster, set } = stateful({ replicas: 4 }, { application: { stopNs: () => 2 * SECOND } });
    cluster.run(30);
    set.scaleTo(1);
    cluster.run(1);
    expect(ordinals(cluster)).toEqual([0, 1, 2, 3]);
    expect(
      cluster
        .all()
        .filter((pod) => cluster.pods.terminating[pod] === 1)
        .map((pod) => cluster.pods.ordinal[pod]),
    ).toEqual([3]);
    cluster.run(1.5);
    expect(ordinals(cluster)).toEqual([0, 1, 2]);
    cluster.run(10);
    expect(ordinals(cluster)).toEqual([0]);
  });

  it('updates from the top down to its partition', () => {
    const { cluster, set } = stateful({ replicas: 4 });
    cluster.run(30);
    set.rollTo(1, 2);
    cluster.run(4);
    expect(ordinals(cluster, 1)).toEqual([3]);
    cluster.run(30);
    expect(ordinals(cluster, 1)).toEqual([2, 3]);
    expect(ordinals(cluster, 0)).toEqual([0, 1]);
    set.rollTo(1, 0);
    cluster.run(30);
    expect(ordinals(cluster, 1)).toEqual([0, 1, 2, 3]);
  });

  it('fills the place of a lost pod with the same ordinal, of the template that the place has', () => {
    const { cluster, set } = stateful({ replicas: 3 });
    cluster.run(30);
    set.rollTo(1, 1);
    cluster.run(30);
    const zero = cluster.all().find((pod) => cluster.pods.ordinal[pod] === 0)!;
    cluster.manager.deleteNow(zero);
    cluster.run(10);
    const again = cluster.all().find((pod) => cluster.pods.ordinal[pod] === 0)!;
    expect(cluster.pods.template[again]).toBe(0);
    expect(set.available).toBe(3);
  });

  it('does nothing more once a pod never becomes Ready', () => {
    const { cluster, set } = stateful({ replicas: 3 }, { runtimes: [{}, { initNs: [1e6 * SECOND] }] });
    cluster.run(10);
    set.rollTo(1);
    cluster.run(1000);
    expect(ordinals(cluster, 1)).toEqual([2]);
    expect(set.available).toBe(2);
  });
});

describe('a DaemonSet', () => {
  function daemon(nodes: number[], maxUnavailable: number | `${number}%` = 1) {
    const cluster = new SmallCluster({ nodes: 10, runtimes: [{}, {}], application: { stopNs: () => SECOND } });
    const tainted = new Set<number>();
    const set = cluster.manager.add(
      (object) =>
        new DaemonSet(
          cluster.manager,
          object,
          { name: 'agent', template: 0, maxUnavailable, minReadyNs: 0 },
          { nodes: () => nodes, mayStart: (node) => !tainted.has(node), mayStay: (node) => !tainted.has(node) },
        ),
    );
    return { cluster, set, tainted };
  }

  function nodesOf(cluster: SmallCluster, template?: number): number[] {
    return cluster
      .all()
      .filter((pod) => template === undefined || cluster.pods.template[pod] === template)
      .map((pod) => cluster.pods.node[pod]!)
      .sort();
  }

  it('has one pod on each node, those that join among them', () => {
    const nodes = [0, 1, 2];
    const { cluster, set } = daemon(nodes);
    cluster.run(1);
    expect(nodesOf(cluster)).toEqual([0, 1, 2]);
    nodes.push(3);
    set.nodesChanged();
    cluster.run(1);
    expect(nodesOf(cluster)).toEqual([0, 1, 2, 3]);
    expect(set.scale).toBe(4);
  });

  it('leaves nodes that no longer want it', () => {
    const { cluster, set, tainted } = daemon([0, 1, 2]);
    cluster.run(1);
    tainted.add(1);
    set.nodesChanged();
    cluster.run(3);
    expect(nodesOf(cluster)).toEqual([0, 2]);
  });

  it('rolls with no more nodes without a pod than allowed', () => {
    const { cluster, set } = daemon([0, 1, 2, 3, 4, 5], '34%');
    cluster.run(1);
    let fewest = 6;
    cluster.watch = () => {
      fewest = Math.min(
        fewest,
        cluster.all().filter((pod) => cluster.pods.ready[pod] === 1 && cluster.pods.terminating[pod] === 0).length,
      );
    };
    set.rollTo(1);
    cluster.run(10);
    expect(nodesOf(cluster, 1)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(fewest).toBe(3);
    expect(cluster.all().every((pod) => cluster.pods.node[pod] !== NONE)).toBe(true);
  });
});
