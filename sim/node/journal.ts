/**
 * A journal of finished work by content address, so that a program that was killed goes on where it was.
 *
 * A line is appended as soon as a piece of work is done, with one write: the system keeps what was written even if the
 * process is killed the next moment, so that a kill loses at most the work under way. A power cut loses what the disk has
 * not taken yet; against that the file is flushed every few seconds and at the end, since a flush for each line would cost
 * more than many a run. Whatever a cut leaves of a last line is recognised and cut off.
 */
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkReadable, fileProblem } from './file-problem.ts';
import { JOURNAL_VERSION, type JournalContent, journalLine, readJournalLines } from './journal-lines.ts';

/** A power cut loses the finished work of at most this long. */
const FLUSH_MS = 5000;
/** Some hundred thousand runs; a journal is read whole. */
const JOURNAL_BYTES_MAX = 1_000_000_000;
/** Journals that were set aside under one name. */
const ASIDE_MAX = 10_000;
/** Numbers of damaged lines that a message lists. */
const LISTED_MAX = 10;

/** What a journal needs of its surroundings. */
export interface JournalOptions {
  /** Version and digest of this program. Only entries of the same one are taken over. */
  readonly program: string;
  /** Takes sentences for people: what was damaged, and what was set aside. */
  readonly tell: (sentence: string) => void;
  /** Writes bytes to an open file and returns how many it took; `writeSync` when absent. */
  readonly write?: (file: number, bytes: Uint8Array, offset: number) => number;
}

/** An open journal. Only one process may have it open; see folder-lock.ts. */
export class Journal {
  readonly #path: string;
  readonly #write: NonNullable<JournalOptions['write']>;
  readonly #values = new Map<string, unknown>();
  readonly #file: number;
  #bytes: number;
  #flushedMs = performance.now();
  /** What is in the file cannot be trusted any more: a line was torn and could not be cut off. */
  #broken = false;

  /** Opens or begins the journal at `path`. @throws {FileProblem} */
  constructor(path: string, options: JournalOptions) {
    this.#path = path;
    this.#write = options.write ?? ((file, bytes, offset) => writeSync(file, bytes, offset));
    const content = usableContent(path, options);
    for (const { key, value } of content?.entries ?? []) if (!this.#values.has(key)) this.#values.set(key, value);
    this.#bytes = content?.wholeBytes ?? 0;
    try {
      this.#file = openSync(path, 'a');
      ftruncateSync(this.#file, this.#bytes);
    } catch (error) {
      throw fileProblem(error, 'be written', path);
    }
    if (content === undefined) this.#append({ journal: JOURNAL_VERSION, program: options.program });
  }

  /** The number of pieces of work that it knows. */
  get size(): number {
    return this.#values.size;
  }

  /** What was kept under a key; undefined if nothing was. */
  get(key: string): unknown {
    return this.#values.get(key);
  }

  /** Keeps a JSON value under a key; what is kept already stays. @throws {FileProblem} nothing of the line stays then. */
  add(key: string, value: unknown): void {
    if (this.#values.has(key)) return;
    this.#append({ key, value });
    this.#values.set(key, value);
    if (performance.now() - this.#flushedMs >= FLUSH_MS) this.flush();
  }

  #append(value: unknown): void {
    const line = journalLine(value);
    try {
      if (this.#broken) throw new Error(`${this.#path} was torn before`);
      for (let done = 0; done < line.length; ) done += this.#write(this.#file, line, done);
    } catch (error) {
      this.#cutBack();
      throw fileProblem(error, 'be written', this.#path);
    }
    this.#bytes += line.length;
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#file, this.#bytes);
    } catch {
      this.#broken = true;
    }
  }

  /** Waits until the disk has all of it. A disk that cannot is no reason to lose the work in hand. */
  flush(): void {
    this.#flushedMs = performance.now();
    try {
      fdatasyncSync(this.#file);
    } catch {
      // The lines are written; only a power cut could still lose them.
    }
  }

  /** Flushes and gives the file back. */
  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** What may be taken over; undefined when the journal has to be begun, after a foreign one was moved out of the way. */
function usableContent(path: string, options: JournalOptions): JournalContent | undefined {
  const bytes = bytesOf(path);
  if (bytes === undefined) return undefined;
  const content = readJournalLines(bytes);
  // A kill within the first line: nothing was kept yet.
  if (content.wholeBytes === 0) return undefined;
  const foreign = foreignWords(content, options.program);
  if (foreign !== undefined) {
    const aside = setJournalAside(path, content.header?.program ?? 'damaged');
    options.tell(`${path} ${foreign}. It was set aside as ${aside}; its runs are not taken over.`);
    return undefined;
  }
  if (content.damaged.length > 0) options.tell(damagedWords(path, content.damaged));
  return content;
}

function bytesOf(path: string): Uint8Array | undefined {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    checkReadable(path, status, JOURNAL_BYTES_MAX);
    return readFileSync(path);
  } catch (error) {
    throw fileProblem(error, 'be read', path);
  }
}

function foreignWords({ header }: JournalContent, program: string): string | undefined {
  if (header === undefined) return 'is damaged in its first line, or is no journal';
  if (header.journal !== JOURNAL_VERSION)
    return `has version ${header.journal} of the layout, and this program writes ${JOURNAL_VERSION}`;
  if (header.program !== program)
    return `was written by another version of Wavetank (${header.program}; this is ${program})`;
  return undefined;
}

function damagedWords(path: string, damaged: readonly number[]): string {
  const listed = damaged.slice(0, LISTED_MAX).join(', ') + (damaged.length > LISTED_MAX ? ', …' : '');
  const lines =
    damaged.length === 1
      ? `Line ${listed} of ${path} is damaged and is`
      : `Lines ${listed} of ${path} are damaged and are`;
  return `${lines} skipped: ${damaged.length === 1 ? 'its run is' : 'their runs are'} done again.`;
}

/** Renames a journal, so that a new one can be begun; returns its new name. @throws {FileProblem} */
export function setJournalAside(path: string, word: string): string {
  const stem = `${basename(path)}.${word.replace(/[^\w.-]+/g, '-').slice(0, 60)}`;
  for (let count = 1; count < ASIDE_MAX; count++) {
    const name = count === 1 ? stem : `${stem}.${count}`;
    if (lstatSync(join(dirname(path), name), { throwIfNoEntry: false }) !== undefined) continue;
    try {
      renameSync(path, join(dirname(path), name));
    } catch (error) {
      throw fileProblem(error, 'be renamed', path);
    }
    return name;
  }
  throw fileProblem(Object.assign(new Error('too many'), { code: 'EEXIST' }), 'be renamed', path);
}
