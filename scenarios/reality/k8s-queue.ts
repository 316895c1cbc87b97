/**
 * The suite `k8s`, queue cases: when and in what order the real scheduler tried pods again.
 *
 * The pods of a case live in our own scheduling loop. What a recording does not tell is taken from it and said so: where
 * the one-second windows of the scheduler's clock begin (from the first retry, which is then no proof), and between which
 * attempts the node appeared. Deletions "about every 0.26 s" are made every 0.26 s.
 */
import { NO_NODE_AFFINITY } from '../../models/cluster/node-selector.ts';
import type { PodShape } from '../../models/cluster/pod.ts';
import { hintsOf } from '../../models/scheduling/queue/hints.ts';
import { SchedulingLoop } from '../../models/scheduling/queue/scheduling-loop.ts';
import { DEFAULT_QUEUE_OPTIONS } from '../../models/scheduling/queue/scheduling-queue.ts';
import { Scheduler } from '../../models/scheduling/scheduler.ts';
import { NS_PER_MS, NS_PER_SECOND, nsToSeconds, secondsToNs } from '../../sim/engine/sim-time.ts';
import { Simulation } from '../../sim/engine/simulation.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { cpuMilliOf } from '../document/manifests/quantity.ts';
import { isObject, numberField, objectField, textField } from './case-reader.ts';
import { judge, type Quantity } from './quantity.ts';
import { CaseProblem, type JsonObject, type RecordedCase, type Replay, type Suite } from './suite.ts';

const FAMILIES: Readonly<Record<string, (json: JsonObject) => Quantity[]>> = {
  'backoff-no-nodes': backoffWithoutNodes,
  'priority-order': priorityOrder,
  'retry-on-event': retryOnEvent,
};

/** Retries, backoff and order of a real scheduling queue. */
export const k8sQueueSuite: Suite = {
  name: 'k8s',
  recognises: ({ json }) => typeof json.family === 'string' && Object.hasOwn(FAMILIES, json.family),
  replay,
};

function replay({ json }: RecordedCase): Replay {
  const family = textField(json, 'family');
  return {
    family,
    name: String(numberField(json, 'id', 0, Number.MAX_SAFE_INTEGER)),
    quantities: FAMILIES[family]!(json),
  };
}

/** Attempts were read from a log; a loaded machine is this late, seconds. */
const LATE_SECONDS = 0.1;

/** The case says "about 0.26 s" and "for 50 s". */
const DELETION_SECONDS = 0.26;
const DELETIONS_END_SECONDS = 50;

/** What a decision took in the recording, order of magnitude; without it the pods of one instant could not queue up. */
const ATTEMPT_NS = NS_PER_MS;

/** One pod of a case. */
interface CasePod {
  readonly shape: PodShape;
  readonly createdSeconds: number;
}

/** A scheduler with one node and the case's pods, which come at their times. */
class QueueBench {
  readonly sim = new Simulation();
  readonly scheduler: Scheduler;
  readonly loop: SchedulingLoop;
  /** By pod: seconds. */
  readonly attempts: number[][];
  /** Pods in the order of their attempts. */
  readonly tried: number[] = [];
  readonly bound: number[] = [];
  hasNode = true;

  constructor(pods: readonly CasePod[], cpuMilli: number, windowPhaseSeconds = 0) {
    const capacity = { cpuMilli, memoryMib: 65_536, gpus: 0 };
    const node = {
      name: 'n0',
      rack: 0,
      labels: { 'kubernetes.io/hostname': 'n0' },
      taints: [],
      capacity,
      allocatable: capacity,
      gpuModel: '',
      podsMax: 500,
    };
    const shapes = pods.map(({ shape }) => shape);
    const list = shapes.map(({ name }, shape) => ({ name, shape, service: -1 }));
    this.scheduler = new Scheduler([node], shapes, list, {
      strategy: 'LeastAllocated',
      affinity: [],
      tieBreak: 'lowest-name',
      stream: new StreamSource('queue').stream('scheduler', 'ties'),
      talkersOf: () => [],
    });
    this.attempts = pods.map(() => []);
    const context = {
      scheduler: this.scheduler,
      nodeCount: () => Number(this.hasNode),
      priorityOf: (pod: number) => shapes[pod]!.priority ?? 0,
      mayEnter: () => true,
      hint: hintsOf(this.scheduler),
      attemptNs: () => ATTEMPT_NS,
      bindNs: () => 0,
      onAttempt: (pod: number, nowNs: number) => {
        this.attempts[pod]!.push(nsToSeconds(nowNs));
        this.tried.push(pod);
      },
      onBound: ({ pod }: { pod: number }) => this.bound.push(pod),
      onRefused: () => {},
    };
    const options = { ...DEFAULT_QUEUE_OPTIONS, windowPhaseNs: secondsToNs(windowPhaseSeconds) };
    this.loop = new SchedulingLoop(this.sim, context, [], options);
    const created = this.sim.kind('pod is created', (pod) => this.loop.add(pod));
    for (const [pod, { createdSeconds }] of pods.entries())
      if (createdSeconds >= 0) this.sim.at(secondsToNs(createdSeconds), created, pod);
  }

  /** Does something at an instant. */
  at(seconds: number, what: () => void): void {
    this.sim.at(secondsToNs(seconds), this.sim.kind(`at ${seconds} s`, what));
  }
}

