/** Small scenarios for tests: a text, loaded and planned. */
import { compile, type Plan, place, populationOf, type RunResult, startRun } from '../../../scenarios/compile/index.ts';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';

/** A library scenario with some values changed, as a plan. */
export function planOf(name: string, ...overrides: string[]): Plan {
  return compile(loadScenario(bundledLibrary.scenario(name)!, `${name}.yaml`, bundledLibrary, overrides));
}

/** A scenario text as a plan. */
export function planOfText(text: string): Plan {
  return compile(loadScenario(text, 'test.yaml', bundledLibrary));
}

/** One run of each alternative under one seed. */
export function runAll(plan: Plan, seed: string): Map<string, RunResult> {
  return new Map(
    plan.alternatives.map((alternative) => {
      const population = populationOf(alternative.document);
      const placement = place(alternative, population, seed);
      return [alternative.name, startRun(plan, alternative.name, seed, { placement, population }).finish()];
    }),
  );
}

/** Names of alternatives from the best to the worst value of a metric. */
export function ranking(results: ReadonlyMap<string, RunResult>, metric: string, better: 'higher' | 'lower'): string[] {
  const sign = better === 'higher' ? -1 : 1;
  return [...results].sort(([, a], [, b]) => sign * (a.metrics[metric]! - b.metrics[metric]!)).map(([name]) => name);
}
