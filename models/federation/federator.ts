/**
 * The control loop of a federation: plans workloads over member clusters, writes what was planned, looks again when something changes.
 *
 * Source: the loops of KubeFed (`schedulingpreference`), Karmada (scheduler and `binding`, `execution` controllers) and Clusternet as far as they are alike:
 * one decision at a time for each workload, writes that are repeated until they arrive and always carry the newest number, members that are seen
 * through watches. What is peculiar to a system is its planner's and its profile's. Delays are parameters, for none was recorded.
 * Leaves out: queues of the API server, workers that wait for each other, losses of single writes.
 */
import { assert } from '../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../sim/engine/sim-time.ts';
import type { EventHandle, EventKind, Simulation } from '../../sim/engine/simulation.ts';
import type { ClusterHealth } from './cluster-health.ts';
import type { Planner } from './division-planner.ts';
import { EstimateBook } from './estimates/estimate-book.ts';
import { type Estimator, perNode, total } from './estimates/estimators.ts';
import { type MigrationPlan, Migrations } from './failover/migration.ts';
import type { MemberCluster, MemberReplicas, ReplicaRequest } from './member-cluster.ts';
import type { ClusterView, Plan, PlanOccasion } from './placement-plan.ts';
import type { Estimate } from './profiles/profile.ts';

/** A workload of the federation. */
export interface FederatedWorkload {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly request: ReplicaRequest;
  readonly replicas: number;
  /** The user's weight and limits for each cluster, in the order of the clusters. */
  readonly preferences: readonly ClusterPreference[];
}

/** What a user wishes for one cluster. */
export interface ClusterPreference {
  readonly weight: number;
  readonly min: number;
  readonly max: number;
}

/** How the loop plans and how long everything takes. */
export interface FederatorOptions {
  readonly planner: () => Planner;
  readonly estimate: Estimate;
  /** Occasions on which it plans again, beside creation and scaling. */
  readonly replansOn: readonly PlanOccasion[];
  /** How often the room of clusters is looked at; Karmada posts it each 10 s. */
  readonly estimatePeriodNs: TimeNs;
  /** How often it looks at what runs of each workload. */
  readonly lookPeriodNs: TimeNs;
  /** From an occasion to the decision. */
  readonly planNs: TimeNs;
  /** What one write takes at the API server of a member, beside the way. */
  readonly writeNs: TimeNs;
  /** How long it waits before it repeats a write to a cluster that it could not reach. */
  readonly retryNs: TimeNs;
  /** Whether replicas that were just assigned are assumed to take room. */
  readonly assumes: boolean;
  /** There and back between the control plane and a cluster, now. */
  readonly rttNs: (cluster: number) => TimeNs;
  /** How copies leave a cluster that takes no replicas any more; directly if left out. */
  readonly migration?: MigrationPlan;
  /** Old copies of a workload are told to go, so long after the decision. */
  readonly onLeft?: (workload: number, cluster: number, tookNs: TimeNs) => void;
}

/** Periods and delays that nobody changed; a way of no length. */
export const FEDERATOR_DEFAULTS = {
  estimatePeriodNs: 10 * NS_PER_SECOND,
  lookPeriodNs: 10 * NS_PER_SECOND,
  planNs: NS_PER_SECOND / 100,
  writeNs: NS_PER_SECOND / 100,
  retryNs: NS_PER_SECOND,
  assumes: false,
  rttNs: () => 0,
} as const;

/** A decision, with what it rested on. */
export interface FederatorDecision {
  readonly workload: number;
  readonly occasion: PlanOccasion;
  readonly plan: Plan;
  /** What each cluster had before. */
  readonly before: readonly number[];
  /** How old the estimates were, by cluster; Infinity where there was none. */
  readonly ageNs: readonly TimeNs[];
}

interface Copy {
  /** What the last plan gave it. */
  assigned: number;
  /** What was last seen of it. */
  seen: MemberReplicas;
  /** A write is on its way. */
  writing: boolean;
  /** Old copies that stay while others come up elsewhere, beside what is assigned; 0: none. */
  kept: number;
  keptSinceNs: TimeNs;
}

