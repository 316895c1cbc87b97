import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeapQueue } from '../../../sim/engine/heap-queue.ts';
import { SEQUENCE_MASK } from '../../../sim/engine/pending-events.ts';
import { TIME_NS_MAX } from '../../../sim/engine/sim-time.ts';
import { Simulation } from '../../../sim/engine/simulation.ts';

/** A simulation with one kind that writes down `time:a`. */
function logging(options: ConstructorParameters<typeof Simulation>[0] = {}) {
  const simulation = new Simulation(options);
  const seen: string[] = [];
  const note = simulation.kind('note', (a) => void seen.push(`${simulation.nowNs}:${a}`));
  return { simulation, seen, note };
}

describe('order', () => {
  it('runs events by time, and equal times in the order of scheduling', () => {
    const { simulation, seen, note } = logging();
    for (const [timeNs, a] of [
      [20, 1],
      [10, 2],
      [20, 3],
      [10, 4],
      [0, 5],
    ])
      simulation.at(timeNs, note, a);
    expect(simulation.run()).toBe('drained');
    expect(seen).toEqual(['0:5', '10:2', '10:4', '20:1', '20:3']);
    expect(simulation.dispatched).toBe(5);
  });

  it('runs the smaller priority number first among equal times only', () => {
    const simulation = new Simulation();
    const seen: number[] = [];
    const late = simulation.kind('late', (a) => void seen.push(a), 7);
    const early = simulation.kind('early', (a) => void seen.push(a), 0);
    const usual = simulation.kind('usual', (a) => void seen.push(a));
    simulation.at(5, late, 7);
    simulation.at(5, usual, 3);
    simulation.at(5, early, 0);
    simulation.at(4, late, 40);
    simulation.run();
    expect(seen).toEqual([40, 0, 3, 7]);
  });

  it('lets an event of now, scheduled by an event of now, run after those that were there', () => {
    const simulation = new Simulation();
    const seen: string[] = [];
    const leaf = simulation.kind('leaf', () => void seen.push('leaf'));
    const root = simulation.kind('root', () => {
      seen.push('root');
      simulation.after(0, leaf);
    });
    simulation.at(1, root);
    simulation.at(1, root);
    simulation.run();
    expect(seen).toEqual(['root', 'root', 'leaf', 'leaf']);
  });

  it('keeps order while the sequence wraps around', () => {
    const { simulation, seen, note } = logging({ firstSequence: SEQUENCE_MASK - 50 });
    for (let i = 0; i < 200; i++) simulation.at(9, note, i);
    simulation.run();
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => `9:${i}`));
  });

  it('hands over doubles as they are', () => {
    const simulation = new Simulation();
    const seen: number[] = [];
    const note = simulation.kind('note', (a, b) => void seen.push(a, b));
    const largestSmall = 2 ** 23 - 1;
    const operands: [number, number][] = [
      [0.1, -1e300],
      [0, 0],
      [largestSmall, 0],
      [largestSmall + 1, 0],
      [-1, 0],
      [2 ** 32, 0],
      [2 ** 32 + 5, 0],
      [-(2 ** 31), 0],
      [7, 0.5],
      [7, Number.NaN],
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 0],
    ];
    simulation.at(0, note);
    for (const [a, b] of operands) simulation.at(2, note, a, b);
    simulation.run();
    expect(seen).toEqual([0, 0, ...operands.flat()]);
  });
});

it('dispatches many kinds, each to its own handler', () => {
  const simulation = new Simulation();
  const seen: number[][] = [];
  const kinds = Array.from({ length: 200 }, (_, i) => simulation.kind(`k${i}`, (a) => void seen.push([i, a])));
  for (const [i, kind] of kinds.entries()) simulation.at(i, kind, 2 * i);
  simulation.run();
  expect(seen).toEqual(kinds.map((_, i) => [i, 2 * i]));
});

