import { describe, expect, it } from 'vitest';
import { ABSENT, type Attributes } from '../../../../models/network/bgp/attributes.ts';
import { type MeasuredMessage, messageBytes } from '../../../../models/network/bgp/message-bytes.ts';

const PLAIN: Attributes = {
  origin: 'igp',
  asPath: [64600, 65001],
  nextHop: 1,
  med: ABSENT,
  localPreference: ABSENT,
  communities: [],
  originatorId: 0,
  clusterList: [],
  atomicAggregate: false,
};

const of = (...lengths: number[]) => lengths.map((length) => ({ address: 0, length }));

const frr = { daemon: 'frr', name: 's1', restarts: false } as const;
const message = (change: Partial<MeasuredMessage>): MeasuredMessage => {
  return { kind: 'update', withdrawn: [], announced: [], ...change };
};

describe('lengths of BGP messages', () => {
  it('are those of RFC 4271 for keepalives, End-of-RIB and withdrawals', () => {
    expect(messageBytes(message({ kind: 'keepalive' }), frr)).toBe(19);
    expect(messageBytes(message({}), frr)).toBe(23);
    expect(messageBytes(message({ withdrawn: of(24, 24) }), frr)).toBe(31);
    expect(messageBytes(message({ withdrawn: of(0, 26) }), frr)).toBe(29);
  });

  it('come out as recorded between FRR routers: one cold start of a leaf-spine session', () => {
    // rib-clos, s1>l1: one OPEN, four UPDATEs of one /24 each with two AS numbers, End-of-RIB, two keepalives.
    const update = messageBytes(message({ announced: of(24), attributes: PLAIN }), frr);
    expect(update).toBe(23 + 4 + 4 + 4 + 10 + 7);
    expect(messageBytes(message({ kind: 'open' }), frr)).toBe(94);
  });

  it('differ with the daemon', () => {
    const open = message({ kind: 'open' });
    expect(messageBytes(open, { ...frr, daemon: 'bird' })).toBe(47);
    expect(messageBytes(open, { ...frr, daemon: 'bird', restarts: true })).toBe(57);
    expect(messageBytes(open, { ...frr, daemon: 'gobgp' })).toBe(59);
    const update = message({ announced: of(26), attributes: { ...PLAIN, asPath: [], localPreference: 100 } });
    expect(messageBytes(update, { ...frr, daemon: 'bird' })).toBe(23 + 5 + 4 + 3 + 7 + 7);
  });
});
