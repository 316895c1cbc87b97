/** Rows of a CSV file with named columns. Fields may stand in quotes; a quoted field may hold commas, but no line break. */

/** One row: its line in the file, and its fields by column. */
export interface CsvRow {
  /** Counted from 1. */
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** A file taken apart. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  /** Lines with another number of fields than the first line: they are no rows. */
  readonly ragged: readonly number[];
}

/** Reads a text; the first line names the columns. Empty lines are passed over. */
export function csvTable(text: string): CsvTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = fieldsOf(lines[0]!);
  const rows: CsvRow[] = [];
  const ragged: number[] = [];
  lines.forEach((line, at) => {
    if (at === 0 || line.trim() === '') return;
    const fields = fieldsOf(line);
    if (fields.length !== columns.length) ragged.push(at + 1);
    else rows.push({ line: at + 1, fields: Object.fromEntries(columns.map((column, i) => [column, fields[i]!])) });
  });
  return { columns, rows, ragged };
}

function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',').map((field) => field.trim());
  const fields = line.match(/(?<=^|,)(?:"(?:[^"]|"")*"|[^,]*)(?=,|$)/g) ?? [];
  return fields.map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field.trim()));
}
