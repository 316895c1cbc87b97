/**
 * A file in memory that grows: the recorder of a live run writes to it, and a reader reads it meanwhile.
 *
 * Kept in the pieces that were written, so that growing copies nothing.
 */
import type { ByteSource } from './byte-source.ts';
import type { ChunkSink } from './chunk-writer.ts';

/** A sink and a source of the same bytes. */
export class MemorySource implements ChunkSink, ByteSource {
  private readonly pieces: Uint8Array[] = [];
  private readonly starts: number[] = [];
  private length = 0;

  /** A source of bytes that are already there. */
  static of(bytes: Uint8Array): MemorySource {
    const source = new MemorySource();
    source.write(bytes);
    return source;
  }

  get size(): number {
    return this.length;
  }

  /** Appends a copy. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.pieces.push(bytes.slice());
    this.starts.push(this.length);
    this.length += bytes.length;
  }

  /** A copy of the bytes from `offset`, fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.copy(offset, Math.max(0, Math.min(length, this.length - offset))));
  }

  private copy(offset: number, length: number): Uint8Array {
    const copied = new Uint8Array(length);
    let done = 0;
    for (let at = this.pieceAt(offset); done < length; at++) {
      const from = offset + done - this.starts[at];
      const part = this.pieces[at].subarray(from, from + length - done);
      copied.set(part, done);
      done += part.length;
    }
    return copied;
  }

  private pieceAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The whole file, for saving it. */
  bytes(): Uint8Array {
    return this.copy(0, this.length);
  }
}
