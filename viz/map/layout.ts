/**
 * Where everything stands on the map: a formula over the catalog's map, so that positions never move during a run and
 * are the same in every run of one cluster. One world unit is the pitch of one cell (node).
 *
 * Groups (racks) stand in rows, each with its leaf switch above its cells; spines stand on top. A line from a leaf to a
 * spine climbs in the gutter left of its rack, in a lane of its own, and then fans out.
 */
import type { Catalog } from '../../sim/trace/catalog.ts';
import type { TableFrame } from '../frame-source/frame.ts';

/** A rectangle in world units. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly groupCount: number;
  readonly cellCount: number;
  /** Columns of cells in each group. */
  readonly cellColumns: number;
  readonly groupX: Float64Array;
  readonly groupY: Float64Array;
  readonly groupWidth: number;
  readonly groupHeight: number;
  readonly groupSize: Int32Array;
  readonly cellX: Float64Array;
  readonly cellY: Float64Array;
  readonly cellGroup: Int32Array;
  /** The table of the spines and their rows; absent when no line leads to one. */
  readonly spineTable: string | null;
  readonly spines: readonly number[];
  readonly spineBoxes: readonly Box[];
  /** For each group, the row of its leaf switch in the table of the spines; -1 when it has none. */
  readonly leaves: Int32Array;
  /** Cables between a group and a spine: the rows of the lines of both directions (-1: only one), and corners as x, y pairs. */
  readonly fabricLines: Int32Array;
  readonly fabricBacks: Int32Array;
  readonly fabricPaths: readonly Float64Array[];
  /** For each cell, the row of the line that joins it with its group; -1 when there is none. */
  readonly hostLine: Int32Array;
  /** Where items without a cell wait. */
  readonly tray: Box;
}

export const LEAF_HEIGHT = 0.7;
export const GROUP_HEADER = 1.6;
const GROUP_GAP = 0.5;
const SPINE_HEIGHT = 1.3;
const FAN_HEIGHT_MAX = 4;
const ASPECT = 1.7;
/** Edge of a waiting item. */
export const TRAY_PITCH = 0.3;
const TRAY_ROWS_MAX = 10;

interface Ends {
  readonly group: Int32Array;
  readonly cell: Int32Array;
  readonly spine: Int32Array;
  readonly spineTable: string | null;
}

/** Columns of cells inside a group: wider than high, because a header stands above and screens are wide. */
export function cellColumnsOf(largestGroup: number): number {
  const widest = Math.max(1, Math.ceil(Math.sqrt(largestGroup * 1.6)));
  let best = widest;
  // Among the shapes between square and wide, the one with the fewest gaps.
  for (let columns = Math.max(1, Math.ceil(Math.sqrt(largestGroup))); columns <= widest; columns++) {
    const gaps = (count: number): number => Math.ceil(largestGroup / count) * count - largestGroup;
    if (gaps(columns) < gaps(best)) best = columns;
  }
  return best;
}

/** Columns of groups that bring the whole map nearest to the shape of a screen. */
export function groupColumnsOf(groups: number, groupWidth: number, groupHeight: number): number {
  let best = 1;
  let bestError = Number.POSITIVE_INFINITY;
  for (let columns = 1; columns <= groups; columns++) {
    const width = columns * groupWidth;
    const height = Math.ceil(groups / columns) * groupHeight + SPINE_HEIGHT + FAN_HEIGHT_MAX;
    const error = Math.abs(Math.log(width / height / ASPECT));
    if (error < bestError) {
      bestError = error;
      best = columns;
    }
  }
  return best;
}

