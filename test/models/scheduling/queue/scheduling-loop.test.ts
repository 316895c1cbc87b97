/** Pods in the queue of a scheduler: who is tried when, and what becomes of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extension, Permit } from '../../../../models/scheduling/queue/extension.ts';
import { hintsOf } from '../../../../models/scheduling/queue/hints.ts';
import { type LoopContext, SchedulingLoop } from '../../../../models/scheduling/queue/scheduling-loop.ts';
import { DEFAULT_QUEUE_OPTIONS, type QueueOptions } from '../../../../models/scheduling/queue/scheduling-queue.ts';
import { Scheduler } from '../../../../models/scheduling/scheduler.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { nodeWith, optionsWith, shapeWith } from '../small-cluster.ts';

interface Wish {
  /** Processor time of each node. */
  readonly nodes?: readonly number[];
  /** Processor time and priority of each pod. */
  readonly pods: readonly (readonly [cpuMilli: number, priority: number])[];
  readonly attemptNs?: number;
  readonly extensions?: readonly Extension[];
  readonly options?: Partial<QueueOptions>;
  readonly context?: Partial<LoopContext>;
}

function bench({ nodes = [1000], pods, attemptNs = NS_PER_MS, extensions = [], options = {}, context = {} }: Wish) {
  const sim = new Simulation();
  const shapes = pods.map(([cpuMilli, priority]) => shapeWith({ cpuMilli, memoryMib: 0, priority }));
  const list = nodes.map((cpuMilli, i) => nodeWith({ name: `n${i}`, cpuMilli }));
  const named = shapes.map((_, shape) => ({ name: `p${shape}`, shape, service: -1 }));
  const scheduler = new Scheduler(list, shapes, named, optionsWith());
  const bound: [number, number][] = [];
  const attempts: [number, number][] = [];
  const nominated: [number, readonly number[]][] = [];
  const loop = new SchedulingLoop(
    sim,
    {
      scheduler,
      nodeCount: () => nodes.length,
      priorityOf: (pod) => pods[pod]![1],
      mayEnter: () => true,
      hint: () => true,
      attemptNs: () => attemptNs,
      bindNs: () => NS_PER_MS,
      onAttempt: (pod, nowNs) => attempts.push([pod, nowNs / NS_PER_SECOND]),
      onBound: ({ pod, node }) => bound.push([pod, node]),
      onRefused: (pod, { victims }) => nominated.push([pod, victims]),
      ...context,
    },
    extensions,
    { ...DEFAULT_QUEUE_OPTIONS, ...options },
  );
  return { sim, loop, scheduler, bound, attempts, nominated };
}

const secondsOf = (attempts: readonly (readonly [number, number])[], pod: number): number[] =>
  attempts.filter(([each]) => each === pod).map(([, seconds]) => Math.round(seconds * 1000) / 1000);

