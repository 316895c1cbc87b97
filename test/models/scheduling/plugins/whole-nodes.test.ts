/** Plugins that judge a node by itself: its name, its marks, its ports, what a profile adds. */
import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../../models/cluster/label-selector.ts';
import type { HostPort } from '../../../../models/cluster/pod.ts';
import { clusterOf, nodeWith, schedulerOf, shapeWith } from '../small-cluster.ts';

const refusals = (scheduler: ReturnType<typeof schedulerOf>, pod: number) =>
  scheduler.explain(pod).verdicts.map(({ refusedBy, reasons, code }) => [refusedBy, ...reasons, code]);

const PASSES = [null, null];

describe('NodeName', () => {
  it('lets a pod that names its node go nowhere else', () => {
    const scheduler = schedulerOf(clusterOf([nodeWith(), nodeWith()], [shapeWith({ nodeName: 'n1' }), shapeWith()]));
    const other = ['NodeName', "node(s) didn't match the requested node name", 'UnschedulableAndUnresolvable'];
    expect(refusals(scheduler, 0)).toEqual([other, PASSES]);
    expect(refusals(scheduler, 1)).toEqual([PASSES, PASSES]);
  });
});

describe('NodeUnschedulable', () => {
  it('refuses a cordoned node but to pods that tolerate the mark', () => {
    const key = 'node.kubernetes.io/unschedulable';
    const daemon = shapeWith({ tolerations: [{ key, operator: 'Exists', value: '', effect: 'NoSchedule' }] });
    const cluster = clusterOf([nodeWith({ unschedulable: true })], [shapeWith(), daemon]);
    const scheduler = schedulerOf(cluster);
    const cordoned = ['NodeUnschedulable', 'node(s) were unschedulable', 'UnschedulableAndUnresolvable'];
    expect([refusals(scheduler, 0), refusals(scheduler, 1)]).toEqual([[cordoned], [PASSES]]);
  });
});

