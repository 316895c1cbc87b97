/** Random clusters, options and sequences of actions for property tests. */
import fc from 'fast-check';
import type { Taint, Toleration } from '../../../models/cluster/toleration.ts';
import { GPU_POLICY_NAMES } from '../../../models/scheduling/policies/index.ts';
import type { AffinityTerm, Scheduler, SchedulerOptions } from '../../../models/scheduling/scheduler.ts';
import { anyObjects, relations } from './random-relations.ts';
import { type Cluster, nodeWith, shapeWith } from './small-cluster.ts';

const SERVICES = 4;

const taint: fc.Arbitrary<Taint> = fc.record({
  key: fc.constantFrom('a', 'b'),
  value: fc.constantFrom('', 'x'),
  effect: fc.constantFrom('NoSchedule' as const, 'PreferNoSchedule' as const, 'NoExecute' as const),
});

const toleration: fc.Arbitrary<Toleration> = fc.record({
  key: fc.constantFrom('a', 'b', '', 'node.kubernetes.io/unreachable'),
  operator: fc.constantFrom('Exists' as const, 'Equal' as const),
  value: fc.constantFrom('', 'x'),
  effect: fc.constantFrom('' as const, 'NoSchedule' as const, 'PreferNoSchedule' as const),
});

const labels = fc.dictionary(fc.constantFrom('disk', 'zone'), fc.constantFrom('1', '2'), { noNullPrototype: true });

/** Zones and hostnames, which some nodes lack. */
const places = fc.record(
  {
    'topology.kubernetes.io/zone': fc.constantFrom('a', 'b', 'c'),
    'kubernetes.io/hostname': fc.constantFrom('h1', 'h2', 'h3', 'h4', 'h5'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const images = fc.subarray([
  { names: ['big:1', 'big:latest'], sizeBytes: 3e8 },
  { names: ['small:1'], sizeBytes: 5e7 },
]);

const requirement = fc.record({
  key: fc.constantFrom('disk', 'zone'),
  operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const),
  values: fc.subarray(['1', '2']),
});

const term = fc.record({ expressions: fc.array(requirement, { maxLength: 2 }) });

const node = fc
  .record({
    cpuMilli: fc.constantFrom(0, 2000, 4000, 7600),
    memoryMib: fc.constantFrom(0, 4096, 8192),
    gpus: fc.constantFrom(0, 0, 1, 3),
    rack: fc.nat(2),
    labels: fc.tuple(labels, places).map(([one, other]) => ({ ...one, ...other })),
    taints: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(taint, { maxLength: 2 })),
    gpuModel: fc.constantFrom('A', 'B'),
    podsMax: fc.constantFrom(2, 110),
    unschedulable: fc.constantFrom(false, false, false, true),
    extended: fc.constantFrom({}, { 'a/fpga': 4 }, { 'a/fpga': 1, 'ephemeral-storage': 3 }),
    images,
  })
  .map(nodeWith);

const gpuRequest = fc.constantFrom(
  { gpus: 0, gpuMilli: 0 },
  { gpus: 1, gpuMilli: 300 },
  { gpus: 1, gpuMilli: 700 },
  { gpus: 1, gpuMilli: 1000 },
  { gpus: 2, gpuMilli: 1000 },
);

const shape = fc
  .record({
    cpuMilli: fc.constantFrom(0, 50, 500, 1250),
    memoryMib: fc.constantFrom(0, 64, 700, 2048),
    gpu: gpuRequest,
    gpuModels: fc.subarray(['A', 'B']),
    tolerations: fc.array(toleration, { maxLength: 2 }),
    nodeSelector: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, labels),
    nodeAffinity: fc.record({
      required: fc.array(term, { maxLength: 1 }),
      preferred: fc.array(
        term.chain((one) => fc.integer({ min: 1, max: 100 }).map((weight) => ({ ...one, weight }))),
        { maxLength: 2 },
      ),
    }),
  })
  .chain((one) => fc.oneof(fc.constant({}), relations).map((more) => ({ ...one, ...more })))
  .map(({ gpu, ...rest }) => shapeWith({ ...rest, ...gpu }));

/** Up to 12 nodes, 6 shapes and 40 pods of 4 services. */
export const anyCluster: fc.Arbitrary<Cluster> = fc
  .tuple(fc.array(node, { minLength: 1, maxLength: 12 }), fc.array(shape, { minLength: 1, maxLength: 6 }))
  .chain(([nodes, shapes]) => {
    const pod = fc.record({ shape: fc.nat(shapes.length - 1), service: fc.integer({ min: -1, max: SERVICES - 1 }) });
    return fc.array(pod, { minLength: 1, maxLength: 40 }).map((pods) => ({
      nodes: nodes.map((one, i) => ({ ...one, name: `n${(i * 7) % 13}` })),
      shapes,
      pods: pods.map((one, i) => ({ ...one, name: `pod-${i}` })),
    }));
  });

const affinityTerm: fc.Arbitrary<AffinityTerm> = fc.record({
  to: fc.constantFrom('talkers' as const, 'replicas' as const),
  topology: fc.constantFrom('rack' as const, 'node' as const),
  weight: fc.integer({ min: 1, max: 100 }),
  anti: fc.boolean(),
  required: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
});

const RATIO = {
  utilizationShape: [
    { utilization: 0, score: 0 },
    { utilization: 70, score: 10 },
    { utilization: 100, score: 3 },
  ],
};

const THREE = [
  { name: 'cpu', weight: 2 },
  { name: 'a/fpga', weight: 5 },
  { name: 'memory', weight: 1 },
];

const WITH_OTHERS = { fitResources: THREE, balancedResources: THREE };

/** Everything but the stream, which must be fresh for each scheduler. */
export const anyOptions: fc.Arbitrary<Partial<SchedulerOptions>> = fc.record(
  {
    strategy: fc.constantFrom('LeastAllocated' as const, 'MostAllocated' as const, 'RequestedToCapacityRatio' as const),
    arguments: fc.constantFrom(RATIO, { ...RATIO, ...WITH_OTHERS }),
    objects: anyObjects,
    tieBreak: fc.constantFrom('random' as const, 'lowest-name' as const),
    affinity: fc.oneof(fc.constant([]), fc.array(affinityTerm, { maxLength: 3 })),
    // Deliberately one-sided: service 0 talks with 1 and 3, 1 with 2, and nobody names 0.
    talkersOf: fc.constant((service: number) => ([[1, 3], [2, 2, 9], [], [1]] as const)[service] ?? []),
    gpuPolicy: fc.constantFrom(...GPU_POLICY_NAMES),
  },
  { requiredKeys: ['strategy', 'arguments', 'tieBreak', 'affinity', 'talkersOf'] },
);

/** One step of a test: place or free a pod, or turn a node's readiness over. */
export interface Action {
  readonly kind: 'pod' | 'node';
  readonly pick: number;
}

export const anyActions: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.record({
    kind: fc.oneof({ weight: 9, arbitrary: fc.constant('pod' as const) }, fc.constant('node' as const)),
    pick: fc.nat(1000),
  }),
  { maxLength: 80 },
);

/** Does the step; returns what the scheduler decided, or undefined where it decides nothing. */
export function act(scheduler: Scheduler, cluster: Cluster, { kind, pick }: Action): unknown {
  if (kind === 'node') {
    scheduler.setNodeReady(pick % cluster.nodes.length, pick % 3 === 0);
    return undefined;
  }
  const pod = pick % cluster.pods.length;
  if (scheduler.nodeOf(pod) < 0) return scheduler.schedule(pod);
  scheduler.forget(pod);
  return undefined;
}
