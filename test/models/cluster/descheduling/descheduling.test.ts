import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BalancePod, BalanceView, EvictPod } from '../../../../models/cluster/descheduling/balance-view.ts';
import { lowNodeUtilization } from '../../../../models/cluster/descheduling/low-node-utilization.ts';
import { removeDuplicates } from '../../../../models/cluster/descheduling/remove-duplicates.ts';
import { restoreSpread } from '../../../../models/cluster/descheduling/topology-spread.ts';

/** Pods of one owner on each node, by owner; nodes of 1000 milli and 1000 MiB. */
class Cluster {
  readonly pods: BalancePod[] = [];
  readonly evicted: BalancePod[] = [];
  /** May be set by a test: nodes that no pod may stand on. */
  closed = new Set<number>();
  readonly nodes: number;
  #next = 0;

  constructor(counts: readonly (readonly number[])[], milli = 10) {
    this.nodes = Math.max(...counts.map((each) => each.length));
    counts.forEach((onNode, owner) => {
      onNode.forEach((count, node) => {
        for (let pod = 0; pod < count; pod++) this.add(owner, node, milli);
      });
    });
  }

  add(owner: number, node: number, milli: number, priority = 0): void {
    this.pods.push({ pod: this.#next++, node, owner, cpuMilli: milli, memoryMib: milli, priority });
  }

  view(zones?: readonly string[]): BalanceView {
    const nodes = Array.from({ length: this.nodes }, (_, node) => {
      const domain = zones?.[node];
      const base = { node, cpuMilli: 1000, memoryMib: 1000, isSchedulable: !this.closed.has(node) };
      return domain === undefined ? base : { ...base, domain };
    });
    const mayStand = (_pod: BalancePod, node: number): boolean => !this.closed.has(node);
    return { nodes, pods: [...this.pods], mayStand, hasRoom: mayStand };
  }

  /** Takes pods away; at most so many of a node. */
  evictor(limit = Number.POSITIVE_INFINITY): EvictPod {
    const taken = new Map<number, number>();
    return (pod) => {
      if ((taken.get(pod.node) ?? 0) >= limit) return 'node-limit';
      taken.set(pod.node, (taken.get(pod.node) ?? 0) + 1);
      this.evicted.push(pod);
      this.pods.splice(this.pods.indexOf(pod), 1);
      return 'evicted';
    };
  }

  /** A scheduler that takes the node with the fewest pods of the owner. */
  replace(): void {
    for (const { owner, cpuMilli } of this.evicted.splice(0)) {
      const open = Array.from({ length: this.nodes }, (_, node) => node).filter((node) => !this.closed.has(node));
      const count = (node: number): number =>
        this.pods.filter((pod) => pod.node === node && pod.owner === owner).length;
      this.add(
        owner,
        open.reduce((best, node) => (count(node) < count(best) ? node : best)),
        cpuMilli,
      );
    }
  }

  counts(owner = 0): number[] {
    return Array.from(
      { length: this.nodes },
      (_, node) => this.pods.filter((pod) => pod.node === node && pod.owner === owner).length,
    );
  }
}

const worlds = fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 3, maxLength: 5 }), {
  minLength: 1,
  maxLength: 3,
});

describe('RemoveDuplicates', () => {
  it('leaves each node its share, rounded up', () => {
    const cluster = new Cluster([[5, 1, 0]]);
    removeDuplicates(cluster.view(), cluster.evictor());
    // Six pods on three nodes.
    expect(cluster.counts()).toEqual([2, 1, 0]);
  });

  it('does nothing where fewer than two nodes would take the pods', () => {
    const cluster = new Cluster([[5, 0, 0]]);
    cluster.closed = new Set([1, 2]);
    removeDuplicates(cluster.view(), cluster.evictor());
    expect(cluster.evicted).toEqual([]);
  });

  it('takes no more of a node than it may at a look', () => {
    const cluster = new Cluster([[6, 0, 0]]);
    removeDuplicates(cluster.view(), cluster.evictor(1));
    expect(cluster.evicted).toHaveLength(1);
  });

  it('never evicts where every node has its share at most, and comes to an end', () => {
    fc.assert(
      fc.property(worlds, (counts) => {
        const cluster = new Cluster(counts);
        const before = counts.map((_, owner) => cluster.counts(owner));
        removeDuplicates(cluster.view(), cluster.evictor());
        for (const [owner, own] of before.entries()) {
          const share = Math.ceil(own.reduce((sum, each) => sum + each, 0) / cluster.nodes);
          const gone = cluster.evicted.filter((pod) => pod.owner === owner).length;
          expect(gone).toBe(own.reduce((sum, each) => sum + Math.max(0, each - share), 0));
        }
        cluster.replace();
        // The scheduler spreads: the second look has nothing to do.
        removeDuplicates(cluster.view(), cluster.evictor());
        expect(cluster.evicted).toEqual([]);
      }),
    );
  });
});

