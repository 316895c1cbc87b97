/**
 * What an export format is, and what it writes into: all of this room runs in a browser as well.
 */
import type { TraceReader } from '../../sim/trace/reader.ts';

/** One file that grows. */
export interface ExportFile {
  write(bytes: Uint8Array): void;
}

/** Where an export goes: one file by name, or a stream that has only one. */
export interface ExportTarget {
  /** Begins a file; files are filled side by side. */
  file(name: string): ExportFile;
}

/** What the caller chose. */
export interface ExportChoices {
  /** Only this table; `marks` means the marks. */
  readonly table?: string;
}

/** What was written. */
export interface ExportSummary {
  /** Lines, events or rows by file. */
  readonly files: Readonly<Record<string, number>>;
  /** What could not be read, in sentences. */
  readonly notes: readonly string[];
}

/** A format of `wavetank export`. */
export interface ExportFormat {
  readonly name: string;
  /** Words for the help. */
  readonly summary: string;
  /** Suffix of its files. */
  readonly suffix: string;
  /** What its files consist of, in words: "rows". */
  readonly unit: string;
  /** Whether it writes one file for each table rather than one for all. */
  readonly perTable: boolean;
  /** Whether it can go to a pipe. */
  readonly streams: boolean;
  /** Writes the recording; `stopped` asks to leave off after the current chunk. */
  write(
    reader: TraceReader,
    target: ExportTarget,
    choices: ExportChoices,
    stopped: () => boolean,
  ): Promise<ExportSummary>;
}

/** Name of the file of marks, beside the names of the tables. */
export const MARKS_FILE = 'marks';

/** Names of the files that a format with a file for each table can write. */
export function tableNames(reader: TraceReader): string[] {
  return [...reader.catalog.tables.map((table) => table.name), MARKS_FILE];
}
