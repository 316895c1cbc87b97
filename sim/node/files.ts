/**
 * Whole files, in and out. A file is either there whole or not there: Ctrl-C and a full disk leave no half of one.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { checkReadable, fileProblem } from './file-problem.ts';
import { makeFolder } from './folder.ts';

export { FileProblem } from './file-problem.ts';

/** Bytes of a text that is read whole: scenarios have kilobytes, lists of data a few megabytes. */
export const TEXT_BYTES_MAX = 16_000_000;

let written = 0;

/** Makes a folder and those above it; one that is there already is fine. @throws FileProblem */
export async function ensureFolder(path: string): Promise<void> {
  makeFolder(path);
}

/**
 * Writes a file and, where needed, the folders above it. It is written under another name beside its place and renamed,
 * so that an older file of this name stays whole until the new one is. @throws FileProblem
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  await ensureFolder(dirname(path));
  written += 1;
  // Pool workers share the process id, so that the thread is part of the name.
  const part = join(dirname(path), `.${basename(path)}.${process.pid}-${threadId}-${written}.part`);
  try {
    await writeAndFlush(part, content);
    await rename(part, path);
  } catch (error) {
    await unlink(part).catch(() => undefined);
    throw fileProblem(error, 'be written', path);
  }
}

async function writeAndFlush(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    // Some disks tell that they are full only now.
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Reads a text file (UTF-8; a byte order mark is dropped).
 * @throws FileProblem when it cannot be read, is no plain file or has more than `TEXT_BYTES_MAX` bytes.
 */
export async function readText(path: string): Promise<string> {
  try {
    // Before it is opened: opening a pipe waits for somebody who writes.
    checkReadable(path, await stat(path), TEXT_BYTES_MAX);
    const text = await readFile(path, 'utf8');
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  } catch (error) {
    throw fileProblem(error, 'be read', path);
  }
}

/** Bytes that are read at a time. */
const CHUNK_BYTES = 1 << 20;

/** The text of a file (UTF-8) in pieces, so that a large one is never held whole. @throws FileProblem */
export function* chunksOfFile(path: string): Generator<string> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw fileProblem(error, 'be read', path);
  }
  try {
    const bytes = new Uint8Array(CHUNK_BYTES);
    const decoder = new TextDecoder();
    for (;;) {
      const length = readSync(file, bytes);
      if (length === 0) break;
      yield decoder.decode(bytes.subarray(0, length), { stream: true });
    }
    yield decoder.decode();
  } finally {
    closeSync(file);
  }
}
