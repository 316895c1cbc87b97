/** Central configuration: how late clusters are, pushed or pulled, reached or not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CentralConfiguration, type ConfigurationPlan } from '../../../models/federation/central-configuration.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';

const S = NS_PER_SECOND;
const PULL: ConfigurationPlan = { kind: 'pull', periodNs: 180 * S, phaseNs: [30 * S, 100 * S] };

describe('central configuration', () => {
  it('a push holds after the way, a pull at the next poll and the way', () => {
    const holds = (plan: ConfigurationPlan): number[] => {
      const configuration = new CentralConfiguration(plan, 2, (cluster) => cluster * S);
      configuration.write(300 * S);
      return [0, 1].map((cluster) => configuration.holdsFromNs(cluster, 1) / S);
    };
    expect(holds({ kind: 'push' })).toEqual([300, 301]);
    // Polls at 30, 210, 390 s, and at 100, 280, 460 s.
    expect(holds(PULL)).toEqual([390, 461]);
  });

  it('who is not reached is behind, and has the last version when it is reached again', () => {
    const configuration = new CentralConfiguration({ kind: 'push' }, 2, () => S);
    configuration.write(10 * S);
    configuration.reach(1, false, 20 * S);
    configuration.write(30 * S);
    configuration.write(40 * S);
    const at = (seconds: number) => [configuration.versionAt(1, seconds * S), configuration.lagNs(1, seconds * S) / S];
    expect([at(10), at(11), at(35), at(100)]).toEqual([
      [0, 0],
      [1, 0],
      [1, 5],
      [1, 70],
    ]);
    expect(configuration.versionAt(0, 100 * S)).toBe(3);
    configuration.reach(1, true, 200 * S);
    expect([at(200), at(201)]).toEqual([
      [1, 170],
      [3, 0],
    ]);
  });

  it('what is under way when the line breaks does not arrive', () => {
    const configuration = new CentralConfiguration({ kind: 'push' }, 1, () => 5 * S);
    configuration.write(10 * S);
    configuration.reach(0, false, 14 * S);
    configuration.reach(0, true, 60 * S);
    expect(configuration.holdsFromNs(0, 1)).toBe(65 * S);
  });

  it('the mean lag of a pull is half of its period', () => {
    const configuration = new CentralConfiguration(PULL, 2, () => 0);
    const lags = Array.from({ length: 1800 }, (_, i) => {
      const writtenNs = 1000 * S + i * 0.1 * S;
      return configuration.holdsFromNs(0, configuration.write(writtenNs)) - writtenNs;
    });
    expect(lags.reduce((sum, ns) => sum + ns, 0) / lags.length / S).toBeCloseTo(90, 0);
    expect(Math.max(...lags)).toBeLessThanOrEqual(180 * S);
  });

  it('no cluster is ever ahead, goes back, or is behind for longer than a poll and the way after it was reached', () => {
    const turn = fc.record({
      after: fc.integer({ min: 1, max: 300 }),
      what: fc.constantFrom('write', 'reach', 'lose'),
    });
    fc.assert(
      fc.property(
        fc.array(turn, { maxLength: 12 }),
        fc.constantFrom(PULL, { kind: 'push' } as const),
        (turns, plan) => {
          const configuration = new CentralConfiguration(plan, 2, () => 2 * S);
          let [nowNs, written, version, reachedNs, writtenNs] = [0, 0, 0, 0, 0];
          for (const { after, what } of turns) {
            nowNs += after * S;
            const now = configuration.versionAt(0, nowNs);
            expect(now).toBeGreaterThanOrEqual(version);
            expect(now).toBeLessThanOrEqual(written);
            version = now;
            if (Number.isFinite(reachedNs) && nowNs > Math.max(reachedNs, writtenNs) + 182 * S)
              expect(now).toBe(written);
            if (what === 'write') [written, writtenNs] = [configuration.write(nowNs), nowNs];
            else {
              configuration.reach(0, what === 'reach', nowNs);
              if (what === 'lose') reachedNs = Number.NaN;
              else if (Number.isNaN(reachedNs)) reachedNs = nowNs;
            }
          }
        },
      ),
    );
  });
});
