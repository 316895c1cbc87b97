/**
 * Which job of a shared station is done next: an indexed binary min-heap by (virtual work at the end, order of arrival).
 */
import { grownInt32 } from '../growth.ts';
import { type JobTable, NONE } from './job-table.ts';

/** The heap of one station; keys and places stand in the job table. */
export class WorkHeap {
  /** Jobs in the heap. */
  size = 0;
  private heap = new Int32Array(16);
  private readonly jobs: JobTable;

  constructor(jobs: JobTable) {
    this.jobs = jobs;
  }

  /** The job that is done first, `NONE` when there is none. */
  get first(): number {
    return this.size === 0 ? NONE : this.heap[0];
  }

  /** Puts a job in by its `work` and `order`. */
  add(job: number): void {
    this.heap = grownInt32(this.heap, this.size + 1);
    this.rise(this.size++, job);
  }

  /** Takes out a job that is there. */
  remove(job: number): void {
    const hole = this.jobs.place[job] - 1;
    const last = this.heap[--this.size];
    if (last === job) return;
    this.rise(hole, last);
    this.sink(this.jobs.place[last] - 1, last);
  }

  /** Takes the same amount off all keys. Rounding may make two of them equal, so the order is made anew. */
  subtract(work: number): void {
    for (let i = 0; i < this.size; i++) this.jobs.work[this.heap[i]] -= work;
    for (let i = (this.size >> 1) - 1; i >= 0; i--) this.sink(i, this.heap[i]);
  }

  private before(a: number, b: number): boolean {
    const { work, order } = this.jobs;
    return work[a] < work[b] || (work[a] === work[b] && order[a] < order[b]);
  }

  private rise(from: number, job: number): void {
    const { heap } = this;
    const { place } = this.jobs;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.before(job, heap[parent])) break;
      heap[hole] = heap[parent];
      place[heap[hole]] = hole + 1;
      hole = parent;
    }
    heap[hole] = job;
    place[job] = hole + 1;
  }

  private sink(from: number, job: number): void {
    const { heap, size } = this;
    const { place } = this.jobs;
    let hole = from;
    for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && this.before(heap[child + 1], heap[child])) child++;
      if (!this.before(heap[child], job)) break;
      heap[hole] = heap[child];
      place[heap[hole]] = hole + 1;
      hole = child;
    }
    heap[hole] = job;
    place[job] = hole + 1;
  }
}
