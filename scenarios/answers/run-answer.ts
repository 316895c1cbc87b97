/** What `run --json` prints: the part of a run that scripts rely on. */

import type { PlannedAlternative, RunResult } from '../compile/index.ts';
import { leftOutSentences } from '../document/manifests/report-words.ts';

/** One run of one alternative, as JSON. */
export interface RunAnswer {
  readonly alternative: string;
  readonly seed: string;
  /** `allowed`, `restricted` or `refused`: what the environment makes of the scheme. */
  readonly verdict: string;
  /** Equal for equal runs: the digest of all records of the levels `summary` and `state`. */
  readonly digest: string;
  /** Events dispatched. */
  readonly events: number;
  readonly simulatedNs: number;
  /** Key to value; units stand in the catalog of metrics. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Objectives of the scenario; scenarios have none yet. */
  readonly objectives: readonly never[];
  /** What manifests said that could not be used, in sentences; absent without manifests. */
  readonly leftOut?: readonly string[];
}

/** Picks what scripts rely on from the result of a run. */
export function runAnswer(alternative: PlannedAlternative, seed: string, result: RunResult): RunAnswer {
  const { digest, events, simulatedNs, metrics } = result;
  const { manifests, leftOut } = alternative.document.cluster;
  return {
    alternative: alternative.name,
    seed,
    verdict: alternative.judgement.verdict,
    digest,
    events,
    simulatedNs,
    metrics,
    objectives: [],
    ...(manifests === undefined ? {} : { leftOut: [...leftOut, ...leftOutSentences(manifests.report)] }),
  };
}
