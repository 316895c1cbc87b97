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

/** One column of a table. */
export interface ColumnSpec {
  /** Key, unique in its table. */
  readonly name: string;
  readonly type: ColumnType;
  /** Words for the screen. */
  readonly label: string;
  /** Plain words: what this is. */
  readonly help: string;
  /** SI-style unit as shown to people (`bit/s`, `m` for thousandths of a core, `MiB`), absent for pure numbers. */
  readonly unit?: string;
  /** For `enum`: all values, by the stored number. */
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

/** A kind of thing that a recording follows; each row is one of them and is born once. */
export interface TableSpec {
  /** Key, unique in the catalog. */
  readonly name: string;
  /** One row in words, singular: "node". */
  readonly label: string;
  /** Plain words: what one row is. */
  readonly help: string;
  /** The table in which parents of these rows live. */
  readonly parent?: string;
  readonly level: RecordingLevel;
  readonly columns: readonly ColumnSpec[];
}

/** A kind of thing that happens at an instant: a decision, a fault, a repair. */
export interface MarkSpec {
  /** Key, unique among the marks of the catalog. */
  readonly name: string;
  /** Words for the screen. */
  readonly label: string;
  /** Plain words: what has happened. */
  readonly help: string;
  /** The table whose row the mark is about. */
  readonly table: string;
  readonly tone: 'decision' | 'fault' | 'repair' | 'info';
  readonly level: RecordingLevel;
  /** Names of the numbers that follow, in order. */
  readonly payload: readonly MarkField[];
}

/** One number that a mark carries. */
export interface MarkField {
  readonly name: string;
  readonly label: string;
  /** As in {@link ColumnSpec}; absent for pure numbers. */
  readonly unit?: string;
  /** When the number is a row of this table. */
  readonly table?: string;
  /** When the number is an interned text. */
  readonly text?: boolean;
}

/** A figure that a run comes to. */
export interface MetricSpec {
  /** Name in results. */
  readonly key: string;
  /** Words for the screen. */
  readonly label: string;
  /** Unit as shown to people; empty for pure numbers. */
  readonly unit: string;
  /** Which way is better for who has to choose. */
  readonly better: 'higher' | 'lower' | 'neither';
  /** Plain words: what is counted, over what. */
  readonly help: string;
  /** Key of the metric of which this is a part: all parts of it add up to it. */
  readonly partOf?: string;
}

/**
 * How a map should be drawn, in terms of the tables above: groups (racks) hold cells (nodes), cells hold marks (pods),
 * lines (links) join cells and switches.
 */
export interface MapSpec {
  /** Table of the groups. */
  readonly groups: string;
  /** Column of `groups` (enum) that decides its edge; absent: groups have no state. */
  readonly groupState?: string;
  /** Table of the cells; each has a group as its parent. */
  readonly cells: string;
  /** Table of what stands in cells. */
  readonly items: string;
  /** Column of `items` that says in which cell an item stands. */
  readonly itemCell: string;
  /** Column of `items` (enum) that decides its colour and pattern. */
  readonly itemState: string;
  /** Column of `cells` (enum) that decides its edge. */
  readonly cellState: string;
  /** Column of `cells` (enum) with what is believed of it: drawn where it differs from `cellState`. */
  readonly cellBelief?: string;
  /** Gauge columns of `cells` as pairs used / capacity that may fill a cell. */
  readonly cellFill: readonly { readonly label: string; readonly used: string; readonly of: string }[];
  /** Table of the lines. */
  readonly lines: string;
  /** Column of `lines`: load as a fraction of capacity. */
  readonly lineLoad: string;
  /** Column of `lines` (enum). */
  readonly lineState: string;
}

/** A table of few rows that is listed by name, with some of its columns, where nothing is selected. */
export interface ListedTable {
  readonly table: string;
  /** Names of its columns, in the order of the list. */
  readonly columns: readonly string[];
}

/** Everything that a recording may hold, and how to show it. */
export interface Catalog {
  readonly tables: readonly TableSpec[];
  readonly marks: readonly MarkSpec[];
  readonly metrics: readonly MetricSpec[];
  /** Names of those whose belief a column may keep. */
  readonly observers: readonly string[];
  /** Absent: the recording has no picture. */
  readonly map?: MapSpec;
  /** Absent: no table is listed. */
  readonly lists?: readonly ListedTable[];
}
