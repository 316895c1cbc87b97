/**
 * NodeResourcesBalancedAllocation: would the resources of the node be equally used?
 *
 * Source: Kubernetes 1.34 `plugins/noderesources/balanced_allocation.go`: 100 times one minus the standard deviation of
 * the used fractions, truncated; real requests, no defaults; pods that request none of the resources are not scored.
 * Leaves out: nothing of 1.34 but dynamic resource allocation.
 */
import { CPU_AND_MEMORY } from '../plugin-arguments.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';
import { isCpuAndMemory, ResourceAmounts } from './resource-amounts.ts';

/** Makes the plugin. */
export function nodeResourcesBalancedAllocation(context: PluginContext): Plugin {
  const resources = context.options.arguments?.balancedResources ?? CPU_AND_MEMORY;
  const amounts = new ResourceAmounts(context, resources, false);
  const { demands, ledger } = context;
  return {
    name: 'NodeResourcesBalancedAllocation',
    scope: 'shape',
    reasons: [],

    ...(isCpuAndMemory(resources) ? { addScores: summing(context) } : {}),

    skipsScore: (pod: number): boolean => amounts.isNothing(demands.shapeOf[pod]),

    score: isCpuAndMemory(resources)
      ? (pod: number, node: number): number => {
          const shape = demands.shapeOf[pod];
          const cpuMilli = ledger.cpuMilliRequested[node] + demands.cpuMilli[shape];
          const memoryMib = ledger.memoryMibRequested[node] + demands.memoryMib[shape];
          return balance(cpuMilli, ledger.cpuMilliAllocatable[node], memoryMib, ledger.memoryMibAllocatable[node]);
        }
      : (pod: number, node: number): number => {
          amounts.read(demands.shapeOf[pod], node);
          return balanceOf(amounts.requested, amounts.allocatable);
        },
  };
}

function summing({ demands, ledger }: PluginContext): Plugin['addScores'] {
  return (pod, nodes, count, weight, sums) => {
    const shape = demands.shapeOf[pod];
    const [cpuMilli, memoryMib] = [demands.cpuMilli[shape], demands.memoryMib[shape]];
    const { cpuMilliRequested, memoryMibRequested, cpuMilliAllocatable, memoryMibAllocatable } = ledger;
    for (let i = 0; i < count; i++) {
      const node = nodes[i];
      const cpu = cpuMilliRequested[node] + cpuMilli;
      const memory = memoryMibRequested[node] + memoryMib;
      sums[i] += weight * balance(cpu, cpuMilliAllocatable[node], memory, memoryMibAllocatable[node]);
    }
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

/** Score of any number of used amounts; resources of which nothing is allocatable are left out. */
export function balanceOf(used: ArrayLike<number>, all: ArrayLike<number>): number {
  const fractions: number[] = [];
  for (let i = 0; i < all.length; i++) if (all[i] !== 0) fractions.push(Math.min(1, used[i] / all[i]));
  return Math.trunc((1 - deviation(fractions)) * SCORE_MAX);
}

function deviation(fractions: readonly number[]): number {
  if (fractions.length < 2) return 0;
  if (fractions.length === 2) return Math.abs((fractions[0] - fractions[1]) / 2);
  const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
  const squares = fractions.reduce((sum, fraction) => sum + (fraction - mean) * (fraction - mean), 0);
  return Math.sqrt(squares / fractions.length);
}
