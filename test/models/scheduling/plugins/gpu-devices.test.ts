import { describe, expect, it } from 'vitest';
import { clusterOf, nodeWith, schedulerOf, shapeWith } from '../small-cluster.ts';

const share = (gpuMilli: number) => shapeWith({ gpus: 1, gpuMilli });
const whole = (gpus: number) => shapeWith({ gpus, gpuMilli: 1000 });

describe('GpuDevices', () => {
  it('puts a share on the tightest device that fits, the lowest number among equals', () => {
    const shapes = [share(600), share(600), share(300), share(300), share(100)];
    const scheduler = schedulerOf(clusterOf([nodeWith({ gpus: 3, cpuMilli: 64_000, memoryMib: 65_536 })], shapes));
    // 600 -> device 0 (all equal); 600 -> device 1 (0 has 400); 300 -> 0 and 1 have 400 each: 0; 300 -> 1 (0 has 100); 100 -> 0.
    expect(shapes.map((_, pod) => scheduler.schedule(pod).devices)).toEqual([1, 2, 1, 2, 1]);
    expect([0, 1, 2].map((device) => scheduler.gpuMilliLeft(0, device))).toEqual([0, 100, 1000]);
  });

  it('gives several whole devices, the lowest numbers that are untouched', () => {
    const shapes = [share(10), whole(2), whole(2), whole(1)];
    const scheduler = schedulerOf(clusterOf([nodeWith({ gpus: 4, cpuMilli: 64_000, memoryMib: 65_536 })], shapes));
    expect(shapes.map((_, pod) => scheduler.schedule(pod).devices)).toEqual([0b0001, 0b0110, 0, 0b1000]);
    expect(scheduler.schedule(2).refusals).toEqual([{ plugin: 'GpuDevices', reason: 'Insufficient gpu', count: 1 }]);
  });

  it('refuses other models, and nodes without GPUs', () => {
    const nodes = [nodeWith({ gpus: 1, gpuModel: 'A' }), nodeWith({ gpus: 1, gpuModel: 'B' }), nodeWith()];
    const scheduler = schedulerOf(clusterOf(nodes, [shapeWith({ gpus: 1, gpuModels: ['B', 'C'] }), whole(1)]));
    expect(scheduler.schedule(0)).toMatchObject({
      node: 1,
      refusals: [{ plugin: 'GpuDevices', reason: 'node(s) had no GPU of a wanted model', count: 2 }],
    });
    expect(scheduler.schedule(1)).toMatchObject({ node: 0, feasible: 1 });
  });

  it('lets pods without GPUs run on nodes with any', () => {
    const scheduler = schedulerOf(clusterOf([nodeWith({ gpus: 1 })], [shapeWith({ gpuModels: ['Z'] })]));
    expect(scheduler.schedule(0)).toMatchObject({ node: 0, devices: 0 });
  });
});
