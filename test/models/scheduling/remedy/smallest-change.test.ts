/** The smallest change that lets a pending pod run: by hand for each filter, then tried on random clusters. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterNode } from '../../../../models/cluster/node.ts';
import type { PodShape } from '../../../../models/cluster/pod.ts';
import { type Change, changed } from '../../../../models/scheduling/remedy/change.ts';
import { type Remedy, smallestChange } from '../../../../models/scheduling/remedy/smallest-change.ts';
import { type Scheduler, type SchedulerOptions, schedulerOver } from '../../../../models/scheduling/scheduler.ts';
import { act, anyActions, anyCluster, anyOptions } from '../random-cluster.ts';
import { clusterOf, nodeWith, optionsWith, schedulerOf, shapeWith } from '../small-cluster.ts';

function remedyOf(scheduler: Scheduler, pod: number, options: SchedulerOptions): Remedy | undefined {
  return smallestChange({
    standing: scheduler.standing(),
    pod,
    schedulerOver: (standing) => schedulerOver(standing, options),
    ...(options.objects === undefined ? {} : { objects: options.objects }),
  });
}

/** Changes for the last shape's pod when the others stand on the nodes named. */
function changesFor(
  nodes: readonly ClusterNode[],
  shapes: readonly PodShape[],
  places: readonly number[] = [],
): readonly Change[] {
  const cluster = clusterOf(nodes, shapes);
  const scheduler = schedulerOf(cluster);
  places.forEach((node, pod) => {
    scheduler.assume(pod, node, 0);
  });
  return remedyOf(scheduler, shapes.length - 1, optionsWith())!.changes;
}

const app = { matchLabels: { app: 'x' }, matchExpressions: [] };
const apart = { selector: app, namespaces: [], namespaceSelector: null, topologyKey: 'kubernetes.io/hostname' };
const hostname = (name: string) => ({ name, labels: { 'kubernetes.io/hostname': name, zone: name } });

