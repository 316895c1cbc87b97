/**
 * Settings of a node autoscaler that makes nodes just in time.
 *
 * Source: Karpenter 1.14 `pkg/operator/options` (batch windows), `apis/v1` (NodePool: consolidateAfter 0 s, WhenEmptyOrUnderutilized, a budget of
 * 10 %, expireAfter 720 h), `controllers/disruption` (10 s between looks, 15 s before a command is checked again, 100 nodes of one
 * command, 10 min for a command, 15 types for spot), `nodeclaim/lifecycle` (15 min to register), `state` (5 min, nominations).
 * Leaves out: several pools and their weights, limits of pools, budgets with a schedule or for one reason, the policy Balanced, drift.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../../sim/engine/sim-time.ts';

/** Which nodes consolidation may take away: only those without pods, or those whose pods are cheaper elsewhere too. */
export const CONSOLIDATION_POLICIES = ['WhenEmpty', 'WhenEmptyOrUnderutilized'] as const;

/** Name of a consolidation policy. */
export type ConsolidationPolicy = (typeof CONSOLIDATION_POLICIES)[number];

/** What one may set. */
export interface JustInTimeSettings {
  /** Pods are gathered until none has come for so long, */
  readonly batchIdleNs: TimeNs;
  /** and no longer than this. */
  readonly batchMostNs: TimeNs;
  /** A pod that still waits is looked at again after this time. */
  readonly retryNs: TimeNs;
  /** A machine that has not joined after this time is given back. */
  readonly registrationNs: TimeNs;
  readonly consolidation: ConsolidationPolicy;
  /** So long no pod may have come or gone; Infinity: nothing is consolidated. */
  readonly consolidateAfterNs: TimeNs;
  /** Nodes that may be on their way out at the same time: a share of all below 1 (rounded up), else a count. */
  readonly budget: number | { readonly share: number };
  /** Nodes older than this go whatever the budget says; Infinity: none. */
  readonly expireAfterNs: TimeNs;
  /** Whether a spot machine may be replaced by a cheaper spot machine. */
  readonly spotToSpot: boolean;
  /** From one look for nodes to disrupt to the next. */
  readonly lookNs: TimeNs;
  /** A command is checked again after this time, and only then carried out. */
  readonly validationNs: TimeNs;
  /** A command whose replacement is not ready by then is given up. */
  readonly commandMostNs: TimeNs;
  /** A cluster in which nothing has changed is looked at again after this time. */
  readonly stillNs: TimeNs;
}

/** Upstream's defaults. */
export const JUST_IN_TIME_DEFAULTS: JustInTimeSettings = {
  batchIdleNs: NS_PER_SECOND,
  batchMostNs: 10 * NS_PER_SECOND,
  retryNs: 10 * NS_PER_SECOND,
  registrationNs: 15 * 60 * NS_PER_SECOND,
  consolidation: 'WhenEmptyOrUnderutilized',
  consolidateAfterNs: 0,
  budget: { share: 0.1 },
  expireAfterNs: 720 * 3600 * NS_PER_SECOND,
  spotToSpot: false,
  lookNs: 10 * NS_PER_SECOND,
  validationNs: 15 * NS_PER_SECOND,
  commandMostNs: 10 * 60 * NS_PER_SECOND,
  stillNs: 5 * 60 * NS_PER_SECOND,
};

/** Machines of one command at most. */
export const COMMAND_NODES_MOST = 100;

/** So many cheaper types there must be before one spot machine replaces another. */
export const SPOT_TYPES_LEAST = 15;

/** How long a node that pods were promised is left alone: twice the longest batch, at least 10 s. */
export function nominationNs({ batchMostNs }: JustInTimeSettings): TimeNs {
  return Math.max(2 * batchMostNs, 10 * NS_PER_SECOND);
}

/** Nodes of a pool that may be disrupted in all; a share is rounded up. */
export function budgetOf({ budget }: JustInTimeSettings, nodes: number): number {
  // A share such as 10 % is not exact in binary: what is whole but for that is whole.
  return typeof budget === 'number' ? budget : Math.max(0, Math.ceil(budget.share * nodes - 1e-9));
}
