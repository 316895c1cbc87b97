/**
 * The published experiment on GPU sharing, run for each policy on the default list, in CPU time of one core: some 10,800 pods on
 * 1,213 nodes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allocatableOf, type ClusterNode } from '../models/cluster/node.ts';
import { NO_NODE_AFFINITY } from '../models/cluster/node-selector.ts';
import type { PodShape } from '../models/cluster/pod.ts';
import { GPU_POLICY_NAMES } from '../models/scheduling/policies/index.ts';
import { runInflation } from '../models/scheduling/policies/inflation.ts';

interface NodeList {
  readonly shapes: readonly { cpuMilli: number; memoryMib: number; gpus: number; gpuModel: string }[];
  readonly runsInNameOrder: readonly (readonly [number, number])[];
}

interface PodCounts {
  readonly shapes: readonly {
    readonly cpuMilli: number;
    readonly memoryMib: number;
    readonly gpus: number;
    readonly gpuMilli?: number;
    readonly count: number;
  }[];
}

const ROUNDS = 5;

function read(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(process.cwd(), ...path), 'utf8'));
}

function nodesOf({ shapes, runsInNameOrder }: NodeList): ClusterNode[] {
  const order = runsInNameOrder.flatMap(([shape, count]) => new Array<number>(count).fill(shape));
  return order.map((shape, i) => {
    const { gpuModel, ...capacity } = shapes[shape];
    const allocatable = allocatableOf(capacity, { cpuMilli: 0, memoryMib: 0 });
    const name = `openb-node-${String(i).padStart(4, '0')}`;
    return { name, rack: 0, labels: {}, taints: [], capacity, allocatable, gpuModel, podsMax: 1001 };
  });
}

function shapesOf({ shapes }: PodCounts): PodShape[] {
  return shapes.map(({ cpuMilli, memoryMib, gpus, gpuMilli = 1000 }, i) => ({
    name: `shape-${i}`,
    ...{ cpuMilli, memoryMib, gpus, gpuMilli: gpus === 0 ? 0 : gpuMilli },
    ...{ gpuModels: [], tolerations: [], nodeSelector: {}, nodeAffinity: NO_NODE_AFFINITY },
  }));
}

const nodes = nodesOf(read('test', 'oracles', 'openb', 'lists', 'gpu-nodes.json') as NodeList);
const list = read('scenarios', 'data', 'openb-pods.json') as PodCounts;
const shapes = shapesOf(list);
const counts = list.shapes.map(({ count }) => count);

for (const policy of GPU_POLICY_NAMES) {
  const costs: number[] = [];
  let arrived = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    ({ arrived } = runInflation({ nodes, shapes, counts, policy, tieBreak: 'lowest-name', seed: `round-${round}` }));
    const { user, system } = process.cpuUsage(start);
    costs.push((user + system) / 1000);
  }
  const median = [...costs].sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  console.log(
    `${policy}: ${nodes.length} nodes, ${arrived} pods: first ${costs[0].toFixed(0)} ms, median ${median.toFixed(0)} ms CPU`,
  );
}
