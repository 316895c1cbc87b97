/**
 * For each filter: the changes that would make it let a pod onto a node.
 *
 * Source: the filters of Kubernetes 1.34 as this scheduler has them. A plugin that has no line in the table below (volumes)
 * cannot be mended by a change of pod or node. Numbers are exact: what fits, to the last thousandth and byte. Leaves out:
 * changes that let a pod in only together with changes of others than those that stand in its way.
 */

import { type ClusterObjects, NO_OBJECTS } from '../../cluster/cluster-objects.ts';
import type { ClusterNode } from '../../cluster/node.ts';
import { matchesSelector, matchesTerm } from '../../cluster/node-selector.ts';
import type { PodShape } from '../../cluster/pod.ts';
import { effectiveTolerations, toleratesAny } from '../../cluster/toleration.ts';
import { means } from '../plugins/pod-terms.ts';
import type { Change, Standing } from './change.ts';

/** What a mender may look at. */
export interface Mending {
  readonly standing: Standing;
  readonly pod: number;
  readonly node: number;
  /** In upstream's words. */
  readonly reasons: readonly string[];
  readonly objects?: ClusterObjects;
  /** Which plugin would refuse the pod on the node after these changes; undefined: none. */
  readonly refusedBy: (changes: readonly Change[]) => string | undefined;
}

type Mender = (mending: Mending) => readonly Change[] | undefined;

const MENDERS: Readonly<Record<string, Mender>> = {
  NodeUnschedulable: ({ node }) => [{ kind: 'uncordon', node }],
  NodeName: (mending) => [{ kind: 'drop-node-name', name: shapeOf(mending).nodeName ?? '' }],
  TaintToleration: tolerateAll,
  NodeAffinity: dropSelectors,
  NodePorts: dropPorts,
  NodeResourcesFit: lowerRequests,
  GpuDevices: lowerDevices,
  PodTopologySpread: loosenSpread,
  InterPodAffinity: dropTerms,
};

/** Changes that undo the refusal of one plugin; undefined: it cannot be undone. */
export function mend(plugin: string, mending: Mending): readonly Change[] | undefined {
  const changes = MENDERS[plugin]?.(mending);
  return changes === undefined || changes.length === 0 ? undefined : changes;
}

function shapeOf({ standing, pod }: Mending): PodShape {
  return standing.shapes[standing.pods[pod]!.shape]!;
}

function nodeOf({ standing, node }: Mending): ClusterNode {
  return standing.nodes[node]!;
}

/** Shapes of the pods on the node. */
function residents({ standing, node }: Mending): { pod: number; shape: PodShape }[] {
  return [...standing.pods.keys()]
    .filter((pod) => standing.nodeOf[pod] === node)
    .map((pod) => ({ pod, shape: standing.shapes[standing.pods[pod]!.shape]! }));
}

function tolerateAll(mending: Mending): Change[] {
  const own = effectiveTolerations(shapeOf(mending).tolerations);
  return nodeOf(mending)
    .taints.filter((taint) => taint.effect !== 'PreferNoSchedule' && !toleratesAny(own, taint))
    .map((taint) => ({ kind: 'tolerate', taint }));
}

function dropSelectors(mending: Mending): Change[] {
  const { labels, name } = nodeOf(mending);
  const { nodeSelector, nodeAffinity } = shapeOf(mending);
  const changes: Change[] = Object.entries(nodeSelector)
    .filter(([key, value]) => !matchesSelector({ [key]: value }, labels))
    .map(([key, value]) => ({ kind: 'drop-node-selector', key, value }));
  const { required } = nodeAffinity;
  if (required.length > 0 && !required.some((term) => matchesTerm(term, labels, name)))
    changes.push({ kind: 'drop-node-affinity' });
  return changes;
}

function dropPorts(mending: Mending): Change[] {
  const held = residents(mending).flatMap(({ shape }) => shape.hostPorts ?? []);
  return (shapeOf(mending).hostPorts ?? [])
    .filter((port) =>
      held.some(
        (other) =>
          other.port === port.port &&
          other.protocol === port.protocol &&
          [port.hostIp, '0.0.0.0'].some((ip) => ip === other.hostIp || port.hostIp === '0.0.0.0'),
      ),
    )
    .map((port) => ({ kind: 'drop-host-port', port }));
}

