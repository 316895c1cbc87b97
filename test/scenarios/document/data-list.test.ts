/** Data lists with holes, and folders laid over the library. */
import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { type DataLibrary, withFolder } from '../../../scenarios/document/library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { expandNodes } from '../../../scenarios/document/node-list.ts';
import { ScenarioProblems } from '../../../scenarios/document/problems.ts';

const FIRST = bundledLibrary.scenario('first-steps')!;
const WITH_LIST = FIRST.replace(/nodes: .*/, 'nodes: [{ data: mine }]').replace(/pods: .*/, 'pods: [{ data: ours }]');

const shape = { cpuMilli: 8000, memoryMib: 1024, gpus: 0, gpuModel: '' };
const NODES = {
  kind: 'nodes',
  title: 'Mine',
  source: 'counted',
  count: 5,
  namePrefix: 'm-',
  digits: 2,
  shapes: [shape, { ...shape, cpuMilli: 4000 }],
  runs: [
    [0, 2],
    [1, 3],
  ],
};
const PODS = {
  kind: 'pods',
  title: 'Ours',
  source: 'counted',
  count: 3,
  namePrefix: 'p-',
  digits: 1,
  shapes: [{ count: 3, cpuMilli: 100, memoryMib: 10, gpus: 0 }],
};

const libraryWith = (nodes: unknown, pods: unknown = PODS): DataLibrary => ({
  ...bundledLibrary,
  data: (name) => ({ mine: nodes, ours: pods })[name],
});

function problemsOf(library: DataLibrary): string[] {
  try {
    loadScenario(WITH_LIST, 'a.yaml', library);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map((p) => `${p.line}:${p.column} ${p.path}: ${p.message}`);
  }
}

describe('a data list', () => {
  it('becomes named nodes', () => {
    const { cluster } = loadScenario(WITH_LIST, 'a.yaml', libraryWith(NODES));
    const nodes = expandNodes(cluster.nodes);
    expect(nodes.map((node) => node.name)).toEqual(['m-00', 'm-01', 'm-02', 'm-03', 'm-04']);
    expect(nodes.map((node) => node.shape.cpuMilli)).toEqual([8000, 8000, 4000, 4000, 4000]);
  });

  it.each([
    [{ ...NODES, count: 6 }, 'the runs add up to 5 nodes, but count says 6'],
    [
      {
        ...NODES,
        runs: [
          [0, 2],
          [2, 3],
        ],
      },
      'run 1 names shape 2, but there are 2 shapes',
    ],
    [
      {
        ...NODES,
        runs: [
          [0, 5],
          [1, 0],
        ],
      },
      'run 1 holds 0 nodes',
    ],
    [
      {
        ...NODES,
        runs: [
          [0, 7],
          [1, -2],
        ],
      },
      'run 1 holds -2 nodes',
    ],
  ])('with holes is refused at its name, case %#', (list, hole) => {
    expect(problemsOf(libraryWith(list))).toEqual([
      `6:19 cluster.nodes.0.data: the data list mine has a fault: ${hole}`,
    ]);
  });

  it('of pods with holes is refused too', () => {
    expect(problemsOf(libraryWith(NODES, { ...PODS, count: 4 }))).toEqual([
      '7:18 cluster.pods.0.data: the data list ours has a fault: the shapes add up to 3 pods, but count says 4',
    ]);
  });

  it('of another form is refused', () => {
    for (const list of [
      null,
      5,
      [],
      {},
      PODS,
      { ...NODES, shapes: [{ ...shape, cpuMilli: '8' }] },
      { ...NODES, colour: 1 },
    ]) {
      expect(problemsOf(libraryWith(list)).length).toBeGreaterThan(0);
    }
  });

  it('that is too large is refused before it is expanded', () => {
    const list = { ...NODES, count: 1e12, runs: [[0, 1e12]] };
    expect(problemsOf(libraryWith(list))).toEqual(['6:3 cluster.nodes: too many nodes together']);
  });

  it('broken everywhere is reported in part', () => {
    const list = { ...NODES, runs: Array.from({ length: 400 }, () => [9, 1]) };
    expect(problemsOf(libraryWith(list))).toHaveLength(11);
  });
});

describe('a folder over the library', () => {
  const files: Readonly<Record<string, string>> = {
    'environments/own.yaml': bundledLibrary.environment('aws-like-vpc')!.replace('1000', '77'),
    'aws-like-vpc.yaml': bundledLibrary.environment('aws-like-vpc')!.replace('9001', '1400'),
    'data/mine.json': JSON.stringify(NODES),
    'ours.json': JSON.stringify(PODS),
    'broken.json': '{ "kind": ',
  };
  const asked: string[] = [];
  const library = withFolder(bundledLibrary, {
    text: (path) => {
      asked.push(path);
      return files[path];
    },
    files: (folder) => (folder === 'environments' ? ['own.yaml', 'notes.txt'] : folder === 'data' ? ['mine.json'] : []),
  });
  const load = (from: string, to: string) => loadScenario(WITH_LIST.replace(from, to), 'a.yaml', library);

  it('gives environments and data beside the scenario', () => {
    expect(load('machine-room-bgp', 'own').environments['own'].rules['route-quota']).toBe(77);
    expect(load('', '').cluster.nodes).toHaveLength(2);
  });

  it('goes before the library', () => {
    expect(load('machine-room-bgp', 'aws-like-vpc').environments['aws-like-vpc'].underlayMtu).toBe(1400);
  });

  it('lists names of both', () => {
    expect(library.environmentNames()).toContain('own');
    expect(library.environmentNames()).toContain('azure-like-vpc');
    expect(library.dataNames()).toContain('mine');
  });

  it('reports a data file that is not JSON', () => {
    expect(() => load('data: mine', 'data: broken')).toThrowError(/broken\.json is not valid JSON/);
  });

  it('never asks for a path outside the folder', () => {
    expect(library.environment('../../etc/passwd')).toBeUndefined();
    expect(library.data('..')).toBeUndefined();
    expect(asked.filter((path) => path.includes('..'))).toEqual([]);
  });
});
