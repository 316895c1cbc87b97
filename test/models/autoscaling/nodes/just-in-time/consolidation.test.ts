/**
 * Consolidation as Karpenter 1.14's own tests state it (`disruption/consolidation_test.go`, `emptiness_test.go`): the cases are theirs, told as
 * facts; then properties that hold for any cluster.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evictionCost } from '../../../../../models/autoscaling/nodes/just-in-time/candidates.ts';
import { budgetOf, JUST_IN_TIME_DEFAULTS } from '../../../../../models/autoscaling/nodes/just-in-time/settings.ts';
import { SECOND } from '../machine-world.ts';
import { groupWith } from '../trial-world.ts';
import { type JustInTimeOptions, JustInTimeWorld, typesOf } from './just-in-time-world.ts';

const ALL = { budget: { share: 1 } };

function world(there: readonly number[], options: Partial<JustInTimeOptions> = {}): JustInTimeWorld {
  return new JustInTimeWorld({ types: typesOf(2, 4, 8), there, settings: ALL, ...options });
}

describe('empty nodes', () => {
  it('go 15 s after they were found, ten seconds after the last look', () => {
    const one = world([3, 0, 0]);
    one.run(60);
    expect(one.log.slice(0, 4)).toEqual(['25 empty 0 1 2', '25 removed 0', '25 removed 1', '25 removed 2']);
  });

  it.each([
    [{ share: 0.3 }, 3],
    [{ share: 1 }, 10],
    [3, 3],
    [0, 0],
  ])('as many as the budget %j lets: %i of 10', (budget, most) => {
    const one = world([10, 0, 0], { settings: { budget } });
    one.run(26);
    expect(one.nodes).toHaveLength(10 - most);
    expect(
      one
        .run(36)
        .reasons()
        .every((reason) => reason === (most === 0 ? 'DisruptionBudget' : reason)),
    ).toBe(true);
  });

  it('that get a pod while they are checked stay, the others go', () => {
    const one = world([3, 0, 0]);
    one.run(20).create(1, { cpuMilli: 500 });
    one.run(26);
    expect(one.nodes).toHaveLength(1);
  });

  it('only they go by the policy WhenEmpty, none where consolidateAfter is never', () => {
    const only = world([2, 0, 0], { settings: { ...ALL, consolidation: 'WhenEmpty' } });
    only.create(1, { cpuMilli: 100 }, 0);
    only.run(300);
    expect([only.nodes, only.reasons()]).toEqual([[0], ['PolicyWhenEmpty']]);
    const never = world([2, 0, 0], { settings: { ...ALL, consolidateAfterNs: Number.POSITIVE_INFINITY } });
    expect(never.run(300).reasons()).toEqual(['ConsolidationDisabled', 'ConsolidationDisabled']);
  });
});

describe('one node', () => {
  it('is replaced by a cheaper one that holds its pods, which is ready before the pods go', () => {
    const one = world([0, 0, 1]);
    const pods = one.create(2, { cpuMilli: 900 });
    one.run(84);
    expect([one.log.at(-1), one.types]).toEqual(['25 single 24 for c2', ['c8']]);
    one.run(300);
    expect(one.types).toEqual(['c2']);
    expect(pods.map((pod) => one.typeOf[one.nodeOf(pod)])).toEqual([0, 0]);
    expect(one.when('removed')).toBeGreaterThanOrEqual(85);
  });

  it('stays when nothing cheaper would do: its price must be beaten, not met', () => {
    const one = world([0, 1, 0]);
    one.create(1, { cpuMilli: 2500 });
    expect(one.run(120).reasons()).toEqual(['NotCheaper']);
    const same = [groupWith({ name: 'a', pricePerHour: 2 }), groupWith({ name: 'b', pricePerHour: 2 })];
    const two = world([1, 0], { types: same });
    two.create(1, { cpuMilli: 2500 });
    expect(two.run(120).reasons()).toEqual(['NotCheaper']);
  });

  it('goes when its pods find room on another', () => {
    const one = world([0, 2, 0]);
    one.create(1, { cpuMilli: 2500 }, 12);
    one.create(1, { cpuMilli: 1000 }, 13);
    expect(one.run(26).log).toEqual(['25 single 12', '26 removed 12']);
    // The other is left alone for 20 s: pods were promised to it.
    expect([one.nodes, one.reasons()]).toEqual([[13], ['Nominated']]);
    expect(one.run(60).reasons()).toEqual(['NotCheaper']);
  });

  it('of two, the one goes that saves more for what it disturbs', () => {
    const one = world([0, 2, 0]);
    one.create(3, { cpuMilli: 500 }, 12);
    one.create(1, { cpuMilli: 2000 }, 13);
    one.run(60);
    expect(one.nodes).toEqual([12]);
    expect([0, -(2 ** 25), 2 ** 25, 2 ** 30].map((priority) => evictionCost({ priority }))).toEqual([1, 0, 2, 10]);
  });

  it('stays while a pod of it would find no place, though pods wait that never find one', () => {
    const one = world([0, 1, 0], { types: typesOf(2, 4) });
    one.create(1, { cpuMilli: 3000, shape: { nodeSelector: { type: 'c4' } } });
    one.create(1, { cpuMilli: 9000 });
    expect(one.run(120).reasons()).toEqual(['NotCheaper']);
    const two = world([0, 2, 0], { types: typesOf(2, 4) });
    two.create(1, { cpuMilli: 2500 }, 12);
    two.create(1, { cpuMilli: 1000 }, 13);
    two.create(1, { cpuMilli: 9000 });
    expect(two.run(60).nodes).toEqual([13]);
  });

  it('stays when it would take several others', () => {
    const types = [
      groupWith({ name: 'small', cpuMilli: 2000, pricePerHour: 1 }),
      groupWith({ name: 'old', cpuMilli: 8000, pricePerHour: 9, max: 1 }),
    ];
    const one = world([0, 1], { types });
    one.create(2, { cpuMilli: 1500 });
    expect(one.run(120).reasons()).toEqual(['WouldTakeSeveral']);
  });

  it('does not count on a machine that is not ready yet', () => {
    const one = world([0, 1, 0], { bootNs: 600 * SECOND });
    one.create(1, { cpuMilli: 3000 }, 12);
    // A machine of 8 comes for this one, and has room for 3 more.
    one.create(1, { cpuMilli: 4500 });
    expect(one.run(120).reasons()).toEqual(['NotAllPodsWouldSchedule']);
  });

  it.each([
    ['the node is marked', { keep: [12] }, {}, 'DoNotDisrupt'],
    ['a pod is marked', {}, { safeToEvict: false }, 'PodDoNotDisrupt'],
    ['a budget lets nobody go', { budgetsLeft: [0] }, { budgets: [0] }, 'PdbPreventsEviction'],
    ['two budgets cover one pod', { budgetsLeft: [5, 5] }, { budgets: [0, 1] }, 'SeveralPdbs'],
  ] as const)('stays where %s', (_, options, wish, reason) => {
    const one = world([0, 2, 0], options);
    one.create(1, { cpuMilli: 1000, ...wish }, 12);
    one.create(1, { cpuMilli: 2500, safeToEvict: false }, 13);
    expect(one.run(120).reasons()).toEqual([reason, 'PodDoNotDisrupt']);
    expect(one.nodes).toEqual([12, 13]);
  });

  it('may go with pods that nobody owns, or that use a disk of it', () => {
    const one = world([0, 2, 0]);
    one.create(1, { cpuMilli: 1000, owner: 'nobody', localStorage: true }, 12);
    one.create(1, { cpuMilli: 2500 }, 13);
    expect(one.run(60).nodes).toEqual([13]);
  });

  it('keeps its pods apart where they must be', () => {
    const shape = { hostPorts: [{ hostIp: '', protocol: 'TCP', port: 80 }] } as const;
    const one = world([2], { types: typesOf(4) });
    one.create(1, { cpuMilli: 1000, shape }, 0);
    one.create(1, { cpuMilli: 1000, shape }, 1);
    expect(one.run(120).reasons()).toEqual(['NotCheaper', 'NotCheaper']);
  });

  it('stays when somebody spends the budget of its pods, or marks one, while it is checked', () => {
    const spent = world([0, 2, 0], { budgetsLeft: [1] });
    spent.create(1, { cpuMilli: 2500, safeToEvict: false }, 12);
    spent.create(1, { cpuMilli: 1000, budgets: [0] }, 13);
    spent.run(20).budgets[0] = 0;
    expect(spent.run(120).nodes).toEqual([12, 13]);
    expect(spent.log).toEqual([]);
  });

  it('stays when its pods have lost their room while it is checked', () => {
    const one = world([0, 2, 0]);
    one.create(1, { cpuMilli: 2500, safeToEvict: false }, 12);
    one.create(1, { cpuMilli: 1400 }, 13);
    one.run(20).create(1, { cpuMilli: 1500, safeToEvict: false }, 12);
    one.run(120);
    expect(one.log.filter((each) => each.includes('single 13'))).toEqual(['50 single 13 for c2']);
  });

  it('is not touched for consolidateAfter since a pod came or went, and takes no pods of others then', () => {
    const settings = { ...ALL, consolidateAfterNs: 60 * SECOND };
    const one = world([0, 2, 0], { settings });
    one.create(1, { cpuMilli: 1000 }, 12);
    one.create(1, { cpuMilli: 2500 }, 13);
    expect(one.run(30).reasons()).toEqual(['ConsolidateAfter', 'ConsolidateAfter']);
    expect(one.run(90).when('single 12')).toBe(75);
    const two = world([0, 2, 0], { settings });
    two.create(1, { cpuMilli: 1000 }, 13);
    two.run(50).create(1, { cpuMilli: 2500 }, 12);
    // Its pod would only fit on the node that a pod came to at 50 s.
    expect(two.run(100).when('single 13 ')).toBe(75);
    expect(two.log[0]).toContain('single 13 for c2');
  });

  it('gives it up when the replacement does not come, and takes pods again', () => {
    const one = world([0, 0, 1], { stock: [0, 0, 1] });
    one.create(2, { cpuMilli: 900 });
    one.run(640);
    expect(one.log).toEqual(['25 single 24 for c2', expect.stringContaining('gave up: its replacement did not come')]);
    expect(one.when('gave up')).toBeCloseTo(626, 0);
    one.create(1, { cpuMilli: 5000 });
    expect(one.run(660).waiting).toBe(0);
  });

  it('that is too old goes whatever the budget says; its pods get a machine first come first served', () => {
    const one = world([0, 1, 0], { settings: { budget: 0, expireAfterNs: 300 * SECOND } });
    one.create(1, { cpuMilli: 2500 });
    one.run(400);
    expect(one.when('expired 12')).toBe(300);
    expect([one.nodes.includes(12), one.waiting, one.types]).toEqual([false, 0, ['c4']]);
  });
});

describe('spot machines', () => {
  const spot = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      groupWith({ name: `s${at}`, pricePerHour: 1 + at / 100, spot: true, max: 2 }),
    );
  const there = (types: readonly unknown[]): number[] => types.map((_, at) => (at === types.length - 1 ? 1 : 0));

  it('are not replaced by spot machines unless that is allowed, and then only with 15 cheaper types', () => {
    for (const [count, spotToSpot, reason] of [
      [20, false, 'SpotToSpotDisabled'],
      [15, true, 'TooFewSpotTypes'],
      [16, true, 'going'],
    ] as const) {
      const types = spot(count);
      const one = world(there(types), { types, settings: { ...ALL, spotToSpot } });
      one.create(1, { cpuMilli: 1000 });
      one.run(26);
      if (reason === 'going') expect(one.log[0]).toContain('for s0');
      else expect(one.reasons()).toEqual([reason]);
    }
  });

  it('replace others where they are cheaper; of the cheaper types only spot is bought', () => {
    const types = [
      groupWith({ name: 'own', pricePerHour: 1 }),
      groupWith({ name: 'spot', pricePerHour: 1.5, spot: true }),
      groupWith({ name: 'old', pricePerHour: 2 }),
    ];
    const one = world([0, 0, 1], { types });
    one.create(1, { cpuMilli: 1000 });
    expect(one.run(200).types).toEqual(['spot']);
  });
});

describe('several nodes', () => {
  it('three are merged into one that is cheaper than they are together', () => {
    const types = [...typesOf(4), groupWith({ name: 'old', cpuMilli: 2000, pricePerHour: 3, max: 3 })];
    const one = world([0, 3], { types });
    for (const node of [12, 13, 14]) one.create(1, { cpuMilli: 1200 }, node);
    one.run(26);
    expect(one.log).toEqual(['25 several 12 13 14 for c4']);
    expect(one.run(300).types).toEqual(['c4']);
    expect(one.waiting).toBe(0);
  });

  it('that would pay only all together are not found: the search halves, and two of them do not pay', () => {
    const one = world([3, 0, 0]);
    for (const node of [0, 1, 2]) one.create(1, { cpuMilli: 1200 }, node);
    expect(one.run(300).reasons()).toEqual(['NotCheaper', 'NotCheaper', 'NotCheaper']);
  });

  it('two are not merged into one of the same type: one of them goes', () => {
    const types = [groupWith({ name: 'only', pricePerHour: 1 })];
    const one = world([2], { types });
    one.create(1, { cpuMilli: 1000 }, 0);
    one.create(1, { cpuMilli: 1000 }, 1);
    one.run(300);
    expect(one.log[0]).toBe('25 single 0');
    expect(one.nodes).toEqual([1]);
  });

  it('as many as the budget lets', () => {
    const one = world([0, 10, 0], { settings: { budget: 3 } });
    for (let node = 12; node < 22; node++) one.create(1, { cpuMilli: 100 }, node);
    one.run(26);
    expect(one.log[0]).toBe('25 several 12 13 14');
    expect(one.run(600).nodes).toHaveLength(1);
    expect(one.mostLeaving).toBe(3);
  });

  it('and the search goes on with one node when what was found does not hold any more', () => {
    const one = world([3, 0, 0], { budgetsLeft: [1] });
    one.create(1, { cpuMilli: 1200, budgets: [0] }, 0);
    one.create(1, { cpuMilli: 1200 }, 1);
    one.create(1, { cpuMilli: 400 }, 2);
    one.run(20).budgets[0] = 0;
    one.run(60);
    expect(one.log.filter((each) => each.includes(' 0'))).toEqual([]);
    expect(one.nodes).toContain(0);
  });
});

describe('whatever the cluster', () => {
  const node = fc.record({
    type: fc.integer({ min: 0, max: 2 }),
    pods: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
  });

  const CORES = [2, 4, 8];

  /** Nodes with pods of tenths of a core, as far as they have room. */
  function worldOf(nodes: readonly { type: number; pods: readonly number[] }[], budget: number): JustInTimeWorld {
    const there = CORES.map((_, type) => nodes.filter((each) => each.type === type).length);
    const one = new JustInTimeWorld({ types: typesOf(...CORES), there, settings: { budget } });
    const next = [0, 12, 24];
    for (const { type, pods } of nodes) {
      const at = next[type]!++;
      let left = CORES[type]! * 1000;
      for (const pod of pods) {
        if (pod * 100 > left) continue;
        one.create(1, { cpuMilli: pod * 100 }, at);
        left -= pod * 100;
      }
    }
    expect(one.waiting).toBe(0);
    return one;
  }

  it('costs no more afterwards, lets no pod wait for longer than a machine takes, and keeps the budget', () => {
    fc.assert(
      fc.property(fc.array(node, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (nodes, budget) => {
        const one = worldOf(nodes, budget);
        const before = one.pricePerHour;
        // Where the search and the scheduler pack otherwise, one pod after another may wait for a machine for ever: see below.
        let isServed = false;
        for (let second = 3600; second < 3720; second++) {
          one.run(second);
          isServed ||= one.waiting === 0 && one.pricePerHour <= before;
        }
        expect(isServed).toBe(true);
        expect(one.mostLeaving).toBeLessThanOrEqual(budget);
      }),
      { numRuns: 40 },
    );
  });

  it('comes to rest with every pod in its place where all pods are alike, for then every packing is as good', () => {
    const alike = fc.record({ type: fc.integer({ min: 0, max: 2 }), pods: fc.integer({ min: 0, max: 4 }) });
    const size = fc.integer({ min: 1, max: 20 });
    const budgets = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.array(alike, { minLength: 1, maxLength: 8 }), size, budgets, (nodes, tenths, budget) => {
        const one = worldOf(
          nodes.map(({ type, pods }) => ({ type, pods: Array.from({ length: pods }, () => tenths) })),
          budget,
        );
        one.run(3600);
        expect(one.waiting).toBe(0);
        const [types, count] = [one.types.join(), one.log.length];
        one.run(7200);
        expect([one.types.join(), one.log.length]).toEqual([types, count]);
      }),
      { numRuns: 40 },
    );
  });

  it('goes round where the scheduler packs otherwise than the search: a node goes, its pod waits, the same node is bought', () => {
    const nodes = [1, 9, 11, 12].map((tenths) => ({ type: 0, pods: [tenths] }));
    const one = worldOf([...nodes, { type: 0, pods: [] }], 1);
    one.run(3600);
    const count = one.log.length;
    one.run(7200);
    expect(one.log.length).toBeGreaterThan(count + 60);
    expect(one.nodes.length).toBeGreaterThanOrEqual(2);
    expect(one.nodes.length).toBeLessThanOrEqual(3);
  });

  it('rounds shares up', () => {
    const of = (share: number, nodes: number): number =>
      budgetOf({ ...JUST_IN_TIME_DEFAULTS, budget: { share } }, nodes);
    expect([of(0.1, 10), of(0.1, 11), of(0.05, 10), of(0.1, 100), of(0.3, 10), of(0, 9)]).toEqual([1, 2, 1, 10, 3, 0]);
  });
});
