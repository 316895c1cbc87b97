import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AddressBook,
  holds,
  ipText,
  nodeAddress,
  nodeSubnet,
  routerOf,
  subnetOf,
  subnetText,
} from '../../../models/network/address-book.ts';
import { type AddressPlan, AddressPool } from '../../../models/network/addresses.ts';

const plans: AddressPlan[] = [
  { kind: 'node-block', prefix: 28 },
  { kind: 'claimed-blocks', prefix: 29 },
  { kind: 'flat' },
];

describe('an address book', () => {
  it('hands out as many as the pool counts, no two alike, each of a block of its node', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...plans),
        fc.array(fc.nat(5), { maxLength: 200 }),
        fc.constantFrom('10.0.0.0/24', '10.0.0.0/26', '10.0.0.0/30'),
        (plan, takes, cidr) => {
          const pool = new AddressPool(plan, cidr, 6);
          const book = new AddressBook(plan, subnetOf(cidr), 6);
          const seen = new Set<number>();
          for (const node of takes) {
            const address = book.take(node);
            expect(address !== undefined).toBe(pool.take(node));
            if (address === undefined) continue;
            expect(seen.has(address)).toBe(false);
            seen.add(address);
            expect(holds(subnetOf(cidr), address)).toBe(true);
            if (plan.kind !== 'flat') expect(book.blocks.find((block) => holds(block, address))?.node).toBe(node);
          }
        },
      ),
    );
  });

  it('texts', () => {
    expect(ipText(0xfffffffe)).toBe('255.255.255.254');
    expect(subnetText(subnetOf('10.128.7.9/9'))).toBe('10.128.0.0/9');
  });

  it('racks have slices apart, which hold router and nodes', () => {
    const range = subnetOf('172.16.0.0/16');
    const racks = [0, 1, 2].map((rack) => nodeSubnet(range, rack, 40));
    expect(racks.map(subnetText)).toEqual(['172.16.0.0/26', '172.16.0.64/26', '172.16.0.128/26']);
    expect(ipText(routerOf(racks[1]!))).toBe('172.16.0.65');
    expect(ipText(nodeAddress(racks[1]!, 39))).toBe('172.16.0.105');
    expect(subnetText(nodeSubnet(range, 7, undefined))).toBe('172.16.0.0/16');
  });
});
