/**
 * The Ethernet header, as it stands in a capture: no preamble and no frame check sequence.
 *
 * Source: IEEE 802.3 (DIX framing), IANA's list of EtherTypes. Left out: 802.3 length fields with LLC, the check sequence.
 */
import { ByteReader, ByteWriter } from './bytes.ts';

/** EtherTypes that are read further. */
export const ETHER_TYPE = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, transparentEthernet: 0x6558 } as const;

/** A hardware address: 48 bits as one number. */
export type MacAddress = number;

/** Everybody. */
export const BROADCAST: MacAddress = 0xffff_ffff_ffff;

/** Bytes of the shortest frame without its check sequence; shorter ones are filled up with zeros on a cable. */
export const FRAME_BYTES_MIN = 60;

/** An Ethernet header. */
export interface EthernetHeader {
  readonly kind: 'ethernet';
  readonly destination: MacAddress;
  readonly source: MacAddress;
  readonly etherType: number;
}

/** Header and payload. */
export function encodeEthernet(header: EthernetHeader, payload: Uint8Array): Uint8Array {
  return new ByteWriter().u48(header.destination).u48(header.source).u16(header.etherType).raw(payload).done();
}

/** Reads the header; the rest is its payload. @throws WireProblem */
export function decodeEthernet(bytes: Uint8Array): { header: EthernetHeader; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'Ethernet');
  const header = {
    kind: 'ethernet',
    destination: reader.u48(),
    source: reader.u48(),
    etherType: reader.u16(),
  } as const;
  return { header, payload: reader.rest() };
}

/** As people write it: `02:00:0a:f4:00:05`. */
export function macText(mac: MacAddress): string {
  return mac.toString(16).padStart(12, '0').match(/../g)!.join(':');
}
