/** What is under a point of the map. */
import type { MapSpec } from '../../sim/trace/catalog.ts';
import { detailAt } from './detail.ts';
import { LEAF_HEIGHT, type MapLayout, TRAY_PITCH } from './layout.ts';
import { gridFor, traySlot } from './raster.ts';
import type { MapScene } from './scene.ts';

/** A row of a table. */
export interface RowRef {
  readonly table: string;
  readonly row: number;
}

/** Scale and position in CSS pixels: screen = world * k + (x, y). */
export interface View {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

const LINE_REACH_PIXELS = 5;

/** The smallest thing under a point given in CSS pixels, or `null`. */
export function hitTest(
  map: MapSpec,
  layout: MapLayout,
  scene: MapScene,
  view: View,
  px: number,
  py: number,
): RowRef | null {
  const x = (px - view.x) / view.k;
  const y = (py - view.y) / view.k;
  return (
    hitCell(map, layout, scene, view, x, y) ??
    hitSwitch(layout, x, y) ??
    hitLine(map, layout, scene, x, y, LINE_REACH_PIXELS / view.k) ??
    hitGroup(map, layout, x, y) ??
    hitTray(map, layout, scene, x, y)
  );
}

function groupAt(layout: MapLayout, x: number, y: number): number {
  for (let group = 0; group < layout.groupCount; group++) {
    const dx = x - layout.groupX[group];
    const dy = y - layout.groupY[group];
    if (dx >= 0 && dy >= 0 && dx < layout.groupWidth && dy < layout.groupHeight) return group;
  }
  return -1;
}

function hitCell(map: MapSpec, layout: MapLayout, scene: MapScene, view: View, x: number, y: number): RowRef | null {
  const detail = detailAt(view.k);
  if (detail === 'group-heat') return null;
  for (let cell = 0; cell < layout.cellCount; cell++) {
    const dx = x - layout.cellX[cell];
    const dy = y - layout.cellY[cell];
    if (dx < 0 || dy < 0 || dx >= 1 || dy >= 1 || !scene.cellAlive[cell]) continue;
    const item = itemAt(scene, cell, view.k, dx * view.k, dy * view.k);
    return item < 0 ? { table: map.cells, row: cell } : { table: map.items, row: item };
  }
  return null;
}

/** Items can be picked from 3 pixels on; the grid is that of the raster at one device pixel per CSS pixel. */
function itemAt(scene: MapScene, cell: number, k: number, px: number, py: number): number {
  const from = scene.itemStart[cell];
  const count = scene.itemStart[cell + 1] - from;
  const grid = gridFor(detailAt(k), Math.floor(k), count, 1);
  if (grid.side < 3 || px < grid.left || py < grid.top) return -1;
  const column = Math.floor((px - grid.left) / grid.stepX);
  const slot = Math.floor((py - grid.top) / grid.stepY) * grid.columns + column;
  return column < grid.columns && slot < Math.min(count, grid.capacity) ? scene.itemOrder[from + slot] : -1;
}

function hitSwitch(layout: MapLayout, x: number, y: number): RowRef | null {
  if (layout.spineTable === null) return null;
  const at = layout.spineBoxes.findIndex(
    (box) => x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height,
  );
  if (at >= 0) return { table: layout.spineTable, row: layout.spines[at] };
  const group = groupAt(layout, x, y);
  if (group < 0 || layout.leaves[group] < 0 || y - layout.groupY[group] > LEAF_HEIGHT) return null;
  return { table: layout.spineTable, row: layout.leaves[group] };
}

function hitLine(map: MapSpec, layout: MapLayout, scene: MapScene, x: number, y: number, reach: number): RowRef | null {
  let best = -1;
  let bestDistance = reach;
  layout.fabricPaths.forEach((path, at) => {
    const distance = pathDistance(path, x, y);
    if (distance < bestDistance) {
      best = at;
      bestDistance = distance;
    }
  });
  return best < 0 ? null : { table: map.lines, row: scene.busierLine(best) };
}

/** Distance of a point from a polyline. */
export function pathDistance(path: Float64Array, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + 3 < path.length; at += 2) {
    const dx = path[at + 2] - path[at];
    const dy = path[at + 3] - path[at + 1];
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - path[at]) * dx + (y - path[at + 1]) * dy) / length));
    least = Math.min(least, Math.hypot(x - path[at] - share * dx, y - path[at + 1] - share * dy));
  }
  return least;
}

function hitGroup(map: MapSpec, layout: MapLayout, x: number, y: number): RowRef | null {
  const group = groupAt(layout, x, y);
  return group < 0 ? null : { table: map.groups, row: group };
}

function hitTray(map: MapSpec, layout: MapLayout, scene: MapScene, x: number, y: number): RowRef | null {
  const { tray } = layout;
  if (x < tray.x || y < tray.y || x >= tray.x + tray.width || y >= tray.y + tray.height) return null;
  const columns = Math.max(1, Math.floor(tray.width / TRAY_PITCH));
  const slot = Math.floor((y - tray.y) / TRAY_PITCH) * columns + Math.floor((x - tray.x) / TRAY_PITCH);
  if (slot >= scene.waiting || !traySlot(layout, slot).fits) return null;
  return { table: map.items, row: scene.itemOrder[scene.itemStart[layout.cellCount] + slot] };
}

/** The box of a row on the map in world units, for centring and for marking the selection; `null` when it has none. */
export function boxOf(map: MapSpec, layout: MapLayout, scene: MapScene, ref: RowRef) {
  if (ref.table === map.groups && ref.row < layout.groupCount) {
    const height = layout.groupHeight;
    return { x: layout.groupX[ref.row], y: layout.groupY[ref.row], width: layout.groupWidth, height };
  }
  if (ref.table === map.cells && ref.row < layout.cellCount) return cellBox(layout, ref.row);
  if (ref.table === map.items) {
    const cell = scene.cellOf(ref.row);
    return cell >= 0 && cell < layout.cellCount ? cellBox(layout, cell) : null;
  }
  if (ref.table === layout.spineTable)
    return layout.spineBoxes[layout.spines.indexOf(ref.row)] ?? leafBox(layout, ref.row);
  return null;
}

function cellBox(layout: MapLayout, cell: number) {
  return { x: layout.cellX[cell], y: layout.cellY[cell], width: 1, height: 1 };
}

function leafBox(layout: MapLayout, row: number) {
  const group = layout.leaves.indexOf(row);
  if (group < 0) return null;
  return { x: layout.groupX[group], y: layout.groupY[group], width: layout.groupWidth, height: LEAF_HEIGHT };
}
