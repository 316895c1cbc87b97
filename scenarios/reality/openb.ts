/**
 * The suite `openb`: six policies that share GPUs on a real cluster, as their authors published them.
 *
 * A case is one policy on one list of pods; observed are means and standard deviations over the authors' seeds, by arrived
 * GPU demand. Random numbers differ between programs, so the mean over seeds of our own is compared: it may lie three
 * published standard deviations apart, and 0.3 points where those are smaller. Nothing is calibrated.
 */
import { allocatableOf, type ClusterNode } from '../../models/cluster/node.ts';
import { NO_NODE_AFFINITY } from '../../models/cluster/node-selector.ts';
import type { PodShape } from '../../models/cluster/pod.ts';
import { GPU_POLICY_NAMES, type GpuPolicyName } from '../../models/scheduling/policies/index.ts';
import { type InflationResult, type LoadPoint, runInflation } from '../../models/scheduling/policies/inflation.ts';
import { isObject, numberField, objectField, textField, wholeField } from './case-reader.ts';
import { judge, type Quantity } from './quantity.ts';
import {
  CaseProblem,
  type JsonObject,
  type RecordedCase,
  type Replay,
  type ReplayContext,
  type Suite,
} from './suite.ts';

/** At least so many seeds of ours are averaged. */
const SEEDS_LEAST = 10;
/** More seeds than this are somebody's mistake. */
const SEEDS_MOST = 1000;
/** Standard deviations that a mean may be apart. */
const DEVIATIONS = 3;
/** Percentage points that it may be apart however little the authors' seeds spread. */
const POINTS_LEAST = 0.3;
/** Larger lists than any cluster or workload of this kind. */
const NODES_MOST = 100_000;
const PODS_MOST = 1_000_000;
const AMOUNT_MOST = 2 ** 40;
const DEVICES_MOST = 31;
/** As the published simulator sets it: no node is ever full by number of pods. */
const PODS_PER_NODE = 1001;

const METRICS: readonly (keyof LoadPoint)[] = [
  'gpuAllocationPercent',
  'fragmentedGpuPercentOfTotal',
  'fragmentedGpuPercentOfIdle',
];

/** GPU sharing on the OpenB cluster. */
export const openbSuite: Suite = {
  name: 'openb',
  isSlow: true,
  recognises: ({ json }) => isObject(json.publishedAtArrivedPercent) && typeof json.policy === 'string',
  siblings: ({ json }) => [json.nodes, json.pods].filter((name) => typeof name === 'string'),
  replay: replayCase,
};

function replayCase({ json }: RecordedCase, context: ReplayContext): Replay {
  const policy = policyOf(json);
  const tieBreak = json.tieBreak ?? 'lowest-name';
  if (tieBreak !== 'lowest-name' && tieBreak !== 'random')
    throw new CaseProblem('"tieBreak" must be "lowest-name" or "random".');
  const nodes = nodesOf(listOf(context, json, 'nodes'));
  const { shapes, counts } = podsOf(listOf(context, json, 'pods'));
  const seeds = Math.max(SEEDS_LEAST, json.seeds === undefined ? 0 : wholeField(json, 'seeds', 1, SEEDS_MOST));
  const runs = Array.from({ length: seeds }, (_, i) =>
    runInflation({ nodes, shapes, counts, policy, tieBreak, seed: `openb/${i}` }),
  );
  const name = textField(json, 'case');
  return { family: policy, name, quantities: quantitiesOf(objectField(json, 'publishedAtArrivedPercent'), runs) };
}

function policyOf(json: JsonObject): GpuPolicyName {
  const named = textField(json, 'policy');
  const policy = GPU_POLICY_NAMES.find((name) => name === named);
  if (policy === undefined)
    throw new CaseProblem(`"policy" is "${named.slice(0, 40)}", but must be one of ${GPU_POLICY_NAMES.join(', ')}.`);
  return policy;
}

function quantitiesOf(published: JsonObject, runs: readonly InflationResult[]): Quantity[] {
  return Object.keys(published).flatMap((percent) => {
    const point = objectField(published, percent);
    return Object.keys(point).map((metric) => {
      const observed = objectField(point, metric);
      const mean = numberField(observed, 'mean', -AMOUNT_MOST, AMOUNT_MOST);
      const spread = DEVIATIONS * numberField(observed, 'stdev', 0, AMOUNT_MOST);
      const simulated = simulatedMean(runs, Number(percent), metric);
      return judge(`${metric} at ${percent} % arrived`, mean, simulated, Math.max(POINTS_LEAST, spread));
    });
  });
}

