/** Estimates of room: each estimator on its own ground, their least, and how estimates age. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EstimateBook } from '../../../models/federation/estimates/estimate-book.ts';
import { DEFAULT_GRADES, leastOf, models, perNode, total } from '../../../models/federation/estimates/estimators.ts';
import type { ClusterRoom, ReplicaRequest } from '../../../models/federation/member-cluster.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';

/** Nodes with so many processors and GiB left, each with room for so many pods. */
function room(nodes: readonly (readonly [number, number])[], pods = 110): ClusterRoom {
  return {
    nodes: nodes.length,
    freeCpuMilli: (node) => nodes[node]![0] * 1000,
    freeMemoryMib: (node) => nodes[node]![1] * 1024,
    freePods: () => pods,
  };
}

const wants = (cpu: number, gib = 0): ReplicaRequest => ({ cpuMilli: cpu * 1000, memoryMib: gib * 1024 });
const many = (count: number, cpu: number, gib: number) => Array.from({ length: count }, () => [cpu, gib] as const);

describe('estimators', () => {
  it('karmada #521: 12 processors "fit" six times into ten nodes with 8 left each, and truly never', () => {
    const clusterA = room(many(10, 8, 64));
    const clusterB = room(many(2, 16, 64));
    expect([total(clusterA, wants(12)), total(clusterB, wants(12))]).toEqual([6, 2]);
    expect([perNode(clusterA, wants(12)), perNode(clusterB, wants(12))]).toEqual([0, 2]);
    expect(leastOf(total, perNode)(clusterA, wants(12))).toBe(0);
  });

  it('the scarcest resource counts, and pods count like one', () => {
    expect(total(room([[8, 4]]), wants(1, 1))).toBe(4);
    expect(total(room([[8, 64]], 3), wants(1, 1))).toBe(3);
    expect(perNode(room(many(2, 8, 64), 3), wants(1, 1))).toBe(6);
    expect(perNode(room([[8, 64]]), wants(0, 0))).toBe(110);
  });

  it('models take a node for the least of its grade', () => {
    // 7 processors and 60 GiB: grade 3, from 4 processors and 32 GiB on.
    expect(models(room([[7, 60]]), wants(1, 1))).toBe(4);
    // Much memory does not lift a node of 3 processors above grade 2.
    expect(models(room([[3, 60]]), wants(1, 1))).toBe(2);
    expect(models(room([[0.5, 60]]), wants(0.1, 1))).toBe(0);
    expect(DEFAULT_GRADES).toHaveLength(9);
  });

  it('models never tell more than perNode, which never tells more than total', () => {
    const nodes = fc.array(fc.tuple(fc.nat(40), fc.nat(200)), { maxLength: 8 });
    fc.assert(
      fc.property(nodes, fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 64 }), (list, cpu, gib) => {
        const here = room(list);
        expect(models(here, wants(cpu, gib))).toBeLessThanOrEqual(perNode(here, wants(cpu, gib)));
        expect(perNode(here, wants(cpu, gib))).toBeLessThanOrEqual(total(here, wants(cpu, gib)));
      }),
    );
  });

  it('a cluster without nodes holds nothing', () => {
    expect([total, perNode, models].map((estimate) => estimate(room([]), wants(1)))).toEqual([0, 0, 0]);
  });
});

describe('an estimate book', () => {
  const first = { number: 0, request: wants(1) };

  it('goes on telling what it saw, and how old that is', () => {
    const book = new EstimateBook(perNode, false);
    expect([book.available(0, wants(1)), book.ageNs(0, 0)]).toEqual([0, Number.POSITIVE_INFINITY]);
    const nodes: [number, number][] = [[8, 64]];
    book.look(0, room(nodes), 0);
    nodes[0] = [1, 64];
    expect([book.available(0, wants(1)), book.ageNs(0, 5 * NS_PER_SECOND)]).toEqual([8, 5 * NS_PER_SECOND]);
    book.look(0, room(nodes), 6 * NS_PER_SECOND);
    expect(book.available(0, wants(1))).toBe(1);
  });

  it('counts room twice for workloads that come one after the other, unless it assumes', () => {
    for (const [assumes, left] of [
      [false, 8],
      [true, 3],
    ] as const) {
      const book = new EstimateBook(perNode, assumes);
      book.look(0, room([[8, 64]]), 0);
      book.assigned(0, first, 5, 0);
      expect(book.available(0, wants(1))).toBe(left);
      book.settled(0, 0);
      expect(book.available(0, wants(1))).toBe(8);
    }
  });

  it('assumed replicas fill node after node', () => {
    const book = new EstimateBook(perNode, true);
    book.look(0, room(many(2, 4, 64)), 0);
    book.assigned(0, first, 6, 0);
    expect(book.available(0, wants(1))).toBe(2);
  });

  it('an assumption ends after five minutes at the next look', () => {
    const book = new EstimateBook(perNode, true);
    book.assigned(0, first, 5, 0);
    book.look(0, room([[8, 64]]), 299 * NS_PER_SECOND);
    expect(book.available(0, wants(1))).toBe(3);
    book.look(0, room([[8, 64]]), 300 * NS_PER_SECOND);
    expect(book.available(0, wants(1))).toBe(8);
  });

  it('tells shares of what is free, and that all fits where nobody estimates', () => {
    const book = new EstimateBook(undefined, false);
    book.look(0, room([[6, 10]]), 0);
    book.look(1, room([[2, 30]]), 0);
    expect(book.freeShares([0, 1])).toEqual([500_000, 500_000]);
    expect(book.available(0, wants(1))).toBe(Number.POSITIVE_INFINITY);
  });
});
