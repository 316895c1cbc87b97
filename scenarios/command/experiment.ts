/**
 * The runs of one plan: rounds of tasks on a pool, what is known from a journal, and the progress line.
 *
 * A round is known only when the one before is over: a pilot decides how many replications follow.
 */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { replicationSeeds } from '../../sim/experiment/design.ts';
import type { Stopping } from '../../sim/experiment/results.ts';
import { removeParts } from '../../sim/node/output-folder.ts';
import { runTasks, type TaskFailure, type ThreadPool } from '../../sim/node/pool.ts';
import type { TraceSource } from '../../sim/trace/header.ts';
import { commonReplications } from '../answers/comparison.ts';
import {
  type DoneRun,
  type FoundWarmUp,
  ReplicationStopped,
  type ReplicationTask,
  tasksOfSeed,
} from '../answers/replication.ts';
import { stoppingOf } from '../answers/stopping.ts';
import type { Plan, PlannedAlternative, RunResult, WarmUp } from '../compile/index.ts';
import type { PrecisionSettings } from '../document/precision-schema.ts';
import type { ScenarioDocument } from '../document/schema.ts';
import { replicationTask } from './compare-worker.ts';
import { workerFile } from './program-files.ts';
import { Progress } from './progress.ts';
import type { RunJournal } from './run-journal.ts';
import type { Io } from './verb.ts';

/** What an experiment is given. */
export interface ExperimentOptions {
  readonly plan: Plan;
  /** Threads; 0 runs everything in this one. */
  readonly workers: number;
  /** Threads that serve other experiments too; absent, they are started for this one. */
  readonly threads?: ThreadPool;
  readonly io: Io;
  /** Runs that were finished before; without it nothing is taken over and nothing is kept. */
  readonly journal?: RunJournal;
  /** The file to record the first replication of an alternative into. */
  readonly traceFile?: (alternative: string) => string | undefined;
  /** What recordings say that their run can be made again from. */
  readonly source?: TraceSource;
}

/** What came of it. */
export interface ExperimentOutcome {
  /** Finished runs by alternative and replication. */
  readonly runs: ReadonlyMap<string, readonly (RunResult | undefined)[]>;
  /** Replications that were wanted. */
  readonly replications: number;
  /** How their number was found, where a pilot asked for it. */
  readonly stopping?: Stopping;
  /** The warm-up that was found and cut, if it was left to be found. */
  readonly warmUp?: WarmUp;
  /** Tasks that failed; those that the interruption stopped are not among them. */
  readonly failures: readonly TaskFailure[];
  /** True when the interruption kept runs from being finished. */
  readonly interrupted: boolean;
  /** Alternatives whose recording is whole. */
  readonly recorded: ReadonlySet<string>;
  /** Why recordings are missing, a sentence each. */
  readonly recordingProblems: readonly string[];
}

/** Runs all alternatives with all seeds, as far as they are not known. */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentOutcome> {
  const experiment = new Experiment(options);
  return await experiment.run();
}

class Experiment {
  readonly #options: ExperimentOptions;
  readonly #document: ScenarioDocument;
  readonly #runs = new Map<string, (RunResult | undefined)[]>();
  readonly #recorded = new Set<string>();
  readonly #warmUps: WarmUp[] = [];
  /** The warm-up that all runs have, where it was left to be found. */
  #setting: { readonly warmUpNs?: number } = {};
  readonly #recordingProblems = new Set<string>();
  readonly #tasks: ReplicationTask[] = [];
  readonly #rounds: AsyncGenerator<readonly ReplicationTask[]>;
  readonly #progress: Progress;
  #replications: number;
  #roundsOver = false;
  #stopping: Stopping | undefined;

  constructor(options: ExperimentOptions) {
    this.#options = options;
    this.#document = options.plan.document;
    this.#replications = this.#document.replications;
    this.#progress = new Progress(options.io, 0);
    this.#rounds = this.#makeRounds();
  }

