import { beforeAll, describe, expect, it } from 'vitest';
import { CLOUD_CATALOG, MEMBER_HEALTH } from '../../../models/world/catalog.ts';
import { MemorySource } from '../../../sim/trace/memory-source.ts';
import { openTrace } from '../../../sim/trace/reader.ts';
import type { Frame } from '../../../viz/frame-source/frame.ts';
import { TraceFrames } from '../../../viz/frame-source/trace-frames.ts';
import { detailAt, itemGrid } from '../../../viz/map/detail.ts';
import { hitTest } from '../../../viz/map/hit.ts';
import { layoutMap, type MapLayout } from '../../../viz/map/layout.ts';
import { makePalette, packColour, rampStep } from '../../../viz/map/palette.ts';
import { paintMap, type Raster } from '../../../viz/map/raster.ts';
import { MapScene } from '../../../viz/map/scene.ts';
import { PATTERN_OF, patternCovers, TONES } from '../../../viz/map/tones.ts';
import { SMALL_SIZE, syntheticTrace } from '../synthetic-trace.ts';

const map = CLOUD_CATALOG.map!;
/** Every token gets a colour of its own, so that a wrong one is seen. */
const colours = new Map<string, string>();
const palette = makePalette((name) => {
  if (!colours.has(name)) colours.set(name, `#${(0x102030 + colours.size * 0x010503).toString(16)}`);
  return colours.get(name)!;
});

let frame: Frame;
let layout: MapLayout;
let scene: MapScene;

beforeAll(async () => {
  const frames = new TraceFrames(await openTrace(MemorySource.of(syntheticTrace(SMALL_SIZE))));
  frame = await frames.frame({ timeNs: 6e9 });
  layout = layoutMap(CLOUD_CATALOG, frame.tables)!;
  scene = new MapScene(CLOUD_CATALOG, layout);
  scene.update(frame, 0);
});

function paint(k: number): Raster {
  const width = Math.ceil(layout.width * k);
  const height = Math.ceil(layout.height * k);
  const raster = { pixels: new Uint32Array(width * height), width, height };
  paintMap(raster, { k, x: 0, y: 0, unit: 1 }, layout, scene, palette, 0);
  return raster;
}

function pixel(raster: Raster, x: number, y: number): number {
  return raster.pixels[Math.floor(y) * raster.width + Math.floor(x)];
}

function toneOf(column: 'phase' | 'health', table: string, row: number): number {
  const values = CLOUD_CATALOG.tables
    .find((entry) => entry.name === table)!
    .columns.find((entry) => entry.name === column)!.values!;
  return TONES.indexOf(values[frame.tables[table].columns[column][row]].tone);
}

