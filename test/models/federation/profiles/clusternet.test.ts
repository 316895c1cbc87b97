/** Clusternet: the cases of its own tests, and what follows from its conditions. */
import { describe, expect, it } from 'vitest';
import type { ClusterView } from '../../../../models/federation/placement-plan.ts';
import { clusternet } from '../../../../models/federation/profiles/clusternet.ts';
import { request, view } from '../views.ts';

const weighted = (weights: readonly number[]) => weights.map((weight, i) => view(`member${i + 1}`, { weight }));
const roomy = (available: readonly number[], assigned: readonly number[] = []): ClusterView[] =>
  available.map((one, i) => view(`member${i + 1}`, { available: one, assigned: assigned[i] ?? 0 }));

function plan(type: 'static' | 'dynamic', replicas: number, views: readonly ClusterView[]) {
  return clusternet(type)
    .planner()
    .plan(request(replicas, views, { occasion: 'scaled' }));
}

describe("cases of Clusternet's algorithm_test.go", () => {
  it.each<[number, number[], number[]]>([
    [5, [2, 1, 0, 2], [2, 1, 0, 2]],
    [10, [2, 1, 2], [4, 2, 4]],
    [6, [2, 1, 0, 2], [3, 1, 0, 2]],
    [5, [5, 1, 0, 2], [4, 0, 0, 1]],
    [12, [1, 2, 1], [3, 6, 3]],
    [12, [1, 0, 3], [3, 0, 9]],
  ])('static: %i by %o: %o', (replicas, weights, expected) => {
    expect(plan('static', replicas, weighted(weights)).replicas).toEqual(expected);
  });

  it.each<[number, number[], number[]]>([
    [6, [3, 6, 9], [1, 2, 3]],
    [2, [3, 6, 9], [0, 1, 1]],
    [3, [3, 6, 9], [1, 1, 1]],
    [3, [0, 0, 0], [0, 0, 0]],
    [6, [1, 2, 2], [1, 2, 2]],
  ])('dynamic: %i where %o fit: %o', (replicas, available, expected) => {
    const result = plan('dynamic', replicas, roomy(available));
    expect(result.replicas).toEqual(expected);
    expect(result.unplaced).toBe(replicas - expected.reduce((sum, one) => sum + one, 0));
  });
});

describe('a division of Clusternet over time', () => {
  it('dynamic: only the difference is divided, up by what fits, down by what each has', () => {
    expect(plan('dynamic', 12, roomy([0, 6], [3, 3])).replicas).toEqual([3, 9]);
    expect(plan('dynamic', 3, roomy([9, 9], [2, 4])).replicas).toEqual([1, 2]);
  });

  it.each(['static', 'dynamic'] as const)('%s: a lost cluster changes nothing, for the sum is right', (type) => {
    const [lost, other] = roomy([4, 4], [3, 3]);
    expect(plan(type, 6, [{ ...lost!, healthy: false }, other!]).replicas).toEqual([3, 3]);
    // A later change divides among the others only what is new (dynamic), or everything afresh (static).
    const later = plan(type, 8, [{ ...lost!, healthy: false }, other!]).replicas;
    expect(later).toEqual(type === 'dynamic' ? [3, 5] : [0, 8]);
  });

  it('static weights of 0 for all: nothing is assigned', () => {
    expect(plan('static', 4, weighted([0, 0]))).toMatchObject({ replicas: [0, 0], unplaced: 4 });
  });

  it('dynamic without a predictor fails and changes nothing', () => {
    const blind = [view('a', { assigned: 2 }), view('b')];
    expect(plan('dynamic', 4, blind)).toMatchObject({ replicas: [2, 0], because: 'a cluster has no predictor' });
  });
});
