/** Who must leave for whom: each comparison of preemption by itself, then properties on random clusters. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DisruptionBudget } from '../../../models/cluster/cluster-objects.ts';
import { NO_OBJECTS } from '../../../models/cluster/cluster-objects.ts';
import type { Pod, PodShape } from '../../../models/cluster/pod.ts';
import { Scheduler } from '../../../models/scheduling/scheduler.ts';
import { nodeWith, optionsWith, shapeWith } from './small-cluster.ts';

/** A pod on a node: processor time, priority, and when it started. */
interface Placed {
  readonly node: number;
  readonly cpuMilli: number;
  readonly priority: number;
  readonly started?: number | undefined;
  readonly app?: string;
}

const NEWCOMER: Partial<PodShape> = { cpuMilli: 1000, memoryMib: 0, priority: 100 };

/** A cluster of nodes of 2 cores with these pods on it; the newcomer is the last pod. */
function clusterWith(
  nodes: number,
  placed: readonly Placed[],
  newcomer: Partial<PodShape> = {},
  budgets: readonly DisruptionBudget[] = [],
): { scheduler: Scheduler; newcomer: number } {
  const shapes = placed.map(({ cpuMilli, priority, app }) =>
    shapeWith({ cpuMilli, memoryMib: 0, priority, labels: app === undefined ? {} : { app } }),
  );
  shapes.push(shapeWith({ ...NEWCOMER, ...newcomer }));
  const pods = shapes.map((_, shape): Pod => {
    const startedSeconds = placed[shape]?.started;
    return { name: `p${shape}`, shape, service: -1, ...(startedSeconds === undefined ? {} : { startedSeconds }) };
  });
  const list = Array.from({ length: nodes }, (_, i) => nodeWith({ name: `n${i}`, cpuMilli: 2000 }));
  const objects = { ...NO_OBJECTS, disruptionBudgets: budgets };
  const scheduler = new Scheduler(list, shapes, pods, optionsWith({ objects }));
  placed.forEach(({ node }, pod) => {
    scheduler.assume(pod, node, 0);
  });
  return { scheduler, newcomer: placed.length };
}

function preempt(...args: Parameters<typeof clusterWith>) {
  const { scheduler, newcomer } = clusterWith(...args);
  const { node, victims, message } = scheduler.preempt(newcomer);
  return { node, victims, message };
}

function budget(app: string, disruptionsAllowed: number): DisruptionBudget {
  const selector = { matchLabels: { app }, matchExpressions: [] };
  return { namespace: 'default', name: app, selector, disruptionsAllowed };
}

describe('a promised node', () => {
  it('is waited for while its victims leave, but not when it will refuse the pod anyway', () => {
    const placed = [
      { node: 0, cpuMilli: 2000, priority: 10, started: 1 },
      { node: 1, cpuMilli: 2000, priority: 20, started: 1 },
    ];
    const { scheduler, newcomer } = clusterWith(2, placed);
    const first = scheduler.preempt(newcomer);
    expect(first).toMatchObject({ node: 0, victims: [0] });
    scheduler.nominate(newcomer, first.node, first.victims);
    expect(scheduler.preempt(newcomer)).toMatchObject({ node: -1, victims: [] });
    scheduler.setNodeReady(0, false);
    expect(scheduler.preempt(newcomer)).toMatchObject({ node: 1, victims: [1] });
  });
});

describe('the search for nodes', () => {
  it('stops at a hundred, those among them that violate budgets', () => {
    const placed = Array.from({ length: 150 }, (_, node) => {
      return { node, cpuMilli: 2000, priority: 10, started: 1, app: node % 2 === 0 ? 'guarded' : 'free' };
    });
    const { scheduler, newcomer } = clusterWith(150, placed, {}, [budget('guarded', 0)]);
    expect(scheduler.preempt(newcomer).equallyGood).toHaveLength(50);
  });
});

describe('victims on one node', () => {
  it('gives back the important ones first and takes no more than needed', () => {
    const placed = [
      { node: 0, cpuMilli: 1000, priority: 50, started: 1 },
      { node: 0, cpuMilli: 500, priority: 10, started: 1 },
      { node: 0, cpuMilli: 500, priority: 20, started: 1 },
    ];
    expect(preempt(1, placed)).toEqual({
      node: 0,
      victims: [2, 1],
      message: '0/1 nodes are available: 1 Insufficient cpu.',
    });
  });

  it('spares the pod that started earlier', () => {
    const placed = [
      { node: 0, cpuMilli: 1000, priority: 0, started: 20 },
      { node: 0, cpuMilli: 1000, priority: 0, started: 10 },
    ];
    expect(preempt(1, placed).victims).toEqual([0]);
  });

  it('spares the pod that started earlier since the scheduler was made', () => {
    const placed = [
      { node: 0, cpuMilli: 1000, priority: 0 },
      { node: 0, cpuMilli: 1000, priority: 0 },
    ];
    const { scheduler, newcomer } = clusterWith(1, placed);
    scheduler.started(0, 20);
    scheduler.started(1, 10);
    expect(scheduler.preempt(newcomer).victims).toEqual([0]);
    scheduler.started(0, 5);
    expect(scheduler.preempt(newcomer).victims).toEqual([1]);
  });

  it('spares a pod whose budget has nothing left before a more important one', () => {
    const placed = [
      { node: 0, cpuMilli: 1000, priority: 0, app: 'kept', started: 1 },
      { node: 0, cpuMilli: 1000, priority: 50, app: 'free', started: 1 },
    ];
    expect(preempt(1, placed).victims).toEqual([0]);
    expect(preempt(1, placed, {}, [budget('kept', 0)]).victims).toEqual([1]);
    expect(preempt(1, placed, {}, [budget('kept', 1)]).victims).toEqual([0]);
  });
});

