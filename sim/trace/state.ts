/**
 * The state of all tables at one instant, rebuilt from records without any code of the model.
 *
 * A dead row goes back to the values of a newborn one: keyframes keep live rows only, and a state must not depend on
 * the way to it. Names and parents of dead rows stay (see directory.ts).
 */
import { assert } from '../engine/assert.ts';
import type { TableSpec } from './catalog.ts';
import type { CatalogLayout } from './catalog-layout.ts';
import { type Cells, makeCells, STORE, STORE_BYTES } from './column-type.ts';
import { Digest } from './digest.ts';
import type { Directory } from './directory.ts';
import { STATE_BYTES_MAX } from './format.ts';
import type { RecordColumns } from './record-columns.ts';
import { damaged, TraceProblem } from './trace-problem.ts';

/** All tables at `timeNs`. A state of a cursor changes in place; one of `stateAt` is the caller's own. */
export class TraceState {
  /** The instant that this shows: everything that happened up to and at it. */
  timeNs = 0;
  /** Flat columns, for the codecs of this room: by column, by table. */
  readonly layout: CatalogLayout;
  /** Names, parents and texts of the run. */
  readonly directory: Directory;
  /** By column, then by row. */
  readonly cells: Cells[];
  /** By table, then by row: 1 while the row lives. */
  readonly alive: Uint8Array[] = [];
  /** By table: rows born until now. */
  readonly counts: Int32Array;
  private readonly tables: TableState[];

  constructor(layout: CatalogLayout, directory: Directory) {
    this.layout = layout;
    this.directory = directory;
    this.cells = Array.from(layout.stores, (store) => makeCells(store, 0));
    this.counts = new Int32Array(layout.tableCount);
    for (let table = 0; table < layout.tableCount; table++) this.alive.push(new Uint8Array(0));
    this.tables = layout.catalog.tables.map((spec, table) => new TableState(this, spec, table));
  }

  /** The table with this name, which must be in the catalog. */
  table(name: string): TableState {
    const index = this.layout.tableIndex(name);
    assert(index >= 0, `no table ${name} in the catalog`);
    return this.tables[index];
  }

  /**
   * Applies the records from number `from` on that happened until `untilNs`.
   *
   * @returns the number of the first record that was not applied.
   * @throws {TraceProblem} when a record contradicts the state.
   */
  apply(records: RecordColumns, from: number, untilNs: number): number {
    const { kinds, rows, times, values, n } = records;
    const setBase = this.layout.setBase;
    let at = from;
    while (at < n && times[at] <= untilNs) {
      const kind = kinds[at];
      if (kind >= setBase) this.set(kind - setBase, rows[at], values[at]);
      else if ((kind & 1) === 0) this.born(kind >> 1, rows[at]);
      else this.died(kind >> 1, rows[at]);
      at++;
    }
    return at;
  }

  /** A column of a living row takes a value. @throws {TraceProblem} when the row does not live. */
  set(column: number, row: number, value: number): void {
    if (this.alive[this.layout.tableOf[column]][row] !== 1) throw lostRow(row);
    // One case a type: each store then sees one kind of array, which engines compile to a plain move.
    switch (this.layout.stores[column]) {
      case STORE.u8:
        (this.cells[column] as Uint8Array)[row] = value;
        break;
      case STORE.u16:
        (this.cells[column] as Uint16Array)[row] = value;
        break;
      case STORE.u32:
        (this.cells[column] as Uint32Array)[row] = value;
        break;
      case STORE.i32:
        (this.cells[column] as Int32Array)[row] = value;
        break;
      case STORE.f32:
        (this.cells[column] as Float32Array)[row] = value;
        break;
      default:
        (this.cells[column] as Float64Array)[row] = value;
    }
  }

  /** The next row of a table comes to be. @throws {TraceProblem} when it is not the next, or has no name. */
  born(table: number, row: number): void {
    if (row !== this.counts[table] || row >= this.directory.rows(table)) throw lostRow(row);
    this.reserve(table, row + 1);
    this.counts[table] = row + 1;
    this.alive[table][row] = 1;
  }

  /** A row ends. @throws {TraceProblem} when it does not live. */
  died(table: number, row: number): void {
    if (this.alive[table][row] !== 1) throw lostRow(row);
    this.alive[table][row] = 0;
    const { firstColumn, initials } = this.layout;
    for (let column = firstColumn[table]; column < firstColumn[table + 1]; column++) {
      this.cells[column][row] = initials[column];
    }
  }

