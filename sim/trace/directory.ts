/**
 * What never changes once it is there: the name and the parent of every row ever born, and the interned texts.
 *
 * Kept apart from the state, so that keyframes need not repeat it and names of dead rows can still be told.
 */
import { assert } from '../engine/assert.ts';
import { packPlanes, unpackU32, unzigzag, zigzag } from './byte-planes.ts';
import { ROWS_MAX } from './format.ts';
import { Fields } from './message.ts';
import { TextTable } from './text-table.ts';
import { damaged } from './trace-problem.ts';

/** How much of a directory has been written: one number for the texts and one for each table. */
export interface DirectoryMark {
  /** Number of texts. */
  readonly texts: number;
  /** Number of rows by table. */
  readonly rows: readonly number[];
}

/** Names, parents and texts of a run. */
export class Directory {
  /** Interned texts; number 0 is the empty one. */
  readonly texts = new TextTable();
  private readonly names: TextTable[] = [];
  private readonly parents: Int32Array[] = [];

  constructor(tableCount: number) {
    this.texts.add('');
    for (let table = 0; table < tableCount; table++) {
      this.names.push(new TextTable());
      this.parents.push(new Int32Array(16));
    }
  }

  /** Rows of a table that are known. */
  rows(table: number): number {
    return this.names[table].count;
  }

  /** The name of a row; empty when there is no such row. */
  name(table: number, row: number): string {
    return this.names[table].get(row);
  }

  /** Parents of the first `count` rows, -1 for none. */
  parentsOf(table: number, count: number): Int32Array {
    return this.parents[table].subarray(0, count);
  }

  /** Adds the next row of a table. */
  add(table: number, name: string, parent: number): void {
    const row = this.names[table].add(name);
    assert(row < ROWS_MAX, () => `table ${table} has more than ${ROWS_MAX} rows`);
    this.putParent(table, row, parent);
  }

  private putParent(table: number, row: number, parent: number): void {
    let parents = this.parents[table];
    if (row >= parents.length) {
      const grown = new Int32Array(2 * parents.length);
      grown.set(parents);
      parents = grown;
      this.parents[table] = parents;
    }
    parents[row] = parent;
  }

  /** Bytes of all names and texts. */
  get byteLength(): number {
    let bytes = this.texts.byteLength;
    for (const names of this.names) bytes += names.byteLength;
    return bytes;
  }

  /** Where the directory ends now. */
  mark(): DirectoryMark {
    return { texts: this.texts.count, rows: this.names.map((names) => names.count) };
  }

  /** Whether anything was added since `mark`. */
  hasGrown(mark: DirectoryMark): boolean {
    return mark.texts < this.texts.count || mark.rows.some((rows, table) => rows < this.names[table].count);
  }

  /** Whether another directory holds the same number of names in every table. */
  equals(other: Directory): boolean {
    return !this.hasGrown(other.mark()) && !other.hasGrown(this.mark());
  }

  /** What was added since `mark`, as a map for the file. */
  pack(mark: DirectoryMark): object {
    const tables: object[] = [];
    this.names.forEach((names, table) => {
      const first = mark.rows[table];
      if (first < names.count)
        tables.push({ table, names: names.pack(first), parents: this.packParents(table, first) });
    });
    return { texts: this.texts.pack(mark.texts), tables };
  }

  private packParents(table: number, first: number): Uint8Array {
    const n = this.names[table].count - first;
    return packPlanes(stepsOf(this.parents[table], first, n), n, 4);
  }

  /** Appends what {@link pack} gave. @throws {TraceProblem} when it does not follow what is here. */
  unpack(packed: Fields): void {
    this.texts.unpack(packed.fields('texts'));
    for (const item of packed.list('tables')) {
      const fields = new Fields(item, 'a table of names');
      this.unpackTable(fields.int('table', 0, this.names.length - 1), fields);
    }
  }

  /** Appends pieces one after the other, as a footer has them. @throws {TraceProblem} as {@link unpack} does. */
  unpackPieces(packed: Fields): void {
    // The footers of version 1 had everything in one.
    if (packed.raw('pieces') === undefined) this.unpack(packed);
    else for (const piece of packed.list('pieces')) this.unpack(new Fields(piece, 'a piece of the names'));
  }

  private unpackTable(table: number, fields: Fields): void {
    const first = this.names[table].count;
    const n = this.names[table].unpack(fields.fields('names'));
    if (first + n > ROWS_MAX) throw damaged(`more than ${ROWS_MAX} rows`);
    const steps = unpackU32(fields.bytes('parents'), n, 'parents');
    let parent = -1;
    for (let i = 0; i < n; i++) {
      parent = (parent + unzigzag(steps[i])) | 0;
      this.putParent(table, first + i, parent);
    }
  }
}

/** Parents as steps from the one before: neighbours have the same, or the next. */
function stepsOf(parents: Int32Array, first: number, n: number): Uint32Array {
  const steps = new Uint32Array(n);
  let before = -1;
  for (let i = 0; i < n; i++) {
    const parent = parents[first + i];
    steps[i] = zigzag((parent - before) | 0);
    before = parent;
  }
  return steps;
}
