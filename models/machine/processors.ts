/**
 * The processors of a node, shared between what pods compute and what packets need.
 *
 * Source: Kubernetes' node allocatable (capacity less kube-reserved and daemons); the split into "burnt by pods" and
 * "left for packets" is ours and declared by the scenario (`machine.podCpuUse`, `machine.plannedRate`).
 * Left out: which core takes which interrupt, priorities of the kernel, throttling of pods by their limits.
 */
import { assert } from '../../sim/engine/assert.ts';
import type { DataPathCost } from './data-path.ts';

/** Nanoseconds of processor time that a thousandth of a core gives in a second. */
export const CPU_NS_PER_SEC_OF_MILLI = 1e6;

/** Share of the data path's cost that each end of a flow carries. Recorded only as a sum over both ends; split evenly. */
export const COST_SHARE_OF_AN_END = 0.5;

/** What the operator declares about machines. */
export interface MachineSetting {
  /** Segmentation offload of the network cards. */
  readonly offload: boolean;
  /** Fraction of the requested processor time that pods burn. */
  readonly podCpuUse: number;
  /** The rate for which data-path processors are reserved on every node, bit/s. */
  readonly plannedRateBitsPerSec: number;
}

/** Processors to be kept from pods for carrying the planned rate, thousandths of a core, rounded up. */
export function dataPathReserveMilli(cost: DataPathCost, plannedRateBitsPerSec: number): number {
  const cpuNsPerSec = (plannedRateBitsPerSec / 8) * cost.cpuNsPerByte * COST_SHARE_OF_AN_END;
  return Math.ceil(cpuNsPerSec / CPU_NS_PER_SEC_OF_MILLI);
}

/**
 * Processor time that packets may use on a node, ns a second: what pods and agents do not burn, and never less than
 * the reserve that was kept for it (nor than a thousandth of a core, so that a full node is slow and not stuck).
 */
export function dataPathCapacityNsPerSec(node: {
  readonly capacityMilli: number;
  readonly agentMilli: number;
  readonly reserveMilli: number;
  readonly requestedMilli: number;
  readonly podCpuUse: number;
}): number {
  assert(node.podCpuUse >= 0 && node.podCpuUse <= 1, () => `podCpuUse is a fraction, got ${node.podCpuUse}`);
  const burntMilli = node.agentMilli + node.requestedMilli * node.podCpuUse;
  const leftMilli = Math.max(node.capacityMilli - burntMilli, node.reserveMilli, 1);
  return leftMilli * CPU_NS_PER_SEC_OF_MILLI;
}
