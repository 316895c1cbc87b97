/** Clusters for tests of node autoscalers: the real filters decide, machines of groups have numbers of their own. */

import type { AlikePods, NodeGroup, WaitingPod } from '../../../../models/autoscaling/nodes/node-group.ts';
import { alikePods } from '../../../../models/autoscaling/nodes/node-group.ts';
import { trialClusterOf } from '../../../../models/autoscaling/nodes/scheduler-trial.ts';
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
  for (let node = 1; node < nodes.length; node++) scheduler.marks.setPresent(node, false);
  return {
    scheduler,
    trial: trialClusterOf(scheduler, (pod) => pod, [0], [nodes.slice(1).map((_, at) => at + 1)]),
    pods,
    alike: alikePods(pods),
  };
}
