/**
 * The pixel layer of the map: groups, cells and items written into one array of pixels, so that the cost of a frame
 * hangs on the size of the screen and not on the number of items, and no graphics card is needed.
 *
 * Everything here is a pure function of layout, scene, view and palette; tests read the pixels back.
 */
import { type CellFrame, cellFrame, type Detail, detailAt, type ItemGrid, itemGrid } from './detail.ts';
import { GROUP_HEADER, LEAF_HEIGHT, type MapLayout, TRAY_PITCH } from './layout.ts';
import { type MapPalette, rampStep } from './palette.ts';
import type { MapScene } from './scene.ts';
import { PATTERN_OF, patternCovers, TONES, toneNumber } from './tones.ts';

/** Where the world is on the screen, in device pixels: screen = world * k + (x, y). `unit` is device pixels per CSS pixel. */
export interface RasterView {
  readonly k: number;
  readonly x: number;
  readonly y: number;
  readonly unit: number;
}

export interface Raster {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

const GOOD = toneNumber('good');
const WARN = toneNumber('warn');
const BAD = toneNumber('bad');
const MASK_SIDE_MAX = 64;

/** For each tone and side, which pixels of a square are painted; made on first use. */
const masks: (Uint8Array | undefined)[] = [];

function maskOf(tone: number, side: number): Uint8Array {
  const key = tone * (MASK_SIDE_MAX + 1) + side;
  let mask = masks[key];
  if (!mask) {
    const pattern = PATTERN_OF[TONES[tone]];
    mask = Uint8Array.from({ length: side * side }, (_, at) =>
      Number(patternCovers(pattern, at % side, Math.floor(at / side), side)),
    );
    masks[key] = mask;
  }
  return mask;
}

/** Paints the whole layer. */
export function paintMap(
  raster: Raster,
  view: RasterView,
  layout: MapLayout,
  scene: MapScene,
  palette: MapPalette,
  gauge: number,
): void {
  const detail = detailAt(view.k / view.unit);
  raster.pixels.fill(palette.ground);
  paintGroups(raster, view, layout, scene, palette, detail);
  if (detail !== 'group-heat') paintCells(raster, view, layout, scene, palette, detail, gauge);
  paintTray(raster, view, layout, scene, palette);
}

/** Fills a rectangle, clipped. */
export function fillRect(raster: Raster, x: number, y: number, width: number, height: number, colour: number): void {
  const left = Math.max(0, x);
  const right = Math.min(raster.width, x + width);
  const bottom = Math.min(raster.height, y + height);
  if (right <= left) return;
  for (let row = Math.max(0, y); row < bottom; row++) {
    raster.pixels.fill(colour, row * raster.width + left, row * raster.width + right);
  }
}

function frameRect(
  raster: Raster,
  x: number,
  y: number,
  width: number,
  height: number,
  edge: number,
  colour: number,
): void {
  fillRect(raster, x, y, width, edge, colour);
  fillRect(raster, x, y + height - edge, width, edge, colour);
  fillRect(raster, x, y + edge, edge, height - 2 * edge, colour);
  fillRect(raster, x + width - edge, y + edge, edge, height - 2 * edge, colour);
}

/** Every second dash of a frame, corners left out: an opinion beside the truth, or a border that nothing crosses. */
function dashRect(
  raster: Raster,
  x: number,
  y: number,
  width: number,
  height: number,
  edge: number,
  colour: number,
): void {
  const dash = 4 * edge;
  for (let at = dash; at < width; at += 2 * dash) {
    const long = Math.min(dash, width - at);
    fillRect(raster, x + at, y, long, edge, colour);
    fillRect(raster, x + at, y + height - edge, long, edge, colour);
  }
  for (let at = dash; at < height; at += 2 * dash) {
    const long = Math.min(dash, height - at);
    fillRect(raster, x, y + at, edge, long, colour);
    fillRect(raster, x + width - edge, y + at, edge, long, colour);
  }
}

/** Paints one item: its tone's colour through its tone's pattern. */
function paintItem(raster: Raster, x: number, y: number, side: number, tone: number, colour: number): void {
  if (x >= raster.width || y >= raster.height || x + side <= 0 || y + side <= 0) return;
  if (side === 1) {
    raster.pixels[y * raster.width + x] = colour;
    return;
  }
  const mask = maskOf(tone, Math.min(side, MASK_SIDE_MAX));
  for (let dy = 0; dy < side; dy++) {
    const row = y + dy;
    if (row < 0 || row >= raster.height) continue;
    for (let dx = 0; dx < side; dx++) {
      const column = x + dx;
      if (mask[dy * side + dx] && column >= 0 && column < raster.width)
        raster.pixels[row * raster.width + column] = colour;
    }
  }
}

function paintGroups(
  raster: Raster,
  view: RasterView,
  layout: MapLayout,
  scene: MapScene,
  palette: MapPalette,
  detail: Detail,
): void {
  const width = Math.round(layout.groupWidth * view.k);
  const height = Math.round((layout.groupHeight - LEAF_HEIGHT) * view.k);
  for (let group = 0; group < layout.groupCount; group++) {
    const x = Math.round(layout.groupX[group] * view.k + view.x);
    const y = Math.round((layout.groupY[group] + LEAF_HEIGHT) * view.k + view.y);
    const pad = Math.round(0.15 * view.k);
    if (detail !== 'group-heat') {
      fillRect(raster, x - pad, y, width + 2 * pad, height + pad, palette.group);
      const tone = scene.groupTone[group];
      if (tone === WARN || tone === BAD) {
        const edge = Math.max(1, Math.round(2 * view.unit));
        dashRect(raster, x - pad, y, width + 2 * pad, height + pad, edge, palette.tones[tone]);
      }
    } else
      paintHeat(
        raster,
        x,
        y + Math.round((GROUP_HEADER - LEAF_HEIGHT) * view.k),
        width,
        layout,
        scene,
        palette,
        group,
        view,
      );
  }
}

/** One block for a group: colour by the mean, the corner by the greatest, a frame when anything in it is bad. */
function paintHeat(
  raster: Raster,
  x: number,
  y: number,
  width: number,
  layout: MapLayout,
  scene: MapScene,
  palette: MapPalette,
  group: number,
  view: RasterView,
): void {
  const height = Math.max(2, Math.round((layout.groupHeight - GROUP_HEADER) * view.k));
  fillRect(raster, x, y, width, height, palette.ramp[rampStep(scene.groupMean[group])]);
  const corner = Math.max(1, Math.round(width * 0.3));
  fillRect(raster, x + width - corner, y, corner, corner, palette.ramp[rampStep(scene.groupMax[group])]);
  if (scene.groupBad[group])
    frameRect(raster, x, y, width, height, Math.max(1, Math.round(view.unit)), palette.tones[BAD]);
}

function paintCells(
  raster: Raster,
  view: RasterView,
  layout: MapLayout,
  scene: MapScene,
  palette: MapPalette,
  detail: Detail,
  gauge: number,
): void {
  const size = Math.floor(view.k);
  const frame = cellFrame(detail, Math.round(view.unit));
  for (let cell = 0; cell < layout.cellCount; cell++) {
    const x = Math.round(layout.cellX[cell] * view.k + view.x);
    const y = Math.round(layout.cellY[cell] * view.k + view.y);
    if (x >= raster.width || y >= raster.height || x + size <= 0 || y + size <= 0) continue;
    if (!scene.cellAlive[cell]) continue;
    const body = size - frame.gap;
    paintBody(raster, x, y, body, frame, scene.cellTone[cell], palette);
    const belief = scene.beliefTone[cell];
    if (belief !== scene.cellTone[cell])
      dashRect(raster, x, y, body, body, Math.max(2, frame.border), palette.tones[belief]);
    if (detail === 'cell') paintLevel(raster, x, y, body, frame, scene.fills[gauge]?.[cell] ?? 0, palette);
    else if (detail === 'cell-items') paintBar(raster, x, y, body, frame, scene.fills[gauge]?.[cell] ?? 0, palette);
    else paintBars(raster, x, y, body, frame, scene, cell, palette);
    if (detail !== 'cell') paintItems(raster, x, y, size, cell, detail, view.unit, scene, palette);
  }
}

function paintBody(
  raster: Raster,
  x: number,
  y: number,
  body: number,
  frame: CellFrame,
  tone: number,
  palette: MapPalette,
): void {
  fillRect(raster, x, y, body, body, palette.cell);
  const healthy = tone === GOOD;
  frameRect(raster, x, y, body, body, frame.border, healthy ? palette.edge : palette.tones[tone]);
  if (tone !== BAD) return;
  // A failed cell is hatched as well as framed.
  const stride = Math.max(3, Math.min(9, body >> 2));
  for (let dy = 0; dy < body; dy++) {
    const row = y + dy;
    if (row < 0 || row >= raster.height) continue;
    for (let dx = dy % stride; dx < body; dx += stride) {
      const column = x + dx;
      if (column >= 0 && column < raster.width) raster.pixels[row * raster.width + column] = palette.tones[BAD];
    }
  }
}

/** Fill of a small cell as a level that rises from its floor. */
function paintLevel(
  raster: Raster,
  x: number,
  y: number,
  body: number,
  frame: CellFrame,
  fill: number,
  palette: MapPalette,
): void {
  const inside = body - 2 * frame.border;
  const level = Math.round(inside * fill);
  fillRect(raster, x + frame.border, y + frame.border + inside - level, inside, level, palette.ramp[rampStep(fill)]);
}

/** Fill of a middle-sized cell as a bar at its left side. */
function paintBar(
  raster: Raster,
  x: number,
  y: number,
  body: number,
  frame: CellFrame,
  fill: number,
  palette: MapPalette,
): void {
  const inside = body - 2 * frame.border;
  const level = Math.round(inside * fill);
  fillRect(
    raster,
    x + frame.border,
    y + frame.border + inside - level,
    frame.barWidth,
    level,
    palette.ramp[rampStep(fill)],
  );
}

/** All gauges of a large cell as bars along its floor. */
function paintBars(
  raster: Raster,
  x: number,
  y: number,
  body: number,
  frame: CellFrame,
  scene: MapScene,
  cell: number,
  palette: MapPalette,
): void {
  const count = scene.fills.length;
  if (count === 0) return;
  const inside = body - 4 * frame.border;
  const pitch = Math.floor(frame.fillHeight / count);
  // Where there is room for words, the bar is a line under them.
  const thick = pitch >= 11 ? 3 : Math.max(1, pitch - 1);
  for (let gauge = 0; gauge < count; gauge++) {
    const fill = scene.fills[gauge][cell];
    const top = y + body - frame.border - frame.fillHeight + (gauge + 1) * pitch - thick - 1;
    fillRect(raster, x + 2 * frame.border, top, inside, thick, palette.group);
    fillRect(raster, x + 2 * frame.border, top, Math.round(inside * fill), thick, palette.ramp[rampStep(fill)]);
  }
}

function paintItems(
  raster: Raster,
  x: number,
  y: number,
  size: number,
  cell: number,
  detail: Detail,
  unit: number,
  scene: MapScene,
  palette: MapPalette,
): void {
  const from = scene.itemStart[cell];
  const count = scene.itemStart[cell + 1] - from;
  if (count === 0) return;
  const grid = gridFor(detail, size, count, unit);
  const shown = Math.min(count, grid.capacity);
  let column = 0;
  let left = x + grid.left;
  let top = y + grid.top;
  for (let slot = 0; slot < shown; slot++) {
    const tone = scene.itemTone[scene.itemOrder[from + slot]];
    paintItem(raster, left, top, grid.side, tone, palette.tones[tone]);
    left += grid.stepX;
    if (++column === grid.columns) {
      column = 0;
      left = x + grid.left;
      top += grid.stepY;
    }
  }
}

let gridKey = '';
const grids = new Map<number, ItemGrid>();

/** The grid of a cell; remembered while the scale stays, because most cells hold like numbers of items. */
export function gridFor(detail: Detail, size: number, count: number, unit: number): ItemGrid {
  const key = `${detail} ${size} ${unit}`;
  if (key !== gridKey) {
    grids.clear();
    gridKey = key;
  }
  let grid = grids.get(count);
  if (!grid) {
    grid = itemGrid(detail, size, count, Math.round(unit));
    grids.set(count, grid);
  }
  return grid;
}

/** The square of a waiting item in the tray, in world units from the tray's corner. */
export function traySlot(layout: MapLayout, slot: number): { column: number; row: number; fits: boolean } {
  const columns = Math.max(1, Math.floor(layout.tray.width / TRAY_PITCH));
  const row = Math.floor(slot / columns);
  return { column: slot % columns, row, fits: (row + 1) * TRAY_PITCH <= layout.tray.height + 1e-9 };
}

function paintTray(raster: Raster, view: RasterView, layout: MapLayout, scene: MapScene, palette: MapPalette): void {
  const from = scene.itemStart[layout.cellCount];
  const pitch = TRAY_PITCH * view.k;
  const side = Math.max(1, Math.min(18, Math.floor(pitch) - (pitch >= 3 ? 1 : 0)));
  for (let slot = 0; slot < scene.waiting; slot++) {
    const place = traySlot(layout, slot);
    if (!place.fits) break;
    const x = Math.round((layout.tray.x + place.column * TRAY_PITCH) * view.k + view.x);
    const y = Math.round((layout.tray.y + place.row * TRAY_PITCH) * view.k + view.y);
    const tone = scene.itemTone[scene.itemOrder[from + slot]];
    paintItem(raster, x, y, side, tone, palette.tones[tone]);
  }
}
