import { describe, expect, it } from 'vitest';
import { type BgpWireMessage, encodeBgp } from '../../../models/network/wire/bgp.ts';
import { IPV4_UNICAST } from '../../../models/network/wire/bgp-capabilities.ts';
import { joined } from '../../../models/network/wire/bytes.ts';
import { ETHER_TYPE } from '../../../models/network/wire/ethernet.ts';
import { fragmentationNeeded, icmpEcho, quotedBy } from '../../../models/network/wire/icmp.ts';
import { encodeIpv4, fragmentsOf, ipv4, PROTOCOL } from '../../../models/network/wire/ipv4.ts';
import { encodePacket, type WireHeader } from '../../../models/network/wire/packet.ts';
import { TCP_FLAG } from '../../../models/network/wire/tcp.ts';
import { pcapFile } from '../../../scenarios/export/pcap.ts';
import { dissect, HAS_TSHARK } from './tshark.ts';

const ethernet = (etherType: number): WireHeader => ({
  kind: 'ethernet',
  destination: 0x020000000001,
  source: 0x020000000002,
  etherType,
});
const packet = (protocol: number) => ipv4({ source: 0x0a000001, destination: 0x0a000002, protocol, identification: 9 });
const udp = (destinationPort: number, summed = true): WireHeader => ({
  kind: 'udp',
  sourcePort: 49_152,
  destinationPort,
  summed,
});
const tcp = (flags: number, sourcePort = 49_152, destinationPort = 80): WireHeader => ({
  kind: 'tcp',
  sourcePort,
  destinationPort,
  sequence: 1,
  acknowledgement: (flags & TCP_FLAG.ack) === 0 ? 0 : 1,
  flags,
  window: 64_240,
  urgent: 0,
  options: [
    ...((flags & TCP_FLAG.syn) === 0
      ? []
      : ([{ kind: 'mss', bytes: 1460 }, { kind: 'sack-permitted' }, { kind: 'window-scale', shift: 7 }] as const)),
    { kind: 'timestamps', value: 1, echo: 0 },
  ],
});
const frame = (...headers: WireHeader[]) => encodePacket({ headers, payload: new Uint8Array(0) });
const capture = (...frames: Uint8Array[]) => pcapFile(frames.map((bytes, i) => ({ timeNs: 1_000_000_001 + i, bytes })));

describe('pcap', () => {
  it('has a header of 24 bytes and for each frame its time in seconds and nanoseconds, its length and its bytes', () => {
    const file = capture(Uint8Array.of(1, 2, 3));
    const view = new DataView(file.buffer);
    expect([view.getUint32(0, true), view.getUint16(4, true), view.getUint16(6, true)]).toEqual([0xa1b23c4d, 2, 4]);
    expect(view.getUint32(20, true)).toBe(1);
    expect([24, 28, 32, 36].map((at) => view.getUint32(at, true))).toEqual([1, 1, 3, 3]);
    expect([...file.subarray(40)]).toEqual([1, 2, 3]);
  });
});

