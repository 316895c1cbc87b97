/**
 * A recording as lines of a table: one for each row and instant at which the row was born, changed or ended, with all its
 * values then. Changes of one instant are one line, so nobody sees a state that lasted no time.
 *
 * Keeps the values of living rows and nothing else. Rows whose birth was in a damaged chunk appear as born when they are
 * first heard of again.
 */
import type { ColumnSpec } from '../../sim/trace/catalog.ts';
import type { MarkRecord, TraceReader } from '../../sim/trace/reader.ts';
import { recordStream, type TraceRecord } from '../../sim/trace/record-stream.ts';

/** One line. */
export interface RowLine {
  readonly timeNs: number;
  /** Number of the table. */
  readonly table: number;
  readonly row: number;
  readonly event: 'born' | 'changed' | 'died';
  /** By column, as stored. The array is changed later: read it now. */
  readonly values: Float64Array;
}

/** Takes lines and marks in the order of time. */
export interface LineSink {
  line(line: RowLine): void;
  mark(mark: MarkRecord): void;
}

/** Walks through the recording. Resolves to sentences about what could not be read. */
export async function walkLines(reader: TraceReader, sink: LineSink, stopped: () => boolean): Promise<string[]> {
  const notes: string[] = [];
  if (reader.recovered) notes.push('The recording was cut short: what is whole in it was exported.');
  const lost = (fromNs: number, toNs: number, reason: string): void => {
    notes.push(`The records from ${fromNs} ns to ${toNs} ns are left out: ${reason}`);
  };
  const rows = new LivingRows(reader, sink);
  for await (const batch of recordStream(reader, lost)) {
    for (const record of batch) rows.take(record);
    if (stopped()) {
      notes.push('The export was interrupted: it holds the beginning of the recording.');
      break;
    }
  }
  rows.settle();
  return notes;
}

interface LivingRow {
  readonly values: Float64Array;
  event: RowLine['event'] | undefined;
}

class LivingRows {
  private readonly sink: LineSink;
  private readonly rows: Map<number, LivingRow>[];
  private readonly columns: readonly (readonly ColumnSpec[])[];
  private readonly touched: { readonly table: number; readonly row: number; readonly living: LivingRow }[] = [];
  private nowNs = 0;

  constructor(reader: TraceReader, sink: LineSink) {
    this.sink = sink;
    this.columns = reader.catalog.tables.map((table) => table.columns);
    this.rows = this.columns.map(() => new Map());
  }

  take(record: TraceRecord): void {
    if (record.timeNs !== this.nowNs) this.settle();
    this.nowNs = record.timeNs;
    if (record.what === 'mark') {
      this.settle();
      this.sink.mark(record);
    } else if (record.what === 'set') {
      this.touch(record.table, record.row, 'changed').values[record.column] = record.value;
    } else if (record.what === 'born') {
      this.touch(record.table, record.row, 'born');
    } else {
      this.end(record.table, record.row);
    }
  }

  private touch(table: number, row: number, event: 'born' | 'changed'): LivingRow {
    let living = this.rows[table].get(row);
    if (living === undefined) {
      living = { values: newbornValues(this.columns[table]), event: undefined };
      this.rows[table].set(row, living);
      this.note(table, row, living, 'born');
    } else this.note(table, row, living, event);
    return living;
  }

  private note(table: number, row: number, living: LivingRow, event: RowLine['event']): void {
    if (living.event !== undefined) return;
    living.event = event;
    this.touched.push({ table, row, living });
  }

  private end(table: number, row: number): void {
    // What this row did at this instant comes before its end.
    this.settle();
    const living = this.touch(table, row, 'changed');
    if (living.event === 'born') this.settle();
    else this.touched.length = 0;
    this.rows[table].delete(row);
    this.sink.line({ timeNs: this.nowNs, table, row, event: 'died', values: living.values });
  }

  /** Tells what the last instant came to. */
  settle(): void {
    for (const { table, row, living } of this.touched) {
      const event = living.event!;
      living.event = undefined;
      this.sink.line({ timeNs: this.nowNs, table, row, event, values: living.values });
    }
    this.touched.length = 0;
  }
}

function newbornValues(columns: readonly ColumnSpec[]): Float64Array {
  return Float64Array.from(columns, (column) => column.initial ?? (column.type === 'ref' ? -1 : 0));
}

/** A stored value in words or as a number; null for "none" and for what is no number. */
export function cellOf(reader: TraceReader, column: ColumnSpec, value: number): string | number | null {
  if (column.type === 'enum') return column.values?.[value]?.name ?? null;
  if (column.type === 'text') return reader.text(value);
  if (column.type === 'ref') return value < 0 ? null : value;
  return Number.isFinite(value) ? value : null;
}

/** The numbers of a mark by name, texts in words. */
export function payloadOf(reader: TraceReader, mark: MarkRecord): Record<string, string | number | null> {
  const fields = reader.catalog.marks[mark.kind].payload;
  return Object.fromEntries(
    fields.map((field, i) => {
      const value = mark.payload[i];
      if (field.text === true) return [field.name, reader.text(value)];
      return [field.name, Number.isFinite(value) ? value : null];
    }),
  );
}
