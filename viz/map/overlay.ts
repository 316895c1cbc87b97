/** The canvas above the raster: lines of the fabric, switches, names, the selection. At most a few hundred strokes. */
import type { MapSpec } from '../../sim/trace/catalog.ts';
import { cellFrame, type Detail, detailAt } from './detail.ts';
import { boxOf, type RowRef, type View } from './hit.ts';
import { GROUP_HEADER, LEAF_HEIGHT, type MapLayout, portX } from './layout.ts';
import { type MapPalette, RAMP_STEPS, rampStep } from './palette.ts';
import { gridFor } from './raster.ts';
import type { MapScene } from './scene.ts';
import { toneNumber } from './tones.ts';

export interface OverlayInput {
  readonly map: MapSpec;
  readonly layout: MapLayout;
  readonly scene: MapScene;
  readonly view: View;
  readonly palette: MapPalette;
  readonly width: number;
  readonly height: number;
  readonly selection: RowRef | null;
  readonly hover: RowRef | null;
  name(table: string, row: number): string;
}

const BAD = toneNumber('bad');
const FONT = '"DejaVu Sans", system-ui, sans-serif';
const LABELS_MAX = 300;
/** Of a mean letter, as a share of the size. */
const LETTER_WIDTH = 0.6;

/** Draws the whole overlay in CSS pixels; the caller has scaled the context. */
export function drawOverlay(canvas: CanvasRenderingContext2D, input: OverlayInput): void {
  canvas.clearRect(0, 0, input.width, input.height);
  drawFabric(canvas, input);
  drawSwitches(canvas, input);
  drawGroupNames(canvas, input);
  const detail = detailAt(input.view.k);
  if (detail === 'item-shapes' || detail === 'labels') drawCellNames(canvas, input, detail);
  drawTrayLabel(canvas, input);
  drawSelection(canvas, input);
}

function drawFabric(canvas: CanvasRenderingContext2D, input: OverlayInput): void {
  const { layout, scene, palette } = input;
  const byStep: number[][] = Array.from({ length: RAMP_STEPS }, () => []);
  const down: number[] = [];
  for (let at = 0; at < layout.fabricPaths.length; at++) {
    if (scene.cableDown(at)) down.push(at);
    else byStep[rampStep(scene.cableLoad(at))].push(at);
  }
  canvas.lineJoin = 'round';
  byStep.forEach((paths, step) => {
    if (paths.length === 0) return;
    canvas.strokeStyle = palette.css.ramp[step];
    canvas.lineWidth = lineWidth(step / (RAMP_STEPS - 1), input.view.k);
    strokePaths(canvas, input, paths);
  });
  if (down.length > 0) drawDown(canvas, input, down);
}

/** Load shows as width too: from a hair to the width of a lane, more when near. */
function lineWidth(load: number, k: number): number {
  return (0.5 + 1.2 * load) * Math.max(0.6, Math.min(2.5, k / 12));
}

function strokePaths(canvas: CanvasRenderingContext2D, input: OverlayInput, paths: readonly number[]): void {
  canvas.beginPath();
  for (const at of paths) tracePath(canvas, input.layout.fabricPaths[at], input.view);
  canvas.stroke();
}

function tracePath(canvas: CanvasRenderingContext2D, path: Float64Array, view: View): void {
  canvas.moveTo(path[0] * view.k + view.x, path[1] * view.k + view.y);
  for (let at = 2; at < path.length; at += 2) canvas.lineTo(path[at] * view.k + view.x, path[at + 1] * view.k + view.y);
}

function drawDown(canvas: CanvasRenderingContext2D, input: OverlayInput, paths: readonly number[]): void {
  const { view, palette, layout } = input;
  canvas.strokeStyle = palette.css.bad;
  canvas.lineWidth = 2;
  canvas.setLineDash([6, 4]);
  strokePaths(canvas, input, paths);
  canvas.setLineDash([]);
  canvas.lineWidth = 2.5;
  const arm = Math.max(2.5, Math.min(6, view.k * 0.42));
  canvas.beginPath();
  for (const at of paths) {
    const path = layout.fabricPaths[at];
    const end = path.length;
    crossAt(
      canvas,
      ((path[end - 4] + path[end - 2]) / 2) * view.k + view.x,
      ((path[end - 3] + path[end - 1]) / 2) * view.k + view.y,
      arm,
    );
    crossAt(canvas, path[0] * view.k + view.x, path[1] * view.k + view.y - arm, arm);
  }
  canvas.stroke();
}

