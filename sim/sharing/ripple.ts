/**
 * Max-min sharing after a change, re-solving only what the change reaches.
 *
 * A set of rates is max-min fair exactly when every flow has a bottleneck: its own cap, or a full resource on which no
 * flow is faster. So a flow may keep its rate as long as its bottleneck lasts. As in the full solver the water rises
 * from 0, but only through the flows that a change has set free ("active"); all others are frozen at their rates.
 * Two events widen the circle, each in its turn of level, so nothing is ever solved twice:
 *
 * - a resource fills up below the rate of a frozen flow: that flow comes down to the resource's level;
 * - the water reaches the old level of a resource that is not full any more: the flows bound there rise with it.
 *
 * Both meet a flow at the very level at which it stands, so the frozen flow behaved until then as an active one would
 * have (or was in nobody's way), and the result is that of the full solver up to rounding.
 */

import type { Disturbance } from './disturbance.ts';
import { ACTIVE, BOUND_BY_CAP, FIXED, type FlowId, type FlowTable, FROZEN, type ResourceId } from './flow-table.ts';
import { grownFloat64, grownInt32, grownUint8 } from './growth.ts';
import { LevelHeap } from './level-heap.ts';
import type { RateChanges } from './rate-changes.ts';
import type { ResourceTable } from './resource-table.ts';

/**
 * Room below this share of a capacity is rounding, not room: sums of a few thousand doubles differ by less when they
 * are added up in another order. Larger, it would leave rates wrong; smaller, rounding alone would set flows free.
 */
const ROUNDING = 1e-13;
/** Room within this multiple of rounding is looked at again with fresh sums before anything is decided. */
const DOUBT = 16;
/** Two levels closer than this share are one: sums in another order differ by as much. */
const SAME_LEVEL = 1e-15;

/** What a resource in view costs before any of its flows is looked at, in uses. */
const WORK_PER_RESOURCE = 6;

/** What is known of a resource during a settlement. */
const UNTOUCHED = 0;
/** Its sums come from the running load. */
const TOUCHED = 1;
/** Its sums were added up from its members in this settlement. */
const SURVEYED = 2;
/** It is full, and its flows are fixed. */
const FULL = 3;

/** Below this share of all its weight, what remains of a resource's weight has lost digits to subtraction. */
const WEIGHT_TRUSTED = 1 / 1024;
/** A resource with more load than this multiple of its capacity has lost capacity, and its room digits with it. */
const OVERFULL = 1 + 1e-9;

/** The running load of a resource is added up afresh after this many changes, so that rounding stays far below notice. */
const CHANGES_PER_SURVEY = 64;

/** The incremental solver. It writes rates, bounds and loads as the full one does. */
export class Ripple {
  /** Uses and members looked at by the last `solve`. */
  work = 0;

  private readonly flows: FlowTable;
  private readonly resources: ResourceTable;
  private readonly changes: RateChanges;
  private readonly heap = new LevelHeap();

  /** By resource: `UNTOUCHED` … `FULL`. */
  private state = new Uint8Array(16);
  /** By resource: capacity less what frozen and fixed flows use. */
  private left = new Float64Array(16);
  /** By resource: weight and number of its active flows. */
  private weight = new Float64Array(16);
  private rising = new Int32Array(16);
  /** By resource: how many frozen flows are bound here, and their weight. */
  private holding = new Int32Array(16);
  private holdingWeight = new Float64Array(16);

  private touched = new Int32Array(16);
  private touchedCount = 0;
  private reached = new Int32Array(16);
  private reachedCount = 0;
  private level = 0;

  /** Changes of levels that were not passed on because of `tolerance`. */
  stopped = 0;
  private readonly tolerance: number;

  /** A full resource keeps its level while that is off by at most the share `tolerance`; 0 for exact rates. */
  constructor(flows: FlowTable, resources: ResourceTable, changes: RateChanges, tolerance = 0) {
    this.tolerance = tolerance;
    this.flows = flows;
    this.resources = resources;
    this.changes = changes;
  }

  /**
   * Restores max-min rates after `disturbance`. Gives up and returns false when it has done `workMax` work; the rates
   * are then in disorder and a full solve must follow.
   */
  solve(disturbance: Disturbance, workMax: number): boolean {
    this.begin();
    for (let i = 0; i < disturbance.resourceCount; i++) this.touch(disturbance.resources[i]);
    for (let i = 0; i < disturbance.flowCount; i++) this.seed(disturbance.flows[i]);
    const done = this.fill(workMax);
    this.end();
    return done;
  }

