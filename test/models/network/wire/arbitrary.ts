/** Any packet and any BGP message that could stand on a wire, for properties. */
import fc from 'fast-check';
import type { BgpWireMessage } from '../../../../models/network/wire/bgp.ts';
import type { BgpAttributes } from '../../../../models/network/wire/bgp-attributes.ts';
import type { BgpCapability } from '../../../../models/network/wire/bgp-capabilities.ts';
import { ETHER_TYPE } from '../../../../models/network/wire/ethernet.ts';
import { type Ipv4Header, PROTOCOL } from '../../../../models/network/wire/ipv4.ts';
import { IP_IN_UDP_PORT, type Packet, type WireHeader } from '../../../../models/network/wire/packet.ts';
import type { TcpOption } from '../../../../models/network/wire/tcp.ts';

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u24 = fc.integer({ min: 0, max: 0xffffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const mac = fc.integer({ min: 0, max: 0xffffffffffff });
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
/** Words of four bytes. */
const words = (maxWords: number) =>
  fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { maxLength: maxWords }).map((parts) => {
    const all = new Uint8Array(4 * parts.length);
    parts.forEach((part, i) => {
      all.set(part, 4 * i);
    });
    return all;
  });

const tcpOption: fc.Arbitrary<TcpOption> = fc.oneof(
  fc.constant({ kind: 'nop' as const }),
  u16.map((value) => ({ kind: 'mss' as const, bytes: value })),
  u8.map((shift) => ({ kind: 'window-scale' as const, shift })),
  fc.constant({ kind: 'sack-permitted' as const }),
  fc.record({ kind: fc.constant('timestamps' as const), value: u32, echo: u32 }),
  fc.record({ kind: fc.constant('other' as const), number: fc.constantFrom(5, 34, 254), bytes: bytes(8) }),
);

const ipv4 = (protocol: number): fc.Arbitrary<Ipv4Header> =>
  fc.record({
    kind: fc.constant('ipv4' as const),
    source: u32,
    destination: u32,
    protocol: fc.constant(protocol),
    ttl: u8,
    identification: u16,
    dontFragment: fc.boolean(),
    moreFragments: fc.constant(false),
    fragmentOffset: fc.constant(0),
    serviceByte: u8,
    options: words(10),
  });

const udp = (destinationPort: number) =>
  fc.record({
    kind: fc.constant('udp' as const),
    sourcePort: u16,
    destinationPort: fc.constant(destinationPort),
    summed: fc.boolean(),
  });

/** Headers of a transport without anything inside that is read further. */
const transport: fc.Arbitrary<WireHeader[]> = fc.oneof(
  fc.tuple(ipv4(PROTOCOL.udp), udp(53)),
  fc.tuple(
    ipv4(PROTOCOL.tcp),
    fc.record({
      kind: fc.constant('tcp' as const),
      sourcePort: u16,
      destinationPort: u16,
      sequence: u32,
      acknowledgement: u32,
      flags: u8,
      window: u16,
      urgent: u16,
      options: fc.array(tcpOption, { maxLength: 4 }),
    }),
  ),
  fc.tuple(ipv4(PROTOCOL.icmp), fc.record({ kind: fc.constant('icmp' as const), type: u8, code: u8, rest: u32 })),
);

const ethernet = (etherType: number) =>
  fc.record({
    kind: fc.constant('ethernet' as const),
    destination: mac,
    source: mac,
    etherType: fc.constant(etherType),
  });

const arp: fc.Arbitrary<WireHeader[]> = fc
  .tuple(
    ethernet(ETHER_TYPE.arp),
    fc.record({
      kind: fc.constant('arp' as const),
      operation: u16,
      senderMac: mac,
      senderIp: u32,
      targetMac: mac,
      targetIp: u32,
    }),
  )
  .map((headers) => headers);

const frame: fc.Arbitrary<WireHeader[]> = fc.oneof(
  arp,
  fc.tuple(ethernet(ETHER_TYPE.ipv4), transport).map(([outer, inner]) => [outer, ...inner]),
  fc
    .tuple(
      ethernet(ETHER_TYPE.vlan),
      fc.record({
        kind: fc.constant('vlan' as const),
        priority: fc.integer({ min: 0, max: 7 }),
        dropEligible: fc.boolean(),
        id: fc.integer({ min: 0, max: 4095 }),
        etherType: fc.constant(ETHER_TYPE.ipv4),
      }),
      transport,
    )
    .map(([outer, tag, inner]) => [outer, tag, ...inner]),
);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const gre = (etherType: number) =>
  fc.record({ key: optional(u32), sequence: optional(u32) }).map(({ key, sequence }) => ({
    kind: 'gre' as const,
    etherType,
    ...(key === undefined ? {} : { key }),
    ...(sequence === undefined ? {} : { sequence }),
  }));

const geneve = fc.record({
  kind: fc.constant('geneve' as const),
  control: fc.boolean(),
  etherType: fc.constant(ETHER_TYPE.transparentEthernet),
  vni: u24,
  options: fc.array(fc.record({ optionClass: u16, type: u8, bytes: words(5) }), { maxLength: 3 }),
});

/** A tunnel's headers around a frame or around an IP packet. */
const tunnel: fc.Arbitrary<WireHeader[]> = fc.oneof(
  fc
    .tuple(ipv4(PROTOCOL.udp), udp(4789), fc.record({ kind: fc.constant('vxlan' as const), vni: u24 }), frame)
    .map(([a, b, c, inner]) => [a, b, c, ...inner]),
  fc.tuple(ipv4(PROTOCOL.udp), udp(6081), geneve, frame).map(([a, b, c, inner]) => [a, b, c, ...inner]),
  fc.tuple(ipv4(PROTOCOL.udp), udp(IP_IN_UDP_PORT), transport).map(([a, b, inner]) => [a, b, ...inner]),
  fc.tuple(ipv4(PROTOCOL.ipInIp), transport).map(([a, inner]) => [a, ...inner]),
  fc.tuple(ipv4(PROTOCOL.gre), gre(ETHER_TYPE.transparentEthernet), frame).map(([a, b, inner]) => [a, b, ...inner]),
  fc
    .tuple(
      ipv4(PROTOCOL.udp),
      udp(51820),
      fc.record({
        kind: fc.constant('wireguard' as const),
        receiver: u32,
        counter: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      }),
    )
    .map((headers) => headers),
);

/** A packet from its Ethernet header on, plain or in a tunnel. */
export const anyPacket: fc.Arbitrary<Packet> = fc
  .record({
    headers: fc.oneof(
      frame,
      fc.tuple(ethernet(ETHER_TYPE.ipv4), tunnel).map(([outer, inner]): WireHeader[] => [outer, ...inner]),
    ),
    payload: bytes(80),
  })
  .map(({ headers, payload }) => ({
    headers,
    payload: headers.some(({ kind }) => kind === 'arp') ? new Uint8Array(0) : payload,
  }));

const prefix = fc.record({ address: u32, length: fc.integer({ min: 0, max: 32 }) }).map(({ address, length }) => ({
  address: length === 0 ? 0 : ((address >>> (32 - length)) << (32 - length)) >>> 0,
  length,
}));
const prefixes = fc.array(prefix, { maxLength: 20 });
const numbers = fc.array(u32, { minLength: 0, maxLength: 80 });

const attributes: fc.Arbitrary<BgpAttributes> = fc
  .record({
    origin: fc.constantFrom('igp' as const, 'egp' as const, 'incomplete' as const),
    asPath: fc.array(
      fc.record({
        kind: fc.constantFrom('sequence' as const, 'set' as const),
        asns: fc.array(u32, { minLength: 1, maxLength: 100 }),
      }),
      { maxLength: 3 },
    ),
    nextHop: u32,
    med: optional(u32),
    localPreference: optional(u32),
    atomicAggregate: optional(fc.constant(true)),
    aggregator: optional(fc.record({ asn: u32, address: u32 })),
    communities: optional(numbers),
    originatorId: optional(u32),
    clusterList: optional(numbers),
    others: optional(
      fc.tuple(
        fc.record({
          flags: fc.constantFrom(0xc0, 0x80, 0xe0),
          type: fc.constantFrom(16, 32, 200),
          bytes: bytes(40),
        }),
      ),
    ),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const capability: fc.Arbitrary<BgpCapability> = fc.oneof(
  fc.record({ kind: fc.constant('multiprotocol' as const), family: u16, subfamily: u8 }),
  fc.constant({ kind: 'route-refresh' as const }),
  fc.record({
    kind: fc.constant('graceful-restart' as const),
    restarted: fc.boolean(),
    restartSeconds: fc.integer({ min: 0, max: 4095 }),
  }),
  fc.record({ kind: fc.constant('other' as const), code: fc.constantFrom(6, 70, 73), bytes: bytes(12) }),
);

/** A BGP message. */
export const anyBgpMessage: fc.Arbitrary<BgpWireMessage> = fc.oneof(
  fc.constant({ type: 'keepalive' as const }),
  fc.record({ type: fc.constant('notification' as const), code: u8, subcode: u8, data: bytes(20) }),
  fc
    .record({
      type: fc.constant('open' as const),
      asn: fc.integer({ min: 1, max: 0xffffffff }),
      holdSeconds: u16.filter((seconds) => seconds === 0 || seconds >= 3),
      routerId: fc.integer({ min: 1, max: 0xffffffff }),
      capabilities: fc.array(capability, { maxLength: 6 }),
    })
    .map((open) => ({
      ...open,
      capabilities: [...open.capabilities, { kind: 'four-octet-as' as const, asn: open.asn }],
    })),
  fc.record({ type: fc.constant('update' as const), withdrawn: prefixes, attributes, nlri: prefixes }),
);
