/**
 * Why one pod of a scenario went where it went, or why it waits: the placement is made again up to its decision, and the
 * scheduler is asked there. Nothing of this is kept from a run.
 */
import { type Change, changed } from '../../models/scheduling/remedy/change.ts';
import { smallestChange } from '../../models/scheduling/remedy/smallest-change.ts';
import { type PostFilter, type Scheduler, schedulerOver } from '../../models/scheduling/scheduler.ts';
import { assert } from '../../sim/engine/assert.ts';
import type { TimeNs } from '../../sim/engine/sim-time.ts';
import { StreamSource } from '../../sim/random/stream.ts';
import { placesInTime } from './living.ts';
import { place, schedulerOptionsOf, volumesOf } from './placement.ts';
import type { PlannedAlternative } from './plan.ts';
import { type Population, populationOf } from './population.ts';

/** What was found about one node. */
export interface ExplainedNode {
  readonly name: string;
  /** False where enough others were found before. */
  readonly lookedAt: boolean;
  /** First plugin that refused; null: none did. */
  readonly refusedBy: string | null;
  /** `Unschedulable`: pods that leave could help; `UnschedulableAndUnresolvable`: they could not. */
  readonly code: string | null;
  readonly reasons: readonly string[];
  /** Weighted and normalised. */
  readonly scores: Readonly<Record<string, number>>;
  readonly total: number;
}

/** The smallest change that would let a pending pod run. */
export interface ExplainedChange {
  readonly node: string;
  readonly changes: readonly Change[];
  /** Names of the pods that a change takes away, by number. */
  readonly pods: Readonly<Record<number, string>>;
}

/** One pod's decision. */
export interface PodExplanation {
  readonly pod: string;
  readonly alternative: string;
  readonly seed: string;
  /** When the scheduler decided, where pods are placed while time passes; null where they are placed before. */
  readonly atNs: TimeNs | null;
  /** `bound-before`: manifests say where it stands, and nobody decided. */
  readonly outcome: 'placed' | 'pending' | 'bound-before';
  /** Which attempt this was, the last; 0: it was never tried. */
  readonly attempt: number;
  /** Node that it got; null: none. */
  readonly node: string | null;
  /** Nodes with the best total; among them the tie-break chose. */
  readonly best: readonly string[];
  readonly tieBreak: string;
  readonly nodes: readonly ExplainedNode[];
  /** Text of the condition `PodScheduled=False` of a pending pod. */
  readonly message: string | null;
  /** Node and victims that preemption found. */
  readonly preemption: { readonly node: string; readonly victims: readonly string[] } | null;
  /** Null for a pod that has a node, and where nothing that can be changed here would help. */
  readonly change: ExplainedChange | null;
}

/** Names of all pods that can be asked about; with the namespace where several namespaces have a pod of that name. */
export function podNames(alternative: PlannedAlternative): string[] {
  return distinctNames(populationOf(alternative.document));
}

function distinctNames({ pods, shapes }: Population): string[] {
  const counts = new Map<string, number>();
  for (const { name } of pods) counts.set(name, (counts.get(name) ?? 0) + 1);
  return pods.map(({ name, shape }) =>
    counts.get(name) === 1 ? name : `${shapes[shape]!.namespace ?? 'default'}/${name}`,
  );
}

/** Explains the decision about a pod. It must be one of {@link podNames}. */
export function explainPod(alternative: PlannedAlternative, seed: string, name: string): PodExplanation {
  const population = populationOf(alternative.document);
  const asked = distinctNames(population).indexOf(name);
  assert(asked >= 0, () => `there is no pod ${name}`);
  const last = attemptsOf(alternative, population, seed, asked);
  let attempt = 0;
  let found: PodExplanation | undefined;
  place(alternative, population, seed, (pod, scheduler) => {
    if (pod !== asked) return false;
    attempt++;
    if (attempt < last) return false;
    found = explainedStanding(alternative, population, seed, pod, scheduler, attempt);
    return true;
  });
  return found ?? neverTried(alternative, population, seed, asked);
}

/** How often the scheduler tries a pod: once, but where pods are placed in time. */
function attemptsOf(alternative: PlannedAlternative, population: Population, seed: string, asked: number): number {
  if (!placesInTime(alternative.document, population)) return 1;
  let attempts = 0;
  place(alternative, population, seed, (pod) => {
    if (pod === asked) attempts++;
    return false;
  });
  return attempts;
}

