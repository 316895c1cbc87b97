/**
 * A folder that one process at a time may write its answer into.
 *
 * The lock is a file that names its holder. A holder that died, by a kill or a power cut, cannot take its file along, so
 * the next one looks whether the process still lives: its number and the moment of its start, since numbers are used again.
 * Left out: locks of other machines are never taken over, because nobody here can tell whether their holder lives.
 */
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { checkReadable, codeOf, FileProblem, fileProblem } from './file-problem.ts';
import { lives, startTicksOf } from './process-life.ts';

/** The file that holds a folder. */
export const LOCK_FILE = 'compare.lock';

/** A lock has a line. */
const LOCK_BYTES_MAX = 10_000;

/** Rounds of "it was there, and now it is gone" before giving up. */
const TRIES_MAX = 50;

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** For people. */
  readonly started: string;
  /** The start of the process in the system's own count; absent where the system does not tell. */
  readonly startTicks?: string;
}

/** A folder that is held until `release`. */
export interface FolderLock {
  release(): void;
}

let taken = 0;

/** Takes the folder, which must exist. @throws {FileProblem} when a process that lives holds it. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, LOCK_FILE);
  const own = `${path}.${process.pid}-${threadId}-${taken++}`;
  const text = `${JSON.stringify(ourselves())}\n`;
  try {
    // Written first and then linked into its place: nobody ever sees a lock without its holder.
    writeFileSync(own, text);
    take(path, own, folder);
  } catch (error) {
    throw fileProblem(error, 'be written', path);
  } finally {
    rmSync(own, { force: true });
  }
  return { release: () => release(path, text) };
}

function take(path: string, own: string, folder: string): void {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (linked(own, path)) return;
    const found = read(path);
    if (found === undefined) continue;
    if (found.holder !== undefined && mayLive(found.holder))
      throw new FileProblem(heldWords(folder, path, found.holder), path);
    moveAway(path, own, found.inode);
  }
  throw new FileProblem(`${folder} cannot be held: other programs keep taking it. Choose another folder.`, folder);
}

/** False when the place is taken. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error))) throw error;
    return writtenDirectly(own, path);
  }
}

/** For file systems without links. */
function writtenDirectly(own: string, path: string): boolean {
  try {
    writeFileSync(path, readFileSync(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): { readonly inode: number; readonly holder: Holder | undefined } | undefined {
  try {
    const status = statSync(path);
    // Opening a pipe waits for somebody who writes, and nobody could end the program meanwhile.
    checkReadable(path, status, LOCK_BYTES_MAX);
    return { inode: status.ino, holder: holderOf(readFileSync(path, 'utf8')) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined for a file that names nobody: a power cut emptied it. */
function holderOf(text: string): Holder | undefined {
  try {
    const { pid, host, started, startTicks } = JSON.parse(text) as Partial<Holder>;
    // Zero and below mean groups of processes to the system.
    if (!Number.isInteger(pid) || pid! < 1 || typeof host !== 'string' || typeof started !== 'string') return undefined;
    return { pid: pid!, host, started, ...(typeof startTicks === 'string' ? { startTicks } : {}) };
  } catch {
    return undefined;
  }
}

/** Takes a dead holder's file out of the way; one that somebody else has put there meanwhile is put back. */
function moveAway(path: string, own: string, inode: number): void {
  const grave = `${own}.dead`;
  try {
    renameSync(path, grave);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (statSync(grave).ino !== inode) linked(grave, path);
  rmSync(grave, { force: true });
}

function release(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path, { force: true });
  } catch {
    // A lock that cannot be removed is that of a dead process soon.
  }
}

function ourselves(): Holder {
  const startTicks = startTicksOf(process.pid);
  const started = new Date().toISOString();
  return { pid: process.pid, host: hostname(), started, ...(startTicks === undefined ? {} : { startTicks }) };
}

function mayLive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  if (!lives(holder.pid)) return false;
  const now = startTicksOf(holder.pid);
  return holder.startTicks === undefined || now === undefined || holder.startTicks === now;
}

function heldWords(folder: string, path: string, { pid, host, started, startTicks }: Holder): string {
  const elsewhere = host === hostname() ? '' : ` on ${host}`;
  const remedy = elsewhere === '' && startTicks !== undefined ? '' : ` If that one is surely over, remove ${path}.`;
  return `${folder} is in use by another comparison (process ${pid}${elsewhere}, since ${started}). Wait until it is over, or choose another folder with --out.${remedy}`;
}
