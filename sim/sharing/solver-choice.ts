/**
 * Which solver a settlement gets: the incremental one as long as changes stay local, the full one when they reach
 * almost everything anyway.
 *
 * Decided by counted work (uses, members and resources looked at), never by a clock, so that a run is the same on every
 * machine. Both solvers are exact; a wrong guess costs time and nothing else.
 */

/** `full` solves everything anew, `incremental` only what a change reaches, `auto` the cheaper; the rates are the same. */
export type SolverName = 'auto' | 'full' | 'incremental';

/**
 * A unit of the full solver's work costs this many of the incremental one's, which passes over cells in a row more often.
 * Fitted by hand to processor times of 1,000 and 10,000 flows with four uses each on 8 to 3,000 resources.
 */
const FULL_UNIT = 1.5;
/** Work of the full solver for each member until one has been seen. */
const FIRST_WORK_PER_MEMBER = 3;
/** And for each resource, before any of its flows is looked at. */
const WORK_PER_RESOURCE = 6;
/** A try is given up at this multiple of the full solver's work; what is nearly done by then is cheaper to finish. */
const PATIENCE = 2;
/** Share of a new observation in the running means. */
const LEARNING = 1 / 16;
/** While the full solver is preferred, one settlement in this many tries the incremental one, to notice calmer times. */
const PROBE_EVERY = 64;
/** When this share of all flows is new, the full solver is taken at once. */
const NEW_SHARE = 1 / 2;

/** Decides before each settlement and learns from it. */
export class SolverChoice {
  /** Settlements that each solver has finished. */
  readonly solved = { full: 0, incremental: 0 };

  private readonly solver: SolverName;
  /** Running mean of what it costs to try the incremental solver, the full one after a try that was given up included. */
  private tryWork = 0;
  /** Running mean of the full solver's work for each member. */
  private workPerMember = FIRST_WORK_PER_MEMBER;
  private settlements = 0;
  /** What the full solver would cost in this settlement, in the incremental one's units. */
  private fullWork = 0;

  constructor(solver: SolverName) {
    this.solver = solver;
  }

  /** The work that the incremental solver may do in this settlement; 0 to go for the full one at once. */
  incrementalWorkMax(members: number, resources: number, newFlows: number, flows: number): number {
    if (this.solver === 'full') return 0;
    if (this.solver === 'incremental') return Infinity;
    this.fullWork = FULL_UNIT * (this.workPerMember * members + WORK_PER_RESOURCE * resources);
    if (newFlows > flows * NEW_SHARE && newFlows > 1) return 0;
    const probing = this.settlements++ % PROBE_EVERY === 0;
    return this.tryWork <= this.fullWork || probing ? this.fullWork * PATIENCE : 0;
  }

  /** Notes what the incremental solver did, and whether it came to an end. */
  learnIncremental(work: number, done: boolean): void {
    if (done) this.solved.incremental++;
    this.tryWork += ((done ? work : work + this.fullWork) - this.tryWork) * LEARNING;
  }

  /** Notes what the full solver did with so many members. */
  learnFull(work: number, members: number): void {
    this.solved.full++;
    if (members > 0) this.workPerMember += (work / members - this.workPerMember) * LEARNING;
  }
}
