/** KubeFed's planner: the cases of its own tests, hash ties included, and what its users saw. */
import { describe, expect, it } from 'vitest';
import { fnv32, fnv32a } from '../../../../models/federation/fnv.ts';
import type { ClusterView } from '../../../../models/federation/placement-plan.ts';
import { kubefed } from '../../../../models/federation/profiles/kubefed.ts';
import { carriedOut, request, view } from '../views.ts';

/** `weight`, or `[weight, min, max]`, by cluster; `*`: all that are not named. */
type Preferences = Readonly<Record<string, number | readonly [number, number, number]>>;
type Counts = Readonly<Record<string, number>>;

const NO_MAX = Number.POSITIVE_INFINITY;

/** Clusters A, B, … with preferences, pods that run, and capacities that waiting pods tell of. */
function clusters(names: string, preferences: Preferences, running: Counts = {}, capacity: Counts = {}): ClusterView[] {
  return [...names].map((name) => {
    const preference = preferences[name] ?? preferences['*'] ?? 0;
    const [weight, min, max] = typeof preference === 'number' ? [preference, 0, NO_MAX] : preference;
    const ready = running[name] ?? 0;
    const fits = capacity[name];
    const assigned = fits === undefined ? ready : Math.max(fits, ready) + 1;
    return view(name, { weight, min, max, ready, assigned, unschedulable: fits === undefined ? 0 : assigned - fits });
  });
}

function plan(rebalance: boolean, replicas: number, views: readonly ClusterView[]) {
  const {
    replicas: all,
    surplus,
    unplaced,
  } = kubefed(rebalance)
    .planner()
    .plan(request(replicas, views, { key: '' }));
  return { plan: all.map((one, i) => one - surplus[i]!), surplus, unplaced };
}

const EVEN = { '*': 1 } as const;
const BIG_A = { A: [10000, 0, 10], B: 1, C: [1, 0, 21], D: [1, 0, 10], E: 1 } as const;

it('tells minimums from what runs', () => {
  const views = clusters('AB', { A: [1, 5, NO_MAX], B: [2, 5, NO_MAX] });
  const { reasons } = kubefed(false)
    .planner()
    .plan(request(8, views, { key: '' }));
  expect(reasons).toEqual(['too few replicas for its minimum of 5', 'its minimum is 5']);
});

describe("cases of KubeFed's planner_test.go", () => {
  it.each<[number, string, Preferences, number[]]>([
    // Ties by hash.
    [50, 'ABC', EVEN, [16, 17, 17]],
    [50, 'AB', EVEN, [25, 25]],
    [1, 'AB', EVEN, [0, 1]],
    [1, 'ABCD', EVEN, [0, 0, 0, 1]],
    [1, 'A', EVEN, [1]],
    [1, '', EVEN, []],
    // Minimums.
    [50, 'ABC', { '*': [0, 2, NO_MAX] }, [2, 2, 2]],
    [50, 'ABC', { '*': [0, 20, NO_MAX] }, [10, 20, 20]],
    [50, 'ABC', { '*': [0, 20, NO_MAX], A: [1, 100, NO_MAX] }, [50, 0, 0]],
    [50, 'ABC', { '*': [1, 10, 12] }, [12, 12, 12]],
    // Maximums.
    [50, 'ABC', { '*': [1, 0, 2] }, [2, 2, 2]],
    [50, 'ABC', { '*': [0, 0, 2] }, [0, 0, 0]],
    // Weights.
    [60, 'ABC', { A: 1, B: 2 }, [20, 40, 0]],
    [50, 'ABC', { A: 10000, B: 1 }, [50, 0, 0]],
    [50, 'BC', { A: 10000, B: 1 }, [50, 0]],
    [50, 'ABC', { A: [10000, 0, 10], B: 1, C: 1 }, [10, 20, 20]],
    [50, 'ABC', { A: [10000, 0, 10], B: 1, C: [1, 0, 10] }, [10, 30, 10]],
    [71, 'ABCD', BIG_A, [10, 30, 21, 10]],
    [91, 'ABCDE', BIG_A, [10, 25, 21, 10, 25]],
  ])('%i replicas over %s by %o: %o', (replicas, names, preferences, expected) => {
    expect(plan(false, replicas, clusters(names, preferences)).plan).toEqual(expected);
  });

  it.each<[number, string, Counts, number[]]>([
    [50, 'ABC', { C: 30 }, [10, 10, 30]],
    [50, 'AB', { A: 30 }, [30, 20]],
    [15, 'AB', { A: 0, B: 8 }, [7, 8]],
    [15, 'AB', { A: 4, B: 8 }, [7, 8]],
    [15, 'AB', { A: 7, B: 8 }, [7, 8]],
    [500000, 'AB', { A: 300000 }, [300000, 200000]],
    [50, 'AB', { A: 10 }, [25, 25]],
    [50, 'AB', { A: 10, B: 70 }, [0, 50]],
    [1, 'AB', { A: 30 }, [1, 0]],
    [50, 'AB', { A: 10, B: 20 }, [25, 25]],
  ])('%i replicas over %s where %o run: %o', (replicas, names, running, expected) => {
    expect(plan(false, replicas, clusters(names, EVEN, running)).plan).toEqual(expected);
  });

  it.each<[boolean, number, string, Preferences, Counts, number[], number[]]>([
    [true, 50, 'ABC', EVEN, { C: 10 }, [20, 20, 10], [0, 0, 7]],
    [true, 50, 'BC', { A: 10000, B: 1 }, { B: 10 }, [10, 0], [40, 0]],
    [true, 60, 'ABC', { A: 1, B: 2 }, { B: 10 }, [50, 10, 0], [0, 30, 0]],
    [true, 71, 'ABCD', BIG_A, { C: 10 }, [10, 41, 10, 10], [0, 0, 11, 0]],
    [false, 60, 'ABC', { A: 1, B: 1 }, { A: 10, B: 10 }, [10, 10, 0], [20, 20, 0]],
    [false, 60, 'ABC', { A: 1, B: 5 }, { B: 10 }, [50, 10, 0], [0, 0, 0]],
    [false, 50, 'ABC', { '*': [0, 20, NO_MAX] }, { B: 10 }, [20, 10, 20], [0, 0, 0]],
    [true, 60, 'AB', { '*': [1, 20, NO_MAX] }, { B: 10 }, [50, 10], [0, 15]],
  ])('rebalance %s: %i replicas over %s by %o with room for %o: %o and on top %o', (...given) => {
    const [rebalance, replicas, names, preferences, capacity, expected, surplus] = given;
    const result = plan(rebalance, replicas, clusters(names, preferences, {}, capacity));
    expect(result).toMatchObject({ plan: expected, surplus });
  });
});

