/**
 * Queueing hints: whether an event could let a refused pod in, in the eyes of the plugin that refused it.
 *
 * Source: Kubernetes 1.34 `QueueingHintFn` of the default plugins. What a plugin asks of one node alone (room, ports, labels,
 * taints) is asked again of the node of the event; whoever looks at several nodes at once is always woken.
 * Leaves out: finer hints of volumes and of pod relations, which upstream has: such pods are tried once too often, never
 * too seldom.
 */
import type { Scheduler } from '../scheduler.ts';
import type { ClusterEvent } from './cluster-event.ts';

/** Plugins whose verdict on a node follows from that node alone. */
const OF_ONE_NODE: readonly string[] = [
  'NodeUnschedulable',
  'NodeName',
  'TaintToleration',
  'NodeAffinity',
  'NodePorts',
  'NodeResourcesFit',
  'GpuDevices',
];

/** The hints of a scheduler, for {@link QueueContext.hint}. */
export function hintsOf(scheduler: Scheduler): (plugin: string, pod: number, event: ClusterEvent) => boolean {
  return (plugin, pod, { node }) => {
    if (node < 0 || !OF_ONE_NODE.includes(plugin)) return true;
    return scheduler.refusalOn(pod, node)?.plugin !== plugin;
  };
}
