/**
 * NodeResourcesBalancedAllocation: would processors and memory of the node be equally used?
 *
 * Source: Kubernetes 1.34 `plugins/noderesources/balanced_allocation.go`: 100 times one minus the standard deviation of
 * the used fractions, truncated; real requests, no defaults; pods that request neither are not scored.
 * Leaves out: resources other than cpu and memory.
 */
import { type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';

/** Makes the plugin. */
export function nodeResourcesBalancedAllocation({ demands, ledger }: PluginContext): Plugin {
  return {
    name: 'NodeResourcesBalancedAllocation',
    scope: 'shape',
    reasons: [],

    skipsScore(pod: number): boolean {
      const shape = demands.shapeOf[pod];
      return demands.cpuMilli[shape] === 0 && demands.memoryMib[shape] === 0;
    },

    score(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const cpuMilli = ledger.cpuMilliRequested[node] + demands.cpuMilli[shape];
      const memoryMib = ledger.memoryMibRequested[node] + demands.memoryMib[shape];
      return balance(cpuMilli, ledger.cpuMilliAllocatable[node], memoryMib, ledger.memoryMibAllocatable[node]);
    },
  };
}

/** Score of two used amounts out of two allocatable ones. A single resource is always in balance with itself. */
export function balance(cpu: number, cpuAll: number, memory: number, memoryAll: number): number {
  if (cpuAll === 0 || memoryAll === 0) return SCORE_MAX;
  const cpuFraction = Math.min(1, cpu / cpuAll);
  const memoryFraction = Math.min(1, memory / memoryAll);
  // The order of the operations is upstream's: another order may round to another integer.
  return Math.trunc((1 - Math.abs((cpuFraction - memoryFraction) / 2)) * SCORE_MAX);
}