/** Undefined when no arrival of some run has that load, or the metric is not one of ours. */
function simulatedMean(runs: readonly InflationResult[], percent: number, metric: string): number | undefined {
  const known = METRICS.find((name) => name === metric);
  if (known === undefined) return undefined;
  const values = runs.map(({ points }) => points.get(percent)?.[known] ?? Number.NaN);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isNaN(mean) ? undefined : mean;
}

function listOf(context: ReplayContext, json: JsonObject, field: string): JsonObject {
  const path = textField(json, field);
  const list = context.sibling(path);
  if (isObject(list)) return list;
  throw new CaseProblem(`"${field}" names ${path}, which is not in the folder beside this case.`);
}

function nodesOf(list: JsonObject): ClusterNode[] {
  const shapes = objectsIn(list, 'shapes').map((shape) => ({
    capacity: {
      cpuMilli: wholeField(shape, 'cpuMilli', 0, AMOUNT_MOST),
      memoryMib: wholeField(shape, 'memoryMib', 0, AMOUNT_MOST),
      gpus: wholeField(shape, 'gpus', 0, DEVICES_MOST),
    },
    gpuModel: textField(shape, 'gpuModel'),
  }));
  const order = runsIn(list).flatMap(([shape, count]) => new Array<number>(count).fill(shape));
  if (order.length > NODES_MOST) throw new CaseProblem(`The list of nodes holds ${order.length} of them.`);
  const withGpus = order.filter((shape) => (shapes[shape]?.capacity.gpus ?? 0) > 0);
  if (withGpus.length === 0) throw new CaseProblem('The list of nodes holds none with GPUs.');
  return withGpus.map((shape, index) => ({
    ...shapes[shape]!,
    name: `openb-node-${String(index).padStart(4, '0')}`,
    rack: 0,
    labels: {},
    taints: [],
    allocatable: allocatableOf(shapes[shape]!.capacity, { cpuMilli: 0, memoryMib: 0 }),
    podsMax: PODS_PER_NODE,
  }));
}

/** Pairs of a shape's number and a count, in the order of names. */
function runsIn(list: JsonObject): readonly (readonly [number, number])[] {
  const runs: unknown = list.runsInNameOrder;
  const isCount = (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= NODES_MOST;
  if (Array.isArray(runs) && runs.every((run) => Array.isArray(run) && run.length === 2 && run.every(isCount)))
    return runs;
  throw new CaseProblem('"runsInNameOrder" of the nodes must be pairs of a shape\'s number and a count.');
}

function podsOf(list: JsonObject): { shapes: PodShape[]; counts: number[] } {
  const entries = objectsIn(list, 'shapes');
  const counts = entries.map((entry) => wholeField(entry, 'count', 0, PODS_MOST));
  const demand = entries.reduce((sum, entry, i) => sum + counts[i]! * Number(entry.gpus), 0);
  if (!(demand > 0)) throw new CaseProblem('The list of pods asks for no GPU.');
  return { counts, shapes: entries.map(podShapeOf) };
}

function podShapeOf(entry: JsonObject, index: number): PodShape {
  const gpus = wholeField(entry, 'gpus', 0, DEVICES_MOST);
  const gpuMilli = gpus === 0 ? 0 : wholeField(entry, 'gpuMilli', 1, 1000);
  if (gpus > 1 && gpuMilli < 1000) throw new CaseProblem(`Pod shape ${index} asks for parts of several GPUs.`);
  const models: unknown = entry.gpuSpec ?? [];
  if (!Array.isArray(models) || !models.every((model) => typeof model === 'string'))
    throw new CaseProblem(`"gpuSpec" of pod shape ${index} must be a list of models.`);
  return {
    name: `shape-${index}`,
    cpuMilli: wholeField(entry, 'cpuMilli', 0, AMOUNT_MOST),
    memoryMib: wholeField(entry, 'memoryMib', 0, AMOUNT_MOST),
    gpus,
    gpuMilli,
    // A model means nothing to a pod without GPUs.
    gpuModels: gpus === 0 ? [] : models,
    tolerations: [],
    nodeSelector: {},
    nodeAffinity: NO_NODE_AFFINITY,
  };
}

function objectsIn(parent: JsonObject, field: string): readonly JsonObject[] {
  const list: unknown = parent[field];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new CaseProblem(`"${field}" must be a list of objects.`);
}
