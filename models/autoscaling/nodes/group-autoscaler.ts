/**
 * The cluster-autoscaler: looks at the cluster again and again, asks for machines when pods wait, gives back those that nobody needs.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `core/static_autoscaler.go` (RunOnce) and `clusterstate`: machines that were asked for count
 * as if they were there; pods that are all younger than 2 s are waited for; after a growth nothing shrinks for 10 min; a machine that has not joined
 * after 15 min is given back and its group backs off. Looks and calls to the provider take no time here.
 * Leaves out: the halt when too many nodes are not ready, sizes set by others, soft taints, parallel growth of several groups.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import { Presence } from '../../cluster/control-plane/presence.ts';
import type { AutoscaledCluster, MachineProvider, SeenNode, StandingPod } from './autoscaled-cluster.ts';
import { GroupBackoff } from './backoff.ts';
import type { NodeGroup, WaitingPod } from './node-group.ts';
import { NodeRemovals } from './node-removal.ts';
import type { NodePrices } from './price-expander.ts';
import { type RemovableNode, ScaleDownPlanner, type Stay } from './scale-down.ts';
import { type ScaleUpDecision, scaleUp, withoutPlace } from './scale-up.ts';
import { ALL_NEW_NS, type GroupAutoscalerSettings } from './settings.ts';
import type { TrialCluster } from './trial-cluster.ts';

/** What is told of its deeds. */
export interface GroupAutoscalerFollower {
  /** Pods waited and it decided; `nodes`: those that were asked for. */
  scaledUp(decision: ScaleUpDecision, nodes: readonly number[]): void;
  /** A machine has not come in time and was given back. */
  timedOut(node: number, group: number, waitsUntilNs: TimeNs): void;
  /** A node begins to go. */
  removing(removable: RemovableNode): void;
  /** A node is gone, or it was given up. */
  removed(removable: RemovableNode, gone: boolean): void;
  /** It has looked. */
  looked?(stays: ReadonlyMap<number, Stay>): void;
}

/** What it works with. */
export interface GroupAutoscalerParts {
  readonly sim: Simulation;
  /** While the API server is not there it does nothing; always there if left out. */
  readonly server?: Presence;
  /** Draws when it looks first, and among equal groups. */
  readonly stream: Stream;
  readonly cluster: AutoscaledCluster;
  readonly provider: MachineProvider;
  /** Whether it runs at all where it stands; always, if left out. */
  readonly hasPower?: () => boolean;
  readonly groups: readonly NodeGroup[];
  readonly prices: NodePrices;
  readonly settings: GroupAutoscalerSettings;
  readonly follower: GroupAutoscalerFollower;
}

/** A machine that was asked for and has not joined. */
interface Upcoming {
  readonly group: number;
  readonly untilNs: TimeNs;
}

/** One cluster-autoscaler. */
export class GroupAutoscaler {
  readonly #parts: GroupAutoscalerParts;
  readonly #planner: ScaleDownPlanner;
  readonly #removals: NodeRemovals;
  readonly #backoff: GroupBackoff;
  readonly #upcoming = new Map<number, Upcoming>();
  readonly #kind: EventKind;
  #lastAddNs: TimeNs = Number.NEGATIVE_INFINITY;
  #lastDeleteNs: TimeNs = Number.NEGATIVE_INFINITY;

