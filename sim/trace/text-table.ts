/**
 * A growing list of short strings, kept as UTF-8 in one buffer, and its packed form in a file.
 *
 * Neighbours are alike ("pod-17", "pod-18"), so each string is written as the number of leading bytes that it shares
 * with the one before it, and the rest.
 */
import { assert } from '../engine/assert.ts';
import { packPlanes, unpackU8, unpackU32 } from './byte-planes.ts';
import { TEXT_BYTES_MAX, TEXTS_BYTES_MAX } from './format.ts';
import type { Fields } from './message.ts';
import { damaged } from './trace-problem.ts';

const ENCODER = new TextEncoder();
// A byte-order mark at the start of a name belongs to the name.
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
/** Shared bytes are written as one byte. */
const SHARED_MAX = 255;

/** A part of the list as it stands in a file. */
export interface PackedTexts {
  /** Number of the first string. */
  readonly first: number;
  /** Number of strings. */
  readonly n: number;
  /** By string, packed in planes: bytes that it shares with the start of the one before it. */
  readonly shared: Uint8Array;
  /** By string, packed in planes: one more than its bytes beyond the shared ones. */
  readonly lengths: Uint8Array;
  /** The bytes beyond the shared ones, UTF-8, one string after another. */
  readonly bytes: Uint8Array;
}

/** A list of strings, numbered from 0. */
export class TextTable {
  private bytes = new Uint8Array(256);
  /** `ends[i]` is where string i ends; the one after it starts there. */
  private ends = new Uint32Array(16);
  private size = 0;

  /** Number of strings. */
  get count(): number {
    return this.size;
  }

  /** Bytes of all strings together. */
  get byteLength(): number {
    return this.start(this.size);
  }

  /** Appends a string and returns its number. */
  add(text: string): number {
    const from = this.byteLength;
    this.reserve(from + 3 * text.length);
    const written = this.putAscii(text, from) ? text.length : this.putUnicode(text, from);
    // Messages in closures: a text built for each row would cost more than the row.
    assert(written <= TEXT_BYTES_MAX, () => `a name of ${written} bytes is longer than ${TEXT_BYTES_MAX}`);
    assert(from + written <= TEXTS_BYTES_MAX, () => `the names of a run take more than ${TEXTS_BYTES_MAX} bytes`);
    return this.close(from + written);
  }

  /** Writes a plain text byte by byte, which for short ones is several times faster than a call of the encoder. */
  private putAscii(text: string, from: number): boolean {
    const bytes = this.bytes;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return false;
      bytes[from + i] = unit;
    }
    return true;
  }

  private putUnicode(text: string, from: number): number {
    return ENCODER.encodeInto(text, this.bytes.subarray(from)).written;
  }

  /** String number `index`; empty when there is none. */
  get(index: number): string {
    return index >= 0 && index < this.size
      ? DECODER.decode(this.bytes.subarray(this.start(index), this.ends[index]))
      : '';
  }

  private start(index: number): number {
    return index === 0 ? 0 : this.ends[index - 1];
  }

  private reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(length, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.bytes = grown;
  }

  private close(end: number): number {
    if (this.size === this.ends.length) {
      const grown = new Uint32Array(2 * this.size);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.ends[this.size] = end;
    return this.size++;
  }

  /** Packs the strings from number `first` on. */
  pack(first: number): PackedTexts {
    const n = this.size - first;
    const shared = new Uint8Array(n);
    const lengths = new Uint32Array(n);
    const start = this.start(first);
    const rest = new Uint8Array(this.byteLength - start);
    const length = packRest(this.bytes, this.ends.subarray(first, this.size), start, { shared, lengths, rest });
    const bytes = rest.slice(0, length);
    return { first, n, shared: packPlanes(shared, n, 1), lengths: packPlanes(lengths, n, 4), bytes };
  }

  /**
   * Appends packed strings out of a file.
   *
   * @returns how many there were.
   * @throws {TraceProblem} when they do not follow those that are here, or are not what they claim to be.
   */
  unpack(packed: Fields): number {
    packed.int('first', this.size, this.size);
    const lengths = packed.bytes('lengths');
    const n = packed.int('n', 0, lengths.length);
    this.append(
      n,
      unpackU8(packed.bytes('shared'), n, 'shared'),
      unpackU32(lengths, n, 'lengths'),
      packed.bytes('bytes'),
    );
    return n;
  }

  private append(n: number, shared: Uint8Array, lengths: Uint32Array, rest: Uint8Array): void {
    let from = 0;
    for (let i = 0; i < n; i++) {
      const length = lengths[i] - 1;
      const start = this.byteLength;
      const before = i === 0 ? start : this.start(this.size - 1);
      if (length < 0 || shared[i] > start - before || length > rest.length - from)
        throw damaged('a name runs past its bytes');
      const end = start + shared[i] + length;
      if (shared[i] + length > TEXT_BYTES_MAX || end > TEXTS_BYTES_MAX) throw damaged('names longer than allowed');
      this.reserve(end);
      this.bytes.copyWithin(start, before, before + shared[i]);
      this.bytes.set(rest.subarray(from, from + length), start + shared[i]);
      from += length;
      this.close(end);
    }
    if (from !== rest.length) throw damaged('bytes of names are left over');
  }
}

interface Rest {
  readonly shared: Uint8Array;
  readonly lengths: Uint32Array;
  readonly rest: Uint8Array;
}

/**
 * Writes what each string does not share with the one before it; gives the bytes that this takes. One plain loop: most
 * names are packed once at the start of a run, and calls would be slow until an engine has compiled them.
 */
function packRest(bytes: Uint8Array, ends: Uint32Array, start: number, to: Rest): number {
  const { shared, lengths, rest } = to;
  let before = start;
  let here = start;
  let length = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i];
    // The first of a part stands alone, so that a part can be read without those before it.
    const max = i === 0 ? 0 : Math.min(SHARED_MAX, here - before, end - here);
    let from = here;
    while (from - here < max && bytes[before + from - here] === bytes[from]) from++;
    shared[i] = from - here;
    // One more than the length: then this column is never all zeros, and n is bounded by bytes that are there.
    lengths[i] = end - from + 1;
    while (from < end) rest[length++] = bytes[from++];
    before = here;
    here = end;
  }
  return length;
}
