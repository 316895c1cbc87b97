/**
 * The far side of the pool: turns a plain function into what a worker file exports.
 *
 *     export const task = poolTask(runOne);
 */
import { parentPort } from 'node:worker_threads';

/** One piece of work. It may tell of its progress; it must depend on nothing but `task`. */
export type TaskFunction<TTask, TResult, TProgress> = (
  task: TTask,
  progress: (news: TProgress) => void,
) => TResult | Promise<TResult>;

/** What the pool sends: a task with its place in the list. */
export interface TaskEnvelope<TTask> {
  /** Place of the task in the list. */
  readonly index: number;
  readonly task: TTask;
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
export function poolTask<TTask, TResult, TProgress>(
  run: TaskFunction<TTask, TResult, TProgress>,
): (envelope: TaskEnvelope<TTask>) => Promise<ResultEnvelope<TResult>> {
  return async ({ index, task }) => {
    let told = 0;
    const progress = (news: TProgress): void => {
      told += 1;
      parentPort?.postMessage({ poolProgress: index, news } satisfies ProgressEnvelope<TProgress>);
    };
    return { result: await run(task, progress), told };
  };
}
