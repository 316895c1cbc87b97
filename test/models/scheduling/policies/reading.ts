/** The published rules read plainly, device by device and pod by pod: the oracle of the policies' tables. */
import type { PodShape } from '../../../../models/cluster/pod.ts';
import type { TypicalPod } from '../../../../models/scheduling/policies/typical-pods.ts';
import type { Scheduler } from '../../../../models/scheduling/scheduler.ts';
import type { Cluster } from '../small-cluster.ts';

/** What is free on a node. */
export interface Free {
  readonly cpuMilli: number;
  readonly devices: readonly number[];
  readonly model: string;
}

export function freeOf(scheduler: Scheduler, { nodes }: Cluster, node: number): Free {
  const { allocatable, capacity, gpuModel } = nodes[node]!;
  return {
    cpuMilli: allocatable.cpuMilli - scheduler.requested(node).cpuMilli,
    devices: Array.from({ length: capacity.gpus }, (_, device) => scheduler.gpuMilliLeft(node, device)),
    model: gpuModel,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The fragment in thousandths of a device, times the number of pods that the typical ones stand for. */
export function fragmentOf(free: Free, typical: readonly TypicalPod[]): number {
  return sum(typical.map((pod) => pod.count * fragmentFor(free, pod)));
}

function fragmentFor({ cpuMilli, devices, model }: Free, pod: TypicalPod): number {
  const usesModel = pod.gpuModels.length === 0 || pod.gpuModels.includes(model);
  const roomy = devices.filter((left) => left >= pod.gpuMilli);
  const fits = pod.gpus > 0 && usesModel && roomy.length >= pod.gpus && cpuMilli >= pod.cpuMilli;
  return fits ? sum(devices) - sum(roomy) : sum(devices);
}

/** The node after the pod took that device, or the first whole ones. */
export function after({ cpuMilli, devices, model }: Free, pod: PodShape, device: number | undefined): Free {
  let missing = device === undefined ? pod.gpus : 0;
  const left = devices.map((own, at) => {
    if (at === device) return own - pod.gpuMilli;
    if (missing === 0 || own < 1000) return own;
    missing--;
    return 0;
  });
  return { cpuMilli: cpuMilli - pod.cpuMilli, devices: left, model };
}

/** Score of FGD by device for a sharing pod, or for the whole node. */
export function descent(free: Free, pod: PodShape, typical: readonly TypicalPod[], device?: number): number {
  const pods = sum(typical.map(({ count }) => count));
  const shrunk = fragmentOf(free, typical) - fragmentOf(after(free, pod, device), typical);
  return Math.trunc(100 / (1 + Math.exp(-shrunk / pods / 1000)));
}

/** Score of GpuPacking. */
export function packing({ devices }: Free, pod: PodShape): number {
  if (pod.gpus === 0) return 0;
  const whole = devices.filter((left) => left === 1000).length;
  if (whole === devices.length) return Math.max(33 - whole, whole);
  const taken = devices
    .filter((left) => left >= pod.gpuMilli)
    .sort((a, b) => a - b)
    .slice(0, pod.gpus);
  const fresh = taken.filter((left) => left === 1000).length;
  if (fresh > 0) return Math.max(50 - fresh, 33);
  return Math.max(100 - Math.floor(sum(taken.map((left) => Math.floor(left / 10))) / 10), 50);
}

/** Score of GpuClustering, given the kinds of pods that are on the node. */
export function clustering({ devices }: Free, pod: PodShape, kinds: ReadonlySet<string>): number {
  if (pod.gpus === 0) return 0;
  const inside = Math.floor((25 * (8000 - sum(devices))) / 8000);
  if (kinds.has(kindOf(pod))) return inside + (kinds.size === 1 ? 75 : 50);
  return inside + (kinds.size === 0 ? 25 : 0);
}

export function kindOf({ gpus, gpuMilli }: PodShape): string {
  return gpuMilli < 1000 ? 'share' : `${gpus} whole`;
}
