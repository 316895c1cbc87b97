/** Starts a run: of flows between standing pods, or of living services. */
import { assert } from '../../sim/engine/assert.ts';
import { LivingRun } from './life/living-run.ts';
import type { Plan } from './plan.ts';
import { FlowRun } from './run.ts';
import type { Run, RunOptions } from './scenario-run.ts';

/** Starts a run of the alternative of that name. */
export function startRun(plan: Plan, alternative: string, seed: string, options: RunOptions = {}): Run {
  const planned = plan.alternatives.find((one) => one.name === alternative);
  assert(planned !== undefined, () => `no alternative is named ${alternative}`);
  const { load } = planned.document;
  return load === undefined ? new FlowRun(planned, seed, options) : new LivingRun(planned, load, seed, options);
}
