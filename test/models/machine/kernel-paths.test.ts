import { describe, expect, it } from 'vitest';
import { type DataPathKind, KERNEL_PATHS } from '../../../models/machine/kernel-paths.ts';
import {
  BRIDGE,
  EBPF_PROGRAMS,
  ENDS,
  IPIP_TUNNEL,
  OVS_SWITCH,
  type PathPart,
  ROUTED_HOP,
  VETH,
  VXLAN_TUNNEL,
} from '../../../models/machine/path-parts.ts';
import { holdsRow, type RowId } from '../../../models/machine/rows.ts';

const ALL = Object.entries(KERNEL_PATHS) as [DataPathKind, (typeof KERNEL_PATHS)[DataPathKind]][];

const ratio = (parts: readonly PathPart[]): number => parts.reduce((sum, part) => sum + part.packetRatio, 0);
const roundTrip = (parts: readonly PathPart[]): number => parts.reduce((sum, part) => sum + part.roundTripNs, 0);
const rowsOf = (parts: readonly PathPart[]): readonly RowId[] => parts.flatMap((part) => part.calibratedOn);

/** Recorded ways that no part was fitted to, and the parts that they consist of. */
const HELD_OUT: readonly (readonly [DataPathKind, string, readonly PathPart[]])[] = [
  ['same-node-routed', 'routed-samenode', [ENDS, VETH, ROUTED_HOP]],
  ['same-node-bridge', 'bridge-samenode', [ENDS, VETH, BRIDGE]],
  ['vxlan-bridge', 'vxlan-bridge', [ENDS, VETH, VETH, BRIDGE, BRIDGE, ROUTED_HOP, ROUTED_HOP, VXLAN_TUNNEL]],
];

describe('ways made of parts', () => {
  it.each(HELD_OUT)('%s, which no part was fitted to, comes out within 8 %%', (kind, recording, parts) => {
    for (const field of ['udp1400_tx_cpu_ns', 'rtt64_min_us'])
      expect(holdsRow(rowsOf(parts), `dataplane-02/${recording}/${field}`)).toBe(false);
    expect(ratio(parts) / KERNEL_PATHS[kind].packetRatio).toBeGreaterThan(0.92);
    expect(ratio(parts) / KERNEL_PATHS[kind].packetRatio).toBeLessThan(1.08);
    expect(roundTrip(parts) / KERNEL_PATHS[kind].roundTripNs).toBeGreaterThan(0.92);
    expect(roundTrip(parts) / KERNEL_PATHS[kind].roundTripNs).toBeLessThan(1.08);
  });

  it('have costs above nothing', () => {
    for (const part of [ENDS, VETH, BRIDGE, ROUTED_HOP, VXLAN_TUNNEL, IPIP_TUNNEL, OVS_SWITCH, EBPF_PROGRAMS]) {
      expect(part.packetRatio).toBeGreaterThan(0);
      expect(part.roundTripNs).toBeGreaterThan(0);
    }
  });
});

describe('every way', () => {
  it.each(ALL)('%s says on which rows it rests, and states a wider uncertainty when derived', (kind, path) => {
    expect(path.calibratedOn.length).toBeGreaterThan(0);
    const recorded = KERNEL_PATHS.routed.uncertainty;
    if (path.origin === 'derived') {
      expect(path.uncertainty.packet).toBeGreaterThan(recorded.packet);
      expect(path.uncertainty.roundTrip).toBeGreaterThan(recorded.roundTrip);
      expect(path.uncertainty.stream).toBeGreaterThan(recorded.stream);
    }
    const isPublished = (row: RowId) => !row.startsWith('dataplane-');
    expect(path.calibratedOn.some(isPublished)).toBe(/ipip|ovs|ebpf/.test(kind));
  });

  it.each(ALL)('%s is dearer and slower than two sockets with nothing between', (kind, path) => {
    if (kind === 'host-network') return;
    expect(path.packetRatio).toBeGreaterThan(KERNEL_PATHS['host-network'].packetRatio);
    expect(path.roundTripNs).toBeGreaterThan(KERNEL_PATHS['host-network'].roundTripNs);
  });

  it('costs more with a tunnel than without, and IP in IP less than VXLAN', () => {
    const order: readonly (readonly DataPathKind[])[] = [
      ['routed', 'ipip-routed', 'vxlan-routed'],
      ['bridge-routed', 'ipip-bridge', 'vxlan-bridge', 'tun-bridge'],
      ['ovs-plain', 'ovs-vxlan'],
      ['ebpf-routed', 'ebpf-vxlan'],
    ];
    for (const kinds of order)
      for (let i = 1; i < kinds.length; i++) {
        const [less, more] = [KERNEL_PATHS[kinds[i - 1]!], KERNEL_PATHS[kinds[i]!]];
        expect(more.packetRatio).toBeGreaterThan(less.packetRatio);
        expect(more.roundTripNs).toBeGreaterThan(less.roundTripNs);
        for (const row of [2, 3]) expect(more.streamRatios[row]).toBeLessThan(less.streamRatios[row]!);
      }
  });
});

describe('holdsRow', () => {
  it('takes * for anything, and nothing else', () => {
    expect(holdsRow(['dataplane-*/routed/udp*_tx_cpu_ns'], 'dataplane-02/routed/udp64_tx_cpu_ns')).toBe(true);
    expect(holdsRow(['dataplane-*/routed/udp*_tx_cpu_ns'], 'dataplane-02/routed/udp64_rx_frac')).toBe(false);
    expect(holdsRow(['daocloud/calico-ipip/rr'], 'daocloud/calico-ipip/rr')).toBe(true);
    expect(holdsRow(['daocloud/calico-ipip/rr'], 'daocloud/calico-ipip/tcp')).toBe(false);
  });
});
