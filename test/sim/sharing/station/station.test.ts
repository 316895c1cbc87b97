import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { type JobId, LOST, type StationOptions, Stations } from '../../../../sim/sharing/station/station.ts';
import { Oracle, type Outcome, type Step } from './oracle.ts';

const MS = 1e6;
const UNTIL_NS = 1e12;

/** Runs the steps on the real thing and brings the results into the oracle's form. */
function simulated(options: StationOptions, steps: readonly Step[]) {
  const simulation = new Simulation();
  const done: [number, number, number][] = [];
  const cancelled: [number, number][] = [];
  const lost: number[] = [];
  const ids: JobId[] = [];
  const stations = new Stations(simulation, 'test', (tag, _, responseNs, waitingNs) => {
    done.push([tag, simulation.nowNs, waitingNs]);
    if (tag >= 0) expect(responseNs).toBe(simulation.nowNs - arrivedNs[tag]);
  });
  const arrivedNs: number[] = [];
  // A neighbour in the same tables, so that numbers of stations, lines and jobs differ.
  const neighbour = stations.add({ servers: 1, priorities: 2 });
  const station = stations.add(options);
  const apply = simulation.kind('step', (i) => {
    const step = steps[i];
    if (step.do === 'arrive') {
      stations.arrive(neighbour, 0.001, -1 - arrivedNs.length, arrivedNs.length % 2);
      arrivedNs.push(simulation.nowNs);
      const id = stations.arrive(station, step.work, ids.length, step.priority);
      if (id === LOST) lost.push(ids.length);
      ids.push(id);
    } else if (step.do === 'cancel') {
      const left = stations.left(ids[step.arrival] ?? LOST);
      const taken = stations.cancel(ids[step.arrival] ?? LOST);
      expect(taken).toBe(left);
      if (taken >= 0) cancelled.push([step.arrival, taken]);
    } else if (step.do === 'servers') stations.setServers(station, step.servers);
    else stations.setSpeed(station, step.speedPerSec);
  });
  for (const [i, step] of steps.entries()) simulation.at(step.atNs, apply, i);
  simulation.run(UNTIL_NS - 1);
  simulation.at(
    UNTIL_NS,
    simulation.kind('end', () => undefined),
  );
  simulation.run(UNTIL_NS);
  const report = stations.report(station);
  expect(report.done).toBe(done.filter(([tag]) => tag >= 0).length);
  expect(report.arrived).toBe(arrivedNs.length);
  expect(stations.present(station)).toBe(arrivedNs.length - lost.length - cancelled.length - report.done);
  return {
    done: done.filter(([tag]) => tag >= 0),
    cancelled,
    lost,
    report,
    utilisation: stations.utilisation(station),
  };
}

const close = (a: number, b: number, by: number): void => expect(Math.abs(a - b)).toBeLessThanOrEqual(by);

function compare(options: StationOptions, steps: readonly Step[]): void {
  const shares = options.discipline === 'shared';
  const real = simulated(options, steps);
  const plain = new Oracle(options).run(steps, UNTIL_NS);
  expect(real.lost).toEqual(plain.lost);
  if (!shares) expect(real.done).toEqual(plain.done);
  else {
    // Shares are fractions: both round the end to a nanosecond, from sums in different orders.
    const byArrival = (done: Outcome['done']): Outcome['done'] => [...done].sort((a, b) => a[0] - b[0]);
    expect(real.done.map(([arrival]) => arrival).sort()).toEqual(plain.done.map(([arrival]) => arrival).sort());
    const ends = byArrival(real.done);
    for (const [i, [, endNs]] of byArrival(plain.done).entries()) close(ends[i][1], endNs, 2);
  }
  expect(real.cancelled.map(([arrival]) => arrival)).toEqual(plain.cancelled.map(([arrival]) => arrival));
  for (const [i, [, left]] of plain.cancelled.entries()) close(real.cancelled[i][1], Math.max(0, left), 1e-7);
  close(real.report.meanPresent * UNTIL_NS, plain.presentArea, 1e-9 * plain.presentArea + 100);
  close(real.report.meanWaiting * UNTIL_NS, plain.waitingArea, 1e-9 * plain.waitingArea + 100);
  close(real.utilisation, plain.serversArea === 0 ? 0 : plain.busyArea / plain.serversArea, 1e-9);
  expect(real.report.lost).toBe(plain.lost.length);
  expect(real.report.cancelled).toBe(plain.cancelled.length);
  const waits = plain.done.map(([, , waited]) => waited);
  if (waits.length > 0) close(real.report.waitingNs.mean, waits.reduce((a, b) => a + b) / waits.length, 1);
}

