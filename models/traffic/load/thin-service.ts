/**
 * A service in the thin mode: how many requests wait, how long, and which share finds no room, from window to window.
 *
 * Source: a pointwise stationary queue (queue-approximation.ts) that is approached with its relaxation time (Cox and Smith, "Queues", 1961: about
 * h · variability / (c (1 - ρ)²)), and a fluid queue while more comes than can be done (Newell, "Applications of Queueing Theory",
 * 1982). Left out: what thin-load.ts leaves out.
 */

import { exponential, uniformBetween } from '../../../sim/random/distributions.ts';
import { exp } from '../../../sim/random/numeric.ts';
import type { Stream } from '../../../sim/random/stream.ts';
import type { ServicePlan } from './call-graph.ts';
import { finiteQueue, openQueue, type SteadyQueue, variability } from './queue-approximation.ts';

/** What comes to a service in a window. */
export interface ServiceLoad {
  /** Requests a second. */
  readonly perSec: number;
  /** Seconds for which a request keeps its server, on average. */
  readonly holdSec: number;
  /** Squared coefficient of variation of that time. */
  readonly scv: number;
  /** Replicas on offer, on average over the window. */
  readonly replicas: number;
  /** Servers of a replica: workers, or cores where they are fewer. */
  readonly servers: number;
}

/** From this use on the queue grows without end and no steady state is asked. */
const USE_MAX = 0.999;

/** One service from window to window. */
export class ThinService {
  /** Requests that wait now. */
  queue = 0;
  /** Share of the servers' time at work in the last window; above 1 never. */
  utilisation = 0;
  /** Share of the requests of the last window that found no room; 1 without replicas. */
  lost = 0;
  /** Share of its replicas on offer that refuse what they are asked. */
  refused = 0;
  /** Requests a second that were worked off in the last window. */
  servedPerSec = 0;
  /** Requests a second that came. */
  offeredPerSec = 0;
  /** Mean wait of the last window's requests. */
  waitSec = 0;
  readonly #plan: ServicePlan;
  #waitChance = 0;
  /** Waits of an overload lie between these, as the queue grows or shrinks. */
  #from = 0;
  #to = 0;
  #overloaded = false;

  constructor(plan: ServicePlan) {
    this.#plan = plan;
  }

  /** Moves on by a window of `seconds`. */
  step(load: ServiceLoad, seconds: number): void {
    const { perSec, holdSec, replicas, servers } = load;
    this.offeredPerSec = perSec;
    const capacityPerSec = holdSec === 0 ? Infinity : (replicas * servers) / holdSec;
    if (replicas === 0) this.#stand();
    else if (capacityPerSec === Infinity) this.#pass();
    else this.#work(load, capacityPerSec, seconds);
  }

  /** Share of the requests of the last window that are answered in it; above 1 while a queue is worked off. */
  get servedShare(): number {
    return this.offeredPerSec === 0 ? 0 : ((1 - this.refused) * this.servedPerSec) / this.offeredPerSec;
  }

