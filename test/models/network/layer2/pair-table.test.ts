import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PairTable } from '../../../../models/network/layer2/pair-table.ts';

it('holds what a map of pairs would hold, through additions and removals', () => {
  const key = fc.integer({ min: -3, max: 12 });
  const step = fc.record({ add: fc.boolean(), first: key, second: key });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new PairTable(() => undefined);
      const model = new Map<string, number>();
      for (const { add, first, second } of steps) {
        const name = `${first} ${second}`;
        const row = table.find(first, second);
        expect(row).toBe(model.get(name) ?? -1);
        if (add && row < 0) model.set(name, table.add(first, second));
        if (!add && row >= 0) {
          table.remove(row);
          model.delete(name);
        }
      }
      expect(table.size).toBe(model.size);
      expect(new Set(model.values()).size).toBe(model.size);
      for (const [name, row] of model) expect(`${table.first[row]} ${table.second[row]}`).toBe(name);
    }),
    { numRuns: 300 },
  );
});

it('grows, and tells so', () => {
  const capacities: number[] = [];
  const table = new PairTable((capacity) => capacities.push(capacity));
  for (let i = 0; i < 1000; i++) table.add(i, -i);
  expect(capacities).toEqual([64, 128, 256, 512, 1024]);
  for (let i = 0; i < 1000; i++) expect(table.find(i, -i)).toBe(i);
  expect(table.find(1, 1)).toBe(-1);
});
