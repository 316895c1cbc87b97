/**
 * Requests that are under way, one slot each: an attempt of a call from the caller's decision to its answer.
 *
 * Hot file: bench/load.ts measures it. Slots are used again, so nothing is allocated for a request; 152 bytes for each that is present at
 * once. A slot's serial changes when it is given back or torn from its replica: who called out and comes back sees whether it is still
 * the same. Source: ours. Left out: anything about requests that are over.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { grownFloat64, grownInt32 } from '../../../sim/sharing/growth.ts';

/** No slot, no replica, no list. */
export const NONE = -1;

/** Instead of a parent: the caller is a source of load. */
export const FROM_SOURCE = -1;

/** Instead of a parent: nobody waits for the answer any more. */
export const FOR_NOBODY = -2;

/** Where a request stands. */
export const VISIT_STATE = {
  /** Its caller holds it back, or nothing has been decided yet. */
  withCaller: 0,
  /** On its way to the replica. */
  sending: 1,
  /** Waits for a worker. */
  queued: 2,
  /** Has a worker and wants processor time. */
  computing: 3,
  /** Has a worker and waits for something else. */
  holding: 4,
  /** Its calls are out. */
  calling: 5,
  /** The answer is on its way. */
  answering: 6,
} as const;

/** Requests at once: millions of them mean that load comes in without end. */
export const VISITS_MAX = 8_388_608;

/** Columns by slot. */
export class VisitTable {
  /** Slots in use. */
  count = 0;
  call = new Int32Array(64);
  /** Slot of the calling request, `FROM_SOURCE` or `FOR_NOBODY`. */
  parent = new Int32Array(64);
  /** The kind of request that the present attempt asks for. */
  kind = new Int32Array(64);
  replica = new Int32Array(64);
  state = new Int32Array(64);
  /** Steps of calls that are begun. */
  step = new Int32Array(64);
  /** Calls of the present step without an answer. */
  pending = new Int32Array(64);
  /** Attempts that were made before this one. */
  attempt = new Int32Array(64);
  /** Calls between the source and this one. */
  depth = new Int32Array(64);
  /** Neighbours among the requests of the replica. */
  nextAt = new Int32Array(64);
  previousAt = new Int32Array(64);
  /** Neighbours among those that wait at the replica; of a free slot: the next free one. */
  nextQueued = new Int32Array(64);
  previousQueued = new Int32Array(64);
  /** The calls that are out, and neighbours among those of one parent. */
  firstChild = new Int32Array(64);
  nextChild = new Int32Array(64);
  previousChild = new Int32Array(64);
  serial = new Int32Array(64);
  /** The source's own number of the request. */
  tag = new Float64Array(64);
  /** When the first attempt began. */
  calledNs = new Float64Array(64);
  /** When this attempt began. */
  sinceNs = new Float64Array(64);
  /** When it began to wait for a worker. */
  queuedNs = new Float64Array(64);
  /** The source's patience ends; Infinity: never. */
  deadlineNs = new Float64Array(64);
  /** Event of the time-out or of the next attempt, `NONE` if there is none. */
  timer = new Float64Array(64);
  /** What ends the present state: an event, a payload or a thread, by state. */
  ending = new Float64Array(64);
  cpuNs = new Float64Array(64);
  waitNs = new Float64Array(64);
  private firstFree = NONE;
  private used = 0;

  /** A slot for a new call. */
  take(call: number, parent: number, tag: number, deadlineNs: number, nowNs: number): number {
    let slot = this.firstFree;
    if (slot !== NONE) this.firstFree = this.nextQueued[slot];
    else slot = this.fresh();
    this.count += 1;
    this.call[slot] = call;
    this.parent[slot] = parent;
    this.replica[slot] = NONE;
    this.state[slot] = VISIT_STATE.withCaller;
    this.attempt[slot] = 0;
    this.firstChild[slot] = NONE;
    this.timer[slot] = NONE;
    this.tag[slot] = tag;
    this.calledNs[slot] = nowNs;
    this.deadlineNs[slot] = deadlineNs;
    this.depth[slot] = 0;
    if (parent >= 0) this.adopt(parent, slot);
    return slot;
  }

  /** Gives a slot back that has no children and no place among its parent's. */
  give(slot: number): void {
    this.count -= 1;
    this.serial[slot] += 1;
    this.nextQueued[slot] = this.firstFree;
    this.firstFree = slot;
  }

  /** Puts a slot among the children of its parent. */
  adopt(parent: number, slot: number): void {
    const first = this.firstChild[parent];
    this.depth[slot] = this.depth[parent] + 1;
    this.nextChild[slot] = first;
    this.previousChild[slot] = NONE;
    if (first !== NONE) this.previousChild[first] = slot;
    this.firstChild[parent] = slot;
  }

  /** Takes a slot out from among the children of its parent, if it has one. */
  disown(slot: number): void {
    const parent = this.parent[slot];
    if (parent < 0) return;
    const [next, previous] = [this.nextChild[slot], this.previousChild[slot]];
    if (next !== NONE) this.previousChild[next] = previous;
    if (previous !== NONE) this.nextChild[previous] = next;
    else this.firstChild[parent] = next;
  }

  private fresh(): number {
    assert(this.used < VISITS_MAX, () => `more than ${VISITS_MAX} requests at once`);
    if (this.used === this.call.length) this.grow(this.used + 1);
    return this.used++;
  }

  private grow(needed: number): void {
    this.call = grownInt32(this.call, needed);
    this.parent = grownInt32(this.parent, needed);
    this.kind = grownInt32(this.kind, needed);
    this.replica = grownInt32(this.replica, needed);
    this.state = grownInt32(this.state, needed);
    this.step = grownInt32(this.step, needed);
    this.pending = grownInt32(this.pending, needed);
    this.attempt = grownInt32(this.attempt, needed);
    this.depth = grownInt32(this.depth, needed);
    this.nextAt = grownInt32(this.nextAt, needed);
    this.previousAt = grownInt32(this.previousAt, needed);
    this.nextQueued = grownInt32(this.nextQueued, needed);
    this.previousQueued = grownInt32(this.previousQueued, needed);
    this.firstChild = grownInt32(this.firstChild, needed);
    this.nextChild = grownInt32(this.nextChild, needed);
    this.previousChild = grownInt32(this.previousChild, needed);
    this.serial = grownInt32(this.serial, needed);
    this.tag = grownFloat64(this.tag, needed);
    this.calledNs = grownFloat64(this.calledNs, needed);
    this.sinceNs = grownFloat64(this.sinceNs, needed);
    this.queuedNs = grownFloat64(this.queuedNs, needed);
    this.deadlineNs = grownFloat64(this.deadlineNs, needed);
    this.timer = grownFloat64(this.timer, needed);
    this.ending = grownFloat64(this.ending, needed);
    this.cpuNs = grownFloat64(this.cpuNs, needed);
    this.waitNs = grownFloat64(this.waitNs, needed);
  }
}
