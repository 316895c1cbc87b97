/**
 * The replicas of all services: who is on offer, who is alive, and which requests stand where.
 *
 * Hot file: bench/load.ts measures it. Being on offer and being alive are two things: callers hear late of both. A number of a replica
 * is never used again. Source: ours, after what endpoints and pods are to each other in Kubernetes. Left out: when somebody is on offer, which
 * the caller says; replicas of one service that differ in workers.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { grownInt32, grownUint8 } from '../../../sim/sharing/growth.ts';
import type { ServiceMeasure } from './service-measure.ts';
import { NONE, type VisitTable } from './visits.ts';

/** Replicas over a whole run: a million is a deployment that flaps for weeks. */
export const REPLICAS_MAX = 1_048_576;

/** Columns by replica, and the lists of those on offer. */
export class ReplicaTable {
  count = 0;
  service = new Int32Array(16);
  pod = new Int32Array(16);
  alive = new Uint8Array(16);
  /** Leaves as soon as nothing stands at it. */
  draining = new Uint8Array(16);
  workers = new Int32Array(16);
  /** Workers that have a request. */
  busy = new Int32Array(16);
  /** Requests between the caller's choice and the answer's arrival. */
  underWay = new Int32Array(16);
  /** Requests that wait for a worker. */
  waiting = new Int32Array(16);
  firstAt = new Int32Array(16);
  firstQueued = new Int32Array(16);
  lastQueued = new Int32Array(16);
  /** By service: replicas on offer, in the order of their offers. */
  readonly offered: number[][];
  readonly #visits: VisitTable;
  readonly #measures: readonly ServiceMeasure[];

  constructor(visits: VisitTable, measures: readonly ServiceMeasure[]) {
    this.#visits = visits;
    this.#measures = measures;
    this.offered = measures.map(() => []);
  }

  /** A new replica, alive and not yet on offer. */
  add(service: number, pod: number, workers: number, nowNs: number): number {
    assert(this.count < REPLICAS_MAX, () => `more than ${REPLICAS_MAX} replicas in one run`);
    const replica = this.count++;
    this.#grow(this.count);
    this.service[replica] = service;
    this.pod[replica] = pod;
    this.alive[replica] = 1;
    this.workers[replica] = workers;
    this.firstAt[replica] = NONE;
    this.firstQueued[replica] = NONE;
    this.lastQueued[replica] = NONE;
    this.#measures[service].addWorkers(nowNs, workers);
    return replica;
  }

  /** Callers may choose it, or not. Nothing happens when that is so already. */
  offer(replica: number, on: boolean): void {
    const list = this.offered[this.service[replica]];
    const at = list.indexOf(replica);
    if (on && at < 0) list.push(replica);
    if (!on && at >= 0) list.splice(at, 1);
  }

  /** It is no more; its requests must be taken from it. */
  end(replica: number, nowNs: number): void {
    this.alive[replica] = 0;
    this.#measures[this.service[replica]].addWorkers(nowNs, -this.workers[replica]);
  }

  /** A request is on its way to it. */
  enter(replica: number, slot: number): void {
    const { nextAt, previousAt } = this.#visits;
    const first = this.firstAt[replica];
    nextAt[slot] = first;
    previousAt[slot] = NONE;
    if (first !== NONE) previousAt[first] = slot;
    this.firstAt[replica] = slot;
    this.underWay[replica] += 1;
  }

  /** A request has nothing to do with it any more. */
  leave(replica: number, slot: number): void {
    const { nextAt, previousAt } = this.#visits;
    const [next, previous] = [nextAt[slot], previousAt[slot]];
    if (next !== NONE) previousAt[next] = previous;
    if (previous !== NONE) nextAt[previous] = next;
    else this.firstAt[replica] = next;
    this.underWay[replica] -= 1;
  }

  /** A request waits for a worker, behind all others. */
  enqueue(replica: number, slot: number, nowNs: number): void {
    const { nextQueued, previousQueued, queuedNs } = this.#visits;
    const last = this.lastQueued[replica];
    nextQueued[slot] = NONE;
    previousQueued[slot] = last;
    if (last !== NONE) nextQueued[last] = slot;
    else this.firstQueued[replica] = slot;
    this.lastQueued[replica] = slot;
    queuedNs[slot] = nowNs;
    this.waiting[replica] += 1;
    this.#measures[this.service[replica]].addWaiting(nowNs, 1);
  }

  /** A request does not wait any more. */
  dequeue(replica: number, slot: number, nowNs: number): void {
    const { nextQueued, previousQueued, queuedNs } = this.#visits;
    const [next, previous] = [nextQueued[slot], previousQueued[slot]];
    if (next !== NONE) previousQueued[next] = previous;
    else this.lastQueued[replica] = previous;
    if (previous !== NONE) nextQueued[previous] = next;
    else this.firstQueued[replica] = next;
    this.waiting[replica] -= 1;
    this.#measures[this.service[replica]].endOfWait(nowNs, nowNs - queuedNs[slot]);
  }

  /** A worker takes a request (+1) or is free again (-1). */
  addBusy(replica: number, change: number, nowNs: number): void {
    this.busy[replica] += change;
    this.#measures[this.service[replica]].addBusy(nowNs, change);
  }

  #grow(needed: number): void {
    this.service = grownInt32(this.service, needed);
    this.pod = grownInt32(this.pod, needed);
    this.alive = grownUint8(this.alive, needed);
    this.draining = grownUint8(this.draining, needed);
    this.workers = grownInt32(this.workers, needed);
    this.busy = grownInt32(this.busy, needed);
    this.underWay = grownInt32(this.underWay, needed);
    this.waiting = grownInt32(this.waiting, needed);
    this.firstAt = grownInt32(this.firstAt, needed);
    this.firstQueued = grownInt32(this.firstQueued, needed);
    this.lastQueued = grownInt32(this.lastQueued, needed);
  }
}
