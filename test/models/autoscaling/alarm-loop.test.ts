import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALARM_DEFAULTS, type AlarmLook, AlarmLoop, type AlarmRule } from '../../../models/autoscaling/alarm-loop.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';
import { Stream } from '../../../sim/random/stream.ts';

const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const RULE: AlarmRule = { ...ALARM_DEFAULTS, delayNs: 0, above: 0.7, below: 0.3, min: 1, max: 100 };

/** Load in pods' worth, shared by the pods at once; the mean over a period is that of the instant at its end. */
function run(rule: AlarmRule, loadAt: (minute: number) => number | undefined, minutes: number, first = 4): AlarmLook[] {
  const sim = new Simulation();
  const looks: AlarmLook[] = [];
  let replicas = first;
  const target = {
    get replicas() {
      return replicas;
    },
    mean: () => {
      const load = loadAt(sim.nowNs / MINUTE);
      return load === undefined ? undefined : load / Math.max(1, replicas);
    },
    scaleTo: (wanted: number) => {
      replicas = wanted;
    },
  };
  new AlarmLoop(sim, rule, target, (look) => looks.push(look)).begin(new Stream('s', 'alarms', 'phases'));
  sim.run(minutes * MINUTE);
  return looks;
}

const changes = (looks: readonly AlarmLook[]): AlarmLook[] =>
  looks.filter(({ before, replicas }) => before !== replicas);

describe('alarms with a cooldown', () => {
  it('act with the third period beyond the threshold, and again only when the cooldown is over', () => {
    const looks = run({ ...RULE, add: 2 }, () => 8, 20);
    expect(looks[0]!.measuredNs).toBeLessThanOrEqual(MINUTE);
    const acted = changes(looks);
    // 8 pods' worth on 4, 6, 8, 10 pods is more than 0.7 until there are 12.
    expect(acted.map(({ replicas }) => replicas)).toEqual([6, 8, 10, 12].slice(0, acted.length));
    expect(looks.indexOf(acted[0]!)).toBe(2);
    expect(looks.findIndex(({ cooling }) => cooling)).toBe(3);
    const pauses = acted.slice(1).map(({ nowNs }, index) => nowNs - acted[index]!.nowNs);
    expect(pauses.every((pause) => pause === 5 * MINUTE)).toBe(true);
    expect(acted.length).toBe(4);
  });

  it('know a period as late as its delay, and act by that much later', () => {
    const late = changes(run({ ...RULE, delayNs: 90 * SECOND }, () => 8, 30));
    const prompt = changes(run(RULE, () => 8, 30));
    expect(late[0]!.nowNs - prompt[0]!.nowNs).toBe(90 * SECOND);
    expect(late[0]!.measuredNs).toBe(prompt[0]!.measuredNs);
  });

  it('begin a row anew after a period without a value, or within the thresholds', () => {
    const gaps = (minute: number) => (Math.floor(minute) % 3 === 2 ? undefined : 8);
    expect(changes(run(RULE, gaps, 60))).toEqual([]);
    const dips = (minute: number) => (Math.floor(minute) % 3 === 2 ? 2 : 8);
    expect(changes(run(RULE, dips, 60))).toEqual([]);
    expect(changes(run({ ...RULE, periods: 2 }, gaps, 60)).length).toBeGreaterThan(0);
  });

  it('shrink by fixed steps to the fewest, and grow to the most', () => {
    const looks = run({ ...RULE, min: 2, remove: 3 }, () => 0.1, 60, 9);
    const shrunk = changes(looks);
    expect(looks.indexOf(shrunk[0]!)).toBe(2);
    expect(shrunk.map(({ replicas, alarm }) => [replicas, alarm])).toEqual([6, 3, 2].map((count) => [count, 'low']));
    expect(changes(run({ ...RULE, max: 6, add: 5 }, () => 50, 60)).map(({ replicas }) => replicas)).toEqual([6]);
  });

  it('let be what has no replicas, whatever the fewest are', () => {
    expect(changes(run({ ...RULE, periods: 1, min: 2 }, () => 0, 30, 0))).toEqual([]);
    expect(changes(run({ ...RULE, periods: 1, min: 2 }, () => 0, 30, 1)).map(({ replicas }) => replicas)).toEqual([2]);
  });

  it('flap when the thresholds lie so near that a step overshoots, and rest when they do not', () => {
    // One pod more or less carries the use from 0.71 to 0.57 and back.
    const near = { ...RULE, below: 0.6, cooldownNs: 0, periods: 1 };
    expect(changes(run(near, () => 2.85, 60)).length).toBeGreaterThan(20);
    expect(changes(run({ ...near, below: 0.5 }, () => 2.85, 60)).length).toBe(1);
  });

  it('never change more often than the cooldown lets them, and stay within their limits', () => {
    const loads = fc.array(fc.float({ min: 0, max: 60, noNaN: true }), { minLength: 10, maxLength: 120 });
    fc.assert(
      fc.property(loads, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 4 }), (load, cooldown, periods) => {
        const rule = { ...RULE, periods, min: 2, max: 30, add: 3, remove: 2, cooldownNs: cooldown * MINUTE };
        const acted = changes(run(rule, (minute) => load[Math.floor(minute)], load.length));
        acted.slice(1).forEach(({ nowNs }, at) => {
          expect(nowNs - acted[at]!.nowNs).toBeGreaterThanOrEqual(rule.cooldownNs);
        });
        for (const { replicas, value, alarm } of acted) {
          expect(replicas).toBeGreaterThanOrEqual(2);
          expect(replicas).toBeLessThanOrEqual(30);
          expect(alarm === 'high' ? value! > 0.7 : value! < 0.3).toBe(true);
        }
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
