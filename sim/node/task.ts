/**
 * The far side of the pool: turns a plain function into what a worker file exports.
 *
 *     export const task = poolTask(runOne);
 */
import { getEnvironmentData, parentPort } from 'node:worker_threads';

/**
 * One piece of work. It may tell of its progress; it must depend on nothing but `task` and `shared`, which is one and the
 * same object for all tasks of a pool that run in one thread.
 */
export type TaskFunction<TTask, TResult, TProgress, TShared = undefined> = (
  task: TTask,
  progress: (news: TProgress) => void,
  shared: TShared,
) => TResult | Promise<TResult>;

/** What the pool sends: a task with its place in the list. */
export interface TaskEnvelope<TTask> {
  /** Place of the task in the list. */
  readonly index: number;
  readonly task: TTask;
  /** Name of the environment data that holds what all tasks share. */
  readonly shared: string;
}

/** What a worker sends while it works. */
export interface ProgressEnvelope<TProgress> {
  /** Place of the task in the list; the name of the field tells these messages from others. */
  readonly poolProgress: number;
  readonly news: TProgress;
}

/** What a worker sends at the end. `told` counts the progress messages, which come another way and may be late. */
export interface ResultEnvelope<TResult> {
  readonly result: TResult;
  /** Number of progress messages of the task. */
  readonly told: number;
}

/** Wraps the function of a worker file; export it there under the name `task`. */
export function poolTask<TTask, TResult, TProgress, TShared = undefined>(
  run: TaskFunction<TTask, TResult, TProgress, TShared>,
): (envelope: TaskEnvelope<TTask>) => Promise<ResultEnvelope<TResult>> {
  return async ({ index, task, shared }) => {
    let told = 0;
    const progress = (news: TProgress): void => {
      told += 1;
      parentPort?.postMessage({ poolProgress: index, news } satisfies ProgressEnvelope<TProgress>);
    };
    // Every look gives the same object.
    return { result: await run(task, progress, getEnvironmentData(shared) as unknown as TShared), told };
  };
}