interface Workload {
  readonly number: number;
  readonly spec: FederatedWorkload;
  readonly planner: Planner;
  readonly copies: readonly Copy[];
  replicas: number;
  /** Occasion of the plan to come, while there is one. */
  due: PlanOccasion | undefined;
  /** That plan. */
  planned: EventHandle | undefined;
  /** Somebody deletes it: nothing is planned or written any more. */
  isLetGo: boolean;
  last: FederatorDecision | undefined;
}

const NOTHING: MemberReplicas = { assigned: 0, ready: 0, unschedulable: 0 };
const ESTIMATORS: Readonly<Record<Estimate, Estimator | undefined>> = { none: undefined, total, perNode };

/** The loop of one federation. */
export class Federator {
  readonly #sim: Simulation;
  readonly #members: readonly MemberCluster[];
  readonly #health: ClusterHealth;
  readonly #options: FederatorOptions;
  readonly #onDecision: (decision: FederatorDecision) => void;
  readonly #workloads: Workload[] = [];
  readonly #book: EstimateBook;
  readonly #wasHealthy: boolean[];
  readonly #migrations: Migrations | undefined;
  /** What is planned is written in the same instant. */
  #isSettling = false;
  readonly #kinds: Readonly<Record<'plan' | 'write' | 'look' | 'estimate', EventKind>>;

