/** A small cluster whose machines are bought just in time: pods are bound by the real scheduler as soon as they fit. */
import type { StandingPod } from '../../../../../models/autoscaling/nodes/autoscaled-cluster.ts';
import { JustInTimeAutoscaler } from '../../../../../models/autoscaling/nodes/just-in-time/just-in-time-autoscaler.ts';
import type {
  JustInTimeCluster,
  PricedNode,
} from '../../../../../models/autoscaling/nodes/just-in-time/just-in-time-cluster.ts';
import {
  JUST_IN_TIME_DEFAULTS,
  type JustInTimeSettings,
} from '../../../../../models/autoscaling/nodes/just-in-time/settings.ts';
import type { NodeGroup, WaitingPod } from '../../../../../models/autoscaling/nodes/node-group.ts';
import type { PodShape } from '../../../../../models/cluster/pod.ts';
import type { Scheduler } from '../../../../../models/scheduling/scheduler.ts';
import { Simulation } from '../../../../../sim/engine/simulation.ts';
import { nodeWith, schedulerOf, shapeWith } from '../../../scheduling/small-cluster.ts';
import { groupWith, trialOver } from '../trial-world.ts';

export const SECOND = 1e9;

export interface JustInTimeOptions {
  readonly types: readonly NodeGroup[];
  /** Nodes of each type that are there at the start. */
  readonly there: readonly number[];
  readonly settings?: Partial<JustInTimeSettings>;
  readonly bootNs?: number;
  /** Machines that the provider really has, by type. */
  readonly stock?: readonly number[];
  readonly budgetsLeft?: readonly number[];
  /** Nodes that carry the annotation that they must not be disrupted. */
  readonly keep?: readonly number[];
}

export type PodWish = Partial<StandingPod> & { cpuMilli: number; shape?: Partial<PodShape> };

interface WorldPod {
  readonly wish: PodWish;
  readonly createdNs: number;
  gone: boolean;
  node: number;
}

/** Types of a price for each processor: 1 an hour for one of 1 processor, 2 for one of 2, and so on. */
export function typesOf(...cores: readonly number[]): NodeGroup[] {
  return cores.map((core) => groupWith({ name: `c${core}`, cpuMilli: core * 1000, pricePerHour: core, max: 12 }));
}

/** The world of one test. */
export class JustInTimeWorld {
  readonly sim = new Simulation();
  readonly log: string[] = [];
  readonly budgets: number[];
  readonly autoscaler: JustInTimeAutoscaler;
  readonly scheduler: Scheduler;
  readonly typeOf: number[];
  /** Most nodes that were on their way out at the same time. */
  mostLeaving = 0;
  /** Price of the nodes that are there, whenever it changed. */
  readonly prices: number[] = [];
  readonly #there = new Map<number, { joinedNs: number; podEventNs: number }>();
  readonly #asked = new Set<number>();
  readonly #pods: WorldPod[] = [];
  readonly #cordoned = new Set<number>();
  readonly #given: number[];
  readonly #options: JustInTimeOptions;
  readonly #joins;
  readonly #stop;
  #changes = 0;

