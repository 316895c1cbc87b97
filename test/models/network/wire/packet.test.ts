import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireProblem } from '../../../../models/network/wire/bytes.ts';
import { internetChecksum } from '../../../../models/network/wire/checksum.ts';
import { FRAME_BYTES_MIN, macText } from '../../../../models/network/wire/ethernet.ts';
import { fragmentationNeeded, icmpEcho, quotedBy } from '../../../../models/network/wire/icmp.ts';
import { decodeIpv4, encodeIpv4, fragmentsOf, ipv4, PROTOCOL } from '../../../../models/network/wire/ipv4.ts';
import { decodePacket, encodePacket, type Packet, type WireHeader } from '../../../../models/network/wire/packet.ts';
import { anyPacket } from './arbitrary.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

/** Runs a decoder on bytes of any kind: a packet, or a problem with a name, and nothing else. */
function survives(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(WireProblem);
  }
}

describe('packets as bytes', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        expect(decodePacket(encodePacket(packet))).toEqual(packet);
      }),
      { numRuns: 500 },
    );
  });

  it('decoders never throw anything but a problem, on noise and on packets with a flipped byte or a cut end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        survives(() => decodePacket(bytes));
        survives(() => decodePacket(bytes, 'ipv4'));
        for (const step of ['arp', 'icmp', 'vxlan', 'geneve', 'gre', 'wireguard'] as const)
          survives(() => decodePacket(bytes, step));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(anyPacket, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), (packet, place, change, cut) => {
        const bytes = encodePacket(packet);
        const at = place % bytes.length;
        if (cut) survives(() => decodePacket(bytes.slice(0, at)));
        bytes[at] = bytes[at]! ^ change;
        survives(() => decodePacket(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('a flipped byte of an IPv4 header is noticed by its checksum', () => {
    fc.assert(
      fc.property(fc.nat(19), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = encodeIpv4(ipv4({ source: 1, destination: 2, protocol: 17 }), new Uint8Array(0));
        bytes[at] = bytes[at]! ^ change;
        expect(() => decodeIpv4(bytes)).toThrow(WireProblem);
      }),
    );
  });

  it('filling behind an IPv4 packet and an ARP message is left off', () => {
    const ping = encodePacket(echo());
    const filled = new Uint8Array(FRAME_BYTES_MIN);
    filled.set(ping);
    expect(ping.length).toBe(14 + 20 + 8);
    expect(decodePacket(filled)).toEqual(echo());
  });
});

function echo(): Packet {
  const headers: WireHeader[] = [
    { kind: 'ethernet', destination: 0x020000000001, source: 0x020000000002, etherType: 0x0800 },
    ipv4({ source: 0x0a000001, destination: 0x0a000002, protocol: PROTOCOL.icmp }),
    icmpEcho('question', 7, 1),
  ];
  return { headers, payload: new Uint8Array(0) };
}

describe('headers against written examples', () => {
  // The example of the header checksum that the literature has: UDP from 192.168.0.1 to 192.168.0.199.
  const EXAMPLE = fromHex('4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7');

  it('IPv4', () => {
    const header = ipv4({ source: 0xc0a80001, destination: 0xc0a800c7, protocol: 17, dontFragment: true });
    expect(hex(encodeIpv4(header, new Uint8Array(0x73 - 20)).subarray(0, 20))).toBe(hex(EXAMPLE));
    expect(internetChecksum(EXAMPLE)).toBe(0);
  });

  it('the sum of RFC 1071 section 3, of even and odd length', () => {
    expect(internetChecksum(fromHex('0001 f203 f4f5 f6f7'))).toBe(0xffff - 0xddf2);
    expect(internetChecksum(fromHex('0102 03'))).toBe(0xffff - 0x0402);
  });

  it('hardware addresses', () => {
    expect(macText(0x0242ac110002)).toBe('02:42:ac:11:00:02');
    expect(macText(5)).toBe('00:00:00:00:00:05');
  });

  it('VXLAN: eight bytes, the flag first, the number before the last', () => {
    const inner = echo();
    const bytes = encodePacket({
      headers: [{ kind: 'vxlan', vni: 0x123456 }, ...inner.headers],
      payload: inner.payload,
    });
    expect(hex(bytes.subarray(0, 8))).toBe('0800000012345600');
    expect(bytes.length).toBe(8 + 42);
  });

  it('fragmentation needed tells the MTU in its low 16 bits and quotes the packet', () => {
    const packet = encodeIpv4(
      ipv4({ source: 1, destination: 2, protocol: 17, dontFragment: true }),
      new Uint8Array(900),
    );
    const quoted = quotedBy(packet);
    expect(quoted.length).toBe(576 - 20 - 8);
    const bytes = encodePacket({ headers: [fragmentationNeeded(1450)], payload: quoted });
    expect(hex(bytes.subarray(0, 2))).toBe('0304');
    expect(hex(bytes.subarray(4, 8))).toBe('000005aa');
    expect(decodePacket(bytes, 'icmp').payload).toEqual(quoted);
  });
});

describe('fragments', () => {
  it('cover the payload once, fit the MTU, and all but the last end on eight bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 68, max: 1500 }), (bytes, mtu) => {
        const payload = Uint8Array.from({ length: bytes }, (_, i) => i % 251);
        const pieces = fragmentsOf(ipv4({ source: 1, destination: 2, protocol: 17 }), payload, mtu);
        const whole = new Uint8Array(bytes);
        pieces.forEach(([header, piece], i) => {
          whole.set(piece, header.fragmentOffset);
          expect(encodeIpv4(header, piece).length).toBeLessThanOrEqual(mtu);
          expect(header.moreFragments).toBe(i < pieces.length - 1);
          if (header.moreFragments) expect(piece.length % 8).toBe(0);
        });
        expect(pieces.reduce((sum, [, piece]) => sum + piece.length, 0)).toBe(bytes);
        expect(whole).toEqual(payload);
      }),
    );
  });

  it('cutting is refused where the sender forbade it', () => {
    const header = ipv4({ source: 1, destination: 2, protocol: 17, dontFragment: true });
    expect(() => fragmentsOf(header, new Uint8Array(2000), 1500)).toThrow('must not be cut');
  });
});
