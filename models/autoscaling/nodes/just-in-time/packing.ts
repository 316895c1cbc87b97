/**
 * Where loose pods would stand: on nodes that are there, on machines just thought of, on one more machine.
 *
 * Source: Karpenter 1.14 `provisioning/scheduling/scheduler.go`, `queue.go`: pods in falling order of processors, then memory, then age; each goes
 * to the first node that takes it, nodes that are ready first; else to the new machine with the fewest pods that takes it; else to one
 * more. A pod that found nothing is tried again as long as others find something. The scheduler's own filters decide.
 * Leaves out: preferences that are given up one by one (the filters know none), volumes that exist in one zone only.
 */
import type { NodeGroup } from '../node-group.ts';
import type { TrialCluster } from '../trial-cluster.ts';
import { type LoosePod, NewMachine } from './new-machine.ts';

/** What is packed, and on what. */
export interface PackingInput {
  readonly trial: TrialCluster;
  readonly types: readonly NodeGroup[];
  /** In the order in which they are tried. */
  readonly nodes: readonly number[];
  readonly pods: readonly LoosePod[];
  /** Whether the pod may stand on a node that is there, whatever the filters say; always, if absent. */
  readonly mayUse?: (pod: LoosePod, node: number) => boolean;
  /** More machines than this are of no interest; no limit, if absent. */
  readonly machinesMost?: number;
}

/** What it came to; the trial stands so. */
export interface Packing {
  readonly placed: ReadonlyMap<LoosePod, number>;
  readonly machines: readonly NewMachine[];
  readonly failed: readonly LoosePod[];
}

/** Packs the pods; the caller takes the trial back. */
export function pack(input: PackingInput): Packing {
  const { trial, types, machinesMost = Number.POSITIVE_INFINITY } = input;
  const placed = new Map<LoosePod, number>();
  const machines: NewMachine[] = [];
  /** Kinds of pods that none of the nodes takes: they only fill up. */
  const full = new Set<number>();
  const lengthAt = new Map<LoosePod, number>();
  const queue = largestFirst(input.pods);
  while (queue.length > 0 && lengthAt.get(queue[0]!) !== queue.length && machines.length <= machinesMost) {
    const pod = queue.shift()!;
    const node = onNode(input, pod, full);
    if (node >= 0) placed.set(pod, node);
    else if (!onMachine(machines, pod)) {
      const machine = NewMachine.with(trial, types, pod);
      if (machine !== undefined) machines.push(machine);
      else lengthAt.set(pod, queue.push(pod));
    }
  }
  return { placed, machines, failed: queue };
}

function onNode({ trial, nodes, mayUse }: PackingInput, pod: LoosePod, full: Set<number>): number {
  if (pod.kind !== undefined && full.has(pod.kind)) return -1;
  const node = nodes.find((each) => (mayUse?.(pod, each) ?? true) && trial.fits(pod.pod, each)) ?? -1;
  if (node >= 0) trial.place(pod.pod, node);
  // Where some may use less than others, what one finds says nothing of the next.
  else if (pod.kind !== undefined && mayUse === undefined) full.add(pod.kind);
  return node;
}

function onMachine(machines: readonly NewMachine[], pod: LoosePod): boolean {
  const fewestFirst = machines.map((machine, at) => ({ machine, at }));
  fewestFirst.sort((a, b) => a.machine.pods.length - b.machine.pods.length || a.at - b.at);
  return fewestFirst.some(({ machine }) => machine.add(pod));
}

function largestFirst(pods: readonly LoosePod[]): LoosePod[] {
  return [...pods].sort(
    (a, b) => b.cpuMilli - a.cpuMilli || b.memoryMib - a.memoryMib || a.createdNs - b.createdNs || a.pod - b.pod,
  );
}
