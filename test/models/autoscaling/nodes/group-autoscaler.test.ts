import { describe, expect, it } from 'vitest';
import type { StandingPod } from '../../../../models/autoscaling/nodes/autoscaled-cluster.ts';
import { GroupBackoff } from '../../../../models/autoscaling/nodes/backoff.ts';
import { drainability } from '../../../../models/autoscaling/nodes/drainability.ts';
import { GROUP_AUTOSCALER_DEFAULTS } from '../../../../models/autoscaling/nodes/settings.ts';
import { GroupWorld } from './group-world.ts';
import { MINUTE, SECOND } from './machine-world.ts';
import { groupWith } from './trial-world.ts';

const ONE = { groups: [groupWith({ max: 5 })], there: [1] };

describe('scaling up by groups', () => {
  it('asks for what the pods need, once, and the pods get it when it has booted', () => {
    const world = new GroupWorld({ ...ONE, bootNs: 90 * SECOND });
    world.run(15);
    const pods = world.create(3, { cpuMilli: 3000 });
    world.run(14 * 60);
    expect(world.log.filter((each) => each.includes('asks'))).toHaveLength(1);
    const asked = world.when('asks 2 of 0 helpless 0');
    // Older than 2 s, within one look of 10 s more.
    expect(asked).toBeGreaterThanOrEqual(17);
    expect(asked).toBeLessThanOrEqual(27);
    expect(pods.map((pod) => world.nodeOf(pod)).sort()).toEqual([0, 1, 2]);
  });

  it('waits for pods that are all younger than 2 s', () => {
    const at = (created: number): number => {
      const world = new GroupWorld(ONE);
      world.run(created).create(2, { cpuMilli: 3000 });
      return world.run(100).when('asks') - created;
    };
    for (let created = 10; created < 20; created++) {
      expect(at(created)).toBeGreaterThanOrEqual(2);
      expect(at(created)).toBeLessThanOrEqual(12);
    }
  });

  it('stops at the maximum, and says whom nobody can help', () => {
    const world = new GroupWorld(ONE);
    world.create(9, { cpuMilli: 3000 });
    world.create(1, { cpuMilli: 5000 });
    world.run(300);
    expect(world.nodes).toHaveLength(5);
    expect(world.log[0]).toMatch(/asks 4 of 0 helpless 5/);
  });

  it('does nothing for expendable pods, but does for those at the cutoff', () => {
    for (const [priority, nodes] of [
      [-11, 1],
      [-10, 3],
    ] as const) {
      const world = new GroupWorld(ONE);
      world.create(3, { cpuMilli: 3000, priority });
      expect(world.run(300).nodes).toHaveLength(nodes);
    }
  });

  it('gives back what does not come, waits 5, 10, 20, 30 min, and turns to another group', () => {
    const groups = [groupWith({ max: 3, cpuMilli: 4000 }), groupWith({ max: 3, cpuMilli: 16_000 })];
    const one = new GroupWorld({ groups: [groups[0]!], there: [0], stock: [0] });
    one.create(1, { cpuMilli: 3000 });
    one.run(4 * 3600);
    const asked = one.log.filter((each) => each.includes('asks 1')).map((each) => Number(each.split(' ')[0]));
    const pauses = asked.slice(1).map((at, i) => Math.round((at - asked[i]!) / 10) / 6);
    // 15 min until it is given back, then the pause.
    expect(pauses.slice(0, 5).map((pause) => Math.round(pause))).toEqual([20, 25, 35, 45, 45]);

    const two = new GroupWorld({ groups, there: [0, 0], stock: [0, 9], settings: { provisionNs: 2 * MINUTE } });
    const [pod] = two.create(1, { cpuMilli: 3000 });
    two.run(300);
    expect(two.log.map((each) => each.replace(/^[\d.]+ /, '').replace(/ until.*/, ''))).toEqual([
      'asks 1 of 0 helpless 0',
      'timed out 0 of 0',
      'asks 1 of 1 helpless 0',
    ]);
    expect(two.nodeOf(pod!)).toBe(3);
  });
});

