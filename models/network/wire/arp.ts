/**
 * An ARP message: who asks or answers, and for which address.
 *
 * Source: RFC 826 (Ethernet and IPv4). Left out: other kinds of hardware and of protocol addresses.
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import { ETHER_TYPE, type MacAddress } from './ethernet.ts';

/** What the sender wants. */
export const ARP_OPERATION = { request: 1, reply: 2 } as const;

/** An ARP message; it carries nothing further. */
export interface ArpMessage {
  readonly kind: 'arp';
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly senderIp: number;
  /** 0 in a request: that is what is asked for. */
  readonly targetMac: MacAddress;
  readonly targetIp: number;
}

const ETHERNET = 1;
const MAC_BYTES = 6;
const IPV4_BYTES = 4;

/** The message. */
export function encodeArp({ operation, senderMac, senderIp, targetMac, targetIp }: ArpMessage): Uint8Array {
  const writer = new ByteWriter().u16(ETHERNET).u16(ETHER_TYPE.ipv4).u8(MAC_BYTES).u8(IPV4_BYTES).u16(operation);
  return writer.u48(senderMac).u32(senderIp).u48(targetMac).u32(targetIp).done();
}

/** Reads the message; what is left is the frame's filling. @throws WireProblem */
export function decodeArp(bytes: Uint8Array): { header: ArpMessage; payload: Uint8Array } {
  const reader = new ByteReader(bytes, 'ARP');
  reader.check(reader.u16() === ETHERNET, 'hardware of type 1 (Ethernet) was expected');
  reader.check(reader.u16() === ETHER_TYPE.ipv4, 'addresses of type 0x0800 (IPv4) were expected');
  reader.check(reader.u8() === MAC_BYTES && reader.u8() === IPV4_BYTES, 'addresses of 6 and 4 bytes were expected');
  const header: ArpMessage = {
    kind: 'arp',
    operation: reader.u16(),
    senderMac: reader.u48(),
    senderIp: reader.u32(),
    targetMac: reader.u48(),
    targetIp: reader.u32(),
  };
  return { header, payload: reader.rest() };
}
