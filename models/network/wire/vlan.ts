/**
 * The 802.1Q tag, behind the Ethernet addresses: priority, drop eligibility, VLAN id, and the type of what follows.
 *
 * Source: IEEE 802.1Q. Left out: service tags (802.1ad, EtherType 0x88a8).
 */
import { ByteReader, ByteWriter } from './bytes.ts';

/** A tag. */
export interface VlanTag {
  readonly kind: 'vlan';
  /** 0 to 7. */
  readonly priority: number;
  readonly dropEligible: boolean;
  /** 0 to 4,095. */
  readonly id: number;
  /** Of what follows. */
  readonly etherType: number;
}

const ID_BITS = 4096;

/** Tag and payload. */
export function encodeVlan({ priority, dropEligible, id, etherType }: VlanTag, payload: Uint8Array): Uint8Array {
  const control = priority * 2 * ID_BITS + (dropEligible ? ID_BITS : 0) + id;
  return new ByteWriter().u16(control).u16(etherType).raw(payload).done();
}

/** Reads the tag; the rest is its payload. @throws WireProblem */
export function decodeVlan(bytes: Uint8Array): { header: VlanTag; payload: Uint8Array } {
  const reader = new ByteReader(bytes, '802.1Q');
  const control = reader.u16();
  const header: VlanTag = {
    kind: 'vlan',
    priority: control >> 13,
    dropEligible: (control & ID_BITS) !== 0,
    id: control % ID_BITS,
    etherType: reader.u16(),
  };
  return { header, payload: reader.rest() };
}
