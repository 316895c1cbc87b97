/**
 * A file that grows, for the recorder of traces. It is written in its place and not renamed at the end: a trace that was
 * cut short is still readable up to its last whole chunk.
 *
 * Writing blocks, because a recorder must not run ahead of a disk that is slow, nor go on after one that is full.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ChunkSink } from '../trace/recorder.ts';
import { fileProblem } from './file-problem.ts';
import { makeFolder } from './folder.ts';

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
      this.#file = openSync(path, 'w');
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