function crossAt(canvas: CanvasRenderingContext2D, x: number, y: number, arm: number): void {
  canvas.moveTo(x - arm, y - arm);
  canvas.lineTo(x + arm, y + arm);
  canvas.moveTo(x + arm, y - arm);
  canvas.lineTo(x - arm, y + arm);
}

function drawSwitches(canvas: CanvasRenderingContext2D, input: OverlayInput): void {
  const { layout, view, palette, scene } = input;
  canvas.fillStyle = palette.css.group;
  for (let group = 0; group < layout.groupCount; group++) {
    if (layout.spines.length === 0) break;
    const x = layout.groupX[group] * view.k + view.x;
    const y = layout.groupY[group] * view.k + view.y;
    if (!onScreen(input, x, y, layout.groupWidth * view.k, LEAF_HEIGHT * view.k)) continue;
    const dead = scene.spineTone[layout.leaves[group]] === BAD;
    canvas.strokeStyle = dead ? palette.css.bad : palette.css.strong;
    canvas.lineWidth = dead ? 3 : 1;
    box(canvas, x, y, layout.groupWidth * view.k, Math.max(2, LEAF_HEIGHT * view.k * 0.7));
  }
  drawPorts(canvas, input);
  for (let at = 0; at < layout.spineBoxes.length; at++) drawSpine(canvas, input, at);
}

function box(canvas: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  canvas.fillRect(x, y, width, height);
  canvas.strokeRect(Math.round(x) + 0.5, Math.round(y) + 0.5, Math.round(width) - 1, Math.round(height) - 1);
}

/** The port of each line at its leaf: as wide as there is room, coloured as the line. */
function drawPorts(canvas: CanvasRenderingContext2D, input: OverlayInput): void {
  const { layout, view, palette, scene } = input;
  const size = Math.min(layout.groupWidth / Math.max(1, layout.spines.length) / 2, LEAF_HEIGHT * 0.36) * view.k;
  if (size < 2) return;
  layout.fabricPaths.forEach((path, at) => {
    const x = path[0] * view.k + view.x;
    const y = path[1] * view.k + view.y;
    if (!onScreen(input, x - size, y, 2 * size, size)) return;
    canvas.fillStyle = scene.cableDown(at) ? palette.css.bad : palette.css.ramp[rampStep(scene.cableLoad(at))];
    canvas.fillRect(x - size / 2, y + 0.12 * view.k, size, size);
  });
}

function drawSpine(canvas: CanvasRenderingContext2D, input: OverlayInput, at: number): void {
  const { layout, view, palette, scene } = input;
  const place = layout.spineBoxes[at];
  const row = layout.spines[at];
  const x = place.x * view.k + view.x;
  const y = place.y * view.k + view.y;
  const width = place.width * view.k;
  const height = place.height * view.k;
  canvas.fillStyle = palette.css.group;
  canvas.strokeStyle = scene.spineTone[row] === BAD ? palette.css.bad : palette.css.strong;
  canvas.lineWidth = scene.spineTone[row] === BAD ? 3 : 1;
  box(canvas, x, y, width, height);
  if (height < 9) return;
  const size = Math.max(9, Math.min(14, height * 0.6));
  text(
    canvas,
    input.name(layout.spineTable ?? '', row),
    x + width / 2,
    y + height / 2,
    width - 6,
    size,
    palette.css.label,
    'center',
  );
}

function text(
  canvas: CanvasRenderingContext2D,
  words: string,
  x: number,
  y: number,
  width: number,
  size: number,
  colour: string,
  align: CanvasTextAlign = 'left',
): void {
  canvas.font = `${size}px ${FONT}`;
  canvas.fillStyle = colour;
  canvas.textAlign = align;
  canvas.textBaseline = 'middle';
  const fitted = fitText(words, width, size);
  if (fitted) canvas.fillText(fitted, x, y);
}

/** Cuts words to a width; measures by a mean letter, which is stable over machines and cheap. Numbers at the end stay. */
export function fitText(words: string, width: number, size: number): string {
  const letters = Math.floor(width / (size * LETTER_WIDTH) + 1e-9);
  if (words.length <= letters) return words;
  if (letters < 3) return '';
  const tail = /[\d.-]+$/.exec(words)?.[0] ?? '';
  if (tail && tail.length + 1 <= letters) return `…${words.slice(words.length - letters + 1)}`;
  return `${words.slice(0, letters - 1)}…`;
}

