import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { podMtu } from '../../../models/network/frames.ts';
import { carrying } from '../../../models/traffic/carrying.ts';

const TCP = { protocol: 'tcp' } as const;
const UDP = { protocol: 'udp' } as const;

/** Bytes that each wrap takes from the MTU, and the tag beside it. */
const HEADERS = [
  ['plain', 0, 0],
  ['IP in IP', 20, 0],
  ['VXLAN or Geneve', 50, 0],
  ['user-space UDP', 28, 0],
  ['WireGuard', 60, 0],
  ['OVN', 100, 0],
  ['VLAN tag', 0, 4],
] as const;

function shares(bytes: number, mtu: number, encapsulationBytes: number, tagBytes: number) {
  const setting = { offload: true, podMtu: podMtu(mtu, encapsulationBytes) };
  const shape = { encapsulationBytes, tagBytes };
  const of = (plan: typeof TCP | typeof UDP): number => {
    const full = setting.podMtu - (plan === TCP ? 52 : 28);
    return (bytes * full) / carrying(plan, { shape, path: 'routed' }, setting, bytes * full).wireBytes;
  };
  return { tcp: of(TCP), udp: of(UDP) };
}

describe('goodput ceilings', () => {
  it.each(HEADERS)('of %s are exact for every MTU and every number of full packets', (_, wrap, tag) => {
    const exact = fc.property(fc.integer({ min: 576, max: 9216 }), fc.integer({ min: 1, max: 1e6 }), (mtu, packets) => {
      const { tcp, udp } = shares(packets, mtu, wrap, tag);
      expect(tcp).toBeCloseTo((mtu - wrap - 52) / (mtu + tag + 38), 12);
      expect(udp).toBeCloseTo((mtu - wrap - 28) / (mtu + tag + 38), 12);
    });
    fc.assert(exact, { seed: 1, numRuns: 200 });
  });

  // The reference's own list: plain, IP in IP, VXLAN, OVN, WireGuard at 1,500; plain and VXLAN at 9,000.
  it.each([
    [1500, 0, 0.9415],
    [1500, 20, 0.928],
    [1500, 50, 0.909],
    [1500, 100, 0.876],
    [1500, 60, 0.902],
    [9000, 0, 0.99],
    [9000, 50, 0.985],
  ])('at %i with %i bytes of headers are those of the reference', (mtu, wrap, share) => {
    expect(shares(1, mtu, wrap, 0).tcp).toBeCloseTo(share, 3);
  });
});

describe('carrying', () => {
  const shape = { encapsulationBytes: 50, tagBytes: 4 };
  const setting = { offload: true, podMtu: 1450 };

  it('takes a datagram that does not fit to pieces, each with an IP header and framing of its own', () => {
    // 2,000 + 8 bytes: 1,424 and 584 after IPv4 headers of 20.
    const { wireBytes } = carrying({ ...UDP, datagramBytes: 2000 }, { shape, path: 'vxlan-bridge' }, setting, 2000);
    expect(wireBytes).toBe(2000 + 8 + 2 * (20 + 50 + 4 + 38));
  });

  it('pays for a short last datagram', () => {
    const { wireBytes } = carrying({ ...UDP, datagramBytes: 1000 }, { shape, path: 'vxlan-bridge' }, setting, 2500);
    expect(wireBytes).toBe(2500 + 3 * (28 + 50 + 4 + 38));
  });

  it('has the largest packet of the flow, and a bare answer', () => {
    const small = carrying(UDP, { shape, path: 'vxlan-bridge' }, setting, 100);
    expect(small.packetBytes).toBe(100 + 28 + 50 + 4 + 38);
    expect(small.packets.answerBytes).toBe(28 + 50 + 4 + 38);
    expect(carrying(TCP, { shape, path: 'vxlan-bridge' }, setting, 1e6).packetBytes).toBe(1450 + 50 + 4 + 38);
  });
});
