import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULE_NAMES } from '../../../models/network/environment.ts';
import { type Header, podMtu, VXLAN_OVERHEAD_BYTES } from '../../../models/network/frames.ts';
import { SCHEMES, schemeNamed, schemeNames, schemeTable } from '../../../models/schemes/index.ts';
import type { NetworkScheme } from '../../../models/schemes/scheme.ts';
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

  it('makes a table with a row for each', () => {
    const table = schemeTable();
    expect(table.map(({ name }) => name)).toEqual(schemeNames);
    expect(table.map(({ mtuOverheadBytes }) => mtuOverheadBytes)).toEqual([50, 0, 0, 50, 0]);
    for (const row of table) expect(Object.values(row).every((cell) => cell !== '' && cell !== undefined)).toBe(true);
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
        if (need.rule === undefined) expect(need.addressesOfInterface).toBeGreaterThan(0);
        else expect(RULE_NAMES).toContain(need.rule);
      }
    }
  });

  it('takes from the MTU what its outer headers take', () => {
    const [packet] = scheme.packets({ ...ENDS, sameSubnet: true }).slice(-1);
    const wrapped = packet!.frame.some(({ kind }) => kind === 'vxlan');
    expect(scheme.paths.sameSubnet.encapsulationBytes).toBe(wrapped ? VXLAN_OVERHEAD_BYTES : 0);
    expect(scheme.paths.sameSubnet.tagBytes).toBe(packet!.frame.some(({ kind }) => kind === 'vlan') ? 4 : 0);
    expect(scheme.traversal).toBe(wrapped ? 'overlay' : 'underlay');
    expect(podMtu(1500, scheme.mtuReserveBytes)).toBe(wrapped ? 1450 : 1500);
  });

  it('puts Ethernet outside, then the tag, then IP, and shows pods only where nothing is wrapped around', () => {
    for (const sameSubnet of [true, false]) {
      for (const { what, frame } of scheme.packets({ ...ENDS, sameSubnet })) {
        expect(what).not.toBe('');
        const order = ['ethernet', 'vlan', 'ipv4', 'udp', 'tcp'] as Header['kind'][];
        const inner = frame.findIndex(({ kind }) => kind === 'vxlan');
        const outer = (inner < 0 ? frame : frame.slice(0, inner)).map(({ kind }) => order.indexOf(kind));
        expect(outer).toEqual([...outer].sort((a, b) => a - b));
        expect(outer[0]).toBe(0);
        const owners = frame.flatMap((header) => (header.kind === 'ipv4' ? [header.source.owner] : []));
        expect(owners).toEqual(inner < 0 ? owners.map(() => 'pod') : ['node', 'pod']);
      }
    }
  });

  it('addresses its outer frame to the next node, to the router across subnets, or to a pod of the same VLAN', () => {
    for (const sameSubnet of [true, false]) {
      const outer = scheme.packets({ ...ENDS, sameSubnet }).at(-1)!.frame[0]!;
      const next = sameSubnet ? 'node' : 'router';
      expect(outer.kind === 'ethernet' && outer.destination.owner).toBe(scheme.layer === '2' ? 'pod' : next);
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
