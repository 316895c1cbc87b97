/**
 * The suite `k8s`, sampling cases: how many nodes the real scheduler looks at and scores by cluster size.
 *
 * Pods are decided one after another by our own scheduler on the same cluster. Which nodes they are (`scoredNodes`) depends
 * on a race of 16 workers in the recording: of that list only the length is compared.
 */
import type { ClusterNode } from '../../models/cluster/node.ts';
import { NO_NODE_AFFINITY } from '../../models/cluster/node-selector.ts';
import type { PodShape } from '../../models/cluster/pod.ts';
import { Scheduler } from '../../models/scheduling/scheduler.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { isObject, numberField, wholeField } from './case-reader.ts';
import { judge, type Quantity } from './quantity.ts';
import { CaseProblem, type RecordedCase, type Replay, type Suite } from './suite.ts';

/** Clusters beyond this are not recorded anywhere. */
const NODES_MAX = 50_000;

/** Feasible and evaluated nodes of a real scheduler at its default percentage. */
export const k8sSamplingSuite: Suite = {
  name: 'k8s',
  recognises: ({ json }) => json.family === 'node-sampling',
  replay,
};

function replay({ json }: RecordedCase): Replay {
  const zones = wholeField(json, 'zones', 1, NODES_MAX);
  const nodes = Array.from({ length: wholeField(json, 'nodes', 0, NODES_MAX) }, (_, i) => nodeIn(i, i % zones));
  if (!Array.isArray(json.pods) || !json.pods.every(isObject))
    throw new CaseProblem('"pods" must be a list of objects.');
  const pods = json.pods.map((_, pod) => ({ name: `p${pod}`, shape: 0, service: -1 }));
  const scheduler = new Scheduler(nodes, [SHAPE], pods, {
    strategy: 'LeastAllocated',
    affinity: [],
    tieBreak: 'random',
    stream: new StreamSource('sampling').stream('scheduler', 'ties'),
    talkersOf: () => [],
    percentageOfNodesToScore: 0,
  });
  const quantities = json.pods.flatMap((recorded, pod): Quantity[] => {
    const { feasible, visited } = scheduler.schedule(pod);
    const list = recorded.scoredNodes;
    return [
      judge(`pod ${pod}: feasibleNodesScored`, recorded.feasibleNodesScored, feasible, 0),
      judge(`pod ${pod}: evaluatedNodes`, recorded.evaluatedNodes, visited, 0),
      ...(Array.isArray(list) ? [judge(`pod ${pod}: scoredNodes, how many`, list.length, feasible, 0)] : []),
    ];
  });
  return { family: 'node-sampling', name: String(numberField(json, 'id', 0, Number.MAX_SAFE_INTEGER)), quantities };
}

const SHAPE: PodShape = {
  ...{ name: 'p', cpuMilli: 100, memoryMib: 64, gpus: 0, gpuMilli: 0, gpuModels: [] },
  ...{ tolerations: [], nodeSelector: {}, nodeAffinity: NO_NODE_AFFINITY },
};

function nodeIn(i: number, zone: number): ClusterNode {
  const capacity = { cpuMilli: 4000, memoryMib: 8192, gpus: 0 };
  const name = `n${i}`;
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `z${zone}` };
  return { name, rack: 0, labels, taints: [], capacity, allocatable: capacity, gpuModel: '', podsMax: 110 };
}
