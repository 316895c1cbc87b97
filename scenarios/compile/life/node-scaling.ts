/**
 * Nodes that come and go by themselves in a living run: what the node autoscaler sees of the cluster, the machines that it asks for, and
 * what is told of both.
 */
import type { NodeGroup } from '../../../models/autoscaling/nodes/node-group.ts';
import type { Presence } from '../../../models/cluster/control-plane/presence.ts';
import { NONE } from '../../../models/cluster/pod-table.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import type { NodeAutoscalerFile } from '../../document/node-group-schema.ts';
import { AutoscaledView, type AutoscaledViewParts } from './autoscaled-view.ts';
import type { ClusterPart } from './cluster-part.ts';
import { groupScaling } from './group-scaling.ts';
import { justInTimeScaling } from './just-in-time-scaling.ts';
import type { MachineTally } from './machine-tally.ts';
import { Machines } from './machines.ts';
import type { PodStep } from './pod-life.ts';

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
export interface NodeScalingParts extends AutoscaledViewParts {
  /** It does nothing while the API server is away. */
  readonly server: Presence;
  readonly streams: StreamSource;
  readonly file: NodeAutoscalerFile;
  readonly follower: NodeScalingFollower;
  readonly tally: MachineTally;
  /** The run's number of the first node. */
  readonly firstNode: number;
}

/** How a node autoscaler tells what it does. */
export interface NodeWords {
  /** A decision; the same answer look after look is told once. */
  decided(words: string): void;
  /** Something that is told each time. */
  happened(words: string): void;
  /** What becomes of a node. */
  stays(node: number, words: string): void;
  /** Why it stays as of a look; told when that changes. Null: nothing worth telling. */
  keeps(node: number, words: string | null): void;
}

/** What a node autoscaler of any kind is made from. */
export interface NodeAutoscalerGround {
  readonly sim: Simulation;
  readonly server: Presence;
  readonly streams: StreamSource;
  readonly file: NodeAutoscalerFile;
  readonly view: AutoscaledView;
  readonly machines: Machines;
  readonly groups: readonly NodeGroup[];
  readonly nameOf: (node: number) => string;
  readonly tell: NodeWords;
  /** Whether it works at all: where it stands, the power may be away. */
  readonly hasPower: () => boolean;
}

/** A node autoscaler at work. */
export interface RunningNodeAutoscaler {
  /** It begins to look. */
  begin(): void;
  /** The scheduler has found no node for a pod. */
  podWaits?(pod: number): void;
}

/** The node autoscaler of one cluster. */
export class NodeScaling implements ClusterPart {
  readonly #parts: NodeScalingParts;
  readonly #view: AutoscaledView;
  readonly #machines: Machines;
  readonly #autoscaler: RunningNodeAutoscaler;
  readonly #reasons = new Map<number, string>();
  #decision = '';
  #hasPower = true;

  constructor(parts: NodeScalingParts) {
    const { sim, streams, file, nodes, groupOf, roster, follower, tally, firstNode } = parts;
    this.#parts = parts;
    this.#view = new AutoscaledView(parts, () => tally.podMoved());
    this.#machines = new Machines({
      ...{ sim, streams, file, nodes, groupOf, roster, tally, firstNode },
      asked: (node) => follower.asked(node),
      joined: (node) => this.#joined(node),
      left: (node) => this.#left(node),
    });
    this.#autoscaler = this.#make();
  }

  /** It begins to look. */
  begin(): void {
    this.#autoscaler.begin();
  }

  /** The pods that the scheduler finds no node for are those that machines may be asked for. */
  stepped(pod: number, step: PodStep): void {
    // No new machine helps a pod that is meant for one node.
    if (step !== 'refused' || this.#parts.cluster.pods.onlyNode[pod] !== NONE) return;
    this.#view.refused(pod);
    if (this.#hasPower) this.#autoscaler.podWaits?.(pod);
  }

  /** As the interface says: whoever asks for machines needs power too. */
  powered(isOn: boolean): void {
    this.#hasPower = isOn;
    if (isOn) for (const { pod } of this.#view.waiting()) this.#autoscaler.podWaits?.(pod);
  }

  metrics(nowNs: TimeNs): Record<string, number> {
    return this.#parts.tally.metrics(nowNs);
  }

  #make(): RunningNodeAutoscaler {
    const { sim, server, streams, file, nodes, groupOf: groups, follower } = this.#parts;
    const ground: NodeAutoscalerGround = {
      ...{ sim, server, streams, file, view: this.#view, machines: this.#machines },
      groups: file.groups.map((group, number) => groupFrom(group, nodes[groups.indexOf(number)]!)),
      nameOf: (node) => nodes[node]!.name,
      hasPower: () => this.#hasPower,
      tell: {
        decided: (words) => this.#decided(words),
        happened: (words) => follower.decided(words),
        stays: (node, words) => follower.stays(node, words),
        keeps: (node, words) => this.#keeps(node, words),
      },
    };
    return file.justInTime === undefined ? groupScaling(ground) : justInTimeScaling(ground, file.justInTime);
  }

  #joined(node: number): void {
    this.#view.machineChanged(node);
    this.#parts.follower.joined(node);
  }

  #left(node: number): void {
    this.#view.machineChanged(node);
    this.#reasons.delete(node);
  }

  #decided(words: string): void {
    if (words === this.#decision) return;
    this.#decision = words;
    this.#parts.follower.decided(words);
  }

  #keeps(node: number, words: string | null): void {
    if (words === null || this.#reasons.get(node) === words) return;
    this.#reasons.set(node, words);
    this.#parts.follower.stays(node, words);
  }
}

function groupFrom(
  { nodes, min, max, price, priority, spot }: NodeAutoscalerFile['groups'][number],
  { capacity, allocatable }: AutoscaledViewParts['nodes'][number],
): NodeGroup {
  const base = { name: nodes, min, max, capacity, allocatable, pricePerHour: price, spot };
  return priority === undefined ? base : { ...base, priority };
}

/** How often the reserve is measured anew: the poll period of the cluster-proportional-autoscaler. */
export const RESERVE_PERIOD_NS: TimeNs = 10 * NS_PER_SECOND;
