import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isServed } from '../../../models/network/control-plane/profiles.ts';
import { RULE_NAMES } from '../../../models/network/environment.ts';
import { encapsulationBytesOf, HEADER_BYTES, type Header, podMtu } from '../../../models/network/frames.ts';
import { SCHEMES, schemeNamed, schemeNames, schemeTable } from '../../../models/schemes/index.ts';
import type { NetworkScheme } from '../../../models/schemes/scheme.ts';
import { CLOUD_METRICS } from '../../../models/world/metrics.ts';
import { NS_PER_SECOND } from '../../../sim/engine/sim-time.ts';
import { StreamSource } from '../../../sim/random/stream.ts';
import { smallEnvironment } from '../network/small-environment.ts';

const EXTENT = { nodes: 30, racks: 3, pods: 900, blocks: 40, podsPerNodeMax: 110, tenants: 1 };
const ENVIRONMENTS = [
  smallEnvironment(),
  smallEnvironment({}, { subnets: 'per-rack' }),
  smallEnvironment({}, { kind: 'vpc' }),
];
const ENDS = {
  sourcePod: 'pod A',
  destinationPod: 'pod B',
  sourceNode: 'node A',
  destinationNode: 'node B',
  router: 'router',
  vlanId: 100,
};
const cases = SCHEMES.map((scheme): [string, NetworkScheme] => [scheme.name, scheme]);

describe('the list of schemes', () => {
  it('has different names, and finds each by its own', () => {
    expect(new Set(schemeNames).size).toBe(SCHEMES.length);
    for (const scheme of SCHEMES) expect(schemeNamed(scheme.name)).toBe(scheme);
    expect(schemeNamed('token-ring')).toBeUndefined();
  });

  it('names the control plane of each, and what nodes are told of', () => {
    const served = SCHEMES.filter(({ controlPlane }) => isServed(controlPlane.kind)).map(({ name, controlPlane }) => [
      name,
      controlPlane.kind,
      'forwardsBy' in controlPlane ? controlPlane.forwardsBy : '',
    ]);
    const node = (names: string[]): string[][] => names.map((name) => [name, 'kubernetes', 'node']);
    expect(served.sort()).toEqual(
      [
        ...node(['flannel-vxlan', 'flannel-directrouting', 'flannel-host-gw', 'flannel-udp']),
        ...node(['antrea-geneve', 'antrea-noencap', 'antrea-hybrid', 'cilium-vxlan', 'cilium-geneve', 'cilium-native']),
        ...node(['openshift-sdn', 'openshift-multitenant', 'openshift-networkpolicy']),
        ['calico-vxlan', 'typha', 'block'],
        ['calico-vxlan-crosssubnet', 'typha', 'block'],
        ['contiv-vxlan', 'contiv', 'pod'],
        ['ovn-kubernetes', 'ovn', 'pod'],
      ].sort(),
    );
    const others = SCHEMES.filter(({ controlPlane }) => !isServed(controlPlane.kind));
    for (const { name, needs, controlPlane } of others) {
      const peers = needs(EXTENT, smallEnvironment({}, { subnets: 'per-rack' })).some(({ header }) =>
        /BGP/.test(header),
      );
      if (peers) expect([name, controlPlane.kind]).toEqual([name, 'bgp']);
    }
    for (const { controlPlane, addressPlan } of SCHEMES)
      if ('forwardsBy' in controlPlane && controlPlane.forwardsBy !== 'pod')
        expect(addressPlan.kind).toBe(controlPlane.forwardsBy === 'node' ? 'node-block' : 'claimed-blocks');
  });

  it('makes a table with a row for each', () => {
    const table = schemeTable();
    expect(table.map(({ name }) => name)).toEqual(schemeNames);
    for (const row of table) expect(Object.values(row).every((cell) => cell !== '' && cell !== undefined)).toBe(true);
  });
});

