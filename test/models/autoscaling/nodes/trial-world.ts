/** Clusters for tests of node autoscalers: the real filters decide, machines of groups have numbers of their own. */

import type { AlikePods, NodeGroup, WaitingPod } from '../../../../models/autoscaling/nodes/node-group.ts';
import { alikePods } from '../../../../models/autoscaling/nodes/node-group.ts';
import type { TrialCluster } from '../../../../models/autoscaling/nodes/trial-cluster.ts';
import type { PodShape } from '../../../../models/cluster/pod.ts';
import type { Scheduler } from '../../../../models/scheduling/scheduler.ts';
import { nodeWith, schedulerOf } from '../../scheduling/small-cluster.ts';

export function groupWith(
  wish: Partial<NodeGroup> & { cpuMilli?: number; memoryMib?: number; gpus?: number } = {},
): NodeGroup {
  const { cpuMilli = 4000, memoryMib = 8192, gpus = 0, ...rest } = wish;
  const size = { cpuMilli, memoryMib, gpus };
  return { name: 'group', min: 0, max: 10, capacity: size, allocatable: size, pricePerHour: 1, ...rest };
}

/** Pods of a shape, waiting; all of one controller. */
export function waiting(shapes: readonly PodShape[], counts: readonly number[]): WaitingPod[] {
  let pod = 0;
  return shapes.flatMap((shape, number) =>
    Array.from({ length: counts[number]! }, () => ({
      pod: pod++,
      shape: number,
      controller: number,
      cpuMilli: shape.cpuMilli,
      memoryMib: shape.memoryMib,
      priority: shape.priority ?? 0,
      createdNs: 0,
      ...((shape.topologySpread ?? []).some(({ topologyKey }) => topologyKey === 'kubernetes.io/hostname')
        ? { spreadOverNodes: true }
        : {}),
    })),
  );
}

export interface TrialWorld {
  readonly scheduler: Scheduler;
  readonly trial: TrialCluster;
  readonly pods: readonly WaitingPod[];
  readonly alike: readonly AlikePods[];
}

/** One old node of another zone and `spares` machines of one group that are not there yet. */
export function trialWorld(
  shapes: readonly PodShape[],
  counts: readonly number[],
  machine: Parameters<typeof nodeWith>[0],
  spares: number,
): TrialWorld {
  const labelsOf = (name: string, zone: string) => ({
    'kubernetes.io/hostname': name,
    'topology.kubernetes.io/zone': zone,
  });
  const old = nodeWith({ cpuMilli: 100, memoryMib: 100, podsMax: 10, name: 'old', labels: labelsOf('old', 'jupiter') });
  const nodes = [
    old,
    ...Array.from({ length: spares }, (_, at) =>
      nodeWith({ ...machine, name: `spare-${at}`, labels: labelsOf(`spare-${at}`, 'mars') }),
    ),
  ];
  const pods = waiting(shapes, counts);
  const list = pods.map(({ shape, pod }) => ({ name: `pod-${pod}`, shape, service: -1 }));
  const scheduler = schedulerOf({ nodes, shapes, pods: list });
  for (let node = 1; node < nodes.length; node++) scheduler.setNodeReady(node, false);
  return {
    scheduler,
    trial: trialOver(scheduler, [0], [nodes.slice(1).map((_, at) => at + 1)]),
    pods,
    alike: alikePods(pods),
  };
}

/** A trial on a scheduler: `spares` are numbers of machines by group that are not there yet. */
export function trialOver(
  scheduler: Scheduler,
  there: readonly number[],
  spares: readonly (readonly number[])[],
): TrialCluster {
  const trial = scheduler.trial();
  const added: { node: number; at: number; goneAt: number }[] = [];
  const isThere = ({ goneAt }: { goneAt: number }): boolean => goneAt === Number.POSITIVE_INFINITY;
  return {
    nodes: () => [...there, ...added.filter(isThere).map(({ node }) => node)],
    addNode: (group) => {
      const node = spares[group]!.find((each) => !added.some((other) => other.node === each && isThere(other)));
      if (node === undefined) return -1;
      added.push({ node, at: trial.mark(), goneAt: Number.POSITIVE_INFINITY });
      trial.setReady(node, true);
      return node;
    },
    removeNode: (node) => {
      added.find((each) => each.node === node && isThere(each))!.goneAt = trial.mark();
      trial.setReady(node, false);
    },
    dropNode: (node) => trial.setReady(node, false),
    fits: (pod, node) => trial.fits(pod, node),
    place: (pod, node) => trial.place(pod, node),
    lift: (pod) => trial.lift(pod),
    mark: () => trial.mark(),
    backTo: (mark) => {
      while (added.length > 0 && added[added.length - 1]!.at >= mark) added.pop();
      for (const each of added) if (each.goneAt >= mark) each.goneAt = Number.POSITIVE_INFINITY;
      trial.backTo(mark);
    },
  };
}
