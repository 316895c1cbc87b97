/** A frame made ready for drawing: tones, fills, and the items of each cell in one sorted list. Arrays are reused. */
import type { Catalog } from '../../sim/trace/catalog.ts';
import type { ColumnArray, Frame } from '../frame-source/frame.ts';
import type { MapLayout } from './layout.ts';
import { toneNumber, toneTable } from './tones.ts';

const IDLE = toneNumber('idle');
const BAD = toneNumber('bad');
const WARN = toneNumber('warn');

/** What a painter reads; nothing in it is an object for each row. */
export class MapScene {
  readonly cellTone: Uint8Array;
  readonly cellAlive: Uint8Array;
  /** Fill of each cell for each gauge, gauge by gauge; 0 to 1. */
  readonly fills: Float32Array[];
  readonly groupMean: Float32Array;
  readonly groupMax: Float32Array;
  /** Worst tone of the cells of each group: 1 when any is bad. */
  readonly groupBad: Uint8Array;
  /** Tone of the state of each group; idle where groups have none. */
  readonly groupTone: Uint8Array;
  /** Tone of what is believed of each cell; that of the cell where nobody believes otherwise. */
  readonly beliefTone: Uint8Array;
  /** Items of cell c are `itemOrder[itemStart[c]]` … `itemOrder[itemStart[c + 1] - 1]`; those that wait come last. */
  readonly itemStart: Int32Array;
  itemOrder: Int32Array = new Int32Array(0);
  itemTone: Uint8Array = new Uint8Array(0);
  itemCount = 0;
  lineLoad: ColumnArray = new Float32Array(0);
  lineTone: Uint8Array = new Uint8Array(0);
  spineTone: Uint8Array = new Uint8Array(0);
  readonly #catalog: Catalog;
  readonly #layout: MapLayout;
  readonly #itemTones: Uint8Array;
  readonly #cellTones: Uint8Array;
  readonly #lineTones: Uint8Array;
  readonly #groupTones: Uint8Array | undefined;
  #groupStates: ColumnArray = new Uint8Array(0);
  #itemCell: ColumnArray = new Int32Array(0);

  constructor(catalog: Catalog, layout: MapLayout) {
    const map = catalog.map!;
    const { cellCount, groupCount } = layout;
    this.#catalog = catalog;
    this.#layout = layout;
    this.#itemTones = toneTable(columnOf(catalog, map.items, map.itemState));
    this.#cellTones = toneTable(columnOf(catalog, map.cells, map.cellState));
    this.#lineTones = toneTable(columnOf(catalog, map.lines, map.lineState));
    this.#groupTones =
      map.groupState === undefined ? undefined : toneTable(columnOf(catalog, map.groups, map.groupState));
    this.cellTone = new Uint8Array(cellCount);
    this.beliefTone = new Uint8Array(cellCount);
    this.cellAlive = new Uint8Array(cellCount);
    this.fills = map.cellFill.map(() => new Float32Array(cellCount));
    this.groupMean = new Float32Array(groupCount);
    this.groupMax = new Float32Array(groupCount);
    this.groupBad = new Uint8Array(groupCount);
    this.groupTone = new Uint8Array(groupCount).fill(IDLE);
    this.itemStart = new Int32Array(cellCount + 2);
  }

