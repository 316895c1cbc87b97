/**
 * The catalog of a trace: what its tables, columns, marks and metrics are called, measured in and mean.
 *
 * It travels inside every trace file, so that a generic reader can show any recording without the code of the model
 * that made it. Nothing here knows containers.
 */

/** How the cells of a column are stored. `ref` holds a row number of another table, -1 for none; `text` an interned string. */
export type ColumnType = 'u8' | 'u16' | 'u32' | 'i32' | 'f32' | 'f64' | 'enum' | 'ref' | 'text';

/** Which recording level a table or a mark belongs to; each level includes those before it. */
export type RecordingLevel = 'off' | 'summary' | 'state' | 'packets';

/** One value of an `enum` column: the stored number is its index in the list. */
export interface EnumValue {
  readonly name: string;
  /** Words for the screen. */
  readonly label: string;
  /** Meaning of the value for a viewer's colours and patterns. */
  readonly tone: 'good' | 'busy' | 'warn' | 'bad' | 'idle' | 'neutral';
}

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  readonly label: string;
  /** Plain words: what this is. */
  readonly help: string;
  /** SI-style unit as shown to people (`bit/s`, `m` for thousandths of a core, `MiB`), absent for pure numbers. */
  readonly unit?: string;
  readonly values?: readonly EnumValue[];
  /** The table that a `ref` column points into. */
  readonly table?: string;
  /** The value of a newborn row; 0 when absent, -1 for `ref`. */
  readonly initial?: number;
  /** The observer whose belief this column keeps; absent for the truth. */
  readonly observer?: string;
  /** For gauges drawn as a ramp: the value of a full gauge. */
  readonly full?: number;
}

export interface TableSpec {
  readonly name: string;
  /** One row in words, singular: "node". */
  readonly label: string;
  readonly help: string;
  /** The table in which parents of these rows live. */
  readonly parent?: string;
  readonly level: RecordingLevel;
  readonly columns: readonly ColumnSpec[];
}

export interface MarkSpec {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** The table whose row the mark is about. */
  readonly table: string;
  readonly tone: 'decision' | 'fault' | 'repair' | 'info';
  readonly level: RecordingLevel;
  /** Names of the numbers that follow, in order. */
  readonly payload: readonly MarkField[];
}

export interface MarkField {
  readonly name: string;
  readonly label: string;
  readonly unit?: string;
  /** When the number is a row of this table. */
  readonly table?: string;
  /** When the number is an interned text. */
  readonly text?: boolean;
}

export interface MetricSpec {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower' | 'neither';
  readonly help: string;
}

/**
 * How a map should be drawn, in terms of the tables above: groups (racks) hold cells (nodes), cells hold marks (pods),
 * lines (links) join cells and switches.
 */
export interface MapSpec {
  readonly groups: string;
  readonly cells: string;
  readonly items: string;
  /** Column of `items` that says in which cell an item stands. */
  readonly itemCell: string;
  /** Column of `items` (enum) that decides its colour and pattern. */
  readonly itemState: string;
  /** Column of `cells` (enum) that decides its edge. */
  readonly cellState: string;
  /** Gauge columns of `cells` as pairs used / capacity that may fill a cell. */
  readonly cellFill: readonly { readonly label: string; readonly used: string; readonly of: string }[];
  readonly lines: string;
  /** Column of `lines`: load as a fraction of capacity. */
  readonly lineLoad: string;
  /** Column of `lines` (enum). */
  readonly lineState: string;
}

export interface Catalog {
  readonly tables: readonly TableSpec[];
  readonly marks: readonly MarkSpec[];
  readonly metrics: readonly MetricSpec[];
  readonly observers: readonly string[];
  readonly map?: MapSpec;
}
