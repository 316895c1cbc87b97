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
import { WEIGHT_LEFT_TRUSTED } from './water-filling.ts';

/**
 * Room below this share of a capacity is rounding, not room: sums of a few thousand doubles differ by less when they
 * are added up in another order. Larger, it would leave rates wrong; smaller, rounding alone would set flows free.
 */
const ROUNDING = 1e-13;

/** What is known of a resource during a settlement. */
const UNTOUCHED = 0;
/** Its sums come from the running load. */
const TOUCHED = 1;
/** Its sums were added up from its members in this settlement. */
const SURVEYED = 2;
/** It is full, and its flows are fixed. */
const FULL = 3;

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
  /** By resource: `weight` as it was last added up from the members. */
  private surveyedWeight = new Float64Array(16);
  /** By resource: how many frozen flows are bound here. */
  private holding = new Int32Array(16);
  /** By resource: no frozen flow here is faster than this. */
  private fastest = new Float64Array(16);

  private touched = new Int32Array(16);
  private touchedCount = 0;
  private reached = new Int32Array(16);
  private reachedCount = 0;
  private level = 0;

  constructor(flows: FlowTable, resources: ResourceTable, changes: RateChanges) {
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
    this.heap.reserve(2 * Math.max(resources, this.flows.count));
    this.touchedCount = 0;
    this.reachedCount = 0;
    this.level = 0;
    this.work = 0;
  }

  private growResources(needed: number): void {
    this.state = grownUint8(this.state, needed);
    this.left = grownFloat64(this.left, needed);
    this.weight = grownFloat64(this.weight, needed);
    this.surveyedWeight = grownFloat64(this.surveyedWeight, needed);
    this.rising = grownInt32(this.rising, needed);
    this.holding = grownInt32(this.holding, needed);
    this.fastest = grownFloat64(this.fastest, needed);
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
      else if (this.flows.phase[id] === ACTIVE) this.fix(id, this.flows.capPerSec[id], BOUND_BY_CAP);
      if (this.work > workMax) return false;
    }
    return true;
  }

  /** Takes a resource into view, and waits for the level at which something may happen there. */
  private touch(resource: ResourceId): void {
    if (this.state[resource] !== UNTOUCHED) return;
    const { capacityPerSec, load, loadAge, boundCount } = this.resources;
    this.state[resource] = TOUCHED;
    this.touched[this.touchedCount++] = resource;
    this.left[resource] = capacityPerSec[resource] - load[resource];
    this.weight[resource] = 0;
    this.rising[resource] = 0;
    this.holding[resource] = boundCount[resource];
    this.fastest[resource] = Infinity;
    if (++loadAge[resource] >= CHANGES_PER_SURVEY) this.survey(resource);
    this.await(resource);
  }

  /**
   * Puts a resource in the queue at the lowest level at which it may fill up or set its flows free. Keys may be too low
   * (then it is looked at again), never too high.
   */
  private await(resource: ResourceId): void {
    let key = Infinity;
    if (this.rising[resource] > 0) key = this.left[resource] / this.weight[resource];
    else if (this.isOverfull(resource)) key = this.level;
    if (this.holding[resource] > 0 && this.resources.level[resource] < key) key = this.resources.level[resource];
    if (key < Infinity) this.heap.lower(2 * resource, key > this.level ? key : this.level);
  }

  private meetResource(resource: ResourceId): void {
    if (this.state[resource] === FULL) return;
    const weighed = this.weight[resource] >= this.surveyedWeight[resource] * WEIGHT_LEFT_TRUSTED;
    if (this.state[resource] === TOUCHED || !weighed) this.survey(resource);
    if (this.holding[resource] > 0) this.meetHolding(resource);
    else if (this.rising[resource] > 0 || this.isOverfull(resource)) this.meetLevel(resource, this.fullLevel(resource));
  }

  /** A resource whose own flows are still frozen: does it stay full at its old level, fill up below it, or have room? */
  private meetHolding(resource: ResourceId): void {
    const old = this.resources.level[resource];
    const room = this.left[resource] - this.weight[resource] * old;
    const rounding = ROUNDING * this.resources.capacityPerSec[resource];
    if (room < -rounding) this.meetLevel(resource, Math.min(old, this.fullLevel(resource)));
    else if (this.level < old) this.heap.lower(2 * resource, old);
    else if (room <= rounding) this.saturate(resource, old);
    else this.release(resource);
  }

  private meetLevel(resource: ResourceId, full: number): void {
    if (full > this.level) this.heap.lower(2 * resource, full);
    else this.saturate(resource, full);
  }

  private isOverfull(resource: ResourceId): boolean {
    return this.left[resource] < -ROUNDING * this.resources.capacityPerSec[resource];
  }

  /** Adds the sums of a resource up from its members. */
  private survey(resource: ResourceId): void {
    const { memberStart, memberCount, memberFlow, memberWeight } = this.resources;
    const { phase, rate } = this.flows;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    let used = 0;
    let weight = 0;
    let fastest = 0;
    for (let m = start; m < end; m++) {
      const flow = memberFlow[m];
      if (phase[flow] === ACTIVE) {
        weight += memberWeight[m];
        continue;
      }
      used += memberWeight[m] * rate[flow];
      if (phase[flow] === FROZEN && rate[flow] > fastest) fastest = rate[flow];
    }
    this.left[resource] = this.resources.capacityPerSec[resource] - used;
    this.weight[resource] = weight;
    this.surveyedWeight[resource] = weight;
    this.fastest[resource] = fastest;
    this.resources.loadAge[resource] = 0;
    this.state[resource] = SURVEYED;
    this.work += end - start;
  }

  /**
   * The level at which a resource fills up when its frozen flows that are faster come down to that level: the root of a
   * concave, piecewise linear function, approached from below by Newton's steps (each step frees fewer flows).
   */
  private fullLevel(resource: ResourceId): number {
    let level = this.level;
    if (this.rising[resource] > 0) level = Math.max(level, this.left[resource] / this.weight[resource]);
    let faster = -1;
    while (this.fastest[resource] > level) {
      const before = faster;
      faster = this.countFaster(resource, level);
      if (faster === before || faster === 0) return level;
      level = Math.max(level, this.stepLeft / this.stepWeight);
    }
    return level;
  }

  /** Capacity and weight for the flows that share a resource at a level: results of `countFaster`. */
  private stepLeft = 0;
  private stepWeight = 0;

  /** How many frozen flows on a resource are faster than `level`; sums up what they and the active ones may share. */
  private countFaster(resource: ResourceId, level: number): number {
    const { memberStart, memberCount, memberFlow, memberWeight } = this.resources;
    const { phase, rate } = this.flows;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    let faster = 0;
    let used = 0;
    let weight = 0;
    for (let m = start; m < end; m++) {
      const flow = memberFlow[m];
      const frozen = phase[flow] === FROZEN;
      if (frozen && rate[flow] > level) faster++;
      if (phase[flow] === ACTIVE || (frozen && rate[flow] > level)) weight += memberWeight[m];
      else used += memberWeight[m] * rate[flow];
    }
    this.stepLeft = this.resources.capacityPerSec[resource] - used;
    this.stepWeight = weight;
    this.work += end - start;
    return faster;
  }

  /** Closes a resource: its active flows stop here, its faster ones come down; those bound here already stay. */
  private saturate(resource: ResourceId, level: number): void {
    const { memberStart, memberCount, memberFlow } = this.resources;
    const { phase, rate } = this.flows;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    this.state[resource] = FULL;
    this.resources.level[resource] = level;
    for (let m = start; m < end; m++) {
      const flow = memberFlow[m];
      if (phase[flow] === ACTIVE || (phase[flow] === FROZEN && rate[flow] > level)) this.fix(flow, level, resource);
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
    const { useStart, useCount, useResource } = this.flows;
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      if (this.state[resource] === FULL) {
        this.fix(flow, this.resources.level[resource], resource);
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
      if (bound[flow] === resource) this.holding[resource]--;
      this.await(resource);
    }
    // Only now: a survey on the way must still have seen the flow as frozen.
    this.reach(flow, ACTIVE);
    this.work += end - useStart[flow];
    if (capPerSec[flow] < Infinity) this.heap.lower(2 * flow + 1, capPerSec[flow]);
  }

  /** Gives a flow its new rate: an active one stops rising, a frozen one comes down. */
  private fix(flow: FlowId, rate: number, bound: number): void {
    if (this.flows.phase[flow] === ACTIVE) this.stopRising(flow, rate);
    else this.comeDown(flow, rate);
    if (this.flows.bound[flow] >= 0) this.resources.boundCount[this.flows.bound[flow]]--;
    if (bound >= 0) this.resources.boundCount[bound]++;
    this.flows.bound[flow] = bound;
    this.changes.assign(flow, rate);
  }

  private stopRising(flow: FlowId, rate: number): void {
    const { useStart, useCount, useResource, useWeight } = this.flows;
    const { left, weight, rising } = this;
    const end = useStart[flow] + useCount[flow];
    this.flows.phase[flow] = FIXED;
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      left[resource] -= useWeight[use] * rate;
      weight[resource] -= useWeight[use];
      rising[resource]--;
    }
    this.work += end - useStart[flow];
  }

  private comeDown(flow: FlowId, rate: number): void {
    const { useStart, useCount, useResource, useWeight, bound } = this.flows;
    const less = this.flows.rate[flow] - rate;
    const end = useStart[flow] + useCount[flow];
    this.reach(flow, FIXED);
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      this.touch(resource);
      this.left[resource] += useWeight[use] * less;
      if (bound[flow] === resource) this.holding[resource]--;
    }
    this.work += end - useStart[flow];
  }

  private reach(flow: FlowId, phase: number): void {
    this.flows.phase[flow] = phase;
    this.reached[this.reachedCount++] = flow;
  }
}
