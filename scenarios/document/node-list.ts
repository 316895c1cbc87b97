/**
 * Nodes by runs: a long list is a few shapes and the runs in which they follow each other by name. Data files hold
 * figures in this form; a `count` group of a scenario is one run.
 */
import { z } from 'zod';
import type { NodeGroup, Taint } from './cluster-schema.ts';

/** What one node has to give. */
export interface NodeShape {
  readonly cpuMilli: number;
  readonly memoryMib: number;
  readonly gpus: number;
  /** Empty if there are no GPUs or the model does not matter. */
  readonly gpuModel: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/** Like nodes that follow each other: their names are the prefix and a number of so many digits, counted from `first`. */
export interface NodeRun {
  readonly namePrefix: string;
  readonly digits: number;
  readonly first: number;
  readonly count: number;
  readonly shape: NodeShape;
}

/** One node with its name; nodes of one run share the shape object. */
export interface NamedNode {
  readonly name: string;
  readonly shape: NodeShape;
}

const whole = (max: number) => z.int().min(0).max(max);

/** A data file of nodes. */
export const nodeListSchema = z.strictObject({
  kind: z.literal('nodes'),
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
        cpuMilli: whole(100_000_000).min(1),
        memoryMib: whole(2 ** 40).min(1),
        gpus: whole(64),
        gpuModel: z.string().max(63),
        labels: z.record(z.string(), z.string()).default({}),
      }),
    )
    .min(1),
  /** Pairs of shape number and count, in the order of names. */
  runs: z.array(z.tuple([z.int(), z.int()])).min(1),
});

/** A data file of nodes that has passed its schema; its runs may still have holes, see {@link nodeListHoles}. */
export type NodeList = z.output<typeof nodeListSchema>;

/** Holes in a list: runs without a shape, empty runs, and a sum that is not the count. One sentence each. */
export function nodeListHoles(list: NodeList): string[] {
  const shapes = list.shapes.length;
  const holes: string[] = [];
  list.runs.forEach(([shape, count], run) => {
    if (shape < 0 || shape >= shapes) holes.push(`run ${run} names shape ${shape}, but there are ${shapes} shapes`);
    if (count < 1) holes.push(`run ${run} holds ${count} nodes`);
  });
  const sum = list.runs.reduce((total, [, count]) => total + count, 0);
  if (sum !== list.count) holes.push(`the runs add up to ${sum} nodes, but count says ${list.count}`);
  return holes;
}

/** The runs of a list without holes. */
export function nodeRunsOfList(list: NodeList): NodeRun[] {
  const shapes = list.shapes.map((shape): NodeShape => ({ ...shape, taints: [] }));
  let first = 0;
  return list.runs.map(([shape, count]) => {
    const run = { namePrefix: list.namePrefix, digits: list.digits, first, count, shape: shapes[shape] };
    first += count;
    return run;
  });
}

/** The one run of a `count` group. */
export function nodeRunOfGroup(group: NodeGroup): NodeRun {
  const { count, name, cpu: cpuMilli, memory: memoryMib, gpus, gpuModel, labels, taints } = group;
  return {
    namePrefix: `${name}-`,
    digits: digitsFor(count),
    first: 0,
    count,
    shape: { cpuMilli, memoryMib, gpus, gpuModel, labels, taints },
  };
}

/** Every node with its name, in order. */
export function expandNodes(runs: readonly NodeRun[]): NamedNode[] {
  return runs.flatMap((run) =>
    Array.from({ length: run.count }, (_, index) => ({ name: numberedName(run, index), shape: run.shape })),
  );
}

/** Name of the index-th member of a run, padded so that the order of names is the order of numbers. */
export function numberedName(run: { namePrefix: string; digits: number; first: number }, index: number): string {
  return `${run.namePrefix}${String(run.first + index).padStart(run.digits, '0')}`;
}

/** Digits of the largest number in a group of so many. */
export function digitsFor(count: number): number {
  return String(count - 1).length;
}

/** Sum over runs or kinds. */
export function countOf(runs: readonly { readonly count: number }[]): number {
  return runs.reduce((total, run) => total + run.count, 0);
}