function backoffWithoutNodes(json: JsonObject): Quantity[] {
  const recorded = objectField(json, 'attemptSeconds');
  const created = objectsIn(json, 'created');
  const times = created.map((one) => secondsIn(recorded, textField(one, 'pod')));
  const last = times.map((own) => own.at(-1)!);
  const failed = times.flatMap((own) => own.slice(0, -1));
  const retries = times.flatMap((own) => own.slice(1, 2));
  const firstRetry = Math.min(...retries);
  const pods = created.map((one, i) => podOf(one, 100, times[i]![0]!));
  const bench = new QueueBench(pods, 64_000, firstRetry % 1);
  bench.hasNode = false;
  bench.scheduler.setNodeReady(0, false);
  bench.at((Math.max(...failed) + Math.min(...last)) / 2, () => {
    bench.hasNode = true;
    bench.scheduler.setNodeReady(0, true);
    bench.loop.happened({ kind: 'NodeAdd', node: 0, pod: -1 });
  });
  bench.sim.run(60 * NS_PER_SECOND);
  return created.flatMap((one, pod) => {
    const name = textField(one, 'pod');
    const ours = bench.attempts[pod]!;
    const counted = judge(`${name}: attempts`, times[pod]!.length, ours.length, 0);
    const each = times[pod]!.map((seconds, i) => {
      const note = seconds === firstRetry ? ' (sets where the windows begin)' : '';
      return judge(`${name}: attempt ${i + 1}, s${note}`, seconds, ours[i], LATE_SECONDS);
    });
    return [counted, ...each];
  });
}

function priorityOrder(json: JsonObject): Quantity[] {
  const created = objectsIn(json, 'created');
  const names = created.map((one) => textField(one, 'pod'));
  const pods = created.map((one, i) => podOf(one, cpuMilliOf(one.cpu), 0.12 * i));
  const bench = new QueueBench(pods, cpuMilliOf(json.nodeCpuBefore));
  bench.at(0.12 * pods.length + 2.5, () => {
    bench.scheduler.setAllocatable(0, cpuMilliOf(json.nodeCpuAfter), 65_536);
    bench.loop.happened({ kind: 'NodeUpdateAllocatable', node: 0, pod: -1 });
  });
  bench.sim.run(20 * NS_PER_SECOND);
  const seen = new Map<number, number>();
  const second = bench.tried.filter((pod) => {
    seen.set(pod, (seen.get(pod) ?? 0) + 1);
    return seen.get(pod) === 2;
  });
  const bound = bench.bound.map((pod) => names[pod]!);
  return [
    judge(
      'secondAttemptOrder',
      json.secondAttemptOrder,
      second.map((pod) => names[pod]!),
      'the same order',
    ),
    judge('bound', textsIn(json, 'bound').sort(), bound.sort(), 'the same set'),
  ];
}

function retryOnEvent(json: JsonObject): Quantity[] {
  const recorded = secondsIn(json, 'attemptSeconds');
  const blocker: PodShape = { ...plainShape('blocker', 10, 0), labels: { app: 'blocker' } };
  const selector = { matchLabels: { app: 'blocker' }, matchExpressions: [] };
  const term = { selector, namespaces: [], namespaceSelector: null, topologyKey: 'kubernetes.io/hostname' };
  const pending: PodShape = {
    ...plainShape('pending', 10, 0),
    preemptionPolicy: 'Never',
    podAntiAffinity: { required: [term], preferred: [] },
  };
  const blockers = 200;
  const pods = [{ shape: pending, createdSeconds: 0 }];
  for (let i = 0; i < blockers; i++) pods.push({ shape: blocker, createdSeconds: -1 });
  const bench = new QueueBench(pods, 64_000);
  for (let pod = 1; pod <= blockers; pod++) {
    bench.scheduler.assume(pod, 0, 0);
    const seconds = Math.min(pod * DELETION_SECONDS, DELETIONS_END_SECONDS + 0.001 * pod);
    bench.at(seconds, () => {
      bench.scheduler.forget(pod);
      bench.loop.happened({ kind: 'AssignedPodDelete', node: 0, pod });
    });
  }
  bench.sim.run(120 * NS_PER_SECOND);
  const ours = bench.attempts[0]!;
  return [
    judge('attempts', recorded.length, ours.length, { relative: 0.05 }),
    judge('longest pause between attempts, s', longestPause(recorded), longestPause(ours), LATE_SECONDS),
    judge('last attempt, s', recorded.at(-1)!, ours.at(-1), 0.5),
  ];
}

function longestPause(seconds: readonly number[]): number {
  return Math.max(...seconds.slice(1).map((each, i) => each - seconds[i]!));
}

function podOf(one: JsonObject, cpuMilli: number, createdSeconds: number): CasePod {
  const priority = numberField(one, 'priority', -(2 ** 31), 2 ** 31);
  return {
    shape: { ...plainShape(textField(one, 'pod'), cpuMilli, priority), preemptionPolicy: 'Never' },
    createdSeconds,
  };
}

function plainShape(name: string, cpuMilli: number, priority: number): PodShape {
  const nothing = { gpus: 0, gpuMilli: 0, gpuModels: [], tolerations: [], nodeSelector: {} };
  return { name, cpuMilli, memoryMib: 0, ...nothing, nodeAffinity: NO_NODE_AFFINITY, priority };
}

function objectsIn(parent: JsonObject, name: string): JsonObject[] {
  const list = parent[name];
  if (Array.isArray(list) && list.length > 0 && list.every(isObject)) return list;
  throw new CaseProblem(`"${name}" must be a list of objects.`);
}

function secondsIn(parent: JsonObject, name: string): number[] {
  const list = parent[name];
  const fine = Array.isArray(list) && list.length > 0 && list.every((each) => typeof each === 'number' && each >= 0);
  if (fine) return list as number[];
  throw new CaseProblem(`"${name}" must be a list of seconds.`);
}

function textsIn(parent: JsonObject, name: string): string[] {
  const list = parent[name];
  if (Array.isArray(list) && list.every((each) => typeof each === 'string')) return [...list] as string[];
  throw new CaseProblem(`"${name}" must be a list of texts.`);
}
