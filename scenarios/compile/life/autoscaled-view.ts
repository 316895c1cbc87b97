/** The living cluster as a node autoscaler reads it, and what it may do to it. */
import type {
  JustInTimeCluster,
  PricedNode,
} from '../../../models/autoscaling/nodes/just-in-time/just-in-time-cluster.ts';
import type { WaitingPod } from '../../../models/autoscaling/nodes/node-group.ts';
import { trialClusterOf } from '../../../models/autoscaling/nodes/scheduler-trial.ts';
import type { TrialCluster } from '../../../models/autoscaling/nodes/trial-cluster.ts';
import type { ClusterNode } from '../../../models/cluster/node.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import type { DisruptionBudget, DisruptionBudgets } from '../../../models/cluster/workload/disruption-budget.ts';
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { Version } from './life-plan.ts';
import type { LivingCluster } from './living-cluster.ts';
import type { NodeRoster } from './node-roster.ts';
import { StandingPods } from './standing-pods.ts';

/** What is looked at. */
export interface AutoscaledViewParts {
  readonly sim: Simulation;
  readonly nodes: readonly ClusterNode[];
  /** The group of each node; -1: none. */
  readonly groupOf: readonly number[];
  readonly cluster: LivingCluster;
  readonly roster: NodeRoster;
  readonly versions: readonly Version[];
  readonly shapes: readonly PodShape[];
  readonly budgets: readonly DisruptionBudget[];
  readonly evictions: DisruptionBudgets;
}

/** Everything that node autoscalers of any kind ask. */
export class AutoscaledView implements JustInTimeCluster {
  readonly #parts: AutoscaledViewParts;
  readonly #moved: () => void;
  readonly #standing: StandingPods;
  /** Rows of pods that the scheduler found no node for. */
  readonly #refused = new Set<number>();
  readonly #joinedNs: TimeNs[];
  readonly #podEventNs: TimeNs[];
  #changes = 0;
  #ready = 0;

  /** `moved`: a pod was evicted. */
  constructor(parts: AutoscaledViewParts, moved: () => void) {
    this.#parts = parts;
    this.#moved = moved;
    const { cluster, budgets, nodes } = parts;
    this.#standing = new StandingPods(cluster, budgets, (pod) => this.#amounts(pod));
    this.#joinedNs = nodes.map(() => 0);
    this.#podEventNs = nodes.map(() => 0);
    cluster.follow({
      bound: (pod, node) => this.#podEvent(pod, node),
      gone: (pod) => this.#podEvent(pod, cluster.pods.node[pod]!),
    });
  }

  /** The scheduler found no node for the pod in a row. */
  refused(pod: number): void {
    this.#refused.add(pod);
  }

  /** A machine has joined, or is gone. */
  machineChanged(node: number): void {
    this.#changes++;
    this.#joinedNs[node] = this.#parts.sim.nowNs;
    this.#podEventNs[node] = this.#parts.sim.nowNs;
  }

  nodes(): readonly PricedNode[] {
    const { nodes, roster } = this.#parts;
    return nodes.flatMap((_, node) => (roster.exists(node) ? [this.#node(node)] : []));
  }

  waiting(): readonly WaitingPod[] {
    return [...this.#refused].sort((a, b) => a - b).flatMap((pod) => this.#waiting(pod));
  }

  promised(pod: number): number {
    const { scheduler } = this.#parts.cluster;
    const seat = this.#parts.cluster.seatOf(pod);
    // One that was refused before may be on its way to a node by now.
    const taken = scheduler.nodeOf(seat);
    return taken === NONE ? scheduler.nominatedNodeOf(seat) : taken;
  }

  standing(node: number) {
    return this.#standing.on(node);
  }

  budgetsLeft(): readonly number[] {
    return this.#parts.budgets.map((budget) => this.#parts.evictions.allowed(budget));
  }

  trial(): TrialCluster {
    const { cluster, roster, nodes, groupOf: groups } = this.#parts;
    const there: number[] = [];
    const spares: number[][] = [];
    nodes.forEach((_, node) => {
      const group = groups[node]!;
      if (group >= 0) spares[group] ??= [];
      if (roster.exists(node)) there.push(node);
      else if (group >= 0) spares[group]!.push(node);
    });
    return trialClusterOf(cluster.scheduler, (pod) => cluster.seatOf(pod), there, spares);
  }

  cordon(node: number, cordoned: boolean): void {
    if (cordoned) this.#parts.roster.cordon(node);
    else this.#parts.roster.uncordon(node);
  }

  evict(pod: number): boolean {
    const { evicted } = this.#parts.evictions.evict(pod);
    if (evicted) this.#moved();
    return evicted;
  }

  changes(): number {
    const { nodes, roster } = this.#parts;
    const ready = nodes.reduce((count, _, node) => count + Number(roster.isReady(node)), 0);
    if (ready !== this.#ready) this.#changes++;
    this.#ready = ready;
    return this.#changes;
  }

  isEnding(pod: number): boolean {
    return this.#parts.cluster.pods.terminating[pod] === 1;
  }

  #podEvent(pod: number, node: number): void {
    this.#refused.delete(pod);
    this.#changes++;
    if (node !== NONE) this.#podEventNs[node] = this.#parts.sim.nowNs;
  }

  #node(node: number): PricedNode {
    const { nodes, groupOf: groups, roster } = this.#parts;
    const { cpuMilli, memoryMib } = nodes[node]!.allocatable;
    const times = { joinedNs: this.#joinedNs[node]!, podEventNs: this.#podEventNs[node]! };
    return { node, group: groups[node]!, ready: roster.isReady(node), cpuMilli, memoryMib, keep: false, ...times };
  }

  #waiting(pod: number): WaitingPod[] {
    const { pods, scheduler } = this.#parts.cluster;
    if (pods.terminating[pod] === 1 || pods.node[pod] !== NONE) return [];
    // The scheduler has found it a node in the meantime, and is about to bind it.
    if (scheduler.nodeOf(this.#parts.cluster.seatOf(pod)) >= 0) return [];
    const number = this.#shapeOf(pod);
    const spreadOverNodes = (this.#parts.shapes[number]!.topologySpread ?? []).some(
      ({ topologyKey, whenUnsatisfiable }) =>
        topologyKey === 'kubernetes.io/hostname' && whenUnsatisfiable === 'DoNotSchedule',
    );
    return [{ pod, shape: number, controller: pods.owner[pod]!, ...this.#amounts(pod), spreadOverNodes }];
  }

  #shapeOf(pod: number): number {
    return this.#parts.versions[this.#parts.cluster.pods.template[pod]!]!.shape;
  }

  #amounts(pod: number) {
    const number = this.#shapeOf(pod);
    const { cpuMilli, memoryMib, priority = 0, podAffinity, topologySpread = [] } = this.#parts.shapes[number]!;
    const createdNs = this.#parts.cluster.pods.createdNs[pod]!;
    const amounts = { cpuMilli, memoryMib, priority, createdNs };
    // Others may make room for a pod that wants to be near somebody, or spread.
    const dependsOnOthers = (podAffinity?.required.length ?? 0) > 0 || topologySpread.length > 0;
    return dependsOnOthers ? amounts : { ...amounts, kind: number };
  }
}