/** Steps with times and works from the grid: `grain` ns and as much work; 1 ms makes ties, 1 ns hardly any. */
function stepsOf(grain: number, priorities: number): fc.Arbitrary<Step[]> {
  const range = Math.round((40 * MS) / grain);
  // Without a bias to small numbers: steps within the nanosecond in which a share ends would test the rounding of both sides.
  const gap = fc.noBias(fc.integer({ min: 0, max: Math.round((8 * MS) / grain) }));
  const work = fc.noBias(fc.integer({ min: 0, max: range })).map((n) => (n * grain) / 1e9);
  const arrive = fc.record({ do: fc.constant('arrive' as const), work, priority: fc.nat(priorities - 1) });
  const others = fc.oneof(
    fc.record({ do: fc.constant('cancel' as const), arrival: fc.nat(9) }),
    fc.record({ do: fc.constant('servers' as const), servers: fc.nat(4) }),
    fc.record({ do: fc.constant('speed' as const), speedPerSec: fc.constantFrom(0, 0.5, 1, 2) }),
  );
  const step = fc.oneof({ weight: 5, arbitrary: arrive }, { weight: 3, arbitrary: others });
  return fc.array(fc.tuple(gap, step), { minLength: 1, maxLength: 60 }).map((pairs) => {
    let atNs = 0;
    let arrivals = 0;
    return pairs.map(([wait, each]) => {
      atNs += wait * grain;
      if (each.do === 'arrive') arrivals++;
      // Of the last ten, most are still there.
      return each.do === 'cancel' ? { ...each, arrival: arrivals - 1 - each.arrival, atNs } : { ...each, atNs };
    });
  });
}

const shape = fc.record({
  servers: fc.integer({ min: 0, max: 4 }),
  speedPerSec: fc.constantFrom(0.5, 1, 2),
  room: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 8 })),
});

describe('event by event as the plain station', () => {
  const runs = { numRuns: 600, seed: 11, endOnFailure: false };

  it.each([
    ['with ties', MS],
    ['without ties', 1],
  ])('in order of arrival and priority, preemptive and not, %s', (_, grain) => {
    fc.assert(
      fc.property(shape, fc.boolean(), stepsOf(grain, 3), (options, preemptive, steps) => {
        compare({ ...options, priorities: 3, preemptive }, steps);
      }),
      runs,
    );
  });

  it.each([
    ['with ties', MS],
    ['without ties', 1],
  ])('shared, %s', (_, grain) => {
    fc.assert(
      fc.property(shape, stepsOf(grain, 1), (options, steps) => compare({ ...options, discipline: 'shared' }, steps)),
      runs,
    );
  });
});

/** A station alone, with a list of what was done when. */
function bench(options: StationOptions) {
  const simulation = new Simulation();
  const done: [number, number][] = [];
  const stations = new Stations(simulation, 'bench', (tag) => done.push([tag, simulation.nowNs]));
  const station = stations.add(options);
  return { simulation, stations, station, done };
}

