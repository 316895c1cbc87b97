/** The figures of OpenB as they ship: what the trace's own description says of it. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { countOf, expandNodes } from '../../../scenarios/document/node-list.ts';
import { expandPods } from '../../../scenarios/document/pod-list.ts';

const { cluster } = loadScenario(bundledLibrary.scenario('network-schemes')!, 'network-schemes.yaml', bundledLibrary);
const nodes = expandNodes(cluster.nodes);
const pods = expandPods(cluster.pods);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('openb-nodes', () => {
  it('has 1,523 nodes with 6,212 GPUs and 125,514 cores', () => {
    expect(nodes).toHaveLength(1523);
    expect(countOf(cluster.nodes)).toBe(1523);
    expect(sum(nodes.map((node) => node.shape.gpus))).toBe(6212);
    expect(sum(nodes.map((node) => node.shape.cpuMilli))).toBe(125_514_000);
  });

  it('has 1,213 nodes with GPUs, which have 107,018 cores', () => {
    const withGpus = nodes.filter((node) => node.shape.gpus > 0);
    expect(withGpus).toHaveLength(1213);
    expect(sum(withGpus.map((node) => node.shape.cpuMilli))).toBe(107_018_000);
  });

  it('names them in order', () => {
    expect(nodes[0].name).toBe('openb-node-0000');
    expect(nodes[1522].name).toBe('openb-node-1522');
    const names = nodes.map((node) => node.name);
    expect([...names].sort()).toEqual(names);
    // The first two runs of the list: 81 nodes of 32 cores, then 12 of 96.
    expect([80, 81, 92, 93].map((i) => nodes[i].shape.cpuMilli)).toEqual([32_000, 96_000, 96_000, 32_000]);
  });
});

describe('openb-pods', () => {
  it('has 8,152 pods of 151 kinds', () => {
    expect(pods).toHaveLength(8152);
    expect(cluster.pods).toHaveLength(151);
    expect(new Set(pods.map((pod) => pod.name)).size).toBe(8152);
  });

  it('has the GPU counts of the trace', () => {
    const withGpus = (count: number) => pods.filter((pod) => pod.shape.gpus === count).length;
    expect([0, 1, 2, 4, 8].map(withGpus)).toEqual([1088, 6989, 16, 15, 44]);
    for (const pod of pods) {
      if (pod.shape.gpus === 0) expect(pod.shape.gpuMilli).toBe(0);
      if (pod.shape.gpus > 1) expect(pod.shape.gpuMilli).toBe(1000);
    }
  });

  it('points each pod at its kind', () => {
    for (const pod of pods) expect(cluster.pods[pod.kind].shape).toBe(pod.shape);
  });
});
