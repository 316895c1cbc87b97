/**
 * Typed arrays that grow: a longer copy with room to spare, so that adding one more is cheap on average.
 */

/** The smallest power of two that holds `needed` cells and is no shorter than `current`. */
function roomFor(current: number, needed: number): number {
  let room = Math.max(16, current);
  while (room < needed) room *= 2;
  return room;
}

/** `cells` itself when it holds `needed` cells already, else a longer copy filled up with zeros. */
export function grownFloat64(cells: Float64Array<ArrayBuffer>, needed: number): Float64Array<ArrayBuffer> {
  if (cells.length >= needed) return cells;
  const longer = new Float64Array(roomFor(cells.length, needed));
  longer.set(cells);
  return longer;
}

/** As `grownFloat64`, for 32-bit integers. */
export function grownInt32(cells: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  if (cells.length >= needed) return cells;
  const longer = new Int32Array(roomFor(cells.length, needed));
  longer.set(cells);
  return longer;
}

/** As `grownFloat64`, for bytes. */
export function grownUint8(cells: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  if (cells.length >= needed) return cells;
  const longer = new Uint8Array(roomFor(cells.length, needed));
  longer.set(cells);
  return longer;
}
