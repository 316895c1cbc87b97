/**
 * The far side of the pool: turns a plain function into what a worker file exports.
 *
 *     export const task = poolTask(runOne);
 */
import { deserialize } from 'node:v8';
import { parentPort } from 'node:worker_threads';

/**
 * One piece of work. It may tell of its progress; it must depend on nothing but `task` and `shared`, which is one and the
 * same object for all tasks of a pool that run in one thread.
 */
export type TaskFunction<TTask, TResult, TProgress, TShared = undefined> = (
  task: TTask,
  progress: (news: TProgress) => void,
  shared: TShared,
) => TResult | Promise<TResult>;

/** What all tasks of a list share, packed; the memory is seen by all threads and copied by none. */
export interface SharedEnvelope {
  /** Number of the list. */
  readonly name: number;
  readonly bytes: Uint8Array;
}

/** What the pool sends: a task with its place in the list. */
export interface TaskEnvelope<TTask> {
  /** Place of the task in the list. */
  readonly index: number;
  readonly task: TTask;
  readonly shared: SharedEnvelope;
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
  let list: number | undefined;
  let unpacked: unknown;
  return async ({ index, task, shared }) => {
    // Tasks of one list get one and the same object.
    if (list !== shared.name) {
      unpacked = deserialize(Buffer.from(shared.bytes));
      list = shared.name;
    }
    let told = 0;
    const progress = (news: TProgress): void => {
      told += 1;
      parentPort?.postMessage({ poolProgress: index, news } satisfies ProgressEnvelope<TProgress>);
    };
    return { result: await run(task, progress, unpacked as TShared), told };
  };
}