describe('the choice among nodes', () => {
  it.each<[string, readonly Placed[], readonly DisruptionBudget[], number]>([
    [
      'fewest budgets violated, though the victim is more important',
      [
        { node: 0, cpuMilli: 2000, priority: 0, app: 'kept' },
        { node: 1, cpuMilli: 2000, priority: 50 },
      ],
      [budget('kept', 0)],
      1,
    ],
    [
      'lowest top victim, though they are more',
      [
        { node: 0, cpuMilli: 2000, priority: 20 },
        { node: 1, cpuMilli: 1500, priority: 10 },
        { node: 1, cpuMilli: 500, priority: 10 },
      ],
      [],
      1,
    ],
    [
      'smallest sum of priorities',
      [
        { node: 0, cpuMilli: 1500, priority: 20 },
        { node: 0, cpuMilli: 500, priority: 19 },
        { node: 1, cpuMilli: 1500, priority: 20 },
        { node: 1, cpuMilli: 500, priority: 1 },
      ],
      [],
      1,
    ],
    [
      'latest start of the top victims',
      [
        { node: 0, cpuMilli: 2000, priority: 0, started: 10 },
        { node: 1, cpuMilli: 2000, priority: 0, started: 20 },
      ],
      [],
      1,
    ],
  ])('%s', (_, placed, budgets, node) => {
    expect(preempt(2, placed, { cpuMilli: 2000 }, budgets).node).toBe(node);
  });

  it('leaves equally good nodes to the tie-break, and names them', () => {
    const placed = [
      { node: 0, cpuMilli: 2000, priority: 0 },
      { node: 1, cpuMilli: 2000, priority: 0 },
    ];
    const { scheduler, newcomer } = clusterWith(2, placed);
    const { node, equallyGood } = scheduler.preempt(newcomer);
    expect(node).toBe(0);
    expect(equallyGood.map((each) => [each.node, each.pods])).toEqual([
      [0, [0]],
      [1, [1]],
    ]);
  });
});

describe('in vain', () => {
  it.each<[string, readonly Placed[], Partial<PodShape>, string]>([
    [
      'a policy that forbids it',
      [],
      { cpuMilli: 3000, preemptionPolicy: 'Never' },
      'not eligible due to preemptionPolicy=Never.',
    ],
    [
      'a request beyond the whole node',
      [{ node: 0, cpuMilli: 2000, priority: 0 }],
      { cpuMilli: 3000 },
      '0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    [
      'nobody of lower priority',
      [{ node: 0, cpuMilli: 2000, priority: 100 }],
      {},
      '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'too little below it',
      [
        { node: 0, cpuMilli: 1500, priority: 100 },
        { node: 0, cpuMilli: 500, priority: 0 },
      ],
      {},
      '0/1 nodes are available: 1 Insufficient cpu.',
    ],
  ])('%s', (_, placed, newcomer, why) => {
    expect(preempt(1, placed, newcomer)).toEqual({
      node: -1,
      victims: [],
      message: `0/1 nodes are available: 1 Insufficient cpu. preemption: ${why}`,
    });
  });
});

describe('on random clusters', () => {
  const pod = fc.record({
    node: fc.nat(3),
    cpuMilli: fc.constantFrom(100, 300, 500, 900),
    priority: fc.constantFrom(0, 1, 50, 100),
    started: fc.option(fc.nat(3), { nil: undefined }),
    app: fc.constantFrom('a', 'b'),
  });

  it('the pod fits when the victims are gone, none is a victim in vain, and looking changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(pod, { maxLength: 16 }),
        fc.nat(1),
        fc.integer({ min: 500, max: 2000 }),
        (placed, left, cpuMilli) => {
          const { scheduler, newcomer } = clusterWith(4, placed, { cpuMilli }, [budget('a', left)]);
          const before = [0, 1, 2, 3].map((node) => scheduler.requested(node));
          if (scheduler.explain(newcomer).best.length > 0) return;
          const { node, victims } = scheduler.preempt(newcomer);
          expect([0, 1, 2, 3].map((each) => scheduler.requested(each))).toEqual(before);
          if (node < 0) return;
          for (const victim of victims) {
            expect(scheduler.nodeOf(victim)).toBe(node);
            expect(placed[victim].priority).toBeLessThan(100);
            scheduler.forget(victim);
          }
          expect(scheduler.explain(newcomer).best).toContain(node);
          for (const victim of victims) {
            scheduler.assume(victim, node, 0);
            expect(scheduler.explain(newcomer).best).not.toContain(node);
            scheduler.forget(victim);
          }
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });
});
