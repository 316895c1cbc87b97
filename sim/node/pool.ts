/**
 * Many pieces of work on a pool of threads (piscina), or in this thread.
 *
 * Tasks are handed out one by one as workers become free, so that nothing queues up and an interruption has nothing to
 * take back. Which worker does which task decides nothing: results carry the place of their task in the list.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { Piscina } from 'piscina';
import { assert } from '../engine/assert.ts';
import type { ProgressEnvelope, ResultEnvelope, TaskEnvelope, TaskFunction } from './task.ts';

/** More workers than this are a slip of the pen. */
export const WORKERS_MAX = 256;

/** How long an interrupted pool waits for the tasks that run: most are short, and a finished one is worth keeping. */
const GRACE_MS = 2000;

/** The work, where it is done, and whom to tell. */
export interface PoolOptions<TTask, TResult, TProgress, TShared = undefined> {
  readonly tasks: readonly TTask[];
  /** Called when all tasks are over and nobody asked to stop: gives the tasks that follow from them, or none. */
  readonly more?: () => readonly TTask[] | Promise<readonly TTask[]>;
  /** Plain data that every task needs; a worker unpacks it once. */
  readonly shared?: TShared;
  /** Threads; 0 runs the tasks in this thread, one after the other. */
  readonly workers: number;
  /** The worker's built file, whose export `task` is a `poolTask`. Needed for `workers` > 0. */
  readonly workerFile?: URL;
  /** Threads that are there already and stay afterwards; absent, threads are started for this list alone. */
  readonly threads?: ThreadPool;
  /** The function itself. Needed for `workers` = 0. */
  readonly inProcess?: TaskFunction<TTask, TResult, TProgress, TShared>;
  /** What a task is, for the message when it fails: "placement of seed a/3". */
  readonly describe: (task: TTask) => string;
  /** Once aborted, no task is begun; running ones get a short while and are then ended. */
  readonly signal?: AbortSignal;
  /** Called with the place of a task in the list when it is handed out. */
  readonly onStart?: (index: number) => void;
  /** Must not throw. */
  readonly onProgress?: (news: TProgress, index: number) => void;
  /** Called as results come, in any order; all progress of the task came before. What it throws ends the whole pool. */
  readonly onResult?: (result: TResult, index: number) => void;
  /** How long running tasks may go on after an interruption, in ms; 2,000 when absent. */
  readonly graceMs?: number;
}

