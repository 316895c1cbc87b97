import { describe, expect, it } from 'vitest';
import { bundledLibrary } from '../../../scenarios/document/bundled-library.ts';
import { loadScenario } from '../../../scenarios/document/load.ts';
import { openbImporter } from '../../../scenarios/import/openb.ts';

const NODES = {
  name: 'openb_node_list_all_node.csv',
  text: 'sn,cpu_milli,memory_mib,gpu,model\nn0,64000,1024,2,P100\nn1,32000,2048,0,\n',
};
const pods = (...rows: string[]) => ({
  name: 'openb_pod_list_default.csv',
  text: ['name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos', ...rows].join('\r\n'),
});
const GOOD = ['p0,500,10,1,460,T4|P100,LS', 'p1,500,10,1,460,P100|T4,BE', 'p2,8000,20,2,1000,,LS', 'p3,0,0,0,0,T4,BE'];

describe('a node list and a pod list', () => {
  it('become a scenario that loads, with the shapes and counts of the rows', () => {
    const { scenario, notes, problems } = openbImporter.convert([NODES, pods(...GOOD)]);
    expect(problems).toEqual([]);
    const { cluster } = loadScenario(scenario!, 'a.yaml', bundledLibrary);
    expect(
      cluster.nodes.map(({ count, shape }) => [count, shape.cpuMilli, shape.memoryMib, shape.gpus, shape.gpuModel]),
    ).toEqual([
      [1, 32_000, 2048, 0, ''],
      [1, 64_000, 1024, 2, 'P100'],
    ]);
    expect(
      cluster.pods.map(({ count, shape }) => [
        count,
        shape.cpuMilli,
        shape.gpus,
        shape.gpuMilli,
        shape.gpuModels.join(),
      ]),
    ).toEqual([
      [2, 500, 1, 460, 'P100,T4'],
      [1, 0, 0, 0, ''],
      [1, 8000, 2, 1000, ''],
    ]);
    expect(notes.join('\n')).toContain('columns that are ignored: qos.');
  });

  it('are chosen among several, and the others are named', () => {
    const other = { ...pods('p9,1,1,0,0,,LS'), name: 'openb_pod_list_cpu050.csv' };
    const { notes } = openbImporter.convert([NODES, other, pods(...GOOD)]);
    expect(notes[1]).toBe('openb_pod_list_default.csv: 4 pods of 3 shapes. Not looked at: openb_pod_list_cpu050.csv.');
  });
});

it.each([
  ['p9,x,10,0,0,,LS', 'cpu_milli must be a whole number from 0, but it is "x"; the row is left out.'],
  ['p9,1,10,2,500,,LS', 'gpu_milli is 500, but a pod of several GPUs needs whole ones; the row is left out.'],
  ['p9,1,10,1,2000,,LS', 'gpu_milli is 2000, at most 1000 are possible; the row is left out.'],
  ['p9,1,10,99,1000,,LS', 'num_gpu is 99, at most 31 are possible; the row is left out.'],
  ['p9,1,10,1', 'This line has not the 7 fields that the first line names; it is left out.'],
])('tells the line of a row that cannot be: %s', (row, message) => {
  const { scenario, problems } = openbImporter.convert([NODES, pods(GOOD[0]!, row, GOOD[2]!)]);
  expect(problems).toEqual([{ file: 'openb_pod_list_default.csv', line: 3, message }]);
  expect(loadScenario(scenario!, 'a.yaml', bundledLibrary).cluster.pods.length).toBe(2);
});

it('makes nothing of files that lack a list or hold no row', () => {
  const none = openbImporter.convert([NODES]);
  expect(none.scenario).toBeUndefined();
  expect(none.problems[0]!.message).toContain('No CSV file lists pods');
  expect(openbImporter.convert([NODES, pods()]).problems[0]!.message).toBe('No row of this list can be used.');
});

it('reads fields in quotes', () => {
  const { scenario } = openbImporter.convert([NODES, pods('"p,0",500,10,1,"460","T4",LS')]);
  expect(loadScenario(scenario!, 'a.yaml', bundledLibrary).cluster.pods[0]).toMatchObject({ shape: { gpuMilli: 460 } });
});
