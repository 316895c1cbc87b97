/** From a checked document to runs. */
export { type Placement, place } from './placement.ts';
export { compile, type Plan, type PlannedAlternative } from './plan.ts';
export { type Population, populationOf } from './population.ts';
export { type Knob, Run, type RunOptions, type RunResult, startRun } from './run.ts';
export { PACKAGE_VERSIONS, WAVETANK_VERSION } from './version.ts';
export { findWarmUp, type WarmUp } from './warm-up.ts';