function onScreen(input: OverlayInput, x: number, y: number, width: number, height: number): boolean {
  return x < input.width && y < input.height && x + width > 0 && y + height > 0;
}

function drawGroupNames(canvas: CanvasRenderingContext2D, input: OverlayInput): void {
  const { layout, view, palette, map, scene } = input;
  const width = layout.groupWidth * view.k;
  if (width < 44) return;
  const room = (GROUP_HEADER - LEAF_HEIGHT) * view.k;
  const size = Math.max(9, Math.min(15, room * 0.62));
  for (let group = 0; group < layout.groupCount; group++) {
    const x = layout.groupX[group] * view.k + view.x;
    const y = (layout.groupY[group] + (GROUP_HEADER + LEAF_HEIGHT * 0.8) / 2) * view.k + view.y;
    if (!onScreen(input, x, y - room, width, 2 * room)) continue;
    const state = scene.groupWords(group);
    const words = state === '' ? input.name(map.groups, group) : `${input.name(map.groups, group)}: ${state}`;
    // Smaller letters before words are cut.
    const fitting = Math.min(size, width / (words.length * LETTER_WIDTH));
    text(canvas, words, x + 1, y, width, Math.max(9, fitting), palette.css.label);
  }
}

function drawCellNames(canvas: CanvasRenderingContext2D, input: OverlayInput, detail: Detail): void {
  const { layout, view, palette, map, scene } = input;
  const frame = cellFrame(detail);
  const size = detail === 'labels' ? 12 : 10;
  let left = LABELS_MAX;
  for (let cell = 0; cell < layout.cellCount; cell++) {
    const x = layout.cellX[cell] * view.k + view.x;
    const y = layout.cellY[cell] * view.k + view.y;
    if (!scene.cellAlive[cell] || !onScreen(input, x, y, view.k, view.k)) continue;
    const count = scene.itemStart[cell + 1] - scene.itemStart[cell];
    const room = view.k - frame.gap - 8;
    const tail = detail === 'labels' ? `  ${count}` : '';
    text(
      canvas,
      input.name(map.cells, cell) + tail,
      x + 4,
      y + frame.border + frame.labelHeight / 2 + 1,
      room,
      size,
      palette.css.label,
    );
    if (detail !== 'labels') continue;
    drawGaugeNames(canvas, input, cell, x, y);
    if (left > 0) left -= drawItemNames(canvas, input, cell, x, y, left);
  }
}

/** Names and shares over the bars along the floor of a cell. */
function drawGaugeNames(
  canvas: CanvasRenderingContext2D,
  input: OverlayInput,
  cell: number,
  x: number,
  y: number,
): void {
  const { map, scene, view, palette } = input;
  const frame = cellFrame('labels');
  const body = Math.floor(view.k) - frame.gap;
  const pitch = Math.floor(frame.fillHeight / Math.max(1, map.cellFill.length));
  if (pitch < 11) return;
  map.cellFill.forEach((fill, gauge) => {
    const middle = y + body - frame.border - frame.fillHeight + gauge * pitch + (pitch - 4) / 2;
    const share = `${Math.round(scene.fills[gauge][cell] * 100)} %`;
    text(canvas, fill.label, x + 6, middle, body - 60, 9, palette.css.label);
    text(canvas, share, x + body - 5, middle, 50, 9, palette.css.label, 'right');
  });
}

function drawItemNames(
  canvas: CanvasRenderingContext2D,
  input: OverlayInput,
  cell: number,
  x: number,
  y: number,
  limit: number,
): number {
  const { scene, view, palette, map } = input;
  const from = scene.itemStart[cell];
  const count = scene.itemStart[cell + 1] - from;
  const grid = gridFor('labels', Math.floor(view.k), count, 1);
  const shown = Math.min(count, grid.capacity, limit);
  for (let slot = 0; slot < shown; slot++) {
    const left = x + grid.left + (slot % grid.columns) * grid.stepX + grid.side + 4;
    const middle = y + grid.top + Math.floor(slot / grid.columns) * grid.stepY + grid.side / 2 + 0.5;
    text(
      canvas,
      input.name(map.items, scene.itemOrder[from + slot]),
      left,
      middle,
      grid.stepX - grid.side - 6,
      10,
      palette.css.label,
    );
  }
  return shown;
}

