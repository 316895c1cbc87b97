/**
 * Which nodes may be disrupted at all, what each saves and disturbs, and why the others stay.
 *
 * Source: Karpenter 1.14 `controllers/state/statenode.go` (what blocks a node and its pods), `disruption/types.go` (a node costs 1 and each pod
 * 1 + priority / 2^25, within -10 and 10; the best savings for the disturbance come first), `disruption/consolidation.go`.
 * Leaves out: pod-deletion-cost annotations, do-not-disrupt for a time only, termination grace periods of pools.
 */
import type { TimeNs } from '../../../../sim/engine/sim-time.ts';
import type { StandingPod } from '../autoscaled-cluster.ts';
import type { NodeGroup } from '../node-group.ts';
import type { JustInTimeCluster, PricedNode } from './just-in-time-cluster.ts';
import type { JustInTimeSettings } from './settings.ts';

/** Why a node stays; `Going`: it does not. */
export type KeepReason =
  | 'NotManaged'
  | 'NotReady'
  | 'Nominated'
  | 'DoNotDisrupt'
  | 'PodDoNotDisrupt'
  | 'PdbPreventsEviction'
  | 'SeveralPdbs'
  | 'ConsolidationDisabled'
  | 'PolicyWhenEmpty'
  | 'ConsolidateAfter'
  | 'NotAllPodsWouldSchedule'
  | 'WouldTakeSeveral'
  | 'NotCheaper'
  | 'SpotToSpotDisabled'
  | 'TooFewSpotTypes'
  | 'DisruptionBudget'
  | 'NotInspected'
  | 'BeingValidated'
  | 'Going';

/** Why one node stays. */
export interface Keep {
  readonly reason: KeepReason;
  /** The pod that holds it. */
  readonly pod?: StandingPod;
}

/** A node that may be disrupted. */
export interface Candidate {
  readonly node: PricedNode;
  /** Pods that would have to move. */
  readonly pods: readonly StandingPod[];
  readonly pricePerHour: number;
  readonly isSpot: boolean;
  /** 1 and what each pod costs. */
  readonly disturbance: number;
}

/** What is asked about nodes. */
export interface CandidateQuestion {
  readonly cluster: JustInTimeCluster;
  readonly types: readonly NodeGroup[];
  readonly settings: JustInTimeSettings;
  readonly nowNs: TimeNs;
  readonly isLeaving: (node: number) => boolean;
  /** Until when a node is promised to pods. */
  readonly nominatedUntilNs: (node: number) => TimeNs;
}

/** Nodes that may be disrupted, the best savings for the disturbance first; notes of the others why they stay. */
export function candidatesOf(question: CandidateQuestion, keeps: Map<number, Keep>): Candidate[] {
  const budgetsLeft = question.cluster.budgetsLeft();
  const found = question.cluster.nodes().flatMap((node): Candidate[] => {
    const pods = question.cluster.standing(node.node);
    const keep = keepOfNode(question, node) ?? keepOfPods(pods, budgetsLeft);
    if (keep === null) return [candidateOf(question, node, pods)];
    keeps.set(node.node, keep);
    return [];
  });
  const ratio = ({ pricePerHour, disturbance }: Candidate): number => pricePerHour / disturbance;
  return found.sort((a, b) => ratio(b) - ratio(a) || a.node.node - b.node.node);
}

/** Whether nothing on it would have to move. */
export function isEmpty({ disturbance }: Candidate): boolean {
  return disturbance <= 1;
}

/** Why consolidation lets a candidate alone before anything is tried; null: it does not. */
export function keepOfCandidate(
  candidate: Candidate,
  { settings, nowNs }: Pick<CandidateQuestion, 'settings' | 'nowNs'>,
): Keep | null {
  if (settings.consolidateAfterNs === Number.POSITIVE_INFINITY) return { reason: 'ConsolidationDisabled' };
  if (settings.consolidation === 'WhenEmpty' && !isEmpty(candidate)) return { reason: 'PolicyWhenEmpty' };
  return isUnderConsolidateAfter(candidate.node, settings, nowNs) ? { reason: 'ConsolidateAfter' } : null;
}

/** Whether pods came or went so short a time ago that the node is left alone. */
export function isUnderConsolidateAfter(
  { podEventNs }: PricedNode,
  { consolidateAfterNs }: JustInTimeSettings,
  nowNs: TimeNs,
): boolean {
  return Number.isFinite(consolidateAfterNs) && nowNs - podEventNs < consolidateAfterNs;
}

/** What it costs to evict a pod, 1 for an ordinary one. */
export function evictionCost({ priority }: Pick<StandingPod, 'priority'>): number {
  return Math.min(10, Math.max(-10, 1 + priority / 2 ** 25));
}

function candidateOf(
  { types, cluster }: CandidateQuestion,
  node: PricedNode,
  standing: readonly StandingPod[],
): Candidate {
  const pods = standing.filter(({ owner, pod }) => owner !== 'daemon-set' && !cluster.isEnding(pod));
  const { pricePerHour, spot = false } = types[node.group]!;
  const disturbance = pods.reduce((sum, pod) => sum + Math.max(0, evictionCost(pod)), 1);
  return { node, pods, pricePerHour, isSpot: spot, disturbance };
}

function keepOfNode({ isLeaving, nominatedUntilNs, nowNs }: CandidateQuestion, node: PricedNode): Keep | null {
  if (isLeaving(node.node)) return { reason: 'Going' };
  if (node.group < 0) return { reason: 'NotManaged' };
  if (!node.ready) return { reason: 'NotReady' };
  if (nominatedUntilNs(node.node) > nowNs) return { reason: 'Nominated' };
  return node.keep ? { reason: 'DoNotDisrupt' } : null;
}

function keepOfPods(pods: readonly StandingPod[], budgetsLeft: readonly number[]): Keep | null {
  const marked = pods.find(({ safeToEvict }) => safeToEvict === false);
  if (marked !== undefined) return { reason: 'PodDoNotDisrupt', pod: marked };
  for (const pod of pods) {
    if (pod.owner === 'daemon-set' || pod.budgets.length === 0) continue;
    // The eviction API itself refuses a pod that several budgets cover.
    if (pod.budgets.length > 1) return { reason: 'SeveralPdbs', pod };
    if (budgetsLeft[pod.budgets[0]!]! < 1) return { reason: 'PdbPreventsEviction', pod };
  }
  return null;
}
