/** What a worker of the pool does for `validate`: the replay of one recorded case. */
import { poolTask, type TaskFunction } from '../../sim/node/task.ts';
import { type CaseFile, type ReplayOutcome, replayOne, type SortedCases, sortCases } from '../reality/validate.ts';

/** A place in the list of all cases that the shared files hold. */
export type ReplayTask = number;

const sorted = new WeakMap<readonly CaseFile[], SortedCases>();

/** The task itself. */
export const replayTask: TaskFunction<ReplayTask, ReplayOutcome, never, readonly CaseFile[]> = (
  place,
  _told,
  files,
) => {
  const known = sorted.get(files) ?? sortCases(files);
  sorted.set(files, known);
  return replayOne(known.cases[place]!);
};

/** The export that the pool calls in a worker. */
export const task = poolTask(replayTask);
