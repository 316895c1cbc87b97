/**
 * The published experiment on GPU sharing: pods arrive one by one until they ask for more GPUs than there are, none leaves,
 * and after every arrival it is measured how much is allocated and how much of the rest is fragmented.
 *
 * Source: USENIX ATC 2023, "Beware of Fragmentation", and its published simulator (hkust-adsl, commit 8f3d641,
 * `pkg/simulator/simulator.go`, `experiments/analysis`): the listed pods come in random order, then pods drawn from the list
 * with replacement, until GPU demand would pass 1.3 times the capacity; of a list that asks for more, pods are taken out at
 * random. Before the pods come, every node gets a number of a random permutation before its name. Typical pods are those of the list. The value at a load is the mean over the arrivals whose demand rounds to it.
 * Leaves out: times of the trace; a single run does not equal a published one, whose random numbers are its own.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { type Stream, StreamSource } from '../../../sim/random/stream.ts';
import { type ClusterNode, GPU_DEVICE_MILLI } from '../../cluster/node.ts';
import type { Pod, PodShape } from '../../cluster/pod.ts';
import type { TieBreak } from '../options.ts';
import { Scheduler } from '../scheduler.ts';
import type { GpuPolicyName } from './index.ts';
import { typicalPodsOf } from './typical-pods.ts';

/** GPU demand at the end, in parts of the capacity. */
const DEMAND_MOST = 1.3;

/** One run of the experiment. */
export interface InflationSetting {
  readonly nodes: readonly ClusterNode[];
  readonly shapes: readonly PodShape[];
  /** Pods of each shape in the list. */
  readonly counts: readonly number[];
  readonly policy: GpuPolicyName;
  readonly tieBreak: TieBreak;
  readonly seed: string;
}

/** Means over the arrivals of one load. */
export interface LoadPoint {
  /** Of all GPUs, in per cent. */
  readonly gpuAllocationPercent: number;
  /** Idle GPUs that the typical pods could not use, in per cent of all GPUs. */
  readonly fragmentedGpuPercentOfTotal: number;
  /** The same in per cent of the idle GPUs; 0 when none is idle. */
  readonly fragmentedGpuPercentOfIdle: number;
}

/** What came of one run. */
export interface InflationResult {
  /** Pods that arrived, and how many of them found a node. */
  readonly arrived: number;
  readonly placed: number;
  /** By arrived GPU demand in whole per cent of the capacity. */
  readonly points: ReadonlyMap<number, LoadPoint>;
}

/** Runs the experiment once. The nodes must have GPUs. */
export function runInflation({ nodes, shapes, counts, policy, tieBreak, seed }: InflationSetting): InflationResult {
  const streams = new StreamSource(seed);
  const capacityMilli = nodes.reduce((sum, { capacity }) => sum + capacity.gpus, 0) * GPU_DEVICE_MILLI;
  assert(capacityMilli > 0, 'an experiment on GPUs needs nodes that have some');
  const pods = inflatedPods(shapes, counts, capacityMilli, streams);
  const typicalPods = typicalPodsOf(shapes, counts);
  const scheduler = new Scheduler(renamed(nodes, streams), shapes, pods, {
    strategy: 'LeastAllocated',
    affinity: [],
    tieBreak,
    stream: streams.stream('inflation', 'decisions'),
    talkersOf: () => [],
    gpuPolicy: policy,
    typicalPods,
  });
  const meter = scheduler.fragmentation(typicalPods);
  const fragments = Float64Array.from(nodes, (_, node) => meter.of(node));
  const state = { arrivedMilli: 0, allocatedMilli: 0, fragments: fragments.reduce((sum, one) => sum + one, 0) };
  const loads = new Loads(capacityMilli, meter.pods);
  let placed = 0;
  for (let pod = 0; pod < pods.length; pod++) {
    const demandMilli = gpuMilliOf(shapes[pods[pod].shape]);
    const { node } = scheduler.schedule(pod);
    state.arrivedMilli += demandMilli;
    if (node >= 0) {
      placed++;
      state.allocatedMilli += demandMilli;
      state.fragments += meter.of(node) - fragments[node];
      fragments[node] = meter.of(node);
    }
    loads.add(state);
  }
  return { arrived: pods.length, placed, points: loads.points() };
}

