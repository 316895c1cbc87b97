/** A small cluster with groups of machines and a cluster-autoscaler: pods are bound by the real scheduler as soon as they fit. */
import type {
  AutoscaledCluster,
  SeenNode,
  StandingPod,
} from '../../../../models/autoscaling/nodes/autoscaled-cluster.ts';
import { GroupAutoscaler } from '../../../../models/autoscaling/nodes/group-autoscaler.ts';
import type { NodeGroup, WaitingPod } from '../../../../models/autoscaling/nodes/node-group.ts';
import {
  GROUP_AUTOSCALER_DEFAULTS,
  type GroupAutoscalerSettings,
} from '../../../../models/autoscaling/nodes/settings.ts';
import type { Scheduler } from '../../../../models/scheduling/scheduler.ts';
import { Simulation } from '../../../../sim/engine/simulation.ts';
import { Stream } from '../../../../sim/random/stream.ts';
import { nodeWith, schedulerOf, shapeWith } from '../../scheduling/small-cluster.ts';
import { trialOver } from './trial-world.ts';

export const SECOND = 1e9;
export const MINUTE = 60 * SECOND;

export interface WorldOptions {
  readonly groups: readonly NodeGroup[];
  /** Nodes of each group that are there at the start. */
  readonly there: readonly number[];
  readonly settings?: Partial<GroupAutoscalerSettings>;
  readonly bootNs?: number;
  /** Machines that the provider really has, by group. */
  readonly stock?: readonly number[];
  readonly budgetsLeft?: readonly number[];
}

type PodWish = Partial<StandingPod> & { cpuMilli: number };

/** The world of one test. */
export class GroupWorld {
  readonly sim = new Simulation();
  readonly log: string[] = [];
  readonly budgets: number[];
  readonly autoscaler: GroupAutoscaler;
  readonly scheduler: Scheduler;
  readonly #groupOf: number[];
  readonly #there = new Set<number>();
  readonly #asked = new Set<number>();
  readonly #pods: { readonly wish: PodWish; readonly createdNs: number; gone: boolean; node: number }[] = [];
  readonly #cordoned = new Set<number>();
  readonly #given: number[];
  readonly #options: WorldOptions;
  readonly #joins;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.budgets = [...(options.budgetsLeft ?? [])];
    this.#groupOf = options.groups.flatMap(({ max }, group) => Array.from({ length: max }, () => group));
    const nodes = this.#groupOf.map((group, at) => nodeWith({ ...options.groups[group]!.allocatable, name: `n${at}` }));
    this.scheduler = schedulerOf({ nodes, shapes: [shapeWith()], pods: [] });
    this.#given = options.groups.map(() => 0);
    for (let node = 0; node < nodes.length; node++) this.scheduler.setNodeReady(node, false);
    options.there.forEach((count, group) => {
      for (let at = 0; at < count; at++) this.#join(this.#spares(group)[0]!);
    });
    this.#joins = this.sim.kind('machine joins', (node) => this.#asked.has(node) && this.#join(node));
    this.autoscaler = new GroupAutoscaler({
      sim: this.sim,
      stream: new Stream('1', 'node groups', 'choices'),
      cluster: this.#cluster(),
      provider: { ask: (group) => this.#ask(group), giveBack: (node) => this.#giveBack(node) },
      groups: options.groups,
      prices: { cpuPerHour: 1, memoryGibPerHour: 0 },
      settings: { ...GROUP_AUTOSCALER_DEFAULTS, ...options.settings },
      follower: {
        scaledUp: ({ option, helpless }, asked) =>
          this.#say(`asks ${asked.length} of ${option?.group ?? 'none'} helpless ${helpless.length}`),
        timedOut: (node, group, until) => this.#say(`timed out ${node} of ${group} until ${until / SECOND}`),
        removing: ({ node, moves }) => this.#say(`removing ${node.node} moves ${moves.length}`),
        removed: ({ node }, gone) => this.#say(`${gone ? 'removed' : 'gave up'} ${node.node}`),
      },
    });
    this.autoscaler.begin();
  }