/** Lowers each request that is too large to what is left, or enlarges the node where nothing is left. */
function lowerRequests(mending: Mending): Change[] {
  const { node, reasons } = mending;
  const shape = shapeOf(mending);
  const there = residents(mending).map((each) => each.shape);
  const { allocatable, extended = {} } = nodeOf(mending);
  const changes: Change[] = [];
  const consider = (resource: string, request: number, all: number, used: number): void => {
    const left = all - used;
    if (request === 0 || request <= left) return;
    if (left > 0) changes.push({ kind: 'lower-request', resource, from: request, to: left });
    else changes.push({ kind: 'enlarge-node', node, resource, by: request - left });
  };
  if (reasons.includes('Too many pods')) changes.push({ kind: 'enlarge-node', node, resource: 'pods', by: 1 });
  const sum = (amount: (one: PodShape) => number): number => there.reduce((total, one) => total + amount(one), 0);
  consider(
    'cpu',
    shape.cpuMilli,
    allocatable.cpuMilli,
    sum((one) => one.cpuMilli),
  );
  consider(
    'memory',
    shape.memoryMib,
    allocatable.memoryMib,
    sum((one) => one.memoryMib),
  );
  for (const [name, request] of Object.entries(shape.extended ?? {}))
    consider(
      name,
      request,
      extended[name] ?? 0,
      sum((one) => one.extended?.[name] ?? 0),
    );
  return changes;
}

function lowerDevices(mending: Mending): Change[] {
  const { gpus, gpuMilli, gpuModels } = shapeOf(mending);
  const { gpuModel, capacity } = nodeOf(mending);
  if (gpuModels.length > 0 && !gpuModels.includes(gpuModel)) return [{ kind: 'drop-gpu-models', models: gpuModels }];
  const left = new Array<number>(capacity.gpus).fill(1000);
  for (const { pod, shape } of residents(mending))
    left.forEach((_, device) => {
      if ((mending.standing.devicesOf[pod]! >>> device) & 1) left[device]! -= shape.gpuMilli;
    });
  if (gpus > 1) {
    const whole = left.filter((milli) => milli === 1000).length;
    return whole < gpus ? [{ kind: 'lower-request', resource: 'gpu', from: gpus, to: whole }] : [];
  }
  const most = Math.max(0, ...left);
  if (most === 0) return [{ kind: 'lower-request', resource: 'gpu', from: gpus, to: 0 }];
  return most < gpuMilli ? [{ kind: 'lower-request', resource: 'gpu share', from: gpuMilli, to: most }] : [];
}

/** Each hard constraint that refuses by itself: the least skew that would do, or none at all where a label is missing. */
function loosenSpread(mending: Mending): Change[] {
  const constraints = shapeOf(mending).topologySpread ?? [];
  const hard = [...constraints.keys()].filter((i) => constraints[i]!.whenUnsatisfiable === 'DoNotSchedule');
  const drop = (i: number): Change => ({
    kind: 'drop-spread',
    constraint: i,
    topologyKey: constraints[i]!.topologyKey,
  });
  const refuses = (changes: readonly Change[]): boolean => mending.refusedBy(changes) === 'PodTopologySpread';
  return hard.flatMap((i): Change[] => {
    const others = hard.filter((other) => other !== i).map(drop);
    if (!refuses(others)) return [];
    const { maxSkew: from, topologyKey } = constraints[i]!;
    const raised = (to: number): Change => ({ kind: 'raise-max-skew', constraint: i, topologyKey, from, to });
    const most = mending.standing.pods.length + from;
    if (refuses([...others, raised(most)])) return [drop(i)];
    let [low, high] = [from, most];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (refuses([...others, raised(middle)])) low = middle;
      else high = middle;
    }
    return [raised(high)];
  });
}

/** Each required term that does not hold is dropped; pods that want this one far away are taken away. */
function dropTerms(mending: Mending): Change[] {
  const { podAffinity, podAntiAffinity } = shapeOf(mending);
  const all: Change[] = [
    ...(podAffinity?.required ?? []).map((term): Change => ({ kind: 'drop-affinity', anti: false, term })),
    ...(podAntiAffinity?.required ?? []).map((term): Change => ({ kind: 'drop-affinity', anti: true, term })),
  ];
  const refuses = (changes: readonly Change[]): boolean => mending.refusedBy(changes) === 'InterPodAffinity';
  const opponents = opponentsOf(mending);
  const taken: Change[] = opponents.length === 0 ? [] : [{ kind: 'take-away', pods: opponents, node: mending.node }];
  // Affinity terms hold all at once or not, so those that are not to blame are found by giving each back.
  let needed = [...all];
  for (const change of all) {
    const without = needed.filter((other) => other !== change);
    if (!refuses([...without, ...taken])) needed = without;
  }
  return [...needed, ...taken];
}

/** Pods in the node's place whose required anti-affinity means this pod. */
function opponentsOf(mending: Mending): number[] {
  const { standing, objects = NO_OBJECTS } = mending;
  const newcomer = shapeOf(mending);
  const { labels } = nodeOf(mending);
  return [...standing.pods.keys()].filter((pod) => {
    const node = standing.nodeOf[pod]!;
    if (node < 0 || pod === mending.pod) return false;
    const shape = standing.shapes[standing.pods[pod]!.shape]!;
    return (shape.podAntiAffinity?.required ?? []).some((term) => {
      const place = labels[term.topologyKey];
      const theirs = standing.nodes[node]!.labels[term.topologyKey];
      return place !== undefined && place === theirs && means(term, shape, newcomer, objects);
    });
  });
}
