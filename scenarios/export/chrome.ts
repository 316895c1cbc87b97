/**
 * Trace events of Chrome ("JSON Object Format"), which Perfetto and chrome://tracing open.
 *
 * A table is a process and a row a thread of it, named with its parent. A row's life is a slice, and in it the values of
 * the table's first telling enum are slices too. Marks are instants, with an arrow from each to what it caused. Counters
 * follow the living rows of each table, and the sums over them of the columns that the map draws.
 * Left out: other columns, and the names of texts as categories. `ts` is in microseconds with three decimals, so that no nanosecond is lost.
 *
 * Held in memory: living rows, and which mark caused which. Viewers hold the whole file: for more than some millions of
 * events use Parquet.
 */
import type { Catalog, TableSpec } from '../../sim/trace/catalog.ts';
import type { MarkRecord, TraceReader } from '../../sim/trace/reader.ts';
import type { ExportFormat } from './format.ts';
import { payloadOf, type RowLine, walkLines } from './row-lines.ts';
import { TextFile } from './text-file.ts';

/** Chrome trace-event JSON. */
export const chrome: ExportFormat = {
  name: 'chrome',
  summary: 'trace events of Chrome, which Perfetto opens',
  suffix: '.json',
  unit: 'events',
  perTable: false,
  streams: true,
  async write(reader, target, { table }, stopped) {
    const file = new TextFile(target.file('trace'));
    const events = new EventWriter(reader, file, table);
    events.begin(await effectsOf(reader));
    const notes = await walkLines(reader, events, stopped);
    events.end();
    file.flush();
    return { files: { trace: events.count }, notes };
  },
};

/** By the number of a mark: the marks that it caused. */
async function effectsOf(reader: TraceReader): Promise<Map<number, number[]>> {
  const effects = new Map<number, number[]>();
  for (const { seq } of reader.chunks) {
    const marks = await reader.chunkContents(seq).then(
      (contents) => contents.marks,
      // A damaged chunk is reported by the walk.
      () => [],
    );
    for (const { index, cause } of marks) {
      if (cause < 0) continue;
      const list = effects.get(cause);
      if (list === undefined) effects.set(cause, [index]);
      else list.push(index);
    }
  }
  return effects;
}

interface Thread {
  readonly key: string;
  /** Value of the state column; undefined when the table has none. */
  state: number | undefined;
}

interface Counter {
  readonly label: string;
  readonly table: number;
  readonly column: number;
  sum: number;
  changed: boolean;
}

class EventWriter {
  private readonly reader: TraceReader;
  private readonly catalog: Catalog;
  private readonly file: TextFile;
  private readonly only: string | undefined;
  private readonly stateColumns: readonly number[];
  private readonly living: Map<number, Thread>[];
  private readonly named: Set<number>[];
  private readonly counters: readonly Counter[];
  /** By counter: the value of each living row. */
  private readonly counted: readonly Map<number, number>[];
  private effects = new Map<number, number[]>();
  private written = new Set<number>();
  private nowNs = 0;
  count = 0;

  constructor(reader: TraceReader, file: TextFile, only: string | undefined) {
    this.reader = reader;
    this.catalog = reader.catalog;
    this.file = file;
    this.only = only;
    this.stateColumns = this.catalog.tables.map(stateColumn);
    this.living = this.catalog.tables.map(() => new Map());
    this.named = this.catalog.tables.map(() => new Set());
    this.counters = countersOf(this.catalog, only);
    this.counted = this.counters.map(() => new Map());
  }

  begin(effects: Map<number, number[]>): void {
    const { header, digest } = this.reader;
    const { scenario, title, seed, alternative, wavetank } = header;
    const about = { scenario, title, seed, alternative, wavetank, digest };
    this.effects = effects;
    this.file.write(`{"displayTimeUnit":"ns","otherData":${JSON.stringify(about)},"traceEvents":[`);
    this.catalog.tables.forEach(({ label }, table) => {
      const args = { name: label };
      this.emit({ ph: 'M', name: 'process_name', pid: table + 1, tid: 0, args });
    });
  }

  line(line: RowLine): void {
    if (line.timeNs !== this.nowNs) this.writeCounters();
    this.nowNs = line.timeNs;
    this.follow(line);
    const { table, row } = line;
    if (this.only !== undefined && this.catalog.tables[table].name !== this.only) return;
    const thread = this.living[table].get(row);
    const place = { pid: table + 1, tid: row + 1, ts: micro(line.timeNs) };
    const column = this.stateColumns[table];
    if (line.event === 'died') {
      if (thread === undefined) return;
      this.endThread(thread, place);
      this.living[table].delete(row);
    } else if (thread === undefined) {
      const begun = { key: this.reader.rowName(table, row), state: column < 0 ? undefined : line.values[column] };
      this.living[table].set(row, begun);
      this.nameThread(table, row);
      this.emit({ ph: 'B', name: begun.key, cat: this.catalog.tables[table].name, ...place });
      if (begun.state !== undefined)
        this.emit({ ph: 'B', name: this.stateName(table, begun.state), cat: 'state', ...place });
    } else if (column >= 0 && thread.state !== line.values[column]) {
      thread.state = line.values[column];
      this.emit({ ph: 'E', ...place });
      this.emit({ ph: 'B', name: this.stateName(table, thread.state), cat: 'state', ...place });
    }
  }

