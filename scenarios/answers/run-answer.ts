/** What `run --json` prints: the part of a run that scripts rely on. */
import type { PlannedAlternative, RunResult } from '../compile/index.ts';

export interface RunAnswer {
  readonly alternative: string;
  readonly seed: string;
  readonly verdict: string;
  readonly digest: string;
  readonly events: number;
  readonly simulatedNs: number;
  /** Key to value; units stand in the catalog of metrics. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Objectives of the scenario; scenarios have none yet. */
  readonly objectives: readonly never[];
}

export function runAnswer(alternative: PlannedAlternative, seed: string, result: RunResult): RunAnswer {
  const { digest, events, simulatedNs, metrics } = result;
  return {
    alternative: alternative.name,
    seed,
    verdict: alternative.judgement.verdict,
    digest,
    events,
    simulatedNs,
    metrics,
    objectives: [],
  };
}