describe('order and backoff', () => {
  it('tries the highest priority first, equals in the order of their coming', () => {
    const { sim, loop, attempts } = bench({
      nodes: [9000],
      pods: [
        [100, 0],
        [100, 5],
        [100, 0],
        [100, 5],
      ],
    });
    // While the first is decided the others arrive.
    for (const pod of [0, 1, 2, 3]) loop.add(pod);
    sim.run();
    expect(attempts.map(([pod]) => pod)).toEqual([1, 3, 0, 2]);
  });

  it('without nodes waits 1, 2, 4, 8, 10, 10 s, each to the end of its window', () => {
    const { sim, loop, attempts } = bench({
      nodes: [],
      pods: [[100, 0]],
      attemptNs: 0,
      options: { windowPhaseNs: 0.25 * NS_PER_SECOND },
    });
    loop.add(0);
    sim.run(60 * NS_PER_SECOND);
    expect(secondsOf(attempts, 0)).toEqual([0, 1.25, 4.25, 9.25, 18.25, 29.25, 40.25, 51.25]);
  });

  it('waits for an event that the refusing plugin cares about, and takes no backoff while nothing else is active', () => {
    const { sim, loop, attempts } = bench({ pods: [[2000, 0]] });
    const tell = sim.kind('tell', (which) => {
      loop.happened({ kind: which === 0 ? 'NodeUpdateTaint' : 'AssignedPodDelete', node: 0, pod: -1 });
    });
    loop.add(0);
    sim.at(0.2 * NS_PER_SECOND, tell, 0);
    for (const seconds of [0.3, 0.5, 0.7]) sim.at(seconds * NS_PER_SECOND, tell, 1);
    sim.run(10 * NS_PER_SECOND);
    expect(secondsOf(attempts, 0)).toEqual([0, 0.3, 0.5, 0.7]);
  });

  it('an event that comes while the pod is decided is not lost', () => {
    const { sim, loop, attempts } = bench({ pods: [[2000, 0]], attemptNs: 100 * NS_PER_MS });
    const tell = sim.kind('tell', () => loop.happened({ kind: 'NodeUpdateAllocatable', node: 0, pod: -1 }));
    loop.add(0);
    sim.at(50 * NS_PER_MS, tell);
    sim.run(5 * NS_PER_SECOND);
    expect(secondsOf(attempts, 0)).toEqual([0, 0.1]);
  });

  it('tries a forgotten pod again after five minutes, at the next look each 30 s', () => {
    const { sim, loop, attempts } = bench({ pods: [[2000, 0]], attemptNs: 0 });
    loop.add(0);
    sim.run(700 * NS_PER_SECOND);
    expect(secondsOf(attempts, 0)).toEqual([0, 330, 660]);
  });
});

describe('hints', () => {
  it('a node that still has too little room wakes nobody, one that has enough does, and other plugins are always woken', () => {
    const { sim, loop, scheduler, attempts } = bench({ nodes: [1000, 1500], pods: [[2000, 0]] });
    const hinted = hintsOf(scheduler);
    const event = (node: number) => ({ kind: 'NodeUpdateAllocatable' as const, node, pod: -1 });
    loop.add(0);
    sim.run(10 * NS_PER_MS);
    expect(hinted('NodeResourcesFit', 0, event(1))).toBe(false);
    scheduler.setAllocatable(1, 2500, 8192);
    expect(hinted('NodeResourcesFit', 0, event(0))).toBe(false);
    expect(hinted('NodeResourcesFit', 0, event(1))).toBe(true);
    expect(hinted('InterPodAffinity', 0, event(0))).toBe(true);
    expect(attempts).toHaveLength(1);
  });
});

describe('gates, permits, reservations', () => {
  it('a gated pod is not tried until its gate goes', () => {
    let open = false;
    const { sim, loop, attempts, bound } = bench({ pods: [[100, 0]], context: { mayEnter: () => open } });
    const lift = sim.kind('lift', () => {
      open = true;
      loop.gatesChanged(0);
    });
    loop.add(0);
    sim.at(7 * NS_PER_SECOND, lift);
    sim.run();
    expect(secondsOf(attempts, 0)).toEqual([7]);
    expect(bound).toEqual([[0, 0]]);
  });

  it.each<[string, (loop: SchedulingLoop) => void, readonly [number, number][]]>([
    ['allowed', (loop) => loop.allow(0), [[0, 0]]],
    ['rejected', (loop) => loop.reject(0), []],
  ])('a pod that waits for its permit is %s', (_, act, expected) => {
    const permit = (): Permit => ({ waitAtMostNs: 60 * NS_PER_SECOND });
    const { sim, loop, bound, scheduler } = bench({ pods: [[100, 0]], extensions: [{ name: 'Gang', permit }] });
    const later = sim.kind('later', () => act(loop));
    loop.add(0);
    sim.at(5 * NS_PER_SECOND, later);
    sim.run(5 * NS_PER_SECOND);
    sim.run(5.5 * NS_PER_SECOND);
    expect(bound).toEqual(expected);
    expect(scheduler.requested(0).pods).toBe(expected.length);
    expect(loop.queue.placeOf(0)).toBe(expected.length === 0 ? 'unschedulable' : 'absent');
  });

  it('what was reserved is given back in turn when a later extension is too late', () => {
    const calls: string[] = [];
    const first: Extension = {
      name: 'First',
      reserve: () => calls.push('reserve') > 0,
      unreserve: () => calls.push('unreserve'),
    };
    const second: Extension = { name: 'Second', reserve: () => false, unreserve: () => calls.push('undo second') };
    const { sim, loop, bound, scheduler } = bench({ pods: [[100, 0]], extensions: [first, second] });
    loop.add(0);
    sim.run(0.5 * NS_PER_SECOND);
    expect(calls.slice(0, 3)).toEqual(['reserve', 'undo second', 'unreserve']);
    expect(bound).toEqual([]);
    expect(scheduler.requested(0).pods).toBe(0);
  });

  it('work before binding delays it', () => {
    const extensions = [{ name: 'Attach', preBind: () => 3 * NS_PER_SECOND }];
    const { sim, loop, bound } = bench({ pods: [[100, 0]], extensions });
    loop.add(0);
    sim.run(2 * NS_PER_SECOND);
    expect(bound).toEqual([]);
    sim.run();
    expect(bound).toEqual([[0, 0]]);
  });

  it('a pod deleted while it is decided or bound leaves nothing behind', () => {
    for (const atMs of [0.5, 1.5]) {
      const { sim, loop, bound, scheduler } = bench({ pods: [[100, 0]] });
      const remove = sim.kind('remove', () => loop.remove(0));
      loop.add(0);
      sim.at(atMs * NS_PER_MS, remove);
      sim.run();
      expect([bound, scheduler.requested(0).pods]).toEqual([[], 0]);
    }
  });
});

