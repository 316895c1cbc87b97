/**
 * Prefixes by number, so that tables of routes are arrays.
 *
 * Source: ours. Left out: IPv6.
 */
import type { Prefix } from './configuration.ts';

/** A prefix by its number in the table. */
export type PrefixId = number;

const LENGTHS = 64;

/** All prefixes that a network has heard of. */
export class PrefixTable {
  readonly #prefixes: Prefix[] = [];
  readonly #ids = new Map<number, PrefixId>();

  /** How many there are. */
  get size(): number {
    return this.#prefixes.length;
  }

  /** The number of a prefix, a new one if it was not there. */
  idOf(prefix: Prefix): PrefixId {
    const key = prefix.address * LENGTHS + prefix.length;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#prefixes.length);
    return this.#prefixes.push(prefix) - 1;
  }

  /** The prefix of a number. */
  get(id: PrefixId): Prefix {
    return this.#prefixes[id]!;
  }

  /** As people write it, such as `10.244.0.0/26`. */
  textOf(id: PrefixId): string {
    const { address, length } = this.get(id);
    return `${addressText(address)}/${length}`;
  }
}

/** An address in dotted form. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Whether an address lies in a subnet. */
export function isInSubnet(address: number, subnet: number, length: number): boolean {
  if (length === 0) return true;
  const shift = 32 - length;
  return address >>> shift === subnet >>> shift;
}
