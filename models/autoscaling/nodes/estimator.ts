/**
 * How many more machines of a group the waiting pods need: first fit, the largest pods first.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `estimator/binpacking_estimator.go`, `decreasing_pod_orderer.go`: pods that are alike are
 * taken together, in falling order of cpu / allocatable + memory / allocatable; each pod goes to the machines added so far, else to the last one,
 * else to one more; an empty machine that takes no pod ends the group; the number of machines is that of those that got a pod.
 * Leaves out: the limit of computing time, similar groups that share the machines.
 */
import type { AlikePods, NodeGroup, WaitingPod } from './node-group.ts';
import type { TrialCluster } from './trial-cluster.ts';

/** The most machines of one estimate when nothing else limits it: upstream's `--max-nodes-per-scaleup`. */
export const NODES_PER_SCALE_UP = 1000;

/** What a group would need. */
export interface Estimate {
  readonly nodeCount: number;
  /** Pods that would then have a place. */
  readonly pods: readonly WaitingPod[];
}

/** Machines added so far. */
interface Added {
  readonly nodes: number[];
  readonly withPods: Set<number>;
  readonly pods: WaitingPod[];
  /** Where the search over them goes on, as upstream's does. */
  next: number;
}

/** Estimates on a cluster that afterwards stands as before; `limit` is the most machines to be added. */
export function estimate(
  trial: TrialCluster,
  pods: readonly AlikePods[],
  group: number,
  { allocatable }: NodeGroup,
  limit: number = NODES_PER_SCALE_UP,
): Estimate {
  const mark = trial.mark();
  const added: Added = { nodes: [], withPods: new Set(), pods: [], next: 0 };
  let more = true;
  for (const alike of largestFirst(pods, allocatable)) {
    const left = onAdded(trial, added, alike);
    if (more) more = onNew(trial, added, left, group, limit);
  }
  trial.backTo(mark);
  return { nodeCount: added.withPods.size, pods: added.pods };
}

/** Groups of pods in the order in which they are packed; equal ones as they came. */
function largestFirst(pods: readonly AlikePods[], allocatable: NodeGroup['allocatable']): AlikePods[] {
  const share = (asked: number, of: number): number => (of > 0 ? asked / of : 0);
  const score = ([first]: AlikePods): number =>
    first === undefined
      ? 0
      : share(first.cpuMilli, allocatable.cpuMilli) + share(first.memoryMib, allocatable.memoryMib);
  return pods
    .map((alike, at) => ({ alike, at, score: score(alike) }))
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ alike }) => alike);
}

/** Places pods on machines that were added; returns those from the first on that found none. */
function onAdded(trial: TrialCluster, added: Added, pods: AlikePods): AlikePods {
  const left = pods.findIndex((pod) => !onAny(trial, added, added.nodes, pod, -1));
  return left < 0 ? [] : pods.slice(left);
}

/** Places the pod on the first of the nodes that takes it, from where the last search ended. */
function onAny(trial: TrialCluster, added: Added, nodes: readonly number[], pod: WaitingPod, except: number): boolean {
  for (let i = 0; i < nodes.length; i++) {
    const at = (added.next + i) % nodes.length;
    if (nodes[at] === except || !trial.fits(pod.pod, nodes[at]!)) continue;
    put(trial, added, pod, nodes[at]!);
    added.next = at;
    return true;
  }
  return false;
}

function put(trial: TrialCluster, added: Added, pod: WaitingPod, node: number): void {
  trial.place(pod.pod, node);
  added.withPods.add(node);
  added.pods.push(pod);
}

/** Places pods on the last machine, or on one more; returns whether there may be more machines. */
function onNew(trial: TrialCluster, added: Added, pods: AlikePods, group: number, limit: number): boolean {
  for (const pod of pods) {
    if (onLast(trial, added, pod)) continue;
    const last = added.nodes[added.nodes.length - 1];
    // One that is empty and did not do is as good as a new one.
    if (last !== undefined && !added.withPods.has(last)) return true;
    const node = added.nodes.length < limit ? trial.addNode(group) : -1;
    if (node < 0) return false;
    added.nodes.push(node);
    if (!trial.fits(pod.pod, node)) return true;
    put(trial, added, pod, node);
  }
  return true;
}

function onLast(trial: TrialCluster, added: Added, pod: WaitingPod): boolean {
  const last = added.nodes[added.nodes.length - 1];
  if (last === undefined) return false;
  if (trial.fits(pod.pod, last)) {
    put(trial, added, pod, last);
    return true;
  }
  // Spread over nodes, another may have become the emptiest; upstream counts it among the new ones even when it is not.
  return pod.spreadOverNodes === true && onAny(trial, added, trial.nodes(), pod, last);
}