describe('by hand', () => {
  it('lowers the request to what is left of the roomiest node', () => {
    const shapes = [shapeWith({ cpuMilli: 3000 }), shapeWith({ cpuMilli: 2500 }), shapeWith({ cpuMilli: 2000 })];
    expect(changesFor([nodeWith(), nodeWith()], shapes, [0, 1])).toEqual([
      { kind: 'lower-request', resource: 'cpu', from: 2000, to: 1500 },
    ]);
  });

  it('asks for a larger node where nothing is left, and a node of its own only if no other change will do', () => {
    const shapes = [shapeWith({ cpuMilli: 4000 }), shapeWith({ cpuMilli: 2000 })];
    expect(changesFor([nodeWith()], shapes, [0])).toEqual([
      { kind: 'enlarge-node', node: 0, resource: 'cpu', by: 2000 },
    ]);
    expect(changesFor([], [shapeWith({ cpuMilli: 700 })])).toMatchObject([
      { kind: 'add-node', node: { allocatable: { cpuMilli: 700 } } },
    ]);
  });

  it('prefers a small cut on one node to a rule that falls on another', () => {
    const taints = [{ key: 'gpu', value: '', effect: 'NoSchedule' as const }];
    const nodes = [nodeWith({ cpuMilli: 1900 }), nodeWith({ taints })];
    expect(changesFor(nodes, [shapeWith({ cpuMilli: 2000 })])).toEqual([
      { kind: 'lower-request', resource: 'cpu', from: 2000, to: 1900 },
    ]);
    expect(changesFor(nodes.slice(1), [shapeWith()])).toEqual([{ kind: 'tolerate', taint: taints[0] }]);
  });

  it.each<[string, Partial<ClusterNode>, Partial<PodShape>, object]>([
    ['a cordon', { unschedulable: true }, {}, { kind: 'uncordon', node: 0 }],
    [
      'a node selector',
      {},
      { nodeSelector: { disk: 'ssd' } },
      { kind: 'drop-node-selector', key: 'disk', value: 'ssd' },
    ],
    [
      'node affinity',
      {},
      { nodeAffinity: { required: [{ expressions: [{ key: 'a', operator: 'Exists', values: [] }] }], preferred: [] } },
      { kind: 'drop-node-affinity' },
    ],
    ['a node name', {}, { nodeName: 'elsewhere' }, { kind: 'drop-node-name', name: 'elsewhere' }],
    ['too many pods', { podsMax: 0 }, {}, { kind: 'enlarge-node', node: 0, resource: 'pods', by: 1 }],
  ])('undoes %s', (_, node, shape, change) => {
    expect(changesFor([nodeWith(node)], [shapeWith(shape)])).toEqual([change]);
  });

  it('drops a port that another holds', () => {
    const port = { protocol: 'TCP' as const, hostIp: '0.0.0.0', port: 80 };
    const other = { ...port, port: 81 };
    expect(
      changesFor([nodeWith()], [shapeWith({ hostPorts: [port] }), shapeWith({ hostPorts: [other, port] })], [0]),
    ).toEqual([{ kind: 'drop-host-port', port }]);
  });

  it('finds the least skew that would do', () => {
    const constraint = {
      ...{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const, selector: app, minDomains: 1 },
      ...{ nodeAffinityPolicy: 'Honor' as const, nodeTaintsPolicy: 'Ignore' as const },
    };
    const labels = { app: 'x' };
    const nodes = [nodeWith(hostname('a')), nodeWith({ ...hostname('b'), podsMax: 0 })];
    const shapes = [shapeWith({ labels, cpuMilli: 10 }), shapeWith({ labels, cpuMilli: 10 })];
    const last = shapeWith({ labels, cpuMilli: 10, topologySpread: [constraint] });
    expect(changesFor(nodes, [...shapes, last], [0, 0])).toEqual([
      { kind: 'raise-max-skew', constraint: 0, topologyKey: 'zone', from: 1, to: 3 },
    ]);
  });

  it('drops the one term that is to blame, or names the pods that want it away', () => {
    const labels = { app: 'x' };
    const free = { ...apart, selector: { matchLabels: { app: 'y' }, matchExpressions: [] } };
    const nodes = [nodeWith(hostname('a'))];
    const own = shapeWith({ labels, podAntiAffinity: { required: [free, apart], preferred: [] } });
    expect(changesFor(nodes, [shapeWith({ labels }), own], [0])).toEqual([
      { kind: 'drop-affinity', anti: true, term: apart },
    ]);
    const theirs = shapeWith({ podAntiAffinity: { required: [apart], preferred: [] } });
    expect(changesFor(nodes, [theirs, shapeWith({ labels })], [0])).toEqual([
      { kind: 'take-away', pods: [0], node: 0 },
    ]);
  });

  it('undoes several refusals of one node one after another', () => {
    const taints = [{ key: 'a', value: '', effect: 'NoExecute' as const }];
    const changes = changesFor(
      [nodeWith({ taints, unschedulable: true, cpuMilli: 500 })],
      [shapeWith({ cpuMilli: 1000 })],
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['uncordon', 'tolerate', 'lower-request']);
  });

  it('knows when nothing here would help', () => {
    const cluster = clusterOf([nodeWith()], [shapeWith({ nodeName: 'n0' })]);
    const scheduler = schedulerOf(cluster);
    scheduler.setNodeReady(0, false);
    const remedy = remedyOf(scheduler, 0, optionsWith());
    expect(remedy).toBeUndefined();
  });
});

describe('tried on random clusters', () => {
  it('with the changes the pod is scheduled, and without any one of them it is not', () => {
    let pending = 0;
    fc.assert(
      fc.property(anyCluster, anyOptions, anyActions, (cluster, wish, actions) => {
        const options = optionsWith(wish);
        const scheduler = schedulerOf(cluster, wish);
        for (const action of actions) act(scheduler, cluster, action);
        const pod = cluster.pods.findIndex((_, i) => scheduler.nodeOf(i) < 0 && scheduler.explain(i).best.length === 0);
        if (pod < 0) return;
        pending++;
        const standing = scheduler.standing();
        const remedy = remedyOf(scheduler, pod, options);
        if (remedy === undefined) {
          // Every node that could be mended is gone, and the pod may not go to a new one.
          return;
        }
        const after = schedulerOver(changed(standing, pod, remedy.changes), options);
        expect(after.schedule(pod).node).toBeGreaterThanOrEqual(0);
        for (const change of remedy.changes) {
          const rest = remedy.changes.filter((other) => other !== change);
          expect(
            schedulerOver(changed(standing, pod, rest), options).refusalOn(pod, remedy.node),
            change.kind,
          ).not.toBeNull();
        }
      }),
      { numRuns: 400, seed: 11 },
    );
    expect(pending).toBeGreaterThan(100);
  }, 60_000);
});
