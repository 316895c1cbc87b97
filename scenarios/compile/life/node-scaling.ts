/**
 * Nodes that come and go by themselves in a living run: what the node autoscaler sees of the cluster, the machines that it asks for, and
 * the pause pods of a reserve.
 *
 * Machines have numbers of their own from the start and are absent until they join. Left out: failures of machines while they boot.
 */
import type { AutoscaledCluster, SeenNode } from '../../../models/autoscaling/nodes/autoscaled-cluster.ts';
import { GroupAutoscaler } from '../../../models/autoscaling/nodes/group-autoscaler.ts';
import type { NodeGroup, WaitingPod } from '../../../models/autoscaling/nodes/node-group.ts';
import type { Stay } from '../../../models/autoscaling/nodes/scale-down.ts';
import type { ScaleUpDecision } from '../../../models/autoscaling/nodes/scale-up.ts';
import { GROUP_AUTOSCALER_DEFAULTS } from '../../../models/autoscaling/nodes/settings.ts';
import type { TrialCluster } from '../../../models/autoscaling/nodes/trial-cluster.ts';
import type { ClusterNode } from '../../../models/cluster/node.ts';
import type { PodShape } from '../../../models/cluster/pod.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import type { DisruptionBudget, DisruptionBudgets } from '../../../models/cluster/workload/disruption-budget.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import { sample } from '../../../sim/random/distributions.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { spanOf } from '../../document/load-plan.ts';
import type { NodeAutoscalerFile } from '../../document/node-group-schema.ts';
import type { ClusterPart } from './cluster-part.ts';
import type { Version } from './life-plan.ts';
import type { LivingCluster } from './living-cluster.ts';
import { MachineTally } from './machine-tally.ts';
import type { NodeRoster } from './node-roster.ts';
import { trialClusterOf } from './node-trial.ts';
import type { PodStep } from './pod-life.ts';
import { StandingPods } from './standing-pods.ts';

/** What is told of nodes that come and go. */
export interface NodeScalingFollower {
  /** A machine was asked for. */
  asked(node: number): void;
  joined(node: number): void;
  /** What a look decided, in words. */
  decided(words: string): void;
  /** Why a node stays, when that changes. */
  stays(node: number, words: string): void;
}

/** What it stands on. */
export interface NodeScalingParts {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly file: NodeAutoscalerFile;
  readonly nodes: readonly ClusterNode[];
  /** The group of each node; -1: none. */
  readonly groupOf: readonly number[];
  readonly cluster: LivingCluster;
  readonly roster: NodeRoster;
  readonly versions: readonly Version[];
  readonly shapes: readonly PodShape[];
  readonly budgets: readonly DisruptionBudget[];
  readonly evictions: DisruptionBudgets;
  readonly follower: NodeScalingFollower;
}

/** What an hour of a core and of a GiB cost a pod, as the expander `price` reckons: list prices of one large provider. */
const POD_PRICES = { cpuPerHour: 0.033174, memoryGibPerHour: 0.004446 };

/** The node autoscaler of one cluster. */
export class NodeScaling implements ClusterPart {
  readonly #tally: MachineTally;
  readonly #parts: NodeScalingParts;
  readonly #autoscaler: GroupAutoscaler;
  readonly #groups: readonly NodeGroup[];
  /** Machines that were asked for and may still join. */
  readonly #coming = new Set<number>();
  /** Machines that were asked for, whether they will come or not. */
  readonly #asked = new Set<number>();
  /** Rows of pods that the scheduler found no node for. */
  readonly #refused = new Set<number>();
  readonly #reasons = new Map<number, string>();
  readonly #joins: EventKind;
  #decision = '';

