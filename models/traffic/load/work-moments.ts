/**
 * For how long a request keeps its worker, in the mean and in the mean square: what queues ask of a service.
 *
 * Source: moments of sums of independent times. Leaves out: that the time of a request's calls may hang together with its own work.
 */
import { meanOf, meanSquareOf } from '../../../sim/random/distributions.ts';
import type { RequestPlan } from './call-graph.ts';

/** Mean and mean square of a time in seconds, and the processor's part of the mean. */
export interface WorkMoments {
  readonly mean: number;
  readonly square: number;
  readonly cpu: number;
}

/** Moments of the time for which a request keeps its worker: its work, and the calls that it waits for. */
export function momentsOf({ cpu, wait }: RequestPlan, heldSec: number, heldSquare: number): WorkMoments {
  const [cpuMean, waitMean] = [cpu === undefined ? 0 : meanOf(cpu), wait === undefined ? 0 : meanOf(wait)];
  const variance =
    (cpu === undefined ? 0 : meanSquareOf(cpu) - cpuMean * cpuMean) +
    (wait === undefined ? 0 : meanSquareOf(wait) - waitMean * waitMean) +
    Math.max(0, heldSquare - heldSec * heldSec);
  const mean = cpuMean + waitMean + heldSec;
  return { mean, square: variance + mean * mean, cpu: cpuMean };
}
