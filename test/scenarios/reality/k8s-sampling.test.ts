/** How many nodes a real scheduler looked at, replayed; and the rule by itself. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NodeSampling, wantedNodes } from '../../../models/scheduling/node-sampling.ts';
import { k8sSamplingSuite } from '../../../scenarios/reality/k8s-sampling.ts';
import { validateCases } from '../../../scenarios/reality/validate.ts';
import { nodeWith } from '../../models/scheduling/small-cluster.ts';

const path = new URL('../../oracles/k8s/node-sampling.json', import.meta.url);
const json: unknown = JSON.parse(readFileSync(path, 'utf8'));

it('recorded counts', () => {
  const { suites } = validateCases([{ path: 'node-sampling.json', json }], [k8sSamplingSuite]);
  expect(suites).toMatchObject([{ family: 'node-sampling', cases: 6, agree: 6 }]);
});

it.each([
  [99, 0, 99],
  [101, 0, 100],
  [250, 0, 120],
  [400, 0, 188],
  [1000, 0, 420],
  [5000, 0, 500],
  [6000, 0, 300],
  [1000, 70, 700],
  [1000, 1, 100],
  [1000, 100, 1000],
])('of %i nodes at %i %% it looks for %i', (nodes, percentage, wanted) => {
  expect(wantedNodes(nodes, percentage)).toBe(wanted);
});

it('zones take turns in the order of the search', () => {
  const zoneOf = (i: number): number => (i < 3 ? 0 : i < 5 ? 1 : 2);
  const nodes = Array.from({ length: 6 }, (_, i) =>
    nodeWith({ labels: { 'topology.kubernetes.io/zone': `z${zoneOf(i)}` } }),
  );
  expect([...new NodeSampling(nodes, 0).order]).toEqual([0, 3, 5, 1, 4, 2]);
});
