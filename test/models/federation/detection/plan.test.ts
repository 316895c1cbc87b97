/** Plans of detection that cannot be, and the votes of probe points. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOfDetection, faultsOfQuorum, majorityOf } from '../../../../models/federation/detection/plan.ts';
import { DETECTION_PROFILES } from '../../../../models/federation/detection/profile.ts';
import { verdictOf } from '../../../../models/federation/detection/quorum.ts';
import { NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { watched } from './small-federation.ts';

const S = NS_PER_SECOND;
const rule = { kind: 'failure-count', failures: 3, successes: 1, counts: 'in-a-row' } as const;
const probing = { kind: 'probes', periodNs: 10 * S, timeoutNs: 3 * S, next: 'after-start', rule } as const;
const paths = (faults: readonly { path: readonly (string | number)[] }[]): string[] =>
  faults.map(({ path }) => path.join('.'));

describe('plans', () => {
  it('every profile can be used', () => {
    for (const { detection } of Object.values(DETECTION_PROFILES)) expect(faultsOfDetection(detection)).toEqual([]);
  });

  it('probes may not be faster than their time-out, unless they wait for each other', () => {
    const fast = { ...probing, periodNs: 2 * S };
    expect(faultsOfDetection(fast)).toMatchObject([{ path: ['periodNs'], got: String(2 * S) }]);
    expect(faultsOfDetection(fast)[0]!.hint).toContain('overtake');
    expect(faultsOfDetection({ ...fast, next: 'after-end' })).toEqual([]);
    expect(faultsOfDetection({ ...probing, periodNs: 3 * S })).toEqual([]);
  });

  it('tells all faults at once', () => {
    const bad = { ...probing, periodNs: 0, timeoutNs: 0.5, rule: { ...rule, failures: 0, successes: 1.5 } };
    expect(paths(faultsOfDetection(bad))).toEqual([
      'periodNs',
      'timeoutNs',
      'periodNs',
      'rule.failures',
      'rule.successes',
    ]);
    const lease = { kind: 'lease', renewNs: 60 * S, jitterShare: 0.25, ageNs: 75 * S, lookNs: -1 } as const;
    expect(paths(faultsOfDetection(lease))).toEqual(['lookNs', 'ageNs']);
    expect(paths(faultsOfQuorum({ points: 0, quorum: 1 }))).toEqual(['points']);
    expect(paths(faultsOfQuorum({ points: 3, quorum: 4 }))).toEqual(['quorum']);
  });
});

describe('votes', () => {
  it('a majority on one side leaves none on the other', () => {
    const votes = fc.array(fc.constantFrom(true, false, undefined), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(votes, (list) => {
        const quorum = majorityOf(list.length);
        const lost = !verdictOf(true, list, quorum);
        const back = verdictOf(false, list, quorum);
        expect(lost && back).toBe(false);
        // Those that are not heard decide nothing.
        if (list.filter((vote) => vote !== undefined).length < quorum) expect([lost, back]).toEqual([false, false]);
      }),
    );
  });

  it('two of three points that see a cluster lost are enough, one is not', () => {
    const run = (blind: readonly number[]): number => {
      const { sim, world, diary, turn } = watched(probing, { quorum: { points: 3, quorum: 2 } });
      world.finding = (point) => (blind.includes(point) && sim.nowNs > 100 * S ? 'silent' : 'well');
      turn(100 * S + 1, 'well');
      sim.run(1000 * S);
      return diary.length;
    };
    expect([run([0]), run([0, 2]), run([0, 1, 2])]).toEqual([0, 1, 1]);
  });

  it('the opinion of a point that is not heard counts once it is heard', () => {
    const { sim, world, detector, diary, turn } = watched(probing, { quorum: { points: 3, quorum: 2 } });
    world.deaf.add(0).add(1);
    turn(100 * S, 'silent');
    turn(300 * S, 'silent');
    sim.run(299 * S);
    expect([detector.opinion(0, 0), detector.isHealthy(0)]).toEqual([false, true]);
    world.deaf.delete(1);
    sim.run();
    expect(diary).toEqual([{ timeNs: 300 * S, cluster: 0, healthy: false }]);
  });
});