describe('a station', () => {
  it('measures work against the speed of its servers', () => {
    const { simulation, stations, station, done } = bench({ servers: 1, speedPerSec: 200 });
    for (let i = 0; i < 3; i++) stations.arrive(station, 50, i);
    simulation.run();
    expect(done).toEqual([
      [0, 250 * MS],
      [1, 500 * MS],
      [2, 750 * MS],
    ]);
    expect(stations.utilisation(station)).toBe(1);
    const report = stations.report(station);
    expect(report.meanPresent).toBeCloseTo(2, 12);
    expect(report.meanWaiting).toBeCloseTo(1, 12);
    expect(report.responseNs.mean).toBe(500 * MS);
    expect(report.waitingNs.max).toBe(500 * MS);
  });

  it('lets one who is done come back behind those who wait', () => {
    const order: number[] = [];
    const simulation = new Simulation();
    const stations = new Stations(simulation, 'closed', (tag, station) => {
      order.push(tag);
      if (order.length < 5) stations.arrive(station, 1, tag + 10);
    });
    const station = stations.add({ servers: 1 });
    stations.arrive(station, 1, 1);
    stations.arrive(station, 1, 2);
    simulation.run();
    expect(order).toEqual([1, 2, 11, 12, 21, 22]);
  });

  it('gives every job its own cause and not that of who made room', () => {
    const simulation = new Simulation();
    const causes: [number, number][] = [];
    const stations = new Stations(simulation, 'causes', (tag) => causes.push([tag, simulation.cause]));
    const ordered = stations.add({ servers: 1, priorities: 2, preemptive: true });
    const shared = stations.add({ servers: 1, discipline: 'shared' });
    const come = simulation.kind('come', (tag, station) => {
      simulation.cause = 100 + tag;
      stations.arrive(station, 1, tag, station === ordered && tag > 1 ? 0 : station === ordered ? 1 : 0);
      expect(simulation.cause).toBe(100 + tag);
    });
    for (const tag of [0, 1, 2]) simulation.at(tag * MS, come, tag, ordered);
    for (const tag of [5, 6]) simulation.at(tag * MS, come, tag, shared);
    simulation.run();
    expect(causes.length).toBe(5);
    for (const [tag, cause] of causes) expect(cause).toBe(100 + tag);
  });

  it('knows a job that left from one that came into its place', () => {
    const { simulation, stations, station } = bench({ servers: 1 });
    const first = stations.arrive(station, 1, 1);
    expect(stations.cancel(first)).toBe(1);
    const second = stations.arrive(station, 2, 2);
    expect(stations.cancel(first)).toBe(-1);
    expect(stations.left(first)).toBe(-1);
    for (const odd of [LOST, Number.NaN, 0.5, 1e18]) expect(stations.cancel(odd)).toBe(-1);
    simulation.run(5e8);
    expect(stations.left(second)).toBe(1.5);
    simulation.run();
    expect(stations.cancel(second)).toBe(-1);
    expect(simulation.pending).toBe(0);
  });

  it('stands still without servers or speed, and goes on', () => {
    for (const discipline of ['in-order', 'shared'] as const) {
      const { simulation, stations, station, done } = bench({ servers: 1, speedPerSec: 0, discipline });
      stations.arrive(station, 1, 7);
      expect(simulation.run()).toBe('drained');
      expect(done).toEqual([]);
      stations.setSpeed(station, 2);
      // Without anything to do the clock would not move.
      simulation.at(
        2 * MS,
        simulation.kind('tick', () => undefined),
      );
      simulation.run(MS);
      stations.setServers(station, 0);
      simulation.run(2 * MS);
      stations.setServers(station, 1);
      simulation.run();
      // In order, the server that was taken away finishes its job first.
      expect(done).toEqual([[7, discipline === 'shared' ? 501 * MS : 500 * MS]]);
    }
  });

  it('measures anew after a warm-up', () => {
    const { simulation, stations, station } = bench({ servers: 1 });
    for (let i = 0; i < 4; i++) stations.arrive(station, 1, i);
    simulation.run(1.5e9);
    stations.measureFromNow();
    simulation.run(3e9);
    const { arrived, done, meanPresent, meanWaiting, responseNs } = stations.report(station);
    expect([arrived, done]).toEqual([0, 2]);
    expect(responseNs.mean).toBe(2.5e9);
    // Three jobs for half a second, then two for one.
    expect(meanPresent).toBeCloseTo(3.5 / 1.5, 12);
    expect(meanWaiting).toBeCloseTo(2 / 1.5, 12);
    expect(stations.utilisation(station)).toBe(1);
  });

  it('keeps the digits of shared work through a very long busy time', () => {
    const { simulation, stations, station, done } = bench({ servers: 1, discipline: 'shared' });
    // One job that is always there, so that the clock of work never starts anew by itself, and many short ones beside it.
    stations.arrive(station, 1e6, -1);
    const short = simulation.kind('short', (i) => {
      stations.arrive(station, 0.001, i);
      if (i < 140_000) simulation.after(5 * MS, short, i + 1);
    });
    simulation.at(0, short, 0);
    simulation.run(800e9);
    expect(done.length).toBe(140_001);
    // Two share: each short job takes 2 ms.
    expect(done.every(([i, endNs]) => endNs === i * 5 * MS + 2 * MS)).toBe(true);
  });

  it('asserts what cannot be', () => {
    const { stations, station } = bench({ servers: 1 });
    expect(() => stations.arrive(station, -1)).toThrow(/-1 units of work/);
    expect(() => stations.arrive(station, 1, 0, 1)).toThrow(/priority 1 of 1/);
    expect(() => stations.arrive(9, 1)).toThrow(/no such station: 9/);
    expect(() => stations.add({ servers: 1.5 })).toThrow(/1.5 servers/);
    expect(() => stations.add({ servers: 1, speedPerSec: Number.NaN })).toThrow(/NaN units per second/);
    expect(() => stations.add({ servers: 1, room: -1 })).toThrow(/room for -1/);
    expect(() => stations.add({ servers: 1, priorities: 0 })).toThrow(/0 priorities/);
    expect(() => stations.add({ servers: 1, priorities: 2, discipline: 'shared' })).toThrow(/no priorities/);
  });
});