/** Makes the layout of a run from its tables, at any instant at which all groups, cells and lines exist. */
export function layoutMap(catalog: Catalog, tables: Readonly<Record<string, TableFrame>>): MapLayout | null {
  const map = catalog.map;
  if (!map) return null;
  const cells = tables[map.cells];
  const ends = lineEnds(catalog, tables[map.lines]);
  const groupCount = Math.max(1, tables[map.groups].count);
  const cellGroup = cells.parent.map((parent) => Math.max(0, Math.min(groupCount - 1, parent)));
  const groupSize = sizesOf(cellGroup, groupCount);
  const spines = distinct(ends, 'spine');
  const frame = arrangeGroups(groupCount, Math.max(1, ...groupSize), spines.length);
  const placed = placeCells(cellGroup, groupCount, frame);
  const spineBoxes = placeSpines(spines.length, frame.width);
  const trayRows = Math.min(TRAY_ROWS_MAX, Math.ceil((tables[map.items].count * TRAY_PITCH) / frame.width));
  const tray = { x: 0, y: frame.bottom + 1.4, width: frame.width, height: Math.max(2, trayRows) * TRAY_PITCH };
  return {
    ...frame,
    ...placed,
    height: tray.y + tray.height,
    groupCount,
    cellCount: cells.count,
    groupSize,
    cellGroup,
    spineTable: ends.spineTable,
    spines,
    spineBoxes,
    leaves: leavesOf(catalog, tables, ends.spineTable, groupCount),
    ...routeFabric(ends, spines, spineBoxes, frame),
    hostLine: hostLines(ends, cells.count),
    tray,
  };
}

interface GroupFrame {
  readonly width: number;
  /** Where the gutters end and the fan begins. */
  readonly top: number;
  readonly bottom: number;
  readonly columns: number;
  readonly rows: number;
  readonly cellColumns: number;
  readonly groupX: Float64Array;
  readonly groupY: Float64Array;
  readonly groupWidth: number;
  readonly groupHeight: number;
  readonly gutter: number;
  readonly channel: number;
}

function arrangeGroups(groupCount: number, largest: number, spineCount: number): GroupFrame {
  const cellColumns = cellColumnsOf(largest);
  const groupWidth = Math.max(3, cellColumns);
  const groupHeight = GROUP_HEADER + Math.ceil(largest / cellColumns);
  const channel = Math.min(1.2, spineCount * 0.16) + 0.3;
  const pitchY = groupHeight + channel + GROUP_GAP;
  // The gutter's width depends on the number of rows and the other way round; one row more or less changes little.
  const guess = groupColumnsOf(groupCount, groupWidth + 2, pitchY);
  const rows = Math.ceil(groupCount / guess);
  const gutter = Math.min(2.2, 0.5 + rows * spineCount * 0.13);
  const columns = guess;
  // Few racks need little room for their lines to fan out.
  const top = spineCount > 0 ? SPINE_HEIGHT + Math.min(FAN_HEIGHT_MAX, 1.2 + 0.5 * columns) : 0;
  const groupX = Float64Array.from({ length: groupCount }, (_, at) => (at % columns) * (gutter + groupWidth) + gutter);
  const groupY = Float64Array.from(
    { length: groupCount },
    (_, at) => top + Math.floor(at / columns) * pitchY + channel,
  );
  const width = columns * (gutter + groupWidth) + gutter;
  const bottom = top + rows * pitchY;
  return { width, top, bottom, columns, rows, cellColumns, groupX, groupY, groupWidth, groupHeight, gutter, channel };
}

function placeCells(
  cellGroup: Int32Array,
  groupCount: number,
  frame: GroupFrame,
): { cellX: Float64Array; cellY: Float64Array } {
  const next = new Int32Array(groupCount);
  const cellX = new Float64Array(cellGroup.length);
  const cellY = new Float64Array(cellGroup.length);
  // A narrow group's cells stand in its middle.
  const inset = (frame.groupWidth - frame.cellColumns) / 2;
  for (let cell = 0; cell < cellGroup.length; cell++) {
    const group = cellGroup[cell];
    const slot = next[group]++;
    cellX[cell] = frame.groupX[group] + inset + (slot % frame.cellColumns);
    cellY[cell] = frame.groupY[group] + GROUP_HEADER + Math.floor(slot / frame.cellColumns);
  }
  return { cellX, cellY };
}

function placeSpines(count: number, width: number): Box[] {
  const boxWidth = Math.min(6, (width / Math.max(1, count)) * 0.6);
  return Array.from({ length: count }, (_, at) => ({
    x: (width * (at + 0.5)) / count - boxWidth / 2,
    y: 0,
    width: boxWidth,
    height: SPINE_HEIGHT,
  }));
}

/** The x of the port of a leaf's line to a spine. */
export function portX(groupX: number, groupWidth: number, spine: number, spineCount: number): number {
  return groupX + (groupWidth * (spine + 0.5)) / spineCount;
}