describe('NodePorts', () => {
  const port = (hostIp: string, protocol: HostPort['protocol'] = 'TCP'): HostPort => ({ hostIp, protocol, port: 80 });

  it.each([
    ['0.0.0.0', '10.0.0.1', true],
    ['10.0.0.1', '0.0.0.0', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
  ])('a pod on %s and one that wants %s: clash %s', (held, wanted, clashes) => {
    const shapes = [shapeWith({ hostPorts: [port(held)] }), shapeWith({ hostPorts: [port(wanted)] })];
    const scheduler = schedulerOf(clusterOf([nodeWith()], shapes));
    scheduler.schedule(0);
    expect(scheduler.schedule(1).node).toBe(clashes ? -1 : 0);
    if (!clashes) return;
    scheduler.forget(0);
    expect(scheduler.schedule(1).node).toBe(0);
  });

  it('ports of other protocols do not clash', () => {
    const shapes = [port('0.0.0.0'), port('0.0.0.0', 'UDP')].map((one) => shapeWith({ hostPorts: [one] }));
    const scheduler = schedulerOf(clusterOf([nodeWith()], shapes));
    expect([scheduler.schedule(0).node, scheduler.schedule(1).node]).toEqual([0, 0]);
  });
});

describe('node affinity that a profile adds', () => {
  const fast = { key: 'disk', operator: 'In', values: ['fast'] } as const;
  const nodes = [nodeWith({ labels: { disk: 'fast' } }), nodeWith()];

  it('refuses with a reason of its own', () => {
    const addedAffinity = { required: [{ expressions: [fast] }], preferred: [] };
    const scheduler = schedulerOf(clusterOf(nodes, [shapeWith()]), { arguments: { addedAffinity } });
    const reason = "node(s) didn't match scheduler-enforced node affinity";
    expect(refusals(scheduler, 0)).toEqual([PASSES, ['NodeAffinity', reason, 'UnschedulableAndUnresolvable']]);
  });

  it('scores', () => {
    const addedAffinity = { required: [], preferred: [{ weight: 5, expressions: [fast] }] };
    const scheduler = schedulerOf(clusterOf(nodes, [shapeWith()]), { arguments: { addedAffinity } });
    expect(scheduler.explain(0).verdicts.map(({ scores }) => scores.NodeAffinity)).toEqual([200, 0]);
  });

  it('a term may name nodes that have the same labels', () => {
    const named = { expressions: [], fields: [{ operator: 'In' as const, values: ['n1'] }] };
    const shape = shapeWith({ nodeAffinity: { required: [named], preferred: [] } });
    const scheduler = schedulerOf(clusterOf([nodeWith(), nodeWith(), nodeWith()], [shape]));
    expect(scheduler.schedule(0)).toMatchObject({ node: 1, feasible: 1 });
  });
});

describe('arguments of plugins', () => {
  const zone = 'topology.kubernetes.io/zone';
  const nodes = ['a', 'b'].map((value) => nodeWith({ labels: { [zone]: value } }));
  const labels = { app: 'x' };
  const term = {
    selector: { ...EVERYTHING, matchLabels: labels },
    namespaces: [],
    namespaceSelector: null,
    topologyKey: zone,
  };

  it('hardPodAffinityWeight 0 takes required affinity of others out of scores', () => {
    const near = shapeWith({ labels, podAffinity: { required: [term], preferred: [] } });
    const score = (hardPodAffinityWeight: number): (number | undefined)[] => {
      const scheduler = schedulerOf(clusterOf(nodes, [near, shapeWith({ labels })]), {
        arguments: { hardPodAffinityWeight },
      });
      scheduler.assume(0, 1, 0);
      return scheduler.explain(1).verdicts.map(({ scores }) => scores.InterPodAffinity);
    };
    expect([score(1), score(0)]).toEqual([
      [0, 200],
      [undefined, undefined],
    ]);
  });

  it('ignorePreferredTermsOfExistingPods leaves pods without own wishes unscored', () => {
    const near = shapeWith({ labels, podAffinity: { required: [], preferred: [{ ...term, weight: 7 }] } });
    const cluster = clusterOf(nodes, [near, shapeWith({ labels })]);
    const scheduler = schedulerOf(cluster, { arguments: { ignorePreferredTermsOfExistingPods: true } });
    scheduler.assume(0, 1, 0);
    expect(scheduler.explain(1).verdicts[1]!.scores.InterPodAffinity).toBeUndefined();
  });

  it('default constraints of a profile spread pods of a service, and need every label', () => {
    const defaultConstraints = [{ topologyKey: zone, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }] as const;
    const objects = {
      namespaces: new Map(),
      services: [{ namespace: 'default', name: 's', selector: labels }],
      disruptionBudgets: [],
    };
    const cluster = clusterOf([...nodes, nodeWith()], [shapeWith({ labels }), shapeWith({ labels })]);
    const scheduler = schedulerOf(cluster, { objects, arguments: { defaultConstraints } });
    scheduler.assume(0, 0, 0);
    const spread = "node(s) didn't match pod topology spread constraints";
    expect(refusals(scheduler, 1)).toEqual([
      ['PodTopologySpread', spread, 'Unschedulable'],
      PASSES,
      ['PodTopologySpread', `${spread} (missing required label)`, 'UnschedulableAndUnresolvable'],
    ]);
  });

  it('pods of a controller are spread by its selector, without any service', () => {
    const shape = shapeWith({ labels, ownerSelector: { ...EVERYTHING, matchLabels: labels } });
    const scheduler = schedulerOf(clusterOf(nodes, [shape, shape]));
    scheduler.assume(0, 0, 0);
    const [there, elsewhere] = scheduler.explain(1).verdicts.map(({ scores }) => scores.PodTopologySpread!);
    expect(there).toBeLessThan(elsewhere!);
  });

  it('ignored resources are not asked about', () => {
    const shape = shapeWith({ extended: { 'a.example/x': 1, 'b.example/y': 1 } });
    const given = (args: object) => schedulerOf(clusterOf([nodeWith()], [shape]), { arguments: args });
    const short = [
      'NodeResourcesFit',
      'Insufficient a.example/x',
      'Insufficient b.example/y',
      'UnschedulableAndUnresolvable',
    ];
    expect(refusals(given({}), 0)).toEqual([short]);
    expect(refusals(given({ ignoredResources: ['a.example/x'], ignoredResourceGroups: ['b.example'] }), 0)).toEqual([
      PASSES,
    ]);
  });
});
