/**
 * A small cluster whose machines come and go, for tests of any node autoscaler: pods are bound by the real scheduler as soon as they fit.
 * The two worlds that build on it differ in the autoscaler, and in what it is told.
 */
import type { StandingPod } from '../../../../models/autoscaling/nodes/autoscaled-cluster.ts';
import type {
  JustInTimeCluster,
  PricedNode,
} from '../../../../models/autoscaling/nodes/just-in-time/just-in-time-cluster.ts';
import type { NodeGroup, WaitingPod } from '../../../../models/autoscaling/nodes/node-group.ts';
import { trialClusterOf } from '../../../../models/autoscaling/nodes/scheduler-trial.ts';
import type { PodShape } from '../../../../models/cluster/pod.ts';
import type { Scheduler } from '../../../../models/scheduling/scheduler.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { nodeWith, schedulerOf, shapeWith } from '../../scheduling/small-cluster.ts';

export const SECOND = 1e9;
export const MINUTE = 60 * SECOND;

export interface MachineOptions {
  /** Nodes of each type that are there at the start. */
  readonly there: readonly number[];
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

/** The cluster and the provider; a world adds the autoscaler. */
export abstract class MachineWorld {
  readonly sim = new Simulation();
  readonly log: string[] = [];
  readonly budgets: number[];
  readonly scheduler: Scheduler;
  readonly typeOf: readonly number[];
  /** Most nodes that were on their way out at the same time. */
  mostLeaving = 0;
  protected readonly provider = {
    ask: (type: number): number => this.#ask(type),
    giveBack: (node: number): void => this.#giveBack(node),
  };
  readonly #types: readonly NodeGroup[];
  readonly #options: MachineOptions;
  readonly #there = new Map<number, { joinedNs: number; podEventNs: number }>();
  readonly #asked = new Set<number>();
  readonly #pods: WorldPod[] = [];
  readonly #cordoned = new Set<number>();
  readonly #given: number[];
  readonly #joins;
  readonly #stop;
  #changes = 0;

  constructor(types: readonly NodeGroup[], options: MachineOptions) {
    this.#types = types;
    this.#options = options;
    this.budgets = [...(options.budgetsLeft ?? [])];
    this.typeOf = types.flatMap(({ max }, type) => Array.from({ length: max }, () => type));
    const nodes = this.typeOf.map((type, at) =>
      nodeWith({ ...types[type]!.allocatable, name: `n${at}`, labels: { type: types[type]!.name } }),
    );
    this.scheduler = schedulerOf({ nodes, shapes: [shapeWith()], pods: [] });
    this.#given = types.map(() => 0);
    for (let node = 0; node < nodes.length; node++) this.scheduler.marks.setPresent(node, false);
    options.there.forEach((count, type) => {
      for (let at = 0; at < count; at++) this.#join(this.#spares(type)[0]!);
    });
    this.#joins = this.sim.kind('machine joins', (node) => this.#asked.has(node) && this.#join(node));
    this.#stop = this.sim.kind('the test looks', () => {});
  }

  /** The scheduler has found no node for a pod. */
  protected abstract podWaits(pod: number): void;

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
    return this.nodes.map((node) => this.#types[this.typeOf[node]!]!.name);
  }

  get pricePerHour(): number {
    return this.nodes.reduce((sum, node) => sum + this.#types[this.typeOf[node]!]!.pricePerHour, 0);
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

  protected say(words: string): void {
    this.log.push(`${Math.round(this.sim.nowNs / 1e6) / 1000} ${words}`);
  }

  protected cluster(): JustInTimeCluster {
    return {
      nodes: () => this.nodes.map((node) => this.#seen(node)),
      waiting: () => this.#waiting(),
      promised: () => -1,
      standing: (node) => this.#standing(node),
      budgetsLeft: () => this.budgets,
      changes: () => this.#changes,
      isEnding: () => false,
      trial: () => {
        const spares = this.#types.map((_, type) => this.#spares(type));
        return trialClusterOf(this.scheduler, (pod) => pod, this.nodes, spares);
      },
      cordon: (node, cordoned) => this.#cordon(node, cordoned),
      evict: (pod) => this.#evict(pod),
    };
  }

  #cordon(node: number, cordoned: boolean): void {
    this.scheduler.marks.setCordoned(node, cordoned);
    if (cordoned) this.#cordoned.add(node);
    else this.#cordoned.delete(node);
    this.mostLeaving = Math.max(this.mostLeaving, this.#cordoned.size);
  }

  #seen(node: number): PricedNode {
    const group = this.typeOf[node]!;
    const { cpuMilli, memoryMib } = this.#types[group]!.allocatable;
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
      else this.podWaits(pod);
    }
  }

  /** With all nodes but one out of reach. */
  #only(node: number, act: () => void): void {
    const others = this.nodes.filter((each) => each !== node);
    for (const each of others) this.scheduler.marks.setCordoned(each, true);
    act();
    for (const each of others) this.scheduler.marks.setCordoned(each, this.#cordoned.has(each));
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
    this.scheduler.marks.setPresent(node, true);
    this.#bind();
  }

  #giveBack(node: number): void {
    this.#asked.delete(node);
    this.#there.delete(node);
    this.#cordoned.delete(node);
    this.#changes++;
    this.scheduler.marks.setCordoned(node, false);
    this.scheduler.marks.setPresent(node, false);
  }
}
