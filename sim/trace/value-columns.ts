/**
 * Values of mixed types as one column for each storage, and back.
 */
import { packPlanes, unpackF32, unpackF64, unpackU8, unpackU16, unpackU32, unzigzag, zigzag } from './byte-planes.ts';
import { type Cells, STORE } from './column-type.ts';
import type { Fields } from './message.ts';
import { floatWord, putDouble } from './number-words.ts';

/** The columns of values in a part of a file; those without values are missing. */
export type PackedValues = Partial<Record<keyof typeof STORE, Uint8Array>>;

/** Words of one value by storage. */
const WORDS = [1, 1, 1, 1, 1, 2] as const;

/**
 * Collects values and packs them. All storages share one array of words, whatever their width: the upper planes of narrow
 * numbers are zeros and leave no trace in the file, and code that stores into one kind of array is compiled once.
 */
export class ValuePacker {
  /** One stretch a storage, each with room for `max` values. */
  private readonly words: Uint32Array;
  private readonly doubles: Uint32Array;
  private readonly max: number;
  private readonly used = new Int32Array(6);

  /** @param max At most so many values of one storage will come. */
  constructor(max: number) {
    this.max = max;
    this.words = new Uint32Array(7 * max);
    this.doubles = this.words.subarray(STORE.f64 * max);
    this.rehearse(max);
  }

  /** Takes one value of each storage before any work: engines drop compiled code when a case comes up for the first time. */
  private rehearse(max: number): void {
    for (let store = 0; store < this.used.length && max > 0; store++) this.add(store, 1.5);
    this.used.fill(0);
  }

  /** Forgets all values. */
  clear(): void {
    this.used.fill(0);
  }

  /** Appends a value to the column of its storage. */
  add(store: number, value: number): void {
    const at = this.used[store]++;
    if (store === STORE.f64) putDouble(this.doubles, at, value);
    else this.words[store * this.max + at] = wordOf(store, value);
  }

  /** The columns that have values. */
  finish(): PackedValues {
    const packed: PackedValues = {};
    for (const [name, store] of Object.entries(STORE) as [keyof typeof STORE, number][]) {
      const from = store * this.max;
      const used = this.used[store];
      if (used > 0) packed[name] = packPlanes(this.words.subarray(from), used, WORDS[store] === 2 ? 8 : 4);
    }
    return packed;
  }
}

function wordOf(store: number, value: number): number {
  if (store === STORE.i32) return zigzag(value);
  return store === STORE.f32 ? floatWord(value) : value;
}

/** Gives back values in the order in which they were added. */
export class ValueUnpacker {
  private readonly columns: readonly Cells[];
  private readonly used = new Int32Array(6);

  /**
   * @param counts Values of each storage.
   * @throws {TraceProblem} when a column does not hold so many.
   */
  constructor(fields: Fields, counts: Int32Array) {
    const column = (name: keyof typeof STORE, unpack: (packed: Uint8Array, n: number, what: string) => Cells): Cells =>
      counts[STORE[name]] === 0 ? NO_CELLS : unpack(fields.bytes(name), counts[STORE[name]], name);
    this.columns = [
      column('u8', unpackU8),
      column('u16', unpackU16),
      column('u32', unpackU32),
      column('i32', unpackI32),
      column('f32', unpackF32),
      column('f64', unpackF64),
    ];
  }

  /** The next value of a storage. */
  next(store: number): number {
    return this.columns[store][this.used[store]++];
  }
}

const NO_CELLS = new Uint8Array(0);

function unpackI32(packed: Uint8Array, count: number, what: string): Int32Array {
  return Int32Array.from(unpackU32(packed, count, what), unzigzag);
}
