/**
 * Paired differences of a comparison: within each setting of the other axes, every pair along one axis, with p values that
 * are corrected for how many pairs are compared.
 *
 * The pairs of one metric within one environment are one family, and so are the pairs of one alternative across environments:
 * within a family the chance of even one false "better" stays below 1 - confidence (Holm, sim/stats/ranking.ts).
 */

import type { PathUncertainty } from '../../models/machine/kernel-paths.ts';
import type { Difference } from '../../sim/experiment/results.ts';
import { holm } from '../../sim/stats/ranking.ts';
import { metricSpecsOf, type Plan, type PlannedAlternative, type RunResult } from '../compile/index.ts';
import { comparisonOfPairs, type IntervalRule } from './interval-rule.ts';
import { axesThatDiffer } from './stopping.ts';
import { schemeTolerance, uncertaintiesOf } from './tolerance.ts';

type Runs = ReadonlyMap<string, readonly RunResult[]>;
interface Member {
  readonly family: string;
  readonly difference: Difference;
}

/** Every paired difference; both sides met the same seeds. */
export function differencesOf(plan: Plan, chosen: Runs, rule: IntervalRule): Difference[] {
  const runnable = plan.alternatives.filter((one) => (chosen.get(one.name)?.length ?? 0) > 0);
  const members = runnable.flatMap((a, i) =>
    runnable
      .slice(i + 1)
      .filter((b) => axesThatDiffer(a, b) === 1)
      .flatMap((b) => differencesBetween(a, b, chosen, rule)),
  );
  return corrected(members);
}

function differencesBetween(a: PlannedAlternative, b: PlannedAlternative, chosen: Runs, rule: IntervalRule): Member[] {
  const ofA = chosen.get(a.name)!;
  const ofB = chosen.get(b.name)!;
  return metricSpecsOf([a, b]).flatMap(({ key, better }) => {
    if (better === 'neither') return [];
    const figures = (runs: readonly RunResult[]) => runs.map((run) => run.metrics[key]);
    const comparison = comparisonOfPairs(figures(ofA), figures(ofB), rule);
    if (comparison === undefined) return [];
    const { mean, low, high, p } = comparison;
    const tolerance = a.scheme.name === b.scheme.name ? 0 : schemeTolerance(key, ofA, ofB, costsOf(a, b));
    const difference = { a: a.name, b: b.name, metric: key, mean, low, high, p, tolerance };
    return [{ family: familyOf(key, a, b), difference }];
  });
}

/** How far the costs of two alternatives' schemes may be off. */
function costsOf(...alternatives: readonly PlannedAlternative[]): PathUncertainty[] {
  return alternatives.flatMap(({ scheme }) => uncertaintiesOf(scheme));
}

function familyOf(metric: string, a: PlannedAlternative, b: PlannedAlternative): string {
  const isAcross = a.environment.name !== b.environment.name || a.variant !== b.variant;
  if (isAcross) return JSON.stringify([metric, 'across', a.scheme.name, a.placement]);
  return JSON.stringify([metric, a.environment.name, a.variant]);
}

/** A pair whose figure has one sample alone has no p value, and takes no part. */
function corrected(members: readonly Member[]): Difference[] {
  const families = new Map<string, number[]>();
  members.forEach(({ family, difference }, index) => {
    if (difference.p === null) return;
    const list = families.get(family);
    if (list === undefined) families.set(family, [index]);
    else list.push(index);
  });
  const adjusted = new Array<number | null>(members.length).fill(null);
  for (const indices of families.values()) {
    const values = holm(indices.map((index) => members[index]!.difference.p!));
    for (const [at, index] of indices.entries()) adjusted[index] = values[at]!;
  }
  return members.map(({ difference }, index) => ({ ...difference, adjustedP: adjusted[index]! }));
}