function drawTrayLabel(canvas: CanvasRenderingContext2D, input: OverlayInput): void {
  const { layout, view, scene, palette } = input;
  // Nearer than this there is room between the last groups and the tray.
  if (scene.waiting === 0 || view.k < 8) return;
  const size = Math.max(10, Math.min(14, view.k * 0.8));
  const words = `Waiting for a place: ${scene.waiting}`;
  text(
    canvas,
    words,
    layout.tray.x * view.k + view.x,
    layout.tray.y * view.k + view.y - size * 0.8,
    400,
    size,
    palette.css.label,
  );
}

function drawSelection(canvas: CanvasRenderingContext2D, input: OverlayInput): void {
  const { selection, hover, palette } = input;
  if (hover) outlineRow(canvas, input, hover, palette.css.strong, 1.5);
  if (selection) outlineRow(canvas, input, selection, palette.css.selection, 2.5);
}

function outlineRow(
  canvas: CanvasRenderingContext2D,
  input: OverlayInput,
  ref: RowRef,
  colour: string,
  width: number,
): void {
  const { map, layout, view, scene } = input;
  canvas.strokeStyle = colour;
  canvas.lineWidth = width;
  if (ref.table === map.lines) {
    outlineLine(canvas, input, ref.row);
    return;
  }
  const place = boxOf(map, layout, scene, ref);
  if (!place) return;
  const pad = 2;
  canvas.strokeRect(
    place.x * view.k + view.x - pad,
    place.y * view.k + view.y - pad,
    place.width * view.k + pad,
    place.height * view.k + pad,
  );
  if (ref.table === map.items) outlineItem(canvas, input, ref.row);
  if (ref.table === map.cells) outlineLine(canvas, input, layout.hostLine[ref.row]);
  if (ref.table === map.groups) outlineFabricOf(canvas, input, ref.row);
}

function outlineItem(canvas: CanvasRenderingContext2D, input: OverlayInput, item: number): void {
  const { scene, layout, view } = input;
  const cell = scene.cellOf(item);
  const from = scene.itemStart[cell];
  const count = scene.itemStart[cell + 1] - from;
  const grid = gridFor(detailAt(view.k), Math.floor(view.k), count, 1);
  const slot = scene.itemOrder.subarray(from, from + count).indexOf(item);
  if (slot < 0 || slot >= grid.capacity || grid.side < 2) return;
  const x = Math.round(layout.cellX[cell] * view.k + view.x) + grid.left + (slot % grid.columns) * grid.stepX;
  const y = Math.round(layout.cellY[cell] * view.k + view.y) + grid.top + Math.floor(slot / grid.columns) * grid.stepY;
  canvas.strokeRect(x - 1.5, y - 1.5, grid.side + 3, grid.side + 3);
}

/** A line to a spine along its path; a line of a cell straight to its leaf. */
function outlineLine(canvas: CanvasRenderingContext2D, input: OverlayInput, line: number): void {
  const { layout, view } = input;
  const forth = layout.fabricLines.indexOf(line);
  const at = forth >= 0 ? forth : layout.fabricBacks.indexOf(line);
  canvas.beginPath();
  if (at >= 0) tracePath(canvas, layout.fabricPaths[at], view);
  else {
    const cell = layout.hostLine.indexOf(line);
    if (line < 0 || cell < 0) return;
    const group = layout.cellGroup[cell];
    const top = layout.groupY[group] + LEAF_HEIGHT * 0.7;
    canvas.moveTo((layout.cellX[cell] + 0.5) * view.k + view.x, layout.cellY[cell] * view.k + view.y);
    canvas.lineTo((layout.cellX[cell] + 0.5) * view.k + view.x, top * view.k + view.y);
  }
  canvas.stroke();
}

function outlineFabricOf(canvas: CanvasRenderingContext2D, input: OverlayInput, group: number): void {
  const { layout, view } = input;
  const portLeft = portX(layout.groupX[group], layout.groupWidth, 0, Math.max(1, layout.spines.length));
  canvas.beginPath();
  for (const path of layout.fabricPaths) {
    const samePort =
      path[1] === layout.groupY[group] &&
      path[0] >= portLeft - 1e-9 &&
      path[0] < layout.groupX[group] + layout.groupWidth;
    if (samePort) tracePath(canvas, path, view);
  }
  canvas.globalAlpha = 0.7;
  canvas.stroke();
  canvas.globalAlpha = 1;
}
