import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterOf, nodeWith, schedulerOf, shapeWith } from './small-cluster.ts';

describe('a try on the books', () => {
  it('asks the filters as decisions do, and is taken back whole', () => {
    const scheduler = schedulerOf(
      clusterOf(
        [nodeWith({ cpuMilli: 2000 }), nodeWith({ cpuMilli: 2000, gpus: 2 })],
        [shapeWith({ cpuMilli: 1500 }), shapeWith({ cpuMilli: 1000 }), shapeWith({ gpus: 1 })],
      ),
    );
    scheduler.assume(0, 0, 0);
    const trial = scheduler.trial();
    expect(trial.fits(1, 0)).toBe(false);
    trial.lift(0);
    expect(trial.fits(1, 0)).toBe(true);
    trial.place(1, 0);
    trial.place(2, 1);
    expect(scheduler.requested(1).gpuMilli).toBe(1000);
    const half = trial.mark();
    trial.setPresent(1, false);
    expect(trial.fits(0, 1)).toBe(false);
    trial.backTo(half);
    expect(trial.fits(0, 1)).toBe(false);
    trial.backTo(0);
    expect([scheduler.nodeOf(0), scheduler.nodeOf(1), scheduler.nodeOf(2)]).toEqual([0, -1, -1]);
    expect(trial.fits(1, 1)).toBe(true);
    expect(scheduler.requested(1).gpuMilli).toBe(0);
  });

  it('changes no later decision, whatever was tried', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(2)), { maxLength: 20 }), (tries) => {
        const shapes = Array.from({ length: 6 }, (_, i) => shapeWith({ cpuMilli: 300 + 200 * i }));
        const make = () => {
          const scheduler = schedulerOf(clusterOf([nodeWith(), nodeWith(), nodeWith()], shapes), {
            tieBreak: 'random',
          });
          scheduler.schedule(0);
          scheduler.schedule(1);
          return scheduler;
        };
        const [tried, plain] = [make(), make()];
        const trial = tried.trial();
        for (const [pod, node] of tries) {
          if (tried.nodeOf(pod) >= 0) trial.lift(pod);
          else if (trial.fits(pod, node)) trial.place(pod, node);
        }
        trial.backTo(0);
        for (let pod = 2; pod < 6; pod++) expect(tried.schedule(pod)).toEqual(plain.schedule(pod));
      }),
    );
  });
});
