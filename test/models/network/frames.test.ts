import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TCP_IP_HEADER_BYTES, tcpPayloadBytes } from '../../../models/machine/data-path.ts';
import {
  describeHeader,
  packetWireBytesMax,
  podMtu,
  VXLAN_OVERHEAD_BYTES,
  type WireShape,
  wireBytes,
} from '../../../models/network/frames.ts';

interface Case extends WireShape {
  readonly mtu: number;
}

function shape(underlayMtu: number, encapsulationBytes = 0, tagBytes = 0): Case {
  return { mtu: podMtu(underlayMtu, encapsulationBytes), encapsulationBytes, tagBytes };
}

/** Payload of a full packet, and what it takes on the wire. */
function fullPacket(wire: Case): [number, number] {
  const payload = tcpPayloadBytes(wire.mtu);
  return [payload, wireBytes(wire, payload, payload, TCP_IP_HEADER_BYTES)];
}

describe('goodput ceilings on Ethernet, exactly', () => {
  it.each<[string, Case, number, number]>([
    ['plain 1500', shape(1500), 1448, 1538],
    ['VXLAN', shape(1500, VXLAN_OVERHEAD_BYTES), 1398, 1538],
    ['VLAN', shape(1500, 0, 4), 1448, 1542],
    ['IP in IP', shape(1500, 20), 1428, 1538],
    ['plain 9000', shape(9000), 8948, 9038],
    ['VXLAN on 9000', shape(9000, VXLAN_OVERHEAD_BYTES), 8898, 9038],
  ])('%s', (_, wire, payload, onWire) => {
    expect(fullPacket(wire)).toEqual([payload, onWire]);
    expect(packetWireBytesMax(wire, wire.mtu)).toBe(onWire);
  });
});

describe('podMtu', () => {
  it.each([
    ['IP in IP', 20, 1480],
    ['VXLAN', VXLAN_OVERHEAD_BYTES, 1450],
    ['OVN', 100, 1400],
    ['WireGuard', 60, 1440],
  ])('%s', (_, overhead, mtu) => {
    expect(podMtu(1500, overhead)).toBe(mtu);
    expect(podMtu(9000, overhead)).toBe(mtu + 7500);
  });
});

describe('wireBytes', () => {
  it('pays headers for the last packet too, however short', () => {
    expect(wireBytes(shape(1500), 1, 1448, 52)).toBe(1 + 52 + 38);
    expect(wireBytes(shape(1500), 1449, 1448, 52)).toBe(1449 + 2 * (52 + 38));
  });

  it('is the payload plus a whole number of headers, at most as many as bytes', () => {
    const whole = fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 600, max: 9000 }), (bytes, mtu) => {
      const wire = shape(mtu, 50, 4);
      const payload = tcpPayloadBytes(wire.mtu);
      const packets = (wireBytes(wire, bytes, payload, 52) - bytes) / (52 + 50 + 4 + 38);
      return Number.isInteger(packets) && packets * payload >= bytes && (packets - 1) * payload < bytes;
    });
    fc.assert(whole, { seed: 1, numRuns: 300 });
  });
});

describe('describeHeader', () => {
  const source = { address: '10.0.0.2', owner: 'pod' } as const;
  const destination = { address: '10.9.0.1', owner: 'node' } as const;
  it.each([
    [
      { kind: 'ethernet', source, destination, broadcast: false } as const,
      'Ethernet source 10.0.0.2 (a pod), destination 10.9.0.1 (a node)',
    ],
    [{ kind: 'ethernet', source, destination, broadcast: true } as const, 'Ethernet broadcast from 10.0.0.2 (a pod)'],
    [{ kind: 'vlan', id: 100 } as const, '802.1Q tag, VLAN 100'],
    [
      { kind: 'ipv4', source, destination, protocol: 4 } as const,
      'IPv4 source 10.0.0.2 (a pod), destination 10.9.0.1 (a node), protocol 4',
    ],
    [{ kind: 'udp', destinationPort: 8472 } as const, 'UDP port 8472'],
    [{ kind: 'vxlan', vni: 1 } as const, 'VXLAN, VNI 1'],
    [{ kind: 'tcp', destinationPort: 80 } as const, 'TCP port 80'],
  ])('%j', (header, words) => {
    expect(describeHeader(header)).toBe(words);
  });
});
