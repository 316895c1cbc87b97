import { describe, expect, it } from 'vitest';
import { allocatableOf, podsMaxOf } from '../../../models/cluster/node.ts';

describe('allocatableOf', () => {
  const capacity = { cpuMilli: 4000, memoryMib: 8192, gpus: 2 };

  it('takes the reservations off and keeps the devices', () => {
    expect(allocatableOf(capacity, { cpuMilli: 250, memoryMib: 512 })).toEqual({
      cpuMilli: 3750,
      memoryMib: 7680,
      gpus: 2,
    });
  });

  it('stops at zero and refuses negative reservations', () => {
    expect(allocatableOf(capacity, { cpuMilli: 9000, memoryMib: 0 }).cpuMilli).toBe(0);
    expect(() => allocatableOf(capacity, { cpuMilli: -1, memoryMib: 0 })).toThrow(/negative/);
  });
});

describe('podsMaxOf', () => {
  it('is the lesser of the kubelet limit and the addresses', () => {
    expect([podsMaxOf(110, 62), podsMaxOf(110, 254)]).toEqual([62, 110]);
  });
});