/** Bytes around a packet in a subnet and across, the tag, and what pods' MTU leaves free: each scheme's documentation. */
const BYTES: Readonly<Record<string, readonly [inside: number, across: number, tag: number, reserve: number]>> = {
  'flannel-vxlan': [50, 50, 0, 50],
  'flannel-directrouting': [0, 50, 0, 50],
  'flannel-host-gw': [0, 0, 0, 0],
  'flannel-udp': [28, 28, 0, 28],
  'calico-bgp': [0, 0, 0, 0],
  'calico-mesh': [0, 0, 0, 0],
  'calico-reflectors': [0, 0, 0, 0],
  'calico-tor': [0, 0, 0, 0],
  'calico-ipip': [20, 20, 0, 20],
  'calico-ipip-crosssubnet': [0, 20, 0, 20],
  'calico-vxlan': [50, 50, 0, 50],
  'calico-vxlan-crosssubnet': [0, 50, 0, 50],
  'contiv-vlan': [0, 0, 4, 0],
  'contiv-vxlan': [50, 50, 0, 50],
  'contiv-bgp': [0, 0, 0, 0],
  'contiv-aci': [0, 0, 4, 0],
  'openshift-sdn': [50, 50, 0, 50],
  'openshift-multitenant': [50, 50, 0, 50],
  'openshift-networkpolicy': [50, 50, 0, 50],
  'custom-static': [0, 0, 0, 0],
  'custom-vpc-routes': [0, 0, 0, 0],
  'cilium-native': [0, 0, 0, 0],
  'cilium-vxlan': [50, 50, 0, 50],
  'cilium-geneve': [50, 50, 0, 50],
  'kube-router': [0, 20, 0, 20],
  // 8 bytes of options beside the 50 of Geneve; OVN-Kubernetes keeps 100 free.
  'ovn-kubernetes': [58, 58, 0, 100],
  'antrea-geneve': [50, 50, 0, 50],
  'antrea-noencap': [0, 0, 0, 0],
  'antrea-hybrid': [0, 50, 0, 50],
  macvlan: [0, 0, 0, 0],
  'ipvlan-l2': [0, 0, 0, 0],
  'ipvlan-l3': [0, 0, 0, 0],
  'aws-vpc-cni': [0, 0, 0, 0],
  'aws-vpc-cni-prefix': [0, 0, 0, 0],
  'azure-cni': [0, 0, 0, 0],
  'azure-cni-overlay': [0, 0, 0, 0],
  'gke-vpc-native': [0, 0, 0, 0],
};

describe('bytes of every mode', () => {
  it.each(cases)('%s', (name, { paths, mtuReserveBytes }) => {
    const { sameSubnet, acrossSubnets } = paths;
    const { encapsulationBytes, tagBytes } = sameSubnet;
    expect([encapsulationBytes, acrossSubnets.encapsulationBytes, tagBytes, mtuReserveBytes]).toEqual(BYTES[name]);
    const reserve = BYTES[name]![3];
    expect(podMtu(1500, mtuReserveBytes)).toBe(1500 - reserve);
    expect(podMtu(9000, mtuReserveBytes)).toBe(9000 - reserve);
  });
});

