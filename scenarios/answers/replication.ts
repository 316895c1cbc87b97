/**
 * The unit of work of a comparison: one placement under one seed, and every alternative that shares it.
 *
 * Runs in a worker or in the caller's thread, and in a browser; it touches no file but through `sinkFor`.
 */
import type { ChunkSink } from '../../sim/trace/recorder.ts';
import { compile, type Plan, place, populationOf, type Run, type RunResult, startRun } from '../compile/index.ts';
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

/** What the surroundings do for a task: they are told, give places to record into, and may want to breathe. */
export interface ReplicationHost {
  told(alternative: string): void;
  /** A place to record into; `close(done)` keeps it only when the run was done. */
  sinkFor(file: string): ChunkSink & { close(done: boolean): void };
  /** Called between slices of a run; resolves to false to end the whole task. Absent in a thread of its own. */
  readonly breathe?: () => Promise<boolean>;
}

/** The task was ended by its surroundings. */
export class ReplicationStopped extends Error {
  override readonly name = 'ReplicationStopped';
}

/**
 * Places once, then runs every alternative of the task. Alternatives that stand in different environments but run alike
 * (one run key) are run once, unless they are recorded. @throws {ReplicationStopped}
 */
export async function replicate(task: ReplicationTask, host: ReplicationHost): Promise<DoneRun[]> {
  const plan = compile(task.document);
  const alternatives = task.alternatives.map((name) => plan.alternatives.find((one) => one.name === name)!);
  const population = populationOf(alternatives[0]!.document);
  const placement = place(alternatives[0]!, population, task.seed);
  const byRunKey = new Map<string, RunResult>();
  const done: DoneRun[] = [];
  for (const alternative of alternatives) {
    const file = task.traces[alternative.name];
    const known = file === undefined ? byRunKey.get(alternative.runKey) : undefined;
    const start = (sink?: ChunkSink): Run =>
      startRun(plan, alternative.name, task.seed, { placement, population, ...(sink === undefined ? {} : { sink }) });
    const result = known ?? (await finished(start, file, host));
    byRunKey.set(alternative.runKey, result);
    host.told(alternative.name);
    done.push({ alternative: alternative.name, result });
  }
  return done;
}

async function finished(
  start: (sink?: ChunkSink) => Run,
  file: string | undefined,
  host: ReplicationHost,
): Promise<RunResult> {
  const sink = file === undefined ? undefined : host.sinkFor(file);
  let done = false;
  try {
    const run = start(sink);
    if (host.breathe !== undefined) await breathing(run, host.breathe);
    const result = run.finish();
    done = true;
    return result;
  } finally {
    sink?.close(done);
  }
}

async function breathing(run: Run, breathe: () => Promise<boolean>): Promise<void> {
  await run.advanceBreathing(async () => {
    if (await breathe()) return true;
    throw new ReplicationStopped('stopped before its end');
  });
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
