/** Karmada: the cases of its own tests, and what its users saw. */
import { describe, expect, it } from 'vitest';
import type { ClusterView } from '../../../../models/federation/placement-plan.ts';
import { type KarmadaStrategy, type KarmadaVersion, karmada } from '../../../../models/federation/profiles/karmada.ts';
import { carriedOut, request, view } from '../views.ts';

function members(available: readonly number[], assigned: readonly number[] = []): ClusterView[] {
  return available.map((one, i) => {
    const has = assigned[i] ?? 0;
    return view(`member${i + 1}`, { available: one, assigned: has, ready: has });
  });
}

function plan(version: KarmadaVersion, strategy: KarmadaStrategy, replicas: number, views: readonly ClusterView[]) {
  return karmada(version, strategy)
    .planner()
    .plan(request(replicas, views, { occasion: 'scaled', uid: '' }));
}

describe("cases of Karmada's assignment_test.go and division_algorithm_test.go", () => {
  it.each<[KarmadaStrategy, number, number[], number[], number[]]>([
    ['dynamic', 12, [18, 12, 6], [], [6, 4, 2]],
    ['dynamic', 12, [20, 12, 6], [], [6, 4, 2]],
    ['dynamic', 12, [6, 12, 6], [], [3, 6, 3]],
    ['dynamic', 12, [6, 8, 10], [], [3, 4, 5]],
    ['dynamic', 12, [8, 8, 10], [], [4, 4, 4]],
    ['dynamic', 6, [1, 1, 1], [2, 4, 6], [1, 2, 3]],
    ['dynamic', 24, [10, 10, 10], [2, 4, 6], [6, 8, 10]],
    ['aggregated', 12, [6, 12, 6], [], [0, 12, 0]],
    ['aggregated', 12, [6, 6, 6], [], [6, 6, 0]],
    ['aggregated', 12, [6, 8, 10], [], [0, 5, 7]],
    ['aggregated', 12, [12, 8, 10], [], [12, 0, 0]],
    ['aggregated', 6, [1, 1, 1], [4, 8], [0, 6, 0]],
    ['aggregated', 8, [100, 100], [4, 8], [0, 8]],
    ['aggregated', 24, [4, 6, 8], [4, 8], [7, 12, 5]],
    ['aggregated', 24, [6, 6, 20], [4, 8], [10, 14, 0]],
  ])('%s, %i replicas, room for %o, assigned %o: %o', (strategy, replicas, available, assigned, expected) => {
    expect(plan('1.16', strategy, replicas, members(available, assigned)).replicas).toEqual(expected);
  });

  it.each<[KarmadaStrategy, number[], number[]]>([
    ['dynamic', [1, 1, 1], [2, 4, 6]],
    ['dynamic', [3, 3, 3], [0, 0, 0]],
    ['aggregated', [1, 1, 1], [4, 8, 0]],
  ])('%s with too little room is all or nothing', (strategy, available, assigned) => {
    const result = plan('1.16', strategy, 24, members(available, assigned));
    expect(result.replicas).toEqual(assigned);
    expect(result.unplaced).toBe(24 - assigned.reduce((sum, one) => sum + one, 0));
    expect(result.because).toContain('is not enough');
  });

  it('a cluster that has disappeared is made up for by the others', () => {
    const all = members([4, 0, 8, 12], [4, 8]);
    all[1] = { ...all[1]!, healthy: false };
    expect(plan('1.16', 'aggregated', 24, all).replicas).toEqual([7, 0, 7, 10]);
  });

  it('static weights 1:1:1:1, then 2:1:1:1: 6 replicas become 3, 1, 1, 1 (pull request 4432)', () => {
    const weights = [2, 1, 1, 1].map((weight, i) => view(`member${i + 1}`, { weight }));
    expect(plan('1.15', 'static', 6, weights).replicas).toEqual([3, 1, 1, 1]);
  });
});

describe('what users of Karmada saw', () => {
  it.each(['1.15', '1.16'] as const)(
    '%s, #1189: 2 and 2; 0 and 4 after a failure; 0 and 4 after the return',
    (version) => {
      const planner = karmada(version, 'static').planner();
      let both = [view('member1'), view('member2')];
      both = carriedOut(both, planner.plan(request(4, both)));
      expect(both.map(({ assigned }) => assigned)).toEqual([2, 2]);
      both[0] = { ...both[0]!, healthy: false };
      both = carriedOut(both, planner.plan(request(4, both, { occasion: 'clusterLost' })));
      expect(both.map(({ assigned }) => assigned)).toEqual([0, 4]);
      both[0] = { ...both[0]!, healthy: true };
      expect(planner.plan(request(4, both, { occasion: 'clusterBack' })).replicas).toEqual([0, 4]);
      // WorkloadRebalancer asks for a fresh plan.
      expect(planner.plan(request(4, both, { occasion: 'asked' })).replicas).toEqual([2, 2]);
    },
  );

  it('#2769: 3 replicas by 1:2 are 1 and 2', () => {
    const weighted = [view('member1'), view('member2', { weight: 2 })];
    expect(plan('1.15', 'static', 3, weighted).replicas).toEqual([1, 2]);
  });

  it('#6735: up to 1.15 one replica more takes one away from the second', () => {
    const regions = [
      view('southcentralus', { weight: 170 }),
      view('westus', { weight: 110 }),
      view('eastus2', { weight: 60 }),
    ];
    expect(plan('1.15', 'static', 5, regions).replicas).toEqual([3, 2, 0]);
    expect(plan('1.15', 'static', 6, regions).replicas).toEqual([4, 1, 1]);
    expect(plan('1.16', 'static', 5, regions).replicas[1]).toBeLessThanOrEqual(
      plan('1.16', 'static', 6, regions).replicas[1]!,
    );
  });

  it('static weights do not see that a cluster is full', () => {
    expect(plan('1.16', 'static', 8, members([0, 100])).replicas).toEqual([4, 4]);
  });

  it('static weights of 0 for all count as 1 each', () => {
    expect(plan('1.16', 'static', 4, [view('a', { weight: 0 }), view('b', { weight: 0 })]).replicas).toEqual([2, 2]);
  });

  it('up to 1.15 ties go to whoever had more', () => {
    expect(plan('1.15', 'static', 3, members([9, 9], [0, 1])).replicas).toEqual([1, 2]);
  });

  it('from 1.16 on ties go by name, forwards or backwards by the UID', () => {
    const two = [view('a'), view('b')];
    const first = (uid: string) =>
      karmada('1.16', 'static')
        .planner()
        .plan(request(1, two, { uid })).replicas;
    // FNV-32a of "a" is even, of "b" odd.
    expect([first(''), first('a'), first('b')]).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
  });
});
