/** Pods by kind: a kind is a shape and how many pods have it. Data files and `count` groups of a scenario both give kinds. */
import { z } from 'zod';
import type { NodeAffinity, PodGroup, Toleration } from './cluster-schema.ts';
import { digitsFor, numberedName } from './node-list.ts';

/** What one pod asks for. */
export interface PodShape {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  /** Whole devices if several; with one, `gpuMilli` thousandths of it. */
  readonly gpus: number;
  /** Thousandths of each device; 0 without GPUs. */
  readonly gpuMilli: number;
  /** Models that will do; empty: every model. */
  readonly gpuModels: readonly string[];
  readonly tolerations: readonly Toleration[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly nodeAffinity: NodeAffinity | null;
  /** The higher goes first. */
  readonly priority: number;
}

/** Like pods: their names are the prefix and a number of so many digits, counted from `first`. */
export interface PodKind {
  /** Name of the group in the file, or of the data list with the number of the kind: `openb-pods-0`. */
  readonly name: string;
  readonly namePrefix: string;
  readonly digits: number;
  readonly first: number;
  readonly count: number;
  /** Replicas of one service of this kind; null: as many as `services.replicasMax`. */
  readonly replicas: number | null;
  readonly shape: PodShape;
}

/** One pod with its name and the index of its kind; pods of one kind share the shape object. */
export interface NamedPod {
  readonly name: string;
  readonly kind: number;
  readonly shape: PodShape;
}

/** A data file of pods. */
export const podListSchema = z.strictObject({
  kind: z.literal('pods'),
  title: z.string(),
  source: z.string(),
  count: z.int().min(1),
  namePrefix: z
    .string()
    .max(63)
    .regex(/^[a-z0-9][-a-z0-9.]*-$/, 'must be a name that ends in a hyphen'),
  digits: z.int().min(1).max(9),
  shapes: z
    .array(
      z.strictObject({
        count: z.int(),
        cpuMilli: z.int().min(0).max(100_000_000),
        memoryMib: z
          .int()
          .min(0)
          .max(2 ** 40),
        gpus: z.int().min(0).max(64),
        gpuMilli: z.int().min(1).max(1000).optional(),
        gpuModels: z.array(z.string().min(1).max(63)).default([]),
      }),
    )
    .min(1),
});

/** A data file of pods that has passed its schema; the counts of its shapes may still not add up. */
export type PodList = z.output<typeof podListSchema>;

/** Holes in a list: empty kinds, and a sum that is not the count. One sentence each. */
export function podListHoles(list: PodList): string[] {
  const holes = list.shapes.flatMap((shape, index) =>
    shape.count < 1 ? [`shape ${index} holds ${shape.count} pods`] : [],
  );
  const sum = list.shapes.reduce((total, shape) => total + shape.count, 0);
  if (sum !== list.count) holes.push(`the shapes add up to ${sum} pods, but count says ${list.count}`);
  return holes;
}

/** The kinds of a list without holes. */
export function podKindsOfList(list: PodList, name: string): PodKind[] {
  let first = 0;
  return list.shapes.map((shape, index) => {
    const { count, cpuMilli, memoryMib, gpus, gpuModels } = shape;
    const gpuMilli = gpus === 0 ? 0 : (shape.gpuMilli ?? 1000);
    const asks = {
      cpuMilli,
      memoryMib,
      gpus,
      gpuMilli,
      gpuModels,
      tolerations: [],
      nodeSelector: {},
      nodeAffinity: null,
      priority: 0,
    };
    const names = { name: `${name}-${index}`, namePrefix: list.namePrefix, digits: list.digits };
    const kind: PodKind = { ...names, first, count, replicas: null, shape: asks };
    first += count;
    return kind;
  });
}

/** The one kind of a `count` group. */
export function podKindOfGroup(group: PodGroup): PodKind {
  const { count, name, cpu: cpuMilli, memory: memoryMib, gpus, gpuModels, tolerations, nodeSelector } = group;
  const shape: PodShape = {
    ...{ cpuMilli, memoryMib, gpus, gpuModels, tolerations, nodeSelector },
    gpuMilli: gpus === 0 ? 0 : group.gpuMilli,
    nodeAffinity: group.nodeAffinity ?? null,
    priority: group.priority,
  };
  const digits = digitsFor(count);
  return { name, namePrefix: `${name}-`, digits, first: 0, count, replicas: group.replicas ?? null, shape };
}

/** Every pod with its name, in the order of the kinds. */
export function expandPods(kinds: readonly PodKind[]): NamedPod[] {
  return kinds.flatMap((run, kind) =>
    Array.from({ length: run.count }, (_, index) => ({ name: numberedName(run, index), kind, shape: run.shape })),
  );
}