describe('run, step and stop', () => {
  it('runs events up to and including the limit and then stands at the limit', () => {
    const { simulation, seen, note } = logging();
    for (const timeNs of [10, 20, 30]) simulation.at(timeNs, note);
    expect(simulation.run(20)).toBe('until');
    expect([simulation.nowNs, simulation.pending, seen.length]).toEqual([20, 1, 2]);
    expect(simulation.run(25)).toBe('until');
    expect(simulation.nowNs).toBe(25);
    simulation.at(26, note);
    expect(simulation.run(100)).toBe('drained');
    expect(simulation.nowNs).toBe(30);
    expect(seen).toEqual(['10:0', '20:0', '26:0', '30:0']);
  });

  it('stops after the running event and goes on with the next run', () => {
    const simulation = new Simulation();
    const halt = simulation.kind('halt', () => simulation.stop());
    for (let i = 1; i <= 3; i++) simulation.at(i, halt);
    expect([simulation.run(), simulation.nowNs]).toEqual(['stopped', 1]);
    expect([simulation.run(), simulation.nowNs]).toEqual(['stopped', 2]);
    expect([simulation.step(), simulation.nowNs]).toEqual([true, 3]);
    expect([simulation.step(), simulation.run()]).toEqual([false, 'drained']);
  });

  it('is not reached by a cancelled event before the limit', () => {
    const { simulation, seen, note } = logging();
    const handle = simulation.at(5, note);
    simulation.at(50, note);
    simulation.cancel(handle);
    expect([simulation.run(10), simulation.nowNs, seen.length]).toEqual(['until', 10, 0]);
    expect(simulation.run(60)).toBe('drained');
  });

  it('can be used again after a handler threw', () => {
    const simulation = new Simulation();
    const bad = simulation.kind('bad', () => {
      throw new Error('broken model');
    });
    simulation.at(1, bad);
    simulation.at(
      2,
      simulation.kind('good', () => {}),
    );
    expect(() => simulation.run()).toThrow('broken model');
    expect(simulation.run()).toBe('drained');
  });
});

describe('cancel', () => {
  it('takes an event out once', () => {
    const { simulation, seen, note } = logging();
    const handle = simulation.at(5, note, 1);
    simulation.at(6, note, 2);
    expect([simulation.cancel(handle), simulation.cancel(handle), simulation.pending]).toEqual([true, false, 1]);
    simulation.run();
    expect(seen).toEqual(['6:2']);
  });

  it('knows a handle whose event has run, even if its slot is in use again', () => {
    const { simulation, seen, note } = logging();
    const old = simulation.at(1, note, 1);
    simulation.run();
    for (let i = 0; i < 10; i++) simulation.at(5, note, i);
    expect(simulation.cancel(old)).toBe(false);
    simulation.run();
    expect(seen.length).toBe(11);
  });

  it('knows its own handle as stale inside the handler', () => {
    const simulation = new Simulation();
    const results: boolean[] = [];
    let handle = -1;
    handle = simulation.at(
      1,
      simulation.kind('self', () => void results.push(simulation.cancel(handle))),
    );
    simulation.run();
    expect(results).toEqual([false]);
  });

  it.each([-1, 0.5, 1e6, Number.NaN, 2 ** 60])('refuses a handle that was never given out: %s', (handle) => {
    const { simulation, note } = logging();
    simulation.at(1, note);
    simulation.cancel(0);
    expect(simulation.cancel(handle)).toBe(false);
  });

  it('sweeps the cancelled, so that timeouts do not fill the table', () => {
    const { simulation, seen, note } = logging({ pendingMax: 5000 });
    for (let i = 0; i < 20; i++) simulation.at(2_000_000, note, i);
    let cancelled = 0;
    for (let i = 0; i < 50_000; i++) if (simulation.cancel(simulation.at(1_000_000 + i, note, i))) cancelled += 1;
    expect([cancelled, simulation.pending, simulation.run()]).toEqual([50_000, 20, 'drained']);
    // Those that stay keep their order, although they were pushed again.
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `2000000:${i}`));
  });

  it('with many live events, ladder and heap run the same history', () => {
    const history = (queue?: HeapQueue): string[] => {
      const { simulation, seen } = logging(queue ? { queue } : {});
      const handles: number[] = [];
      let state = 12345;
      const below = (n: number): number => {
        state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
        return (state >>> 8) % n;
      };
      const grow = simulation.kind(
        'grow',
        (a) => {
          seen.push(`${simulation.nowNs}:${a}`);
          for (let i = below(4); i > 0; i--) handles.push(simulation.after(below(50), grow, handles.length, 0));
          if (below(3) === 0) simulation.cancel(handles[below(handles.length)]);
          if (seen.length >= 50_000) simulation.stop();
        },
        below(8),
      );
      for (let i = 0; i < 2000; i++) handles.push(simulation.at(below(1000), grow, i));
      simulation.run();
      return seen;
    };
    expect(history()).toEqual(history(new HeapQueue()));
  });
});

