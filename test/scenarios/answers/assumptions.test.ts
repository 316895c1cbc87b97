/** What an answer rests on: variants tell what their own manifests lost, and not what the scenario as written said already. */
import { describe, expect, it } from 'vitest';
import { assumptionsOf } from '../../../scenarios/answers/assumptions.ts';
import { planOf } from '../compile/small-worlds.ts';

const refusals = (...overrides: string[]): string[] =>
  assumptionsOf(planOf('quotas-and-priority', ...overrides)).filter((sentence) => sentence.includes('is forbidden'));

describe('assumptions', () => {
  it('name the pods that a quota refuses in one variant only', () => {
    const found = refusals();
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(
      /^In the variant quota: 16 pods of Deployment games\/lobby were refused: pods "lobby-\S+" is forbidden: exceeded quota: limit, requested: requests\.cpu=1, used: requests\.cpu=20, limited: requests\.cpu=20$/,
    );
    expect(found[1]).toMatch(/^In the variant both: 16 pods /);
  });

  it('say once what holds in all variants', () => {
    const found = refusals('cluster.manifests.2.spec.hard={"requests.cpu":"20"}');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^16 pods of Deployment /);
  });
});
