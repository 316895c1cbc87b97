/** From a checked document to runs. */
export { metricSpecsOf } from './metric-specs.ts';
export { type Placement, place } from './placement.ts';
export { compile, type Plan, type PlannedAlternative } from './plan.ts';
export { type Population, populationOf } from './population.ts';
export { advanceBreathing, type Knob, type Run, type RunOptions, type RunResult } from './scenario-run.ts';
export { startRun } from './start-run.ts';
export { PACKAGE_VERSIONS, WAVETANK_VERSION } from './version.ts';
export { findWarmUp, type WarmUp } from './warm-up.ts';
