/**
 * The checksum of the Internet: the ones' complement of the ones' complement sum of 16-bit words.
 *
 * Source: RFC 1071; the pseudo-header of RFC 768 and RFC 9293. Left out: updating it in place (RFC 1624).
 */
import { ByteWriter } from './bytes.ts';
import type { Ipv4Header } from './ipv4.ts';

const WORD_MAX = 0xffff;

/** The checksum of bytes one part after the other (each but the last of even length); 0 over bytes that hold their own. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const bytes of parts) {
    for (let at = 0; at < bytes.length; at += 2) sum += bytes[at]! * 256 + (bytes[at + 1] ?? 0);
  }
  while (sum > WORD_MAX) sum = (sum % (WORD_MAX + 1)) + Math.floor(sum / (WORD_MAX + 1));
  return WORD_MAX - sum;
}

/** What UDP and TCP sum up beside themselves: who it is from, for whom, what and how long. */
export function pseudoHeader({ source, destination, protocol }: Ipv4Header, bytes: number): Uint8Array {
  return new ByteWriter().u32(source).u32(destination).u8(0).u8(protocol).u16(bytes).done();
}

/** Bytes with a checksum written at an even place of them. */
export function withChecksum(bytes: Uint8Array, at: number, value: number): Uint8Array {
  bytes[at] = Math.floor(value / 256);
  bytes[at + 1] = value % 256;
  return bytes;
}
