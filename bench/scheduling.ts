/**
 * Placements a second of the scheduler, in CPU time of one core.
 *
 * Cases: the whole OpenB cluster (counts by shape from scenarios/data, a synthetic cluster of the same size without
 * them), the same with 1,000 nodes, wishes between talkers, and clusters like those on which the real scheduler was
 * measured: 1,000 nodes in three zones with 20,000 pods of 150 shapes that are plain, or must be spread over zones, or
 * keep away from their like; last 5,000 nodes with 150,000 pods, which also tells the memory for each pod.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelSelector } from '../models/cluster/label-selector.ts';
import { allocatableOf, type ClusterNode } from '../models/cluster/node.ts';
import { NO_NODE_AFFINITY } from '../models/cluster/node-selector.ts';
import type { Pod, PodShape } from '../models/cluster/pod.ts';
import { Scheduler, type SchedulerOptions } from '../models/scheduling/scheduler.ts';
import { StreamSource } from '../sim/random/stream.ts';

interface NodeCounts {
  readonly shapes: readonly { cpuMilli: number; memoryMib: number; gpus: number; gpuModel: string }[];
  readonly runs: readonly (readonly [number, number])[];
}

interface PodCounts {
  readonly shapes: readonly {
    cpuMilli: number;
    memoryMib: number;
    gpus: number;
    gpuMilli?: number;
    gpuModels?: readonly string[];
    count: number;
  }[];
}

interface Case {
  readonly name: string;
  readonly nodes: readonly ClusterNode[];
  readonly shapes: readonly PodShape[];
  readonly pods: readonly Pod[];
  readonly affinity: SchedulerOptions['affinity'];
  /** Times that it is run; ROUNDS if absent. */
  readonly rounds?: number;
}

const NODES_PER_RACK = 40;
const REPLICAS = 40;
const ROUNDS = 7;

