import { expect, it } from 'vitest';
import { StreamSource } from '../../../../sim/random/stream.ts';
import { JobTable, NONE } from '../../../../sim/sharing/station/job-table.ts';
import { WorkHeap } from '../../../../sim/sharing/station/work-heap.ts';

it('gives the least work first, equal work in order of arrival, whatever was taken out in between', () => {
  const stream = new StreamSource('heap').stream('station', 'jobs');
  for (let round = 0; round < 300; round++) {
    const jobs = new JobTable();
    const heap = new WorkHeap(jobs);
    let there: number[] = [];
    for (let i = 0; i < 60; i++) {
      // The same slots come back with other work and a later order.
      if (there.length > 0 && stream.below(4) === 0) {
        const [job] = there.splice(stream.below(there.length), 1);
        heap.remove(job);
        jobs.give(job);
      }
      there.push(jobs.take(0, stream.below(40), 0, 0, NONE));
      heap.add(there.at(-1)!);
    }
    // Makes the order anew, and so must not come last: it would mend what removals broke.
    heap.subtract(round % 7);
    for (const job of [...there].filter(() => stream.below(3) === 0)) {
      heap.remove(job);
      there = there.filter((each) => each !== job);
    }
    const drained: number[] = [];
    for (; heap.size > 0; heap.remove(heap.first)) drained.push(heap.first);
    expect(drained).toEqual(there.sort((a, b) => jobs.work[a] - jobs.work[b] || jobs.order[a] - jobs.order[b]));
    expect(heap.first).toBe(NONE);
  }
});
