/** IPv4 address ranges as `10.128.0.0/9`, with their sizes and overlaps. */
import ipaddr from 'ipaddr.js';

/** An IPv4 block that starts at its own first address. */
export interface AddressRange {
  /** As written: `10.128.0.0/9`. */
  readonly text: string;
  /** First address as a number. */
  readonly first: number;
  /** Length of the prefix in bits, 0 to 32. */
  readonly prefix: number;
  /** Number of addresses. */
  readonly size: number;
}

/** A range, or what is wrong with the text. */
export type RangeReading =
  | { readonly ok: true; readonly range: AddressRange }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const WRITTEN = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\/\d{1,2}$/;

/** Reads a range; it must start at its own first address, as routers want it. */
export function parseRange(text: string): RangeReading {
  if (text.includes(':')) return refuse('IPv6 ranges are not modelled', 'write an IPv4 range such as 10.128.0.0/9');
  // The library takes short and octal spellings too, which mean different things to different programs.
  if (!WRITTEN.test(text) || /(^|\.)0\d/.test(text) || !ipaddr.IPv4.isValidCIDR(text)) {
    return refuse('not an address range', 'write an address and a prefix length, such as 10.128.0.0/9');
  }
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text);
  const network = ipaddr.IPv4.networkAddressFromCIDR(text).toString();
  if (network !== address.toString()) {
    return refuse('the range does not start at its first address', `write ${network}/${prefix}`);
  }
  const first = address.octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { ok: true, range: { text, first, prefix, size: 2 ** (32 - prefix) } };
}

/** Whether two ranges share an address. */
export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** Blocks of a prefix length that fit into a range. */
export function blocksIn(range: AddressRange, prefix: number): number {
  return prefix < range.prefix ? 0 : 2 ** (prefix - range.prefix);
}

function refuse(message: string, hint: string): RangeReading {
  return { ok: false, message, hint };
}
