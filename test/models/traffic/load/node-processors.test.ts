import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedNodes } from '../../../../models/traffic/load/node-processors.ts';
import { ownCores, type Processors, type ProcessorsMaker } from '../../../../models/traffic/load/processors.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';

const MS = 1e6;

interface Start {
  readonly atMs: number;
  readonly pod: number;
  readonly cpuMs: number;
}

/** When each thread is done, in ms. */
function ends(
  make: (sim: Simulation) => ProcessorsMaker,
  starts: readonly Start[],
): { atMs: number[]; processors: Processors } {
  const sim = new Simulation();
  const atMs: number[] = [];
  const processors = make(sim)((tag) => {
    atMs[tag] = sim.nowNs / MS;
  });
  const start = sim.kind('test: start', (i) => processors.run(starts[i].pod, starts[i].cpuMs * MS, i));
  for (const [i, { atMs: at }] of starts.entries()) sim.at(at * MS, start, i);
  sim.run();
  return { atMs, processors };
}

const one = (pod: number, cpuMs: number, atMs = 0): Start => ({ atMs, pod, cpuMs });

describe('processors of nodes', () => {
  it('a thread has one core at most, and threads of all pods share what there is', () => {
    const node = (cores: number) => (sim: Simulation) => sharedNodes(sim, [cores], () => 0);
    expect(ends(node(4), [one(0, 10)]).atMs).toEqual([10]);
    expect(ends(node(2), [one(0, 10), one(1, 10), one(2, 10), one(3, 10)]).atMs).toEqual([20, 20, 20, 20]);
  });

  it('a pod keeps to its limit and leaves the rest to others', () => {
    const make = (sim: Simulation) =>
      sharedNodes(
        sim,
        [2],
        () => 0,
        (pod) => (pod === 0 ? 0.5 : Infinity),
      );
    expect(ends(make, [one(0, 10), one(0, 10), one(1, 10), one(1, 15)]).atMs).toEqual(
      [40, 40, 13.333334, 18.333334].map((each) => expect.closeTo(each, 4)),
    );
  });

  it('nodes do not touch each other, and a stopped thread gives its share back', () => {
    const sim = new Simulation();
    const done: number[] = [];
    const processors = sharedNodes(sim, [1, 1], (pod) => pod)((tag) => done.push(tag, sim.nowNs / MS));
    const stopped = processors.run(0, 10 * MS, 0);
    processors.run(0, 10 * MS, 1);
    processors.run(1, 10 * MS, 2);
    sim.run(4 * MS);
    processors.cancel(stopped);
    expect(processors.usedNs(0)).toBe(4 * MS);
    sim.run();
    expect(done).toEqual([2, 10, 1, 12]);
    expect([processors.usedNs(0), processors.usedNs(1), processors.usedNs(7)]).toEqual([12 * MS, 10 * MS, 0]);
  });

  it('a pod alone on its node fares as one with cores of its own', () => {
    const starts = fc.array(fc.record({ atMs: fc.nat(20), pod: fc.nat(2), cpuMs: fc.integer({ min: 1, max: 20 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 3 }), (list, cores) => {
        const own = ends((sim) => ownCores(sim, () => cores), list);
        const shared = ends((sim) => sharedNodes(sim, [cores, cores, cores], (pod) => pod), list);
        for (const [i, at] of own.atMs.entries()) expect(Math.abs(shared.atMs[i] - at)).toBeLessThan(1e-4);
        for (const pod of [0, 1, 2]) {
          const worked = list.filter((each) => each.pod === pod).reduce((sum, { cpuMs }) => sum + cpuMs * MS, 0);
          expect(Math.abs(shared.processors.usedNs(pod) - worked)).toBeLessThan(1);
          expect(Math.abs(own.processors.usedNs(pod) - worked)).toBeLessThan(200);
        }
      }),
    );
  });
});