  constructor(options: JustInTimeOptions) {
    this.#options = options;
    this.budgets = [...(options.budgetsLeft ?? [])];
    this.typeOf = options.types.flatMap(({ max }, type) => Array.from({ length: max }, () => type));
    const nodes = this.typeOf.map((type, at) =>
      nodeWith({ ...options.types[type]!.allocatable, name: `n${at}`, labels: { type: options.types[type]!.name } }),
    );
    this.scheduler = schedulerOf({ nodes, shapes: [shapeWith()], pods: [] });
    this.#given = options.types.map(() => 0);
    for (let node = 0; node < nodes.length; node++) this.scheduler.setNodeReady(node, false);
    options.there.forEach((count, type) => {
      for (let at = 0; at < count; at++) this.#join(this.#spares(type)[0]!);
    });
    this.#joins = this.sim.kind('machine joins', (node) => this.#asked.has(node) && this.#join(node));
    this.#stop = this.sim.kind('the test looks', () => {});
    const name = (type: number): string => options.types[type]!.name;
    this.autoscaler = new JustInTimeAutoscaler({
      sim: this.sim,
      cluster: this.#cluster(),
      provider: { ask: (type) => this.#ask(type), giveBack: (node) => this.#giveBack(node) },
      types: options.types,
      settings: { ...JUST_IN_TIME_DEFAULTS, ...options.settings },
      follower: {
        provisioned: ({ launched, helpless }) =>
          this.#say(
            `launches ${launched.map(({ type, pods }) => `${name(type)} for ${pods}`).join(', ') || 'nothing'}, helpless ${helpless.length}`,
          ),
        disrupting: ({ method, candidates, replacement }) =>
          this.#say(
            `${method} ${candidates.map(({ node }) => node.node).join(' ')}${replacement < 0 ? '' : ` for ${name(replacement)}`}`,
          ),
        gaveUp: (_, why) => this.#say(`gave up: ${why}`),
        expired: (node) => this.#say(`expired ${node}`),
        removed: (node) => this.#say(`removed ${node}`),
      },
    });
    this.autoscaler.begin();
  }

  /** Creates pods now; returns their numbers. `node`: bound there without being asked. */
  create(count: number, wish: PodWish, node = -1): number[] {
    const { cpuMilli, memoryMib = 1, priority = 0 } = wish;
    const shape = this.scheduler.addShape(shapeWith({ cpuMilli, memoryMib, priority, ...wish.shape }));
    const made = Array.from({ length: count }, () => {
      this.#pods.push({ wish, createdNs: this.sim.nowNs, gone: false, node: -1 });
      return this.scheduler.addPod({ name: `pod-${this.#pods.length}`, shape, service: -1 });
    });
    if (node >= 0) this.#only(node, () => this.#bind());
    else this.#bind();
    return made;
  }

  /** Pods end. */
  end(pods: readonly number[]): void {
    for (const pod of pods) {
      this.#leave(pod);
      this.#pods[pod]!.gone = true;
    }
    this.#bind();
  }

  /** To the second of that number, whether anything happens then or not. */
  run(seconds: number): this {
    this.sim.at(seconds * SECOND, this.#stop);
    this.sim.run(seconds * SECOND);
    return this;
  }

  nodeOf(pod: number): number {
    return this.scheduler.nodeOf(pod);
  }

  get nodes(): number[] {
    return [...this.#there.keys()].sort((a, b) => a - b);
  }

  /** Names of the types of the nodes that are there. */
  get types(): string[] {
    return this.nodes.map((node) => this.#options.types[this.typeOf[node]!]!.name);
  }

  get pricePerHour(): number {
    return this.nodes.reduce((sum, node) => sum + this.#options.types[this.typeOf[node]!]!.pricePerHour, 0);
  }

  /** Pods without a node. */
  get waiting(): number {
    return this.#waiting().length;
  }

  /** Seconds of the first entry that has these words; NaN: there is none. */
  when(words: string): number {
    const entry = this.log.find((each) => each.includes(words));
    return entry === undefined ? Number.NaN : Number(entry.split(' ')[0]);
  }

  reasons(): string[] {
    const { keeps } = this.autoscaler;
    return this.nodes.map((node) => keeps.get(node)?.reason ?? 'none');
  }

  #say(words: string): void {
    this.log.push(`${Math.round(this.sim.nowNs / 1e6) / 1000} ${words}`);
  }

  #cluster(): JustInTimeCluster {
    return {
      nodes: () => this.nodes.map((node) => this.#seen(node)),
      waiting: () => this.#waiting(),
      promised: () => -1,
      standing: (node) => this.#standing(node),
      budgetsLeft: () => this.budgets,
      changes: () => this.#changes,
      isEnding: () => false,
      trial: () => {
        const spares = this.#options.types.map((_, type) => this.#spares(type));
        return trialOver(this.scheduler, this.nodes, spares);
      },
      cordon: (node, cordoned) => this.#cordon(node, cordoned),
      evict: (pod) => this.#evict(pod),
    };
  }

  #cordon(node: number, cordoned: boolean): void {
    this.scheduler.setNodeReady(node, !cordoned);
    if (cordoned) this.#cordoned.add(node);
    else this.#cordoned.delete(node);
    this.mostLeaving = Math.max(this.mostLeaving, this.#cordoned.size);
  }

  #seen(node: number): PricedNode {
    const group = this.typeOf[node]!;
    const { cpuMilli, memoryMib } = this.#options.types[group]!.allocatable;
    const keep = this.#options.keep?.includes(node) ?? false;
    return { node, group, ready: true, cpuMilli, memoryMib, keep, ...this.#there.get(node)! };
  }

  #waiting(): WaitingPod[] {
    return this.#pods.flatMap(({ wish, createdNs, gone, node }, pod) =>
      gone || node >= 0
        ? []
        : [{ pod, controller: 0, memoryMib: 1, priority: 0, ...wish, shape: wish.cpuMilli, createdNs } as WaitingPod],
    );
  }

  #standing(node: number): StandingPod[] {
    return this.#pods.flatMap(({ wish, createdNs, node: on }, pod) => {
      if (on !== node) return [];
      const plain = { memoryMib: 1, priority: 0, owner: 'controller', localStorage: false, system: false, budgets: [] };
      return [{ ...plain, name: `pod-${pod}`, ...wish, pod, createdNs } as StandingPod];
    });
  }

  /** A controller makes an evicted pod again, at once and as the same pod. */
  #evict(pod: number): boolean {
    const { budgets = [] } = this.#pods[pod]!.wish;
    if (budgets.some((budget) => this.budgets[budget]! < 1)) return false;
    this.#leave(pod);
    this.#bind();
    return true;
  }

  #leave(pod: number): void {
    const node = this.scheduler.nodeOf(pod);
    if (node >= 0) this.scheduler.forget(pod);
    this.#pods[pod]!.node = -1;
    this.#happened(node);
  }

  #happened(node: number): void {
    this.#changes++;
    const there = this.#there.get(node);
    if (there !== undefined) there.podEventNs = this.sim.nowNs;
  }

  #bind(): void {
    for (const { pod } of this.#waiting()) {
      const { node } = this.scheduler.schedule(pod);
      this.#pods[pod]!.node = node;
      if (node >= 0) this.#happened(node);
      else this.autoscaler?.podWaits(pod);
    }
  }

  /** With all nodes but one out of reach. */
  #only(node: number, act: () => void): void {
    const others = this.nodes.filter((each) => each !== node);
    for (const each of others) this.scheduler.setNodeReady(each, false);
    act();
    for (const each of others) this.scheduler.setNodeReady(each, !this.#cordoned.has(each));
  }

  #spares(type: number): number[] {
    return [...this.typeOf.keys()].filter((node) => this.typeOf[node] === type && !this.#there.has(node));
  }

  #ask(type: number): number {
    const node = this.#spares(type).find((each) => !this.#asked.has(each)) ?? -1;
    if (node < 0) return node;
    this.#asked.add(node);
    if (this.#given[type]! < (this.#options.stock?.[type] ?? Number.POSITIVE_INFINITY)) {
      this.#given[type]!++;
      this.sim.after(this.#options.bootNs ?? 60 * SECOND, this.#joins, node);
    }
    return node;
  }

  #join(node: number): void {
    this.#asked.delete(node);
    this.#there.set(node, { joinedNs: this.sim.nowNs, podEventNs: this.sim.nowNs });
    this.#changes++;
    this.scheduler.setNodeReady(node, true);
    this.prices.push(this.pricePerHour);
    this.#bind();
  }

  #giveBack(node: number): void {
    this.#asked.delete(node);
    this.#there.delete(node);
    this.#cordoned.delete(node);
    this.#changes++;
    this.scheduler.setNodeReady(node, false);
    this.prices.push(this.pricePerHour);
  }
}
