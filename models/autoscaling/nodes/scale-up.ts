/**
 * Scaling up: which group gets how many machines for the pods that wait, and why the others do not.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `core/scaleup/orchestrator/orchestrator.go`, `core/podlistprocessor`: pods that fit on nodes that
 * are there or on their way are no reason to grow, the important ones are packed first; a group is asked if it may grow and one pod of a kind
 * fits on an empty machine of it; the expander chooses; the maximum of the group cuts. Leaves out: groups made on demand, balancing of
 * similar groups (off by default), pods of nodes that are being drained.
 */
import type { Stream } from '../../../sim/random/stream.ts';
import { type Estimate, estimate, NODES_PER_SCALE_UP } from './estimator.ts';
import { bestOption, type ExpanderName, type ExpansionOption } from './expander.ts';
import { type AlikePods, alikePods, type NodeGroup, type WaitingPod } from './node-group.ts';
import type { NodePrices } from './price-expander.ts';
import type { TrialCluster } from './trial-cluster.ts';

/** A group as it stands at a look. */
export interface GroupStanding {
  /** Machines that it has or has asked for. */
  readonly target: number;
  /** Whether it is left alone after a failure. */
  readonly waits: boolean;
}

/** Why a group was not taken. */
export type SkippedGroup = 'at its maximum' | 'waits after a failure' | 'no pod would fit' | 'another was better';

/** What a look at waiting pods came to. */
export interface ScaleUpDecision {
  /** Null: nothing is asked for. */
  readonly option: ExpansionOption | null;
  /** Machines to ask for; fewer than the option's when its group is nearly full. */
  readonly machines: number;
  /** By number of the group; null: the one that was taken. */
  readonly skipped: readonly (SkippedGroup | null)[];
  /** Pods that no group would help. */
  readonly helpless: readonly WaitingPod[];
}

/** Pods that find no place on the nodes that are there or on their way; the others are placed on the trial, and told of. */
export function withoutPlace(
  trial: TrialCluster,
  pods: readonly WaitingPod[],
  placed: (pod: WaitingPod, node: number) => void = () => {},
): WaitingPod[] {
  const order = pods.map((pod, at) => ({ pod, at })).sort((a, b) => b.pod.priority - a.pod.priority || a.at - b.at);
  const nodes = trial.nodes();
  const unfit = new Set<string>();
  return order.flatMap(({ pod }) => {
    const kind = `${pod.controller} ${pod.shape}`;
    // What did not fit for one does not fit for another like it.
    const node = pod.controller >= 0 && unfit.has(kind) ? undefined : nodes.find((each) => trial.fits(pod.pod, each));
    if (node === undefined) {
      unfit.add(kind);
      return [pod];
    }
    trial.place(pod.pod, node);
    placed(pod, node);
    return [];
  });
}

/** What the decision is made from. */
export interface ScaleUpInput {
  readonly trial: TrialCluster;
  readonly groups: readonly NodeGroup[];
  readonly standing: readonly GroupStanding[];
  readonly readyNodes: number;
  readonly expanders: readonly ExpanderName[];
  readonly prices: NodePrices;
  readonly stream: Stream;
}

/** Decides for pods that have no place. */
export function scaleUp(pods: readonly WaitingPod[], input: ScaleUpInput): ScaleUpDecision {
  const { groups, standing, readyNodes, expanders, prices, stream } = input;
  const alike = alikePods(pods);
  const helped = new Set<WaitingPod>();
  const skipped: (SkippedGroup | null)[] = [];
  const options = groups.flatMap((_, group): ExpansionOption[] => {
    skipped[group] = closed(groups[group]!, standing[group]!);
    if (skipped[group] !== null) return [];
    const found = tryGroup(input, alike, group);
    for (const pod of found.pods) helped.add(pod);
    skipped[group] = found.nodeCount === 0 ? 'no pod would fit' : 'another was better';
    return found.nodeCount === 0 ? [] : [{ group, ...found }];
  });
  const option = bestOption(options, expanders, { groups, readyNodes, prices }, stream) ?? null;
  const helpless = pods.filter((pod) => !helped.has(pod));
  if (option === null) return { option, machines: 0, skipped, helpless };
  skipped[option.group] = null;
  const room = groups[option.group]!.max - standing[option.group]!.target;
  return { option, machines: Math.min(option.nodeCount, room), skipped, helpless };
}

function closed({ max }: NodeGroup, { target, waits }: GroupStanding): SkippedGroup | null {
  if (waits) return 'waits after a failure';
  return target >= max ? 'at its maximum' : null;
}

function tryGroup({ trial, groups, standing }: ScaleUpInput, alike: readonly AlikePods[], group: number): Estimate {
  const fitting = onEmptyMachine(trial, alike, group);
  if (fitting.length === 0) return { nodeCount: 0, pods: [] };
  const limit = Math.min(NODES_PER_SCALE_UP, groups[group]!.max - standing[group]!.target);
  return estimate(trial, fitting, group, groups[group]!, limit);
}

/** Kinds of pods of which one would fit on an empty machine of the group. */
function onEmptyMachine(trial: TrialCluster, alike: readonly AlikePods[], group: number): AlikePods[] {
  const mark = trial.mark();
  const node = trial.addNode(group);
  const fitting = node < 0 ? [] : alike.filter(([first]) => trial.fits(first!.pod, node));
  trial.backTo(mark);
  return fitting;
}
