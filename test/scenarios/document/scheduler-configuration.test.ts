/** A real KubeSchedulerConfiguration: what it comes to, what has no effect, what is wrong. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Scheduler } from '../../../models/scheduling/scheduler.ts';
import { schedulerConfigurationOf } from '../../../scenarios/document/manifests/scheduler-configuration.ts';
import { nodeWith, optionsWith, shapeWith } from '../../models/scheduling/small-cluster.ts';

const read = (text: string) =>
  schedulerConfigurationOf(
    parse(`apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n${text}`),
  );

const PACKING = `
percentageOfNodesToScore: 30
podMaxBackoffSeconds: 60
profiles:
  - schedulerName: default-scheduler
  - schedulerName: packing
    percentageOfNodesToScore: 100
    plugins:
      score:
        disabled: [{ name: NodeResourcesBalancedAllocation }]
        enabled: [{ name: ImageLocality, weight: 5 }]
      filter:
        disabled: [{ name: NodePorts }]
      postFilter:
        disabled: [{ name: '*' }]
    pluginConfig:
      - name: NodeResourcesFit
        args:
          scoringStrategy:
            type: MostAllocated
            resources: [{ name: cpu, weight: 3 }, { name: nvidia.com/gpu, weight: 1 }]
`;

describe('what it says', () => {
  it('profiles, weights, strategy, percentages, backoff', () => {
    const { profiles, ...rest } = read(PACKING);
    expect(rest).toEqual({ podInitialBackoffSeconds: 1, podMaxBackoffSeconds: 60, ignored: [], problems: [] });
    expect(profiles).toEqual([
      {
        ...{ schedulerName: 'default-scheduler', strategy: 'LeastAllocated', arguments: {}, weights: {} },
        ...{ disabledFilters: [], preemption: true, percentageOfNodesToScore: 30 },
      },
      {
        schedulerName: 'packing',
        strategy: 'MostAllocated',
        arguments: {
          fitResources: [
            { name: 'cpu', weight: 3 },
            { name: 'nvidia.com/gpu', weight: 1 },
          ],
        },
        weights: { NodeResourcesBalancedAllocation: 0, ImageLocality: 5 },
        ...{ disabledFilters: ['NodePorts'], preemption: false, percentageOfNodesToScore: 100 },
      },
    ]);
  });

  it('multiPoint turns everything off and single plugins on again', () => {
    const [profile] = read(`
profiles:
  - plugins:
      multiPoint:
        disabled: [{ name: '*' }]
        enabled: [{ name: NodeResourcesFit, weight: 4 }, { name: DefaultPreemption }]
`).profiles;
    expect(profile!.weights).toMatchObject({ NodeResourcesFit: 4, TaintToleration: 0, InterPodAffinity: 0 });
    expect(profile!.disabledFilters).toContain('TaintToleration');
    expect(profile!.disabledFilters).not.toContain('NodeResourcesFit');
    expect(profile!.preemption).toBe(true);
  });

  it('pods are decided by the profile that they name', () => {
    const { profiles } = read(PACKING);
    const shapes = [
      shapeWith({ cpuMilli: 500 }),
      shapeWith({ cpuMilli: 500, schedulerName: 'packing' }),
      shapeWith({ cpuMilli: 2000 }),
    ];
    const pods = shapes.map((_, shape) => ({ name: `p${shape}`, shape, service: -1 }));
    const nodes = [nodeWith({ name: 'a' }), nodeWith({ name: 'b' })];
    const scheduler = new Scheduler(nodes, shapes, pods, optionsWith({ profiles }));
    scheduler.assume(2, 1, 0);
    expect([scheduler.schedule(0).node, scheduler.schedule(1).node]).toEqual([0, 1]);
  });
});

describe('what is wrong, and what has no effect', () => {
  it.each<[string, string, string]>([
    [
      'profiles: [{ plugins: { score: { enabled: [{ name: ImageLocalty }] } } }]',
      'profiles[0].plugins.score.enabled[0]',
      'Did you mean ImageLocality?',
    ],
    [
      'profiles: [{ plugins: { score: { enabled: [{ name: ImageLocality, weight: 101 }] } } }]',
      'profiles[0].plugins.score.enabled[0].weight',
      '0 to 100, but it is 101',
    ],
    ['percentageOfNodesToScore: 130', 'percentageOfNodesToScore', '0 to 100, but it is 130'],
    ['podInitialBackoffSeconds: 0', 'podInitialBackoffSeconds', 'above 0, but it is 0'],
    [
      'profiles: [{ schedulerName: a }, { schedulerName: a }]',
      'profiles[1].schedulerName',
      'profiles[0] is named "a" already',
    ],
    [
      'profiles: [{ pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: Least } } }] }]',
      'profiles[0].pluginConfig[0].args.scoringStrategy.type',
      '"Least" is no strategy',
    ],
    [
      'profiles: [{ pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: RequestedToCapacityRatio } } }] }]',
      'profiles[0]',
      'needs scoringStrategy',
    ],
  ])('%s', (text, path, message) => {
    const { problems } = read(text);
    expect(problems.map((each) => each.path)).toEqual([path]);
    expect(problems[0]!.message).toContain(message);
  });

  it('another version is refused', () => {
    const { problems } = schedulerConfigurationOf({ apiVersion: 'kubescheduler.config.k8s.io/v1beta2' });
    expect(problems).toEqual([
      {
        path: 'apiVersion',
        message: 'must be kubescheduler.config.k8s.io/v1, but it is "kubescheduler.config.k8s.io/v1beta2".',
      },
    ]);
  });

  it('fields without effect are listed by path', () => {
    const { ignored, problems } = read(`
parallelism: 4
leaderElection: { leaderElect: false }
profiles: [{ plugins: { bind: { enabled: [] }, score: { enabled: [{ name: DynamicResources }] } } }]
`);
    expect(problems).toEqual([]);
    expect(ignored).toEqual([
      'parallelism',
      'leaderElection',
      'profiles[0].plugins.bind',
      'profiles[0].plugins.score.enabled[0]',
    ]);
  });
});
