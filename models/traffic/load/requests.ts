/**
 * The life of a request: dealt to a replica, sent, queued, worked on, its calls made, answered; or failed and tried again.
 *
 * Hot file: bench/load.ts measures it. Source: ours; open and closed networks of queues are the theory that it is held against (Jackson 1957;
 * Gordon and Newell 1967; exact mean value analysis by Reiser and Lavenberg 1980). What an abandoned request does is its call's setting. A
 * replica that dies fails what stands at it, and the caller hears of it at once (a reset connection); of one whose machine dies it does not
 * hear, and waits for as long as it has said (`strandReplica`).
 * Left out: priorities, hedged requests, circuit breakers (models/platform), clocks that differ.
 */
import { assert } from '../../../sim/engine/assert.ts';
import type { EventKind, Simulation } from '../../../sim/engine/simulation.ts';
import type { StreamSource } from '../../../sim/random/stream.ts';
import { type Chooser, chooserOf } from './balancing.ts';
import type { CallGraph } from './call-graph.ts';
import { ARRIVED, type Carrier, type CarrierMaker, OUTSIDE } from './carrier.ts';
import { CAUSE } from './cause.ts';
import { Holdings, type Tables } from './holdings.ts';
import type { Processors, ProcessorsMaker } from './processors.ts';
import { ReplicaTable } from './replicas.ts';
import { RequestDraws } from './request-draws.ts';
import { RequestMeasure } from './request-measure.ts';
import { RetryBudget } from './retry-budget.ts';
import { ServiceMeasure } from './service-measure.ts';
import { FOR_NOBODY, FROM_SOURCE, NONE, VISIT_STATE, VisitTable } from './visits.ts';

/** Calls one behind the other; chains of real systems end below forty (Luo et al. 2021), loops by chance go on longer. */
export const DEPTH_MAX = 250;

/** Chooses among services that answer alike: returns the number of a kind of request, or `NONE` when discovery finds nobody. */
export type Route = (call: number, from: number) => number;

/** What requests need around them. */
export interface RequestSurroundings {
  readonly sim: Simulation;
  readonly streams: StreamSource;
  readonly graph: CallGraph;
  readonly carrier: CarrierMaker;
  readonly processors: ProcessorsMaker;
  /**
   * Which kind of request a call asks for now, and so which service, asked at every attempt: discovery of services that are more than one. What
   * the call names if left out. `from`: the caller's pod, or `OUTSIDE`.
   */
  readonly route?: Route | undefined;
  /** A request of a source is over: answered (`cause` NONE) or failed. */
  readonly over: (call: number, tag: number, cause: number) => void;
  /** A replica that was draining has nothing left. */
  readonly drained: (replica: number) => void;
}

/** All requests of a run. */
export class Requests {
  readonly visits = new VisitTable();
  readonly replicas: ReplicaTable;
  /** By service. */
  readonly services: readonly ServiceMeasure[];
  /** By kind of request. */
  readonly kinds: readonly RequestMeasure[];
  readonly #at: RequestSurroundings;
  readonly #choosers: readonly Chooser[];
  readonly #draws: RequestDraws;
  readonly #budgets: (RetryBudget | undefined)[] = [];
  readonly #carrier: Carrier;
  readonly #holdings: Holdings;
  readonly processors: Processors;
  readonly #waitOver: EventKind;
  readonly #timer: EventKind;
  /** Pods of sources, by call; `OUTSIDE` for those that have none. */
  readonly #sourcePods: number[] = [];
  /** Whether one of the doors below is open further up the stack. */
  #inside = false;