function dataFile(name: string): unknown {
  const path = join(process.cwd(), 'scenarios', 'data', `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

const SYNTHETIC_NODES: NodeCounts = {
  shapes: [
    { cpuMilli: 96_000, memoryMib: 393_216, gpus: 8, gpuModel: 'A' },
    { cpuMilli: 64_000, memoryMib: 262_144, gpus: 2, gpuModel: 'B' },
    { cpuMilli: 96_000, memoryMib: 524_288, gpus: 0, gpuModel: '' },
  ],
  runs: [
    [0, 600],
    [1, 613],
    [2, 310],
  ],
};

const SYNTHETIC_PODS: PodCounts = {
  shapes: Array.from({ length: 151 }, (_, i) => ({
    cpuMilli: 1000 + ((i * 977) % 11_000),
    memoryMib: 2048 + ((i * 1_009) % 40_000),
    gpus: i % 5 === 0 ? 0 : 1,
    gpuMilli: i % 5 === 0 ? 0 : 300 + (i % 8) * 100,
    gpuModels: i % 20 === 1 ? ['A'] : [],
    count: 54,
  })),
};

function nodesOf(counts: NodeCounts): ClusterNode[] {
  const order = counts.runs.flatMap(([shape, length]) => new Array<number>(length).fill(shape));
  return order.map((shape, i) => {
    const { cpuMilli, memoryMib, gpus, gpuModel } = counts.shapes[shape];
    const capacity = { cpuMilli, memoryMib, gpus };
    return {
      name: `openb-node-${String(i).padStart(4, '0')}`,
      rack: Math.floor(i / NODES_PER_RACK),
      labels: {},
      taints: [],
      capacity,
      allocatable: allocatableOf(capacity, { cpuMilli: 0, memoryMib: 0 }),
      gpuModel,
      podsMax: 110,
    };
  });
}

function shapesOf(counts: PodCounts): PodShape[] {
  return counts.shapes.map(({ cpuMilli, memoryMib, gpus, gpuMilli, gpuModels }, i) => ({
    name: `kind-${i}`,
    cpuMilli,
    memoryMib,
    gpus,
    gpuMilli: gpuMilli ?? 0,
    gpuModels: gpuModels ?? [],
    tolerations: [],
    nodeSelector: {},
    nodeAffinity: NO_NODE_AFFINITY,
  }));
}

function podsOf(counts: readonly number[]): Pod[] {
  const pods = counts.flatMap((count, shape) => Array.from({ length: count }, () => shape));
  new StreamSource('bench').stream('pods', 'order').shuffle(pods);
  return pods.map((shape, i) => ({ name: `pod-${i}`, shape, service: Math.floor(i / REPLICAS) }));
}

const ZONES = ['a', 'b', 'c'];
const KINDS = 150;

function zonedNodes(count: number): ClusterNode[] {
  const capacity = { cpuMilli: 64_000, memoryMib: 262_144, gpus: 0 };
  return Array.from({ length: count }, (_, i) => ({
    name: `node-${i}`,
    rack: Math.floor(i / NODES_PER_RACK),
    labels: { 'kubernetes.io/hostname': `node-${i}`, 'topology.kubernetes.io/zone': ZONES[i % ZONES.length] },
    taints: [],
    capacity,
    allocatable: capacity,
    gpuModel: '',
    podsMax: 110,
  }));
}

/** Shapes of pods, each with an application label of its own. */
function appShapes(more: (selector: LabelSelector) => Partial<PodShape>): PodShape[] {
  const plain = Array.from({ length: KINDS }, (_, i) => ({
    ...{ cpuMilli: 100 + ((i * 977) % 1900), memoryMib: 128 + ((i * 1_009) % 4000), gpus: 0, count: 0 },
  }));
  return shapesOf({ shapes: plain }).map((shape, i) => {
    const labels = { app: `app-${i}` };
    return { ...shape, labels, ...more({ matchLabels: labels, matchExpressions: [] }) };
  });
}

const overZones = (selector: LabelSelector): Partial<PodShape> => ({
  topologySpread: [
    {
      ...{ maxSkew: 1, minDomains: 1, whenUnsatisfiable: 'DoNotSchedule', selector },
      ...{ topologyKey: 'topology.kubernetes.io/zone', nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore' },
    },
  ],
});

const apart = (selector: LabelSelector): Partial<PodShape> => ({
  podAntiAffinity: {
    required: [],
    preferred: [
      { weight: 100, selector, namespaces: [], namespaceSelector: null, topologyKey: 'kubernetes.io/hostname' },
    ],
  },
});

function largeCases(): Case[] {
  const named = (name: string, nodes: number, pods: number, shapes: readonly PodShape[]): Case => {
    const counts = shapes.map((_, i) => Math.floor(pods / KINDS) + Number(i < pods % KINDS));
    return { name, nodes: zonedNodes(nodes), shapes, pods: podsOf(counts), affinity: [] };
  };
  const plain = appShapes(() => ({}));
  return [
    named('plain', 1000, 20_000, plain),
    named('hard zone spread', 1000, 20_000, appShapes(overZones)),
    named('preferred anti-affinity', 1000, 20_000, appShapes(apart)),
    { ...named('large', 5000, 150_000, plain), rounds: 1 },
  ];
}

function cases(): Case[] {
  const nodes = nodesOf((dataFile('openb-nodes') as NodeCounts | undefined) ?? SYNTHETIC_NODES);
  const podCounts = (dataFile('openb-pods') as PodCounts | undefined) ?? SYNTHETIC_PODS;
  const shapes = shapesOf(podCounts);
  const pods = podsOf(podCounts.shapes.map((shape) => shape.count));
  const wishes: SchedulerOptions['affinity'] = [
    { to: 'talkers', topology: 'rack', weight: 100, anti: false },
    { to: 'replicas', topology: 'node', weight: 50, anti: true },
  ];
  const small = shapesOf({ shapes: SYNTHETIC_PODS.shapes.slice(0, 2).map((shape) => ({ ...shape, gpus: 0 })) });
  return [
    { name: 'OpenB', nodes, shapes, pods, affinity: [] },
    { name: '1,000 nodes, 150 shapes', nodes: nodes.slice(0, 1000), shapes, pods, affinity: [] },
    {
      name: 'wishes, 100 nodes',
      nodes: nodes.slice(0, 100),
      shapes: small,
      pods: podsOf([500, 500]),
      affinity: wishes,
    },
    { name: 'wishes, OpenB', nodes, shapes, pods, affinity: wishes },
    ...largeCases(),
  ];
}

interface Run {
  readonly cpuMs: number;
  readonly placed: number;
  /** Growth of the memory in use. */
  readonly bytes: number;
}

function memoryBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** One run. The memory is measured after it, in an extra run: a collection makes the next run compile anew. */
function place({ nodes, shapes, pods, affinity }: Case, seed: string, measuresMemory = false): Run {
  const services = Math.ceil(pods.length / REPLICAS);
  const bytesBefore = measuresMemory ? memoryBytes() : 0;
  const start = process.cpuUsage();
  const scheduler = new Scheduler(nodes, shapes, pods, {
    strategy: 'LeastAllocated',
    affinity,
    tieBreak: 'random',
    stream: new StreamSource(seed).stream('scheduler', 'ties'),
    talkersOf: (service) => [(service + 1) % services, (service + services - 1) % services],
  });
  let placed = 0;
  for (let pod = 0; pod < pods.length; pod++) if (scheduler.schedule(pod).node >= 0) placed++;
  const { user, system } = process.cpuUsage(start);
  const bytes = measuresMemory ? memoryBytes() - bytesBefore : 0;
  // Named after the measurement, so that it is not collected before.
  return { cpuMs: (user + system) / 1000, placed: Math.min(placed, scheduler.podCount), bytes };
}

for (const one of cases()) {
  const rounds = one.rounds ?? ROUNDS;
  const runs = Array.from({ length: rounds }, (_, round) => place(one, `round-${round}`));
  const { bytes } = place(one, 'memory', true);
  const costs = runs.map((run) => run.cpuMs).sort((a, b) => a - b);
  const medianMs = costs[Math.floor(rounds / 2)];
  const rate = Math.round((one.pods.length / medianMs) * 1000);
  // In smaller cases the growth of the heap says more of its collection than of pods.
  const memory = one.pods.length < 100_000 ? '' : `, ${Math.round(bytes / one.pods.length)} bytes a pod`;
  console.log(
    `${one.name}: ${one.nodes.length} nodes, ${one.pods.length} pods, ${runs[0].placed} placed: ` +
      `first ${runs[0].cpuMs.toFixed(0)} ms, median ${medianMs.toFixed(0)} ms CPU, ${rate} pods/s${memory}`,
  );
}
