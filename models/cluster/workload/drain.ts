/**
 * Draining a node: no new pods, and all its pods asked to go, as their budgets allow.
 *
 * Source: `kubectl drain` of Kubernetes 1.34: pods of DaemonSets stay, every other pod is evicted; an eviction that a budget refuses is
 * tried again after 5 s; the drain is done when all are gone, and given up after its timeout (none by default).
 * Leaves out: pods without a controller (drained too, as with `--force`), local data.
 */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind } from '../../../sim/engine/simulation.ts';
import { Presence } from '../control-plane/presence.ts';
import type { ControllerManager } from './controller-manager.ts';
import { DaemonSet } from './daemon-set.ts';
import type { DisruptionBudgets } from './disruption-budget.ts';

/** A refused eviction is tried again after this time. */
export const EVICTION_RETRY_NS = 5 * NS_PER_SECOND;

/** What is told of drains. */
export interface DrainFollower {
  /** The node takes no new pods (`spec.unschedulable`), or takes them again. */
  cordoned(node: number, cordoned: boolean): void;
  /** All pods are gone, or the time was up with so many left. */
  drained(node: number, left: number): void;
  /** An eviction was refused by a budget. */
  refused?(pod: number, budget: string): void;
}

interface Drain {
  readonly node: number;
  /** Counts drains: what is left of one that was given up does nothing for the next of its node. */
  readonly turn: number;
  readonly untilNs: TimeNs;
}

/** The drains of a cluster. */
export class Drains {
  readonly #manager: ControllerManager;
  readonly #budgets: DisruptionBudgets;
  readonly #follower: DrainFollower;
  readonly #kind: EventKind;
  readonly #running = new Map<number, Drain>();
  readonly #server: Presence;
  #begun = 0;
  /** Evictions that budgets refused so far. */
  refusals = 0;

  /** Whoever drains waits while the API `server` is away. */
  constructor(
    manager: ControllerManager,
    budgets: DisruptionBudgets,
    follower: DrainFollower,
    server = new Presence(),
  ) {
    this.#server = server;
    this.#manager = manager;
    this.#budgets = budgets;
    this.#follower = follower;
    this.#kind = manager.sim.kind('drain goes on', (node, turn) =>
      this.#server.whenThere(() => this.#goOn(node, turn)),
    );
  }

  /** Begins to drain a node; `timeoutNs` Infinity: as long as it takes. */
  begin(node: number, timeoutNs: TimeNs = Number.POSITIVE_INFINITY): void {
    if (this.#running.has(node)) return;
    this.#follower.cordoned(node, true);
    const turn = ++this.#begun;
    this.#running.set(node, { node, turn, untilNs: this.#manager.sim.nowNs + timeoutNs });
    this.#goOn(node, turn);
  }

  /** The node is back in service: a drain that still goes on is given up. */
  uncordon(node: number): void {
    this.#running.delete(node);
    this.#follower.cordoned(node, false);
  }

  /** A pod has left a node: the drain may be done. */
  podLeft(node: number): void {
    const drain = this.#running.get(node);
    if (drain !== undefined && this.#toGo(node).length === 0) this.#end(drain, 0);
  }

  #goOn(node: number, turn: number): void {
    const drain = this.#running.get(node);
    if (drain?.turn !== turn) return;
    const { pods, sim } = this.#manager;
    for (const pod of this.#toGo(node)) {
      if (pods.terminating[pod] === 1) continue;
      const answer = this.#budgets.evict(pod);
      if (answer.evicted) continue;
      this.refusals++;
      this.#follower.refused?.(pod, answer.budget);
    }
    const left = this.#toGo(node).length;
    if (!this.#running.has(node)) return;
    if (left === 0) this.#end(drain, 0);
    else if (sim.nowNs >= drain.untilNs) this.#end(drain, left);
    else sim.after(Math.min(EVICTION_RETRY_NS, drain.untilNs - sim.nowNs), this.#kind, node, turn);
  }

  #toGo(node: number): number[] {
    const { pods } = this.#manager;
    return pods.podsOn(node).filter((pod) => !(this.#manager.get(pods.owner[pod]!) instanceof DaemonSet));
  }

  #end(drain: Drain, left: number): void {
    this.#running.delete(drain.node);
    this.#follower.drained(drain.node, left);
  }
}
