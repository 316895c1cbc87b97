/** IPv4 addresses and ranges of recorded cases, as unsigned 32-bit numbers and as text. */
import type { Prefix } from '../../../models/network/bgp/configuration.ts';
import { CaseProblem } from '../suite.ts';

/** An address such as 10.64.0.1. @throws CaseProblem */
export function addressOf(text: string): number {
  const bytes = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) ? text.split('.').map(Number) : [];
  if (bytes.length === 0 || bytes.some((byte) => byte > 255)) {
    throw new CaseProblem(`"${text.slice(0, 60)}" must be an IPv4 address.`);
  }
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** A range such as 10.101.0.0/24. @throws CaseProblem */
export function prefixOf(text: string): Prefix {
  const [address, length, ...more] = text.split('/');
  const bits = Number(length);
  if (more.length > 0 || length === undefined || !/^\d{1,2}$/.test(length) || bits > 32) {
    throw new CaseProblem(`"${text.slice(0, 60)}" must be an IPv4 range such as 10.101.0.0/24.`);
  }
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  return { address: (addressOf(address!) & mask) >>> 0, length: bits };
}

/** An address as people write it. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** A range as people write it. */
export function prefixText({ address, length }: Prefix): string {
  return `${addressText(address)}/${length}`;
}