  private begin(): void {
    const resources = this.resources.count;
    if (this.state.length < resources) this.growResources(resources);
    this.touched = grownInt32(this.touched, resources);
    this.reached = grownInt32(this.reached, this.flows.count);
    // Only caps have items of their own.
    this.heap.reserve(this.flows.capped > 0 ? 2 * Math.max(resources, this.flows.count) : 2 * resources);
    this.touchedCount = 0;
    this.reachedCount = 0;
    this.level = 0;
    this.work = 0;
  }

  private growResources(needed: number): void {
    this.state = grownUint8(this.state, needed);
    this.left = grownFloat64(this.left, needed);
    this.weight = grownFloat64(this.weight, needed);
    this.rising = grownInt32(this.rising, needed);
    this.holding = grownInt32(this.holding, needed);
    this.holdingWeight = grownFloat64(this.holdingWeight, needed);
  }

  /** Writes the loads back and forgets the settlement. */
  private end(): void {
    const { touched, touchedCount, reached, reachedCount, state, left } = this;
    const { load, capacityPerSec } = this.resources;
    for (let i = 0; i < touchedCount; i++) {
      load[touched[i]] = capacityPerSec[touched[i]] - left[touched[i]];
      state[touched[i]] = UNTOUCHED;
    }
    for (let i = 0; i < reachedCount; i++) this.flows.phase[reached[i]] = FROZEN;
    this.heap.clear();
  }

  /** A new flow rises from 0; it adds nothing to any load yet. It may be listed twice when its number was reused. */
  private seed(flow: FlowId): void {
    const { fresh, phase, useCount } = this.flows;
    if (fresh[flow] === 1 && phase[flow] === FROZEN && useCount[flow] > 0) this.activate(flow);
  }

  /** Lets the water rise from event to event; even items are resources, odd ones the caps of flows. */
  private fill(workMax: number): boolean {
    const { heap } = this;
    for (let item = heap.pop(); item >= 0; item = heap.pop()) {
      if (heap.poppedKey > this.level) this.level = heap.poppedKey;
      const id = item >> 1;
      if ((item & 1) === 0) this.meetResource(id);
      else if (this.flows.phase[id] === ACTIVE) this.fix(id, this.flows.capPerSec[id], BOUND_BY_CAP, 0);
      if (this.work > workMax) return false;
    }
    return true;
  }

  /** Takes a resource into view, and waits for the level at which something may happen there. */
  private touch(resource: ResourceId): void {
    if (this.state[resource] !== UNTOUCHED) return;
    const { capacityPerSec, load, loadAge, boundCount, boundWeight } = this.resources;
    this.state[resource] = TOUCHED;
    this.touched[this.touchedCount++] = resource;
    this.work += WORK_PER_RESOURCE;
    this.left[resource] = capacityPerSec[resource] - load[resource];
    this.weight[resource] = 0;
    this.rising[resource] = 0;
    this.holding[resource] = boundCount[resource];
    this.holdingWeight[resource] = boundWeight[resource];
    if (++loadAge[resource] >= CHANGES_PER_SURVEY) {
      this.survey(resource);
      load[resource] = capacityPerSec[resource] - this.left[resource];
    }
    this.await(resource);
  }

  /**
   * Puts a resource in the queue at the lowest level at which it may fill up or set its flows free. Keys may be too low
   * (then it is looked at again), never too high.
   */
  private await(resource: ResourceId): void {
    const key = this.holding[resource] > 0 ? this.holdingKey(resource) : this.openKey(resource);
    if (key < Infinity) this.heap.lower(2 * resource, key > this.level ? key : this.level);
  }

  private openKey(resource: ResourceId): number {
    if (this.rising[resource] > 0) return this.left[resource] / this.weight[resource];
    return this.isOverfull(resource) ? this.level : Infinity;
  }

  /**
   * The old level when there is room for it; else the level that is left when the flows bound here come down together.
   * Others that are faster than that may have to come down too, which can only raise it.
   */
  private holdingKey(resource: ResourceId): number {
    const old = this.resources.level[resource];
    if (this.roomAt(resource, old) >= -this.slackAt(resource, old)) return old;
    const bound = this.holdingWeight[resource];
    const key = (this.left[resource] + bound * old) / (this.weight[resource] + bound);
    return key < old ? key : old;
  }

  /** What is left of a resource when its active flows have risen to a level. */
  private roomAt(resource: ResourceId, level: number): number {
    return this.left[resource] - this.weight[resource] * level;
  }

