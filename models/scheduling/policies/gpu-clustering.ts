/**
 * GpuClustering: pods beside pods of their own kind. Kinds are sharing pods, and pods of one, two, … whole devices.
 *
 * Source: published simulator of USENIX ATC 2023, "Beware of Fragmentation" (hkust-adsl, commit 8f3d641,
 * `plugin/gpu_clustering_score.go`). Four bands of 25: nodes that hold pods of this kind alone, of this kind among others, no
 * GPU pods, pods of other kinds alone; within a band the fuller node. Pods without GPUs score 0 everywhere.
 * Leaves out: processors and memory.
 */
import { GPU_DEVICE_MILLI } from '../../cluster/node.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from '../plugins/plugin.ts';
import { LARGEST_GPU_MILLI } from './largest-machine.ts';

const BAND = SCORE_MAX / 4;

/** Makes the plugin. */
export function gpuClustering({ demands, ledger }: PluginContext): Plugin {
  const residents = new KindsOnNodes(ledger.nodes, ledger.devicesMax);
  ledger.watch({
    moved: (shape, node, sign) => {
      if (demands.gpus[shape] > 0) residents.add(node, kindOf(demands.gpus[shape], demands.gpuMilli[shape]), sign);
    },
  });
  return {
    name: 'GpuClustering',
    scope: 'shape',
    reasons: [],

    score(pod: number, node: number): number {
      const shape = demands.shapeOf[pod];
      if (demands.gpus[shape] === 0) return 0;
      const kind = kindOf(demands.gpus[shape], demands.gpuMilli[shape]);
      const used = Math.max(0, LARGEST_GPU_MILLI - ledger.gpuMilliLeftSum[node]);
      return residents.bandOf(node, kind) * BAND + Math.floor((BAND * used) / LARGEST_GPU_MILLI);
    },
  };
}

/** 0 for a pod that shares a device, else how many whole devices it has. */
function kindOf(gpus: number, gpuMilli: number): number {
  return gpuMilli < GPU_DEVICE_MILLI ? 0 : gpus;
}

/** Pods by node and kind. */
class KindsOnNodes {
  private readonly pods: Int32Array;
  /** By node: kinds that it holds. */
  private readonly kinds: Int32Array;
  private readonly width: number;

  constructor(nodes: number, devicesMax: number) {
    this.width = devicesMax + 1;
    this.pods = new Int32Array(nodes * this.width);
    this.kinds = new Int32Array(nodes);
  }

  add(node: number, kind: number, sign: 1 | -1): void {
    const at = node * this.width + kind;
    if (this.pods[at] === 0) this.kinds[node]++;
    this.pods[at] += sign;
    if (this.pods[at] === 0) this.kinds[node]--;
  }

  /** 3 for the best; a pod that asks for more devices than any node has is never asked about. */
  bandOf(node: number, kind: number): number {
    if (this.pods[node * this.width + kind] > 0) return this.kinds[node] === 1 ? 3 : 2;
    return this.kinds[node] === 0 ? 1 : 0;
  }
}
