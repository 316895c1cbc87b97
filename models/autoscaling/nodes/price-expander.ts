/**
 * The expander `price`: what the new machines cost against what the pods on them are worth, and how well the machines suit the cluster.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `expander/price/price.go`, `preferred.go` and `proposals/pricing.md`: (price of the machines + s)
 * / (price of the pods + s), where s is the price of a pod of half a processor and 500 MiB, times the unfitness of the machine's size for a
 * cluster of that many nodes, which counts for less the more machines are added; machines with GPUs are last (unfitness 1000).
 * Leaves out: groups that do not exist yet (twice as dear), preemptible machines.
 */
import { expm1 } from '../../../sim/random/numeric.ts';
import type { ExpansionOption } from './expander.ts';
import type { NodeGroup } from './node-group.ts';

/** What an hour of a processor and of a GiB of memory cost a pod. */
export interface NodePrices {
  readonly cpuPerHour: number;
  readonly memoryGibPerHour: number;
}

/** Requests of the pod whose price steadies the ratio. */
const STEADYING_POD = { cpuMilli: 500, memoryMib: 500 };
/** Unfitness of a machine with GPUs. */
const GPU_UNFITNESS = 1000;
/** By so many machines the size has lost most of its weight. */
const SUPPRESSION_NODES = 15;
/** The preferred processors double each time that the cluster grows threefold. */
const PREFERRED: readonly (readonly [nodesMax: number, cpuMilli: number])[] = [
  [2, 1000],
  [6, 2000],
  [20, 4000],
  [60, 8000],
  [200, 16_000],
  [Number.POSITIVE_INFINITY, 32_000],
];

/** The options of the lowest score. */
export function cheapest(
  options: readonly ExpansionOption[],
  groups: readonly NodeGroup[],
  readyNodes: number,
  prices: NodePrices,
): ExpansionOption[] {
  const scores = options.map((option) => priceScore(option, groups[option.group]!, readyNodes, prices));
  const best = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  return options.filter((_, at) => scores[at] === best);
}

/** Score of one option; the lower the better. */
export function priceScore(
  { nodeCount, pods }: ExpansionOption,
  { capacity, pricePerHour }: NodeGroup,
  readyNodes: number,
  prices: NodePrices,
): number {
  const steadying = podPrice(STEADYING_POD, prices);
  const worth = pods.reduce((sum, pod) => sum + podPrice(pod, prices), 0);
  const ratio = (pricePerHour * nodeCount + steadying) / (worth + steadying);
  if (capacity.gpus > 0) return GPU_UNFITNESS * ratio;
  const unfitness = unfitnessOf(capacity.cpuMilli, preferredCpuMilli(readyNodes));
  return ((unfitness - 1) * (1 - tanh((nodeCount - 1) / SUPPRESSION_NODES)) + 1) * ratio;
}

/** Processors of the machine that suits a cluster of so many nodes. */
export function preferredCpuMilli(readyNodes: number): number {
  return PREFERRED.find(([nodesMax]) => readyNodes <= nodesMax)![1];
}

function unfitnessOf(cpuMilli: number, preferred: number): number {
  return Math.max(preferred / cpuMilli, cpuMilli / preferred);
}

function podPrice(pod: { cpuMilli: number; memoryMib: number }, prices: NodePrices): number {
  return (pod.cpuMilli / 1000) * prices.cpuPerHour + (pod.memoryMib / 1024) * prices.memoryGibPerHour;
}

function tanh(x: number): number {
  const grown = expm1(2 * x);
  return Number.isFinite(grown) ? grown / (grown + 2) : 1;
}