  private isOverfull(resource: ResourceId): boolean {
    return this.left[resource] < -ROUNDING * this.resources.capacityPerSec[resource];
  }

  private meetResource(resource: ResourceId): void {
    if (this.state[resource] === FULL) return;
    if (this.holding[resource] > 0) this.meetHolding(resource);
    else if (this.rising[resource] > 0 || this.isOverfull(resource)) this.meetLevel(resource);
  }

  /** A resource whose own flows are still frozen: does it stay full at its old level, fill up below it, or have room? */
  private meetHolding(resource: ResourceId): void {
    const old = this.resources.level[resource];
    const rounding = ROUNDING * this.resources.capacityPerSec[resource];
    // Close to full, the running sums are not good enough.
    if (this.state[resource] === TOUCHED && Math.abs(this.roomAt(resource, old)) < DOUBT * rounding) {
      this.survey(resource);
    }
    const room = this.roomAt(resource, old);
    const slack = this.slackAt(resource, old);
    if (room < -slack) this.meetLevel(resource);
    else if (this.level < old) this.heap.lower(2 * resource, old);
    else if (room <= slack) this.keep(resource, old, Math.abs(room) > rounding);
    else this.release(resource);
  }

  private keep(resource: ResourceId, level: number, stopped: boolean): void {
    if (stopped) this.stopped++;
    this.saturate(resource, level);
  }

  /** How far a full resource may be from full before its level changes. */
  private slackAt(resource: ResourceId, level: number): number {
    const rounding = ROUNDING * this.resources.capacityPerSec[resource];
    if (this.tolerance === 0) return rounding;
    const movable = (this.holdingWeight[resource] + this.weight[resource]) * level * this.tolerance;
    return movable > rounding ? movable : rounding;
  }

  /** Closes a resource if it is full now, counting the flows that are faster than the water; else waits on. */
  private meetLevel(resource: ResourceId): void {
    const known = this.knownKey(resource);
    const full = known > this.level * (1 + SAME_LEVEL) ? known : this.survey(resource);
    if (full > this.level * (1 + SAME_LEVEL)) {
      this.heap.lower(2 * resource, full);
      return;
    }
    if (full > this.level) this.level = full;
    this.saturate(resource, this.level);
  }

  /**
   * The level that the kept sums give to the flows of a resource; 0 where they may have lost digits. Flows that stopped
   * have left more to the others since the resource was queued, and to see that needs no look at all of its members.
   */
  private knownKey(resource: ResourceId): number {
    const { load, capacityPerSec } = this.resources;
    const weight = this.weight[resource] + this.holdingWeight[resource];
    if (this.level === 0 || load[resource] > capacityPerSec[resource] * OVERFULL) return 0;
    if (weight < WEIGHT_TRUSTED * this.resources.memberWeightSum(resource)) return 0;
    return this.holding[resource] > 0 ? this.holdingKey(resource) : this.openKey(resource);
  }

  /**
   * Adds the sums of a resource up from its members. Returns the level at which it fills up when the frozen flows that
   * are now faster than the water come down to that level: a step of Newton's from below to the root of a concave,
   * piecewise linear function, exact once a step frees no flow that the one before did not.
   */
  private survey(resource: ResourceId): number {
    const { memberStart, memberCount, memberFlow, memberWeight, capacityPerSec } = this.resources;
    const { phase, rate } = this.flows;
    const { level } = this;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    let used = 0;
    let fastUsed = 0;
    let fastWeight = 0;
    let weight = 0;
    for (let m = start; m < end; m++) {
      const flow = memberFlow[m];
      if (phase[flow] === ACTIVE) weight += memberWeight[m];
      else if (phase[flow] === FROZEN && rate[flow] > level) {
        fastUsed += memberWeight[m] * rate[flow];
        fastWeight += memberWeight[m];
      } else used += memberWeight[m] * rate[flow];
    }
    const left = capacityPerSec[resource] - used;
    this.left[resource] = left - fastUsed;
    this.weight[resource] = weight;
    this.resources.loadAge[resource] = 0;
    this.state[resource] = SURVEYED;
    this.work += end - start;
    return weight + fastWeight > 0 ? left / (weight + fastWeight) : level;
  }

