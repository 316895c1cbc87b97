import { describe, expect, it } from 'vitest';
import { StreamSource } from '../../../sim/random/stream.ts';
import { FinishHeap } from '../../../sim/sharing/finish-heap.ts';
import { FlowTable } from '../../../sim/sharing/flow-table.ts';
import { RateChanges } from '../../../sim/sharing/rate-changes.ts';

const FLOWS = 60;

/** Takes out every flow, the first one first, and returns their finishes in that order. */
function emptied(heap: FinishHeap, table: FlowTable): number[] {
  const finishes: number[] = [];
  for (let flow = heap.first(); flow >= 0; flow = heap.first()) {
    finishes.push(table.finishNs[flow]!);
    heap.remove(flow);
  }
  return finishes;
}

describe('the heap of finishes', () => {
  it('gives the flows by their projected finish, whatever few or many rates have changed at once', () => {
    for (const seed of ['a', 'b', 'c', 'd', 'e']) {
      const stream = new StreamSource(seed).stream('finishes', 'rates');
      const table = new FlowTable();
      const heap = new FinishHeap(table);
      const changes = new RateChanges(table);
      const flows = Array.from({ length: FLOWS }, () => {
        const flow = table.take(0, 1 + stream.uniform() * 1000, Infinity);
        heap.add(flow);
        return flow;
      });
      for (let round = 1; round < 400; round++) {
        changes.begin(round * 1000);
        // Half of the rounds change a few rates a lot, so that bounds move in both directions; the others change many.
        const count = round % 2 === 0 ? 4 : FLOWS;
        for (let i = 0; i < count; i++) {
          const flow = flows[Math.floor(stream.uniform() * FLOWS)]!;
          changes.assign(flow, 10 ** (4 * stream.uniform() - 2));
        }
        heap.update(changes.flows, changes.count);
        const wanted = flows.map((flow) => table.projectedFinishNs(flow)).sort((a, b) => a - b);
        expect(emptied(heap, table), `${seed}, round ${round}`).toEqual(wanted);
        for (const flow of flows) heap.add(flow);
      }
    }
  });
});
