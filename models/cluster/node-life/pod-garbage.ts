/**
 * The pod garbage collector: pods of nodes that were deleted, pods that end and never had a node, and pods that ended long ago.
 *
 * Source: Kubernetes 1.34 `pkg/controller/podgc`: a pass every 20 s; a node that is missing is put in quarantine for 40 s before its pods
 * are removed by force; terminating pods of a node that is not Ready and has the taint `out-of-service` too; of pods that have ended,
 * those above 12,500 (`--terminated-pod-gc-threshold`), evicted ones first and then the oldest. Only passes in which there is something to do are
 * events. Leaves out: the feature gates by which pods get a condition before they are removed.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Presence } from '../control-plane/presence.ts';
import type { EndedPods } from '../workload/ended-pods.ts';
import { type NodeConditions, READY, TAINT } from './node-conditions.ts';
import { Rounds } from './rounds.ts';
import type { TaintedPods } from './tainted-pods.ts';

/** Periods and limits of the collector. */
export const POD_GARBAGE = {
  periodNs: 20 * NS_PER_SECOND,
  quarantineNs: 40 * NS_PER_SECOND,
  endedMax: 12_500,
} as const;

/** Pods besides those on nodes that the collector sees to. */
export interface LoosePods {
  /** Pods without a node that are to end. */
  terminatingWithoutNode(): readonly number[];
  /** Pods that have succeeded or failed. */
  readonly ended: EndedPods;
}

/** What the collector needs. */
export interface PodGarbageContext {
  readonly sim: Simulation;
  readonly nodes: NodeConditions;
  readonly pods: TaintedPods;
  readonly loose: LoosePods;
  /** When its first pass is. */
  readonly phaseNs: TimeNs;
  /** Pods that have ended and may stay. */
  readonly endedMax?: number;
  /** While it is not there nothing is collected; always there if left out. */
  readonly controllers?: Presence;
}

/** The collector of one cluster. */
export class PodGarbage {
  readonly #at: PodGarbageContext;
  readonly #rounds: Rounds;
  readonly #kind: EventKind;
  /** Nodes that are missing, and until when they are in quarantine; Infinity: no pass has seen it yet. */
  readonly #missing = new Map<number, TimeNs>();
  readonly #outOfService = new Set<number>();
  #dueNs: TimeNs = Number.POSITIVE_INFINITY;

  constructor(context: PodGarbageContext) {
    this.#at = context;
    this.#rounds = new Rounds(context.phaseNs, POD_GARBAGE.periodNs);
    this.#kind = context.sim.kind('garbage of pods is collected', () => this.#pass());
    context.controllers?.onReturn((anew) => {
      // One that is started anew has nothing in quarantine.
      if (anew) for (const node of this.#missing.keys()) this.#missing.set(node, Number.POSITIVE_INFINITY);
      this.#wake(0);
    });
  }

  /** A node object was deleted. */
  nodeDeleted(node: number): void {
    this.#missing.set(node, Number.POSITIVE_INFINITY);
    this.#wake(0);
  }

  /** It exists again. */
  nodeAdded(node: number): void {
    this.#missing.delete(node);
  }

  /** Somebody has set the taint `out-of-service` on a node, or a pod there is to end. */
  outOfService(node: number): void {
    this.#outOfService.add(node);
    this.#wake(0);
  }

  /** A pod without a node is to end, or a pod has ended. */
  podLoose(): void {
    this.#wake(0);
  }

  #wake(delayNs: TimeNs): void {
    const dueNs = this.#rounds.atOrAfter(this.#at.sim.nowNs + delayNs);
    if (dueNs >= this.#dueNs) return;
    this.#dueNs = dueNs;
    this.#at.sim.at(dueNs, this.#kind);
  }

  #pass(): void {
    if (this.#dueNs !== this.#at.sim.nowNs) return;
    this.#dueNs = Number.POSITIVE_INFINITY;
    if (this.#at.controllers?.isThere === false) return;
    this.#collectEnded();
    this.#collectOutOfService();
    this.#collectOrphans();
    for (const pod of this.#at.loose.terminatingWithoutNode()) this.#at.pods.forceDelete(pod);
  }

  #collectEnded(): void {
    this.#at.loose.ended.trimTo(this.#at.endedMax ?? POD_GARBAGE.endedMax);
  }

  #collectOutOfService(): void {
    const { nodes, pods } = this.#at;
    for (const node of this.#outOfService) {
      const holds = nodes.exists[node] === 1 && (nodes.taints[node]! & TAINT.outOfServiceNoExecute) !== 0;
      if (!holds) this.#outOfService.delete(node);
      else if (nodes.ready[node] !== READY.true)
        for (const pod of pods.podsOn(node)) if (pods.isTerminating(pod)) pods.forceDelete(pod);
    }
    // Pods there may be told to end at any time.
    if (this.#outOfService.size > 0) this.#wake(1);
  }

  #collectOrphans(): void {
    const { sim, pods, loose } = this.#at;
    for (const [node, untilNs] of this.#missing) {
      if (pods.podsOn(node).length === 0 && loose.ended.on(node).length === 0) this.#missing.delete(node);
      else if (untilNs === Number.POSITIVE_INFINITY) this.#quarantine(node);
      else if (untilNs <= sim.nowNs) this.#bury(node);
    }
    for (const untilNs of this.#missing.values()) this.#wake(Math.max(1, untilNs - sim.nowNs));
  }

  #quarantine(node: number): void {
    this.#missing.set(node, this.#at.sim.nowNs + POD_GARBAGE.quarantineNs);
  }

  #bury(node: number): void {
    const { pods, loose } = this.#at;
    this.#missing.delete(node);
    loose.ended.nodeGone(node);
    for (const pod of pods.podsOn(node)) {
      pods.disrupt(pod, 'DeletionByPodGC');
      pods.forceDelete(pod);
    }
  }
}
