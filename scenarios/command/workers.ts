/** How many threads a verb uses. */
import { availableParallelism } from 'node:os';
import { WORKERS_MAX } from '../../sim/node/pool.ts';
import { wholeNumberOption } from './arguments.ts';
import type { Arguments, OptionSpec } from './verb.ts';

/** A worker holds a whole cluster; more of them than this gain nothing on the machines that people have. */
const WORKERS_DEFAULT_MAX = 8;

/** The option `--workers`. */
export const WORKERS_OPTION: OptionSpec = {
  type: 'string',
  value: 'N',
  help: 'threads; 0 runs everything in this one (as many as the machine has cores)',
};

/** What was asked for, or as many as the machine has cores. @throws ArgumentProblem */
export function workersOf(args: Arguments): number {
  const asked = wholeNumberOption(args, 'workers', { min: 0, max: WORKERS_MAX });
  return asked ?? Math.min(availableParallelism(), WORKERS_DEFAULT_MAX);
}
