/** What a worker of the pool does for `compare`: a replication task, recorded into files where that is asked. */
import { KeptWhenDone } from '../../sim/node/output-folder.ts';
import { poolTask, type TaskFunction } from '../../sim/node/task.ts';
import {
  type DoneRun,
  type FoundWarmUp,
  type Prepared,
  prepare,
  type ReplicationTask,
  replicate,
} from '../answers/replication.ts';
import type { ScenarioDocument } from '../document/schema.ts';

/** A task tells of each run as it ends, and has no other result. */
export type ReplicationFunction = TaskFunction<ReplicationTask, void, DoneRun | FoundWarmUp, ScenarioDocument>;

/** The task itself; `breathe` for a comparison without workers, which shares its thread with Ctrl-C. */
export function replicationTask(breathe?: () => Promise<boolean>): ReplicationFunction {
  const known = new WeakMap<ScenarioDocument, Prepared>();
  return async (task, told, document) => {
    const prepared = known.get(document) ?? prepare(document);
    known.set(document, prepared);
    const sinkFor = (file: string): KeptWhenDone => new KeptWhenDone(file);
    await replicate(task, prepared, { told, sinkFor, ...(breathe === undefined ? {} : { breathe }) });
  };
}

/** The export that the pool calls in a worker. */
export const task = poolTask(replicationTask());
