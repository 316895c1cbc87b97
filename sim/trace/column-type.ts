/**
 * How each type of column is stored in memory and on disk, and which values it takes.
 */
import type { ColumnSpec, ColumnType } from './catalog.ts';

/** The arrays that cells live in. */
export type Cells = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Kinds of storage; several types of columns share one. */
export const STORE = { u8: 0, u16: 1, u32: 2, i32: 3, f32: 4, f64: 5 } as const;

/** Bytes of one cell by storage. */
export const STORE_BYTES = [1, 2, 4, 4, 4, 8] as const;

const STORE_OF_TYPE: Readonly<Record<ColumnType, number>> = {
  ...STORE,
  enum: STORE.u8,
  ref: STORE.i32,
  text: STORE.u32,
};

/** Whether a value out of a file names a type. */
export function isColumnType(value: unknown): value is ColumnType {
  return typeof value === 'string' && Object.hasOwn(STORE_OF_TYPE, value);
}

/** The storage of a type of column: one of {@link STORE}. */
export function storeOf(type: ColumnType): number {
  return STORE_OF_TYPE[type];
}

/** Which numbers a column takes; floats also take NaN. */
export interface ColumnRange {
  readonly min: number;
  readonly max: number;
  /** Only whole numbers. */
  readonly whole: boolean;
}

/** The range of a column. */
export function columnRange(column: ColumnSpec): ColumnRange {
  if (column.type === 'enum') return { min: 0, max: (column.values?.length ?? 1) - 1, whole: true };
  if (column.type === 'ref') return { min: -1, max: 2_147_483_648 - 1, whole: true };
  switch (storeOf(column.type)) {
    case STORE.u8:
      return { min: 0, max: 255, whole: true };
    case STORE.u16:
      return { min: 0, max: 65_535, whole: true };
    case STORE.u32:
      return { min: 0, max: 4_294_967_296 - 1, whole: true };
    case STORE.i32:
      return { min: -2_147_483_648, max: 2_147_483_648 - 1, whole: true };
    default:
      return { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY, whole: false };
  }
}

/** The value of a newborn row. */
export function initialOf(column: ColumnSpec): number {
  return column.initial ?? (column.type === 'ref' ? -1 : 0);
}

/** Makes cells of a storage, filled with zeros. */
export function makeCells(store: number, length: number): Cells {
  switch (store) {
    case STORE.u8:
      return new Uint8Array(length);
    case STORE.u16:
      return new Uint16Array(length);
    case STORE.u32:
      return new Uint32Array(length);
    case STORE.i32:
      return new Int32Array(length);
    case STORE.f32:
      return new Float32Array(length);
    default:
      return new Float64Array(length);
  }
}
