import { describe, expect, it } from 'vitest';
import { groupOfNodes, spareRuns } from '../../../scenarios/document/node-groups.ts';
import { pausePodOf, pausePods } from '../../../scenarios/document/reserve.ts';
import { refusals } from './node-group-words.ts';

const shape = { cpuMilli: 4000, memoryMib: 8192, gpus: 0, gpuModel: '', labels: {}, taints: [] };

describe('the three measures of a reserve', () => {
  const pause = { cpuMilli: 500, memoryMib: 512 };
  const file = { cpu: 500, memory: 512 };

  it('count pause pods from requests, from capacity, or from the largest pod', () => {
    expect(pausePods({ ...file, requests: 0.2 } as never, pause, 30_000, 48_000)).toBe(12);
    expect(pausePods({ ...file, capacity: 0.2 } as never, pause, 30_000, 48_000)).toBe(20);
    expect(pausePods({ ...file, largestPods: 3 } as never, pause, 30_000, 48_000)).toBe(3);
    expect(pausePods({ ...file, requests: 0.2 } as never, pause, 30_001, 0)).toBe(13);
    expect(pausePods({ ...file, requests: 0.2 } as never, pause, 0, 48_000)).toBe(0);
  });

  it('take the largest pod for the size where it is the measure', () => {
    const pods = [
      { cpuMilli: 100, memoryMib: 4096 },
      { cpuMilli: 3000, memoryMib: 128 },
    ];
    expect(pausePodOf({ ...file, largestPods: 3 } as never, pods)).toEqual({ cpuMilli: 3000, memoryMib: 4096 });
    expect(pausePodOf({ ...file, requests: 0.2 } as never, pods)).toEqual({ cpuMilli: 500, memoryMib: 512 });
  });
});

describe('machines that groups may add', () => {
  const runs = [
    { namePrefix: 'small-', digits: 1, first: 0, count: 2, shape },
    { namePrefix: 'large-', digits: 1, first: 0, count: 1, shape },
  ];
  const groups = [
    { nodes: 'large', max: 12 },
    { nodes: 'small', max: 2 },
  ];

  it('have numbers after all others, and names that go on', () => {
    const autoscaler = { groups } as never;
    expect(spareRuns(runs, autoscaler)).toEqual([{ ...runs[1], first: 1, count: 11, digits: 2 }]);
    expect(groupOfNodes(runs, autoscaler)).toEqual([1, 1, 0, ...Array(11).fill(0)]);
  });
});

describe('what is wrong with groups of machines is told', () => {
  it.each([
    ['nodeAutoscaler: { groups: [{ nodes: node, max: 9 }] }', []],
    ['nodeAutoscaler: { groups: [{ nodes: nodes, max: 9 }] }', ['nodeAutoscaler.groups.0.nodes']],
    ['nodeAutoscaler: { groups: [{ nodes: node, min: 3, max: 2 }] }', ['nodeAutoscaler.groups.0.min: more than max']],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, max: 1 }] }',
      ['nodeAutoscaler.groups.0.max: the group has 2 nodes at the start'],
    ],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, min: 3, max: 5 }] }',
      ['nodeAutoscaler.groups.0.min: the group has only 2 nodes'],
    ],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, max: 3 }, { nodes: node, max: 4 }] }',
      ['nodeAutoscaler.groups.1.nodes: two entries for one group'],
    ],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, max: 5000 }, { nodes: more, max: 5000 }] }',
      ['nodeAutoscaler.groups: too many nodes in all'],
    ],
    ['nodeAutoscaler: { groups: [] }', ['nodeAutoscaler.groups']],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, max: 9 }], reserve: { requests: 20%, capacity: 20% } }',
      ['nodeAutoscaler.reserve'],
    ],
    ['nodeAutoscaler: { groups: [{ nodes: node, max: 9, spot: true }], justInTime: {} }', []],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, min: 1, max: 9 }], justInTime: {} }',
      ['nodeAutoscaler.groups.0.min: machines that are made just in time have no minimum'],
    ],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, max: 9 }], justInTime: { batchMost: 500ms } }',
      ['nodeAutoscaler.justInTime.batchMost: shorter than batchIdle'],
    ],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, max: 9 }], justInTime: { budget: 130% } }',
      ['nodeAutoscaler.justInTime.budget'],
    ],
    [
      'nodeAutoscaler: { groups: [{ nodes: node, max: 9 }], justInTime: { consolidation: sometimes } }',
      ['nodeAutoscaler.justInTime.consolidation'],
    ],
  ] as const)('%s', (words, expected) => {
    const told = refusals(words);
    expect(told).toHaveLength(expected.length);
    expected.forEach((start, i) => {
      expect(told[i]).toContain(start);
    });
  });

  it.each([
    ['{ name: east }, { name: west }', 'groups: [{ nodes: node, max: 4 }]', []],
    [
      '{ name: east }, { name: west, nodes: 5 }',
      'groups: [{ nodes: node, max: 4 }]',
      ['nodeAutoscaler.groups.0.max: the group has 5 nodes at the start in west'],
    ],
    [
      '{ name: east, nodes: 5 }, { name: west, nodes: 6 }',
      'groups: [{ nodes: node, max: 4 }]',
      ['nodeAutoscaler.groups.0.max: the group has 5 nodes at the start in east'],
    ],
    [
      '{ name: east }, { name: west, nodeAutoscaler: { groups: [{ nodes: nope, max: 4 }] } }',
      'groups: [{ nodes: node, max: 4 }]',
      ['federation.clusters.1.nodeAutoscaler.groups.0.nodes'],
    ],
    [
      '{ name: east }, { name: west, nodeAutoscaler: { groups: [{ nodes: node, min: 1, max: 4 }], justInTime: {} } }',
      'groups: [{ nodes: node, max: 4 }]',
      ['federation.clusters.1.nodeAutoscaler.groups.0.min: machines that are made just in time have no minimum'],
    ],
    [
      '{ name: east, nodeAutoscaler: { groups: [{ nodes: node, max: 4 }] } }, { name: west, nodeAutoscaler: { groups: [{ nodes: node, max: 3 }] } }',
      'groups: [{ nodes: node, max: 4 }]',
      ['nodeAutoscaler: every member has its own'],
    ],
    [
      '{ name: east }, { name: west, nodeAutoscaler: { groups: [{ nodes: node, max: 4 }], reserve: { capacity: 20%, cpu: 2 } } }',
      'groups: [{ nodes: node, max: 4 }], reserve: { capacity: 20% }',
      ['federation.clusters.1.nodeAutoscaler.reserve: pause pods of all members are alike'],
    ],
  ] as const)('in members: %s beside %s', (members, words, expected) => {
    const text = `nodeAutoscaler: { ${words} }\nfederation: { clusters: [${members}] }`;
    const told = refusals(text, true, 'web', 'nodes: [{ count: 2, name: node, cpu: 4, memory: 16Gi }]');
    expect(told).toHaveLength(expected.length);
    expected.forEach((start, i) => {
      expect(told[i]).toContain(start);
    });
  });

  it('needs load, and another name than that of the pause pods', () => {
    expect(refusals('nodeAutoscaler: { groups: [{ nodes: node, max: 9 }] }', false).join('\n')).toContain(
      'only living services have it',
    );
    const pods = 'nodeAutoscaler: { groups: [{ nodes: node, max: 9 }], reserve: { requests: 20% } }';
    expect(refusals(pods, true, 'reserve').join('\n')).toContain('pause pods have this name');
  });
});
