import { describe, expect, it } from 'vitest';
import { GPU_POLICY_NAMES, type GpuPolicyName } from '../../../../models/scheduling/policies/index.ts';
import { runInflation } from '../../../../models/scheduling/policies/inflation.ts';
import { nodeWith, shapeWith } from '../small-cluster.ts';

const nodes = Array.from({ length: 20 }, (_, i) =>
  nodeWith({ name: `n${i}`, cpuMilli: 32_000, memoryMib: 65_536, gpus: 4 }),
);
const shapes = [
  shapeWith({ gpus: 1, gpuMilli: 600, memoryMib: 0 }),
  shapeWith({ gpus: 2, memoryMib: 0 }),
  shapeWith({ memoryMib: 0 }),
];
const run = (policy: GpuPolicyName, counts: readonly number[], seed = '1') =>
  runInflation({ nodes, shapes, counts, policy, tieBreak: 'lowest-name', seed });

describe('pods arrive', () => {
  it.each([
    ['few are listed', [20, 5, 5]],
    ['too many are listed', [300, 100, 5]],
  ])('until they would ask for more than 130 %% of the GPUs: %s', (_, counts) => {
    const { points, arrived, placed } = run('FGD', counts);
    expect(Math.max(...points.keys())).toBeGreaterThanOrEqual(127);
    expect(Math.max(...points.keys())).toBeLessThanOrEqual(130);
    expect(placed).toBeLessThan(arrived);
    expect(arrived).toBeGreaterThan(80);
  });

  it('each seed in its own order, and one seed always in the same', () => {
    expect(run('BestFit', [20, 5, 5], 'a')).toEqual(run('BestFit', [20, 5, 5], 'a'));
    expect(run('BestFit', [20, 5, 5], 'a')).not.toEqual(run('BestFit', [20, 5, 5], 'b'));
  });
});

describe('what is measured', () => {
  it.each(GPU_POLICY_NAMES)('stays within bounds under %s', (policy) => {
    for (const [percent, point] of run(policy, [40, 10, 10]).points) {
      const { gpuAllocationPercent, fragmentedGpuPercentOfTotal, fragmentedGpuPercentOfIdle } = point;
      // A load is rounded to whole per cent.
      expect(gpuAllocationPercent).toBeLessThanOrEqual(Math.min(100, percent + 0.5));
      const idle = 100 - gpuAllocationPercent;
      expect(fragmentedGpuPercentOfTotal).toBeLessThanOrEqual(idle + 1e-9);
      expect(fragmentedGpuPercentOfIdle).toBeGreaterThanOrEqual(0);
      expect(fragmentedGpuPercentOfIdle).toBeLessThanOrEqual(100 + 1e-9);
    }
  });

  it('is exact where one kind of pod fills every device', () => {
    const whole = [shapeWith({ gpus: 1, memoryMib: 0 })];
    const { points } = runInflation({
      nodes,
      shapes: whole,
      counts: [10],
      policy: 'FGD',
      tieBreak: 'random',
      seed: '1',
    });
    expect(points.get(50)!.gpuAllocationPercent).toBeCloseTo(50, 9);
    expect(points.get(50)!.fragmentedGpuPercentOfTotal).toBe(0);
    expect(points.get(130)!.gpuAllocationPercent).toBe(100);
    expect(points.get(130)!.fragmentedGpuPercentOfIdle).toBe(0);
  });
});
