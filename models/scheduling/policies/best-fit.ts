/**
 * BestFit: the node that has least left afterwards, processors and GPUs counted alike.
 *
 * Source: published simulator of USENIX ATC 2023, "Beware of Fragmentation" (hkust-adsl, commit 8f3d641,
 * `plugin/best_fit_score.go`, `plugin_utils.go`): what is left is measured by the largest machine of the OpenB trace; the
 * scores of the feasible nodes are stretched to 0 to 100 in whole numbers, and are all 0 when they are equal.
 * Leaves out: memory.
 */
import { type Plugin, type PluginContext, SCORE_MAX } from '../plugins/plugin.ts';
import { LARGEST_CPU_MILLI, LARGEST_GPU_MILLI } from './largest-machine.ts';

/** Makes the plugin. */
export function bestFit({ demands, ledger }: PluginContext): Plugin {
  return {
    name: 'BestFit',
    scope: 'shape',
    reasons: [],

    score(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const cpuMilli = ledger.cpuMilliAllocatable[node] - ledger.cpuMilliRequested[node] - demands.cpuMilli[shape];
      const gpuMilli = ledger.gpuMilliLeftSum[node] - demands.gpus[shape] * demands.gpuMilli[shape];
      const left = (cpuMilli / LARGEST_CPU_MILLI) * 0.5 + (gpuMilli / LARGEST_GPU_MILLI) * 0.5;
      return Math.trunc((1 - left) * SCORE_MAX);
    },

    normalise: stretch,
  };
}

/** Brings the least to 0 and the largest to 100, in place. */
function stretch(scores: Float64Array, count: number): void {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < count; i++) {
    if (scores[i] < least) least = scores[i];
    if (scores[i] > most) most = scores[i];
  }
  const range = most - least;
  for (let i = 0; i < count; i++) scores[i] = range === 0 ? 0 : Math.floor(((scores[i] - least) * SCORE_MAX) / range);
}
