/**
 * Scaling down: which nodes are not needed, since when, which may go now, and why each other one stays.
 *
 * Source: Kubernetes cluster-autoscaler 1.34 `core/scaledown/planner`, `eligibility`, `unneeded`, `simulator/cluster.go`, `utilization`: a
 * node of a group above its minimum, whose requests are at most half of what it offers and whose pods all find a place elsewhere at the same
 * time, is not needed; if it is so for 10 min it may go. One that could not go is not looked at again for 5 min.
 * Leaves out: GPUs, nodes that are not ready (they stay), the limit of computing time.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { AutoscaledCluster, SeenNode, StandingPod } from './autoscaled-cluster.ts';
import { type BlockingReason, drainability } from './drainability.ts';
import type { GroupAutoscalerSettings } from './settings.ts';
import type { TrialCluster } from './trial-cluster.ts';

/** Why a node stays, upstream's words; `Going`: it does not. */
export type StayReason =
  | 'NotAutoscaled'
  | 'NodeGroupMinSizeReached'
  | 'ScaleDownDisabledAnnotation'
  | 'NotReady'
  | 'NotUnderutilized'
  | 'RecentlyUnremovable'
  | 'BlockedByPod'
  | 'NoPlaceToMovePods'
  | 'NotUnneededLongEnough'
  | 'ScaleDownInCooldown'
  | 'TooManyAtOnce'
  | 'NotInspected'
  | 'Going';

/** Why one node stays. */
export interface Stay {
  readonly reason: StayReason;
  /** Share of it that is requested; NaN where that was not asked. */
  readonly utilisation: number;
  /** The pod that holds it, and why. */
  readonly blocks?: { readonly pod: StandingPod; readonly reason: BlockingReason };
  /** Since when it is not needed. */
  readonly sinceNs?: TimeNs;
}

/** A node that may go. */
export interface RemovableNode {
  readonly node: SeenNode;
  readonly sinceNs: TimeNs;
  /** Pods that must move first. */
  readonly moves: readonly StandingPod[];
  /** Its budgets do not let all of them go at the same time. */
  readonly risky: boolean;
}

/** What a look is made of. */
export interface ScaleDownLook {
  readonly cluster: AutoscaledCluster;
  readonly trial: TrialCluster;
  readonly nodes: readonly SeenNode[];
  readonly nowNs: TimeNs;
  /** Nodes that are already on their way out. */
  readonly leaving: ReadonlySet<number>;
  /** By number of the group: machines that it has or has asked for, without those that leave; and its minimum. */
  readonly targets: readonly number[];
  readonly minima: readonly number[];
  /** By node: pods that stand there in the trial only; those that move are added. */
  readonly arrivals: Map<number, StandingPod[]>;
}

interface Unneeded {
  readonly sinceNs: TimeNs;
  readonly removable: RemovableNode;
}

/** Remembers between looks which nodes are not needed. */
export class ScaleDownPlanner {
  readonly #settings: GroupAutoscalerSettings;
  #unneeded = new Map<number, Unneeded>();
  readonly #recheckNs = new Map<number, { readonly untilNs: TimeNs; readonly stay: Stay }>();
  readonly #stays = new Map<number, Stay>();

  constructor(settings: GroupAutoscalerSettings) {
    this.#settings = settings;
  }

  /** Why each node stays, as of the last look. */
  get stays(): ReadonlyMap<number, Stay> {
    return this.#stays;
  }

  /** Looks at all nodes and notes which are not needed. Leaves the pods that would move on their new places in the trial. */
  look(look: ScaleDownLook): void {
    this.#stays.clear();
    const candidates = this.#ordered(
      look.nodes.filter((node) => this.#isCandidate(node, look)),
      look,
    );
    const destinations = new Set(look.nodes.filter(({ node }) => !look.leaving.has(node)).map(({ node }) => node));
    const budgets = [...look.cluster.budgetsLeft()];
    const found = new Map<number, Unneeded>();
    const most = this.#most();
    for (const node of candidates) {
      if (found.size >= most) this.#stay(node, { reason: 'NotInspected', utilisation: Number.NaN });
      else this.#inspect(node, look, destinations, budgets, found);
    }
    this.#unneeded = found;
  }