  async run(): Promise<ExperimentOutcome> {
    const { io, workers, threads, plan, traceFile } = this.#options;
    const traces = plan.alternatives.flatMap(({ name }) => traceFile?.(name) ?? []);
    // A comparison that was killed may have left halves of recordings.
    await removeParts(traces);
    const tasks = await this.#nextTasks();
    const outcome =
      tasks.length === 0
        ? NOTHING_TO_RUN
        : await runTasks<ReplicationTask, void, DoneRun | FoundWarmUp, ScenarioDocument>({
            tasks,
            more: () => this.#nextTasks(),
            shared: this.#document,
            workers,
            ...(threads === undefined ? {} : { threads }),
            ...(workers > 0 ? { workerFile: workerFile() } : { inProcess: replicationTask(() => breath(io)) }),
            describe: (task) => `The runs of ${task.alternatives.join(', ')} with seed ${task.seed}`,
            signal: io.signal,
            onStart: (index) => this.#progress.started(this.#tasks[index]!.alternatives.length),
            onProgress: (done) => this.#finished(done),
          });
    if (tasks.length > 0) this.#progress.end();
    await removeParts(traces);
    const failures = outcome.failures.filter(({ cause }) => !(cause instanceof ReplicationStopped));
    const cut = outcome.interrupted || failures.length < outcome.failures.length || !this.#roundsOver;
    return {
      runs: this.#runs,
      replications: this.#replications,
      ...(this.#stopping === undefined ? {} : { stopping: this.#stopping }),
      failures,
      interrupted: io.signal.aborted && cut,
      ...(this.#setting.warmUpNs === undefined ? {} : { warmUp: this.#longestWarmUp() }),
      recorded: this.#recorded,
      recordingProblems: [...this.#recordingProblems],
    };
  }

  /** The next round that has something to run; none when all rounds are over. */
  async #nextTasks(): Promise<readonly ReplicationTask[]> {
    for (;;) {
      const { done, value } = await this.#rounds.next();
      if (done === true) {
        this.#roundsOver = true;
        return [];
      }
      if (value.length === 0) continue;
      this.#tasks.push(...value);
      this.#progress.expect(value.reduce((sum, task) => sum + task.alternatives.length, 0));
      return value;
    }
  }

  async *#makeRounds(): AsyncGenerator<readonly ReplicationTask[]> {
    const { precision } = this.#document;
    if (this.#options.plan.alternatives.some(seeksWarmUp)) {
      yield this.#warmUpRound();
      if (this.#warmUps.length > 0)
        this.#setting = { warmUpNs: Math.max(...this.#warmUps.map(({ warmUpNs }) => warmUpNs)) };
    }
    await this.#findRecordings();
    if (precision === undefined) {
      yield this.#round(0, this.#replications);
      return;
    }
    this.#replications = precision.pilot;
    yield this.#round(0, precision.pilot);
    this.#decide(precision);
    yield this.#round(precision.pilot, this.#replications);
  }

  /** Recordings that are whole already. */
  async #findRecordings(): Promise<void> {
    const { journal, plan, traceFile } = this.#options;
    const seed = replicationSeeds(this.#document.seed, 1)[0]!;
    for (const { name } of plan.alternatives) {
      const file = traceFile?.(name);
      if (file !== undefined && (await journal?.isRecorded(name, seed, this.#setting, file))) this.#recorded.add(name);
    }
  }

  /** Tasks that seek the warm-up of every alternative, under the first seed. */
  #warmUpRound(): ReplicationTask[] {
    const { plan, journal } = this.#options;
    const seed = replicationSeeds(this.#document.seed, 1)[0]!;
    const seeking = new Set(plan.alternatives.filter(seeksWarmUp).map(({ name }) => name));
    const isUnknown = (alternative: string): boolean => {
      if (!seeking.has(alternative)) return false;
      const known = journal?.warmUp(alternative, seed);
      if (known !== undefined) this.#warmUps.push(known);
      return known === undefined;
    };
    return tasksOfSeed(plan, seed, isUnknown, () => undefined).map((task) => ({ ...task, seeksWarmUp: true }));
  }

  /** The pilot is over: how many replications it asks for. */
  #decide(precision: PrecisionSettings): void {
    const { plan, io } = this.#options;
    const common = commonReplications(plan, this.#runs, precision.pilot);
    const pilot = [...this.#runs].map(([name, runs]) => [name, common.map((index) => runs[index]!)] as const);
    const { stopping, wanted } = stoppingOf(plan, precision, new Map(pilot));
    this.#stopping = stopping;
    this.#replications = stopping.replications;
    io.err.write(pilotWords(stopping, wanted));
  }

  /** Tasks for the replications from `first` on, without the runs that are known. */
  #round(first: number, end: number): ReplicationTask[] {
    const { plan, io } = this.#options;
    const seeds = replicationSeeds(this.#document.seed, end).slice(first);
    const runnable = plan.alternatives.filter(({ judgement }) => judgement.verdict !== 'refused');
    let known = 0;
    const tasks = seeds.flatMap((seed, i) =>
      tasksOfSeed(
        plan,
        seed,
        (alternative) => {
          if (this.#isKnown(alternative, seed, first + i)) known++;
          else return true;
          return false;
        },
        (alternative) => (first + i === 0 ? this.#traceToWrite(alternative) : undefined),
      ),
    );
    if (known > 0) io.err.write(takenOver(known, runnable.length * seeds.length));
    return tasks.map((task) => ({ ...task, ...this.#setting, ...this.#sourceOf(task) }));
  }

  /** Only tasks that record carry the text. */
  #sourceOf(task: ReplicationTask): Pick<ReplicationTask, 'source'> {
    const { source } = this.#options;
    return source === undefined || Object.keys(task.traces).length === 0 ? {} : { source };
  }

  #longestWarmUp(): WarmUp {
    return { warmUpNs: this.#setting.warmUpNs ?? 0, reliable: this.#warmUps.every(({ reliable }) => reliable) };
  }

  #isKnown(alternative: string, seed: string, replication: number): boolean {
    const result = this.#options.journal?.result(alternative, seed, this.#setting);
    if (result === undefined || (replication === 0 && this.#traceToWrite(alternative) !== undefined)) return false;
    this.#keep(alternative, replication, result);
    return true;
  }

  #traceToWrite(alternative: string): string | undefined {
    return this.#recorded.has(alternative) ? undefined : this.#options.traceFile?.(alternative);
  }

  /** A run ended. Kept at once: a kill may come with the next. */
  #finished(done: DoneRun | FoundWarmUp): void {
    this.#progress.finished();
    if ('warmUp' in done) {
      this.#options.journal?.keepWarmUp(done);
      this.#warmUps.push(done.warmUp);
      return;
    }
    const { alternative, seed, result, recordedBytes, recordingProblem } = done;
    this.#options.journal?.keep(done, this.#setting);
    this.#keep(alternative, Number(seed.slice(seed.lastIndexOf('/') + 1)), result);
    if (recordedBytes !== undefined) this.#recorded.add(alternative);
    if (recordingProblem !== undefined) this.#recordingProblems.add(recordingProblem);
  }

  #keep(alternative: string, replication: number, result: RunResult): void {
    const list = this.#runs.get(alternative) ?? [];
    list[replication] = result;
    this.#runs.set(alternative, list);
  }
}

const seeksWarmUp = ({ document }: PlannedAlternative): boolean => document.traffic.warmUp === 'auto';

const NOTHING_TO_RUN = { failures: [] as readonly TaskFailure[], interrupted: false };

/** The file of an alternative's recording in a folder: its name with folders flattened. */
export function traceFileOf(folder: string, alternative: string): string {
  return join(folder, traceNameOf(alternative));
}

/** The name of that file. */
export function traceNameOf(alternative: string): string {
  return `${alternative.replace(/\//g, '.')}.wtrace`;
}

/** Beyond it the number says no more than that the half-width is out of reach. */
const TOLD_MAX = 1_000_000;

function pilotWords({ pilot, replications, capped, metric }: Stopping, wanted: number): string {
  if (!capped) return `The pilot of ${pilot} asks for ${replications} replications in all.\n`;
  const asks = wanted <= TOLD_MAX ? `${wanted} replications` : 'more than a million replications';
  return `The pilot of ${pilot} asks for ${asks}, but at most ${replications} are allowed (precision.most): the interval of ${metric} stays wider than asked.\n`;
}

function takenOver(known: number, all: number): string {
  const were = known === 1 ? 'run was finished before and is' : 'runs were finished before and are';
  return known === all ? `All ${all} ${were} taken over.\n` : `${known} of ${all} ${were} taken over.\n`;
}

/** A turn of the event loop lets Ctrl-C in; false once it came. */
async function breath(io: Io): Promise<boolean> {
  await nextTurn();
  return !io.signal.aborted;
}
