/**
 * Max-min sharing in full: the water rises from 0 through all flows at once, and a flow stops rising when it meets its
 * cap or when a resource that it uses is full ("progressive filling", Bertsekas and Gallager, Data Networks, 6.5.2).
 *
 * The plain solver: it looks at nothing of the previous rates, which makes it the oracle of the incremental one. Its
 * cost is that of all flows, for every change.
 */

import { ACTIVE, BOUND_BY_CAP, FIXED, type FlowId, type FlowTable, FROZEN, type ResourceId } from './flow-table.ts';
import { grownFloat64, grownInt32 } from './growth.ts';
import { LevelHeap } from './level-heap.ts';
import type { RateChanges } from './rate-changes.ts';
import type { ResourceTable } from './resource-table.ts';

/** Below this share of its first weight, a resource's remaining weight is added up afresh: subtraction lost its digits. */
export const WEIGHT_LEFT_TRUSTED = 1 / 1024;

/** The full solver. It writes rates, bounds and loads of all flows and resources. */
export class WaterFilling {
  private readonly flows: FlowTable;
  private readonly resources: ResourceTable;
  private readonly changes: RateChanges;
  private readonly heap = new LevelHeap();
  /** By resource: units per second not yet given away. */
  private left = new Float64Array(16);
  /** By resource: weight of the flows that still rise, and the same at the start. */
  private weight = new Float64Array(16);
  private firstWeight = new Float64Array(16);
  /** By resource: how many of its flows still rise. */
  private rising = new Int32Array(16);

  constructor(flows: FlowTable, resources: ResourceTable, changes: RateChanges) {
    this.flows = flows;
    this.resources = resources;
    this.changes = changes;
  }

  /** Gives every flow its max-min rate. */
  solve(): void {
    this.reserve();
    for (let r = 0; r < this.resources.count; r++) this.openResource(r);
    for (let f = 0; f < this.flows.count; f++) if (this.flows.useCount[f] > 0) this.openFlow(f);
    this.fill();
    for (let r = 0; r < this.resources.count; r++) this.closeResource(r);
    this.flows.phase.fill(FROZEN, 0, this.flows.count);
  }

  private reserve(): void {
    const resources = this.resources.count;
    this.left = grownFloat64(this.left, resources);
    this.weight = grownFloat64(this.weight, resources);
    this.firstWeight = grownFloat64(this.firstWeight, resources);
    this.rising = grownInt32(this.rising, resources);
    this.heap.reserve(2 * Math.max(resources, this.flows.count));
  }

  private openResource(resource: ResourceId): void {
    const { memberStart, memberCount, memberWeight, capacityPerSec, boundCount } = this.resources;
    const end = memberStart[resource] + memberCount[resource];
    let weight = 0;
    for (let m = memberStart[resource]; m < end; m++) weight += memberWeight[m];
    boundCount[resource] = 0;
    this.left[resource] = capacityPerSec[resource];
    this.weight[resource] = weight;
    this.firstWeight[resource] = weight;
    this.rising[resource] = memberCount[resource];
    if (weight > 0) this.heap.lower(2 * resource, capacityPerSec[resource] / weight);
  }

  private openFlow(flow: FlowId): void {
    this.flows.phase[flow] = ACTIVE;
    if (this.flows.capPerSec[flow] < Infinity) this.heap.lower(2 * flow + 1, this.flows.capPerSec[flow]);
  }

  /** Lets the water rise from event to event; even items are resources, odd ones the caps of flows. */
  private fill(): void {
    const { heap } = this;
    let level = 0;
    for (let item = heap.pop(); item >= 0; item = heap.pop()) {
      if (heap.poppedKey > level) level = heap.poppedKey;
      const id = item >> 1;
      if ((item & 1) === 0) this.meetResource(id, level);
      else if (this.flows.phase[id] === ACTIVE) this.fix(id, this.flows.capPerSec[id], BOUND_BY_CAP);
    }
  }

  /** Keys are lower bounds: flows that stopped since have left more to the others, so the resource may fill later. */
  private meetResource(resource: ResourceId, level: number): void {
    if (this.rising[resource] === 0) return;
    if (this.weight[resource] < this.firstWeight[resource] * WEIGHT_LEFT_TRUSTED) this.weigh(resource);
    const full = this.left[resource] / this.weight[resource];
    if (full > level) this.heap.lower(2 * resource, full);
    else this.saturate(resource, level);
  }

  private weigh(resource: ResourceId): void {
    const { memberStart, memberCount, memberFlow, memberWeight } = this.resources;
    const end = memberStart[resource] + memberCount[resource];
    let weight = 0;
    for (let m = memberStart[resource]; m < end; m++) {
      if (this.flows.phase[memberFlow[m]] === ACTIVE) weight += memberWeight[m];
    }
    this.weight[resource] = weight;
    this.firstWeight[resource] = weight;
  }

  private saturate(resource: ResourceId, level: number): void {
    const { memberStart, memberCount, memberFlow } = this.resources;
    const { phase } = this.flows;
    const end = memberStart[resource] + memberCount[resource];
    this.resources.level[resource] = level;
    for (let m = memberStart[resource]; m < end; m++) {
      if (phase[memberFlow[m]] === ACTIVE) this.fix(memberFlow[m], level, resource);
    }
  }

  private fix(flow: FlowId, rate: number, bound: number): void {
    const { useStart, useCount, useResource, useWeight } = this.flows;
    const { left, weight, rising } = this;
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      left[resource] -= useWeight[use] * rate;
      weight[resource] -= useWeight[use];
      rising[resource]--;
    }
    this.flows.phase[flow] = FIXED;
    this.flows.bound[flow] = bound;
    if (bound >= 0) this.resources.boundCount[bound]++;
    this.changes.assign(flow, rate);
  }

  private closeResource(resource: ResourceId): void {
    const idle = this.resources.memberCount[resource] === 0;
    this.resources.load[resource] = idle ? 0 : this.resources.capacityPerSec[resource] - this.left[resource];
  }
}