  /** Nodes that may go now, empty ones first, then those whose pods can all move at once; `cooling`: none yet. */
  removable({ nowNs, targets, minima }: ScaleDownLook, cooling: boolean): RemovableNode[] {
    const left = [...targets];
    const ripe = [...this.#unneeded.values()].flatMap(({ removable, sinceNs }) => {
      const { node, group } = removable.node;
      const reason = this.#unripe(sinceNs, nowNs, cooling, left[group]! <= minima[group]!);
      this.#stays.set(node, { ...this.#stays.get(node)!, reason: reason ?? 'TooManyAtOnce', sinceNs });
      if (reason === null) left[group]!--;
      return reason === null ? [removable] : [];
    });
    const rank = ({ moves, risky }: RemovableNode): number => (moves.length === 0 ? 0 : risky ? 2 : 1);
    return ripe
      .map((each, at) => ({ each, at }))
      .sort((a, b) => rank(a.each) - rank(b.each) || a.at - b.at)
      .map(({ each }) => each);
  }

  /** The node goes. */
  going({ node: { node } }: RemovableNode): void {
    this.#unneeded.delete(node);
    this.#stays.set(node, { ...this.#stays.get(node)!, reason: 'Going' });
  }

  #unripe(sinceNs: TimeNs, nowNs: TimeNs, cooling: boolean, atMinimum: boolean): StayReason | null {
    if (sinceNs + this.#settings.unneededNs >= nowNs) return 'NotUnneededLongEnough';
    if (atMinimum) return 'NodeGroupMinSizeReached';
    return cooling ? 'ScaleDownInCooldown' : null;
  }

  #isCandidate(node: SeenNode, { leaving, targets, minima }: ScaleDownLook): boolean {
    if (leaving.has(node.node)) {
      this.#stay(node, { reason: 'Going', utilisation: Number.NaN });
      return false;
    }
    const reason: StayReason | null =
      node.group < 0
        ? 'NotAutoscaled'
        : targets[node.group]! <= minima[node.group]!
          ? 'NodeGroupMinSizeReached'
          : node.keep
            ? 'ScaleDownDisabledAnnotation'
            : node.ready
              ? null
              : 'NotReady';
    if (reason !== null) this.#stay(node, { reason, utilisation: Number.NaN });
    return reason === null;
  }

  /** Empty nodes come first, then those that were not needed at the last look, so that they stay so. */
  #ordered(nodes: readonly SeenNode[], { cluster, arrivals }: ScaleDownLook): SeenNode[] {
    const rank = ({ node }: SeenNode): number => {
      const full = arrivals.has(node) || cluster.standing(node).some(({ owner }) => owner !== 'daemon-set');
      return 2 * Number(full) + Number(!this.#unneeded.has(node));
    };
    const ranked = nodes.map((node) => ({ node, rank: rank(node) }));
    return ranked.sort((a, b) => a.rank - b.rank || a.node.node - b.node.node).map(({ node }) => node);
  }

  /** More of them than can go soon are not looked for. */
  #most(): number {
    const { parallelMost, unneededNs, scanNs } = this.#settings;
    const looks = Math.max(1, Math.floor(unneededNs / scanNs));
    return Math.min(this.#unneeded.size + 2 * parallelMost, parallelMost * looks + parallelMost);
  }

  #inspect(
    node: SeenNode,
    look: ScaleDownLook,
    destinations: Set<number>,
    budgets: number[],
    found: Map<number, Unneeded>,
  ): void {
    const { nowNs, cluster } = look;
    const recheck = this.#recheckNs.get(node.node);
    if (recheck !== undefined && recheck.untilNs > nowNs) {
      this.#stay(node, { ...recheck.stay, reason: 'RecentlyUnremovable' });
      return;
    }
    const pods = [...cluster.standing(node.node), ...(look.arrivals.get(node.node) ?? [])];
    const utilisation = utilisationOf(node, pods);
    if (utilisation > this.#settings.utilisationMost) {
      this.#stay(node, { reason: 'NotUnderutilized', utilisation });
      return;
    }
    const { moves, blocks } = drainability(this.#counted(pods), budgets, nowNs, this.#settings.systemPodNs);
    if (blocks !== null) this.#unremovable(node, { reason: 'BlockedByPod', utilisation, blocks }, nowNs);
    else if (!moveAll(look, node.node, moves, destinations)) {
      this.#unremovable(node, { reason: 'NoPlaceToMovePods', utilisation }, nowNs);
    } else {
      destinations.delete(node.node);
      const sinceNs = this.#unneeded.get(node.node)?.sinceNs ?? nowNs;
      found.set(node.node, { sinceNs, removable: { node, sinceNs, moves, risky: spend(budgets, moves) } });
      this.#stay(node, { reason: 'NotUnneededLongEnough', utilisation, sinceNs });
    }
  }

  /** Expendable pods hold nobody and need no place. */
  #counted(pods: readonly StandingPod[]): StandingPod[] {
    return pods.filter(({ priority }) => priority >= this.#settings.expendableBelow);
  }

  #unremovable(node: SeenNode, stay: Stay, nowNs: TimeNs): void {
    this.#recheckNs.set(node.node, { untilNs: nowNs + this.#settings.recheckNs, stay });
    this.#stay(node, stay);
  }

  #stay({ node }: SeenNode, stay: Stay): void {
    this.#stays.set(node, stay);
  }
}

/** The larger of the requested shares of processors and memory; pods of DaemonSets count. */
export function utilisationOf({ cpuMilli, memoryMib }: SeenNode, pods: readonly StandingPod[]): number {
  const cpu = pods.reduce((sum, pod) => sum + pod.cpuMilli, 0);
  const memory = pods.reduce((sum, pod) => sum + pod.memoryMib, 0);
  return Math.max(cpuMilli > 0 ? cpu / cpuMilli : 0, memoryMib > 0 ? memory / memoryMib : 0);
}

/** Moves the pods in the trial, all or none; the node stays in it, empty, and takes nobody. */
function moveAll(
  { trial, arrivals }: ScaleDownLook,
  node: number,
  moves: readonly StandingPod[],
  destinations: ReadonlySet<number>,
): boolean {
  const mark = trial.mark();
  for (const { pod } of moves) trial.lift(pod);
  trial.dropNode(node);
  const others = [...destinations].filter((each) => each !== node);
  const places = moves.map(({ pod }) => {
    const to = others.find((each) => trial.fits(pod, each)) ?? -1;
    if (to >= 0) trial.place(pod, to);
    return to;
  });
  if (places.includes(-1)) {
    trial.backTo(mark);
    return false;
  }
  moves.forEach((pod, at) => {
    arrivals.set(places[at]!, [...(arrivals.get(places[at]!) ?? []), pod]);
  });
  return true;
}

/** Takes the pods from their budgets; returns whether one does not let all go at once. */
function spend(budgets: number[], moves: readonly StandingPod[]): boolean {
  let risky = false;
  for (const { budgets: covering } of moves) {
    for (const budget of covering) {
      if (budgets[budget]! < 1) risky = true;
      budgets[budget]!--;
    }
  }
  return risky;
}
