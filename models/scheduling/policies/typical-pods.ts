/**
 * Typical pods: the commonest requests of a workload, by which fragmentation is measured.
 *
 * Source: USENIX ATC 2023, "Beware of Fragmentation", and its published simulator (hkust-adsl, commit 8f3d641): pods are
 * grouped by processor, devices, thousandths of a device and models; the commonest groups are taken until they cover 95 %
 * of the pods. Among groups of one frequency the larger request comes first.
 * Leaves out: memory, which plays no part in the published measure, and weights for pods with several GPUs.
 */
import type { PodShape } from '../../cluster/pod.ts';

/** The part of all pods that the typical ones cover at least. */
const COVERED = 0.95;

/** Pods with one request. */
export interface TypicalPod {
  /** Thousandths of a processor. */
  readonly cpuMilli: number;
  /** Devices. */
  readonly gpus: number;
  /** Thousandths of each device. */
  readonly gpuMilli: number;
  /** Models that will do; empty: any. */
  readonly gpuModels: readonly string[];
  /** How many pods of the workload ask for this. */
  readonly count: number;
}

/** The typical pods of a workload, the commonest first; `counts` holds the number of pods of each shape. */
export function typicalPodsOf(shapes: readonly PodShape[], counts: ArrayLike<number>): TypicalPod[] {
  const groups = groupsOf(shapes, counts);
  const all = groups.reduce((sum, { count }) => sum + count, 0);
  const typical: TypicalPod[] = [];
  let covered = 0;
  for (const group of groups.sort(commonestFirst)) {
    if (covered >= COVERED * all) break;
    typical.push(group);
    covered += group.count;
  }
  return typical;
}

function groupsOf(shapes: readonly PodShape[], counts: ArrayLike<number>): TypicalPod[] {
  const groups = new Map<string, TypicalPod>();
  shapes.forEach(({ cpuMilli, gpus, gpuMilli, gpuModels }, shape) => {
    const key = JSON.stringify([cpuMilli, gpus, gpuMilli, gpuModels]);
    const count = (groups.get(key)?.count ?? 0) + (counts[shape] ?? 0);
    if (count > 0) groups.set(key, { cpuMilli, gpus, gpuMilli, gpuModels, count });
  });
  return [...groups.values()];
}

function commonestFirst(a: TypicalPod, b: TypicalPod): number {
  return (
    b.count - a.count ||
    b.cpuMilli - a.cpuMilli ||
    b.gpuMilli - a.gpuMilli ||
    b.gpus - a.gpus ||
    compareNames(b.gpuModels.join('|'), a.gpuModels.join('|'))
  );
}

/** By code units, the same everywhere. */
function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
