import { describe, expect, it } from 'vitest';
import { StreamSource } from '../../../sim/random/stream.ts';
import { BoundQueues } from '../../../sim/sharing/bound-queues.ts';
import { FlowTable } from '../../../sim/sharing/flow-table.ts';

const FLOWS = 80;
const RESOURCES = 3;

describe('the queues of bound flows', () => {
  it('know the flow with the least tag of each resource, whoever joins and leaves', () => {
    const stream = new StreamSource('queues').stream('flows', 'moves');
    const table = new FlowTable();
    const queues = new BoundQueues(table);
    const flows = Array.from({ length: FLOWS }, () => table.take(0, 1, Infinity));
    queues.reserve(RESOURCES, FLOWS);
    const where = new Map<number, number>();
    for (let move = 0; move < 20_000; move++) {
      const flow = flows[stream.below(FLOWS)]!;
      const from = where.get(flow);
      if (from !== undefined) {
        queues.remove(from, flow);
        where.delete(flow);
      }
      if (stream.below(5) > 0) {
        // Few different tags: ties go by the order of starts.
        table.tag[flow] = stream.below(20);
        const to = stream.below(RESOURCES);
        queues.add(to, flow);
        where.set(flow, to);
      }
      for (let r = 0; r < RESOURCES; r++) {
        const there = flows.filter((each) => where.get(each) === r);
        const first = there.sort((a, b) => table.tag[a]! - table.tag[b]! || table.order[a]! - table.order[b]!)[0];
        expect(queues.first(r)).toBe(first ?? -1);
      }
    }
  });
});