function routeFabric(ends: Ends, spines: readonly number[], boxes: readonly Box[], frame: GroupFrame) {
  const lines: number[] = [];
  const backs: number[] = [];
  const paths: Float64Array[] = [];
  const place = new Map(spines.map((row, at) => [row, at]));
  const cables = new Map<number, number>();
  for (let line = 0; line < ends.group.length; line++) {
    const spine = place.get(ends.spine[line]);
    if (spine === undefined || ends.group[line] < 0) continue;
    const key = ends.group[line] * spines.length + spine;
    const known = cables.get(key);
    if (known !== undefined) {
      backs[known] = line;
      continue;
    }
    cables.set(key, lines.length);
    lines.push(line);
    backs.push(-1);
    paths.push(fabricPath(ends.group[line], spine, boxes, frame));
  }
  return { fabricLines: Int32Array.from(lines), fabricBacks: Int32Array.from(backs), fabricPaths: paths };
}

/** Finds leaf switches by the reference from the switch to its group. */
function leavesOf(
  catalog: Catalog,
  tables: Readonly<Record<string, TableFrame>>,
  spineTable: string | null,
  groupCount: number,
): Int32Array {
  const leaves = new Int32Array(groupCount).fill(-1);
  const switches = spineTable === null ? undefined : tables[spineTable];
  const spec = catalog.tables.find((table) => table.name === spineTable);
  const column = spec?.columns.find((entry) => entry.type === 'ref' && entry.table === catalog.map?.groups);
  const groups = column && switches?.columns[column.name];
  for (let row = 0; groups && row < groups.length; row++)
    if (groups[row] >= 0 && groups[row] < groupCount) leaves[groups[row]] = row;
  return leaves;
}

function fabricPath(group: number, spine: number, boxes: readonly Box[], frame: GroupFrame): Float64Array {
  const spineCount = boxes.length;
  const row = Math.floor(group / frame.columns);
  const column = group % frame.columns;
  const laneCount = frame.rows * spineCount;
  const lane = (row * spineCount + spine + 0.5) / laneCount;
  const laneX = frame.groupX[group] - frame.gutter + 0.2 + lane * (frame.gutter - 0.4);
  const leafTop = frame.groupY[group];
  const channelY = leafTop - 0.15 - ((spineCount - spine - 0.5) / spineCount) * (frame.channel - 0.3);
  const x = portX(frame.groupX[group], frame.groupWidth, spine, spineCount);
  const box = boxes[spine];
  const landing = box.x + (box.width * (column * frame.rows + row + 0.5)) / (frame.columns * frame.rows);
  return Float64Array.of(x, leafTop, x, channelY, laneX, channelY, laneX, frame.top, landing, SPINE_HEIGHT);
}

/** Reads from the reference columns of the line table which rows each line joins. */
export function lineEnds(catalog: Catalog, lines: TableFrame): Ends {
  const map = catalog.map!;
  const spec = catalog.tables.find((table) => table.name === map.lines);
  const none = new Int32Array(lines.count).fill(-1);
  let ends: Ends = { group: none, cell: none, spine: none, spineTable: null };
  for (const column of spec?.columns ?? []) {
    const values = lines.columns[column.name];
    if (column.type !== 'ref' || !values) continue;
    const rows = Int32Array.from(values);
    if (column.table === map.groups) ends = { ...ends, group: rows };
    else if (column.table === map.cells) ends = { ...ends, cell: rows };
    else if (column.table) ends = { ...ends, spine: rows, spineTable: column.table };
  }
  return ends;
}

function distinct(ends: Ends, end: 'spine'): number[] {
  return [...new Set(ends[end])].filter((row) => row >= 0).sort((a, b) => a - b);
}

function sizesOf(cellGroup: Int32Array, groupCount: number): Int32Array {
  const sizes = new Int32Array(groupCount);
  for (const group of cellGroup) sizes[group]++;
  return sizes;
}

function hostLines(ends: Ends, cellCount: number): Int32Array {
  const lines = new Int32Array(cellCount).fill(-1);
  for (let line = 0; line < ends.cell.length; line++) if (ends.cell[line] >= 0) lines[ends.cell[line]] = line;
  return lines;
}
