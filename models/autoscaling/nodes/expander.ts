/**
 * Expanders: which of the groups that would help is to grow.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `expander/`: `random`, `mostpods`, `waste` (least-waste, the default since 1.33), `leastnodes`,
 * `priority`, `price`; several may be named, each narrows what the one before left, and chance ends it (`factory/chain.go`).
 * Leaves out: `grpc` (somebody else's program); `priority` reads a number of each group instead of expressions over names.
 */
import type { Stream } from '../../../sim/random/stream.ts';
import type { NodeGroup, WaitingPod } from './node-group.ts';
import { cheapest, type NodePrices } from './price-expander.ts';

/** What one group would do for the waiting pods. */
export interface ExpansionOption {
  /** Number of the group. */
  readonly group: number;
  /** Machines that would be added. */
  readonly nodeCount: number;
  /** Pods that would then have a place. */
  readonly pods: readonly WaitingPod[];
}

/** Names of expanders, upstream's words. */
export const EXPANDERS = ['random', 'most-pods', 'least-waste', 'least-nodes', 'priority', 'price'] as const;

/** Name of an expander. */
export type ExpanderName = (typeof EXPANDERS)[number];

/** Upstream's default. */
export const DEFAULT_EXPANDER: ExpanderName = 'least-waste';

/** What expanders look at. */
export interface ExpanderContext {
  readonly groups: readonly NodeGroup[];
  /** Ready nodes of the cluster: the expander `price` prefers larger machines in larger clusters. */
  readonly readyNodes: number;
  readonly prices: NodePrices;
}

type Filter = (options: readonly ExpansionOption[], context: ExpanderContext) => readonly ExpansionOption[];

const FILTERS: Readonly<Record<ExpanderName, Filter>> = {
  random: (options) => options,
  'most-pods': (options) => most(options, ({ pods }) => pods.length),
  'least-waste': (options, { groups }) => most(options, (option) => -waste(option, groups[option.group]!)),
  'least-nodes': (options) => most(options, ({ nodeCount }) => -nodeCount),
  priority: byPriority,
  price: (options, { groups, readyNodes, prices }) => cheapest(options, groups, readyNodes, prices),
};

/** The option that is taken; undefined when there is none. `stream` is drawn from when several are equally good. */
export function bestOption(
  options: readonly ExpansionOption[],
  names: readonly ExpanderName[],
  context: ExpanderContext,
  stream: Stream,
): ExpansionOption | undefined {
  let left = options;
  for (const name of names) {
    // Chance ends the chain.
    if (name === 'random') break;
    left = FILTERS[name](left, context);
    if (left.length === 1) return left[0];
  }
  return left.length === 0 ? undefined : left[left.length === 1 ? 0 : stream.below(left.length)];
}

/** Shares of processors and memory of the new machines that nobody would have requested, added up. */
export function waste({ nodeCount, pods }: ExpansionOption, { capacity }: NodeGroup): number {
  const cpuMilli = pods.reduce((sum, pod) => sum + pod.cpuMilli, 0);
  const memoryMib = pods.reduce((sum, pod) => sum + pod.memoryMib, 0);
  const [cpus, memory] = [capacity.cpuMilli * nodeCount, capacity.memoryMib * nodeCount];
  return (cpus - cpuMilli) / cpus + (memory - memoryMib) / memory;
}

/** The highest number wins; groups without one are out, unless none has one. */
function byPriority(options: readonly ExpansionOption[], { groups }: ExpanderContext): readonly ExpansionOption[] {
  const listed = options.filter(({ group }) => groups[group]!.priority !== undefined);
  return listed.length === 0 ? options : most(listed, ({ group }) => groups[group]!.priority!);
}

function most(options: readonly ExpansionOption[], scoreOf: (option: ExpansionOption) => number): ExpansionOption[] {
  const scores = options.map(scoreOf);
  const best = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  return options.filter((_, at) => scores[at] === best);
}
