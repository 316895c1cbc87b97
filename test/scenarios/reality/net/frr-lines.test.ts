import { describe, expect, it } from 'vitest';
import { ABSENT, type Attributes } from '../../../../models/network/bgp/attributes.ts';
import { applyPolicy } from '../../../../models/network/bgp/policy.ts';
import { prefixOf } from '../../../../scenarios/reality/net/address.ts';
import { policyBookOf } from '../../../../scenarios/reality/net/frr-route-maps.ts';
import { birdKnobs, neighborKnobs, speakerKnobs } from '../../../../scenarios/reality/net/frr-speaker.ts';

const PLAIN: Attributes = {
  origin: 'igp',
  asPath: [65001, 65002],
  nextHop: 1,
  med: ABSENT,
  localPreference: 100,
  communities: [],
  originatorId: 0,
  clusterList: [],
  atomicAggregate: false,
};

const book = policyBookOf([
  'ip prefix-list P seq 10 permit 10.0.0.0/8 ge 24 le 26',
  'ip prefix-list P seq 5 deny 10.9.0.0/16 le 32',
  'bgp community-list standard CL permit 65001:100 no-export',
  'bgp community-list standard CL permit 65001:200',
  'bgp as-path access-list A permit _65002$',
  'route-map M permit 20',
  ' match ip address prefix-list P',
  ' set metric 7',
  ' set as-path prepend 64999 64998',
  ' set community 65001:1 additive',
  'exit',
  'route-map M deny 10',
  ' match community CL',
  'exit',
  'route-map L permit 10',
  ' match as-path A',
  ' set as-path prepend last-as 2',
  ' set metric +5',
  ' set community none',
  'route-map L permit 20',
  ' set local-preference 200',
]);

const through = (map: string, prefix: string, change: Partial<Attributes> = {}) =>
  applyPolicy(book.routeMap(map), prefixOf(prefix), { ...PLAIN, ...change })?.attributes;

describe('lines of FRR', () => {
  it('asks clauses and list lines in the order of their numbers', () => {
    expect(through('M', '10.1.0.0/24')).toMatchObject({
      med: 7,
      asPath: [64999, 64998, 65001, 65002],
      communities: [65001 * 65536 + 1],
    });
    expect(through('M', '10.9.1.0/24')).toBeUndefined();
    expect(through('M', '10.1.0.0/27')).toBeUndefined();
    expect(through('M', '10.0.0.0/8')).toBeUndefined();
  });

  it('wants all communities of a line, and any line', () => {
    const tag = (low: number) => 65001 * 65536 + low;
    expect(through('M', '10.1.0.0/24', { communities: [tag(100)] })).toBeDefined();
    expect(through('M', '10.1.0.0/24', { communities: [tag(100), 0xffffff01] })).toBeUndefined();
    expect(through('M', '10.1.0.0/24', { communities: [tag(200)] })).toBeUndefined();
  });

  it('matches AS paths, repeats the nearest AS, adds to a MED and takes communities away', () => {
    const changed = through('L', '10.1.0.0/24', { med: 3, communities: [1] });
    expect(changed).toMatchObject({ asPath: [65001, 65001, 65001, 65002], med: 8, communities: [] });
    expect(through('L', '10.1.0.0/24', { asPath: [165002] })).toMatchObject({ localPreference: 200, asPath: [165002] });
  });

  it('reads knobs of routers and neighbours', () => {
    const paths = { maximumPaths: { external: 1, internal: 1 } };
    expect(
      speakerKnobs(
        ['bgp cluster-id 9.9.9.9', 'aggregate-address 10.0.0.0/8 summary-only', ' maximum-paths ibgp 4'],
        paths,
      ),
    ).toEqual({
      clusterId: 0x09090909,
      aggregates: [{ prefix: prefixOf('10.0.0.0/8'), summaryOnly: true }],
      maximumPaths: { external: 1, internal: 4 },
    });
    const knobs = neighborKnobs(['next-hop-self force', 'weight 5', 'route-map M in', 'prefix-list P out'], book, {});
    expect(knobs).toMatchObject({ nextHopSelf: 'all', weight: 5 });
    expect(knobs.importPolicy).toBe(book.routeMap('M'));
    expect(applyPolicy(knobs.exportPolicy!, prefixOf('10.9.0.0/24'), PLAIN)).toBeUndefined();
    expect(birdKnobs(['rr client;', 'rr cluster id 9.9.9.9;'])).toEqual({
      neighbor: { reflectorClient: true },
      speaker: { clusterId: 0x09090909 },
    });
  });

  it('names a line that it does not know', () => {
    expect(() => policyBookOf(['route-map M permit 10', ' set weather fair'])).toThrow('"set weather fair"');
    expect(() => speakerKnobs(['bgp confederation identifier 7'], {})).toThrow('"bgp confederation identifier 7"');
    expect(() => neighborKnobs(['route-map M sideways'], book, {})).toThrow('"route-map M sideways"');
    expect(() => birdKnobs(['next hop keep;'])).toThrow('"next hop keep"');
    expect(() => policyBookOf(['ip prefix-list P permit 10.0.0.0/33'])).toThrow('10.0.0.0/33');
  });

  it('denies everything by a map or list that nobody defined', () => {
    expect(applyPolicy(book.routeMap('X'), prefixOf('10.0.0.0/8'), PLAIN)).toBeUndefined();
    expect(applyPolicy(book.prefixList('X'), prefixOf('10.0.0.0/8'), PLAIN)).toBeUndefined();
  });
});
