import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type Environment,
  RULE_NAMES,
  type RuleAction,
  type RuleName,
} from '../../../models/network/environment.ts';
import { SCHEMES, schemeNamed } from '../../../models/schemes/index.ts';
import { judge } from '../../../models/schemes/judgement.ts';
import { nextHopPacket, plainPacket, taggedPacket } from '../../../models/schemes/packets.ts';
import type { Need, NetworkScheme } from '../../../models/schemes/scheme.ts';
import { smallEnvironment } from '../network/small-environment.ts';

const EXTENT = { nodes: 30, racks: 3, pods: 900, blocks: 40, podsPerNodeMax: 110, tenants: 1 };
const ENDS = {
  sourcePod: '10.0.0.2',
  destinationPod: '10.0.9.2',
  sourceNode: 'node A',
  destinationNode: 'node B',
  router: 'R',
  vlanId: 100,
};
const DROP = { kind: 'drop' } as const;

/** A scheme made up for the test: plain packets, and these needs. */
function madeUp(needs: readonly Need[], changes: Partial<NetworkScheme> = {}): NetworkScheme {
  return {
    ...schemeNamed('custom-static')!,
    name: 'made-up',
    needs: () => needs,
    changes: () => [],
    risks: () => [],
    ...changes,
  };
}

function need(changes: Partial<Need> = {}): Need {
  return { rule: 'static-routes', header: 'a route', hop: 'router', ...changes };
}

function verdictOf(scheme: NetworkScheme, environment: Environment) {
  const { verdict, because } = judge(scheme, environment, EXTENT, ENDS);
  return [verdict, ...because.map(({ rule }) => rule)];
}

describe('needs of the control plane', () => {
  it('refuses by the rule that refuses a need, and names header and hop', () => {
    const environment = smallEnvironment({ 'static-routes': DROP });
    expect(verdictOf(madeUp([need()]), environment)).toEqual(['refused', 'static-routes']);
    const [reason] = judge(madeUp([need()]), environment, EXTENT, ENDS).because;
    expect(reason).toMatchObject({ hop: 'router', header: 'a route', source: 'made up' });
  });

  it('lets an optional need go unmet', () => {
    expect(verdictOf(madeUp([need({ optional: true })]), smallEnvironment({ 'static-routes': DROP }))).toEqual([
      'allowed',
    ]);
  });

  it('holds routes against the quota, at the limit and one above', () => {
    const environment = smallEnvironment({}, { routeQuota: 30 });
    expect(verdictOf(madeUp([need({ routes: 30 })]), environment)).toEqual(['allowed']);
    expect(verdictOf(madeUp([need({ routes: 31 })]), environment)).toEqual(['refused', 'route-quota']);
    expect(verdictOf(madeUp([need({ routes: 31, optional: true })]), environment)).toEqual(['allowed']);
  });
});

describe('quotas', () => {
  const quota = (changes: Partial<Need>, environment: Partial<Environment> = {}) =>
    verdictOf(madeUp([{ header: 'something', hop: 'somewhere', ...changes }]), smallEnvironment({}, environment));

  it('hold at the limit and refuse one above', () => {
    const ids = { rule: 'vlan-ids', limit: 4094, source: 'IEEE 802.1Q' } as const;
    expect(quota({ ids: { ...ids, count: 4094 } })).toEqual(['allowed']);
    expect(quota({ ids: { ...ids, count: 4095 } })).toEqual(['refused', 'vlan-ids']);
    expect(quota({ addressesOfNetwork: 9 }, { addressesPerNetwork: 9 })).toEqual(['allowed']);
    expect(quota({ addressesOfNetwork: 10 }, { addressesPerNetwork: 9 })).toEqual(['refused', 'addresses-per-network']);
    expect(quota({ addressesOfInterface: 9 }, { addressesPerInterface: 9 })).toEqual(['allowed']);
    expect(quota({ addressesOfInterface: 10 }, { addressesPerInterface: 9 })).toEqual([
      'refused',
      'addresses-per-interface',
    ]);
  });

  it("take a provider's addresses only from that provider", () => {
    expect(quota({ provider: 'aws' }, { providerAddresses: 'aws' })).toEqual(['allowed']);
    expect(quota({ provider: 'aws' }, { providerAddresses: 'azure' })).toEqual(['refused', 'provider-addresses']);
    expect(quota({ provider: 'aws' })).toEqual(['refused', 'provider-addresses']);
  });
});