describe.each(cases)('%s', (_, scheme) => {
  it('says where it has all this from, and how a pod joins', () => {
    expect(scheme.join.length).toBeGreaterThanOrEqual(3);
    const texts = [
      scheme.title,
      scheme.mode,
      scheme.source,
      scheme.agent.source,
      scheme.onNodeJoin,
      scheme.onNodeLeave,
    ];
    for (const text of [...texts, ...scheme.join]) expect(text).not.toBe('');
    expect(scheme.join.join()).toMatch(scheme.attachment.includes('CNI') ? /CNI/ : /./);
    expect(scheme.join.join()).toMatch(scheme.attachment.includes('CNM') ? /CNM/ : /./);
  });

  it('states changes and risks with sources and whole counts, and needs with rules that exist', () => {
    for (const environment of ENVIRONMENTS) {
      const statements = [...scheme.changes(EXTENT, environment), ...scheme.risks(EXTENT, environment)];
      expect(scheme.risks(EXTENT, environment).length).toBeGreaterThan(0);
      for (const { words, source, count } of statements) {
        expect(words).not.toBe('');
        expect(source, words).toBeTruthy();
        if (count !== undefined) expect(Number.isInteger(count) && count >= 0).toBe(true);
      }
      for (const need of scheme.needs(EXTENT, environment)) {
        const { rule, addressesOfInterface, provider, ids } = need;
        if (rule !== undefined) expect(RULE_NAMES).toContain(rule);
        else expect(addressesOfInterface ?? provider ?? ids, need.header).toBeDefined();
      }
    }
  });

  it('has headers in its packets that add up to its bytes, in a subnet and across', () => {
    for (const sameSubnet of [true, false]) {
      const { frame } = scheme.packets({ ...ENDS, sameSubnet }).at(-1)!;
      const shape = sameSubnet ? scheme.paths.sameSubnet : scheme.paths.acrossSubnets;
      expect(shape.encapsulationBytes).toBe(encapsulationBytesOf(frame));
      expect(shape.tagBytes).toBe(frame.some(({ kind }) => kind === 'vlan') ? HEADER_BYTES.vlan : 0);
      expect(scheme.mtuReserveBytes).toBeGreaterThanOrEqual(shape.encapsulationBytes);
    }
  });

  it('wraps nowhere, everywhere or across subnets, as its traversal says', () => {
    const wraps = [scheme.paths.sameSubnet, scheme.paths.acrossSubnets].map((shape) => shape.encapsulationBytes > 0);
    expect(wraps).toEqual({ underlay: [false, false], overlay: [true, true], mixed: [false, true] }[scheme.traversal]);
  });

  it('puts Ethernet outside, then the tag, then IP, and shows pods only where nothing is wrapped around', () => {
    for (const sameSubnet of [true, false]) {
      for (const { what, frame } of scheme.packets({ ...ENDS, sameSubnet })) {
        expect(what).not.toBe('');
        const inner = frame.map(({ kind }) => kind).lastIndexOf('ipv4');
        const wrapped = encapsulationBytesOf(frame) > 0;
        const order = ['ethernet', 'vlan', 'ipv4', 'udp', 'tcp'] as Header['kind'][];
        const outer = (wrapped ? frame.slice(0, 2) : frame).map(({ kind }) => order.indexOf(kind));
        expect(outer).toEqual([...outer].sort((a, b) => a - b));
        expect(outer[0]).toBe(0);
        const owners = frame.flatMap((header) => (header.kind === 'ipv4' ? [header.source.owner] : []));
        if (wrapped) expect(owners).toEqual(['node', 'pod']);
        else if (inner >= 0) expect(['pod', 'granted']).toContain(owners[0]);
      }
    }
  });

  it('addresses its outer frame to a station of the segment, or to the router when that is across subnets', () => {
    for (const sameSubnet of [true, false]) {
      const { frame } = scheme.packets({ ...ENDS, sameSubnet }).at(-1)!;
      const [outer] = frame;
      const owner = outer!.kind === 'ethernet' && outer!.destination.owner;
      if (sameSubnet) expect(['node', 'pod']).toContain(owner);
      else if (frame.some(({ kind }) => kind === 'vlan')) expect(owner).toBe('pod');
      else expect(owner).toBe(scheme.name === 'flannel-host-gw' ? 'node' : 'router');
    }
  });

  it('counts what grows in whole numbers with sources, each kind once, and each a metric', () => {
    for (const environment of ENVIRONMENTS) {
      const growth = scheme.growth(EXTENT, environment);
      expect(growth.length).toBeGreaterThan(2);
      expect(new Set(growth.map(({ key }) => key)).size).toBe(growth.length);
      for (const { key, count, source, words } of growth) {
        expect(Number.isSafeInteger(count) && count >= 0, key).toBe(true);
        expect(source).not.toBe('');
        expect(words).not.toBe('');
        expect(CLOUD_METRICS.map((metric) => metric.key)).toContain(key);
      }
    }
  });

  it('has callers of a dead node wait for a stated time, or until somebody acts', () => {
    const streams = new StreamSource('1');
    for (const environment of ENVIRONMENTS) {
      const { afterNs, words, source } = scheme.onNodeDeath(environment, streams.stream(environment.kind, 'death'));
      expect(words).not.toBe('');
      expect(source).not.toBe('');
      if (afterNs !== null)
        expect(Number.isInteger(afterNs) && afterNs > 0 && afterNs < 300 * NS_PER_SECOND).toBe(true);
    }
  });
});

describe('what grows with the cluster', () => {
  const extent = fc.record({
    nodes: fc.integer({ min: 1, max: 5000 }),
    racks: fc.integer({ min: 1, max: 100 }),
    pods: fc.integer({ min: 0, max: 150_000 }),
    podsPerNodeMax: fc.integer({ min: 1, max: 500 }),
    blocks: fc.integer({ min: 1, max: 10_000 }),
    tenants: fc.integer({ min: 1, max: 10_000 }),
  });

  it("is counted in closed form: Calico's full mesh has N (N - 1) / 2 sessions, and one route a block at a router", () => {
    const calico = schemeNamed('calico-bgp')!;
    const counted = fc.property(extent, (size) => {
      const mesh = calico.changes(size, ENVIRONMENTS[0]!)[0]!.count;
      const [need] = calico.needs(size, ENVIRONMENTS[1]!);
      return mesh === (size.nodes * (size.nodes - 1)) / 2 && need!.routes === size.blocks;
    });
    fc.assert(counted, { seed: 1, numRuns: 50 });
    expect(calico.changes({ ...EXTENT, nodes: 1000 }, ENVIRONMENTS[0]!)[0]!.count).toBe(499_500);
    expect(calico.needs(EXTENT, ENVIRONMENTS[0]!)).toEqual([]);
  });

  it('asks for one route a node when routes are written by hand', () => {
    expect(schemeNamed('custom-static')!.needs(EXTENT, ENVIRONMENTS[0]!)[0]).toMatchObject({
      rule: 'static-routes',
      routes: 30,
    });
  });
});
