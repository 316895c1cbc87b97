import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataPathCapacityNsPerSec, dataPathReserveMilli } from '../../../models/machine/processors.ts';

const NODE = { capacityMilli: 64_000, agentMilli: 250, reserveMilli: 1_000, requestedMilli: 40_000, podCpuUse: 0.5 };

describe('dataPathReserveMilli', () => {
  it('keeps what one end of the planned rate burns, rounded up', () => {
    // 1 Gbit/s are 125 MB/s; at 2 ns a byte both ends burn 250 ms a second, one end 125 thousandths of a core.
    const cost = { cpuNsPerByte: 2, streamBytesPerSec: 1, roundTripNs: 1 };
    expect(dataPathReserveMilli(cost, 1e9)).toBe(125);
    expect(dataPathReserveMilli(cost, 1e9 + 8)).toBe(126);
    expect(dataPathReserveMilli(cost, 0)).toBe(0);
  });
});

describe('dataPathCapacityNsPerSec', () => {
  it('is what agents and pods do not burn', () => {
    expect(dataPathCapacityNsPerSec(NODE)).toBe((64_000 - 250 - 20_000) * 1e6);
  });

  it('is never below the reserve, nor below a thousandth of a core', () => {
    expect(dataPathCapacityNsPerSec({ ...NODE, requestedMilli: 200_000 })).toBe(1_000 * 1e6);
    expect(dataPathCapacityNsPerSec({ ...NODE, requestedMilli: 200_000, reserveMilli: 0 })).toBe(1e6);
  });

  it('never grows with what pods request', () => {
    const amount = fc.integer({ min: 0, max: 100_000 });
    const falling = fc.property(amount, amount, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, podCpuUse) => {
      const at = (requestedMilli: number) => dataPathCapacityNsPerSec({ ...NODE, requestedMilli, podCpuUse });
      return at(Math.max(a, b)) <= at(Math.min(a, b));
    });
    fc.assert(falling, { seed: 1, numRuns: 200 });
  });

  it('takes only fractions for what pods burn', () => {
    expect(() => dataPathCapacityNsPerSec({ ...NODE, podCpuUse: 1.1 })).toThrow(/fraction, got 1.1/);
  });
});
