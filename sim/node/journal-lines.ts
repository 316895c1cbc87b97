/**
 * The lines of a journal: each is a check sum (CRC-32, eight hexadecimal digits), a space, one JSON value, and a newline.
 *
 * The first line names the layout and the program that wrote it. A line that was torn by a kill or a power cut shows by its
 * missing newline or its check sum.
 */
import { crc32 } from '../trace/crc32.ts';

/** The version of the layout. */
export const JOURNAL_VERSION = 1;

/** The first line of a journal. */
export interface JournalHeader {
  readonly journal: number;
  /** Version and digest of the program: what another program computed is never mixed in. */
  readonly program: string;
}

/** What one line keeps. */
export interface JournalEntry {
  readonly key: string;
  readonly value: unknown;
}

/** What was found in the bytes of a journal. */
export interface JournalContent {
  /** Undefined when the first line cannot be read. */
  readonly header: JournalHeader | undefined;
  readonly entries: readonly JournalEntry[];
  /** Numbers of damaged lines, from 1, without the last one. */
  readonly damaged: readonly number[];
  /** Bytes up to the end of the last whole line; what follows is torn. */
  readonly wholeBytes: number;
}

const NEWLINE = 0x0a;
const CHECK_CHARS = 8;

/** One line as it stands in the file. */
export function journalLine(value: unknown): Uint8Array {
  const json = JSON.stringify(value);
  return Buffer.from(`${checkOf(Buffer.from(json))} ${json}\n`);
}

function checkOf(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(CHECK_CHARS, '0');
}

/** Reads all lines; a damaged one costs nothing but itself. */
export function readJournalLines(bytes: Uint8Array): JournalContent {
  const entries: JournalEntry[] = [];
  const damaged: number[] = [];
  let header: JournalHeader | undefined;
  let wholeBytes = 0;
  let number = 0;
  for (let start = 0, end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    number++;
    const value = valueIn(bytes.subarray(start, end));
    start = end + 1;
    const isLast = start === bytes.length;
    if (value === undefined && isLast && number > 1) break;
    wholeBytes = start;
    if (number === 1) header = asHeader(value);
    else if (isEntry(value)) entries.push(value);
    else damaged.push(number);
  }
  return { header, entries, damaged, wholeBytes };
}

function valueIn(line: Uint8Array): unknown {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length);
  if (checkOf(line.subarray(CHECK_CHARS + 1)) !== text.toString('latin1', 0, CHECK_CHARS)) return undefined;
  try {
    return JSON.parse(text.toString('utf8', CHECK_CHARS + 1));
  } catch {
    return undefined;
  }
}

function asHeader(value: unknown): JournalHeader | undefined {
  const { journal, program } = (value ?? {}) as Partial<JournalHeader>;
  return typeof journal === 'number' && typeof program === 'string' ? { journal, program } : undefined;
}

function isEntry(value: unknown): value is JournalEntry {
  return (
    typeof value === 'object' && value !== null && 'value' in value && 'key' in value && typeof value.key === 'string'
  );
}
