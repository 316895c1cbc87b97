/**
 * The VXLAN header: a flag and the number of the network; an Ethernet frame follows.
 *
 * Source: RFC 7348 section 5. What is reserved is written as zero and not looked at. Left out: the group policy and the
 * generic protocol extensions.
 */
import { ByteReader, ByteWriter } from './bytes.ts';

/** IANA's UDP port, and the one that Linux had before and that Flannel and Cilium use. */
export const VXLAN_PORTS: readonly number[] = [4789, 8472];

/** A VXLAN header. */
export interface VxlanHeader {
  readonly kind: 'vxlan';
  /** 24 bits. */
  readonly vni: number;
}

const HAS_VNI = 0x08;

/** Header and payload. */
export function encodeVxlan({ vni }: VxlanHeader, payload: Uint8Array): Uint8Array {
  return new ByteWriter()
    .u32(HAS_VNI * 16_777_216)
    .u32(vni * 256)
    .raw(payload)
    .done();
}

/** Reads the header; the rest is its payload. @throws WireProblem */
export function decodeVxlan(bytes: Uint8Array): { header: VxlanHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'VXLAN');
  const flags = reader.u8();
  reader.check((flags & HAS_VNI) !== 0, 'the flag of a valid network number was expected');
  reader.raw(3);
  const vni = Math.floor(reader.u32() / 256);
  return { header: { kind: 'vxlan', vni }, payload: reader.rest() };
}
