import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressPlan, AddressPool, hostAddress } from '../../../models/network/addresses.ts';

function takeAll(pool: AddressPool, node: number, most = 100_000): number {
  let taken = 0;
  while (taken < most && pool.take(node)) taken++;
  return taken;
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

describe('a block for each node', () => {
  it('holds 253 pods in a /24, and a /16 has 256 of them', () => {
    const pool = new AddressPool({ kind: 'node-block', prefix: 24 }, '10.244.0.0/16', 300);
    expect([0, 255, 256].map((node) => pool.perNode(node))).toEqual([253, 253, 0]);
    expect(pool.blocks()).toBe(256);
    expect([takeAll(pool, 0), takeAll(pool, 255), takeAll(pool, 256)]).toEqual([253, 253, 0]);
  });

  it('counts blocks by nodes when the range is large, and has none when it is smaller than a block', () => {
    expect(new AddressPool({ kind: 'node-block', prefix: 23 }, '10.0.0.0/8', 1523).blocks()).toBe(1523);
    expect(new AddressPool({ kind: 'node-block', prefix: 24 }, '10.0.0.0/25', 2).perNode(0)).toBe(0);
  });
});

describe('blocks claimed on demand', () => {
  it('uses all 64 addresses of a /26, claims another, and stops when all are claimed', () => {
    const pool = new AddressPool({ kind: 'claimed-blocks', prefix: 26 }, '10.0.0.0/24', 3);
    expect(pool.perNode(0)).toBe(256);
    expect(takeAll(pool, 0, 65)).toBe(65);
    expect(pool.blocks()).toBe(2);
    expect(takeAll(pool, 1)).toBe(128);
    expect(pool.blocks()).toBe(4);
    expect([pool.take(2), takeAll(pool, 0)]).toEqual([false, 63]);
  });

  it('keeps the blocks of a node whose addresses came back', () => {
    const pool = new AddressPool({ kind: 'claimed-blocks', prefix: 26 }, '10.0.0.0/26', 2);
    expect(pool.take(0)).toBe(true);
    pool.release(0);
    expect([pool.take(1), pool.take(0)]).toEqual([false, true]);
  });
});

describe('one flat subnet', () => {
  it('is shared by all nodes, less network, gateway and broadcast address', () => {
    const pool = new AddressPool({ kind: 'flat' }, '10.0.0.0/24', 2);
    expect(pool.perNode(1)).toBe(253);
    expect([takeAll(pool, 0, 200), takeAll(pool, 1), pool.blocks()]).toEqual([200, 53, 1]);
    pool.release(0);
    expect([pool.take(1), pool.take(1)]).toEqual([true, false]);
  });
});

describe('release', () => {
  it('refuses what was never taken', () => {
    const pool = new AddressPool({ kind: 'flat' }, '10.0.0.0/24', 2);
    expect(() => pool.release(0)).toThrow(/node 0 has no address/);
  });
});

describe('example', () => {
  const plans = fc.constantFrom<AddressPlan>(
    { kind: 'flat' },
    { kind: 'node-block', prefix: 24 },
    { kind: 'claimed-blocks', prefix: 26 },
  );

  it('lies inside the range, and no two are alike while the range has room', () => {
    const unique = fc.property(plans, fc.integer({ min: 1, max: 60 }), (plan, nodes) => {
      const pool = new AddressPool(plan, '10.7.0.0/16', nodes);
      const all: string[] = [];
      for (let node = 0; node < nodes; node++) for (let nth = 0; nth < 8; nth++) all.push(pool.example(node, nth));
      return new Set(all).size === all.length && all.every((address) => address.startsWith('10.7.'));
    });
    fc.assert(unique, { seed: 1, numRuns: 60 });
  });

  it('stays inside a range that is too small for the nodes', () => {
    const inside = fc.property(
      plans,
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 0, max: 500 }),
      (plan, node, nth) => {
        const offset = numberOf(new AddressPool(plan, '10.7.4.0/22', 5001).example(node, nth)) - numberOf('10.7.4.0');
        return offset >= 2 && offset < 1023;
      },
    );
    fc.assert(inside, { seed: 2, numRuns: 300 });
  });

  it('carries over bytes', () => {
    expect(new AddressPool({ kind: 'node-block', prefix: 24 }, '10.244.0.0/16', 300).example(255, 0)).toBe(
      '10.244.255.2',
    );
    expect(hostAddress('10.0.0.0/8', 255)).toBe('10.0.1.0');
    expect(hostAddress('192.168.7.9/24', 0)).toBe('192.168.7.1');
  });
});
