import { describe, expect, it } from 'vitest';
import { EventTable, KIND, OPERAND_A } from '../../../sim/engine/event-table.ts';

function taken(table: EventTable, kind = 1): number {
  const slot = table.take();
  table.words[8 * slot + KIND] = kind;
  return slot;
}

describe('the event table', () => {
  it('gives a released slot out again under another handle', () => {
    const table = new EventTable(10);
    const slot = taken(table);
    const handle = table.handleOf(slot);
    expect(table.slotOf(handle)).toBe(slot);
    table.release(slot);
    expect(table.slotOf(handle)).toBe(-1);
    expect(taken(table)).toBe(slot);
    expect(table.slotOf(handle)).toBe(-1);
    expect(table.slotOf(table.handleOf(slot))).toBe(slot);
  });

  it('never repeats a handle over many reuses of a slot', () => {
    const table = new EventTable(1);
    const handles = new Set<number>();
    for (let i = 0; i < 5000; i++) {
      const slot = taken(table);
      handles.add(table.handleOf(slot));
      table.release(slot);
    }
    expect(handles.size).toBe(5000);
    expect([...handles].every(Number.isSafeInteger)).toBe(true);
  });

  it('keeps its contents while it grows', () => {
    const table = new EventTable(10_000);
    for (let i = 0; i < 10_000; i++) {
      // The slot first: taking it may exchange the columns.
      const slot = taken(table, i);
      table.doubles[4 * slot + OPERAND_A] = i / 3;
    }
    for (let i = 0; i < 10_000; i++) {
      expect(table.words[8 * i + KIND]).toBe(i);
      expect(table.doubles[4 * i + OPERAND_A]).toBe(i / 3);
    }
    expect(() => table.take()).toThrow('more than 10000 pending events');
  });

  it('voids an event without giving its slot away', () => {
    const table = new EventTable(10);
    const slot = taken(table);
    const handle = table.handleOf(slot);
    table.void(slot);
    expect(table.slotOf(handle)).toBe(-1);
    expect(table.take()).not.toBe(slot);
  });
});
