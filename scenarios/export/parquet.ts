/**
 * Parquet: a file for each table with one row for each row and instant, and one of marks. Types are those of the
 * columns, times are 64-bit nanoseconds.
 *
 * Holds up to {@link GROUP_ROWS} lines of each table in memory. The file cannot go to a pipe, nor is it read before its end
 * is written.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnSpec } from '../../sim/trace/catalog.ts';
import { nameOf, ROW_HEAD } from './csv.ts';
import { type ExportFile, type ExportFormat, MARKS_FILE } from './format.ts';
import { freeName, MARK_HEAD, markColumns } from './mark-columns.ts';
import { cellOf, payloadOf, walkLines } from './row-lines.ts';

/** Rows in one group of a file. */
const GROUP_ROWS = 32_768;

type Kind = 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'STRING';
type Cell = string | number | null;

interface ParquetColumn {
  readonly name: string;
  readonly kind: Kind;
}

/** Apache Parquet. */
export const parquet: ExportFormat = {
  name: 'parquet',
  summary: 'a file for each table with typed columns, for DuckDB, pandas and their like',
  suffix: '.parquet',
  unit: 'rows',
  perTable: true,
  streams: false,
  async write(reader, target, { table }, stopped) {
    const { catalog } = reader;
    const begin = (name: string, columns: readonly ParquetColumn[]): ParquetFile | undefined =>
      table === undefined || table === name ? new ParquetFile(target.file(name), columns) : undefined;
    const files = catalog.tables.map(({ name, columns }) => begin(name, [...ROW_COLUMNS, ...columns.map(columnOf)]));
    const payload = markColumns(catalog);
    const marks = begin(MARKS_FILE, [
      ...MARK_COLUMNS,
      ...payload.map(({ name, text }) => ({ name: freeName(name, MARK_HEAD), kind: text ? STRING : DOUBLE })),
    ]);
    const notes = await walkLines(
      reader,
      {
        line({ timeNs, table: at, row, event, values }) {
          const file = files[at];
          if (file === undefined) return;
          const parent = reader.rowParent(at, row);
          const cells = catalog.tables[at].columns.map((column, i) => cellOf(reader, column, values[i]));
          file.row([timeNs, event, row, reader.rowName(at, row), parent < 0 ? null : parent, ...cells]);
        },
        mark(mark) {
          const { index, timeNs, cause, row, kind } = mark;
          const { name, table: of } = catalog.marks[kind];
          const told = payloadOf(reader, mark);
          const head = [
            timeNs,
            index,
            cause < 0 ? null : cause,
            name,
            of,
            row < 0 ? null : row,
            nameOf(reader, of, row),
          ];
          marks?.row([...head, ...payload.map((column) => told[column.name] ?? null)]);
        },
      },
      stopped,
    );
    const counts: Record<string, number> = {};
    files.forEach((file, i) => {
      if (file !== undefined) counts[catalog.tables[i].name] = file.finish();
    });
    if (marks !== undefined) counts[MARKS_FILE] = marks.finish();
    return { files: counts, notes };
  },
};

const STRING = 'STRING' as const;
const DOUBLE = 'DOUBLE' as const;
const ROW_KINDS: Readonly<Record<string, Kind>> = { timeNs: 'INT64', row: 'INT32', parent: 'INT32' };
const MARK_KINDS: Readonly<Record<string, Kind>> = { timeNs: 'INT64', index: 'INT32', cause: 'INT32', row: 'INT32' };
const ROW_COLUMNS: readonly ParquetColumn[] = ROW_HEAD.map((name) => ({ name, kind: ROW_KINDS[name] ?? STRING }));
const MARK_COLUMNS: readonly ParquetColumn[] = MARK_HEAD.map((name) => ({ name, kind: MARK_KINDS[name] ?? STRING }));

const KIND_OF_TYPE: Readonly<Record<ColumnSpec['type'], Kind>> = {
  u8: 'INT32',
  u16: 'INT32',
  u32: 'INT64',
  i32: 'INT32',
  f32: 'FLOAT',
  f64: 'DOUBLE',
  enum: 'STRING',
  ref: 'INT32',
  text: 'STRING',
};

function columnOf(column: ColumnSpec): ParquetColumn {
  return { name: freeName(column.name, ROW_HEAD), kind: KIND_OF_TYPE[column.type] };
}

/** One file: rows come together into groups. */
class ParquetFile {
  private readonly columns: readonly ParquetColumn[];
  private readonly bytes: ByteWriter;
  private readonly writer: ParquetWriter;
  private readonly file: ExportFile;
  private cells: (Cell | bigint)[][];
  private rows = 0;

  constructor(file: ExportFile, columns: readonly ParquetColumn[]) {
    this.file = file;
    this.columns = columns;
    this.bytes = new ByteWriter();
    this.cells = columns.map(() => []);
    const leaves = columns.map(({ name, kind }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...(kind === 'STRING' ? { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const } : { type: kind }),
    }));
    this.writer = new ParquetWriter({
      writer: this.bytes,
      schema: [{ name: 'root', num_children: leaves.length }, ...leaves],
      createdBy: 'wavetank',
    });
  }

  row(cells: readonly Cell[]): void {
    this.columns.forEach(({ kind }, i) => {
      const cell = cells[i];
      this.cells[i].push(
        kind === 'INT64' && typeof cell === 'number'
          ? BigInt(cell)
          : kind === 'STRING' && cell !== null
            ? String(cell)
            : cell,
      );
    });
    this.rows++;
    if (this.rows % GROUP_ROWS === 0) this.endGroup();
  }

  private endGroup(): void {
    if (this.cells[0].length === 0) return;
    this.writer.write({
      columnData: this.columns.map(({ name }, i) => ({ name, data: this.cells[i] })),
      rowGroupSize: GROUP_ROWS,
    });
    this.cells = this.columns.map(() => []);
    this.drain();
  }

  /** Hands over the bytes so far; the writer counts on in `offset`. */
  private drain(): void {
    this.file.write(this.bytes.getBytes());
    this.bytes.index = 0;
  }

  /** Ends the file. Gives its rows. */
  finish(): number {
    this.endGroup();
    this.writer.finish();
    this.drain();
    return this.rows;
  }
}
