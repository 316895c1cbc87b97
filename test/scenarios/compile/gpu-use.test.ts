import { expect, it } from 'vitest';
import { place, populationOf } from '../../../scenarios/compile/index.ts';
import { planOf, runAll } from './small-worlds.ts';

/** Two nodes with two GPUs each; half of the pods need a whole GPU, half of them 600 thousandths of one. */
const WORLD = [
  'cluster.nodes=[{ count: 2, name: node, cpu: 16, memory: 64Gi, gpus: 2 }]',
  'cluster.pods=[{ count: 2, name: whole, cpu: 1, memory: 1Gi, gpus: 1 }, { count: 2, name: part, cpu: 1, memory: 1Gi, gpus: 1, gpuMilli: 600 }]',
  'vary.variant=',
  'variants=',
  'duration=11s',
];

it('counts what is held, and what is idle and of use to none of the pods', () => {
  const runs = runAll(planOf('gpu-tie-break', ...WORLD), 'a');
  for (const name of ['fgd', 'best-fit']) {
    const { gpuAllocated, gpuFragmented, podsFit } = runs.get(name)!.metrics;
    expect(podsFit).toBe(4);
    // 2 whole GPUs and 2 x 0.6 of 4; 400 thousandths are left on two devices each, and nobody asks for so little.
    expect(gpuAllocated).toBeCloseTo(3.2 / 4, 9);
    expect(gpuFragmented).toBeCloseTo(0.8 / 4, 9);
  }
});

it('is no figure of scenarios that name no policy for GPUs', () => {
  const none = ['placements=', 'vary.placement=', ...WORLD];
  const [run] = [...runAll(planOf('gpu-tie-break', ...none), 'a').values()];
  expect(Object.keys(run!.metrics)).not.toContain('gpuAllocated');
});

it('places by the policy and breaks ties by the rule of the scenario', () => {
  const { alternatives } = planOf(
    'gpu-tie-break',
    'cluster.nodes=[{ count: 30, name: node, cpu: 16, memory: 64Gi, gpus: 2 }]',
    'cluster.pods=[{ count: 30, name: web, cpu: 1, memory: 1Gi }]',
  );
  const nodesOf = (wanted: string): number => {
    const alternative = alternatives.find(({ name }) => name === wanted)!;
    return new Set(place(alternative, populationOf(alternative.document), 'a').node).size;
  };
  // Pods without GPUs change no fragment before a node is nearly full: all nodes are equally good.
  expect(nodesOf('fgd/by-name')).toBeLessThan(4);
  expect(nodesOf('fgd/at-random')).toBeGreaterThan(14);
});
