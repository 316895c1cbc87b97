/**
 * CSV (RFC 4180, with a header line and LF): a file for each table with one line for each row and instant, and one of marks.
 *
 * Words of enums and texts are written out, references are row numbers, "none" and NaN are empty. A cell that a
 * spreadsheet would take for a formula is written as it is: the file is for programs.
 */
import type { TraceReader } from '../../sim/trace/reader.ts';
import { type ExportFormat, MARKS_FILE } from './format.ts';
import { freeName, MARK_HEAD, markColumns } from './mark-columns.ts';
import { cellOf, payloadOf, walkLines } from './row-lines.ts';
import { TextFile } from './text-file.ts';

/** The columns in front of those of a table. */
export const ROW_HEAD = ['timeNs', 'event', 'row', 'name', 'parent'] as const;

/** Comma-separated values. */
export const csv: ExportFormat = {
  name: 'csv',
  summary: 'a file for each table, one line for each row and instant at which it changed',
  suffix: '.csv',
  unit: 'lines',
  perTable: true,
  streams: true,
  async write(reader, target, { table }, stopped) {
    const { catalog } = reader;
    const begin = (name: string, head: readonly string[]): CsvFile | undefined =>
      table === undefined || table === name ? new CsvFile(new TextFile(target.file(name)), head) : undefined;
    const files = catalog.tables.map(({ name, columns }) =>
      begin(name, [...ROW_HEAD, ...columns.map((column) => freeName(column.name, ROW_HEAD))]),
    );
    const payload = markColumns(catalog);
    const marks = begin(MARKS_FILE, [...MARK_HEAD, ...payload.map(({ name }) => freeName(name, MARK_HEAD))]);
    const notes = await walkLines(
      reader,
      {
        line({ timeNs, table: at, row, event, values }) {
          const cells = catalog.tables[at].columns.map((column, i) => cellOf(reader, column, values[i]));
          files[at]?.line([timeNs, event, row, reader.rowName(at, row), orNone(reader.rowParent(at, row)), ...cells]);
        },
        mark(mark) {
          const told = payloadOf(reader, mark);
          const { name, table: of } = catalog.marks[mark.kind];
          const head = [
            mark.timeNs,
            mark.index,
            orNone(mark.cause),
            name,
            of,
            orNone(mark.row),
            nameOf(reader, of, mark.row),
          ];
          marks?.line([...head, ...payload.map((column) => told[column.name] ?? null)]);
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

/** The name of a row of a table by the table's name. */
export function nameOf(reader: TraceReader, table: string, row: number): string {
  const index = reader.catalog.tables.findIndex((spec) => spec.name === table);
  return row < 0 ? '' : reader.rowName(index, row);
}

function orNone(row: number): number | null {
  return row < 0 ? null : row;
}

class CsvFile {
  private readonly text: TextFile;
  private lines = 0;

  constructor(text: TextFile, head: readonly string[]) {
    this.text = text;
    this.line(head);
    this.lines = 0;
  }

  line(cells: readonly (string | number | null)[]): void {
    this.text.write(`${cells.map(cellText).join(',')}\n`);
    this.lines++;
  }

  finish(): number {
    this.text.flush();
    return this.lines;
  }
}

function cellText(cell: string | number | null): string {
  if (cell === null) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
