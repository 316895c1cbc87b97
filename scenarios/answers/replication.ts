/**
 * The unit of work of a comparison: one placement under one seed, and every alternative that shares it.
 *
 * Runs in a worker or in the caller's thread, and in a browser; it touches no file but through `sinkFor`.
 */
import type { TraceSource } from '../../sim/trace/header.ts';
import type { ChunkSink } from '../../sim/trace/recorder.ts';
import {
  advanceBreathing,
  compile,
  findWarmUp,
  type Plan,
  type Population,
  place,
  populationOf,
  type Run,
  type RunResult,
  startRun,
  type WarmUp,
} from '../compile/index.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** What a worker is sent: plain data. The document, which all tasks share, is sent once. */
export interface ReplicationTask {
  readonly seed: string;
  /** Names of the alternatives to run; all have one placement key. */
  readonly alternatives: readonly string[];
  /** Files to record into, by alternative; alternatives without one are only digested. */
  readonly traces: Readonly<Record<string, string>>;
  /** The warm-up that was found; absent where the scenario says it. */
  readonly warmUpNs?: number;
  /** Seek the warm-up of each alternative instead of running it. */
  readonly seeksWarmUp?: boolean;
  /** What the runs can be made again from, for their recordings. */
  readonly source?: TraceSource;
}

/** A warm-up that was found. */
export interface FoundWarmUp {
  readonly alternative: string;
  readonly seed: string;
  readonly warmUp: WarmUp;
}

/** One run that was done. */
export interface DoneRun {
  readonly alternative: string;
  readonly seed: string;
  readonly result: RunResult;
  /** Bytes of its recording, if it was recorded to the end. */
  readonly recordedBytes?: number;
  /** Why it is not recorded though that was asked, in a sentence. */
  readonly recordingProblem?: string;
}

/** A place to record into; `close(done)` keeps it only when the run was done. */
export type RecordingSink = ChunkSink & { close(done: boolean): void };

/** What the surroundings do for a task: they are told, give places to record into, and may want to breathe. */
export interface ReplicationHost {
  told(done: DoneRun | FoundWarmUp): void;
  sinkFor(file: string): RecordingSink;
  /** Called between slices of a run; resolves to false to end the whole task. Absent in a thread of its own. */
  readonly breathe?: () => Promise<boolean>;
}

/** A document with what all its tasks need, computed once. */
export interface Prepared {
  readonly plan: Plan;
  readonly populations: Populations;
}

/** Computes what all tasks of a document need. */
export function prepare(document: ScenarioDocument): Prepared {
  return { plan: compile(document), populations: new Populations() };
}

/** The population of each variant, computed when first asked for. */
export class Populations {
  readonly #known = new WeakMap<ScenarioDocument, Population>();

  /** The pods and services of a document. */
  of(document: ScenarioDocument): Population {
    const population = this.#known.get(document) ?? populationOf(document);
    this.#known.set(document, population);
    return population;
  }
}

/** The task was ended by its surroundings. */
export class ReplicationStopped extends Error {
  override readonly name = 'ReplicationStopped';
}

/**
 * Places once, then runs every alternative of the task. Alternatives that stand in different environments but run alike
 * (one run key) are run once, unless they are recorded. @throws {ReplicationStopped}
 */
export async function replicate(
  task: ReplicationTask,
  { plan, populations }: Prepared,
  host: ReplicationHost,
): Promise<void> {
  const alternatives = task.alternatives.map((name) => plan.alternatives.find((one) => one.name === name)!);
  const population = populations.of(alternatives[0]!.document);
  // Living services are placed while they run.
  const standing = alternatives[0]!.document.load === undefined;
  const placement = standing ? place(alternatives[0]!, population, task.seed) : undefined;
  if (task.seeksWarmUp === true) {
    for (const alternative of alternatives) {
      const warmUp = findWarmUp(alternative, task.seed, {
        population,
        ...(placement === undefined ? {} : { placement }),
      });
      host.told({ alternative: alternative.name, seed: task.seed, warmUp });
    }
    return;
  }
  const found = task.warmUpNs === undefined ? {} : { warmUpNs: task.warmUpNs };
  const byRunKey = new Map<string, RunResult>();
  for (const { name, runKey } of alternatives) {
    const file = task.traces[name];
    const known = file === undefined ? byRunKey.get(runKey) : undefined;
    const source = task.source === undefined ? {} : { source: task.source };
    const start = (sink?: ChunkSink): Run =>
      startRun(plan, name, task.seed, {
        ...(placement === undefined ? {} : { placement }),
        population,
        ...found,
        ...(sink === undefined ? {} : { sink, ...source }),
      });
    const done = known === undefined ? await finished(start, file, host) : { result: known };
    byRunKey.set(runKey, done.result);
    host.told({ alternative: name, seed: task.seed, ...done });
  }
}

async function finished(
  start: (sink?: ChunkSink) => Run,
  file: string | undefined,
  host: ReplicationHost,
): Promise<Omit<DoneRun, 'alternative' | 'seed'>> {
  const sink = file === undefined ? undefined : new ForgivingSink(() => host.sinkFor(file));
  let done = false;
  try {
    const run = start(sink);
    if (host.breathe !== undefined) await breathing(run, host.breathe);
    const result = run.finish();
    done = true;
    return { result, ...sink?.end(true) };
  } finally {
    if (!done) sink?.end(false);
  }
}

async function breathing(run: Run, breathe: () => Promise<boolean>): Promise<void> {
  await advanceBreathing(run, async () => {
    if (await breathe()) return true;
    throw new ReplicationStopped('stopped before its end');
  });
}

/** A full disk ends a recording and not the run: its figures are worth as much without. */
class ForgivingSink implements ChunkSink {
  #sink: RecordingSink | undefined;
  #bytes = 0;
  #problem: string | undefined;

  constructor(open: () => RecordingSink) {
    this.#try(() => {
      this.#sink = open();
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#problem !== undefined) return;
    this.#bytes += bytes.length;
    this.#try(() => this.#sink?.write(bytes));
  }

  end(done: boolean): { recordedBytes: number } | { recordingProblem: string } {
    this.#try(() => this.#sink?.close(done && this.#problem === undefined));
    return this.#problem === undefined ? { recordedBytes: this.#bytes } : { recordingProblem: this.#problem };
  }

  #try(deed: () => void): void {
    try {
      deed();
    } catch (error) {
      if (!(error instanceof Error && error.name === 'FileProblem')) throw error;
      this.#problem ??= error.message;
    }
  }
}

/** A task for each placement among these alternatives, with one seed; `wanted` says which of them have yet to run. */
export function tasksOfSeed(
  plan: Plan,
  seed: string,
  wanted: (alternative: string) => boolean,
  traceFile: (alternative: string) => string | undefined,
): ReplicationTask[] {
  return placementGroups(plan).flatMap((group) => {
    const alternatives = group.filter(wanted);
    if (alternatives.length === 0) return [];
    const traces = alternatives.flatMap((name) => {
      const file = traceFile(name);
      return file === undefined ? [] : [[name, file] as const];
    });
    return [{ seed, alternatives, traces: Object.fromEntries(traces) }];
  });
}

function placementGroups(plan: Plan): string[][] {
  const groups = new Map<string, string[]>();
  for (const { name, placementKey, judgement } of plan.alternatives) {
    // A refused alternative has no packets to simulate.
    if (judgement.verdict === 'refused') continue;
    groups.set(placementKey, [...(groups.get(placementKey) ?? []), name]);
  }
  return [...groups.values()];
}
