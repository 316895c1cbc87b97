/**
 * LowNodeUtilization: pods of nodes that have given away more than a target are evicted while nodes below a threshold have room for them.
 *
 * Source: kubernetes-sigs/descheduler 0.33 `plugins/nodeutilization`: shares by requests; a node is low when no resource is above its
 * threshold and it takes pods, and high when any is above its target; where no node is low, all are, or none is high nothing is done. Fullest nodes
 * first, pods of low priority first, until the node is at its target or what low nodes lack to the target is used up.
 * Leaves out: thresholds by deviation and by metrics, pods as a resource, quality of service among pods of one priority.
 */
import type { BalanceNode, BalancePod, BalanceView, EvictPod } from './balance-view.ts';
import { byKey } from './remove-duplicates.ts';

/** Shares of a node's processors and memory, 0 to 1. */
export interface Shares {
  readonly cpu: number;
  readonly memory: number;
}

/** When a node is low, and up to where it is filled. */
export interface UtilizationSettings {
  readonly thresholds: Shares;
  readonly targets: Shares;
}

interface Usage {
  readonly at: BalanceNode;
  readonly pods: readonly BalancePod[];
  cpuMilli: number;
  memoryMib: number;
}

const MIB_BYTES = 1024 * 1024;

/** Evicts from high nodes what low ones have room for. */
export function lowNodeUtilization(view: BalanceView, settings: UtilizationSettings, evict: EvictPod): void {
  const { thresholds, targets } = settings;
  const onNode = byKey(view.pods, ({ node }) => node);
  const usages = view.nodes.map((at) => usageOf(at, onNode.get(at.node) ?? []));
  const low = usages.filter((usage) => usage.at.isSchedulable && !isAbove(usage, thresholds));
  const high = usages.filter((usage) => !low.includes(usage) && isAbove(usage, targets));
  if (low.length === 0 || low.length === usages.length || high.length === 0) return;
  const room = roomOf(low, targets);
  // Upstream adds millicores and bytes, so memory decides.
  const weight = ({ cpuMilli, memoryMib }: Usage): number => cpuMilli + memoryMib * MIB_BYTES;
  high.sort((a, b) => weight(b) - weight(a) || a.at.node - b.at.node);
  for (const usage of high) {
    const candidates = [...usage.pods].sort((a, b) => a.priority - b.priority);
    for (const pod of candidates) {
      if (!isAbove(usage, targets) || room.cpuMilli <= 0 || room.memoryMib <= 0) break;
      if (!low.some(({ at }) => view.mayStand(pod, at.node))) continue;
      const answer = evict(pod, 'LowNodeUtilization');
      if (answer === 'node-limit') break;
      if (answer === 'refused') continue;
      for (const one of [usage, room]) {
        one.cpuMilli -= pod.cpuMilli;
        one.memoryMib -= pod.memoryMib;
      }
    }
  }
}

function usageOf(at: BalanceNode, pods: readonly BalancePod[]): Usage {
  const cpuMilli = pods.reduce((sum, pod) => sum + pod.cpuMilli, 0);
  const memoryMib = pods.reduce((sum, pod) => sum + pod.memoryMib, 0);
  return { at, pods, cpuMilli, memoryMib };
}

/** Whether any resource is above that share. */
function isAbove({ at, cpuMilli, memoryMib }: Usage, { cpu, memory }: Shares): boolean {
  return cpuMilli > cpu * at.cpuMilli || memoryMib > memory * at.memoryMib;
}

function roomOf(low: readonly Usage[], { cpu, memory }: Shares): { cpuMilli: number; memoryMib: number } {
  return {
    cpuMilli: low.reduce((sum, usage) => sum + cpu * usage.at.cpuMilli - usage.cpuMilli, 0),
    memoryMib: low.reduce((sum, usage) => sum + memory * usage.at.memoryMib - usage.memoryMib, 0),
  };
}
