/**
 * Lines: the jobs of one priority at one station, in order of arrival.
 *
 * Those in service are always the front of the line: a server takes the first one that waits, and a job that is put back by a
 * more urgent one is the last of those in service. So one list with a border between served and waiting is all there is, and
 * putting a job back moves the border.
 */
import { grownInt32 } from '../growth.ts';
import { type JobTable, NONE } from './job-table.ts';

/** All lines of a group of stations, as doubly linked lists through the job table. */
export class Lines {
  /** How many lines there are. */
  count = 0;
  /** By line: its station. */
  station = new Int32Array(16);
  /** By line: its first job, or `NONE`. */
  head = new Int32Array(16);
  /** By line: the first job that waits, or `NONE`. */
  firstWaiting = new Int32Array(16);
  /** By line: jobs in service. */
  serving = new Int32Array(16);
  /** By line: jobs that wait. */
  waiting = new Int32Array(16);
  private tail = new Int32Array(16);
  private readonly jobs: JobTable;

  constructor(jobs: JobTable) {
    this.jobs = jobs;
  }

  /** A new line of a station; numbers count up from 0. */
  add(station: number): number {
    const line = this.count++;
    this.station = grownInt32(this.station, this.count);
    this.head = grownInt32(this.head, this.count);
    this.tail = grownInt32(this.tail, this.count);
    this.firstWaiting = grownInt32(this.firstWaiting, this.count);
    this.serving = grownInt32(this.serving, this.count);
    this.waiting = grownInt32(this.waiting, this.count);
    this.station[line] = station;
    this.head[line] = NONE;
    this.tail[line] = NONE;
    this.firstWaiting[line] = NONE;
    return line;
  }

  /** Puts a job that has a server at the end; nobody of its line may wait. */
  appendServed(line: number, job: number): void {
    this.append(line, job);
    this.serving[line] += 1;
  }

  /** Puts a job at the end that waits. */
  appendWaiting(line: number, job: number): void {
    this.append(line, job);
    if (this.waiting[line]++ === 0) this.firstWaiting[line] = job;
  }

  /** The first one that waits gets a server. Returns it. */
  advance(line: number): number {
    const job = this.firstWaiting[line];
    this.firstWaiting[line] = this.jobs.next[job];
    this.waiting[line] -= 1;
    this.serving[line] += 1;
    return job;
  }

  /** The last one in service waits again, before all others that wait. Returns it. */
  retreat(line: number): number {
    const first = this.firstWaiting[line];
    const job = first === NONE ? this.tail[line] : this.jobs.previous[first];
    this.firstWaiting[line] = job;
    this.waiting[line] += 1;
    this.serving[line] -= 1;
    return job;
  }

  /** Takes a job out; `served` says on which side of the border it stands. */
  remove(line: number, job: number, served: boolean): void {
    const { next, previous } = this.jobs;
    const after = next[job];
    const before = previous[job];
    if (before === NONE) this.head[line] = after;
    else next[before] = after;
    if (after === NONE) this.tail[line] = before;
    else previous[after] = before;
    if (served) this.serving[line] -= 1;
    else {
      this.waiting[line] -= 1;
      if (this.firstWaiting[line] === job) this.firstWaiting[line] = after;
    }
  }

  private append(line: number, job: number): void {
    const { next, previous } = this.jobs;
    const last = this.tail[line];
    next[job] = NONE;
    previous[job] = last;
    if (last === NONE) this.head[line] = job;
    else next[last] = job;
    this.tail[line] = job;
  }
}
