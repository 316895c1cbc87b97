/**
 * The smallest change that would let a pending pod run.
 *
 * For each node the refusals are undone one after another until no filter refuses; fewest changes win, then the smallest
 * (a request lowered by a tenth is smaller than one lowered by half, and both are smaller than a rule that is dropped),
 * then the first node. A new node is proposed only where none that is there can be mended. Every answer was tried: the cluster was made with the changes and the pod passed.
 * Source: our own measure, written here. Leaves out: combinations over several nodes, changes of several pods at once; in
 * a cluster of very many nodes only the most promising are tried.
 */
import type { ClusterObjects } from '../../cluster/cluster-objects.ts';
import type { NodeRefusal, Scheduler } from '../scheduler.ts';
import { type Change, changed, type Standing } from './change.ts';
import { mend } from './mending.ts';

/** Changes that let a pod in. */
export interface Remedy {
  /** Node that would take the pod; one more than the last for a node that is added. */
  readonly node: number;
  readonly changes: readonly Change[];
  /** Sum of the sizes of the changes; smaller is better among equally many. */
  readonly size: number;
}

/** What the search needs. */
export interface RemedyContext {
  readonly standing: Standing;
  readonly pod: number;
  /** Makes a scheduler over another cluster, with the same rules. */
  readonly schedulerOver: (standing: Standing) => Scheduler;
  /** Namespaces of the cluster, for terms that select them; none if absent. */
  readonly objects?: ClusterObjects;
}

/** Nodes that are tried: each costs a few schedulers. */
const NODES_TRIED = 24;
/** Refusals undone on one node; there are nine plugins that can be mended. */
const STEPS_MAX = 12;
/** A rule that is dropped is larger than any request that is lowered. */
const RULE = 1;

/** The smallest change, or undefined if nothing that can be changed here would help. */
export function smallestChange(context: RemedyContext): Remedy | undefined {
  const { standing, pod } = context;
  const promising = promisingNodes(context.schedulerOver(standing), standing, pod);
  let best: Remedy | undefined;
  for (const node of promising) {
    const found = remedyOn(context, node, best?.changes.length ?? STEPS_MAX);
    if (found !== undefined && (best === undefined || isSmaller(found, best))) best = found;
  }
  return best ?? remedyByNode(context);
}

/** Nodes whose first refusal is undone by little, the best first. */
function promisingNodes(scheduler: Scheduler, standing: Standing, pod: number): number[] {
  const estimates = standing.nodes.map((_, node) => {
    const refusal = scheduler.refusalOn(pod, node);
    if (refusal === null) return { node, count: 0, size: 0 };
    const { plugin, reasons } = refusal;
    // What these two need is found by trying: too dear for every node.
    if (plugin === 'PodTopologySpread' || plugin === 'InterPodAffinity') return { node, count: 1, size: RULE };
    const changes = mend(plugin, { standing, pod, node, reasons, refusedBy: () => undefined });
    return { node, count: changes?.length ?? Number.POSITIVE_INFINITY, size: sizeOf(changes ?? []) };
  });
  return estimates
    .filter(({ count }) => Number.isFinite(count))
    .sort((a, b) => a.count - b.count || a.size - b.size || a.node - b.node)
    .slice(0, NODES_TRIED)
    .map(({ node }) => node);
}

function isSmaller(a: Remedy, b: Remedy): boolean {
  return a.changes.length !== b.changes.length ? a.changes.length < b.changes.length : a.size < b.size;
}

function remedyOn(context: RemedyContext, node: number, most: number): Remedy | undefined {
  let changes: readonly Change[] = [];
  for (let step = 0; step < STEPS_MAX && changes.length <= most; step++) {
    const standing = changed(context.standing, context.pod, changes);
    const refusal = context.schedulerOver(standing).refusalOn(context.pod, node);
    if (refusal === null) return pruned(context, node, changes);
    const more = undo(context, standing, node, refusal);
    if (more === undefined) return undefined;
    changes = [...changes, ...more];
  }
  return undefined;
}

/** A later change may have made an earlier one needless. */
function pruned(context: RemedyContext, node: number, changes: readonly Change[]): Remedy {
  let needed = changes;
  for (const change of changes) {
    const rest = needed.filter((other) => other !== change);
    const standing = changed(context.standing, context.pod, rest);
    if (context.schedulerOver(standing).refusalOn(context.pod, node) === null) needed = rest;
  }
  return { node, changes: needed, size: sizeOf(needed) };
}

function undo(
  context: RemedyContext,
  standing: Standing,
  node: number,
  { plugin, reasons }: NodeRefusal,
): readonly Change[] | undefined {
  const { pod, schedulerOver, objects } = context;
  const refusedBy = (changes: readonly Change[]): string | undefined =>
    schedulerOver(changed(standing, pod, changes)).refusalOn(pod, node)?.plugin;
  return mend(plugin, { standing, pod, node, reasons, refusedBy, ...(objects === undefined ? {} : { objects }) });
}

/** A node of the pod's own size, with the labels that it asks for. */
function remedyByNode(context: RemedyContext): Remedy | undefined {
  const { standing, pod } = context;
  const shape = standing.shapes[standing.pods[pod]!.shape]!;
  const amount = { cpuMilli: shape.cpuMilli, memoryMib: shape.memoryMib, gpus: shape.gpus };
  const name = `node-for-${standing.pods[pod]!.name}`;
  const node = {
    name,
    rack: 0,
    labels: { ...shape.nodeSelector, 'kubernetes.io/hostname': name },
    taints: [],
    capacity: amount,
    allocatable: amount,
    gpuModel: shape.gpuModels[0] ?? '',
    podsMax: 1,
    ...(shape.extended === undefined ? {} : { extended: shape.extended }),
  };
  const changes: Change[] = [{ kind: 'add-node', node }];
  const after = changed(standing, pod, changes);
  const place = standing.nodes.length;
  if (context.schedulerOver(after).refusalOn(pod, place) !== null) return undefined;
  return { node: place, changes, size: sizeOf(changes) };
}

/** Relative for requests, one for each rule; a node is larger than any of them. */
function sizeOf(changes: readonly Change[]): number {
  return changes.reduce((sum, change) => sum + sizeOfOne(change), 0);
}

function sizeOfOne(change: Change): number {
  switch (change.kind) {
    case 'lower-request':
      // What goes down to nothing is as good as dropped.
      return (change.from - change.to) / change.from;
    case 'raise-max-skew':
      return RULE - change.from / change.to / 2;
    case 'take-away':
      return RULE * (1 + change.pods.length);
    case 'enlarge-node':
      return 2 * RULE;
    default:
      return RULE;
  }
}