  constructor(parts: NodeScalingParts) {
    const { sim, streams, file, cluster } = parts;
    this.#parts = parts;
    this.#groups = file.groups.map((group, number) => groupOf(group, parts.nodes[parts.groupOf.indexOf(number)]!));
    this.#tally = new MachineTally(
      parts.nodes.map((_, node) => this.#groups[parts.groupOf[node]!]?.pricePerHour ?? 0),
      parts.nodes.flatMap((_, node) => (parts.roster.exists(node) ? [node] : [])),
    );
    this.#joins = sim.kind('machine joins', (node) => this.#join(node));
    this.#autoscaler = new GroupAutoscaler({
      sim,
      stream: streams.stream('node autoscaler', 'choices'),
      cluster: this.#seen(),
      provider: { ask: (group) => this.#ask(group), giveBack: (node) => this.#giveBack(node) },
      groups: this.#groups,
      prices: POD_PRICES,
      settings: settingsOf(file),
      follower: {
        scaledUp: (decision, nodes) => this.#tellDecision(decisionWords(decision, nodes.length, this.#groups)),
        timedOut: (node) => parts.follower.decided(`${parts.nodes[node]!.name} has not come in time`),
        removing: ({ node }) => parts.follower.stays(node.node, 'goes'),
        removed: ({ node }, gone) =>
          gone || parts.follower.stays(node.node, 'stays: its pods could not all be evicted'),
        looked: (stays) => this.#tellStays(stays),
      },
    });
    cluster.follow({ bound: (pod) => this.#refused.delete(pod), gone: (pod) => this.#refused.delete(pod) });
  }

  /** It begins to look. */
  begin(): void {
    this.#autoscaler.begin();
  }

  /** The pods that the scheduler finds no node for are those that machines may be asked for. */
  stepped(pod: number, step: PodStep): void {
    if (step === 'refused') this.#refused.add(pod);
  }

  metrics(nowNs: TimeNs): Record<string, number> {
    return this.#tally.metrics(nowNs);
  }

  #seen(): AutoscaledCluster {
    const { cluster, roster, budgets, evictions, nodes } = this.#parts;
    const standing = new StandingPods(cluster, budgets, (pod) => this.#amounts(pod).amounts);
    return {
      nodes: () => nodes.flatMap((_, node) => (roster.exists(node) ? [this.#node(node)] : [])),
      waiting: () => [...this.#refused].sort((a, b) => a - b).flatMap((pod) => this.#waiting(pod)),
      promised: (pod) => cluster.scheduler.nominatedNodeOf(cluster.seatOf(pod)),
      standing: (node) => standing.on(node),
      budgetsLeft: () => budgets.map((budget) => evictions.allowed(budget)),
      trial: () => this.#trial(),
      cordon: (node, cordoned) => (cordoned ? roster.cordon(node) : roster.uncordon(node)),
      evict: (pod) => evictions.evict(pod).evicted,
    };
  }

  #node(node: number): SeenNode {
    const { nodes, groupOf: groups, roster } = this.#parts;
    const { cpuMilli, memoryMib } = nodes[node]!.allocatable;
    return { node, group: groups[node]!, ready: roster.isReady(node), cpuMilli, memoryMib, keep: false };
  }

  #waiting(pod: number): WaitingPod[] {
    const { pods } = this.#parts.cluster;
    if (pods.terminating[pod] === 1 || pods.node[pod] !== NONE) return [];
    const { shape, amounts } = this.#amounts(pod);
    const spreadOverNodes = (shape.topologySpread ?? []).some(
      ({ topologyKey, whenUnsatisfiable }) =>
        topologyKey === 'kubernetes.io/hostname' && whenUnsatisfiable === 'DoNotSchedule',
    );
    return [{ pod, shape: this.#version(pod).shape, controller: pods.owner[pod]!, ...amounts, spreadOverNodes }];
  }

  #version(pod: number): Version {
    return this.#parts.versions[this.#parts.cluster.pods.template[pod]!]!;
  }

  #amounts(pod: number) {
    const shape = this.#parts.shapes[this.#version(pod).shape]!;
    const { cpuMilli, memoryMib, priority = 0 } = shape;
    return { shape, amounts: { cpuMilli, memoryMib, priority, createdNs: this.#parts.cluster.pods.createdNs[pod]! } };
  }

  #trial(): TrialCluster {
    const { cluster, roster, nodes, groupOf: groups } = this.#parts;
    const there: number[] = [];
    const spares: number[][] = this.#groups.map(() => []);
    nodes.forEach((_, node) => {
      if (roster.exists(node)) there.push(node);
      else if (groups[node]! >= 0) spares[groups[node]!]!.push(node);
    });
    return trialClusterOf(cluster.scheduler.trial(), (pod) => cluster.seatOf(pod), there, spares);
  }

  #ask(group: number): number {
    const { sim, streams, file, nodes, groupOf: groups, roster, follower } = this.#parts;
    const { boot, stock, max } = file.groups[group]!;
    const ofGroup = nodes.flatMap((_, node) => (groups[node] === group ? [node] : []));
    const node = ofGroup.find((each) => !roster.exists(each) && !this.#asked.has(each)) ?? NONE;
    if (node === NONE) return NONE;
    this.#asked.add(node);
    follower.asked(node);
    const held = ofGroup.filter((each) => roster.exists(each) || this.#coming.has(each)).length;
    if (held >= (stock ?? max)) return node;
    this.#coming.add(node);
    const seconds = sample(spanOf(boot), streams.stream(`nodes/${nodes[node]!.name}`, 'boot'));
    sim.after(Math.max(1, Math.round(seconds * NS_PER_SECOND)), this.#joins, node);
    return node;
  }

  #join(node: number): void {
    const { roster, follower, sim } = this.#parts;
    if (!this.#coming.delete(node) || roster.exists(node)) return;
    this.#asked.delete(node);
    this.#tally.joined(node, sim.nowNs);
    follower.joined(node);
    roster.join(node);
  }

  #giveBack(node: number): void {
    const { roster, sim } = this.#parts;
    this.#asked.delete(node);
    this.#coming.delete(node);
    this.#reasons.delete(node);
    if (!roster.exists(node)) return;
    this.#tally.left(node, sim.nowNs);
    roster.leave(node);
  }

  /** The same answer look after look is told once. */
  #tellDecision(words: string): void {
    if (words === this.#decision) return;
    this.#decision = words;
    this.#parts.follower.decided(words);
  }

  #tellStays(stays: ReadonlyMap<number, Stay>): void {
    for (const [node, stay] of stays) {
      const words = stayWords(stay);
      if (words === null || this.#reasons.get(node) === words) continue;
      this.#reasons.set(node, words);
      this.#parts.follower.stays(node, words);
    }
  }
}

function groupOf(
  { nodes, min, max, price, priority }: NodeAutoscalerFile['groups'][number],
  node: ClusterNode,
): NodeGroup {
  const { capacity, allocatable } = node;
  const base = { name: nodes, min, max, capacity, allocatable, pricePerHour: price };
  return priority === undefined ? base : { ...base, priority };
}

function settingsOf(file: NodeAutoscalerFile) {
  return {
    ...GROUP_AUTOSCALER_DEFAULTS,
    expanders: file.expanders,
    scanNs: file.scan,
    newPodDelayNs: file.newPodDelay,
    provisionNs: file.provisionTime,
    scaleDown: file.scaleDown,
    utilisationMost: file.utilisation,
    unneededNs: file.unneeded,
    delayAfterAddNs: file.delayAfterAdd,
  };
}

function decisionWords(
  { option, skipped, helpless }: ScaleUpDecision,
  machines: number,
  groups: readonly NodeGroup[],
): string {
  const others = skipped.flatMap((why, group) => (why === null ? [] : [`${groups[group]!.name} ${why}`]));
  const chosen =
    option === null
      ? 'no group can help'
      : `${machines} of ${groups[option.group]!.name} for ${option.pods.length} pods`;
  const left = helpless.length === 0 ? [] : [`${helpless.length} pods fit on none`];
  return [chosen, ...others, ...left].join('; ');
}

const STAY_WORDS: Readonly<Partial<Record<Stay['reason'], string>>> = {
  NodeGroupMinSizeReached: 'stays: its group is at its minimum',
  ScaleDownDisabledAnnotation: 'stays: it is marked to be kept',
  NotReady: 'stays: it is not ready',
  NotUnderutilized: 'stays: enough of it is requested',
  NoPlaceToMovePods: 'stays: its pods would find no place elsewhere',
  NotUnneededLongEnough: 'not needed, but not for long enough',
  ScaleDownInCooldown: 'not needed, but nodes were added a short while ago',
  TooManyAtOnce: 'not needed, and waits for its turn to go',
};

function stayWords({ reason, blocks }: Stay): string | null {
  if (blocks !== undefined) return `stays: pod ${blocks.pod.name} holds it (${blocks.reason})`;
  return STAY_WORDS[reason] ?? null;
}

/** How often the reserve is measured anew: the poll period of the cluster-proportional-autoscaler. */
export const RESERVE_PERIOD_NS: TimeNs = 10 * NS_PER_SECOND;
