/**
 * Values of mixed types as one column for each storage, and back.
 */
import { packPlanes, unpackF32, unpackF64, unpackU8, unpackU16, unpackU32, unzigzag, zigzag } from './byte-planes.ts';
import { type Cells, STORE } from './column-type.ts';
import type { Fields } from './message.ts';
import { floatWord, putDouble } from './number-words.ts';

/** The columns of values in a part of a file; those without values are missing. */
export type PackedValues = Partial<Record<keyof typeof STORE, Uint8Array>>;

/** Collects values and packs them. */
export class ValuePacker {
  private readonly u8: Uint8Array;
  private readonly u16: Uint16Array;
  private readonly u32: Uint32Array;
  private readonly i32: Uint32Array;
  private readonly f32: Uint32Array;
  private readonly f64: Uint32Array;
  private readonly used = new Int32Array(6);

  /** @param max At most so many values of one storage will come. */
  constructor(max: number) {
    this.u8 = new Uint8Array(max);
    this.u16 = new Uint16Array(max);
    this.u32 = new Uint32Array(max);
    this.i32 = new Uint32Array(max);
    this.f32 = new Uint32Array(max);
    this.f64 = new Uint32Array(2 * max);
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
    switch (store) {
      case STORE.u8:
        this.u8[at] = value;
        break;
      case STORE.u16:
        this.u16[at] = value;
        break;
      case STORE.u32:
        this.u32[at] = value;
        break;
      case STORE.i32:
        this.i32[at] = zigzag(value);
        break;
      case STORE.f32:
        this.f32[at] = floatWord(value);
        break;
      default:
        putDouble(this.f64, at, value);
    }
  }

  /** The columns that have values. */
  finish(): PackedValues {
    const packed: PackedValues = {};
    const used = this.used;
    if (used[STORE.u8] > 0) packed.u8 = packPlanes(this.u8, used[STORE.u8], 1);
    if (used[STORE.u16] > 0) packed.u16 = packPlanes(this.u16, used[STORE.u16], 2);
    if (used[STORE.u32] > 0) packed.u32 = packPlanes(this.u32, used[STORE.u32], 4);
    if (used[STORE.i32] > 0) packed.i32 = packPlanes(this.i32, used[STORE.i32], 4);
    if (used[STORE.f32] > 0) packed.f32 = packPlanes(this.f32, used[STORE.f32], 4);
    if (used[STORE.f64] > 0) packed.f64 = packPlanes(this.f64, used[STORE.f64], 8);
    return packed;
  }
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
