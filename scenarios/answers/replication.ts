/**
 * The unit of work of a comparison: one placement under one seed, and every alternative that shares it.
 *
 * Runs in a worker or in the caller's thread, and in a browser; it touches no file but through `sinkFor`.
 */
import type { ChunkSink } from '../../sim/trace/recorder.ts';
import {
  compile,
  type Plan,
  type PlannedAlternative,
  place,
  populationOf,
  type RunResult,
  startRun,
} from '../compile/index.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** What a worker is sent: plain data. */
export interface ReplicationTask {
  readonly document: ScenarioDocument;
  readonly seed: string;
  /** Names of the alternatives to run; all have one placement key. */
  readonly alternatives: readonly string[];
  /** Files to record into, by alternative; alternatives without one are only digested. */
  readonly traces: Readonly<Record<string, string>>;
}

/** One run that was done. */
export interface DoneRun {
  readonly alternative: string;
  readonly result: RunResult;
}

/**
 * Places once, then runs every alternative of the task. Alternatives that stand in different environments but run alike
 * (one run key) are run once, unless they are recorded.
 */
export function replicate(
  task: ReplicationTask,
  told: (alternative: string) => void,
  sinkFor: (file: string) => ChunkSink & { close(): void },
): DoneRun[] {
  const plan = compile(task.document);
  const alternatives = task.alternatives.map((name) => plan.alternatives.find((one) => one.name === name)!);
  const population = populationOf(task.document);
  const placement = place(plan, alternatives[0]!, population, task.seed);
  const byRunKey = new Map<string, RunResult>();
  return alternatives.map((alternative) => {
    const file = task.traces[alternative.name];
    const known = file === undefined ? byRunKey.get(alternative.runKey) : undefined;
    const result = known ?? recordedRun(plan, alternative, task.seed, { placement, population }, file, sinkFor);
    byRunKey.set(alternative.runKey, result);
    told(alternative.name);
    return { alternative: alternative.name, result };
  });
}

function recordedRun(
  plan: Plan,
  alternative: PlannedAlternative,
  seed: string,
  shared: { readonly placement: ReturnType<typeof place>; readonly population: ReturnType<typeof populationOf> },
  file: string | undefined,
  sinkFor: (file: string) => ChunkSink & { close(): void },
): RunResult {
  if (file === undefined) return startRun(plan, alternative.name, seed, shared).finish();
  const sink = sinkFor(file);
  try {
    return startRun(plan, alternative.name, seed, { ...shared, sink }).finish();
  } finally {
    sink.close();
  }
}

/** Cuts a comparison into tasks: seeds outermost, so that an interrupted comparison has whole seeds. */
export function replicationTasks(
  plan: Plan,
  seeds: readonly string[],
  traceFile: (alternative: string, replication: number) => string | undefined,
): ReplicationTask[] {
  const groups = new Map<string, string[]>();
  for (const { name, placementKey, judgement } of plan.alternatives) {
    // A refused alternative has no packets to simulate.
    if (judgement.verdict === 'refused') continue;
    groups.set(placementKey, [...(groups.get(placementKey) ?? []), name]);
  }
  return seeds.flatMap((seed, replication) =>
    [...groups.values()].map((alternatives) => ({
      document: plan.document,
      seed,
      alternatives,
      traces: Object.fromEntries(
        alternatives.flatMap((name) => {
          const file = traceFile(name, replication);
          return file === undefined ? [] : [[name, file]];
        }),
      ),
    })),
  );
}