  constructor(at: RequestSurroundings) {
    this.#at = at;
    const { graph, sim, streams } = at;
    this.services = graph.services.map(() => new ServiceMeasure());
    this.kinds = graph.kinds.map(() => new RequestMeasure());
    this.replicas = new ReplicaTable(this.visits, this.services);
    this.#choosers = graph.services.map(({ name, balancing = 'random' }) =>
      chooserOf(balancing, streams.stream(`load/${name}`, 'balancing')),
    );
    this.#draws = new RequestDraws(graph, streams);
    graph.calls.forEach((_, call) => {
      this.#know(call, OUTSIDE);
    });
    this.#carrier = at.carrier(
      this.#entry((slot) => this.#arrivedAt(slot)),
      this.#entry((slot) => this.#lost(slot, CAUSE.lost)),
      this.#entry((slot) => this.#lost(slot, CAUSE.refused)),
    );
    this.processors = at.processors(this.#entry((slot) => this.#hold(slot)));
    this.#holdings = new Holdings({ ...at, ...this.#tables(), carrier: this.#carrier, processors: this.processors });
    this.#waitOver = sim.kind(
      'load: work ends',
      this.#entry((slot) => this.#worked(slot)),
    );
    this.#timer = sim.kind(
      'load: timer',
      this.#entry((slot) => this.#timerDue(slot)),
    );
  }

  #tables(): Tables {
    const { visits, replicas, services, kinds } = this;
    return { visits, replicas, services, kinds };
  }

  /** Takes up a source's call of the graph; `source` names its chance, `pod` is where it stands. */
  addSource(call: number, source: string, pod = OUTSIDE): void {
    this.#draws.know(call, source);
    this.#know(call, pod);
  }

  #know(call: number, pod: number): void {
    const budget = this.#at.graph.calls[call].plan.retryBudget;
    this.#budgets[call] = budget === undefined ? undefined : new RetryBudget(budget);
    this.#sourcePods[call] = pod;
  }

  /**
   * A door from outside: what is done behind it may call out and come back, so queues are served when the outermost door closes. Else a
   * request that fails could be moved on by what its own failure sets free.
   */
  #entry(step: (operand: number) => void): (operand: number) => void {
    return (operand) => {
      const outermost = !this.#inside;
      this.#inside = true;
      step(operand);
      if (outermost) this.#close();
    };
  }

  #close(): void {
    const { toServe } = this.#holdings;
    for (let replica = toServe.pop(); replica !== undefined; replica = toServe.pop()) this.#serve(replica);
    this.#inside = false;
  }

  /** A source makes a call. `tag` comes back when it is over, perhaps within this call. */
  call(call: number, tag: number, deadlineNs = Infinity): void {
    const outermost = !this.#inside;
    this.#inside = true;
    this.#first(this.visits.take(call, FROM_SOURCE, tag, deadlineNs, this.#at.sim.nowNs));
    if (outermost) this.#close();
  }

  /** A new replica of a service, alive and not yet on offer. */
  addReplica(service: number, pod: number): number {
    const { graph, sim } = this.#at;
    return this.replicas.add(service, pod, graph.services[service].workers, sim.nowNs);
  }

  /** A replica is no more: what stands at it fails now. */
  readonly endReplica = this.#entry((replica) => {
    const { replicas } = this;
    if (replicas.alive[replica] === 0) return;
    replicas.offer(replica, false);
    replicas.end(replica, this.#at.sim.nowNs);
    while (replicas.firstAt[replica] !== NONE) this.#fail(replicas.firstAt[replica], CAUSE.died);
  });

  /** All that has reached a replica fails now; what is on its way there or back goes on. Callers who try again may choose it again. */
  readonly resetReplica = this.#entry((replica) => this.#each(replica, (slot) => this.#fail(slot, CAUSE.died)));

  /** The same, but callers do not hear of it: they wait for as long as they have said. */
  readonly strandReplica = this.#entry((replica) => this.#each(replica, (slot) => this.#holdings.strand(slot)));

  /** A replica is no more, and callers who wait for it do not hear of it. */
  readonly vanishReplica = this.#entry((replica) => {
    this.replicas.offer(replica, false);
    if (this.replicas.alive[replica] === 1) this.replicas.end(replica, this.#at.sim.nowNs);
  });

  /** Every request that has reached a replica and stands there; it may have gone with one before it, and its slot be another's. */
  #each(replica: number, what: (slot: number) => void): void {
    const { serial } = this.visits;
    for (const [slot, life] of this.#holdings.standingAt(replica)) if (serial[slot] === life) what(slot);
  }

  /** A replica takes no further requests, and is told as drained when it has answered all that it has. */
  readonly drainReplica = this.#entry((replica) => {
    this.replicas.offer(replica, false);
    this.replicas.draining[replica] = 1;
    this.#holdings.lookDrained(replica);
  });

  /** The first attempt of a call. */
  #first(slot: number): void {
    const { visits } = this;
    if (visits.depth[slot] > DEPTH_MAX) {
      this.#tell(slot, CAUSE.deep);
      return;
    }
    this.#budgets[visits.call[slot]]?.called(this.#at.sim.nowNs);
    this.#attempt(slot);
  }

  #attempt(slot: number): void {
    const { visits, replicas } = this;
    const { graph, sim } = this.#at;
    const { nowNs } = sim;
    const call = visits.call[slot];
    const { timeoutNs } = graph.calls[call];
    const parent = visits.parent[slot];
    const from = parent >= 0 ? replicas.pod[visits.replica[parent]] : this.#sourcePods[call];
    const found = this.#at.route === undefined ? graph.calls[call].kind : this.#at.route(call, from);
    const kind = found === NONE ? graph.calls[call].kind : found;
    const { service } = graph.kinds[kind];
    visits.kind[slot] = kind;
    visits.sinceNs[slot] = nowNs;
    visits.step[slot] = 0;
    this.kinds[kind].offered += 1;
    this.services[service].addPresent(nowNs, 1);
    const offered = replicas.offered[service];
    if (offered.length === 0 || found === NONE) {
      this.#holdings.count(slot, CAUSE.unserved);
      this.#again(slot, CAUSE.unserved);
      return;
    }
    visits.cpuNs[slot] = this.#draws.cpuNs(kind);
    visits.waitNs[slot] = this.#draws.waitNs(kind);
    const replica = this.#choosers[service](offered, replicas.underWay);
    visits.replica[slot] = replica;
    replicas.enter(replica, slot);
    this.#arm(slot, timeoutNs, nowNs);
    this.#send(slot, VISIT_STATE.sending, from, replicas.pod[replica], this.#draws.requestBytes(call));
  }

  /** A request deeper in the graph needs no clock for the deadline: whoever waits for it has one. */
  #arm(slot: number, timeoutNs: number, nowNs: number): void {
    const deadlineNs = this.visits.deadlineNs[slot];
    let dueNs = nowNs + timeoutNs;
    if (deadlineNs <= dueNs) dueNs = this.visits.parent[slot] === FROM_SOURCE ? deadlineNs : Infinity;
    if (dueNs < Infinity) this.visits.timer[slot] = this.#at.sim.at(dueNs, this.#timer, slot);
  }

  #send(slot: number, state: number, from: number, to: number, bytes: number): void {
    this.visits.state[slot] = state;
    const sending = this.#carrier.send(from, to, bytes, slot);
    if (sending === ARRIVED) this.#arrivedAt(slot);
    else this.visits.ending[slot] = sending;
  }

  /** The network will not deliver it, or nobody takes it there. */
  #lost(slot: number, cause: number): void {
    this.visits.ending[slot] = NONE;
    this.#fail(slot, cause);
  }

  /** A payload has arrived: the request at the replica, or the answer at the caller. */
  #arrivedAt(slot: number): void {
    this.visits.ending[slot] = NONE;
    if (this.visits.state[slot] === VISIT_STATE.answering) this.#answered(slot);
    else this.#admit(slot);
  }

  #admit(slot: number): void {
    const { visits, replicas } = this;
    const { graph, sim } = this.#at;
    const replica = visits.replica[slot];
    const service = replicas.service[replica];
    if (replicas.busy[replica] < replicas.workers[replica] && replicas.waiting[replica] === 0) {
      this.services[service].noWait();
      this.#begin(slot, replica);
    } else if (replicas.waiting[replica] < (graph.services[service].queueMax ?? Infinity)) {
      visits.state[slot] = VISIT_STATE.queued;
      replicas.enqueue(replica, slot, sim.nowNs);
    } else this.#fail(slot, CAUSE.full);
  }

  #begin(slot: number, replica: number): void {
    const { visits, replicas } = this;
    replicas.addBusy(replica, 1, this.#at.sim.nowNs);
    const cpuNs = visits.cpuNs[slot];
    if (cpuNs > 0) {
      visits.state[slot] = VISIT_STATE.computing;
      visits.ending[slot] = this.processors.run(replicas.pod[replica], cpuNs, slot);
    } else this.#hold(slot);
  }

  /** The processor time is had; the worker is kept for as long as the rest takes. */
  #hold(slot: number): void {
    const { visits } = this;
    const waitNs = visits.waitNs[slot];
    visits.state[slot] = VISIT_STATE.holding;
    visits.ending[slot] = NONE;
    if (waitNs > 0) visits.ending[slot] = this.#at.sim.after(waitNs, this.#waitOver, slot);
    else this.#worked(slot);
  }

  /** The own work is done: calls are next, or the answer. */
  #worked(slot: number): void {
    const { visits } = this;
    const { graph } = this.#at;
    const kind = visits.kind[slot];
    const { service, steps } = graph.kinds[kind];
    const replica = visits.replica[slot];
    visits.ending[slot] = NONE;
    if (this.#draws.fails(kind)) {
      this.#fail(slot, CAUSE.failed);
      return;
    }
    if (steps.length === 0) {
      this.#answer(slot);
      return;
    }
    visits.state[slot] = VISIT_STATE.calling;
    if (graph.services[service].style === 'event-loop') {
      this.#holdings.free(replica);
    }
    this.#nextStep(slot);
  }

  /** Makes the calls of the next step, and of further ones as long as none is left to be waited for. */
  #nextStep(slot: number): void {
    const { visits } = this;
    const { graph } = this.#at;
    const { steps } = graph.kinds[visits.kind[slot]];
    const serial = visits.serial[slot];
    while (visits.step[slot] < steps.length) {
      // One more than there are, so that answers which come at once end no step that is still being begun.
      visits.pending[slot] = 1;
      for (const call of steps[visits.step[slot]]) {
        if (!this.#draws.isMade(call)) continue;
        visits.pending[slot] += 1;
        this.#first(visits.take(call, slot, 0, visits.deadlineNs[slot], this.#at.sim.nowNs));
        if (visits.serial[slot] !== serial) return;
      }
      visits.step[slot] += 1;
      visits.pending[slot] -= 1;
      if (visits.pending[slot] > 0) return;
    }
    this.#answer(slot);
  }

  /** All is done at the replica; its worker is free before the answer leaves. */
  #answer(slot: number): void {
    const { visits, replicas } = this;
    const replica = visits.replica[slot];
    const call = visits.call[slot];
    this.#holdings.freeWorker(slot);
    const parent = visits.parent[slot];
    const to = parent >= 0 ? replicas.pod[visits.replica[parent]] : this.#sourcePods[call];
    const bytes = this.#draws.answerBytes(visits.kind[slot]);
    this.#send(slot, VISIT_STATE.answering, replicas.pod[replica], to, bytes);
  }

  /** The caller has its answer. */
  #answered(slot: number): void {
    const { visits } = this;
    const { graph, sim } = this.#at;
    const kind = visits.kind[slot];
    const latencyNs = sim.nowNs - visits.sinceNs[slot];
    this.kinds[kind].answered(latencyNs);
    this.services[graph.kinds[kind].service].addPresent(sim.nowNs, -1);
    this.#holdings.leave(slot);
    this.#tell(slot, NONE);
  }

  /** Gives free workers of a replica to who waits. */
  #serve(replica: number): void {
    const { replicas } = this;
    while (
      replicas.waiting[replica] > 0 &&
      replicas.alive[replica] === 1 &&
      replicas.busy[replica] < replicas.workers[replica]
    ) {
      const slot = replicas.firstQueued[replica];
      replicas.dequeue(replica, slot, this.#at.sim.nowNs);
      this.#begin(slot, replica);
    }
  }

  #timerDue(slot: number): void {
    const { visits } = this;
    visits.timer[slot] = NONE;
    if (visits.replica[slot] === NONE) {
      this.#attempt(slot);
      return;
    }
    const { graph, sim } = this.#at;
    const cause = sim.nowNs >= visits.deadlineNs[slot] ? CAUSE.deadline : CAUSE.timeout;
    if (graph.calls[visits.call[slot]].leaves) this.#walkAway(slot, cause);
    else this.#fail(slot, cause);
  }

  /** The caller goes on without the answer; the server does not know, and works on for nobody. */
  #walkAway(slot: number, cause: number): void {
    const { visits } = this;
    const caller = visits.take(
      visits.call[slot],
      visits.parent[slot],
      visits.tag[slot],
      visits.deadlineNs[slot],
      visits.calledNs[slot],
    );
    visits.attempt[caller] = visits.attempt[slot];
    visits.disown(slot);
    visits.parent[slot] = FOR_NOBODY;
    this.#again(caller, cause);
  }

  /** An attempt fails: everything that it holds is given back, and the caller tries again or hears of it. */
  #fail(slot: number, cause: number): void {
    this.#holdings.tearOff(slot);
    this.#holdings.count(slot, cause);
    this.#again(slot, cause);
  }

  /** The next attempt, now or later, or the end of the call. */
  #again(slot: number, cause: number): void {
    const { visits } = this;
    const { graph, sim } = this.#at;
    const call = visits.call[slot];
    visits.attempt[slot] += 1;
    const isLast = visits.attempt[slot] >= graph.calls[call].attempts;
    if (isLast || visits.parent[slot] === FOR_NOBODY || cause === CAUSE.deadline) {
      this.#tell(slot, cause);
      return;
    }
    const pauseNs = this.#draws.backoffNs(call);
    const late = sim.nowNs + pauseNs >= visits.deadlineNs[slot];
    if (late || this.#budgets[call]?.take(sim.nowNs) === false) this.#tell(slot, cause);
    else if (pauseNs > 0) visits.timer[slot] = sim.after(pauseNs, this.#timer, slot);
    else this.#attempt(slot);
  }

  /** The call is over: whoever made it hears of it. */
  #tell(slot: number, cause: number): void {
    const { visits } = this;
    const parent = visits.parent[slot];
    const call = visits.call[slot];
    const tag = visits.tag[slot];
    assert(visits.firstChild[slot] === NONE, 'a request is over whose calls are out');
    visits.disown(slot);
    visits.give(slot);
    if (parent === FROM_SOURCE) this.#at.over(call, tag, cause);
    else if (parent >= 0) this.#heard(parent, call, cause);
  }

  #heard(parent: number, call: number, cause: number): void {
    const { visits } = this;
    if (cause !== NONE && !this.#at.graph.calls[call].optional) {
      this.#fail(parent, cause);
      return;
    }
    visits.pending[parent] -= 1;
    if (visits.pending[parent] === 0) this.#nextStep(parent);
  }
}
