import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NodesByTotal } from '../../../models/scheduling/nodes-by-total.ts';

const NODES = 8;

it('nodes by total are those that a look at all nodes finds', () => {
  const step = fc.record({ node: fc.nat(NODES - 1), total: fc.oneof(fc.nat(5), fc.nat(100)) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const lists = new NodesByTotal(NODES, 5);
      const totals = new Map<number, number>();
      for (const { node, total } of steps) {
        const before = totals.get(node);
        if (before !== undefined) lists.remove(node, before);
        totals.delete(node);
        // The same total again takes the node out.
        if (before !== total) {
          lists.add(node, total);
          totals.set(node, total);
        }
        if (totals.size === 0) continue;
        const best = Math.max(...totals.values());
        expect(lists.best()).toBe(best);
        for (const each of new Set(totals.values())) {
          const listed: number[] = [];
          for (let one = lists.first(each); one >= 0; one = lists.next[one]!) listed.push(one);
          expect(listed.sort((a, b) => a - b)).toEqual(
            [...totals.keys()].filter((one) => totals.get(one) === each).sort((a, b) => a - b),
          );
          expect(lists.count(each)).toBe(listed.length);
        }
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});
