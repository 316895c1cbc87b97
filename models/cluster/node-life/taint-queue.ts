/**
 * The queues, one for each zone, in which nodes wait for their taint NoExecute.
 *
 * Source: Kubernetes 1.34 `pkg/controller/nodelifecycle`: the queues are looked at every 100 ms and give one node for each token of the
 * zone's limiter; the taint is that of the condition which the node has by then, and a node that is Ready again has cost a token for
 * nothing. Every look at the nodes puts those that wait in again, so that their order is that of the look: here, by number.
 * Leaves out: retries after writes that fail.
 */
import type { TimeNs } from '../../../sim/engine/sim-time.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { Presence } from '../control-plane/presence.ts';
import { EvictionLimiter } from './eviction-limiter.ts';
import { type NodeConditions, noExecuteFor, READY_NO_EXECUTE } from './node-conditions.ts';
import type { Rounds } from './rounds.ts';

/** Taints are written after the nodes and zones of the same instant have been judged. */
export const TAINTING_PRIORITY = 5;

const NOT_DUE = Number.POSITIVE_INFINITY;

/** What the queues need. */
export interface TaintQueueContext {
  readonly sim: Simulation;
  readonly nodes: NodeConditions;
  /** Pause between two taintings of a zone, until it is told otherwise. */
  readonly gapNs: TimeNs;
  readonly rounds: Rounds;
  readonly controllers: Presence;
}

/** The queues of all zones. */
export class TaintQueue {
  readonly #at: TaintQueueContext;
  readonly #waiting: Set<number>[];
  readonly #limiters: EvictionLimiter[];
  readonly #dueNs: Float64Array;
  readonly #kind: EventKind;

  constructor(context: TaintQueueContext) {
    this.#at = context;
    const { zones } = context.nodes;
    context.controllers.onReturn((anew) => this.#back(anew));
    this.#waiting = Array.from({ length: zones }, () => new Set<number>());
    this.#limiters = Array.from({ length: zones }, () => new EvictionLimiter(context.gapNs));
    this.#dueNs = new Float64Array(zones).fill(NOT_DUE);
    this.#kind = context.sim.kind('nodes are tainted NoExecute', (zone) => this.#taint(zone), TAINTING_PRIORITY);
  }

  /** An empty queue with a full bucket for a zone that is new, or new again. */
  open(zone: number): void {
    this.#waiting[zone]!.clear();
    this.#limiters[zone] = new EvictionLimiter(this.#at.gapNs);
  }

  /** The node waits for its turn, if it does not already. */
  add(node: number): void {
    const zone = this.#at.nodes.zone[node]!;
    this.#waiting[zone]!.add(node);
    this.#wake(zone);
  }

  /** The node waits no longer. */
  remove(node: number): void {
    this.#waiting[this.#at.nodes.zone[node]!]!.delete(node);
  }

  /** Another pace in a zone from now on. */
  swapGap(zone: number, gapNs: TimeNs): void {
    this.#limiters[zone]!.swap(gapNs, this.#at.sim.nowNs);
    this.#wake(zone);
  }

  /** Pause between two taintings of a zone now; Infinity: nothing is tainted. */
  gapNs(zone: number): TimeNs {
    return this.#limiters[zone]!.gapNs;
  }

  /** The next round in which the limiter lets a node through; the last wish counts. */
  #wake(zone: number): void {
    const { sim, rounds } = this.#at;
    const { nextNs } = this.#limiters[zone]!;
    const isIdle = this.#waiting[zone]!.size === 0 || nextNs === NOT_DUE;
    const dueNs = isIdle ? NOT_DUE : rounds.atOrAfter(Math.max(sim.nowNs, nextNs));
    if (dueNs === this.#dueNs[zone]) return;
    this.#dueNs[zone] = dueNs;
    if (isIdle) return;
    sim.at(dueNs, this.#kind, zone);
  }

  /** One that is started anew has empty queues. */
  #back(anew: boolean): void {
    for (const zone of this.#waiting.keys()) {
      if (anew) this.open(zone);
      this.#wake(zone);
    }
  }

  #taint(zone: number): void {
    const { sim, nodes, controllers } = this.#at;
    if (this.#dueNs[zone] !== sim.nowNs) return;
    this.#dueNs[zone] = NOT_DUE;
    if (!controllers.isThere) return;
    const node = first(this.#waiting[zone]!);
    if (node === undefined) return;
    this.#limiters[zone]!.take(sim.nowNs);
    this.#waiting[zone]!.delete(node);
    const taint = noExecuteFor(nodes.ready[node]!);
    if (taint !== 0 && nodes.exists[node] === 1) nodes.swapTaints(node, READY_NO_EXECUTE, taint);
    this.#wake(zone);
  }
}

/** The smallest number. */
function first(numbers: ReadonlySet<number>): number | undefined {
  let least: number | undefined;
  for (const number of numbers) if (least === undefined || number < least) least = number;
  return least;
}