  constructor(parts: GroupAutoscalerParts) {
    const { sim, server = new Presence(), cluster, provider, settings, follower } = parts;
    this.#parts = parts;
    this.#planner = new ScaleDownPlanner(settings);
    this.#backoff = new GroupBackoff(settings);
    this.#removals = new NodeRemovals(
      sim,
      cluster,
      provider,
      settings,
      {
        ended: (removable, gone) => follower.removed(removable, gone),
      },
      server,
    );
    this.#kind = sim.kind('node autoscaler looks', () => server.whenThere(() => this.#look()));
  }

  /** Begins to look, for the first time within one period. */
  begin(): void {
    const { sim, stream, settings } = this.#parts;
    sim.after(stream.below(settings.scanNs / 1000) * 1000, this.#kind);
  }

  /** Why each node stays, as of the last look. */
  get stays(): ReadonlyMap<number, Stay> {
    return this.#planner.stays;
  }

  /** Machines of each group that are there or asked for, without those on their way out. */
  targets(nodes: readonly SeenNode[]): number[] {
    const leaving = this.#removals.nodes;
    return this.#parts.groups.map((_, number) => {
      const there = nodes.filter(
        ({ node, group }) => group === number && !leaving.has(node) && !this.#upcoming.has(node),
      );
      return there.length + [...this.#upcoming.values()].filter(({ group }) => group === number).length;
    });
  }

  #look(): void {
    const { sim, cluster, settings, follower, hasPower } = this.#parts;
    sim.cause = -1;
    if (hasPower?.() === false) {
      sim.after(settings.scanNs, this.#kind);
      return;
    }
    this.#welcome(cluster.nodes());
    this.#expire();
    const nodes = cluster.nodes();
    const trial = cluster.trial();
    this.#prepare(trial, nodes);
    const arrivals = new Map<number, StandingPod[]>();
    const { asked, tooNew } = this.#grow(trial, nodes, arrivals);
    const grows = asked !== null && asked.machines > 0 && settings.delayAfterAddNs > 0;
    const removable = settings.scaleDown ? this.#shrink(trial, nodes, arrivals, tooNew || grows) : [];
    trial.backTo(0);
    if (asked !== null) this.#ask(asked);
    for (const each of removable) this.#remove(each);
    follower.looked?.(this.#planner.stays);
    sim.after(settings.scanNs, this.#kind);
  }

  /** Machines that have joined are no longer on their way. */
  #welcome(nodes: readonly SeenNode[]): void {
    for (const { node, group, ready } of nodes) {
      if (!ready || !this.#upcoming.delete(node)) continue;
      if (![...this.#upcoming.values()].some((each) => each.group === group)) this.#backoff.succeeded(group);
    }
  }

  #expire(): void {
    const { sim, provider, follower } = this.#parts;
    for (const [node, { group, untilNs }] of [...this.#upcoming]) {
      if (untilNs >= sim.nowNs) continue;
      this.#upcoming.delete(node);
      provider.giveBack(node);
      follower.timedOut(node, group, this.#backoff.failed(group, sim.nowNs));
    }
  }

  /** Machines on their way take pods, expendable pods take no room. */
  #prepare(trial: TrialCluster, nodes: readonly SeenNode[]): void {
    const { cluster, settings } = this.#parts;
    for (const { node } of nodes) {
      for (const { pod, priority } of cluster.standing(node)) if (priority < settings.expendableBelow) trial.lift(pod);
    }
    for (const { group } of this.#upcoming.values()) trial.addNode(group);
  }

  #grow(
    trial: TrialCluster,
    nodes: readonly SeenNode[],
    arrivals: Map<number, StandingPod[]>,
  ): { asked: ScaleUpDecision | null; tooNew: boolean } {
    const { sim, settings, groups, prices, stream } = this.#parts;
    const arrived = (pod: WaitingPod, node: number): void => {
      arrivals.set(node, [...(arrivals.get(node) ?? []), standingOf(pod)]);
    };
    const pods = withoutPlace(trial, this.#waiting(trial, arrived), arrived).filter(
      ({ createdNs }) => createdNs + settings.newPodDelayNs <= sim.nowNs,
    );
    if (pods.length === 0) return { asked: null, tooNew: false };
    const oldestNs = pods.reduce((oldest, { createdNs }) => Math.min(oldest, createdNs), Number.POSITIVE_INFINITY);
    if (oldestNs + ALL_NEW_NS > sim.nowNs) return { asked: null, tooNew: true };
    const targets = this.targets(nodes);
    const standing = groups.map((_, group) => ({
      target: targets[group]!,
      waits: this.#backoff.waits(group, sim.nowNs),
    }));
    const readyNodes = nodes.filter(({ ready }) => ready).length;
    const { expanders } = settings;
    return { asked: scaleUp(pods, { trial, groups, standing, readyNodes, expanders, prices, stream }), tooNew: false };
  }

  /** Pods that count; those that wait for victims to leave have their place. */
  #waiting(trial: TrialCluster, arrived: (pod: WaitingPod, node: number) => void): WaitingPod[] {
    const { cluster, settings } = this.#parts;
    return cluster.waiting().filter((pod) => {
      if (pod.priority < settings.expendableBelow) return false;
      const node = cluster.promised(pod.pod);
      if (node < 0) return true;
      trial.place(pod.pod, node);
      arrived(pod, node);
      return false;
    });
  }

  #shrink(
    trial: TrialCluster,
    nodes: readonly SeenNode[],
    arrivals: Map<number, StandingPod[]>,
    held: boolean,
  ): RemovableNode[] {
    const { sim, cluster, settings, groups } = this.#parts;
    const { nowNs } = sim;
    const leaving = this.#removals.nodes;
    const targets = this.targets(nodes);
    const minima = groups.map(({ min }) => min);
    const look = { cluster, trial, nodes, nowNs, leaving, targets, minima, arrivals };
    this.#planner.look(look);
    const cooling =
      held ||
      this.#lastAddNs + settings.delayAfterAddNs > nowNs ||
      this.#lastDeleteNs + settings.delayAfterDeleteNs > nowNs;
    return this.#cut(this.#planner.removable(look, cooling));
  }

  /** As many as may go at the same time. */
  #cut(removable: readonly RemovableNode[]): RemovableNode[] {
    const { parallelMost, drainsMost } = this.#parts.settings;
    let parallel = parallelMost - this.#removals.nodes.size;
    let drains = drainsMost - this.#removals.drains;
    return removable.filter(({ moves }) => {
      if (parallel < 1 || (moves.length > 0 && drains < 1)) return false;
      parallel--;
      if (moves.length > 0) drains--;
      return true;
    });
  }

  #ask(decision: ScaleUpDecision): void {
    const { sim, provider, settings, follower } = this.#parts;
    const nodes: number[] = [];
    const { option, machines } = decision;
    for (let machine = 0; option !== null && machine < machines; machine++) {
      const node = provider.ask(option.group);
      if (node < 0) {
        this.#backoff.failed(option.group, sim.nowNs);
        break;
      }
      nodes.push(node);
      this.#upcoming.set(node, { group: option.group, untilNs: sim.nowNs + settings.provisionNs });
    }
    if (nodes.length > 0) this.#lastAddNs = sim.nowNs;
    follower.scaledUp(decision, nodes);
  }

  #remove(removable: RemovableNode): void {
    this.#lastDeleteNs = this.#parts.sim.nowNs;
    this.#planner.going(removable);
    this.#parts.follower.removing(removable);
    this.#removals.begin(removable);
  }
}

/** A pod that will stand on a node by its own: it can move as any other. */
function standingOf({ pod, cpuMilli, memoryMib, priority, createdNs }: WaitingPod): StandingPod {
  const plain = { owner: 'controller', localStorage: false, system: false, budgets: [] } as const;
  return { ...plain, pod, name: '', cpuMilli, memoryMib, priority, createdNs };
}