  /**
   * Share of the requests of the last window that fail: refused, or without room. A queue without a bound loses nobody;
   * what it could not work off counts then, since its callers give up sooner or later.
   */
  get failedShare(): number {
    if (this.#plan.queueMax === undefined) return Math.max(0, 1 - this.servedShare);
    return 1 - (1 - this.refused) * (1 - this.lost);
  }

  /** A wait as a request of the last window may have had it, in seconds. */
  drawWait(stream: Stream): number {
    if (this.#overloaded) return uniformBetween(stream, this.#from, this.#to);
    if (this.waitSec === 0 || stream.uniform() >= this.#waitChance) return 0;
    return exponential(stream, this.waitSec / this.#waitChance);
  }

  #stand(): void {
    Object.assign(this, { queue: 0, utilisation: 0, lost: 1, servedPerSec: 0, waitSec: 0 });
    this.#overloaded = false;
    this.#waitChance = 0;
  }

  #pass(): void {
    Object.assign(this, { queue: 0, utilisation: 0, lost: 0, servedPerSec: this.offeredPerSec, waitSec: 0 });
    this.#overloaded = false;
    this.#waitChance = 0;
  }

  #work(load: ServiceLoad, capacityPerSec: number, seconds: number): void {
    const { perSec, replicas } = load;
    const use = perSec / capacityPerSec;
    const room = (this.#plan.queueMax ?? Infinity) * replicas;
    const steady = this.#steady(load, Math.min(use, USE_MAX));
    const finite = room < Infinity ? this.#finite(load) : undefined;
    const before = this.queue;
    if (finite !== undefined) this.queue = finite.waiting;
    else if (use < USE_MAX) this.queue = this.#approach(steady, load, use, capacityPerSec, seconds);
    else this.queue = Math.min(room, before + (perSec - capacityPerSec) * seconds);
    this.queue = Math.max(0, this.queue);
    const overflow =
      finite === undefined
        ? Math.max(0, before + (perSec - capacityPerSec) * seconds - room) / seconds
        : perSec * finite.lost;
    this.lost = perSec === 0 ? 0 : Math.min(1, overflow / perSec);
    this.servedPerSec = Math.min(capacityPerSec, Math.max(0, perSec - overflow - (this.queue - before) / seconds));
    this.utilisation = Math.min(1, this.servedPerSec / capacityPerSec);
    this.#noteWaits(before, finite ?? steady, capacityPerSec, finite === undefined && use >= USE_MAX);
  }

  #noteWaits(before: number, steady: SteadyQueue, capacityPerSec: number, grows: boolean): void {
    const mean = (before + this.queue) / 2;
    // Far more wait than a steady state would have: they are worked off in order, and each waits for those before it.
    this.#overloaded = grows || mean > 4 * steady.waiting + 4;
    [this.#from, this.#to] = [before / capacityPerSec, this.queue / capacityPerSec];
    this.#waitChance = steady.waitChance;
    const accepted = this.offeredPerSec * (1 - this.lost);
    this.waitSec = this.#overloaded
      ? mean / capacityPerSec
      : accepted === 0
        ? 0
        : mean / Math.max(accepted, this.servedPerSec);
    if (this.#waitChance === 0) this.waitSec = this.#overloaded ? this.waitSec : 0;
  }

  /** How balancing shapes the queue: replicas for themselves, or as if all queued together. */
  #steady({ replicas, servers, scv }: ServiceLoad, use: number): SteadyQueue {
    const alone = (): SteadyQueue => times(openQueue(use * servers, servers), replicas);
    const together = (): SteadyQueue => openQueue(use * servers * replicas, servers * replicas);
    switch (this.#plan.balancing ?? 'random') {
      case 'random':
        return stretched(alone(), variability(1, scv));
      case 'round-robin':
        // Every n-th arrival of a Poisson stream: gaps of an Erlang distribution.
        return stretched(alone(), variability(1 / Math.max(1, replicas), scv));
      case 'least-requests':
        return stretched(together(), variability(1, scv));
      case 'two-choices': {
        const [a, b] = [alone(), together()];
        const waiting = Math.sqrt(a.waiting * b.waiting);
        return stretched({ waiting, waitChance: Math.sqrt(a.waitChance * b.waitChance), lost: 0 }, variability(1, scv));
      }
    }
  }

  #finite({ perSec, holdSec, replicas, servers }: ServiceLoad): SteadyQueue | undefined {
    const room = this.#plan.queueMax!;
    const isPooled = this.#plan.balancing === 'least-requests';
    if (isPooled) return finiteQueue(perSec * holdSec, servers * replicas, room * replicas);
    const each = finiteQueue((perSec * holdSec) / replicas, servers, room);
    return each === undefined ? undefined : times(each, replicas);
  }

  #approach(steady: SteadyQueue, load: ServiceLoad, use: number, capacityPerSec: number, seconds: number): number {
    const { holdSec, scv, replicas, servers } = load;
    const isPooled = this.#plan.balancing === 'least-requests';
    const relaxSec =
      (holdSec * variability(1, scv)) / ((isPooled ? replicas * servers : servers) * (1 - use) * (1 - use));
    const relaxed = steady.waiting + (this.queue - steady.waiting) * exp(-seconds / relaxSec);
    return Math.max(relaxed, this.queue - (capacityPerSec - load.perSec) * seconds);
  }
}

function times({ waiting, waitChance, lost }: SteadyQueue, replicas: number): SteadyQueue {
  return { waiting: waiting * replicas, waitChance, lost };
}

function stretched({ waiting, waitChance, lost }: SteadyQueue, factor: number): SteadyQueue {
  return { waiting: waiting * factor, waitChance, lost };
}