describe('conditions of packets', () => {
  const routeKnown = smallEnvironment(
    { 'unknown-destination-ip': { kind: 'pass-if', condition: 'route-known' } },
    { subnets: 'per-rack' },
  );

  it('are met by a need that gives them, and by no other', () => {
    expect(verdictOf(madeUp([need({ gives: 'route-known' })]), routeKnown)).toEqual(['allowed']);
    expect(verdictOf(madeUp([need()]), routeKnown)).toEqual(['refused', 'unknown-destination-ip']);
  });

  it('are not met by an optional need that the network refuses', () => {
    const rules = { ...routeKnown.rules, 'static-routes': DROP };
    const scheme = madeUp([need({ gives: 'route-known', optional: true })]);
    expect(verdictOf(scheme, { ...routeKnown, rules })).toEqual(['refused', 'unknown-destination-ip']);
  });

  it('ask nothing of a router while all nodes share a subnet', () => {
    expect(verdictOf(madeUp([]), { ...routeKnown, subnets: 'one' })).toEqual(['allowed']);
    expect(verdictOf(madeUp([], { packets: (ends) => [taggedPacket(ends)] }), routeKnown)).toEqual(['allowed']);
  });

  it('restrict where the operator can bring them about, and become changes on every node', () => {
    const environment = smallEnvironment({
      'unknown-source-ip': { kind: 'pass-if', condition: 'source-destination-check-off' },
    });
    const { verdict, because, changes } = judge(madeUp([]), environment, EXTENT, ENDS);
    expect([verdict, because.length]).toEqual(['restricted', 1]);
    expect(changes).toEqual([
      { words: expect.stringMatching(/^The source\/destination check is switched off/), count: 30 },
    ]);
  });

  it('refuse across subnets what passes only inside one', () => {
    const rules = {
      'unknown-source-ip': { kind: 'pass-if', condition: 'source-destination-check-off', within: 'subnet' },
    } as const;
    expect(verdictOf(madeUp([]), smallEnvironment(rules))).toEqual(['restricted', 'unknown-source-ip']);
    expect(verdictOf(madeUp([]), smallEnvironment(rules, { subnets: 'per-rack' }))[0]).toBe('refused');
  });

  it('refuse a frame past the router to another subnet, unless trunks carry its tag', () => {
    const next = madeUp([], { packets: (ends) => [nextHopPacket(ends)] });
    const rules = { 'layer-2-across-subnets': DROP } as const;
    const perRack = smallEnvironment(rules, { subnets: 'per-rack' });
    expect(verdictOf(next, perRack)).toEqual(['refused', 'layer-2-across-subnets']);
    expect(verdictOf(next, smallEnvironment({}, { subnets: 'per-rack' }))).toEqual(['allowed']);
    expect(verdictOf(next, smallEnvironment(rules))).toEqual(['allowed']);
    expect(verdictOf(madeUp([], { packets: (ends) => [taggedPacket(ends)] }), perRack)).toEqual(['allowed']);
  });

  it('name each rule once, though several packets break it', () => {
    const scheme = madeUp([], { packets: (ends) => [plainPacket(ends), plainPacket(ends), taggedPacket(ends)] });
    const environment = smallEnvironment({ 'unknown-source-ip': DROP }, { subnets: 'per-rack' });
    expect(verdictOf(scheme, environment)).toEqual(['refused', 'unknown-source-ip']);
  });
});

describe('connection', () => {
  const connectedIn = (name: string, environment: Environment) =>
    judge(schemeNamed(name)!, environment, EXTENT, ENDS).connected;

  it('shows pod addresses to the physical network on the underlay only, and nothing when refused', () => {
    expect(connectedIn('flannel-vxlan', smallEnvironment()).podAddressesVisible).toBe(false);
    expect(connectedIn('calico-bgp', smallEnvironment()).podAddressesVisible).toBe(true);
    expect(connectedIn('calico-bgp', smallEnvironment({ 'unknown-source-ip': DROP })).toPods).toBe('not connected');
  });
});

describe('a stricter network', () => {
  const RANK = { refused: 0, restricted: 1, allowed: 2 } as const;
  const condition = fc.constantFrom<Condition>('route-known', 'source-destination-check-off', 'route-in-table');
  const action: fc.Arbitrary<RuleAction> = fc.oneof(
    fc.constant<RuleAction>({ kind: 'pass' }),
    fc.constant<RuleAction>({ kind: 'drop' }),
    condition.map((one): RuleAction => ({ kind: 'pass-if', condition: one })),
    condition.map((one): RuleAction => ({ kind: 'pass-if', condition: one, within: 'subnet' })),
  );
  const rules = fc.record(
    Object.fromEntries(RULE_NAMES.map((name) => [name, action])) as Record<RuleName, typeof action>,
  );
  const environment = fc
    .tuple(
      rules,
      fc.constantFrom('machine-room', 'vpc'),
      fc.constantFrom('one', 'per-rack'),
      fc.constantFrom(10, 35, 100),
    )
    .map(([all, kind, subnets, routeQuota]) =>
      smallEnvironment(all, { kind, subnets, routeQuota } as Partial<Environment>),
    );
  const scheme = fc.constantFrom(...SCHEMES);
  const rankOf = (one: NetworkScheme, where: Environment) => RANK[judge(one, where, EXTENT, ENDS).verdict];

  it('never gives a better verdict: any rule may be turned to drop', () => {
    const never = fc.property(scheme, environment, fc.constantFrom(...RULE_NAMES), (one, where, rule) => {
      const stricter = { ...where, rules: { ...where.rules, [rule]: DROP } };
      return rankOf(one, stricter) <= rankOf(one, where);
    });
    fc.assert(never, { seed: 1, numRuns: 600 });
  });

  it('never gives a better verdict with a smaller quota', () => {
    const never = fc.property(
      scheme,
      environment,
      (one, where) => rankOf(one, { ...where, routeQuota: 0 }) <= rankOf(one, where),
    );
    fc.assert(never, { seed: 2, numRuns: 300 });
  });

  it('gives a reason for every refusal and every restriction', () => {
    const always = fc.property(scheme, environment, (one, where) => {
      const { verdict, because } = judge(one, where, EXTENT, ENDS);
      return (verdict === 'allowed') === (because.length === 0);
    });
    fc.assert(always, { seed: 3, numRuns: 300 });
  });
});
