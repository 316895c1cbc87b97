/**
 * What a planner of a federation knows when it plans one workload, and what it decides.
 *
 * Source: inputs and results of KubeFed's planner, Karmada's `assignState` and Clusternet's assigners, brought to one form.
 * Leaves out: how late the knowledge is; that is the business of whoever asks.
 */

/** Why a plan is made. */
export const PLAN_OCCASIONS = ['created', 'scaled', 'clusterLost', 'clusterBack', 'capacity', 'asked'] as const;

/** Name of an occasion; `asked` is somebody's explicit wish to plan from scratch. */
export type PlanOccasion = (typeof PLAN_OCCASIONS)[number];

/** What is known of one cluster. */
export interface ClusterView {
  readonly name: string;
  /** The user's weight; 0 or more. */
  readonly weight: number;
  /** The user's limits; 0 and Infinity: none. */
  readonly min: number;
  readonly max: number;
  /** Replicas that it was given by the last plan. */
  readonly assigned: number;
  /** Of those, the ones that run and are Ready. */
  readonly ready: number;
  /** Of those, the ones for which its scheduler found no node for long. */
  readonly unschedulable: number;
  /** Further replicas that fit beside those that are there, as estimated; Infinity: nobody estimates. */
  readonly available: number;
  /** Its share of what is free in all clusters, a whole number of millionths: a weight by free resources. */
  readonly freeShare: number;
  /** False: believed gone. */
  readonly healthy: boolean;
  /** False: takes nothing new, and keeps what it has. */
  readonly takesNew: boolean;
}

/** One question to a planner. */
export interface PlanRequest {
  readonly occasion: PlanOccasion;
  /** `namespace/name`: ties by hash rest on it. */
  readonly key: string;
  /** The object's UID: other ties by hash rest on that. */
  readonly uid: string;
  /** Replicas that are wanted in all. */
  readonly replicas: number;
  readonly clusters: readonly ClusterView[];
}

/** The answer. `sum(replicas) - sum(surplus) + unplaced = wanted`, always. */
export interface Plan {
  /** In the order of the clusters. */
  readonly replicas: readonly number[];
  /** Of those, replicas that are placed a second time elsewhere, in the hope that they run here one day (KubeFed's overflow). */
  readonly surplus: readonly number[];
  /** Replicas for which no place was found. */
  readonly unplaced: number;
  /** What all should add to: the replicas wanted, or that times the copies of a whole manifest. */
  readonly wanted: number;
  /** In one sentence, what was done. */
  readonly because: string;
  /** For each cluster, why so many there. */
  readonly reasons: readonly string[];
}

/** A plan without surplus, whose remainder is what no cluster got. */
export function planOf(
  { replicas: wanted, clusters }: PlanRequest,
  replicas: readonly number[],
  because: string,
  reasonOf: (cluster: number) => string,
): Plan {
  const placed = replicas.reduce((sum, one) => sum + one, 0);
  const surplus = replicas.map(() => 0);
  const reasons = clusters.map((_, i) => reasonOf(i));
  return { replicas, surplus, unplaced: wanted - placed, wanted, because, reasons };
}