  /** Creates pods now; returns their numbers. */
  create(count: number, wish: PodWish): number[] {
    const { cpuMilli, memoryMib = 1, priority = 0 } = wish;
    const shape = this.scheduler.addShape(shapeWith({ cpuMilli, memoryMib, priority }));
    const made = Array.from({ length: count }, () => {
      this.#pods.push({ wish, createdNs: this.sim.nowNs, gone: false, node: -1 });
      return this.scheduler.addPod({ name: `pod-${this.#pods.length}`, shape, service: -1 });
    });
    this.#bind();
    return made;
  }

  /** Pods end. */
  end(pods: readonly number[]): void {
    for (const pod of pods) {
      this.#pods[pod]!.gone = true;
      this.#leave(pod);
    }
    this.#bind();
  }

  run(seconds: number): this {
    this.sim.run(seconds * SECOND);
    return this;
  }

  nodeOf(pod: number): number {
    return this.scheduler.nodeOf(pod);
  }

  get nodes(): number[] {
    return [...this.#there].sort((a, b) => a - b);
  }

  #say(words: string): void {
    this.log.push(`${Math.floor(this.sim.nowNs / SECOND)} ${words}`);
  }

  #cluster(): AutoscaledCluster {
    return {
      nodes: () => this.nodes.map((node) => this.#seen(node)),
      waiting: () => this.#waiting(),
      promised: () => -1,
      standing: (node) => this.#standing(node),
      budgetsLeft: () => this.budgets,
      trial: () => {
        const spares = this.#options.groups.map((_, group) => this.#spares(group));
        return trialOver(
          this.scheduler,
          this.nodes.filter((node) => !this.#cordoned.has(node)),
          spares,
        );
      },
      cordon: (node, cordoned) => {
        this.scheduler.setNodeReady(node, !cordoned);
        if (cordoned) this.#cordoned.add(node);
        else this.#cordoned.delete(node);
      },
      evict: (pod) => this.#evict(pod),
    };
  }

  #seen(node: number): SeenNode {
    const group = this.#groupOf[node]!;
    const { cpuMilli, memoryMib } = this.#options.groups[group]!.allocatable;
    return { node, group, ready: true, cpuMilli, memoryMib, keep: false };
  }

  #waiting(): WaitingPod[] {
    return this.#pods.flatMap(({ wish, createdNs, gone, node }, pod) =>
      gone || node >= 0
        ? []
        : [{ pod, shape: wish.cpuMilli, controller: 0, memoryMib: 1, priority: 0, ...wish, createdNs } as WaitingPod],
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
    if (this.scheduler.nodeOf(pod) >= 0) this.scheduler.forget(pod);
    this.#pods[pod]!.node = -1;
  }

  #bind(): void {
    for (const { pod } of this.#waiting()) this.#pods[pod]!.node = this.scheduler.schedule(pod).node;
  }

  #spares(group: number): number[] {
    return [...this.#groupOf.keys()].filter((node) => this.#groupOf[node] === group && !this.#there.has(node));
  }

  #ask(group: number): number {
    const node = this.#spares(group).find((each) => !this.#asked.has(each))!;
    this.#asked.add(node);
    if (this.#given[group]! < (this.#options.stock?.[group] ?? Number.POSITIVE_INFINITY)) {
      this.#given[group]!++;
      this.sim.after(this.#options.bootNs ?? 60 * SECOND, this.#joins, node);
    }
    return node;
  }

  #join(node: number): void {
    this.#asked.delete(node);
    this.#there.add(node);
    this.scheduler.setNodeReady(node, true);
    this.#bind();
  }

  #giveBack(node: number): void {
    this.#asked.delete(node);
    this.#there.delete(node);
    this.#cordoned.delete(node);
    this.scheduler.setNodeReady(node, false);
  }
}
