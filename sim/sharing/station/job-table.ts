/**
 * The jobs of a group of stations, in typed arrays.
 *
 * A slot is used again after its job has left. The number that models hold carries a generation, so that a job that left is
 * recognised, as the handles of events are. 80 bytes for each job that is present at once, nothing for those that left.
 */
import { assert } from '../../engine/assert.ts';
import { grownFloat64, grownInt32 } from '../growth.ts';

/** Names one job for its whole life; stale afterwards. */
export type JobId = number;

/** No job, no line: ends of lists. */
export const NONE = -1;

/** Jobs present at once. A queue of sixteen million is a model that runs away. */
export const JOBS_MAX = 2 ** 24;

/** Generations wrap here, so that slot and generation together stay a safe integer (24 + 29 bits). */
const GENERATION_MASK = 2 ** 29 - 1;

/** Columns by slot; only `take` and `give` change which slots are alive. */
export class JobTable {
  /** Jobs present. */
  count = 0;
  /** Line that the job stands in; `NONE` for a free slot. */
  line = new Int32Array(16);
  /** Next in its line, or the next free slot. */
  next = new Int32Array(16);
  /** The one before it in its line. */
  previous = new Int32Array(16);
  /** Place in the heap of a shared station plus one. */
  place = new Int32Array(16);
  /** Mark index of what brought the job, for `Simulation.cause`. */
  cause = new Int32Array(16);
  /** The caller's own number. */
  tag = new Float64Array(16);
  /** In a line: units of work left at `sinceNs`. In a shared station: the virtual work at which it is done. */
  work = new Float64Array(16);
  /** Instant of arrival. */
  arrivedNs = new Float64Array(16);
  /** Time without a server in earlier spells. */
  waitedNs = new Float64Array(16);
  /** When the present spell, waiting or in service, began. */
  sinceNs = new Float64Array(16);
  /** Event that ends the service; negative when there is none. */
  handle = new Float64Array(16);
  /** Counts arrivals: of equal jobs the earlier one goes first. */
  order = new Float64Array(16);
  private generation = new Int32Array(16);
  private firstFree = NONE;
  private used = 0;
  private arrivals = 0;

  /** A slot for a job that arrives now. */
  take(line: number, work: number, tag: number, nowNs: number, cause: number): number {
    let slot = this.firstFree;
    if (slot >= 0) this.firstFree = this.next[slot];
    else slot = this.fresh();
    this.count += 1;
    this.line[slot] = line;
    this.work[slot] = work;
    this.tag[slot] = tag;
    this.arrivedNs[slot] = nowNs;
    this.sinceNs[slot] = nowNs;
    this.waitedNs[slot] = 0;
    this.cause[slot] = cause;
    this.handle[slot] = NONE;
    this.order[slot] = this.arrivals++;
    return slot;
  }

  /** Gives a slot back; its job's number is stale from now on. */
  give(slot: number): void {
    this.count -= 1;
    this.line[slot] = NONE;
    this.generation[slot] = (this.generation[slot] + 1) & GENERATION_MASK;
    this.next[slot] = this.firstFree;
    this.firstFree = slot;
  }

  /** The number of the job that holds the slot. */
  idOf(slot: number): JobId {
    return this.generation[slot] * JOBS_MAX + slot;
  }

  /** The slot of a job that is present, or `NONE`. */
  slotOf(job: JobId): number {
    const slot = job % JOBS_MAX;
    if (!(slot >= 0 && slot < this.used && slot === Math.floor(slot))) return NONE;
    return this.line[slot] !== NONE && this.idOf(slot) === job ? slot : NONE;
  }

  private fresh(): number {
    assert(this.used < JOBS_MAX, () => `more than ${JOBS_MAX} jobs at once`);
    if (this.used === this.line.length) this.grow(this.used + 1);
    return this.used++;
  }

  private grow(needed: number): void {
    this.line = grownInt32(this.line, needed);
    this.next = grownInt32(this.next, needed);
    this.previous = grownInt32(this.previous, needed);
    this.place = grownInt32(this.place, needed);
    this.cause = grownInt32(this.cause, needed);
    this.generation = grownInt32(this.generation, needed);
    this.tag = grownFloat64(this.tag, needed);
    this.work = grownFloat64(this.work, needed);
    this.arrivedNs = grownFloat64(this.arrivedNs, needed);
    this.waitedNs = grownFloat64(this.waitedNs, needed);
    this.sinceNs = grownFloat64(this.sinceNs, needed);
    this.handle = grownFloat64(this.handle, needed);
    this.order = grownFloat64(this.order, needed);
  }
}
