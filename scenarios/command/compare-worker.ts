/** What a worker of the pool does for `compare`: a replication task, recorded into files where that is asked. */
import { KeptWhenDone } from '../../sim/node/output-folder.ts';
import { poolTask, type TaskFunction } from '../../sim/node/task.ts';
import { type DoneRun, type ReplicationTask, replicate } from '../answers/replication.ts';

/** The task itself; `breathe` for a comparison without workers, which shares its thread with Ctrl-C. */
export function replicationTask(breathe?: () => Promise<boolean>): TaskFunction<ReplicationTask, DoneRun[], string> {
  return (task, told) =>
    replicate(task, { told, sinkFor: (file) => new KeptWhenDone(file), ...(breathe === undefined ? {} : { breathe }) });
}

/** The export that the pool calls in a worker. */
export const task = poolTask(replicationTask());