/** A task threw, or its worker died. The message names the task. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  /** Place of the task in the list. */
  readonly index: number;
  /** What `describe` said of the task. */
  readonly description: string;

  constructor(index: number, description: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${description} failed: ${reason}`, { cause });
    this.index = index;
    this.description = description;
  }
}

/** What came of the whole list. */
export interface PoolOutcome<TResult> {
  /** In the order of the tasks; undefined where a task failed or was not finished. */
  readonly results: readonly (TResult | undefined)[];
  /** In the order of the tasks. */
  readonly failures: readonly TaskFailure[];
  /** True when the signal kept tasks from being finished. */
  readonly interrupted: boolean;
}

/** Runs one task, with its place in the list, somewhere. */
type Runner<TTask, TResult> = (task: TTask, index: number) => Promise<TResult>;

/** Runs all tasks. A failing task stops no other one. Rejects only for faults of the pool itself. */
export async function runTasks<TTask, TResult, TProgress = never, TShared = undefined>(
  options: PoolOptions<TTask, TResult, TProgress, TShared>,
): Promise<PoolOutcome<TResult>> {
  const { workers } = options;
  assert(Number.isInteger(workers) && workers >= 0 && workers <= WORKERS_MAX, () => `a pool of ${workers} workers`);
  return workers === 0 ? await runHere(options) : await runOnThreads(options);
}

async function runHere<TTask, TResult, TProgress, TShared>(
  options: PoolOptions<TTask, TResult, TProgress, TShared>,
): Promise<PoolOutcome<TResult>> {
  const { inProcess } = options;
  assert(inProcess !== undefined, 'a pool without workers needs the task function');
  const run: Runner<TTask, TResult> = async (task, index) => {
    // A turn of the event loop between tasks lets Ctrl-C in.
    await nextTurn();
    return await inProcess(task, (news) => options.onProgress?.(news, index), options.shared as TShared);
  };
  return await handOut(options, 1, run);
}

async function runOnThreads<TTask, TResult, TProgress, TShared>(
  options: PoolOptions<TTask, TResult, TProgress, TShared>,
): Promise<PoolOutcome<TResult>> {
  if (options.threads !== undefined) return await options.threads.run(options);
  const { workerFile, tasks, more } = options;
  assert(workerFile !== undefined, 'a pool with workers needs the file of the worker');
  const lanes = more === undefined ? Math.min(options.workers, Math.max(1, tasks.length)) : options.workers;
  const threads = new ThreadPool(workerFile, lanes);
  try {
    return await threads.run(options);
  } finally {
    await threads.close();
  }
}

/**
 * A worker's young generation, in MB; twice what a thread gets by itself. Runs make many short-lived objects, and every
 * collection that comes too early copies what would be dead a moment later.
 */
const YOUNG_GENERATION_MB = 96;

/** As long as timers reach; nothing happens when it rings. */
const AWAKE_MS = 1 << 30;

/** Threads that outlive a list of tasks: each loads and compiles its code once for all of them. Lists run one at a time. */
export class ThreadPool {
  readonly #workerFile: URL;
  readonly #workers: number;
  #started: { readonly pool: Piscina; readonly noThreads: Promise<never> } | undefined;
  /** Lists so far: each has a name for what its tasks share, and places of its own. */
  #lists = 0;
  #places = 0;

  /** Starts nothing yet: threads start with the first list. */
  constructor(workerFile: URL, workers: number) {
    this.#workerFile = workerFile;
    this.#workers = workers;
  }

  /** Runs one list; use {@link runTasks}. */
  async run<TTask, TResult, TProgress, TShared>(
    options: PoolOptions<TTask, TResult, TProgress, TShared>,
  ): Promise<PoolOutcome<TResult>> {
    const { pool, noThreads } = this.#start();
    const first = this.#places;
    const news = new ProgressBox<TProgress>((item, place) => options.onProgress?.(item, place - first));
    const receive = (message: unknown): void => news.receive(message);
    pool.on('message', receive);
    const shared = { name: this.#lists++, bytes: packed(options.shared) };
    const run: Runner<TTask, TResult> = async (task, index) => {
      const place = first + index;
      this.#places = Math.max(this.#places, place + 1);
      const running: Promise<ResultEnvelope<TResult>> = pool.run({
        index: place,
        task,
        shared,
      } satisfies TaskEnvelope<TTask>);
      const envelope = await Promise.race([running, noThreads]);
      await news.arrived(place, envelope.told);
      return envelope.result;
    };
    // A thread without a task keeps no program alive, though its last news may still be on the way.
    const awake = setInterval(() => undefined, AWAKE_MS);
    let whole = false;
    try {
      const outcome = await handOut(options, this.#workers, run);
      whole = !outcome.interrupted;
      return outcome;
    } finally {
      clearInterval(awake);
      pool.off('message', receive);
      // Tasks may still run, and must not go on behind the back of who asked for them.
      if (!whole) await this.close();
    }
  }

  #start(): { readonly pool: Piscina; readonly noThreads: Promise<never> } {
    if (this.#started !== undefined) return this.#started;
    const pool = new Piscina({
      filename: fileURLToPath(this.#workerFile),
      name: 'task',
      minThreads: this.#workers,
      maxThreads: this.#workers,
      // A thread that is idle between two tasks must not be ended and started again.
      idleTimeout: Number.POSITIVE_INFINITY,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#started = { pool, noThreads: whenThreadsAreGone(pool) };
    return this.#started;
  }

  /** Ends all threads, whatever they do. */
  async close(): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    await started?.pool.destroy();
  }
}

/** Packed once and seen by all threads: a copy for every task would cost as much as a small task. */
function packed(shared: unknown): Uint8Array {
  const bytes = serialize(shared);
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.length));
  memory.set(bytes);
  return memory;
}

/**
 * Rejects when no thread is left. A thread that dies between two tasks is replaced and fails nobody's work; but the pool
 * gives up on a file that cannot be loaded, and its tasks would wait for ever.
 */
function whenThreadsAreGone(pool: Piscina): Promise<never> {
  const gone = new Promise<never>((_, reject) => {
    pool.on('error', (error: unknown) => {
      if (pool.threads.length === 0) reject(error);
    });
  });
  // It may reject while no task runs.
  gone.catch(() => undefined);
  return gone;
}

/** Counts progress messages of each task, because they travel on another port than its result and may come after it. */
class ProgressBox<TProgress> {
  readonly #deliver: (news: TProgress, index: number) => void;
  readonly #counts = new Map<number, number>();
  readonly #waiting = new Map<number, { readonly count: number; readonly wake: () => void }>();

  constructor(deliver: (news: TProgress, index: number) => void) {
    this.#deliver = deliver;
  }

  receive(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('poolProgress' in message)) return;
    const { poolProgress: index, news } = message as ProgressEnvelope<TProgress>;
    const count = (this.#counts.get(index) ?? 0) + 1;
    this.#counts.set(index, count);
    this.#deliver(news, index);
    const waiting = this.#waiting.get(index);
    if (waiting !== undefined && count >= waiting.count) waiting.wake();
  }

  /** Resolves when `count` messages of the task were delivered. */
  arrived(index: number, count: number): Promise<void> {
    if ((this.#counts.get(index) ?? 0) >= count) return Promise.resolve();
    return new Promise((wake) => this.#waiting.set(index, { count, wake }));
  }
}

/** Gives tasks to `lanes` takers until all are done or the signal says stop. */
async function handOut<TTask, TResult, TProgress, TShared>(
  options: PoolOptions<TTask, TResult, TProgress, TShared>,
  lanes: number,
  run: Runner<TTask, TResult>,
): Promise<PoolOutcome<TResult>> {
  const { signal, describe } = options;
  const tasks = [...options.tasks];
  const results: (TResult | undefined)[] = tasks.map(() => undefined);
  const failures: TaskFailure[] = [];
  let next = 0;
  let finished = 0;
  // After the pool gave up waiting, what still comes in (a killed task's error) is no news.
  let closed = false;

  const takeOne = async (index: number): Promise<void> => {
    options.onStart?.(index);
    const outcome = await settle(run(tasks[index]!, index), index, describe(tasks[index]!));
    if (closed) return;
    finished += 1;
    if (outcome instanceof TaskFailure) {
      failures.push(outcome);
      return;
    }
    results[index] = outcome.result;
    options.onResult?.(outcome.result, index);
  };
  const lane = async (): Promise<void> => {
    while (next < tasks.length && !closed && signal?.aborted !== true) await takeOne(next++);
  };
  const allRounds = async (): Promise<void> => {
    for (;;) {
      await Promise.all(Array.from({ length: lanes }, lane));
      const added = closed || signal?.aborted === true ? [] : ((await options.more?.()) ?? []);
      if (added.length === 0) return;
      tasks.push(...added);
      results.push(...added.map(() => undefined));
    }
  };

  try {
    await untilDone(allRounds(), signal, options.graceMs ?? GRACE_MS);
  } finally {
    closed = true;
  }
  failures.sort((a, b) => a.index - b.index);
  return { results, failures, interrupted: finished < tasks.length };
}

async function settle<TResult>(
  running: Promise<TResult>,
  index: number,
  description: string,
): Promise<{ readonly result: TResult } | TaskFailure> {
  try {
    return { result: await running };
  } catch (error) {
    return new TaskFailure(index, description, error);
  }
}

/** Waits for the work; after an interruption only for `graceMs` more. */
async function untilDone(work: Promise<unknown>, signal: AbortSignal | undefined, graceMs: number): Promise<void> {
  if (signal === undefined) {
    await work;
    return;
  }
  const stop = new AbortController();
  const graceOver = async (): Promise<void> => {
    await aborted(signal, stop.signal);
    await sleep(graceMs, undefined, { signal: stop.signal });
  };
  try {
    await Promise.race([work, graceOver()]);
  } finally {
    stop.abort();
  }
}

/** Resolves when `signal` is aborted; rejects when `stop` is. */
function aborted(signal: AbortSignal, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', () => resolve(), { once: true, signal: stop });
    stop.addEventListener('abort', () => reject(stop.reason), { once: true });
  });
}