  constructor(
    sim: Simulation,
    members: readonly MemberCluster[],
    health: ClusterHealth,
    options: FederatorOptions,
    onDecision: (decision: FederatorDecision) => void = () => {},
  ) {
    this.#sim = sim;
    this.#members = members;
    this.#health = health;
    this.#options = options;
    this.#onDecision = onDecision;
    this.#book = new EstimateBook(ESTIMATORS[options.estimate], options.assumes);
    this.#wasHealthy = members.map((_, cluster) => health.isHealthy(cluster));
    this.#kinds = {
      plan: sim.kind('federation plans', (workload) => this.#plan(this.#workloads[workload]!)),
      write: sim.kind('federation writes', (workload, cluster) => this.#write(this.#workloads[workload]!, cluster)),
      look: sim.kind('federation looks', () => this.#look()),
      estimate: sim.kind('federation estimates', () => this.#estimateAll()),
    };
    const { migration } = options;
    if (migration !== undefined && migration.purge !== 'directly')
      this.#migrations = new Migrations(sim, 'federation', migration, {
        planElsewhere: () => {},
        wantedElsewhere: (workload, leaving) => this.#elsewhere(workload, leaving, ({ assigned }) => assigned),
        readyElsewhere: (workload, leaving) =>
          this.#elsewhere(workload, leaving, ({ assigned, seen }) => Math.min(assigned, seen.ready)),
        drop: (workload, leaving) => this.#drop(this.#workloads[workload]!, leaving),
      });
    health.onChanged((cluster) => this.#healthChanged(cluster));
    this.#estimateAll();
    sim.after(options.lookPeriodNs, this.#kinds.look);
  }

  /** A new workload; returns its number, by which members know it. */
  add(spec: FederatedWorkload): number {
    assert(spec.preferences.length === this.#members.length, 'a preference for each cluster');
    const number = this.#workloads.length;
    const copies = this.#members.map(() => ({ assigned: 0, seen: NOTHING, writing: false, kept: 0, keptSinceNs: 0 }));
    const planner = this.#options.planner();
    this.#workloads.push({
      number,
      spec,
      planner,
      copies,
      replicas: spec.replicas,
      due: undefined,
      planned: undefined,
      isLetGo: false,
      last: undefined,
    });
    this.#ask(this.#workloads[number]!, 'created');
    return number;
  }

  /** All that is due is planned and written at once, for federations whose workloads stand before anything happens. */
  settle(): void {
    this.#isSettling = true;
    for (const workload of this.#workloads) {
      if (workload.planned === undefined) continue;
      this.#sim.cancel(workload.planned);
      this.#plan(workload);
    }
    this.#isSettling = false;
  }

  /** Somebody wants another number of replicas. */
  scale(workload: number, replicas: number): void {
    const one = this.#workloads[workload]!;
    if (one.replicas === replicas) return;
    one.replicas = replicas;
    this.#ask(one, 'scaled');
  }

  /**
   * Nothing is planned or written for the workload any more; gives the clusters that may have some of it.
   *
   * One that was to have none and could not be told so counts: its Work keeps Karmada's finalizer (issues 2989, 5752), and KubeFed asks each
   * cluster, placed or not, before it takes its own away (pull request 791).
   */
  letGo(workload: number): number[] {
    const one = this.#workloads[workload]!;
    one.isLetGo = true;
    return [...one.copies.keys()].filter((cluster) => {
      const copy = one.copies[cluster]!;
      return this.#wanted(copy) > 0 || copy.writing;
    });
  }

  /** Old copies that have not been told to go yet, since when. */
  keptSince(): number[] {
    const copies = this.#workloads.flatMap((workload) => workload.copies);
    return copies.flatMap(({ kept, keptSinceNs }) => (kept > 0 ? [keptSinceNs] : []));
  }

  /** Somebody wants a plan from scratch (Karmada's WorkloadRebalancer). */
  reschedule(workload: number): void {
    this.#ask(this.#workloads[workload]!, 'asked');
  }

  /** What the last plan gave each cluster. */
  assigned(workload: number): readonly number[] {
    return this.#workloads[workload]!.copies.map(({ assigned }) => assigned);
  }

  /** Replicas of all workloads for which the last plans found no place. */
  get unplaced(): number {
    return this.#workloads.reduce((sum, { isLetGo, last }) => sum + (isLetGo ? 0 : (last?.plan.unplaced ?? 0)), 0);
  }

  /** Why the replicas are where they are; undefined before the first plan. */
  lastDecision(workload: number): FederatorDecision | undefined {
    return this.#workloads[workload]!.last;
  }

  /** A plan is due; the stronger of two occasions counts. */
  #ask(workload: Workload, occasion: PlanOccasion): void {
    if (workload.isLetGo) return;
    if (workload.due === undefined)
      workload.planned = this.#sim.after(this.#options.planNs, this.#kinds.plan, workload.number);
    if (workload.due !== 'asked' && workload.due !== 'created') workload.due = occasion;
  }

  #plan(workload: Workload): void {
    const occasion = workload.due!;
    workload.due = undefined;
    workload.planned = undefined;
    if (workload.isLetGo) return;
    this.#observe(workload);
    const { key, uid } = workload.spec;
    const clusters = this.#views(workload);
    const plan = workload.planner.plan({ occasion, key, uid, replicas: workload.replicas, clusters });
    const before = workload.copies.map(({ assigned }) => assigned);
    plan.replicas.forEach((replicas, cluster) => {
      this.#assign(workload, cluster, replicas);
    });
    for (const [cluster, { kept, assigned }] of workload.copies.entries())
      if (kept > assigned) this.#migrations?.leave(workload.number, cluster);
    const isNews = plan.unplaced !== workload.last?.plan.unplaced || plan.replicas.some((one, i) => one !== before[i]);
    if (!isNews) return;
    const ageNs = this.#members.map((_, cluster) => this.#book.ageNs(cluster, this.#sim.nowNs));
    workload.last = { workload: workload.number, occasion, plan, before, ageNs };
    this.#onDecision(workload.last);
  }

