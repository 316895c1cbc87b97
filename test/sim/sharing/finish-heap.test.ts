import { describe, expect, it } from 'vitest';
import { StreamSource } from '../../../sim/random/stream.ts';
import { FinishHeap } from '../../../sim/sharing/finish-heap.ts';

const ITEMS = 60;

/** Takes out every item, the first one first. */
function emptied(heap: FinishHeap): number[] {
  const items: number[] = [];
  for (let item = heap.first(); item >= 0; item = heap.first()) {
    items.push(item);
    heap.remove(item);
  }
  return items;
}

describe('the heap of finishes', () => {
  it('gives the items by finish and start order, however they were moved about', () => {
    for (const seed of ['a', 'b', 'c', 'd', 'e']) {
      const stream = new StreamSource(seed).stream('finishes', 'moves');
      const heap = new FinishHeap();
      heap.reserve(ITEMS);
      const finishes = new Map<number, number>();
      for (let round = 0; round < 200; round++) {
        for (let move = 0; move < 40; move++) {
          const item = stream.below(ITEMS);
          // Few different instants, so that many are equal; some never come.
          const finishNs = stream.below(10) === 0 ? Infinity : stream.below(30);
          if (stream.below(4) === 0) {
            heap.remove(item);
            finishes.delete(item);
          } else {
            heap.put(item, finishNs, ITEMS - item);
            finishes.set(item, finishNs);
          }
        }
        const wanted = [...finishes.keys()].sort((a, b) => compare(finishes.get(a)!, finishes.get(b)!) || b - a);
        expect(emptied(heap), `${seed}, round ${round}`).toEqual(wanted);
        for (const [item, finishNs] of finishes) heap.put(item, finishNs, ITEMS - item);
      }
    }
  });

  it('knows no item that was never put in', () => {
    const heap = new FinishHeap();
    heap.remove(7_000);
    expect(heap.first()).toBe(-1);
  });
});

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
