/**
 * Estimates that a federation works with between two looks at its clusters: they age, and what was decided since is not in them.
 *
 * Source: karmada issues #1385 and #6783 (workloads that are placed one after the other count the same room twice) and the gate
 * SchedulingOvercommitProtection (alpha, off: what was assigned is assumed to take room until it is healthy there, for 5 min at most; a look in
 * between counts it twice, on the safe side). Leaves out: estimates that fail or come late one by one.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { ClusterRoom, ReplicaRequest } from '../member-cluster.ts';
import type { Estimator } from './estimators.ts';
import { RoomSnapshot } from './room-snapshot.ts';

/** How long an assumption lasts at most. */
const ASSUMED_NS_MAX = 300 * NS_PER_SECOND;

/** A workload whose replicas are assumed to take room. */
export interface AssumedWorkload {
  readonly number: number;
  readonly request: ReplicaRequest;
}

interface Assumption {
  readonly workload: number;
  readonly request: ReplicaRequest;
  readonly replicas: number;
  readonly sinceNs: TimeNs;
}

/** Room of all clusters as it was last seen. */
export class EstimateBook {
  readonly #estimate: Estimator | undefined;
  readonly #assumes: boolean;
  readonly #seen = new Map<number, RoomSnapshot>();
  readonly #assumed = new Map<number, Assumption[]>();

  /** Without an estimator everything fits everywhere. */
  constructor(estimate: Estimator | undefined, assumes: boolean) {
    this.#estimate = estimate;
    this.#assumes = assumes;
  }

  /** A cluster was looked at. */
  look(cluster: number, room: ClusterRoom, nowNs: TimeNs): void {
    if (this.#seen.get(cluster)?.stillHolds(room, nowNs) !== true)
      this.#seen.set(cluster, new RoomSnapshot(room, nowNs));
    const lasting = (this.#assumed.get(cluster) ?? []).filter(({ sinceNs }) => nowNs - sinceNs < ASSUMED_NS_MAX);
    this.#assumed.set(cluster, lasting);
  }

  /** Replicas were assigned to a cluster, beside those that it had. */
  assigned(cluster: number, { number, request }: AssumedWorkload, replicas: number, nowNs: TimeNs): void {
    if (!this.#assumes || replicas <= 0) return;
    const more = { workload: number, request, replicas, sinceNs: nowNs };
    this.#assumed.set(cluster, [...(this.#assumed.get(cluster) ?? []), more]);
  }

  /** All replicas of the workload run there now: nobody need assume them any more. */
  settled(cluster: number, workload: number): void {
    const others = (this.#assumed.get(cluster) ?? []).filter((one) => one.workload !== workload);
    this.#assumed.set(cluster, others);
  }

  /** Further replicas that are believed to fit; Infinity without an estimator, 0 in a cluster that nobody has seen. */
  available(cluster: number, request: ReplicaRequest): number {
    if (this.#estimate === undefined) return Number.POSITIVE_INFINITY;
    const seen = this.#seen.get(cluster);
    if (seen === undefined) return 0;
    const assumed = this.#assumed.get(cluster) ?? [];
    if (assumed.length === 0) return this.#estimate(seen, request);
    const left = new RoomSnapshot(seen, seen.takenNs);
    for (const { request: taken, replicas } of assumed) left.take(taken, replicas);
    return this.#estimate(left, request);
  }

  /** How old the knowledge of a cluster is; Infinity: it was never seen. */
  ageNs(cluster: number, nowNs: TimeNs): TimeNs {
    const seen = this.#seen.get(cluster);
    return seen === undefined ? Number.POSITIVE_INFINITY : nowNs - seen.takenNs;
  }

  /** Each cluster's share of what is free in all of them, in whole millionths: the mean of its shares of processors and memory. */
  freeShares(clusters: readonly number[]): readonly number[] {
    const totals = clusters.map((cluster) => this.#seen.get(cluster)?.totals ?? { cpuMilli: 0, memoryMib: 0 });
    const sum = (of: 'cpuMilli' | 'memoryMib'): number =>
      Math.max(
        1,
        totals.reduce((all, one) => all + one[of], 0),
      );
    const [cpu, memory] = [sum('cpuMilli'), sum('memoryMib')];
    return totals.map((one) => Math.floor(500_000 * (one.cpuMilli / cpu + one.memoryMib / memory)));
  }
}
