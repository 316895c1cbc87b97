import { describe, expect, it } from 'vitest';
import type { Condition, RuleAction, RuleName } from '../../../models/network/environment.ts';
import type { Frame, Header } from '../../../models/network/frames.ts';
import { type Hop, type Journey, walk } from '../../../models/network/walk.ts';
import { smallEnvironment } from './small-environment.ts';

const PORT: Hop = { name: 'the port', role: 'entry' };
const ROUTER: Hop = { name: 'the router', role: 'router' };
const pod = { address: 'a pod', owner: 'pod' } as const;
const node = { address: 'a node', owner: 'node' } as const;

const podFrame: Header = { kind: 'ethernet', source: pod, destination: pod, broadcast: false };
const nodeFrame: Header = { kind: 'ethernet', source: node, destination: node, broadcast: false };
const podPacket: Header = { kind: 'ipv4', source: pod, destination: pod, protocol: 6 };
const nodePacket: Header = { kind: 'ipv4', source: node, destination: node, protocol: 17 };
const tag: Header = { kind: 'vlan', id: 7 };
const udp: Header = { kind: 'udp', destinationPort: 8472 };

function journey(frame: Frame, hops: readonly Hop[] = [PORT, ROUTER], crossesSubnets = true): Journey {
  return { what: 'a packet', frame, hops, crossesSubnets };
}

function outcomes(frame: Frame, rules: Partial<Record<RuleName, RuleAction>>, met: Condition[] = [], crosses = true) {
  const rulings = walk(journey(frame, [PORT, ROUTER], crosses), smallEnvironment(rules), new Set(met));
  return rulings.map(({ rule, hop, outcome }) => [rule, hop, outcome]);
}

const CASES: readonly [RuleName, Frame, Hop][] = [
  ['unknown-mac', [podFrame], PORT],
  ['broadcast', [{ ...nodeFrame, broadcast: true }], PORT],
  ['vlan-tags', [nodeFrame, tag], PORT],
  ['ip-protocol-4', [nodeFrame, { ...nodePacket, protocol: 4 }], PORT],
  ['unknown-source-ip', [nodeFrame, { ...podPacket, destination: node }], PORT],
  ['unknown-destination-ip', [nodeFrame, { ...podPacket, source: node }], ROUTER],
  ['udp-ports', [nodeFrame, nodePacket, udp], PORT],
];

describe('each rule alone', () => {
  it.each(CASES)('%s passes', (rule, frame, hop) => {
    expect(outcomes(frame, {})).toEqual([[rule, hop.name, 'pass']]);
  });

  it.each(CASES)('%s drops', (rule, frame, hop) => {
    expect(outcomes(frame, { [rule]: { kind: 'drop' } })).toEqual([[rule, hop.name, 'drop']]);
  });

  it.each(CASES)('%s leaves frames of nodes alone', (rule) => {
    const harmless: Frame = [nodeFrame, { ...nodePacket, protocol: 6 }, { kind: 'tcp', destinationPort: 80 }];
    expect(outcomes(harmless, { [rule]: { kind: 'drop' } })).toEqual([]);
  });
});

describe('conditions', () => {
  const condition = 'source-destination-check-off';
  const passIf = { kind: 'pass-if', condition } as const;
  const frame: Frame = [nodeFrame, podPacket];

  it('restricts when met, and drops when not', () => {
    const rules = { 'unknown-source-ip': passIf };
    expect(outcomes(frame, rules, [condition])[0]).toEqual(['unknown-source-ip', PORT.name, 'restricted']);
    expect(outcomes(frame, rules)).toEqual([['unknown-source-ip', PORT.name, 'drop']]);
  });

  it('passes without restriction where a router has the route', () => {
    const rules = { 'unknown-destination-ip': { kind: 'pass-if', condition: 'route-known' } } as const;
    expect(outcomes(frame, rules, ['route-known'])[1]).toEqual(['unknown-destination-ip', ROUTER.name, 'pass']);
    expect(outcomes(frame, rules)[1]).toEqual(['unknown-destination-ip', ROUTER.name, 'drop']);
  });

  it('holds only inside the subnet where the rule says so', () => {
    const rules = { 'unknown-source-ip': { ...passIf, within: 'subnet' } } as const;
    expect(outcomes(frame, rules, [condition], false)[0]![2]).toBe('restricted');
    expect(outcomes(frame, rules, [condition], true)).toEqual([['unknown-source-ip', PORT.name, 'drop']]);
    const [ruling] = walk(journey(frame), smallEnvironment(rules), new Set([condition]));
    expect(ruling).toMatchObject({
      condition,
      header: expect.stringContaining('IPv4 source'),
      words: expect.stringContaining('leaves its subnet'),
    });
  });
});

describe('the way', () => {
  it('looks at no header behind a transport header or inside IP in IP', () => {
    const all = { 'unknown-source-ip': { kind: 'drop' }, 'unknown-mac': { kind: 'drop' } } as const;
    const inner = [podFrame, podPacket];
    expect(outcomes([nodeFrame, nodePacket, udp, { kind: 'vxlan', vni: 1 }, ...inner], all)).toEqual([
      ['udp-ports', PORT.name, 'pass'],
    ]);
    expect(outcomes([nodeFrame, { ...nodePacket, protocol: 4 }, ...inner], all)).toEqual([
      ['ip-protocol-4', PORT.name, 'pass'],
    ]);
  });

  it('asks hop by hop and stops at the first drop', () => {
    const frame: Frame = [podFrame, podPacket];
    expect(outcomes(frame, {}).map(([rule]) => rule)).toEqual([
      'unknown-mac',
      'unknown-source-ip',
      'unknown-destination-ip',
    ]);
    expect(outcomes(frame, { 'unknown-source-ip': { kind: 'drop' } }).map(([rule]) => rule)).toEqual([
      'unknown-mac',
      'unknown-source-ip',
    ]);
    const backwards = walk(journey(frame, [ROUTER, PORT]), smallEnvironment(), new Set());
    expect(backwards.map(({ hop }) => hop)).toEqual([ROUTER.name, PORT.name, PORT.name]);
  });

  it('judges the tag of a frame before its addresses', () => {
    const drops = { 'vlan-tags': { kind: 'drop' }, 'unknown-mac': { kind: 'drop' } } as const;
    expect(outcomes([podFrame, tag], drops)).toEqual([['vlan-tags', PORT.name, 'drop']]);
  });
});
