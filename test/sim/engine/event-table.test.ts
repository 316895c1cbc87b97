import { describe, expect, it } from 'vitest';
import { CAUSE, EventTable, KIND, OPERAND_A, OPERAND_B } from '../../../sim/engine/event-table.ts';

describe('the event table', () => {
  it('gives a released slot out again, the last one first', () => {
    const table = new EventTable();
    const slots = [0, 1, 2].map((kind) => table.add(kind, 0, 0, -1));
    expect(new Set(slots).size).toBe(3);
    table.release(slots[1]);
    table.release(slots[0]);
    expect(table.add(7, 0, 0, -1)).toBe(slots[0]);
    expect(table.add(8, 0, 0, -1)).toBe(slots[1]);
    expect(slots).not.toContain(table.add(9, 0, 0, -1));
    expect([table.words[8 * slots[0] + KIND], table.words[8 * slots[2] + KIND]]).toEqual([7, 2]);
  });

  it('keeps its contents while it grows', () => {
    const table = new EventTable();
    const slots = Array.from({ length: 10_000 }, (_, i) => table.add(i, i / 3, -i, 2 * i));
    for (const [i, slot] of slots.entries()) {
      const words = [table.words[8 * slot + KIND], table.words[8 * slot + CAUSE]];
      const doubles = [table.doubles[4 * slot + OPERAND_A], table.doubles[4 * slot + OPERAND_B]];
      expect([words, doubles]).toEqual([
        [i, 2 * i],
        [i / 3, -i],
      ]);
    }
  });
});
