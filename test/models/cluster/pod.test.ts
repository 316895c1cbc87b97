import { describe, expect, it } from 'vitest';
import { assertShape } from '../../../models/cluster/pod.ts';
import { shapeWith } from '../scheduling/small-cluster.ts';

describe('assertShape', () => {
  it.each([[{ gpus: 0, gpuMilli: 0 }], [{ gpus: 1, gpuMilli: 1 }], [{ gpus: 8, gpuMilli: 1000 }]])(
    'takes %j',
    (gpu) => {
      expect(() => assertShape(shapeWith(gpu))).not.toThrow();
    },
  );

  it.each([
    [{ gpus: 2, gpuMilli: 500 }],
    [{ gpus: 1, gpuMilli: 1500 }],
    [{ gpus: 1, gpuMilli: 0 }],
    [{ cpuMilli: -1 }],
    [{ memoryMib: Number.NaN }],
  ])('refuses %j', (wish) => {
    expect(() => assertShape(shapeWith(wish))).toThrow(/shape shape requests/);
  });
});
