import { describe, expect, it } from 'vitest';
import { advanceBreathing, startRun } from '../../../scenarios/compile/index.ts';
import { planOf } from './small-worlds.ts';

describe('a run in slices', () => {
  const plan = planOf('first-steps');
  const name = plan.alternatives[0]!.name;

  it('is the same run', async () => {
    const whole = startRun(plan, name, 'slices/0').finish();
    const sliced = startRun(plan, name, 'slices/0');
    let breaths = 0;
    await advanceBreathing(sliced, async () => {
      breaths++;
      return true;
    });
    expect(sliced.finish()).toEqual(whole);
    expect(breaths).toBeGreaterThan(3);
  });

  it('ends where it is when it is told to', async () => {
    const run = startRun(plan, name, 'slices/0');
    await advanceBreathing(run, async () => false);
    const cut = run.finish();
    expect(cut.simulatedNs).toBeLessThan(plan.document.duration / 2);
    expect(cut.events).toBeLessThan(startRun(plan, name, 'slices/0').finish().events / 2);
  });
});
