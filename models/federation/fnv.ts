/**
 * Fowler-Noll-Vo hashes of 32 bits, by which control planes break ties.
 *
 * Source: Go `hash/fnv` (New32: multiply, then xor; New32a: the other way round) over UTF-8. Leaves out: 64 bits and more.
 */

const OFFSET = 2_166_136_261;
const PRIME = 16_777_619;

/** FNV-1, as KubeFed orders clusters of one weight. */
export function fnv32(text: string): number {
  let hash = OFFSET;
  for (const byte of bytesOf(text)) hash = (Math.imul(hash, PRIME) ^ byte) >>> 0;
  return hash;
}

/** FNV-1a, whose parity tells Karmada which way to read names. */
export function fnv32a(text: string): number {
  let hash = OFFSET;
  for (const byte of bytesOf(text)) hash = Math.imul(hash ^ byte, PRIME) >>> 0;
  return hash;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
