/**
 * A node of the cluster as the control plane knows it: what it has, what of that pods may request, and its marks.
 *
 * Source: Kubernetes "Reserve Compute Resources for System Daemons" (allocatable = capacity - reserved); devices that
 * several pods share by thousandths as in the OpenB trace.
 * Leaves out: hard eviction thresholds.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { Taint } from './toleration.ts';

export type { Taint } from './toleration.ts';

/** Amounts of what a node offers. */
export interface Resources {
  /** Thousandths of a processor. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** Whole devices, each of 1000 thousandths. */
  readonly gpus: number;
}

/** One node. Never changes: what runs on it is kept by the scheduler's ledger. */
export interface ClusterNode {
  /** Unique in the cluster; ties broken by name use it. */
  readonly name: string;
  /** Number of the rack it stands in; the failure domain above the node. */
  readonly rack: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** What the machine has. */
  readonly capacity: Resources;
  /** What pods may request: see {@link allocatableOf}. */
  readonly allocatable: Resources;
  /** Model of its GPUs; empty if it has none. */
  readonly gpuModel: string;
  /** How many pods it can hold: see {@link podsMaxOf}. */
  readonly podsMax: number;
  /** Cordoned: refuses pods that do not tolerate `node.kubernetes.io/unschedulable`. False if absent. */
  readonly unschedulable?: boolean;
  /** Allocatable amounts of other resources by name (bytes or pieces). */
  readonly extended?: Readonly<Record<string, number>>;
  /** Images that it has reported. */
  readonly images?: readonly NodeImage[];
}

/** An image on a node. */
export interface NodeImage {
  /** All its names with tag or digest. */
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

/** What is kept from pods: the kubelet and system daemons, and what the data path of the network burns. */
export interface ReservedResources {
  /** Thousandths of a processor. */
  readonly cpuMilli: number;
  readonly memoryMib: number;
}

/** Thousandths in one whole GPU device. */
export const GPU_DEVICE_MILLI = 1000;

/** What pods may request of a machine; never negative, as the kubelet cuts a too large reservation at zero. */
export function allocatableOf(capacity: Resources, reserved: ReservedResources): Resources {
  assert(reserved.cpuMilli >= 0 && reserved.memoryMib >= 0, () => `reserved is negative: ${JSON.stringify(reserved)}`);
  return {
    cpuMilli: Math.max(0, capacity.cpuMilli - reserved.cpuMilli),
    memoryMib: Math.max(0, capacity.memoryMib - reserved.memoryMib),
    gpus: capacity.gpus,
  };
}

/** How many pods fit on a node by number: the kubelet's `--max-pods`, or fewer when the node's address block is smaller. */
export function podsMaxOf(kubeletMax: number, freeAddresses: number): number {
  assert(kubeletMax >= 0 && freeAddresses >= 0, () => `pods: kubelet ${kubeletMax}, addresses ${freeAddresses}`);
  return Math.min(kubeletMax, freeAddresses);
}
