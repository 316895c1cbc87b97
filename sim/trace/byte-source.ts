/**
 * Bytes on demand: a file, ranges of a server, a blob, memory.
 */
import { damaged } from './trace-problem.ts';

/** Where a reader reads from. */
export interface ByteSource {
  /** Bytes that are there now; a growing file has more later. */
  readonly size: number;
  /** Bytes from `offset` on, fewer only when the source ends. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Reads as many bytes as there are from `offset`, at most `length`. */
export async function readSome(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const wanted = Math.max(0, Math.min(length, source.size - offset));
  if (wanted === 0) return new Uint8Array(0);
  const bytes = await source.read(offset, wanted);
  return bytes.length > wanted ? bytes.subarray(0, wanted) : bytes;
}

/** Reads exactly `length` bytes. @throws {TraceProblem} when there are fewer. */
export async function readAll(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes = await readSome(source, offset, length);
  if (bytes.length !== length) throw damaged(`it ends at byte ${offset + bytes.length}, too early`);
  return bytes;
}
