/**
 * Equal-cost multipath: of several next hops that are equally near, a switch takes the one that a hash of the packet's addresses,
 * protocol and ports points to, so that a flow keeps its way and flows spread.
 *
 * Source: RFC 2992 (hash-threshold and modulo-N; this is modulo-N), and what switches hash (the five-tuple, with a seed of their own so
 * that one layer's choice does not decide the next one's). The hash itself is ours, of MurmurHash3's steps. Left out: resilient hashing,
 * which moves fewer flows when a next hop dies; weights; flowlets.
 */

/** What tells flows apart. */
export interface FiveTuple {
  /** IPv4 addresses as numbers. */
  readonly from: number;
  readonly to: number;
  readonly protocol: number;
  readonly fromPort: number;
  readonly toPort: number;
}

/** Protocol numbers of IP. */
export const PROTOCOL_TCP = 6;
/** UDP's. */
export const PROTOCOL_UDP = 17;

const SEED = 0x9747b28c;

function mix(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Hash of a five-tuple as a whole number from 0 to 2^32 - 1. @param seed The switch's own. */
export function flowHash({ from, to, protocol, fromPort, toPort }: FiveTuple, seed: number): number {
  const addresses = mix(mix(mix(SEED, seed), from), to);
  return mix(mix(addresses, (fromPort << 16) | toPort), protocol) >>> 0;
}