describe('scaling down by groups', () => {
  const quick = { unneededNs: 60 * SECOND, delayAfterAddNs: 0 };

  it('takes away a node that nobody has needed for ten minutes', () => {
    const world = new GroupWorld({ groups: [groupWith({ min: 1, max: 5 })], there: [3] });
    const [pod] = world.create(1, { cpuMilli: 3000 });
    world.run(3600);
    expect(world.nodes).toEqual([world.nodeOf(pod!)]);
    expect(world.when('removing')).toBeGreaterThanOrEqual(600);
    expect(world.when('removing')).toBeLessThanOrEqual(621);
    // Taint, 5 s, gone.
    expect(world.when('removed') - world.when('removing')).toBe(5);
  });

  it('not within ten minutes after a growth', () => {
    const world = new GroupWorld({ ...ONE, settings: { unneededNs: 60 * SECOND } });
    const pods = world.create(3, { cpuMilli: 3000 });
    world.run(120);
    const asked = world.when('asks');
    world.end(pods.slice(0, 2));
    world.run(1800);
    expect(world.when('removing')).toBeGreaterThanOrEqual(asked + 600);
    expect(world.when('removing')).toBeLessThanOrEqual(asked + 620);
  });

  it('moves the pods of a node that is half empty, where they fit elsewhere', () => {
    const world = new GroupWorld({ groups: [groupWith({ max: 3 })], there: [2], settings: quick });
    const pods = world.create(2, { cpuMilli: 1900 });
    expect(new Set(pods.map((pod) => world.nodeOf(pod))).size).toBe(2);
    world.run(300);
    expect(world.nodes).toHaveLength(1);
    expect(world.log.some((each) => each.includes('moves 1'))).toBe(true);
    expect(new Set(pods.map((pod) => world.nodeOf(pod))).size).toBe(1);
  });

  const reasonOf = (world: GroupWorld): string[] => [...world.autoscaler.stays.values()].map(({ reason }) => reason);

  it('says of every node why it stays', () => {
    const full = new GroupWorld({ groups: [groupWith()], there: [2], settings: quick });
    full.create(2, { cpuMilli: 2100 });
    expect(reasonOf(full.run(300))).toEqual(['NotUnderutilized', 'NotUnderutilized']);

    const least = new GroupWorld({ groups: [groupWith({ min: 2 })], there: [2], settings: quick });
    expect(reasonOf(least.run(300))).toEqual(['NodeGroupMinSizeReached', 'NodeGroupMinSizeReached']);

    const nowhere = new GroupWorld({ groups: [groupWith()], there: [3], settings: quick });
    nowhere.create(2, { cpuMilli: 3500 });
    nowhere.create(1, { cpuMilli: 900 });
    nowhere.run(10);
    expect(reasonOf(nowhere).sort()).toEqual(['NoPlaceToMovePods', 'NotUnderutilized', 'NotUnderutilized']);
    nowhere.run(300);
    expect(reasonOf(nowhere)).toContain('RecentlyUnremovable');
    expect(nowhere.nodes).toHaveLength(3);

    // The first one's pod moves to the second in the look, which is then too full to go.
    const chain = new GroupWorld({ groups: [groupWith()], there: [3], settings: quick });
    chain.create(3, { cpuMilli: 1100 });
    expect(reasonOf(chain.run(10))).toEqual(['NotUnneededLongEnough', 'NotUnderutilized', 'NotUnneededLongEnough']);

    const last = new GroupWorld({ groups: [groupWith({ min: 1 })], there: [2], settings: quick });
    expect(reasonOf(last.run(75))).toEqual(['Going', 'NodeGroupMinSizeReached']);

    const young = new GroupWorld({ groups: [groupWith()], there: [1] });
    expect(reasonOf(young.run(300))).toEqual(['NotUnneededLongEnough']);

    const held = new GroupWorld({ groups: [groupWith()], there: [2], settings: quick });
    held.create(2, { cpuMilli: 1900, owner: 'nobody' });
    held.run(95);
    const [first] = held.autoscaler.stays.values();
    expect([first!.reason, first!.utilisation]).toEqual(['RecentlyUnremovable', 0.475]);
    expect(first!.blocks?.reason).toBe('NotReplicated');
  });

  it('keeps within disruption budgets: none left holds the node, one left lets the pods go one after another', () => {
    const spent = new GroupWorld({ groups: [groupWith()], there: [2], settings: quick, budgetsLeft: [0] });
    spent.create(2, { cpuMilli: 1900, budgets: [0] });
    spent.run(600);
    expect(spent.nodes).toHaveLength(2);
    const some = new GroupWorld({ groups: [groupWith()], there: [2], settings: quick, budgetsLeft: [1] });
    some.create(2, { cpuMilli: 1900, budgets: [0] });
    // Somebody takes the last one after the node was chosen: it is given up after two minutes and takes pods again.
    some.run(75);
    expect(some.when('removing')).toBeGreaterThan(0);
    some.budgets[0] = 0;
    some.run(600);
    const tried = Math.round(some.when('gave up') - some.when('removing'));
    expect(tried).toBeGreaterThanOrEqual(115);
    expect(tried).toBeLessThanOrEqual(125);
    expect(some.nodes).toHaveLength(2);
    const later = some.create(2, { cpuMilli: 2000 });
    expect(later.map((pod) => some.nodeOf(pod)).sort()).toEqual([0, 1]);
  });

  it('drains one node at a time, and takes ten empty ones', () => {
    const world = new GroupWorld({ groups: [groupWith({ max: 20 })], there: [18], settings: quick });
    world.create(4, { cpuMilli: 100 });
    world.run(71);
    const going = world.log.filter((each) => each.includes('removing'));
    expect(going.length).toBe(10);
    world.run(200);
    let [running, most] = [0, 0];
    for (const each of world.log) {
      if (each.includes('removing') && !each.includes('moves 0')) running++;
      if (each.includes('removed') && running > 0) running--;
      most = Math.max(most, running);
    }
    expect(most).toBeLessThanOrEqual(1);
  });

  it('does not count pods that it regards as expendable', () => {
    const world = new GroupWorld({ groups: [groupWith()], there: [2], settings: quick });
    world.create(2, { cpuMilli: 1500, owner: 'nobody', priority: -11 });
    world.run(300);
    expect(world.nodes).toHaveLength(0);
  });
});

