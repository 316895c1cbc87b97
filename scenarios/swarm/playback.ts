/**
 * A recording played back instant by instant, as somebody who only watches sees it: rows that come, change and go, and marks.
 *
 * Needs nothing of the models: tables and columns are found by the names in the recording's own catalog.
 */
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import type { TraceReader } from '../../sim/trace/reader.ts';
import { recordStream, type TraceRecord } from '../../sim/trace/record-stream.ts';

/** A row of a table. It stays after its death, as it was. */
export interface Row {
  readonly row: number;
  readonly name: string;
  /** Row of the parent table; -1: none. */
  readonly parent: number;
  readonly bornNs: TimeNs;
  diedNs: TimeNs | undefined;
  /** By column. */
  readonly values: Record<string, number>;
}

/** What happened to a row at an instant. */
export interface Change {
  readonly what: 'born' | 'set' | 'died';
  readonly table: string;
  readonly row: Row;
  /** Of a set. */
  readonly column: string;
  /** The value before a set. */
  readonly before: number;
}

/** A mark with its texts resolved. */
export interface SeenMark {
  readonly name: string;
  readonly row: number;
  readonly payload: readonly (number | string)[];
}

/** All that happened at one time, records in their order and marks in theirs; tables are as they are afterwards. */
export interface Instant {
  readonly timeNs: TimeNs;
  readonly changes: readonly Change[];
  readonly marks: readonly SeenMark[];
}

/** All tables by name, rows by number. */
export class Tables {
  readonly #rows = new Map<string, Row[]>();

  /** The rows of a table, dead ones among them. */
  of(table: string): Row[] {
    const rows = this.#rows.get(table) ?? [];
    this.#rows.set(table, rows);
    return rows;
  }

  /** The rows of a table that are there now. */
  living(table: string): Row[] {
    return this.of(table).filter(({ diedNs }) => diedNs === undefined);
  }
}

/** The instants of a recording in their order; `tables` is brought up to each before it is given. */
export async function instantsOf(reader: TraceReader, tables: Tables, tell: (now: Instant) => void): Promise<void> {
  const player = new Player(reader, tables, tell);
  for await (const batch of recordStream(reader, (_from, _to, reason) => player.lost(reason)))
    for (const record of batch) player.take(record);
  player.settle();
}

class Player {
  readonly #reader: TraceReader;
  readonly #tables: Tables;
  readonly #tell: (now: Instant) => void;
  #timeNs: TimeNs = 0;
  #changes: Change[] = [];
  #marks: SeenMark[] = [];

  constructor(reader: TraceReader, tables: Tables, tell: (now: Instant) => void) {
    this.#reader = reader;
    this.#tables = tables;
    this.#tell = tell;
  }

  lost(reason: string): never {
    throw new Error(`a part of the recording cannot be read: ${reason}`);
  }

  take(record: TraceRecord): void {
    if (record.timeNs > this.#timeNs) this.settle();
    this.#timeNs = record.timeNs;
    if (record.what === 'mark') this.#marks.push(this.#mark(record));
    else this.#changes.push(this.#change(record));
  }

  settle(): void {
    const now = { timeNs: this.#timeNs, changes: this.#changes, marks: this.#marks };
    if (now.changes.length + now.marks.length > 0) this.#tell(now);
    this.#changes = [];
    this.#marks = [];
  }

  #change(record: Exclude<TraceRecord, { what: 'mark' }>): Change {
    const { what, timeNs } = record;
    const spec = this.#reader.catalog.tables[record.table]!;
    const rows = this.#tables.of(spec.name);
    if (what === 'born') {
      const values = Object.fromEntries(spec.columns.map(({ name, initial = 0 }) => [name, initial]));
      const name = this.#reader.rowName(record.table, record.row);
      const parent = this.#reader.rowParent(record.table, record.row);
      rows[record.row] = { row: record.row, name, parent, bornNs: timeNs, diedNs: undefined, values };
    }
    const row = rows[record.row]!;
    if (what === 'died') row.diedNs = timeNs;
    if (what !== 'set') return { what, table: spec.name, row, column: '', before: 0 };
    const column = spec.columns[record.column]!.name;
    const before = row.values[column]!;
    row.values[column] = record.value;
    return { what, table: spec.name, row, column, before };
  }

  #mark({ kind, row, payload }: Extract<TraceRecord, { what: 'mark' }>): SeenMark {
    const spec = this.#reader.catalog.marks[kind]!;
    return {
      name: spec.name,
      row,
      payload: payload.map((value, place) => (spec.payload[place]!.text === true ? this.#reader.text(value) : value)),
    };
  }
}
