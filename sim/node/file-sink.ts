/**
 * A file that grows, for the recorder of traces. It is written in its place and not renamed at the end: a trace that was
 * cut short is still readable up to its last whole chunk.
 *
 * Writing blocks, because a recorder must not run ahead of a disk that is slow, nor go on after one that is full.
 */
import { closeSync, lstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ChunkSink } from '../trace/recorder.ts';
import { codeOf, FileProblem, fileProblem } from './file-problem.ts';
import { makeFolder } from './folder.ts';

/** How often a place is tried that another program keeps taking. */
const TRIES_MAX = 5;

/** A file on disk that takes the chunks of a recording. Close it after the last one. */
export class FileSink implements ChunkSink {
  readonly #path: string;
  readonly #file: number;
  #bytes = 0;

  /** Begins a new file, with the folders above it; an older one of this name is lost. @throws FileProblem */
  constructor(path: string) {
    this.#path = path;
    makeFolder(dirname(path));
    try {
      this.#file = openNew(path);
    } catch (error) {
      throw fileProblem(error, 'be written', path);
    }
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws FileProblem */
  write(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    } catch (error) {
      throw fileProblem(error, 'be written', this.#path);
    }
    this.#bytes += bytes.length;
  }

  /** Gives the file back to the system; nothing may be written afterwards. */
  close(): void {
    closeSync(this.#file);
  }
}

/**
 * Opens a file that nobody else has open: an older one is removed and not written over, so that two programs with one
 * name in mind do not mix their chunks, and a reader of the older one keeps it. Links and devices are followed.
 */
function openNew(path: string): number {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status !== undefined && !status.isFile()) return openSync(path, 'w');
    rmSync(path, { force: true });
    try {
      return openSync(path, 'wx');
    } catch (error) {
      // Somebody was faster between the two calls.
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  throw new FileProblem(`${path} cannot be written: another program keeps making it. Choose another name.`, path);
}