/** The nodes with a number before each name, dealt at random: ties by name fall to other nodes in each run. */
function renamed(nodes: readonly ClusterNode[], streams: StreamSource): ClusterNode[] {
  const digits = String(nodes.length - 1).length;
  const numbers = streams.stream('inflation', 'names').shuffle(nodes.map((_, number) => number));
  return nodes.map((node, at) => ({ ...node, name: `${String(numbers[at]).padStart(digits, '0')}-${node.name}` }));
}

interface ClusterState {
  readonly arrivedMilli: number;
  readonly allocatedMilli: number;
  /** Over all nodes, times the number of pods that the typical ones stand for. */
  readonly fragments: number;
}

/** Sums over the arrivals of each load. */
class Loads {
  private readonly capacityMilli: number;
  private readonly podsOfMeter: number;
  private readonly sums = new Map<number, { arrivals: number; allocated: number; ofTotal: number; ofIdle: number }>();

  constructor(capacityMilli: number, podsOfMeter: number) {
    this.capacityMilli = capacityMilli;
    this.podsOfMeter = podsOfMeter;
  }

  add({ arrivedMilli, allocatedMilli, fragments }: ClusterState): void {
    const percent = Math.round((arrivedMilli / this.capacityMilli) * 100);
    const sum = this.sums.get(percent) ?? { arrivals: 0, allocated: 0, ofTotal: 0, ofIdle: 0 };
    this.sums.set(percent, sum);
    const fragmentedMilli = fragments / this.podsOfMeter;
    const idleMilli = this.capacityMilli - allocatedMilli;
    sum.arrivals++;
    sum.allocated += (allocatedMilli / this.capacityMilli) * 100;
    sum.ofTotal += (fragmentedMilli / this.capacityMilli) * 100;
    sum.ofIdle += idleMilli === 0 ? 0 : (fragmentedMilli / idleMilli) * 100;
  }

  points(): Map<number, LoadPoint> {
    const points = [...this.sums].map(([percent, { arrivals, allocated, ofTotal, ofIdle }]) => {
      const point: LoadPoint = {
        gpuAllocationPercent: allocated / arrivals,
        fragmentedGpuPercentOfTotal: ofTotal / arrivals,
        fragmentedGpuPercentOfIdle: ofIdle / arrivals,
      };
      return [percent, point] as const;
    });
    return new Map(points);
  }
}

function gpuMilliOf({ gpus, gpuMilli }: PodShape): number {
  return gpus * gpuMilli;
}

/** The listed pods in random order, and after them pods drawn from the list. */
function inflatedPods(
  shapes: readonly PodShape[],
  counts: readonly number[],
  capacityMilli: number,
  streams: StreamSource,
): Pod[] {
  const listed = counts.flatMap((count, shape) => new Array<number>(count).fill(shape));
  const order = streams.stream('inflation', 'order').shuffle([...listed]);
  const most = DEMAND_MOST * capacityMilli;
  const demand = order.reduce((sum, shape) => sum + gpuMilliOf(shapes[shape]), 0);
  const draws = streams.stream('inflation', 'draws');
  if (demand > most) takeOut(order, shapes, demand - most, draws);
  else append(order, listed, shapes, most - demand, draws);
  return order.map((shape, pod) => ({ name: `pod-${pod}`, shape, service: -1 }));
}

/** Takes pods out until they ask for so much less at least. */
function takeOut(order: number[], shapes: readonly PodShape[], surplusMilli: number, draws: Stream): void {
  let left = surplusMilli;
  while (left > 0) left -= gpuMilliOf(shapes[order.splice(draws.below(order.length), 1)[0]]);
}

/** Appends pods drawn from the list until the next would ask for more than is left. */
function append(
  order: number[],
  listed: readonly number[],
  shapes: readonly PodShape[],
  roomMilli: number,
  draws: Stream,
): void {
  assert(
    listed.some((shape) => gpuMilliOf(shapes[shape]) > 0),
    'an experiment on GPUs needs pods that ask for some',
  );
  let room = roomMilli;
  for (;;) {
    const shape = listed[draws.below(listed.length)];
    room -= gpuMilliOf(shapes[shape]);
    if (room < 0) return;
    order.push(shape);
  }
}
