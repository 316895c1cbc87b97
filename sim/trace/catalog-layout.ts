/**
 * A catalog as small integers: tables, columns and kinds of records numbered for hot loops and for the file.
 *
 * Columns are numbered over all tables in the order of the catalog. Kinds of records are `2 * table` (born),
 * `2 * table + 1` (died) and `2 * tables + column` (set).
 */
import type { Catalog, ColumnSpec, RecordingLevel } from './catalog.ts';
import { columnRange, initialOf, storeOf } from './column-type.ts';

const LEVEL_RANKS: Readonly<Record<RecordingLevel, number>> = { off: 0, summary: 1, state: 2, packets: 3 };

/** Whether a recording at `level` holds tables or marks of the level `of`. */
export function includesLevel(level: RecordingLevel, of: RecordingLevel): boolean {
  return LEVEL_RANKS[of] <= LEVEL_RANKS[level];
}

/** Numbers of a valid catalog. */
export class CatalogLayout {
  readonly catalog: Catalog;
  readonly tableCount: number;
  readonly columnCount: number;
  /** Kinds of records; marks have a numbering of their own. */
  readonly kindCount: number;
  /** The first kind of record that sets a column. */
  readonly setBase: number;
  /** Number of the first column of each table, and after the last one the number of columns. */
  readonly firstColumn: Int32Array;
  /** By column: its table, its storage, the range of its values and the value of a newborn row. */
  readonly tableOf: Int32Array;
  /** By column: how its cells are stored, a number of `STORE`. */
  readonly stores: Uint8Array;
  /** By column: smallest value that a cell takes. */
  readonly minima: Float64Array;
  /** By column: largest value that a cell takes. */
  readonly maxima: Float64Array;
  /** By column: 1 when it takes only whole numbers. */
  readonly isWhole: Uint8Array;
  /** By column: what a cell of a newborn row holds. */
  readonly initials: Float64Array;
  /** By column: its description. */
  readonly columns: readonly ColumnSpec[];

  constructor(catalog: Catalog) {
    this.catalog = catalog;
    this.tableCount = catalog.tables.length;
    this.columns = catalog.tables.flatMap((table) => table.columns);
    this.columnCount = this.columns.length;
    this.setBase = 2 * this.tableCount;
    this.kindCount = this.setBase + this.columnCount;
    this.firstColumn = new Int32Array(this.tableCount + 1);
    this.tableOf = new Int32Array(this.columnCount);
    this.numberColumns();
    const ranges = this.columns.map(columnRange);
    this.stores = Uint8Array.from(this.columns, (column) => storeOf(column.type));
    this.minima = Float64Array.from(ranges, (range) => range.min);
    this.maxima = Float64Array.from(ranges, (range) => range.max);
    this.isWhole = Uint8Array.from(ranges, (range) => (range.whole ? 1 : 0));
    this.initials = Float64Array.from(this.columns, initialOf);
  }

  private numberColumns(): void {
    let next = 0;
    this.catalog.tables.forEach((table, index) => {
      this.firstColumn[index] = next;
      next += table.columns.length;
      this.tableOf.fill(index, this.firstColumn[index], next);
    });
    this.firstColumn[this.tableCount] = next;
  }

  /** Number of the table with this name, or -1. */
  tableIndex(name: string): number {
    return this.catalog.tables.findIndex((table) => table.name === name);
  }

  /** Number of the column over all tables, or -1. */
  columnIndex(table: number, name: string): number {
    const within = this.catalog.tables[table]?.columns.findIndex((column) => column.name === name) ?? -1;
    return within < 0 ? -1 : this.firstColumn[table] + within;
  }
}
