/** Cases of upstream's own tests (cluster-autoscaler 1.34, `expander/`), and properties. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bestOption,
  EXPANDERS,
  type ExpanderName,
  type ExpansionOption,
} from '../../../../models/autoscaling/nodes/expander.ts';
import type { NodeGroup, WaitingPod } from '../../../../models/autoscaling/nodes/node-group.ts';
import { preferredCpuMilli, priceScore } from '../../../../models/autoscaling/nodes/price-expander.ts';
import { Stream } from '../../../../sim/random/stream.ts';
import { groupWith } from './trial-world.ts';

const pod = (cpuMilli: number, memoryMib: number): WaitingPod => ({
  ...{ pod: 0, shape: 0, controller: 0, priority: 0, createdNs: 0 },
  ...{ cpuMilli, memoryMib },
});

const NO_PRICES = { cpuPerHour: 0, memoryGibPerHour: 0 };

function chosen(
  names: readonly ExpanderName[],
  options: readonly ExpansionOption[],
  groups: readonly NodeGroup[],
  { readyNodes = 5, prices = NO_PRICES, seed = '1' } = {},
): number | undefined {
  const stream = new Stream(seed, 'node groups', 'ties');
  return bestOption(options, names, { groups, readyNodes, prices }, stream)?.group;
}

describe('expanders', () => {
  it('least-waste: the machine with the least that nobody requests', () => {
    const groups = [
      groupWith({ cpuMilli: 8000, memoryMib: 16_000 }),
      groupWith({ cpuMilli: 8000, memoryMib: 32_000 }),
      groupWith({ cpuMilli: 4000, memoryMib: 16_000 }),
    ];
    const option = (group: number) => ({ group, nodeCount: 1, pods: [pod(500, 1000)] });
    expect(chosen(['least-waste'], [option(0)], groups)).toBe(0);
    expect(chosen(['least-waste'], [option(0), option(1)], groups)).toBe(0);
    expect(chosen(['least-waste'], [option(0), option(1), option(2)], groups)).toBe(2);
  });

  it('most-pods: the group that helps most of them', () => {
    const groups = [groupWith(), groupWith()];
    const options = [
      { group: 0, nodeCount: 1, pods: [pod(1, 1)] },
      { group: 1, nodeCount: 9, pods: [pod(1, 1), pod(1, 1)] },
    ];
    expect(chosen(['most-pods'], options, groups)).toBe(1);
    expect(chosen(['least-nodes'], options, groups)).toBe(0);
  });

  it('priority: the highest number; groups without one only when none has one', () => {
    const options = [0, 1, 2].map((group) => ({ group, nodeCount: 1, pods: [pod(1, 1)] }));
    const listed = [groupWith({ priority: 10 }), groupWith({ priority: 50 }), groupWith()];
    expect(chosen(['priority'], options, listed)).toBe(1);
    expect(chosen(['priority'], [options[0]!, options[2]!], listed)).toBe(0);
    const chance = new Set(
      [...'123456789'].map((seed) => chosen(['priority'], options, [groupWith(), groupWith(), groupWith()], { seed })),
    );
    expect([...chance].sort()).toEqual([0, 1, 2]);
  });

  it('several: the second narrows what the first left', () => {
    const groups = [groupWith({ pricePerHour: 3 }), groupWith({ cpuMilli: 8000 }), groupWith()];
    const options = [
      { group: 0, nodeCount: 1, pods: [pod(1000, 1000), pod(1000, 1000)] },
      { group: 1, nodeCount: 1, pods: [pod(1000, 1000), pod(1000, 1000)] },
      { group: 2, nodeCount: 1, pods: [pod(4000, 8192)] },
    ];
    expect(chosen(['least-waste'], options, groups)).toBe(2);
    expect(chosen(['most-pods', 'least-waste'], options, groups)).toBe(0);
  });

  it('random: each of them in the long run, and the same again for the same seed', () => {
    const groups = [groupWith(), groupWith(), groupWith()];
    const options = groups.map((_, group) => ({ group, nodeCount: 1, pods: [pod(1, 1)] }));
    const seeds = Array.from({ length: 3000 }, (_, seed) => String(seed));
    const counts = [0, 0, 0];
    for (const seed of seeds) counts[chosen(['random'], options, groups, { seed })!]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
    expect(chosen(['random'], options, groups, { seed: 'x' })).toBe(chosen(['random'], options, groups, { seed: 'x' }));
  });

  it('always takes one of the options', () => {
    const option = fc.record({
      group: fc.nat(2),
      nodeCount: fc.integer({ min: 1, max: 9 }),
      pods: fc.array(fc.constant(pod(500, 500)), { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(option, { minLength: 1, maxLength: 6 }), fc.subarray([...EXPANDERS]), (options, names) => {
        const taken = chosen(names, options, [groupWith(), groupWith(), groupWith()]);
        expect(options.map(({ group }) => group)).toContain(taken);
      }),
    );
    expect(chosen(['least-waste'], [], [])).toBeUndefined();
  });
});

/** Upstream prices pods by name (20 and 10, the steadying pod 10); here the same prices follow from requests. */
describe('the expander price, on the cases of upstream', () => {
  const prices = { cpuPerHour: 20, memoryGibPerHour: 0 };
  const both = [pod(1000, 0), pod(500, 0)];
  const group = (cpuMilli: number, pricePerHour: number): NodeGroup => groupWith({ cpuMilli, pricePerHour });
  const option = (number: number, nodeCount: number, pods = both): ExpansionOption => ({
    group: number,
    nodeCount,
    pods,
  });
  const taken = (options: readonly ExpansionOption[], groups: readonly NodeGroup[], readyNodes: number) =>
    chosen(['price'], options, groups, { prices, readyNodes });

  it('prefers what is cheaper', () => {
    expect(taken([option(0, 2), option(1, 1)], [group(1000, 20), group(4000, 200)], 6)).toBe(0);
    expect(taken([option(0, 2), option(1, 1)], [group(1000, 200), group(4000, 100)], 6)).toBe(1);
  });

  it('prefers machines that suit the cluster, but not when many are added', () => {
    expect(taken([option(0, 2), option(1, 1)], [group(1000, 50), group(4000, 200)], 20)).toBe(1);
    expect(taken([option(0, 80), option(1, 40)], [group(1000, 20), group(4000, 200)], 20)).toBe(0);
  });

  it('weighs what the pods are worth', () => {
    const options = [option(0, 2, [pod(1000, 0)]), option(1, 1)];
    expect(taken(options, [group(1000, 200), group(4000, 200)], 6)).toBe(1);
  });

  it('takes machines with GPUs last', () => {
    const groups = [groupWith({ cpuMilli: 2000, gpus: 1, pricePerHour: 0.01 }), group(2000, 100)];
    expect(taken([option(0, 1), option(1, 1)], groups, 6)).toBe(1);
  });

  it('computes the score that upstream computes', () => {
    // (2 * 20 + 10) / (30 + 10) = 1.25; unfitness 2 suppressed by 1 - tanh(1/15) = 0.9334321...
    const score = priceScore(option(0, 2), group(1000, 20), 6, prices);
    expect(score).toBeCloseTo((1 * (1 - Math.tanh(1 / 15)) + 1) * 1.25, 12);
  });

  it('doubles the preferred size each time that the cluster grows threefold', () => {
    const sizes = [1, 2, 3, 6, 7, 20, 21, 60, 61, 200, 201].map(preferredCpuMilli);
    expect(sizes).toEqual([1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 32].map((cores) => cores * 1000));
  });
});
