/**
 * NodeResourcesFit: does the request fit, and how empty (or full) would the node be?
 *
 * Source: Kubernetes 1.34 `plugins/noderesources/fit.go`, `least_allocated.go`, `most_allocated.go`. All shortages are
 * reported at once. The score counts default requests for pods that name none, the filter does not.
 * Leaves out: RequestedToCapacityRatio, weights of resources other than 1, ephemeral storage, extended resources (GPUs
 * have a plugin of their own and no part in the score, as with the stock resource list).
 */
import { type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';

const TOO_MANY_PODS = 1;
const INSUFFICIENT_CPU = 2;
const INSUFFICIENT_MEMORY = 4;

/** Makes the plugin; `options.strategy` names the score. */
export function nodeResourcesFit({ demands, ledger, options }: PluginContext): Plugin {
  const scoreOf = options.strategy === 'LeastAllocated' ? leastAllocated : mostAllocated;
  return {
    name: 'NodeResourcesFit',
    scope: 'shape',
    reasons: ['Too many pods', 'Insufficient cpu', 'Insufficient memory'],

    filter(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const cpuMilli = demands.cpuMilli[shape];
      const memoryMib = demands.memoryMib[shape];
      let refused = ledger.pods[node] >= ledger.podsMax[node] ? TOO_MANY_PODS : 0;
      // A pod that requests none of a resource passes even where that resource is overbooked.
      if (cpuMilli > 0 && cpuMilli > ledger.cpuMilliAllocatable[node] - ledger.cpuMilliRequested[node]) {
        refused |= INSUFFICIENT_CPU;
      }
      if (memoryMib > 0 && memoryMib > ledger.memoryMibAllocatable[node] - ledger.memoryMibRequested[node]) {
        refused |= INSUFFICIENT_MEMORY;
      }
      return refused;
    },

    isUnresolvable(pod: number, node: number): boolean {
      const shape = demands.shapeOf[pod];
      return (
        demands.cpuMilli[shape] > ledger.cpuMilliAllocatable[node] ||
        demands.memoryMib[shape] > ledger.memoryMibAllocatable[node]
      );
    },

    score(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const cpuMilli = ledger.cpuMilliScored[node] + demands.scoredCpuMilli[shape];
      const memoryMib = ledger.memoryMibScored[node] + demands.scoredMemoryMib[shape];
      return meanScore(
        scoreOf,
        cpuMilli,
        ledger.cpuMilliAllocatable[node],
        memoryMib,
        ledger.memoryMibAllocatable[node],
      );
    },
  };
}

type ResourceScore = (requested: number, allocatable: number) => number;

/** Floor of the mean of floors; a resource that the node does not have is not counted. */
function meanScore(scoreOf: ResourceScore, cpu: number, cpuAll: number, memory: number, memoryAll: number): number {
  if (cpuAll === 0) return memoryAll === 0 ? 0 : scoreOf(memory, memoryAll);
  if (memoryAll === 0) return scoreOf(cpu, cpuAll);
  return Math.floor((scoreOf(cpu, cpuAll) + scoreOf(memory, memoryAll)) / 2);
}

/** Score of one resource where emptier is better: 100 is untouched. */
export function leastAllocated(requested: number, allocatable: number): number {
  return requested > allocatable ? 0 : Math.floor(((allocatable - requested) * SCORE_MAX) / allocatable);
}

/** Score of one resource where fuller is better: 100 is full. */
export function mostAllocated(requested: number, allocatable: number): number {
  return requested > allocatable ? SCORE_MAX : Math.floor((requested * SCORE_MAX) / allocatable);
}