  /** Items that wait for a cell. */
  get waiting(): number {
    return this.itemStart[this.#layout.cellCount + 1] - this.itemStart[this.#layout.cellCount];
  }

  /** Takes over a frame; `gauge` decides what groups show when only they are drawn. */
  update(frame: Frame, gauge: number): void {
    const map = this.#catalog.map!;
    this.#readCells(frame, gauge);
    this.#readGroups(frame);
    this.#readLines(frame);
    const items = frame.tables[map.items];
    this.#sortItems(items.alive, items.columns[map.itemCell], items.columns[map.itemState], items.count);
  }

  /** The state of a group in words; empty where it is nothing to speak of. */
  groupWords(group: number): string {
    const { groups, groupState } = this.#catalog.map!;
    const tone = this.groupTone[group];
    if (groupState === undefined || (tone !== WARN && tone !== BAD)) return '';
    return columnOf(this.#catalog, groups, groupState)?.values?.[this.#groupStates[group]]?.label ?? '';
  }

  /** Load of the busier direction of a cable. */
  cableLoad(cable: number): number {
    const back = this.#layout.fabricBacks[cable];
    const load = this.lineLoad[this.#layout.fabricLines[cable]] ?? 0;
    return back < 0 ? load : Math.max(load, this.lineLoad[back] ?? 0);
  }

  /** Whether either direction of a cable is down. */
  cableDown(cable: number): boolean {
    const back = this.#layout.fabricBacks[cable];
    return this.lineTone[this.#layout.fabricLines[cable]] === BAD || (back >= 0 && this.lineTone[back] === BAD);
  }

  /** The line of the busier direction of a cable. */
  busierLine(cable: number): number {
    const line = this.#layout.fabricLines[cable];
    const back = this.#layout.fabricBacks[cable];
    return back >= 0 && this.lineLoad[back] > this.lineLoad[line] ? back : line;
  }

  /** The cell of an item, -1 while it waits. */
  cellOf(item: number): number {
    return this.#itemCell[item] ?? -1;
  }

  #readCells(frame: Frame, gauge: number): void {
    const map = this.#catalog.map!;
    const cells = frame.tables[map.cells];
    const state = cells.columns[map.cellState];
    const count = Math.min(cells.count, this.#layout.cellCount);
    this.cellAlive.fill(0);
    this.cellAlive.set(cells.alive.subarray(0, count));
    for (let cell = 0; cell < count; cell++) this.cellTone[cell] = this.#cellTones[state[cell]] ?? IDLE;
    const belief = map.cellBelief === undefined ? state : (cells.columns[map.cellBelief] ?? state);
    for (let cell = 0; cell < count; cell++) this.beliefTone[cell] = this.#cellTones[belief[cell]] ?? IDLE;
    map.cellFill.forEach((fill, at) => {
      readFill(this.fills[at], cells.columns[fill.used], cells.columns[fill.of], count);
    });
    this.#summariseGroups(this.fills[gauge] ?? this.fills[0], count);
  }

  #readGroups(frame: Frame): void {
    const { groups, groupState } = this.#catalog.map!;
    const states = groupState === undefined ? undefined : frame.tables[groups].columns[groupState];
    if (states === undefined) return;
    this.#groupStates = states;
    for (let group = 0; group < this.groupTone.length; group++)
      this.groupTone[group] = this.#groupTones![states[group] ?? 0] ?? IDLE;
  }

  #summariseGroups(fill: Float32Array | undefined, count: number): void {
    const { cellGroup, groupSize } = this.#layout;
    this.groupMean.fill(0);
    this.groupMax.fill(0);
    this.groupBad.fill(0);
    for (let cell = 0; cell < count; cell++) {
      const group = cellGroup[cell];
      const value = fill?.[cell] ?? 0;
      this.groupMean[group] += value / groupSize[group];
      if (value > this.groupMax[group]) this.groupMax[group] = value;
      if (this.cellTone[cell] === BAD) this.groupBad[group] = 1;
    }
  }

  #readLines(frame: Frame): void {
    const map = this.#catalog.map!;
    const lines = frame.tables[map.lines];
    this.lineLoad = lines.columns[map.lineLoad];
    this.lineTone = tonesOf(lines.columns[map.lineState], this.#lineTones, this.lineTone);
    const spines = this.#layout.spineTable === null ? undefined : frame.tables[this.#layout.spineTable];
    const spec = this.#catalog.tables.find((table) => table.name === this.#layout.spineTable);
    const column = spec?.columns.find(
      (entry) => entry.type === 'enum' && entry.values?.some((value) => value.tone === 'bad'),
    );
    if (spines && column) this.spineTone = tonesOf(spines.columns[column.name], toneTable(column), this.spineTone);
  }

  #sortItems(alive: Uint8Array, itemCell: ColumnArray, state: ColumnArray, count: number): void {
    const { cellCount } = this.#layout;
    if (this.itemOrder.length < count) {
      this.itemOrder = new Int32Array(count);
      this.itemTone = new Uint8Array(count);
    }
    this.#itemCell = itemCell;
    this.itemCount = count;
    this.itemStart.fill(0);
    for (let item = 0; item < count; item++) {
      if (!alive[item]) continue;
      this.itemTone[item] = this.#itemTones[state[item]] ?? IDLE;
      this.itemStart[slotOf(itemCell[item], cellCount) + 1]++;
    }
    for (let cell = 0; cell <= cellCount; cell++) this.itemStart[cell + 1] += this.itemStart[cell];
    this.#fillOrder(alive, itemCell, count);
  }

  #fillOrder(alive: Uint8Array, itemCell: ColumnArray, count: number): void {
    const { cellCount } = this.#layout;
    const next = this.itemStart.slice();
    for (let item = 0; item < count; item++) {
      if (alive[item]) this.itemOrder[next[slotOf(itemCell[item], cellCount)]++] = item;
    }
  }
}

/** Waiting items are kept in one more slot behind the last cell. */
function slotOf(cell: number, cellCount: number): number {
  return cell >= 0 && cell < cellCount ? cell : cellCount;
}

function readFill(target: Float32Array, used: ColumnArray, of: ColumnArray, count: number): void {
  for (let cell = 0; cell < count; cell++) target[cell] = of[cell] > 0 ? Math.min(1, used[cell] / of[cell]) : 0;
}

function tonesOf(states: ColumnArray, table: Uint8Array, reuse: Uint8Array): Uint8Array {
  const tones = reuse.length === states.length ? reuse : new Uint8Array(states.length);
  for (let row = 0; row < states.length; row++) tones[row] = table[states[row]] ?? IDLE;
  return tones;
}

/** The specification of a column. */
export function columnOf(catalog: Catalog, table: string, column: string) {
  return catalog.tables.find((entry) => entry.name === table)?.columns.find((entry) => entry.name === column);
}