  #assign(workload: Workload, cluster: number, replicas: number): void {
    const copy = workload.copies[cluster]!;
    const more = replicas - copy.assigned;
    if (more === 0) return;
    if (more < 0 && this.#migrations !== undefined && !this.#health.isHealthy(cluster)) {
      if (copy.kept === 0) copy.keptSinceNs = this.#sim.nowNs;
      copy.kept = Math.max(copy.kept, copy.assigned);
    }
    copy.assigned = replicas;
    const assumed = { number: workload.number, request: workload.spec.request };
    this.#book.assigned(cluster, assumed, more, this.#sim.nowNs);
    this.#send(workload, cluster);
  }

  /** What a cluster is told to run. */
  #wanted({ assigned, kept }: Copy): number {
    return Math.max(assigned, kept);
  }

  #elsewhere(workload: number, leaving: number, count: (copy: Copy) => number): number {
    return this.#workloads[workload]!.copies.reduce(
      (sum, copy, cluster) => sum + (cluster === leaving ? 0 : count(copy)),
      0,
    );
  }

  /** Old copies go. */
  #drop(workload: Workload, cluster: number): void {
    const copy = workload.copies[cluster]!;
    this.#options.onLeft?.(workload.number, cluster, this.#sim.nowNs - copy.keptSinceNs);
    copy.kept = 0;
    this.#send(workload, cluster);
  }

  #send(workload: Workload, cluster: number): void {
    const copy = workload.copies[cluster]!;
    if (copy.writing || workload.isLetGo) return;
    copy.writing = true;
    if (this.#isSettling && this.#members[cluster]!.reachable) {
      this.#write(workload, cluster);
      return;
    }
    const delayNs = this.#options.writeNs + wayNs(this.#options.rttNs(cluster), this.#options.retryNs);
    this.#sim.after(delayNs, this.#kinds.write, workload.number, cluster);
  }

  /** A write arrives with the number that counts now; a cluster that cannot be reached is tried again. */
  #write(workload: Workload, cluster: number): void {
    const copy = workload.copies[cluster]!;
    const member = this.#members[cluster]!;
    if (!member.reachable) {
      this.#sim.after(this.#options.retryNs, this.#kinds.write, workload.number, cluster);
      return;
    }
    copy.writing = false;
    const wanted = this.#wanted(copy);
    if (workload.isLetGo || member.replicasOf(workload.number).assigned === wanted) return;
    member.setReplicas(workload.number, wanted);
  }

  #look(): void {
    for (const workload of this.#workloads) if (this.#observe(workload)) this.#askOn(workload, 'capacity');
    this.#sim.after(this.#options.lookPeriodNs, this.#kinds.look);
  }

  /** What can be seen of the workload is seen. True if it differs from what was seen before, or replicas still have no place. */
  #observe({ number, copies, last }: Workload): boolean {
    let isNews = (last?.plan.unplaced ?? 0) > 0;
    this.#members.forEach((member, cluster) => {
      const copy = copies[cluster]!;
      if (!member.reachable) return;
      const seen = member.replicasOf(number);
      isNews ||= seen.ready !== copy.seen.ready || seen.unschedulable !== copy.seen.unschedulable;
      copy.seen = seen;
      if (seen.ready >= copy.assigned) this.#book.settled(cluster, number);
    });
    this.#migrations?.progressed(number);
    return isNews;
  }

  #estimateAll(): void {
    if (this.#members.length === 0) return;
    this.#members.forEach((member, cluster) => {
      if (member.reachable) this.#book.look(cluster, member.room, this.#sim.nowNs);
    });
    this.#sim.after(this.#options.estimatePeriodNs, this.#kinds.estimate);
  }

  #healthChanged(cluster: number): void {
    const isHealthy = this.#health.isHealthy(cluster);
    if (isHealthy === this.#wasHealthy[cluster]) return;
    this.#wasHealthy[cluster] = isHealthy;
    for (const workload of this.#workloads) {
      // What the cluster missed while it was away is told again.
      if (isHealthy) this.#send(workload, cluster);
      this.#askOn(workload, isHealthy ? 'clusterBack' : 'clusterLost');
    }
  }

  #askOn(workload: Workload, occasion: PlanOccasion): void {
    if (this.#options.replansOn.includes(occasion)) this.#ask(workload, occasion);
  }

  #views({ spec, copies }: Workload): ClusterView[] {
    const shares = this.#book.freeShares([...this.#members.keys()]);
    return this.#members.map(({ name }, cluster) => {
      const { assigned, seen } = copies[cluster]!;
      const healthy = this.#health.isHealthy(cluster);
      return {
        name,
        ...spec.preferences[cluster]!,
        assigned,
        ready: seen.ready,
        unschedulable: Math.min(seen.unschedulable, assigned),
        available: this.#book.available(cluster, spec.request),
        freeShare: shares[cluster]!,
        healthy,
        takesNew: healthy && (this.#health.takesNew?.(cluster) ?? true),
      };
    });
  }
}

/** A cluster to which there is no way is tried as long as a retry takes. */
function wayNs(rttNs: TimeNs, retryNs: TimeNs): TimeNs {
  return rttNs === Number.POSITIVE_INFINITY ? retryNs : rttNs;
}
