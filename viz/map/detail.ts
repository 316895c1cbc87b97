/** Level of detail: fixed thresholds of CSS pixels per cell, so that the same view always shows the same things. */

export type Detail = 'group-heat' | 'cell' | 'cell-items' | 'item-shapes' | 'labels';

/** What is drawn from how many pixels per cell on. */
export const DETAIL_FROM: readonly (readonly [pixels: number, detail: Detail])[] = [
  [160, 'labels'],
  [48, 'item-shapes'],
  [12, 'cell-items'],
  [4, 'cell'],
  [0, 'group-heat'],
];

/** The detail at a scale. */
export function detailAt(pixelsPerCell: number): Detail {
  for (const [from, detail] of DETAIL_FROM) if (pixelsPerCell >= from) return detail;
  return 'group-heat';
}

/** How items stand inside a cell, in pixels from the cell's corner. */
export interface ItemGrid {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly stepX: number;
  readonly stepY: number;
  /** Edge of one square. */
  readonly side: number;
  /** How many fit; the rest is left out and counted in the label. */
  readonly capacity: number;
}

/** Margin around the inside of a cell, and what else takes room, in pixels. */
export interface CellFrame {
  readonly gap: number;
  readonly border: number;
  readonly barWidth: number;
  readonly labelHeight: number;
  readonly fillHeight: number;
}

/** The fixed parts of a cell at a detail. */
export function cellFrame(detail: Detail, unit = 1): CellFrame {
  if (detail === 'labels')
    return { gap: 4 * unit, border: 2 * unit, barWidth: 0, labelHeight: 18 * unit, fillHeight: 42 * unit };
  if (detail === 'item-shapes')
    return { gap: 3 * unit, border: 2 * unit, barWidth: 0, labelHeight: 13 * unit, fillHeight: 7 * unit };
  if (detail === 'cell-items') return { gap: unit, border: unit, barWidth: 2 * unit, labelHeight: 0, fillHeight: 0 };
  return { gap: unit, border: unit, barWidth: 0, labelHeight: 0, fillHeight: 0 };
}

const NO_GRID: ItemGrid = { left: 0, top: 0, columns: 1, stepX: 1, stepY: 1, side: 0, capacity: 0 };
const TEXT_ROW = 13;
const TEXT_COLUMN_MIN = 74;

/**
 * The grid for `count` items in a cell of `size` pixels. `unit` is device pixels per CSS pixel.
 * From 12 pixels: squares of 1 to 3 pixels. From 48: the largest squares that fit, up to 18. From 160: rows with names.
 */
export function itemGrid(detail: Detail, size: number, count: number, unit = 1): ItemGrid {
  if (detail === 'group-heat' || detail === 'cell') return NO_GRID;
  const frame = cellFrame(detail, unit);
  const left = frame.border + frame.barWidth + (frame.border > 1 ? 2 * unit : unit);
  const top = frame.border + frame.labelHeight + unit;
  const width = size - frame.gap - left - frame.border - unit;
  const height = size - frame.gap - top - frame.border - frame.fillHeight - unit;
  if (detail === 'labels') return labelGrid(left, top, width, height, count, unit);
  const largest = detail === 'cell-items' ? 3 : 18;
  for (let side = largest * unit; side > unit; side -= unit) {
    const grid = squares(left, top, width, height, side, side >= 6 * unit ? 2 * unit : unit);
    if (grid.capacity >= count) return grid;
  }
  return squares(left, top, width, height, Math.max(1, unit), 0);
}

function squares(left: number, top: number, width: number, height: number, side: number, space: number): ItemGrid {
  const step = side + space;
  const columns = Math.max(0, Math.floor((width + space) / step));
  const rows = Math.max(0, Math.floor((height + space) / step));
  return { left, top, columns: Math.max(1, columns), stepX: step, stepY: step, side, capacity: columns * rows };
}

function labelGrid(left: number, top: number, width: number, height: number, count: number, unit: number): ItemGrid {
  const rows = Math.max(1, Math.floor(height / (TEXT_ROW * unit)));
  const columnsMax = Math.max(1, Math.floor(width / (TEXT_COLUMN_MIN * unit)));
  const columns = Math.max(1, Math.min(columnsMax, Math.ceil(count / rows)));
  const stepX = Math.floor(width / columns);
  return { left, top, columns, stepX, stepY: TEXT_ROW * unit, side: 10 * unit, capacity: columns * rows };
}
