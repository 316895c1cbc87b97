/** What a worker of the pool does for `swarm`: one seed. */
import { poolTask, type TaskFunction } from '../../sim/node/task.ts';
import { type Trial, trySeed } from '../swarm/trial.ts';

/** The task itself: a seed. */
export const swarmTask: TaskFunction<number, Trial, never> = (seed) => trySeed(seed);

/** The export that the pool calls in a worker. */
export const task = poolTask(swarmTask);
