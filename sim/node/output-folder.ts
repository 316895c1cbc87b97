/**
 * A folder that an answer will be written into: found out to be writable before hours of work, and never left with half of
 * a recording under a name that an older answer uses.
 */
import { renameSync, rmSync, statSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkSink } from '../trace/recorder.ts';
import { codeOf, FileProblem, fileProblem } from './file-problem.ts';
import { FileSink } from './file-sink.ts';
import { ensureFolder, writeWhole } from './files.ts';
import { lives } from './process-life.ts';

const PROBE_FILE = '.wavetank-probe';

/** Makes the folder if need be, and finds out whether files of these names can be written there. @throws {FileProblem} */
export async function probeOutputFolder(folder: string, names: readonly string[]): Promise<void> {
  await ensureFolder(folder);
  for (const name of names) await refuseFolder(join(folder, name));
  const probe = join(folder, PROBE_FILE);
  await writeWhole(probe, 'Wavetank looks whether it can write here.\n');
  await rm(probe, { force: true });
}

async function refuseFolder(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory())
      throw new FileProblem(
        `${path} is a folder, and a file of this name has to be written. Choose another place.`,
        path,
      );
  } catch (error) {
    if (error instanceof FileProblem || codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Records beside the file, and puts the recording into its place when it is done. */
export class KeptWhenDone implements ChunkSink {
  readonly #path: string;
  readonly #part: string;
  readonly #sink: FileSink;

  /** `path`: where the recording belongs. @throws {FileProblem} */
  constructor(path: string) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new FileProblem(`${path} is a folder, and a recording of this name has to be written.`, path);
    this.#path = path;
    this.#part = partOf(path);
    this.#sink = new FileSink(this.#part);
  }

  /** Appends. @throws {FileProblem} */
  write(bytes: Uint8Array): void {
    this.#sink.write(bytes);
  }

  /** Ends the recording; one that is not done is dropped, and an older one stays. @throws {FileProblem} */
  close(done: boolean): void {
    this.#sink.close();
    try {
      if (done) renameSync(this.#part, this.#path);
      else rmSync(this.#part, { force: true });
    } catch (error) {
      throw fileProblem(error, 'be written', this.#path);
    }
  }
}

/** Halves of whole files (see files.ts) and locks that were not put in place, with the process that made them. */
const LEFTOVER = /^(?:\..+|compare\.lock)\.(\d+)-\d+-\d+(?:\.part|\.dead)?$/;

/** Removes what a comparison that was killed has left in a folder. The folder must be locked. */
export async function clearLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const maker = LEFTOVER.exec(name)?.[1];
    // Somebody who lives may be waiting for the lock.
    const left = maker !== undefined && (Number(maker) === process.pid || !lives(Number(maker)));
    if (left || name === PROBE_FILE) await rm(join(folder, name), { force: true });
  }
}

/** Removes what recordings into these files have left behind that were ended from outside. */
export async function removeParts(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(partOf(path), { force: true });
}

function partOf(path: string): string {
  return `${path}.part`;
}
