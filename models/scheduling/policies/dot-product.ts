/**
 * DotProd: the node whose free room points least into the direction of the request, so that what fits a node well stays
 * for others that want it. Processors and GPUs are the two directions.
 *
 * Source: published simulator of USENIX ATC 2023, "Beware of Fragmentation" (hkust-adsl, commit 8f3d641,
 * `plugin/dot_product_score.go` with merged GPU dimension, measured by the largest machine): score = trunc(100 x (1 - mean
 * of the products)). Leaves out: the other ways to count devices, memory.
 */
import { type Plugin, type PluginContext, SCORE_MAX } from '../plugins/plugin.ts';
import { LARGEST_CPU_MILLI, LARGEST_GPU_MILLI } from './largest-machine.ts';

/** Makes the plugin. */
export function dotProduct({ demands, ledger }: PluginContext): Plugin {
  return {
    name: 'DotProd',
    scope: 'shape',
    reasons: [],

    score(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const cpuLeft = (ledger.cpuMilliAllocatable[node] - ledger.cpuMilliRequested[node]) / LARGEST_CPU_MILLI;
      const gpuLeft = ledger.gpuMilliLeftSum[node] / LARGEST_GPU_MILLI;
      const cpuAsked = demands.cpuMilli[shape] / LARGEST_CPU_MILLI;
      const gpuAsked = (demands.gpus[shape] * demands.gpuMilli[shape]) / LARGEST_GPU_MILLI;
      const product = cpuLeft * cpuAsked + gpuLeft * gpuAsked;
      return Math.max(0, Math.trunc(SCORE_MAX * (1 - product / 2)));
    },
  };
}
