import { beforeAll, describe, expect, it } from 'vitest';
import { CLOUD_CATALOG } from '../../../models/world/catalog.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';
import type { Frame } from '../../../viz/frame-source/frame.ts';
import { TraceFrames } from '../../../viz/frame-source/trace-frames.ts';
import { pathDistance } from '../../../viz/map/hit.ts';
import { cellColumnsOf, layoutMap, type MapLayout } from '../../../viz/map/layout.ts';
import { OPENB_SIZE, syntheticTrace } from '../synthetic-trace.ts';

let frame: Frame;
let layout: MapLayout;

beforeAll(async () => {
  const bytes = syntheticTrace({ ...OPENB_SIZE, flows: 0, pods: 500, seconds: 10 });
  const frames = new TraceFrames(await openTrace(MemorySource.of(bytes)));
  frame = await frames.frame({ timeNs: 10e9 });
  layout = layoutMap(CLOUD_CATALOG, frame.tables)!;
});

describe('the layout of OpenB', () => {
  it('places every node in its rack, without overlap', () => {
    const taken = new Set<string>();
    for (let cell = 0; cell < layout.cellCount; cell++) {
      const group = layout.cellGroup[cell];
      const dx = layout.cellX[cell] - layout.groupX[group];
      const dy = layout.cellY[cell] - layout.groupY[group];
      expect(dx).toBeGreaterThanOrEqual(0);
      expect(dx + 1).toBeLessThanOrEqual(layout.groupWidth + 1e-9);
      expect(dy + 1).toBeLessThanOrEqual(layout.groupHeight + 1e-9);
      taken.add(`${layout.cellX[cell]} ${layout.cellY[cell]}`);
    }
    expect(taken.size).toBe(1523);
  });

  it('keeps racks apart', () => {
    for (let a = 0; a < layout.groupCount; a++) {
      for (let b = 0; b < a; b++) {
        const apartX = Math.abs(layout.groupX[a] - layout.groupX[b]) >= layout.groupWidth;
        const apartY = Math.abs(layout.groupY[a] - layout.groupY[b]) >= layout.groupHeight;
        expect(apartX || apartY).toBe(true);
      }
    }
  });

  it('joins each leaf with each spine by one cable of two lines', () => {
    expect(layout.spines).toEqual([0, 1, 2, 3]);
    expect(layout.fabricLines.length).toBe(layout.groupCount * 4);
    expect([...layout.fabricBacks].every((line) => line >= 0)).toBe(true);
  });

  it('starts cables at their leaf and ends them under their spine', () => {
    layout.fabricPaths.forEach((path, at) => {
      const group = frame.tables['links'].columns['rack'][layout.fabricLines[at]];
      const spine = layout.spineBoxes[frame.tables['links'].columns['spine'][layout.fabricLines[at]]];
      expect(path[1]).toBe(layout.groupY[group]);
      expect(path[0]).toBeGreaterThan(layout.groupX[group]);
      expect(path[0]).toBeLessThan(layout.groupX[group] + layout.groupWidth);
      expect(path[path.length - 2]).toBeGreaterThanOrEqual(spine.x);
      expect(path[path.length - 2]).toBeLessThanOrEqual(spine.x + spine.width);
    });
  });

  it('runs no cable through a rack', () => {
    for (const path of layout.fabricPaths) {
      for (let group = 0; group < layout.groupCount; group++) {
        const middle = [layout.groupX[group] + layout.groupWidth / 2, layout.groupY[group] + layout.groupHeight / 2];
        expect(pathDistance(path, middle[0], middle[1])).toBeGreaterThan(layout.groupHeight / 2 - 0.5);
      }
    }
  });

  it('is the same at every time and in every run of the same cluster', async () => {
    const frames = new TraceFrames(
      await openTrace(MemorySource.of(syntheticTrace({ ...OPENB_SIZE, flows: 0, pods: 500, seconds: 10 }))),
    );
    const early = layoutMap(CLOUD_CATALOG, (await frames.frame({ timeNs: 0 })).tables);
    expect(early).toEqual(layout);
  });

  it('has the shape of a screen', () => {
    expect(layout.width / layout.height).toBeGreaterThan(1.2);
    expect(layout.width / layout.height).toBeLessThan(2.4);
  });
});

it('prefers racks without gaps', () => {
  expect(cellColumnsOf(40)).toBe(8);
  expect(cellColumnsOf(4)).toBe(2);
  expect(cellColumnsOf(1)).toBe(1);
});
