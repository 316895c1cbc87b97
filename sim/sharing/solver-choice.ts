/**
 * Which solver a settlement gets: the incremental one as long as changes stay local, the full one when they reach
 * almost everything anyway.
 *
 * Decided by counted work (uses and members looked at), never by a clock, so that a run is the same on every machine.
 */

import type { ResourceTable } from './resource-table.ts';

/** `full` solves everything anew, `incremental` only what a change reaches, `auto` the cheaper; the rates are the same. */
export type SolverName = 'auto' | 'full' | 'incremental';

/**
 * Work of the full solver by member and by resource, in the incremental solver's units. Fitted by hand to processor
 * times of closed workloads of 1,000 to 100,000 flows on 128 and 1,024 hosts; a wrong guess costs time, never accuracy.
 */
const FULL_WORK_PER_MEMBER = 4;
const FULL_WORK_PER_RESOURCE = 1;
/** Share of a new observation in the running mean of the incremental solver's work. */
const LEARNING = 1 / 16;
/** While the full solver is preferred, one settlement in this many tries the incremental one, to notice calmer times. */
const PROBE_EVERY = 64;
/** A try is given up at this multiple of the full solver's work. */
const PATIENCE = 1;

/** Decides before each settlement and learns from it. */
export class SolverChoice {
  private readonly solver: SolverName;
  /** Running mean of the incremental solver's work. */
  private meanWork = 0;
  private settlements = 0;

  constructor(solver: SolverName) {
    this.solver = solver;
  }

  /** The work that the incremental solver may do in this settlement; 0 to go for the full one at once. */
  incrementalWorkMax(resources: ResourceTable): number {
    if (this.solver === 'full') return 0;
    if (this.solver === 'incremental') return Infinity;
    const fullWork = resources.memberTotal * FULL_WORK_PER_MEMBER + resources.count * FULL_WORK_PER_RESOURCE;
    const probing = this.settlements++ % PROBE_EVERY === 0;
    return this.meanWork <= fullWork || probing ? fullWork * PATIENCE : 0;
  }

  /** Notes what the incremental solver did; a try that was given up counts double, for the full solve that follows. */
  learn(work: number, done: boolean): void {
    this.meanWork += ((done ? work : 2 * work) - this.meanWork) * LEARNING;
  }
}