describe('preemption in time', () => {
  it('the pod gets the node when its victims have left, and a lesser pod does not slip in between', () => {
    const { sim, loop, scheduler, bound, nominated } = bench({
      pods: [
        [1000, 0],
        [1000, 100],
        [500, 50],
      ],
    });
    loop.add(0);
    sim.run(10 * NS_PER_MS);
    loop.add(1);
    sim.run(20 * NS_PER_MS);
    expect(nominated).toEqual([[1, [0]]]);
    loop.add(2);
    sim.run(1 * NS_PER_SECOND);
    scheduler.forget(0);
    loop.happened({ kind: 'AssignedPodDelete', node: 0, pod: 0 });
    sim.run(20 * NS_PER_SECOND);
    expect(bound).toEqual([
      [0, 0],
      [1, 0],
    ]);
    expect(nominated.map(([pod]) => pod)).toEqual([1, 2, 2]);
  });
});

describe('any history', () => {
  const step = fc.record({ kind: fc.constantFrom('add', 'remove', 'event', 'wait'), pod: fc.nat(7), ms: fc.nat(2500) });

  it('each pod is in one place, and what runs on a node fits it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const pods = Array.from({ length: 8 }, (_, i) => [300 + 100 * (i % 4), i % 3] as const);
        const { sim, loop, scheduler, bound } = bench({ nodes: [1000, 600], pods });
        const known = new Set<number>();
        for (const { kind, pod, ms } of steps) {
          if (kind === 'add' && !known.has(pod)) {
            known.add(pod);
            loop.add(pod);
          }
          if (kind === 'remove' && known.has(pod)) {
            known.delete(pod);
            const runs = bound.findIndex(([each]) => each === pod);
            if (runs >= 0) {
              const [, node] = bound.splice(runs, 1)[0]!;
              scheduler.forget(pod);
              loop.happened({ kind: 'AssignedPodDelete', node, pod });
            } else loop.remove(pod);
          }
          if (kind === 'event') loop.happened({ kind: 'NodeUpdateAllocatable', node: 0, pod: -1 });
          if (kind === 'wait') sim.run(sim.nowNs + ms * NS_PER_MS);
          for (const each of pods.keys()) {
            const runs = bound.some(([running]) => running === each);
            const waits = loop.queue.placeOf(each) !== 'absent';
            expect(Number(runs) + Number(waits), `pod ${each}`).toBe(Number(known.has(each)));
          }
          for (const [node, cpuMilli] of [1000, 600].entries())
            expect(scheduler.requested(node).cpuMilli).toBeLessThanOrEqual(cpuMilli);
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
