/**
 * Events that say little, written into the payload of their queue entry: a kind below 64, an index as the first operand,
 * nothing as the second, and no cause. That is what most events of a model are, and it spares them a record in a table
 * that is larger than the cache. All others have `RECORD` set and a slot of the event table (event-table.ts).
 */

/** Bits of the operand; the kind stands above them. */
export const OPERAND_BITS = 23;

/** Takes the operand out of a payload. */
export const OPERAND_MASK = 0x7f_ffff;

/** Kinds below fit a payload. */
export const SMALL_KINDS = 64;

/** In a payload: the rest is a slot of the event table. Below it, the payload is the event itself. */
export const RECORD = 0x2000_0000;

/** True if operand `a` of a kind fits: an integer from 0 to 8,388,607. Minus zero counts as zero. */
export function fitsPayload(kind: number, a: number): boolean {
  return (a | 0) === a && a >>> OPERAND_BITS === 0 && kind < SMALL_KINDS;
}