  /** Closes a resource: its active flows stop here, its faster ones come down; those bound here already stay. */
  private saturate(resource: ResourceId, level: number): void {
    const { memberStart, memberCount, memberFlow, memberWeight } = this.resources;
    const { phase, rate } = this.flows;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    this.state[resource] = FULL;
    this.resources.level[resource] = level;
    for (let m = start; m < end; m++) {
      const flow = memberFlow[m];
      if (phase[flow] === ACTIVE || (phase[flow] === FROZEN && rate[flow] > level)) {
        this.fix(flow, level, resource, memberWeight[m]);
      }
    }
    this.work += end - start;
  }

  /** Sets the flows free that were bound by a resource with room. */
  private release(resource: ResourceId): void {
    const { memberStart, memberCount, memberFlow } = this.resources;
    const { phase, bound } = this.flows;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    for (let m = start; m < end; m++) {
      const flow = memberFlow[m];
      if (phase[flow] === FROZEN && bound[flow] === resource) this.free(flow);
    }
    this.work += end - start;
    this.await(resource);
  }

  /** A frozen flow loses its bottleneck: it rises, unless another of its resources is full at this level. */
  private free(flow: FlowId): void {
    const { useStart, useCount, useResource, useWeight } = this.flows;
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      if (this.state[resource] === FULL) {
        this.fix(flow, this.resources.level[resource], resource, useWeight[use]);
        return;
      }
    }
    this.activate(flow);
  }

  private activate(flow: FlowId): void {
    const { useStart, useCount, useResource, useWeight, bound, capPerSec } = this.flows;
    const rate = this.flows.rate[flow];
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      this.touch(resource);
      this.left[resource] += useWeight[use] * rate;
      this.weight[resource] += useWeight[use];
      this.rising[resource]++;
      if (bound[flow] === resource) this.unhold(resource, useWeight[use]);
      this.await(resource);
    }
    // Only now: a survey on the way must still have seen the flow as frozen.
    this.reach(flow, ACTIVE);
    this.work += end - useStart[flow];
    if (this.flows.capped > 0 && capPerSec[flow] < Infinity) this.heap.lower(2 * flow + 1, capPerSec[flow]);
  }

  /** A frozen flow that was bound here is so no longer. */
  private unhold(resource: ResourceId, weight: number): void {
    this.holdingWeight[resource] = --this.holding[resource] === 0 ? 0 : this.holdingWeight[resource] - weight;
  }

  /** Gives a flow its new rate: an active one stops rising, a frozen one comes down. `weight` is its own at `bound`. */
  private fix(flow: FlowId, rate: number, bound: number, weight: number): void {
    if (this.flows.phase[flow] === ACTIVE) this.stopRising(flow, rate);
    else this.comeDown(flow, rate);
    if (bound >= 0) this.resources.bind(bound, weight);
    this.flows.bound[flow] = bound;
    this.changes.assign(flow, rate);
  }

  private stopRising(flow: FlowId, rate: number): void {
    const { useStart, useCount, useResource, useWeight } = this.flows;
    const { left, weight, rising } = this;
    const bound = this.flows.bound[flow];
    const end = useStart[flow] + useCount[flow];
    this.flows.phase[flow] = FIXED;
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      left[resource] -= useWeight[use] * rate;
      weight[resource] -= useWeight[use];
      rising[resource]--;
      if (resource === bound) this.resources.unbind(resource, useWeight[use]);
    }
    this.work += end - useStart[flow];
  }

  private comeDown(flow: FlowId, rate: number): void {
    const { useStart, useCount, useResource, useWeight } = this.flows;
    const { state } = this;
    const bound = this.flows.bound[flow];
    const less = this.flows.rate[flow] - rate;
    const end = useStart[flow] + useCount[flow];
    this.reach(flow, FIXED);
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      if (state[resource] === UNTOUCHED && !this.holdsBack(resource, useWeight[use] * less)) continue;
      this.left[resource] += useWeight[use] * less;
      if (resource !== bound) continue;
      this.unhold(resource, useWeight[use]);
      this.resources.unbind(resource, useWeight[use]);
    }
    this.work += end - useStart[flow];
  }

  /** Takes a resource into view if it holds flows back; any other only has more room than before, which changes nothing. */
  private holdsBack(resource: ResourceId, less: number): boolean {
    const { boundCount, load, loadAge } = this.resources;
    if (boundCount[resource] > 0) {
      this.touch(resource);
      return true;
    }
    load[resource] -= less;
    if (loadAge[resource] < CHANGES_PER_SURVEY) loadAge[resource]++;
    return false;
  }

  private reach(flow: FlowId, phase: number): void {
    this.flows.phase[flow] = phase;
    this.reached[this.reachedCount++] = flow;
  }
}
