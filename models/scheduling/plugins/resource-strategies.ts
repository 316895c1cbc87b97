/**
 * The three scores of NodeResourcesFit: emptiest nodes first, fullest first, or any function of how full they are.
 *
 * Source: Kubernetes 1.34 `plugins/noderesources/least_allocated.go`, `most_allocated.go`,
 * `requested_to_capacity_ratio.go`. Requests are those with defaults for containers that name none. Divisions truncate.
 * Leaves out: dynamic resource allocation.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { ResourceWeight, UtilizationPoint } from '../plugin-arguments.ts';
import { type Plugin, type PluginContext, SCORE_MAX } from './plugin.ts';
import { isCpuAndMemory, ResourceAmounts } from './resource-amounts.ts';

/** Largest score of a corner of the function of RequestedToCapacityRatio. */
const CORNER_SCORE_MAX = 10;

type ResourceScore = (requested: number, allocatable: number) => number;

/** The score of a pod on a node by the strategy of the options. */
export function resourceScorer(
  context: PluginContext,
  resources: readonly ResourceWeight[],
): (pod: number, node: number) => number {
  const { strategy, arguments: { utilizationShape = [] } = {} } = context.options;
  if (strategy === 'RequestedToCapacityRatio') return ratioScorer(context, resources, utilizationShape);
  const scoreOf = strategy === 'LeastAllocated' ? leastAllocated : mostAllocated;
  return isCpuAndMemory(resources) ? shortScorer(context, scoreOf) : meanScorer(context, resources, scoreOf);
}

/** For processors and memory with equal weights. Hot: called once for each changed node and shape. */
function shortScorer(
  { demands, ledger }: PluginContext,
  scoreOf: ResourceScore,
): (pod: number, node: number) => number {
  return (pod, node) => {
    const shape = demands.shapeOf[pod];
    const cpuMilli = ledger.cpuMilliScored[node] + demands.scoredCpuMilli[shape];
    const memoryMib = ledger.memoryMibScored[node] + demands.scoredMemoryMib[shape];
    const cpuAll = ledger.cpuMilliAllocatable[node];
    const memoryAll = ledger.memoryMibAllocatable[node];
    // A resource that the node does not have is not counted.
    if (cpuAll === 0) return memoryAll === 0 ? 0 : scoreOf(memoryMib, memoryAll);
    if (memoryAll === 0) return scoreOf(cpuMilli, cpuAll);
    return Math.floor((scoreOf(cpuMilli, cpuAll) + scoreOf(memoryMib, memoryAll)) / 2);
  };
}

/** As {@link resourceScorer} of many nodes at once, where there is a short way. */
export function sumScores(context: PluginContext, resources: readonly ResourceWeight[]): Plugin['addScores'] {
  const { strategy } = context.options;
  if (strategy === 'RequestedToCapacityRatio' || !isCpuAndMemory(resources)) return undefined;
  return summing(context, strategy === 'LeastAllocated' ? leastAllocated : mostAllocated);
}

function summing({ demands, ledger }: PluginContext, scoreOf: ResourceScore): Plugin['addScores'] {
  return (pod, nodes, count, weight, sums) => {
    const shape = demands.shapeOf[pod];
    const [cpuMilli, memoryMib] = [demands.scoredCpuMilli[shape], demands.scoredMemoryMib[shape]];
    const { cpuMilliScored, memoryMibScored, cpuMilliAllocatable, memoryMibAllocatable } = ledger;
    for (let i = 0; i < count; i++) {
      const node = nodes[i];
      const cpuAll = cpuMilliAllocatable[node];
      const memoryAll = memoryMibAllocatable[node];
      const cpu = cpuAll === 0 ? 0 : scoreOf(cpuMilliScored[node] + cpuMilli, cpuAll);
      const memory = memoryAll === 0 ? 0 : scoreOf(memoryMibScored[node] + memoryMib, memoryAll);
      // A resource that the node does not have is not counted.
      const counted = cpuAll === 0 || memoryAll === 0 ? 1 : 2;
      sums[i] += weight * Math.floor((cpu + memory) / counted);
    }
  };
}

function meanScorer(
  context: PluginContext,
  resources: readonly ResourceWeight[],
  scoreOf: ResourceScore,
): (pod: number, node: number) => number {
  const amounts = new ResourceAmounts(context, resources, true);
  return (pod, node) => {
    amounts.read(context.demands.shapeOf[pod], node);
    let [sum, weights] = [0, 0];
    resources.forEach(({ weight }, i) => {
      if (amounts.allocatable[i] === 0) return;
      sum += weight * scoreOf(amounts.requested[i], amounts.allocatable[i]);
      weights += weight;
    });
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  };
}

function ratioScorer(
  context: PluginContext,
  resources: readonly ResourceWeight[],
  corners: readonly UtilizationPoint[],
): (pod: number, node: number) => number {
  assert(corners.length > 0, () => 'RequestedToCapacityRatio without a utilizationShape');
  const amounts = new ResourceAmounts(context, resources, true);
  return (pod, node) => {
    amounts.read(context.demands.shapeOf[pod], node);
    let [sum, weights] = [0, 0];
    resources.forEach(({ weight }, i) => {
      if (amounts.allocatable[i] === 0) return;
      const score = ratioScore(corners, amounts.requested[i], amounts.allocatable[i]);
      // Upstream leaves a resource that scores nothing out of the mean.
      if (score <= 0) return;
      sum += weight * score;
      weights += weight;
    });
    return weights === 0 ? 0 : Math.round(sum / weights);
  };
}

/** Score of one resource where emptier is better: 100 is untouched. */
export function leastAllocated(requested: number, allocatable: number): number {
  return requested > allocatable ? 0 : Math.floor(((allocatable - requested) * SCORE_MAX) / allocatable);
}

/** Score of one resource where fuller is better: 100 is full. */
export function mostAllocated(requested: number, allocatable: number): number {
  return requested > allocatable ? SCORE_MAX : Math.floor((requested * SCORE_MAX) / allocatable);
}

/** Score of one resource by a function through corners: straight between them, flat outside. */
export function ratioScore(corners: readonly UtilizationPoint[], requested: number, allocatable: number): number {
  const percent = requested > allocatable ? SCORE_MAX : Math.trunc((requested * SCORE_MAX) / allocatable);
  const scaled = (i: number): number => (corners[i].score * SCORE_MAX) / CORNER_SCORE_MAX;
  const next = corners.findIndex(({ utilization }) => percent <= utilization);
  if (next === 0) return scaled(0);
  if (next < 0) return scaled(corners.length - 1);
  const [from, to] = [corners[next - 1].utilization, corners[next].utilization];
  const rise = (scaled(next) - scaled(next - 1)) * (percent - from);
  return scaled(next - 1) + Math.trunc(rise / (to - from));
}