describe('LowNodeUtilization', () => {
  const settings = { thresholds: { cpu: 0.2, memory: 0.2 }, targets: { cpu: 0.5, memory: 0.5 } };

  it('takes from high nodes down to the target, while low ones have room', () => {
    const cluster = new Cluster([[9, 3, 1]], 100);
    lowNodeUtilization(cluster.view(), settings, cluster.evictor());
    // 900 of 1000: four go until 500 is left; the low node lacks 400 to its target.
    expect(cluster.counts()).toEqual([5, 3, 1]);
  });

  it('stops when the room of the low nodes is used up', () => {
    const cluster = new Cluster([[9, 9, 2]], 100);
    lowNodeUtilization(cluster.view(), settings, cluster.evictor());
    expect(cluster.evicted).toHaveLength(3);
  });

  it('does nothing where no node is low, or all are, or none is high', () => {
    for (const counts of [
      [9, 3, 3],
      [2, 1, 0],
      [5, 1, 1],
    ]) {
      const cluster = new Cluster([counts], 100);
      lowNodeUtilization(cluster.view(), settings, cluster.evictor());
      expect(cluster.evicted).toEqual([]);
    }
  });

  it('does not count a cordoned node as low, and takes low priority first', () => {
    const cordoned = new Cluster([[9, 3, 1]], 100);
    cordoned.closed = new Set([2]);
    lowNodeUtilization(cordoned.view(), settings, cordoned.evictor());
    expect(cordoned.evicted).toEqual([]);
    const cluster = new Cluster([[5, 3, 0]], 100);
    cluster.add(7, 0, 100, 9);
    cluster.add(8, 0, 100, -1);
    lowNodeUtilization(cluster.view(), settings, cluster.evictor());
    expect(cluster.evicted.map(({ owner }) => owner)).toEqual([8, 0]);
  });
});

describe('RemovePodsViolatingTopologySpreadConstraint', () => {
  it('comes to what its authors say: 2, 5, 3, 8, 5, 7 become fives', () => {
    const cluster = new Cluster([[2, 5, 3, 8, 5, 7]]);
    restoreSpread(cluster.view(['a', 'b', 'c', 'd', 'e', 'f']), 1, cluster.evictor());
    expect(cluster.counts()).toEqual([2, 5, 3, 5, 5, 5]);
    cluster.replace();
    expect(cluster.counts()).toEqual([5, 5, 5, 5, 5, 5]);
  });

  it('evicts nothing that has nowhere to go', () => {
    const cluster = new Cluster([[6, 0]]);
    cluster.closed = new Set([1]);
    restoreSpread(cluster.view(['a', 'b']), 1, cluster.evictor());
    expect(cluster.evicted).toEqual([]);
  });

  it('never evicts within the skew, and looks with a scheduler that spreads come to an end at which it holds', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 3 }), (counts, maxSkew) => {
        const cluster = new Cluster(counts);
        const zones = ['a', 'b', 'c', 'd', 'e'];
        const skew = (owner: number): number => {
          const own = cluster.counts(owner);
          return Math.max(...own) - Math.min(...own);
        };
        const within = counts.map((_, owner) => skew(owner) <= maxSkew);
        restoreSpread(cluster.view(zones), maxSkew, cluster.evictor());
        for (const { owner } of cluster.evicted) expect(within[owner]).toBe(false);
        for (let looks = 0; cluster.evicted.length > 0; looks++) {
          expect(looks).toBeLessThan(10);
          cluster.replace();
          restoreSpread(cluster.view(zones), maxSkew, cluster.evictor());
        }
        for (const owner of counts.keys()) expect(skew(owner)).toBeLessThanOrEqual(maxSkew);
      }),
    );
  });
});