describe('handles over very many events', () => {
  /** An event that waits for ever, so that the sequences in use span more than the ring may. */
  function renumbered(firstSequence = 0) {
    const context = logging({ sequencesMax: 2 ** 13, pendingMax: 2000, firstSequence });
    const { simulation, note } = context;
    const far = [1, 2, 3].map((a) => simulation.at(1e12, note, a));
    const tick = simulation.kind('tick', (left) => {
      if (left > 0) simulation.after(1, tick, left - 1);
    });
    simulation.at(1, tick, 100_000);
    simulation.run(90_000);
    return { ...context, far };
  }

  it.each([0, SEQUENCE_MASK - 20_000])('stay good when all is renumbered, from sequence %s', (firstSequence) => {
    const { simulation, seen, note, far } = renumbered(firstSequence);
    expect(simulation.pending).toBe(4);
    const late = simulation.at(1e12, note, 4);
    expect([simulation.cancel(far[1]), simulation.cancel(far[1]), simulation.pending]).toEqual([true, false, 4]);
    simulation.run();
    expect(seen).toEqual([1e12, 1e12, 1e12].map((timeNs, i) => `${timeNs}:${[1, 3, 4][i]}`));
    expect([...far, late].map((handle) => simulation.cancel(handle))).toEqual([false, false, false, false]);
    expect([simulation.pending, simulation.dispatched]).toEqual([0, 100_001 + 3]);
  });

  it('are never given out twice', () => {
    const { simulation, note, far } = renumbered(SEQUENCE_MASK - 20_000);
    const handles = Array.from({ length: 500 }, () => simulation.at(1e12, note));
    expect(new Set([...far, ...handles]).size).toBe(503);
    for (const handle of handles) expect(simulation.cancel(handle)).toBe(true);
    expect(simulation.pending).toBe(4);
  });

  it('ladder and heap run the same history while old events wait and others are cancelled', () => {
    const history = (queue?: HeapQueue): string[] => {
      const options = { sequencesMax: 2 ** 13, pendingMax: 2000, firstSequence: SEQUENCE_MASK - 50_000 };
      const { simulation, seen, note } = logging(queue ? { ...options, queue } : options);
      const held: number[] = [];
      const churn = simulation.kind('churn', (left) => {
        // Some wait long, in ties; one in three of them is cancelled after the next renumbering or never.
        if (left % 97 === 0) held.push(simulation.at(1e9 + (left % 5), note, left, left % 2));
        if (left % 291 === 0) seen.push(`${simulation.cancel(held[(left * 7) % held.length])}`);
        simulation.cancel(simulation.after(3, note, left));
        if (left > 0) simulation.after(1 + (left % 3), churn, left - 1);
      });
      simulation.at(0, churn, 100_000);
      simulation.run();
      return seen;
    };
    const seen = history();
    expect(seen.filter((line) => line === 'true').length).toBeGreaterThan(100);
    expect(seen).toEqual(history(new HeapQueue()));
  });
});