describe('pods that hold their node', () => {
  const pod = (wish: Partial<StandingPod>): StandingPod => ({
    ...{ pod: 0, name: 'p', cpuMilli: 1, memoryMib: 1, priority: 0, createdNs: 0, owner: 'controller' },
    ...{ localStorage: false, system: false, budgets: [] },
    ...wish,
  });
  const reason = (wish: Partial<StandingPod>, left: readonly number[] = [], nowNs = 0): string | null =>
    drainability([pod(wish)], left, nowNs, 60 * MINUTE).blocks?.reason ?? null;

  it('as the rules say, in their order', () => {
    expect(reason({})).toBeNull();
    expect(reason({ owner: 'nobody' })).toBe('NotReplicated');
    expect(reason({ owner: 'nobody', safeToEvict: true })).toBeNull();
    expect(reason({ localStorage: true })).toBe('LocalStorageRequested');
    expect(reason({ localStorage: true, safeToEvict: true })).toBeNull();
    expect(reason({ safeToEvict: false, localStorage: true })).toBe('NotSafeToEvictAnnotation');
    expect(reason({ system: true })).toBe('UnmovableKubeSystemPod');
    expect(reason({ system: true }, [], 61 * MINUTE)).toBeNull();
    expect(reason({ system: true, budgets: [0] }, [1])).toBeNull();
    expect(reason({ system: true, budgets: [0] }, [0])).toBe('NotEnoughPdb');
    expect(reason({ owner: 'daemon-set', localStorage: true })).toBeNull();
    expect(
      drainability([pod({ owner: 'daemon-set' }), pod({ pod: 7 })], [], 0, 0).moves.map((each) => each.pod),
    ).toEqual([7]);
  });
});

describe('the pause after a failure', () => {
  it('doubles from 5 min to 30 min, is forgotten after 3 h and at a success, and one attempt counts once', () => {
    const backoff = new GroupBackoff(GROUP_AUTOSCALER_DEFAULTS);
    let now = 0;
    const pauses = [0, 1, 2, 3, 4].map(() => {
      const until = backoff.failed(0, now);
      const pause = (until - now) / MINUTE;
      expect(backoff.failed(0, now)).toBe(until);
      expect([backoff.waits(0, until), backoff.waits(0, until + 1), backoff.waits(1, now)]).toEqual([
        true,
        false,
        false,
      ]);
      now = until + 1;
      return pause;
    });
    expect(pauses).toEqual([5, 10, 20, 30, 30]);
    expect((backoff.failed(0, now + 181 * MINUTE) - now) / MINUTE - 181).toBeCloseTo(5, 6);
    backoff.succeeded(0);
    expect(backoff.waits(0, now + 181 * MINUTE)).toBe(false);
  });
});
