/** What an engine of JavaScript computes for the determinism test: the same code runs in Node and inside a page. */
import { compile, type RunResult, startRun } from '../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../scenarios/document/load.ts';
import { numericDigest } from '../../sim/random/numeric-digest.ts';

/** Inputs of the numeric digest. */
const NUMERIC_INPUTS = 2_000_000;
/** Fixed, so that a difference can be looked for again. */
const SEED = 'engines/0';

/** One engine's results; every field must be the same in all engines, to the last bit. */
export interface EngineAnswers {
  /** Digest over log, exp and pow. */
  readonly numeric: string;
  /** Whole results of runs, by scenario and alternative. */
  readonly runs: Readonly<Record<string, RunResult>>;
}

/** Computes everything; takes some seconds. */
export function engineAnswers(): EngineAnswers {
  return {
    numeric: numericDigest(NUMERIC_INPUTS),
    runs: { ...runsOf('first-steps'), ...runsOf('network-schemes', 'machine-room-bgp/calico-bgp') },
  };
}

/** Runs of the named alternatives of a library scenario, or of all of them. */
function runsOf(scenario: string, ...alternatives: readonly string[]): Record<string, RunResult> {
  const text = bundledLibrary.scenario(scenario);
  if (text === undefined) throw new Error(`the library has no scenario "${scenario}"`);
  const plan = compile(loadScenario(text, `${scenario}.yaml`, bundledLibrary));
  const names = alternatives.length > 0 ? alternatives : plan.alternatives.map((one) => one.name);
  return Object.fromEntries(names.map((name) => [`${scenario}: ${name}`, startRun(plan, name, SEED, {}).finish()]));
}
