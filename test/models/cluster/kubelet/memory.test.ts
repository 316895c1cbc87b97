import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exceedsMibNs,
  type MemoryUse,
  memoryMibAt,
  togetherExceedNs,
  togetherMib,
} from '../../../../models/cluster/kubelet/memory-use.ts';
import {
  kubeletOrder,
  type MemoryPod,
  oomScore,
  oomScoreAdjust,
} from '../../../../models/cluster/kubelet/memory-victims.ts';
import { NodePressure } from '../../../../models/cluster/kubelet/node-pressure.ts';

const S = 1e9;
const courses = fc
  .record({
    startMib: fc.integer({ min: 0, max: 500 }),
    more: fc.integer({ min: 0, max: 900 }),
    afterNs: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ startMib, more, afterNs }): MemoryUse => ({ startMib, reachesMib: startMib + more, afterNs }));

describe('memory of containers', () => {
  it('exceeds a limit at the first instant at which it is more', () => {
    fc.assert(
      fc.property(courses, fc.integer({ min: 0, max: 1500 }), (use, limit) => {
        let first = Number.POSITIVE_INFINITY;
        for (let age = 1100; age >= 0; age--) if (memoryMibAt(use, age) > limit) first = age;
        expect(exceedsMibNs(use, limit)).toBe(first);
      }),
    );
  });

  it('exceeds a limit at once where it grows in no time', () => {
    expect(exceedsMibNs({ startMib: 0, reachesMib: 1, afterNs: 0 }, 0)).toBe(0);
  });

  it('of several exceeds what the node has at the first instant at which the sum does', () => {
    const runners = fc.array(fc.record({ use: courses, sinceNs: fc.integer({ min: 0, max: 300 }) }), { maxLength: 5 });
    fc.assert(
      fc.property(runners, fc.integer({ min: 1, max: 4000 }), (running, limit) => {
        let first = Number.POSITIVE_INFINITY;
        for (let atNs = 1400; atNs >= 300; atNs--) if (togetherMib(running, atNs) > limit) first = atNs;
        const found = togetherExceedNs(running, limit, 300);
        // The sum of roundings may put a crossing one nanosecond off.
        if (first === Infinity) expect(found).toBe(first);
        else expect(Math.abs(found - first)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

const pod = (usedMib: number, requestMib: number, priority = 0, isGuaranteed = false): MemoryPod => ({
  usedMib,
  requestMib,
  priority,
  isGuaranteed,
});

describe('who goes when memory is short', () => {
  it('by the kubelet: above the request, then low priority, then far above', () => {
    const order = [
      pod(600, 100, 0),
      pod(300, 100, 0),
      pod(150, 100, 0),
      pod(900, 100, 5),
      pod(50, 100, 0),
      pod(100, 500, 0),
      pod(5, 10, 7),
    ];
    const shuffled = [3, 6, 0, 5, 2, 4, 1].map((at) => order[at]!);
    expect(shuffled.sort(kubeletOrder)).toEqual(order);
  });

  it('using just what it requested is not above it', () => {
    expect(kubeletOrder(pod(100, 100, 0), pod(11, 10, 9))).toBeGreaterThan(0);
  });

  it('by the kernel: adjusted as kubelets write it', () => {
    // Facts of qos/policy.go: 1000 without requests, -997 guaranteed, 900 for a tenth of the node, never below 3 nor above 999.
    expect(oomScoreAdjust(pod(1, 0), 1000)).toBe(1000);
    expect(oomScoreAdjust(pod(1, 100, 0, true), 1000)).toBe(-997);
    expect(oomScoreAdjust(pod(1, 100), 1000)).toBe(900);
    expect(oomScoreAdjust(pod(1, 1000), 1000)).toBe(3);
    expect(oomScoreAdjust(pod(1, 1), 100_000)).toBe(999);
    // One that uses all that it requested comes to the same as another that does.
    expect(oomScore(pod(100, 100), 1000)).toBe(1000);
    expect(oomScore(pod(500, 500), 1000)).toBe(1000);
    expect(oomScore(pod(200, 100), 1000)).toBeGreaterThan(oomScore(pod(550, 500), 1000));
  });
});

describe('the eviction manager of a node', () => {
  const settings = {
    thresholds: [
      { availableMib: 100, graceNs: 0 },
      { availableMib: 500, graceNs: 90 * S },
    ],
    transitionNs: 300 * S,
  };

  it('evicts at once below the hard threshold, and not at it', () => {
    const node = new NodePressure(settings);
    expect(node.look(500, 0)).toEqual({ pressure: false, evicts: false });
    expect(node.look(99, 10 * S)).toEqual({ pressure: true, evicts: true });
  });

  it('evicts below the soft one when that has lasted its grace without a break', () => {
    const node = new NodePressure(settings);
    expect(node.look(400, 0)).toEqual({ pressure: true, evicts: false });
    expect(node.look(400, 80 * S).evicts).toBe(false);
    expect(node.look(600, 85 * S).evicts).toBe(false);
    expect(node.look(400, 100 * S).evicts).toBe(false);
    expect(node.look(400, 189 * S).evicts).toBe(false);
    expect(node.look(400, 190 * S).evicts).toBe(true);
  });

  it('keeps its condition for five minutes after the threshold was last met', () => {
    const node = new NodePressure(settings);
    node.look(50, 0);
    node.look(50, 10 * S);
    expect(node.look(900, 309 * S).pressure).toBe(true);
    expect(node.look(900, 310 * S).pressure).toBe(false);
  });
});
