/**
 * Headers of real packets in words, the outermost first.
 *
 * Source: the headers' own files in models/network/wire. Left out: fields that say nothing to a reader (lengths, checksums).
 */
import { ipText } from '../address-book.ts';
import { ARP_OPERATION } from '../wire/arp.ts';
import { BROADCAST, macText } from '../wire/ethernet.ts';
import { ICMP } from '../wire/icmp.ts';
import type { Packet, WireHeader } from '../wire/packet.ts';
import { TCP_FLAG } from '../wire/tcp.ts';

/** Each header in words. */
export function headerWords({ headers }: Packet): string[] {
  return headers.map(wordsOf);
}

function wordsOf(header: WireHeader): string {
  switch (header.kind) {
    case 'ethernet':
      return `Ethernet ${macText(header.source)} to ${header.destination === BROADCAST ? 'all' : macText(header.destination)}`;
    case 'vlan':
      return `802.1Q VLAN ${header.id}`;
    case 'arp':
      return header.operation === ARP_OPERATION.request
        ? `ARP: who has ${ipText(header.targetIp)}? Tell ${ipText(header.senderIp)}`
        : `ARP: ${ipText(header.senderIp)} is at ${macText(header.senderMac)}`;
    case 'ipv4':
      return ipv4Words(header);
    case 'udp':
      return `UDP ${header.sourcePort} to ${header.destinationPort}${header.summed ? '' : ', no checksum'}`;
    case 'tcp':
      return `TCP ${header.sourcePort} to ${header.destinationPort} ${flagWords(header.flags)}`;
    case 'icmp':
      return icmpWords(header);
    case 'vxlan':
      return `VXLAN VNI ${header.vni}`;
    case 'geneve':
      return `Geneve VNI ${header.vni}${header.options.length === 0 ? '' : `, ${header.options.length} option`}`;
    case 'gre':
      return 'GRE';
    case 'wireguard':
      return `WireGuard to session ${header.receiver}`;
  }
}

function ipv4Words(header: Extract<WireHeader, { kind: 'ipv4' }>): string {
  const { source, destination, ttl, dontFragment, moreFragments, fragmentOffset } = header;
  const whole = !moreFragments && fragmentOffset === 0;
  const piece = whole ? '' : `, fragment at ${fragmentOffset}${moreFragments ? '' : ' (the last)'}`;
  return `IPv4 ${ipText(source)} to ${ipText(destination)}, TTL ${ttl}${dontFragment ? ', DF' : ''}${piece}`;
}

function flagWords(flags: number): string {
  const names = Object.entries(TCP_FLAG).filter(([, bit]) => (flags & bit) !== 0);
  return names.map(([name]) => name.toUpperCase()).join('+');
}

function icmpWords({ type, code, rest }: Extract<WireHeader, { kind: 'icmp' }>): string {
  if (type === ICMP.echo) return 'ICMP echo request';
  if (type === ICMP.echoReply) return 'ICMP echo reply';
  if (type === ICMP.unreachable && code === ICMP.fragmentationNeeded)
    return `ICMP fragmentation needed, MTU ${rest % 65_536}`;
  return `ICMP type ${type}, code ${code}`;
}