/** A pod behind a gate, or one that came too late. */
function neverTried(
  alternative: PlannedAlternative,
  population: Population,
  seed: string,
  pod: number,
): PodExplanation {
  return {
    pod: distinctNames(population)[pod]!,
    alternative: alternative.name,
    seed,
    atNs: null,
    outcome: 'pending',
    attempt: 0,
    node: null,
    best: [],
    tieBreak: alternative.document.scheduling.tieBreak,
    nodes: [],
    message: null,
    preemption: null,
    change: null,
  };
}

/** A pod that a scheduler is about to decide about. */
export interface AskedPod {
  readonly name: string;
  /** Its number at the scheduler. */
  readonly pod: number;
  readonly scheduler: Scheduler;
  readonly attempt: number;
  /** The instant of the attempt; null where pods are placed before time begins. */
  readonly atNs: TimeNs | null;
  /** Node that manifests put it on; -1: none. */
  readonly bound: number;
  /** The name of a pod by its number at the scheduler. */
  readonly nameOf: (pod: number) => string;
}

function explainedStanding(
  alternative: PlannedAlternative,
  population: Population,
  seed: string,
  pod: number,
  scheduler: Scheduler,
  attempt: number,
): PodExplanation {
  return explained(alternative, population, seed, {
    name: distinctNames(population)[pod]!,
    pod,
    scheduler,
    attempt,
    atNs: null,
    bound: population.boundTo[pod]!,
    nameOf: (other) => population.pods[other]!.name,
  });
}

/** Asks the scheduler about a pod, as if it decided now. */
export function explained(
  alternative: PlannedAlternative,
  population: Population,
  seed: string,
  { name, pod, scheduler, attempt, atNs, bound, nameOf }: AskedPod,
): PodExplanation {
  const standing = scheduler.standing();
  const nodeName = (node: number): string => standing.nodes[node]?.name ?? 'a new node';
  const { verdicts, best } = scheduler.explain(pod);
  const options = schedulerOptionsOf(alternative, population, new StreamSource(seed));
  const before = best.length > 0 || bound >= 0 ? undefined : scheduler.preempt(pod);
  const node = bound >= 0 ? bound : scheduler.schedule(pod).node;
  // Whoever asked goes on as if nobody had looked.
  if (bound < 0 && node >= 0) scheduler.forget(pod);
  const remedy =
    node >= 0
      ? undefined
      : smallestChange({
          standing,
          pod,
          // Volumes remember reservations: each trial gets its own.
          schedulerOver: (other) => schedulerOver(other, { ...options, ...volumesOf(alternative.document) }),
          ...(options.objects === undefined ? {} : { objects: options.objects }),
        });
  return {
    pod: name,
    alternative: alternative.name,
    seed,
    atNs,
    attempt: bound >= 0 ? 0 : attempt,
    outcome: bound >= 0 ? 'bound-before' : node >= 0 ? 'placed' : 'pending',
    node: node >= 0 ? nodeName(node) : null,
    best: best.map(nodeName),
    tieBreak: options.tieBreak,
    nodes: verdicts.map(({ node: place, ...verdict }) => ({ name: nodeName(place), ...verdict })),
    message: before?.message ?? null,
    preemption: preemptionWords(before, nameOf, nodeName),
    change:
      remedy === undefined
        ? null
        : {
            node: changed(standing, pod, remedy.changes).nodes[remedy.node]!.name,
            changes: remedy.changes,
            pods: namesOf(remedy.changes, nameOf),
          },
  };
}

function preemptionWords(
  outcome: PostFilter | undefined,
  nameOf: (pod: number) => string,
  nodeName: (node: number) => string,
): PodExplanation['preemption'] {
  if (outcome === undefined || outcome.node < 0) return null;
  return { node: nodeName(outcome.node), victims: outcome.victims.map(nameOf) };
}

function namesOf(changes: readonly Change[], nameOf: (pod: number) => string): Record<number, string> {
  const taken = changes.flatMap((change) => (change.kind === 'take-away' ? change.pods : []));
  return Object.fromEntries(taken.map((pod) => [pod, nameOf(pod)]));
}
