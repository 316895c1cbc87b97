/** What a worker of the pool does for `compare`: a replication task, recorded into files where that is asked. */
import { FileSink } from '../../sim/node/file-sink.ts';
import { poolTask, type TaskFunction } from '../../sim/node/task.ts';
import { type DoneRun, type ReplicationTask, replicate } from '../answers/replication.ts';

/** The task itself, also for a comparison without workers. */
export const replicationTask: TaskFunction<ReplicationTask, DoneRun[], string> = (task, progress) =>
  replicate(task, progress, (file) => new FileSink(file));

export const task = poolTask(replicationTask);
