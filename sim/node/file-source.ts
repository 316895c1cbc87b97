/** Bytes of a file on demand, for the reader of traces: nothing is read before it is asked for. */
import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from '../trace/reader.ts';
import { FileProblem, fileProblem } from './file-problem.ts';

/** An open file on disk that a reader of traces takes bytes from. */
export class FileSource implements ByteSource {
  /** Bytes, as of the opening. */
  readonly size: number;
  readonly #file: FileHandle;
  readonly #path: string;

  /** Use `openFileSource`. */
  constructor(file: FileHandle, path: string, size: number) {
    this.#file = file;
    this.#path = path;
    this.size = size;
  }

  /** The bytes from `offset`, fewer at the end of the file. @throws FileProblem when the file was cut since it was opened. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const bytes = new Uint8Array(wanted);
    for (let done = 0; done < wanted; ) {
      const { bytesRead } = await this.#file.read(bytes, done, wanted - done, offset + done);
      if (bytesRead === 0) throw shorter(this.#path);
      done += bytesRead;
    }
    return bytes;
  }

  /** Gives the file back to the system; nothing may be read afterwards. */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

function shorter(path: string): FileProblem {
  return new FileProblem(
    `${path} became shorter while it was read: another program writes it. Wait, then try again.`,
    path,
  );
}

/** Opens a file. Close it after use. @throws FileProblem */
export async function openFileSource(path: string): Promise<FileSource> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const status = await file.stat();
    if (!status.isFile()) throw Object.assign(new Error(`${path} is no file`), { code: 'EISDIR' });
    return new FileSource(file, path, status.size);
  } catch (error) {
    await file?.close();
    throw fileProblem(error, 'be read', path);
  }
}