  /** Makes room for `rows` rows of a table. */
  reserve(table: number, rows: number): void {
    const before = this.alive[table].length;
    if (rows <= before) return;
    // What the directory knows bounds what is needed; doubling serves a directory that still grows.
    const known = this.directory.rows(table);
    const capacity = Math.max(rows, Math.min(Math.max(16, 2 * before), Math.max(known, 16)));
    this.refuseHuge(table, capacity);
    this.alive[table] = grown(this.alive[table], new Uint8Array(capacity)) as Uint8Array;
    const { firstColumn, initials, stores } = this.layout;
    for (let column = firstColumn[table]; column < firstColumn[table + 1]; column++) {
      const cells = grown(this.cells[column], makeCells(stores[column], capacity));
      if (initials[column] !== 0) cells.fill(initials[column], before);
      this.cells[column] = cells;
    }
  }

  private refuseHuge(table: number, capacity: number): void {
    const { firstColumn, stores } = this.layout;
    let rowBytes = 1;
    for (let column = firstColumn[table]; column < firstColumn[table + 1]; column++)
      rowBytes += STORE_BYTES[stores[column]];
    if (this.byteLength + rowBytes * capacity > STATE_BYTES_MAX) {
      throw new TraceProblem(
        `The state of this recording needs more than ${STATE_BYTES_MAX} bytes of memory: ` +
          'record fewer tables (a lower level) or a shorter window.',
      );
    }
  }

  /** Bytes of the columns in memory. */
  get byteLength(): number {
    let bytes = 0;
    for (const cells of this.cells) bytes += cells.byteLength;
    for (const alive of this.alive) bytes += alive.byteLength;
    return bytes;
  }

  /** Forgets all rows. */
  reset(): void {
    this.timeNs = 0;
    for (let table = 0; table < this.layout.tableCount; table++) this.clear(table);
  }

  private clear(table: number): void {
    const { firstColumn, initials } = this.layout;
    const count = this.counts[table];
    this.alive[table].fill(0, 0, count);
    for (let column = firstColumn[table]; column < firstColumn[table + 1]; column++) {
      this.cells[column].fill(initials[column], 0, count);
    }
    this.counts[table] = 0;
  }

  /** Takes over all rows of another state of the same recording. */
  copyFrom(other: TraceState): void {
    for (let table = 0; table < this.layout.tableCount; table++) {
      const count = other.counts[table];
      this.clear(table);
      this.reserve(table, count);
      this.alive[table].set(other.alive[table].subarray(0, count));
      this.counts[table] = count;
    }
    this.layout.tableOf.forEach((table, column) => {
      this.cells[column].set(other.cells[column].subarray(0, other.counts[table]));
    });
    this.timeNs = other.timeNs;
  }

  /** A state of its own with the same contents. */
  clone(): TraceState {
    const copy = new TraceState(this.layout, this.directory);
    copy.copyFrom(this);
    return copy;
  }

  /** A hash of the columns of all live rows, 32 hexadecimal digits; the same whatever way led to this state. */
  digest(): string {
    const digest = new Digest();
    for (let table = 0; table < this.layout.tableCount; table++) this.digestTable(digest, table);
    return digest.hex();
  }

  private digestTable(digest: Digest, table: number): void {
    const { firstColumn } = this.layout;
    const alive = this.alive[table];
    for (let row = 0; row < this.counts[table]; row++) {
      if (alive[row] === 0) continue;
      digest.add(table, row, 0, 0);
      for (let column = firstColumn[table]; column < firstColumn[table + 1]; column++) {
        digest.addNumber(column, row, this.cells[column][row]);
      }
    }
  }
}

/** One table of a state. Arrays that it gives may be replaced when the state moves on; ask again after a seek. */
export class TableState {
  /** The table's description in the catalog. */
  readonly spec: TableSpec;
  private readonly state: TraceState;
  private readonly index: number;
  private readonly firstColumn: number;

  constructor(state: TraceState, spec: TableSpec, index: number) {
    this.state = state;
    this.spec = spec;
    this.index = index;
    this.firstColumn = state.layout.firstColumn[index];
  }

  /** Rows born until now, dead ones among them. */
  get count(): number {
    return this.state.counts[this.index];
  }

  /** 1 for each row that lives, 0 for the dead. */
  get alive(): Uint8Array {
    return this.state.alive[this.index].subarray(0, this.count);
  }

  /** The parent of each row, -1 for none. */
  get parent(): Int32Array {
    return this.state.directory.parentsOf(this.index, this.count);
  }

  /** The name that a row was born with; also of dead rows. */
  name(row: number): string {
    return this.state.directory.name(this.index, row);
  }

  /** The values of a column by row; dead rows show what a newborn one would. */
  column(name: string): Cells {
    const within = this.spec.columns.findIndex((column) => column.name === name);
    assert(within >= 0, `no column ${name} in the table ${this.spec.name}`);
    return this.state.cells[this.firstColumn + within].subarray(0, this.count);
  }
}

function grown(before: Cells, larger: Cells): Cells {
  larger.set(before);
  return larger;
}

function lostRow(row: number): TraceProblem {
  return damaged(`a record speaks of row ${row}, which does not live`);
}
