/**
 * Records side by side in typed arrays: what a recorder fills, and what a decoded chunk is.
 */
import { PAYLOAD_MAX } from './format.ts';

type Fields<T> = Omit<{ -readonly [Key in keyof T]: T[Key] }, 'byteLength'>;

/** Births, deaths and sets in their order; `n` of them are filled. */
export class RecordColumns {
  /** Records that are filled. */
  n: number;
  /** By record, in ns, never descending. */
  readonly times: Float64Array;
  /** Kind of record, in the numbering of `CatalogLayout`. */
  readonly kinds: Uint16Array;
  /** The row that is born, dies or is set, in its table. */
  readonly rows: Uint32Array;
  /** The new value of a set; without meaning for births and deaths. */
  readonly values: Float64Array;

  constructor(columns: Fields<RecordColumns>) {
    this.n = columns.n;
    this.times = columns.times;
    this.kinds = columns.kinds;
    this.rows = columns.rows;
    this.values = columns.values;
  }

  /** Columns with room for `capacity` records. */
  static empty(capacity: number): RecordColumns {
    return new RecordColumns({
      n: 0,
      times: new Float64Array(capacity),
      kinds: new Uint16Array(capacity),
      rows: new Uint32Array(capacity),
      values: new Float64Array(capacity),
    });
  }

  /** Bytes in memory. */
  get byteLength(): number {
    return this.times.byteLength + this.kinds.byteLength + this.rows.byteLength + this.values.byteLength;
  }
}

/** Marks in their order; `n` of them are filled. */
export class MarkColumns {
  /** Marks that are filled. */
  n: number;
  /** By mark, in ns, never descending. */
  readonly times: Float64Array;
  /** Number of the mark's kind in the catalog. */
  readonly kinds: Uint16Array;
  /** The row that a mark is about, -1 for none. */
  readonly rows: Int32Array;
  /** The number of each mark over the whole run. */
  readonly indices: Uint32Array;
  /** The number of the nearest mark that led to it, -1 for none. */
  readonly causes: Int32Array;
  /** `PAYLOAD_MAX` numbers a mark. */
  readonly payload: Float64Array;

  constructor(columns: Fields<MarkColumns>) {
    this.n = columns.n;
    this.times = columns.times;
    this.kinds = columns.kinds;
    this.rows = columns.rows;
    this.indices = columns.indices;
    this.causes = columns.causes;
    this.payload = columns.payload;
  }

  /** Columns with room for `capacity` marks. */
  static empty(capacity: number): MarkColumns {
    return new MarkColumns({
      n: 0,
      times: new Float64Array(capacity),
      kinds: new Uint16Array(capacity),
      rows: new Int32Array(capacity),
      indices: new Uint32Array(capacity),
      causes: new Int32Array(capacity),
      payload: new Float64Array(PAYLOAD_MAX * capacity),
    });
  }
}
