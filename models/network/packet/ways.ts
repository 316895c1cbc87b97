/**
 * Ways of packets: rows of ports that end in what is done there, in one table that packets point into.
 *
 * A way that no packet is on can be given back; its cells then serve the next way of the same length. Source: ours. Left out: joining free
 * cells of different lengths.
 */
import { assert } from '../../../sim/engine/assert.ts';

/** Cells of a new table; it doubles when full. */
const INITIAL_CELLS = 1024;
/** No way is longer; real fabrics have six links between two hosts. */
const PORTS_MAX = 255;

/** Rows of cells: the ports, then the complement of a handler's number, then the flow. */
export class Ways {
  cells = new Int32Array(INITIAL_CELLS);
  /** 1 in a cell that a packet points to, 0 where a timer does. */
  private kinds = new Uint8Array(INITIAL_CELLS);
  private used = 0;
  /** Ways that were given back, by the number of their ports. */
  private readonly free: number[][] = [];
  /** The way of what was lost on a broken link: it only waits to be released. */
  readonly lost: number;

  /** @param lostHandler Number of the handler that releases what is lost. */
  constructor(lostHandler: number) {
    this.lost = this.add([], lostHandler, 0, false);
  }

  /**
   * Adds a way over `ports` that ends in the handler, which is told `flow`. Its number, for packets that set out on it.
   *
   * @param packets False if the way is none: sources and timers.
   */
  add(ports: ArrayLike<number>, handler: number, flow: number, packets = true): number {
    assert(ports.length <= PORTS_MAX, () => `a way over ${ports.length} ports`);
    const way = this.free[ports.length]?.pop() ?? this.fresh(ports.length + 2);
    for (let i = 0; i < ports.length; i++) this.cells[way + i] = ports[i]!;
    this.cells[way + ports.length] = ~handler;
    this.cells[way + ports.length + 1] = flow;
    this.kinds.fill(packets ? 1 : 0, way, way + ports.length + 1);
    return way;
  }

  /** Gives a way back on which no packet is any more. */
  give(way: number): void {
    const ports = this.end(way) - way;
    this.free[ports] ??= [];
    this.free[ports]!.push(way);
  }

  /** The cell of the handler at the end of the way that `cursor` is on; the flow stands in the next one. */
  end(cursor: number): number {
    let cell = cursor;
    while (this.cells[cell]! >= 0) cell++;
    return cell;
  }

  /** Cells in use or free; what the table has grown to. */
  get size(): number {
    return this.used;
  }

  private fresh(cells: number): number {
    const way = this.used;
    while (this.cells.length < way + cells) this.grow();
    this.used = way + cells;
    return way;
  }

  /** True if what points to this cell is a packet. */
  isPacket(cursor: number): boolean {
    return this.kinds[cursor] === 1;
  }

  /** True if the cell is not the first of its way, so that the cell before it is the port passed last. */
  isInside(cursor: number): boolean {
    return this.kinds[cursor] === 1 && this.kinds[cursor - 1] === 1;
  }

  private grow(): void {
    const cells = new Int32Array(this.cells.length * 2);
    cells.set(this.cells);
    this.cells = cells;
    const kinds = new Uint8Array(cells.length);
    kinds.set(this.kinds);
    this.kinds = kinds;
  }
}
