/**
 * Fragmentation: how much of the idle GPUs of a node the typical pods could not use, now and after a pod was placed.
 *
 * Source: USENIX ATC 2023, "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent",
 * and its published simulator (hkust-adsl, commit 8f3d641, `pkg/utils/frag.go`). The fragment of a node is the sum over
 * typical pods of frequency x idle GPU: all of it when the pod needs no GPU, cannot use the model or does not fit; where it
 * fits, only the devices whose rest is smaller than the pod's share.
 * Hot: what is known of a node is kept until the node changes; benchmark in bench/gpu-sharing.ts.
 * Leaves out: memory, as the published measure does.
 */
import { GPU_DEVICE_MILLI } from '../../cluster/node.ts';
import type { Ledger } from '../ledger.ts';
import type { PluginContext } from '../plugins/plugin.ts';
import type { TypicalPod } from './typical-pods.ts';
import { UsableGpu } from './usable-gpu.ts';

/** Fragments in thousandths of a device, multiplied by `pods`: whole numbers. */
export class Fragmentation {
  /** Number of pods that the typical ones stand for: divide by it to get thousandths of a device. */
  readonly pods: number;
  private readonly ledger: Ledger;
  private readonly usable: readonly UsableGpu[];
  /** By node. */
  private readonly kindOf: Int32Array;
  /** By node: where its latest change stood when the columns below were filled. */
  private readonly stamp: Float64Array;
  private readonly usableMilli: Float64Array;
  /** By node and level: devices that have room for the level's share, and what is left on them together. */
  private readonly roomy: Int32Array;
  private readonly leftOnRoomy: Int32Array;
  private readonly levelsMax: number;

  constructor({ nodes, ledger }: Pick<PluginContext, 'nodes' | 'ledger'>, typical: readonly TypicalPod[]) {
    const models = [...new Set(nodes.map(({ gpuModel }) => gpuModel))];
    this.ledger = ledger;
    this.pods = typical.reduce((sum, { count }) => sum + count, 0);
    this.usable = models.map((model) => new UsableGpu(typical, model));
    this.kindOf = Int32Array.from(nodes, ({ gpuModel }) => models.indexOf(gpuModel));
    this.levelsMax = this.usable.reduce((most, { levels }) => Math.max(most, levels.length), 0);
    this.stamp = new Float64Array(nodes.length).fill(Number.NaN);
    this.usableMilli = new Float64Array(nodes.length);
    this.roomy = new Int32Array(nodes.length * this.levelsMax);
    this.leftOnRoomy = new Int32Array(nodes.length * this.levelsMax);
  }

  /** Fragment of a node as it is now, times `pods`. */
  of(node: number): number {
    this.refresh(node);
    return this.ledger.gpuMilliLeftSum[node] * this.pods - this.usableMilli[node];
  }

  /** By how much the fragment shrinks when a pod takes a share of one device, times `pods`; below 0 when it grows. */
  gainOfShare(node: number, cpuMilli: number, gpuMilli: number, device: number): number {
    const { ledger } = this;
    const left = ledger.gpuMilliLeft[node * ledger.devicesMax + device];
    return this.gain(node, cpuMilli, gpuMilli, left, 1);
  }

  /** By how much it shrinks when a pod takes whole devices, or none. */
  gainOfWhole(node: number, cpuMilli: number, gpus: number): number {
    return this.gain(node, cpuMilli, GPU_DEVICE_MILLI, GPU_DEVICE_MILLI, gpus);
  }

  /** A pod takes `gpuMilli` of each of `gpus` devices that have `left`. */
  private gain(node: number, cpuMilli: number, gpuMilli: number, left: number, gpus: number): number {
    this.refresh(node);
    const { ledger } = this;
    const { levels, levelOf, gpusOf, pairs, counts } = this.table(node);
    const row = this.table(node).rowFor(ledger.cpuMilliAllocatable[node] - ledger.cpuMilliRequested[node] - cpuMilli);
    const first = node * this.levelsMax;
    const after = left - gpuMilli;
    let usableMilli = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const level = levelOf[pair];
      const share = levels[level];
      let roomy = this.roomy[first + level];
      let milli = this.leftOnRoomy[first + level];
      if (left >= share) {
        roomy -= gpus;
        milli -= gpus * left;
        if (after >= share) {
          roomy += gpus;
          milli += gpus * after;
        }
      }
      if (roomy >= gpusOf[pair]) usableMilli += counts[row + pair] * milli;
    }
    return gpus * gpuMilli * this.pods - this.usableMilli[node] + usableMilli;
  }

  private table(node: number): UsableGpu {
    return this.usable[this.kindOf[node]];
  }

  private refresh(node: number): void {
    const { ledger } = this;
    const latest = ledger.changes.latestOf(node);
    if (this.stamp[node] === latest) return;
    this.stamp[node] = latest;
    this.fillLevels(node);
    const { levelOf, gpusOf, pairs, counts } = this.table(node);
    const row = this.table(node).rowFor(ledger.cpuMilliAllocatable[node] - ledger.cpuMilliRequested[node]);
    const first = node * this.levelsMax;
    let usableMilli = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const level = first + levelOf[pair];
      if (this.roomy[level] >= gpusOf[pair]) usableMilli += counts[row + pair] * this.leftOnRoomy[level];
    }
    this.usableMilli[node] = usableMilli;
  }

  private fillLevels(node: number): void {
    const { ledger } = this;
    const { levels } = this.table(node);
    const firstDevice = node * ledger.devicesMax;
    const firstLevel = node * this.levelsMax;
    for (let level = 0; level < levels.length; level++) {
      let roomy = 0;
      let milli = 0;
      for (let at = firstDevice; at < firstDevice + ledger.devices[node]; at++) {
        const left = ledger.gpuMilliLeft[at];
        if (left < levels[level]) continue;
        roomy++;
        milli += left;
      }
      this.roomy[firstLevel + level] = roomy;
      this.leftOnRoomy[firstLevel + level] = milli;
    }
  }
}