  private endThread(thread: Thread, place: { readonly pid: number; readonly tid: number; readonly ts: number }): void {
    if (thread.state !== undefined) this.emit({ ph: 'E', ...place });
    this.emit({ ph: 'E', ...place });
  }

  private stateName(table: number, value: number): string {
    return this.catalog.tables[table].columns[this.stateColumns[table]].values?.[value]?.label ?? String(value);
  }

  private nameThread(table: number, row: number): void {
    if (this.named[table].has(row)) return;
    this.named[table].add(row);
    const spec = this.catalog.tables[table];
    const parents = this.catalog.tables.findIndex(({ name }) => name === spec.parent);
    const parent = parents < 0 ? '' : this.reader.rowName(parents, this.reader.rowParent(table, row));
    const own = this.reader.rowName(table, row);
    const name = parent === '' ? own : `${own} (${parent})`;
    this.emit({ ph: 'M', name: 'thread_name', pid: table + 1, tid: row + 1, args: { name } });
  }

  mark(mark: MarkRecord): void {
    if (mark.timeNs !== this.nowNs) this.writeCounters();
    this.nowNs = mark.timeNs;
    const { name, label, table } = this.catalog.marks[mark.kind];
    if (this.only !== undefined && table !== this.only && this.only !== 'marks') return;
    const pid = this.catalog.tables.findIndex((spec) => spec.name === table) + 1;
    const place = { pid, tid: mark.row + 1, ts: micro(mark.timeNs) };
    const args = { mark: mark.index, cause: mark.cause, ...payloadOf(this.reader, mark) };
    this.emit({ ph: 'i', name: label, cat: name, s: mark.row < 0 ? 'p' : 't', ...place, args });
    const arrow = { name: 'cause', cat: 'cause', ...place };
    // Only arrows whose two ends are in the file.
    if (this.written.has(mark.index)) this.emit({ ph: 'f', bp: 'e', id: mark.index, ...arrow });
    if (this.only !== undefined) return;
    for (const effect of this.effects.get(mark.index) ?? []) {
      this.written.add(effect);
      this.emit({ ph: 's', id: effect, ...arrow });
    }
  }

  private follow({ table, row, event, values }: RowLine): void {
    this.counters.forEach((counter, i) => {
      if (counter.table !== table) return;
      const before = this.counted[i].get(row) ?? 0;
      const value = event === 'died' ? 0 : counter.column < 0 ? 1 : values[counter.column];
      const now = Number.isFinite(value) ? value : 0;
      if (event === 'died') this.counted[i].delete(row);
      else this.counted[i].set(row, now);
      if (now === before) return;
      counter.sum += now - before;
      counter.changed = true;
    });
  }

  private writeCounters(): void {
    for (const counter of this.counters) {
      if (!counter.changed) continue;
      counter.changed = false;
      const place = { pid: counter.table + 1, tid: 0, ts: micro(this.nowNs) };
      this.emit({ ph: 'C', name: counter.label, ...place, args: { value: counter.sum } });
    }
  }

  /** Ends what still lives at the end of the recording. */
  end(): void {
    this.writeCounters();
    const ts = micro(Math.max(this.nowNs, this.reader.endNs));
    this.living.forEach((rows, table) => {
      for (const [row, thread] of rows) this.endThread(thread, { pid: table + 1, tid: row + 1, ts });
    });
    this.file.write(']}\n');
  }

  private emit(event: object): void {
    this.file.write(`${this.count === 0 ? '\n' : ',\n'}${JSON.stringify(event)}`);
    this.count++;
  }
}

/** Exact: a double holds a run's longest time in thousandths of a microsecond. */
function micro(timeNs: number): number {
  return timeNs / 1000;
}

/** The first enum whose values have a meaning for the eye; -1 for none. */
function stateColumn(table: TableSpec): number {
  return table.columns.findIndex(
    (column) => column.type === 'enum' && (column.values?.some((value) => value.tone !== 'neutral') ?? false),
  );
}

function countersOf(catalog: Catalog, only: string | undefined): Counter[] {
  const { map } = catalog;
  const drawn = new Set<string>();
  if (map !== undefined) {
    for (const fill of map.cellFill) drawn.add(`${map.cells}.${fill.used}`);
    drawn.add(`${map.lines}.${map.lineLoad}`);
  }
  return catalog.tables.flatMap(({ name, label, columns }, table) => {
    if (only !== undefined && name !== only) return [];
    const begin = { table, sum: 0, changed: false };
    const sums = columns.flatMap((column, at) =>
      drawn.has(`${name}.${column.name}`)
        ? [
            {
              ...begin,
              column: at,
              label: `${column.label}, sum${column.unit === undefined ? '' : ` in ${column.unit}`}`,
            },
          ]
        : [],
    );
    return [{ ...begin, column: -1, label: `${label}: living` }, ...sums];
  });
}