describe('the raster', () => {
  it.each([20, 30, 60, 100, 200])('paints every pod in the colour and pattern of its phase at %s pixels', (k) => {
    const raster = paint(k);
    let seen = 0;
    for (let cell = 0; cell < layout.cellCount; cell++) {
      const from = scene.itemStart[cell];
      const count = scene.itemStart[cell + 1] - from;
      const grid = itemGrid(detailAt(k), Math.floor(k), count);
      for (let slot = 0; slot < Math.min(count, grid.capacity); slot++) {
        const tone = toneOf('phase', 'pods', scene.itemOrder[from + slot]);
        const x = Math.round(layout.cellX[cell] * k) + grid.left + (slot % grid.columns) * grid.stepX;
        const y = Math.round(layout.cellY[cell] * k) + grid.top + Math.floor(slot / grid.columns) * grid.stepY;
        for (let dy = 0; dy < grid.side; dy++) {
          for (let dx = 0; dx < grid.side; dx++) {
            const covered = patternCovers(PATTERN_OF[TONES[tone]], dx, dy, grid.side);
            if (covered) expect(pixel(raster, x + dx, y + dy)).toBe(palette.tones[tone]);
          }
        }
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(40);
  });

  it.each([6, 20, 60])('frames every node in the colour of its health at %s pixels', (k) => {
    const raster = paint(k);
    for (let cell = 0; cell < layout.cellCount; cell++) {
      const tone = toneOf('health', 'nodes', cell);
      const expected = TONES[tone] === 'good' ? palette.edge : palette.tones[tone];
      expect(pixel(raster, Math.round(layout.cellX[cell] * k), Math.round(layout.cellY[cell] * k))).toBe(expected);
    }
  });

  it('dashes the frame of a node of which the control plane believes otherwise', () => {
    const values = CLOUD_CATALOG.tables.find(({ name }) => name === 'nodes')!.columns[0].values!;
    const believed = new Uint8Array(scene.beliefTone);
    scene.beliefTone.set(scene.cellTone);
    const agreed = paint(60);
    scene.beliefTone[0] = TONES.indexOf(values.find(({ tone }) => TONES.indexOf(tone) !== scene.cellTone[0])!.tone);
    const told = paint(60);
    const colour = palette.tones[scene.beliefTone[0]];
    const count = (raster: Raster): number => raster.pixels.reduce((sum, at) => sum + Number(at === colour), 0);
    expect(count(told)).toBeGreaterThan(count(agreed) + 50);
    scene.beliefTone.set(believed);
  });

  it('dashes the border of a rack that nobody reaches, and names its state', async () => {
    const reach = new Uint8Array(frame.tables['racks'].count);
    const cut = new MapScene(CLOUD_CATALOG, layout);
    reach[1] = MEMBER_HEALTH.cutOff;
    const racks = { ...frame.tables['racks'], columns: { ...frame.tables['racks'].columns, reach } };
    cut.update({ ...frame, tables: { ...frame.tables, racks } }, 0);
    expect([0, 1, 2].map((rack) => cut.groupWords(rack))).toEqual(['', 'cut off', '']);
    const warn = palette.tones[TONES.indexOf('warn')];
    const raster = { pixels: new Uint32Array(1000 * 800), width: 1000, height: 800 };
    const painted = (shown: MapScene): number => {
      paintMap(raster, { k: 20, x: 20, y: 20, unit: 1 }, layout, shown, palette, 0);
      return raster.pixels.reduce((sum, at) => sum + Number(at === warn), 0);
    };
    expect(painted(cut)).toBeGreaterThan(painted(scene) + 50);
  });

  it('fills a small cell from its floor by its load', () => {
    const k = 10;
    const raster = paint(k);
    for (let cell = 0; cell < layout.cellCount; cell++) {
      if (TONES[scene.cellTone[cell]] === 'bad') continue;
      const fill = scene.fills[0][cell];
      const x = Math.round(layout.cellX[cell] * k) + 4;
      const y = Math.round(layout.cellY[cell] * k) + k - 3;
      expect(pixel(raster, x, y)).toBe(fill > 0.1 ? palette.ramp[rampStep(fill)] : palette.cell);
    }
  });

  it('shows racks as one block below 4 pixels, coloured by their mean', () => {
    const k = 3;
    const raster = paint(k);
    for (let group = 0; group < layout.groupCount; group++) {
      const x = Math.round(layout.groupX[group] * k) + 2;
      const y = Math.round((layout.groupY[group] + layout.groupHeight) * k) - 3;
      const expected = palette.ramp[rampStep(scene.groupMean[group])];
      expect([expected, palette.tones[TONES.indexOf('bad')]]).toContain(pixel(raster, x, y));
    }
  });

  it('never writes outside of the pixels it was given', () => {
    const raster = { pixels: new Uint32Array(50 * 40), width: 50, height: 40 };
    for (const k of [3, 8, 24, 70, 200]) {
      for (const shift of [-500, -33, 0, 25, 49]) {
        paintMap(raster, { k, x: shift, y: shift, unit: 1 }, layout, scene, palette, 0);
        expect(raster.pixels.length).toBe(2000);
      }
    }
  });
});

describe('picking', () => {
  it.each([60, 100, 200])('finds the pod that was painted at %s pixels', (k) => {
    for (let cell = 0; cell < layout.cellCount; cell++) {
      const from = scene.itemStart[cell];
      const count = scene.itemStart[cell + 1] - from;
      const grid = itemGrid(detailAt(k), Math.floor(k), count);
      for (let slot = 0; slot < Math.min(count, grid.capacity); slot++) {
        const x = layout.cellX[cell] * k + grid.left + (slot % grid.columns) * grid.stepX + grid.side / 2;
        const y = layout.cellY[cell] * k + grid.top + Math.floor(slot / grid.columns) * grid.stepY + grid.side / 2;
        expect(hitTest(map, layout, scene, { k, x: 0, y: 0 }, x, y)).toEqual({
          table: 'pods',
          row: scene.itemOrder[from + slot],
        });
      }
    }
  });

  it('finds racks, nodes, switches and links', () => {
    const view = { k: 10, x: 5, y: 7 };
    const at = (x: number, y: number) => hitTest(map, layout, scene, view, x * 10 + 5, y * 10 + 7);
    expect(at(layout.groupX[1] + 0.2, layout.groupY[1] + 1.2)).toEqual({ table: 'racks', row: 1 });
    expect(at(layout.groupX[1] + 0.2, layout.groupY[1] + 0.2)).toEqual({ table: 'switches', row: layout.leaves[1] });
    expect(at(layout.cellX[5] + 0.5, layout.cellY[5] + 0.5)).toEqual({ table: 'nodes', row: 5 });
    const spine = layout.spineBoxes[1];
    expect(at(spine.x + 0.1, spine.y + 0.1)).toEqual({ table: 'switches', row: layout.spines[1] });
    const path = layout.fabricPaths[0];
    const middle = at((path[6] + path[8]) / 2, (path[7] + path[9]) / 2);
    expect(middle?.table).toBe('links');
    expect(at(-3, -3)).toBeNull();
  });
});

it('packs colours for a little-endian machine', () => {
  const bytes = new Uint8Array(new Uint32Array([packColour('#0a3c5f')]).buffer);
  expect([...bytes]).toEqual([0x0a, 0x3c, 0x5f, 255]);
});