describe('cause', () => {
  it('is inherited by what an event schedules, and ends with the run', () => {
    const simulation = new Simulation();
    const seen: number[] = [];
    const leaf = simulation.kind('leaf', () => void seen.push(simulation.cause));
    const marked = simulation.kind('marked', (a) => {
      simulation.after(1, leaf);
      simulation.cause = a;
      simulation.after(2, leaf);
    });
    simulation.at(0, marked, 17);
    simulation.at(10, leaf);
    simulation.run();
    expect(seen).toEqual([-1, 17, -1]);
    expect(simulation.cause).toBe(-1);
  });
});

describe('assertions carry the values', () => {
  it.each([
    [-1, 'in the past: -1 ns, it is 10 ns'],
    [9, 'in the past: 9 ns, it is 10 ns'],
    [10.5, 'whole number of ns, got 10.5'],
    [Number.NaN, 'got NaN'],
    [Number.POSITIVE_INFINITY, 'got Infinity'],
    [TIME_NS_MAX + 1, 'whole number of ns'],
  ])('time %s', (timeNs, message) => {
    const { simulation, note } = logging();
    simulation.at(10, note);
    simulation.at(11, note);
    simulation.run(10);
    expect(() => simulation.at(timeNs, note)).toThrow(message);
  });

  it('kinds, priorities, limits and re-entry', () => {
    const { simulation, note } = logging({ pendingMax: 2 });
    expect(() => simulation.at(1, 5)).toThrow('no kind of event 5');
    expect(() => simulation.kind('odd', () => {}, 8)).toThrow('priority of odd must be 0..7, got 8');
    expect(() => simulation.kind('note', () => {})).toThrow('registered twice');
    simulation.at(
      1,
      simulation.kind('again', () => void simulation.run()),
    );
    simulation.at(2, note);
    expect(() => simulation.at(3, note)).toThrow('more than 2 pending events');
    expect(() => simulation.run()).toThrow('must not be called from a handler');
    expect(() => simulation.run(0)).toThrow('cannot run until 0 ns');
  });

  it('may share their names when they belong to different parts', () => {
    const simulation = new Simulation();
    const register = () => simulation.kind('looks', () => {});
    const east = simulation.within('east', register);
    expect(simulation.within('west', register)).not.toBe(east);
    expect(() => simulation.within('east', register)).toThrow('kind east: looks is registered twice');
    expect(() =>
      simulation.within('north', () => {
        throw new Error('not made');
      }),
    ).toThrow('not made');
    expect(register()).toBeGreaterThan(east);
    expect(register).toThrow('kind looks is registered twice');
  });
});

it('every event runs exactly once, in order, whatever the delays', () => {
  const property = fc.property(fc.array(fc.nat(20), { maxLength: 300 }), (times) => {
    const { simulation, seen, note } = logging();
    for (const [i, timeNs] of times.entries()) simulation.at(timeNs, note, i);
    simulation.run();
    const expected = times.map((timeNs, i) => ({ timeNs, i })).sort((x, y) => x.timeNs - y.timeNs || x.i - y.i);
    expect(seen).toEqual(expected.map(({ timeNs, i }) => `${timeNs}:${i}`));
  });
  fc.assert(property, { seed: 1, numRuns: 200 });
});

it('what was cancelled stays so, however many events come before its time', () => {
  const simulation = new Simulation();
  const fired: number[] = [];
  const timeout = simulation.kind('time-out', (request) => void fired.push(request));
  const handles: number[] = [];
  let request = 0;
  // Every request is answered within a third of its patience, while others come by the thousand.
  const comes = simulation.kind('request comes', () => {
    handles[request] = simulation.after(60_000, timeout, request);
    simulation.after(20_000, answered, request++);
    if (request < 40_000) simulation.after(5, comes);
  });
  const answered = simulation.kind('answer', (which) => expect(simulation.cancel(handles[which]!)).toBe(true));
  simulation.at(0, comes);
  simulation.run();
  expect(fired).toEqual([]);
});
