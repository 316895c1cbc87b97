/**
 * The pending-event set: what every queue of the engine promises.
 *
 * Entries leave in the order (time, priority, sequence). Priority and sequence travel together in one unsigned
 * 32-bit number, the *order*: the priority (0 to 7) above `SEQUENCE_BITS` bits of a sequence that wraps around.
 */

import type { TimeNs } from './sim-time.ts';

/** Bits of the sequence in an order; the priority stands above them. */
export const SEQUENCE_BITS = 28;

/** Takes the sequence out of an order, and wraps a sequence. */
export const SEQUENCE_MASK = (1 << SEQUENCE_BITS) - 1;

/** Three bits of priority fit between the sequence and the sign bit, which stays clear so that orders stay small. */
export const PRIORITY_MAX = 7;

/** Shifts a difference of sequences so that its sign bit is the wrap-around sign. */
export const SEQUENCE_SIGN_SHIFT = 32 - SEQUENCE_BITS;

/**
 * Entries of one priority and time compare by wrap-around distance, which is right only while all of them were pushed
 * within half of the sequence space.
 */
export const SEQUENCE_WINDOW = 1 << (SEQUENCE_BITS - 1);

/** Payloads are smaller: two bits stay clear for how the ladder moves its entries (chunk-store.ts). */
export const PAYLOAD_LIMIT = 2 ** 30;

/** Joins a priority (0 to 7) and a sequence (any integer >= 0, wrapped here) into an order. */
export function orderOf(priority: number, sequence: number): number {
  return (priority << SEQUENCE_BITS) | (sequence & SEQUENCE_MASK);
}

/** True if order `a` leaves before order `b` at one time: smaller priority first, then the older sequence. */
export function orderBefore(a: number, b: number): boolean {
  const priorities = (a >>> SEQUENCE_BITS) - (b >>> SEQUENCE_BITS);
  return priorities !== 0 ? priorities < 0 : (a - b) << SEQUENCE_SIGN_SHIFT < 0;
}

/** A queue of (time, order, payload). */
export interface PendingEvents {
  /** How many entries are waiting. */
  readonly size: number;
  /** Adds an entry. `timeNs` is an integer >= 0, `order` comes from `orderOf`, `payload` is below `PAYLOAD_LIMIT`. */
  push(timeNs: TimeNs, order: number, payload: number): void;
  /**
   * Removes the first entry and puts it into `timeNs`, `order` and `payload`.
   *
   * @returns False, and nothing changes, if there is none or if it is later than `untilNs` (default: never).
   */
  pop(untilNs?: TimeNs): boolean;
  /** Time of the entry that `pop` removed last. */
  timeNs: number;
  /** Order of the entry that `pop` removed last. */
  order: number;
  /** Payload of the entry that `pop` removed last. */
  payload: number;
  /** Time of the first entry; Infinity if there is none. */
  peekTimeNs(): number;
  /** Forgets every entry. */
  clear(): void;
}
