import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Detail, detailAt, itemGrid } from '../../../viz/map/detail.ts';

describe('level of detail', () => {
  it.each([
    [0.5, 'group-heat'],
    [3.99, 'group-heat'],
    [4, 'cell'],
    [11.99, 'cell'],
    [12, 'cell-items'],
    [47.9, 'cell-items'],
    [48, 'item-shapes'],
    [159.9, 'item-shapes'],
    [160, 'labels'],
    [640, 'labels'],
  ])('at %s pixels per cell is %s', (pixels, detail) => {
    expect(detailAt(pixels)).toBe(detail);
  });
});

describe('the grid of items in a cell', () => {
  const details: readonly (readonly [Detail, number, number])[] = [
    ['cell-items', 12, 47],
    ['item-shapes', 48, 159],
    ['labels', 160, 640],
  ];

  it.each(details)('stays inside the cell at %s', (detail, from, to) => {
    const property = fc.property(
      fc.integer({ min: from, max: to }),
      fc.integer({ min: 1, max: 200 }),
      (size, count) => {
        const grid = itemGrid(detail, size, count);
        const shown = Math.min(count, grid.capacity);
        for (let slot = 0; slot < shown; slot++) {
          const right = grid.left + (slot % grid.columns) * grid.stepX + grid.side;
          const bottom = grid.top + Math.floor(slot / grid.columns) * grid.stepY + grid.side;
          expect(right).toBeLessThan(size);
          expect(bottom).toBeLessThan(size);
        }
      },
    );
    fc.assert(property, { seed: 1, numRuns: 300 });
  });

  it('draws pods as 1 to 3 pixels below 48 pixels', () => {
    for (let size = 12; size < 48; size++) {
      const { side } = itemGrid('cell-items', size, 5);
      expect(side).toBeGreaterThanOrEqual(1);
      expect(side).toBeLessThanOrEqual(3);
    }
  });

  it('shows a whole node of OpenB (at most 110 pods) from 17 pixels on', () => {
    expect(itemGrid('cell-items', 17, 110).capacity).toBeGreaterThanOrEqual(110);
  });
});
