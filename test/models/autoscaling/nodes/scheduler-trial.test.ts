import { describe, expect, it } from 'vitest';
import { nodeWith, shapeWith } from '../../scheduling/small-cluster.ts';
import { trialWorld } from './trial-world.ts';

describe('a trial of a node autoscaler', () => {
  const world = () => trialWorld([shapeWith({ cpuMilli: 1000 })], [3], nodeWith({ cpuMilli: 4000 }), 2);

  it('adds machines in the order of the list, as many as there are, and takes them back', () => {
    const { trial } = world();
    expect([trial.addNode(0), trial.addNode(0), trial.addNode(0)]).toEqual([1, 2, -1]);
    const mark = trial.mark();
    trial.removeNode(1);
    expect([trial.nodes(), trial.fits(0, 1), trial.addNode(0)]).toEqual([[0, 2], false, 1]);
    trial.backTo(mark);
    expect([trial.nodes(), trial.fits(0, 1), trial.addNode(0)]).toEqual([[0, 1, 2], true, -1]);
    trial.backTo(0);
    expect([trial.nodes(), trial.fits(0, 1)]).toEqual([[0], false]);
  });

  it('lets nobody onto a node that was taken out, until that is taken back', () => {
    const { trial } = world();
    const node = trial.addNode(0);
    const mark = trial.mark();
    trial.dropNode(node);
    expect(trial.fits(0, node)).toBe(false);
    trial.backTo(mark);
    expect(trial.fits(0, node)).toBe(true);
  });

  it('does not book a pod twice that the scheduler is binding there', () => {
    const { scheduler, trial } = world();
    scheduler.marks.setPresent(1, true);
    scheduler.assume(0, 1, 0);
    trial.place(0, 1);
    expect(scheduler.requested(1).cpuMilli).toBe(1000);
    trial.backTo(0);
    expect(scheduler.nodeOf(0)).toBe(1);
  });
});
