/**
 * What a request holds at its replica, and how it is given back: its place in a queue, a worker, a thread, a payload under way, its calls.
 *
 * Hot file: bench/load.ts measures it. Source: ours. Left out: who hears of it, which requests.ts knows.
 */
import type { Simulation } from '../../../sim/engine/simulation.ts';
import type { CallGraph } from './call-graph.ts';
import type { Carrier } from './carrier.ts';
import { CAUSE } from './cause.ts';
import type { Processors } from './processors.ts';
import type { ReplicaTable } from './replicas.ts';
import type { RequestMeasure } from './request-measure.ts';
import type { ServiceMeasure } from './service-measure.ts';
import { FOR_NOBODY, NONE, VISIT_STATE, type VisitTable } from './visits.ts';

/** Where requests stand and are counted. */
export interface Tables {
  readonly visits: VisitTable;
  readonly replicas: ReplicaTable;
  readonly services: readonly ServiceMeasure[];
  readonly kinds: readonly RequestMeasure[];
}

/** What holdings are held of. */
export interface HoldingSurroundings extends Tables {
  readonly sim: Simulation;
  readonly graph: CallGraph;
  readonly carrier: Carrier;
  readonly processors: Processors;
  readonly drained: (replica: number) => void;
}

/** Gives back what requests hold. */
export class Holdings {
  /** Replicas that may have a free worker and somebody who waits. */
  readonly toServe: number[] = [];
  readonly #at: HoldingSurroundings;

  constructor(at: HoldingSurroundings) {
    this.#at = at;
  }

  /** Counts an attempt as failed. */
  count(slot: number, cause: number): void {
    const { visits } = this.#at;
    const { graph, sim } = this.#at;
    const kind = visits.kind[slot];
    this.#at.kinds[kind].failed(cause, sim.nowNs - visits.sinceNs[slot]);
    this.#at.services[graph.kinds[kind].service].addPresent(sim.nowNs, -1);
  }

  /** Takes a request away from its replica, wherever it stands there. */
  tearOff(slot: number): void {
    const { visits, replicas } = this.#at;
    const { sim } = this.#at;
    const replica = visits.replica[slot];
    const state = visits.state[slot];
    visits.serial[slot] += 1;
    if (replica === NONE) return;
    if (state === VISIT_STATE.queued) replicas.dequeue(replica, slot, sim.nowNs);
    else if (state === VISIT_STATE.computing) this.#at.processors.cancel(visits.ending[slot]);
    else if (state === VISIT_STATE.holding && visits.ending[slot] !== NONE) sim.cancel(visits.ending[slot]);
    else if (isTravelling(state) && visits.ending[slot] !== NONE) this.#at.carrier.cancel(visits.ending[slot]);
    this.freeWorker(slot);
    this.leave(slot);
    this.#abandonCalls(slot);
  }

  /** Requests that have reached a replica and are not on their way back, with the serials of their slots. */
  standingAt(replica: number): [slot: number, serial: number][] {
    const { visits, replicas } = this.#at;
    const there: [number, number][] = [];
    for (let slot = replicas.firstAt[replica]; slot !== NONE; slot = visits.nextAt[slot])
      if (!isTravelling(visits.state[slot])) there.push([slot, visits.serial[slot]]);
    return there;
  }

  /** A request stands at a replica of whose end nobody hears: it holds nothing there, and its caller waits on for an answer. */
  strand(slot: number): void {
    const { visits, replicas, processors, sim } = this.#at;
    const state = visits.state[slot];
    visits.serial[slot] += 1;
    if (state === VISIT_STATE.queued) replicas.dequeue(visits.replica[slot], slot, sim.nowNs);
    else if (state === VISIT_STATE.computing) processors.cancel(visits.ending[slot]);
    else if (state === VISIT_STATE.holding && visits.ending[slot] !== NONE) sim.cancel(visits.ending[slot]);
    this.freeWorker(slot);
    visits.ending[slot] = NONE;
    visits.state[slot] = VISIT_STATE.answering;
    this.#abandonCalls(slot);
  }

  /** A worker of the replica is free; who waits gets it when the outermost door closes. */
  free(replica: number): void {
    const { replicas, sim } = this.#at;
    replicas.addBusy(replica, -1, sim.nowNs);
    if (replicas.waiting[replica] > 0) this.toServe.push(replica);
  }

  /** Frees the worker that a request has, if it has one. */
  freeWorker(slot: number): void {
    if (this.#hasWorker(slot)) this.free(this.#at.visits.replica[slot]);
  }

  #hasWorker(slot: number): boolean {
    const { visits, replicas } = this.#at;
    const state = visits.state[slot];
    if (state === VISIT_STATE.computing || state === VISIT_STATE.holding) return true;
    const service = replicas.service[visits.replica[slot]];
    return state === VISIT_STATE.calling && this.#at.graph.services[service].style !== 'event-loop';
  }

  /** The attempt has nothing to do with its replica any more. */
  leave(slot: number): void {
    const { visits, replicas } = this.#at;
    const replica = visits.replica[slot];
    if (visits.timer[slot] !== NONE) this.#at.sim.cancel(visits.timer[slot]);
    visits.timer[slot] = NONE;
    replicas.leave(replica, slot);
    visits.replica[slot] = NONE;
    visits.state[slot] = VISIT_STATE.withCaller;
    this.lookDrained(replica);
  }

  /** Tells of a draining replica when nothing stands at it. */
  lookDrained(replica: number): void {
    const { replicas } = this.#at;
    if (replicas.draining[replica] === 0 || replicas.underWay[replica] > 0 || replicas.alive[replica] === 0) return;
    replicas.draining[replica] = 0;
    this.#at.drained(replica);
  }

  /** The calls of a request that is no more: they stop, or go on for nobody. */
  #abandonCalls(slot: number): void {
    const { visits } = this.#at;
    while (visits.firstChild[slot] !== NONE) {
      const child = visits.firstChild[slot];
      visits.disown(child);
      visits.parent[child] = FOR_NOBODY;
      const worksOn = this.#at.graph.calls[visits.call[child]].leaves && visits.replica[child] !== NONE;
      if (!worksOn) this.#cancel(child);
    }
  }

  #cancel(slot: number): void {
    const { visits } = this.#at;
    if (visits.replica[slot] === NONE) {
      if (visits.timer[slot] !== NONE) this.#at.sim.cancel(visits.timer[slot]);
      visits.timer[slot] = NONE;
      visits.give(slot);
      return;
    }
    this.tearOff(slot);
    this.count(slot, CAUSE.cancelled);
    visits.give(slot);
  }
}

function isTravelling(state: number): boolean {
  return state === VISIT_STATE.sending || state === VISIT_STATE.answering;
}