describe.skipIf(!HAS_TSHARK)('tshark dissects every header without a complaint', () => {
  const inner = [ethernet(ETHER_TYPE.ipv4), packet(PROTOCOL.tcp), tcp(TCP_FLAG.syn)];
  const arp: WireHeader = {
    kind: 'arp',
    operation: 1,
    senderMac: 0x020000000002,
    senderIp: 0x0a000001,
    targetMac: 0,
    targetIp: 0x0a000002,
  };
  const option = { optionClass: 0x0102, type: 0x80, bytes: Uint8Array.of(0, 1, 0, 2) };
  const frames: readonly (readonly [name: string, protocols: string, headers: readonly WireHeader[]])[] = [
    ['ARP', 'eth:ethertype:arp', [ethernet(ETHER_TYPE.arp), arp]],
    ['TCP', 'eth:ethertype:ip:tcp', inner],
    [
      '802.1Q',
      'eth:ethertype:vlan:ethertype:ip:tcp',
      [
        ethernet(ETHER_TYPE.vlan),
        { kind: 'vlan', priority: 0, dropEligible: false, id: 100, etherType: ETHER_TYPE.ipv4 },
        packet(PROTOCOL.tcp),
        tcp(TCP_FLAG.syn),
      ],
    ],
    ['ICMP', 'eth:ethertype:ip:icmp', [ethernet(0x0800), packet(PROTOCOL.icmp), icmpEcho('question', 1, 1)]],
    [
      'VXLAN',
      'eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp',
      [ethernet(0x0800), packet(PROTOCOL.udp), udp(4789, false), { kind: 'vxlan', vni: 7 }, ...inner],
    ],
    [
      "VXLAN on Linux's port",
      'eth:ethertype:ip:udp:vxlan:eth:ethertype:ip:tcp',
      [ethernet(0x0800), packet(PROTOCOL.udp), udp(8472, false), { kind: 'vxlan', vni: 1 }, ...inner],
    ],
    [
      'Geneve',
      'eth:ethertype:ip:udp:geneve:eth:ethertype:ip:tcp',
      [
        ethernet(0x0800),
        packet(PROTOCOL.udp),
        udp(6081),
        { kind: 'geneve', control: false, etherType: ETHER_TYPE.transparentEthernet, vni: 1, options: [option] },
        ...inner,
      ],
    ],
    [
      'GRE',
      'eth:ethertype:ip:gre:eth:ethertype:ip:tcp',
      [ethernet(0x0800), packet(PROTOCOL.gre), { kind: 'gre', etherType: 0x6558, key: 5 }, ...inner],
    ],
    [
      'IP in IP',
      'eth:ethertype:ip:ip:tcp',
      [ethernet(0x0800), packet(PROTOCOL.ipInIp), packet(PROTOCOL.tcp), tcp(TCP_FLAG.syn)],
    ],
    [
      'IP in UDP',
      'eth:ethertype:ip:udp:ip:tcp',
      [ethernet(0x0800), packet(PROTOCOL.udp), udp(8285), packet(PROTOCOL.tcp), tcp(TCP_FLAG.syn)],
    ],
  ];

  it('each kind of frame', () => {
    const said = dissect(capture(...frames.map(([, , headers]) => frame(...headers))));
    const due = frames.map(([name, protocols]) => ({ name, protocols, complaints: [] }));
    expect(said.map(({ protocols, complaints }, i) => ({ name: frames[i]?.[0], protocols, complaints }))).toEqual(due);
  });

  it('fragmentation needed with the packet that did not fit', () => {
    const large = encodeIpv4({ ...packet(PROTOCOL.udp), dontFragment: true }, encodeUdpOf(1400));
    const headers = [ethernet(0x0800), packet(PROTOCOL.icmp), fragmentationNeeded(1376)];
    const bytes = encodePacket({ headers, payload: quotedBy(large) });
    const [said] = dissect(capture(bytes), ['icmp.type', 'icmp.code', 'icmp.mtu']);
    expect(said).toEqual({
      protocols: 'eth:ethertype:ip:icmp:ip:udp:data',
      complaints: [],
      fields: ['3', '4', '1376'],
    });
  });

  it('fragments, which it puts together again', () => {
    const pieces = fragmentsOf(packet(PROTOCOL.udp), encodeUdpOf(3000), 1500);
    const frames = pieces.map(([header, bytes]) =>
      encodePacket({ headers: [ethernet(0x0800), header], payload: bytes }),
    );
    const said = dissect(capture(...frames), ['ip.reassembled.length']);
    expect(said.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(said.at(-1)).toMatchObject({ protocols: 'eth:ethertype:ip:udp:data', fields: ['3008'] });
  });

  it('every BGP message', () => {
    const messages: BgpWireMessage[] = [
      {
        type: 'open',
        asn: 4_200_000_001,
        holdSeconds: 180,
        routerId: 0x0a000001,
        capabilities: [
          { kind: 'multiprotocol', ...IPV4_UNICAST },
          { kind: 'route-refresh' },
          { kind: 'graceful-restart', restarted: false, restartSeconds: 120 },
          { kind: 'four-octet-as', asn: 4_200_000_001 },
        ],
      },
      { type: 'keepalive' },
      {
        type: 'update',
        withdrawn: [{ address: 0x0af40000, length: 26 }],
        attributes: {
          origin: 'igp',
          asPath: [
            { kind: 'sequence', asns: [4_200_000_001, 64_512] },
            { kind: 'set', asns: [1, 2] },
          ],
          nextHop: 0x0a000001,
          med: 5,
          localPreference: 100,
          atomicAggregate: true,
          aggregator: { asn: 64_512, address: 0x0a000001 },
          communities: [0xffffff01, 0xfc000001],
          originatorId: 0x0a000003,
          clusterList: [0x0a000004],
        },
        nlri: [
          { address: 0x0af40040, length: 26 },
          { address: 0, length: 0 },
        ],
      },
      { type: 'update', withdrawn: [], attributes: {}, nlri: [] },
      { type: 'notification', code: 6, subcode: 4, data: new Uint8Array(0) },
    ];
    const headers = [ethernet(0x0800), packet(PROTOCOL.tcp), tcp(TCP_FLAG.ack | TCP_FLAG.psh, 49_152, 179)];
    const payload = joined(...messages.map((message) => encodeBgp(message)));
    const asked = ['bgp.type', 'bgp.open.myas', 'bgp.update.path_attribute.as_path_segment.as4', 'bgp.nlri_prefix'];
    const [said] = dissect(capture(encodePacket({ headers, payload })), asked);
    expect(said).toEqual({
      protocols: 'eth:ethertype:ip:tcp:bgp',
      complaints: [],
      fields: ['1|4|2|2|3', '23456', '4200000001|64512|1|2', '10.244.0.64|0.0.0.0'],
    });
  });

  it('and complains where something is wrong, so that silence means something', () => {
    const good = frame(...inner);
    const wrong = (at: number): Uint8Array => {
      const bytes = good.slice();
      bytes[at] = bytes[at]! ^ 0xff;
      return bytes;
    };
    const complaints = (bytes: Uint8Array) => dissect(capture(bytes))[0]!.complaints.length;
    expect(complaints(good)).toBe(0);
    // The IPv4 checksum, the TCP checksum, and an end that is cut.
    expect(complaints(wrong(24))).toBeGreaterThan(0);
    expect(complaints(wrong(50))).toBeGreaterThan(0);
    expect(complaints(good.slice(0, 40))).toBeGreaterThan(0);
  });
});

function encodeUdpOf(bytes: number): Uint8Array {
  const headers = [packet(PROTOCOL.udp), udp(9)];
  return encodePacket({ headers, payload: new Uint8Array(bytes).fill(7) }).slice(20);
}
