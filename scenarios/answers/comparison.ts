/**
 * The answer of a comparison: every alternative with its verdict, figures with intervals, and differences in pairs.
 *
 * Only seeds that every alternative has finished are counted, so that all means and differences are over the same
 * arrivals and failures.
 */

import { assert } from '../../sim/engine/assert.ts';
import {
  type AlternativeResult,
  type ComparisonResult,
  type Estimate,
  RESULTS_VERSION,
  type Stopping,
} from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import {
  metricSpecsOf,
  type Plan,
  type PlannedAlternative,
  type RunResult,
  WAVETANK_VERSION,
} from '../compile/index.ts';
import { assumptionsOf, leftOutOf } from './assumptions.ts';
import { contentDigest } from './content-digest.ts';
import { type IntervalRule, intervalOf } from './interval-rule.ts';
import { differencesOf } from './paired-differences.ts';
import { decidingMetrics, recommendationsOf } from './recommendation.ts';
import { stoppingWords } from './stopping.ts';

/** Finished runs by alternative and replication. */
export type RunsOf = ReadonlyMap<string, readonly (RunResult | undefined)[]>;

/** What the caller knows of a comparison beside its plan and its runs. */
export interface ComparisonContext {
  /** Name of the scenario, as the results file gives it. */
  readonly name: string;
  readonly seed: string;
  readonly replications: number;
  /** True when the comparison was cut: replications may be missing. */
  readonly interrupted: boolean;
  /** How the number of replications was found, where a pilot asked for it. */
  readonly stopping?: Stopping;
  /** Sentences about how this comparison was done that its scenario alone does not tell. */
  readonly notes?: readonly string[];
  /** The command line that repeats it. */
  readonly command: string;
  /** File name of an alternative's recording, if there is one. */
  readonly traceOf: (alternative: string) => string | undefined;
}

/** Sums up. */
export function comparisonOf(plan: Plan, runs: RunsOf, context: ComparisonContext): ComparisonResult {
  const { document } = plan;
  const { stopping } = context;
  const common = commonReplications(plan, runs, context.replications);
  const pilot = stopping === undefined ? undefined : Math.min(stopping.pilot, common.length);
  const chosen = new Map<string, RunResult[]>();
  assertSameFate(plan, runs, common);
  for (const [name, all] of runs)
    chosen.set(
      name,
      common.map((index) => all[index]!),
    );
  const result: ComparisonResult = {
    format: 'wavetank-comparison',
    version: RESULTS_VERSION,
    wavetank: WAVETANK_VERSION,
    scenario: {
      name: context.name,
      title: document.title,
      question: document.question,
      digest: contentDigest(document),
    },
    seed: context.seed,
    replications: common.length,
    confidence: document.confidence,
    interrupted: context.interrupted,
    ...(stopping === undefined ? {} : { stopping }),
    assumptions: [
      ...assumptionsOf(plan),
      ...(context.notes ?? []),
      ...(stopping === undefined ? [] : [stoppingWords(stopping)]),
    ],
    leftOut: leftOutOf(),
    metrics: metricSpecsOf(plan.alternatives),
    alternatives: plan.alternatives.map((one) =>
      alternativeResult(one, chosen.get(one.name) ?? [], { confidence: document.confidence, pilot }, context),
    ),
    differences: differencesOf(plan, chosen, { confidence: document.confidence, pilot }),
    command: context.command,
  };
  return {
    ...result,
    decide: decidingMetrics(result, document.decide).map(({ key }) => key),
    recommendations: recommendationsOf(result, document.decide),
  };
}

/** Common random numbers are a promise of every answer: within a replication all alternatives met the same. */
function assertSameFate(plan: Plan, runs: RunsOf, common: readonly number[]): void {
  for (const index of common) {
    // Variants may change the arrivals and faults themselves; their runs are still paired by seed.
    const fates = new Map<string, { readonly name: string; readonly fate: string }>();
    for (const { name, variant } of plan.alternatives) {
      const run = runs.get(name)?.[index];
      if (run === undefined) continue;
      const fate = `${run.arrivalsHash}/${run.faultsHash}`;
      const first = fates.get(variant) ?? { name, fate };
      fates.set(variant, first);
      assert(
        first.fate === fate,
        () => `replication ${index}: ${first.name} and ${name} met different arrivals or faults`,
      );
    }
  }
}

/** Replications that every alternative that runs has finished. */
export function commonReplications(plan: Plan, runs: RunsOf, replications: number): number[] {
  const names = plan.alternatives.filter((one) => one.judgement.verdict !== 'refused').map((one) => one.name);
  return Array.from({ length: replications }, (_, index) => index).filter((index) =>
    names.every((name) => runs.get(name)?.[index] !== undefined),
  );
}

function alternativeResult(
  planned: PlannedAlternative,
  results: readonly RunResult[],
  rule: IntervalRule,
  context: ComparisonContext,
): AlternativeResult {
  const { scheme, judgement } = planned;
  const trace = context.traceOf(planned.name);
  return {
    name: planned.name,
    axes: planned.axes,
    scheme: scheme.name,
    environment: planned.environment.name,
    placement: planned.placement,
    verdict: judgement.verdict,
    because: judgement.because,
    connected: judgement.connected,
    changes: judgement.changes,
    risks: judgement.risks,
    wiring: { layer: scheme.layer, traversal: scheme.traversal, isolation: scheme.isolation },
    metrics: estimates(results, metricSpecsOf([planned]), rule),
    digests: results.map((result) => result.digest),
    ...(trace === undefined ? {} : { trace }),
  };
}

function estimates(
  results: readonly RunResult[],
  specs: readonly MetricSpec[],
  rule: IntervalRule,
): AlternativeResult['metrics'] {
  const found: Record<string, Estimate> = {};
  for (const { key, unit } of specs) {
    const values = results.map((result) => result.metrics[key]);
    if (values.some((value) => value !== undefined)) found[key] = possible(intervalOf(values, rule), unit);
  }
  return found;
}

/** No figure of a run can be negative, and no share above one: the interval is cut at what is possible. */
function possible(estimate: Estimate, unit: string): Estimate {
  const { low, high } = estimate;
  if (low === null || high === null) return estimate;
  return { ...estimate, low: Math.max(0, low), high: unit === 'fraction' ? Math.min(1, high) : high };
}
