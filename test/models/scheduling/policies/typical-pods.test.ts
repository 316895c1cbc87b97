import { expect, it } from 'vitest';
import { typicalPodsOf } from '../../../../models/scheduling/policies/typical-pods.ts';
import { shapeWith } from '../small-cluster.ts';

it('are the commonest requests that cover 95 % of the pods; memory does not count', () => {
  const shapes = [
    shapeWith({ cpuMilli: 1, memoryMib: 1 }),
    shapeWith({ cpuMilli: 1, memoryMib: 2 }),
    shapeWith({ cpuMilli: 2 }),
    shapeWith({ cpuMilli: 3 }),
    shapeWith({ cpuMilli: 9 }),
  ];
  const typical = typicalPodsOf(shapes, [30, 40, 20, 5, 5]);
  expect(typical.map(({ cpuMilli, count }) => [cpuMilli, count])).toEqual([
    [1, 70],
    [2, 20],
    [9, 5],
  ]);
  expect(typicalPodsOf(shapes, [30, 40, 20, 6, 5]).map(({ cpuMilli }) => cpuMilli)).toEqual([1, 2, 3]);
});

it('of equal frequency the larger request comes first: processors, share, devices, model', () => {
  const shapes = [
    shapeWith({ gpus: 1, gpuMilli: 500 }),
    shapeWith({ gpus: 1 }),
    shapeWith({ gpus: 2 }),
    shapeWith({ gpus: 2, gpuModels: ['A'] }),
    shapeWith({ gpus: 2, gpuModels: ['A', 'B'] }),
    shapeWith({ cpuMilli: 2000 }),
  ];
  const typical = typicalPodsOf(shapes, [1, 1, 1, 1, 1, 1]);
  expect(
    typical.map(({ cpuMilli, gpus, gpuMilli, gpuModels }) => [cpuMilli, gpus, gpuMilli, gpuModels.join('|')]),
  ).toEqual([
    [2000, 0, 0, ''],
    [1000, 2, 1000, 'A|B'],
    [1000, 2, 1000, 'A'],
    [1000, 2, 1000, ''],
    [1000, 1, 1000, ''],
    [1000, 1, 500, ''],
  ]);
});