describe('what runs where there is no room for it', () => {
  it('is kept up to the room', () => {
    expect(plan(false, 10, clusters('AB', EVEN, { A: 10 }, { A: 5 })).plan).toEqual([5, 5]);
  });
});

describe('what users of KubeFed and Federation v1 saw', () => {
  it('#763: a cordoned cluster loses its replicas and does not get them back', () => {
    const planner = kubefed(false).planner();
    const differs = { key: 'reverse-words/reverse-words' };
    let members = ['A', 'B', 'C'].map((name) => view(name));
    members = carriedOut(members, planner.plan(request(9, members, differs)));
    expect(members.map(({ assigned }) => assigned)).toEqual([3, 3, 3]);
    // B's nodes are cordoned and its pods wait.
    members[1] = { ...members[1]!, ready: 0, unschedulable: 3 };
    const moved = planner.plan(request(9, members, { ...differs, occasion: 'capacity' }));
    expect(moved.replicas[1]).toBe(0);
    expect([...moved.replicas].sort()).toEqual([0, 4, 5]);
    // Uncordoned: whatever makes a plan, nothing moves.
    members = carriedOut(members, moved);
    expect(planner.plan(request(9, members, { ...differs, occasion: 'asked' })).replicas).toEqual(moved.replicas);
  });

  it('#1295: what does not fit is not moved where the other is at its maximum; a higher maximum takes it', () => {
    const full = { weight: 10, min: 1, max: 5, assigned: 5, ready: 4, unschedulable: 1 };
    const members = (max: number) => [view('cluster1', { min: 1, max, assigned: 1, ready: 1 }), view('cluster2', full)];
    const before = kubefed(true)
      .planner()
      .plan(request(6, members(1)));
    expect(before).toMatchObject({ replicas: [1, 5], surplus: [0, 1], unplaced: 1 });
    expect(
      kubefed(true)
        .planner()
        .plan(request(6, members(2))).replicas[0],
    ).toBe(2);
  });

  it('kubernetes #31816: without rebalancing, scaling down heeds no weights', () => {
    const members = [view('A', { assigned: 10, ready: 10 }), view('B', { assigned: 70, ready: 70 })];
    expect(
      kubefed(false)
        .planner()
        .plan(request(20, members, { key: '' })).replicas,
    ).toEqual([0, 20]);
  });

  it('kubernetes #33312: a cluster that joins later gets nothing until replicas are added', () => {
    const members = [view('C1', { assigned: 6, ready: 6 }), view('C2')];
    expect(kubefed(false).planner().plan(request(6, members)).replicas).toEqual([6, 0]);
    expect(kubefed(true).planner().plan(request(6, members)).replicas).toEqual([3, 3]);
  });
});

describe('hashes', () => {
  it('are those of FNV (test vectors of its authors)', () => {
    expect(fnv32('')).toBe(0x811c9dc5);
    expect(fnv32('a')).toBe(0x050c5d7e);
    expect(fnv32('foobar')).toBe(0x31f0b262);
    expect(fnv32a('a')).toBe(0xe40c292c);
    expect(fnv32a('foobar')).toBe(0xbf9cf968);
  });
});
