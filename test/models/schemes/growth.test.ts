import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../models/network/environment.ts';
import {
  flatSegment,
  fullMesh,
  type Growth,
  type GrowthKey,
  gatewayArp,
  routeReflectors,
} from '../../../models/schemes/growth.ts';
import { schemeNamed } from '../../../models/schemes/index.ts';
import type { ClusterExtent } from '../../../models/schemes/scheme.ts';
import { smallEnvironment } from '../network/small-environment.ts';

const ONE = smallEnvironment();
const PER_RACK = smallEnvironment({}, { subnets: 'per-rack' });

function extent(changes: Partial<ClusterExtent>): ClusterExtent {
  return { nodes: 10, racks: 2, pods: 100, blocks: 10, podsPerNodeMax: 110, tenants: 1, ...changes };
}

function count(growth: readonly Growth[], key: GrowthKey): number | undefined {
  return growth.find((one) => one.key === key)?.count;
}

function of(scheme: string, key: GrowthKey, size: Partial<ClusterExtent>, environment: Environment = ONE) {
  return count(schemeNamed(scheme)!.growth(extent(size), environment), key);
}

describe('sessions and messages as recorded', () => {
  // UPDATE messages that carry routes, all nodes starting at once: `startup.msg_counts` of the cases named.
  it.each([
    ['rib-ibgp-02', 4, 12],
    ['rib-ibgp-04', 6, 30],
    ['rib-ibgp-06', 12, 132],
    ['rib-bird-02', 6, 30],
    ['rib-bird-06', 8, 56],
    ['rib-gobgp-02', 6, 30],
  ])('%s: a mesh of %i nodes sends %i', (_, nodes, messages) => {
    expect(count(fullMesh(extent({ nodes })), 'coldStartUpdates')).toBe(messages);
  });

  it.each([
    ['rib-ibgp-08', 8, 1, 72],
    ['rib-ibgp-10', 8, 2, 160],
    ['rib-ibgp-12', 12, 1, 156],
    ['rib-ibgp-14', 16, 2, 576],
    ['rib-ibgp-16', 8, 3, 264],
  ])('%s: %i clients of %i reflectors send %i', (_, nodes, reflectors, messages) => {
    expect(count(routeReflectors(extent({ nodes }), reflectors), 'coldStartUpdates')).toBe(messages);
  });

  it('are N (N - 1) / 2 in a mesh and N R + R (R - 1) / 2 with reflectors', () => {
    expect(of('calico-mesh', 'sessions', { nodes: 100 })).toBe(4950);
    expect(of('calico-mesh', 'sessions', { nodes: 1000 })).toBe(499_500);
    expect(of('calico-mesh', 'sessionsPerNodeMax', { nodes: 1000 })).toBe(999);
    expect(of('calico-reflectors', 'sessions', { nodes: 1000 })).toBe(3003);
    expect(of('calico-tor', 'sessions', { nodes: 1000 })).toBe(1000);
    expect(of('calico-bgp', 'sessions', { nodes: 100 }, ONE)).toBe(4950);
    expect(of('calico-bgp', 'sessions', { nodes: 100 }, PER_RACK)).toBe(100);
    expect(of('calico-vxlan', 'sessions', { nodes: 100 })).toBeUndefined();
  });
});

describe('ARP as recorded', () => {
  // `l2-02`: requests counted by the copies that hosts received, n - 1 for each.
  it.each([
    [2, 1, 1],
    [4, 6, 18],
    [8, 28, 196],
    [16, 120, 1800],
    [32, 496, 15_376],
    [64, 2016, 127_008],
  ])('%i pods in one segment ask %i times and hear %i copies', (pods, requests, copies) => {
    const growth = flatSegment(extent({ pods, nodes: 1 }));
    expect(count(growth, 'arpRequests')).toBe(requests);
    expect(count(growth, 'arpFramesReceived')).toBe(copies);
    expect(count(growth, 'macEntriesPerSwitch')).toBe(pods);
  });

  it('is one request a pod behind a gateway', () => {
    expect(gatewayArp(extent({ pods: 8152 })).map((one) => one.count)).toEqual([8152, 0]);
  });

  it('never grows when pods are divided among tenants, and counts every pod of every tenant', () => {
    const sizes = fc.record({ pods: fc.integer({ min: 1, max: 2000 }), tenants: fc.integer({ min: 1, max: 3000 }) });
    const property = fc.property(sizes, ({ pods, tenants }) => {
      const one = count(flatSegment(extent({ pods })), 'arpRequests')!;
      const divided = count(flatSegment(extent({ pods, tenants })), 'arpRequests')!;
      let expected = 0;
      for (let tenant = 0; tenant < tenants; tenant++) {
        const own = Math.floor((pods + tenant) / tenants);
        expected += (own * (own - 1)) / 2;
      }
      return divided <= one && divided === expected;
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
  });
});

describe('tables', () => {
  it('hold what each mode writes for nodes, blocks and pods', () => {
    const size = { nodes: 100, racks: 4, pods: 3000, blocks: 100 };
    expect(of('flannel-vxlan', 'routesPerNode', size)).toBe(99);
    expect(of('flannel-vxlan', 'forwardingEntriesPerNode', size)).toBe(99 + 30);
    expect(of('flannel-udp', 'routesPerNode', size)).toBe(1);
    expect(of('flannel-directrouting', 'forwardingEntriesPerNode', size, ONE)).toBe(30);
    expect(of('flannel-directrouting', 'forwardingEntriesPerNode', size, PER_RACK)).toBe(75 + 30);
    expect(of('calico-mesh', 'routesPerNode', size)).toBe(30 + 100);
    expect(of('calico-tor', 'routesPerNode', size)).toBe(30 + 1 + 1);
    expect(of('calico-tor', 'routesInRouter', size)).toBe(100);
    expect(of('contiv-bgp', 'routesInRouter', size)).toBe(3000);
    expect(of('cilium-vxlan', 'forwardingEntriesPerNode', size)).toBe(3000 + 99);
    expect(of('macvlan', 'neighboursPerNode', size)).toBe(30 * 2999);
    expect(of('ipvlan-l2', 'macEntriesPerSwitch', size)).toBe(0);
    expect(of('contiv-vlan', 'networkIds', { ...size, tenants: 7 })).toBe(7);
  });
});
