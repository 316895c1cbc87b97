/**
 * How much of idle GPUs typical pods could use, as a table for nodes of one GPU model.
 *
 * A typical pod that fits can use what is left on the devices that have room for its share; one that does not fit, may not
 * use the model or needs no GPU can use nothing. Usable, summed over the typical pods with their counts, is
 *   sum over (share, devices) of [fits] x count of the pods whose processors fit x what is left on devices with room,
 * so a table by processors left and by pairs (share, devices) gives it with one product for each pair. All of it are whole
 * numbers, so that sums do not depend on their order.
 *
 * Source: see fragmentation.ts. Leaves out: memory.
 */
import type { TypicalPod } from './typical-pods.ts';

/** For nodes of one GPU model. Hot: read by fragmentation.ts. */
export class UsableGpu {
  /** Distinct shares asked of a device, in thousandths, ascending. */
  readonly levels: Int32Array;
  /** By pair: index of its share in `levels`. */
  readonly levelOf: Int32Array;
  /** By pair: devices. */
  readonly gpusOf: Int32Array;
  /** Number of pairs. */
  readonly pairs: number;
  /** Distinct requests for processors, ascending. */
  private readonly cpuSteps: Float64Array;
  /** By number of steps that fit, and pair: pods whose processors fit. */
  readonly counts: Float64Array;

  constructor(typical: readonly TypicalPod[], gpuModel: string) {
    const able = typical.filter(
      ({ gpus, gpuModels }) => gpus > 0 && (gpuModels.length === 0 || gpuModels.includes(gpuModel)),
    );
    this.levels = Int32Array.from(ascending(able.map(({ gpuMilli }) => gpuMilli)));
    const pairs = ascending(able.map(pairKey));
    this.pairs = pairs.length;
    this.gpusOf = Int32Array.from(pairs, (pair) => pair % PAIR_FACTOR);
    this.levelOf = Int32Array.from(pairs, (pair) => this.levels.indexOf(Math.floor(pair / PAIR_FACTOR)));
    this.cpuSteps = Float64Array.from(ascending(able.map(({ cpuMilli }) => cpuMilli)));
    this.counts = new Float64Array((this.cpuSteps.length + 1) * this.pairs);
    for (let steps = 1; steps <= this.cpuSteps.length; steps++) {
      for (const pod of able) {
        if (pod.cpuMilli > this.cpuSteps[steps - 1]) continue;
        this.counts[steps * this.pairs + pairs.indexOf(pairKey(pod))] += pod.count;
      }
    }
  }

  /** Where the counts of the pods begin that fit into so many thousandths of a processor. */
  rowFor(cpuMilliLeft: number): number {
    let low = 0;
    let high = this.cpuSteps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cpuSteps[middle] <= cpuMilliLeft) low = middle + 1;
      else high = middle;
    }
    return low * this.pairs;
  }
}

/** More than the devices of a node. */
const PAIR_FACTOR = 64;

function pairKey({ gpuMilli, gpus }: TypicalPod): number {
  return gpuMilli * PAIR_FACTOR + gpus;
}

/** The distinct numbers, the smallest first. */
function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
