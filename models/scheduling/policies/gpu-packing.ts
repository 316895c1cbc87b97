/**
 * GpuPacking: first GPUs that are in use already, then free GPUs of a node in use, free nodes last.
 *
 * Source: published simulator of USENIX ATC 2023, "Beware of Fragmentation" (hkust-adsl, commit 8f3d641,
 * `plugin/gpu_packing_score.go`). Three bands: shared devices 50 to 100 by how little is left on them, free devices of a used
 * node 33 to 50 by how few are needed, free nodes up to 33, where small ones are better. Pods without GPUs score 0 everywhere.
 * Leaves out: processors and memory.
 */
import { GPU_DEVICE_MILLI } from '../../cluster/node.ts';
import type { Ledger } from '../ledger.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from '../plugins/plugin.ts';

const FREE_NODE_MOST = Math.floor(SCORE_MAX / 3);
const USED_NODE_MOST = SCORE_MAX / 2;

/** Makes the plugin. */
export function gpuPacking({ demands, ledger }: PluginContext): Plugin {
  return {
    name: 'GpuPacking',
    scope: 'shape',
    reasons: [],

    score(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      const gpus = demands.gpus[shape];
      if (gpus === 0) return 0;
      const whole = ledger.gpusWhole[node];
      if (whole === ledger.devices[node]) return Math.max(FREE_NODE_MOST - whole, whole);
      const left = gpus === 1 ? tightestLeft(ledger, node, demands.gpuMilli[shape]) : GPU_DEVICE_MILLI;
      if (left === GPU_DEVICE_MILLI) return Math.max(USED_NODE_MOST - gpus, FREE_NODE_MOST);
      return Math.max(SCORE_MAX - Math.floor(Math.floor((left * 100) / GPU_DEVICE_MILLI) / 10), USED_NODE_MOST);
    },
  };
}

/** What is left on the tightest device that has room for the share. */
function tightestLeft(ledger: Ledger, node: number, gpuMilli: number): number {
  const first = node * ledger.devicesMax;
  let least = GPU_DEVICE_MILLI;
  for (let at = first; at < first + ledger.devices[node]; at++) {
    const left = ledger.gpuMilliLeft[at];
    if (left >= gpuMilli && left < least) least = left;
  }
  return least;
}
