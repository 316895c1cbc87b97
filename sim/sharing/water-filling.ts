/**
 * Max-min sharing in full: the water rises from 0 through all flows at once, and a flow stops rising when it meets its
 * cap or when a resource that it uses is full ("progressive filling", Bertsekas and Gallager, Data Networks, 6.5.2).
 *
 * It looks at no previous level, so its cost is that of all flows, for every change. Most resources never fill up, and
 * those are hardly looked at: a resource waits at the level at which it would be full if all of its flows rose to it
 * together, which is never too high, and its sums are made only when the water has come that far.
 */

import type { FlowId, FlowTable, ResourceId } from './flow-table.ts';
import { grownFloat64, grownInt32, grownUint8 } from './growth.ts';
import type { LevelChanges } from './level-changes.ts';
import { LevelHeap } from './level-heap.ts';
import type { ResourceTable } from './resource-table.ts';

/** Below this share of its first weight, a resource's remaining weight is added up afresh: subtraction lost its digits. */
const WEIGHT_LEFT_TRUSTED = 1 / 1024;
/** Levels above this multiple of the last solve's highest one are put aside until the water gets there, if it does. */
const CEILING_MARGIN = 2;

/** Where a flow stands while the water rises. */
const RISING = 0;
const FIXED = 1;

/** The full solver. It writes the levels of all resources. */
export class WaterFilling {
  /** Uses, members and events looked at by the last `solve`; resources are not counted. */
  work = 0;

  private readonly flows: FlowTable;
  private readonly resources: ResourceTable;
  private readonly changes: LevelChanges;
  private readonly heap = new LevelHeap();
  /** By flow: `RISING` or `FIXED`. */
  private phase = new Uint8Array(16);
  /** By flow: units per second, of those that are fixed. */
  rate = new Float64Array(16);
  /** By resource: 1 when the water has come to its level, and the sums below are kept. */
  private met = new Uint8Array(16);
  /** By resource: units per second not yet given away. */
  private left = new Float64Array(16);
  /** By resource: weight of the flows that still rise, and the same as last added up. */
  private weight = new Float64Array(16);
  private firstWeight = new Float64Array(16);
  /** By resource: how many of its flows still rise. */
  private rising = new Int32Array(16);
  /** Flows that still rise, in all. */
  private active = 0;
  private level = 0;
  /** Events above this level wait outside the queue. */
  private ceiling = Infinity;

  constructor(flows: FlowTable, resources: ResourceTable, changes: LevelChanges) {
    this.flows = flows;
    this.resources = resources;
    this.changes = changes;
  }

  /** Gives every flow its max-min rate. */
  solve(): void {
    this.reserve();
    this.ceiling = this.level > 0 ? CEILING_MARGIN * this.level : Infinity;
    this.level = 0;
    this.work = 0;
    this.active = this.flows.sharing;
    this.phase.fill(RISING, 0, this.flows.count);
    this.resources.level.fill(Infinity, 0, this.resources.count);
    this.met.fill(0, 0, this.resources.count);
    this.await(0, this.ceiling);
    this.fill();
    // The loop ends before the heap is empty when the last flow stops, or goes on here with what was put aside.
    if (this.active > 0) {
      this.await(this.ceiling, Infinity);
      this.ceiling = Infinity;
      this.fill();
    }
    this.heap.clear();
    this.close();
  }

  private reserve(): void {
    const resources = this.resources.count;
    this.phase = grownUint8(this.phase, this.flows.count);
    this.rate = grownFloat64(this.rate, this.flows.count);
    this.met = grownUint8(this.met, resources);
    this.left = grownFloat64(this.left, resources);
    this.weight = grownFloat64(this.weight, resources);
    this.firstWeight = grownFloat64(this.firstWeight, resources);
    this.rising = grownInt32(this.rising, resources);
    this.heap.reserve(this.flows.capped > 0 ? 2 * Math.max(resources, this.flows.count) : 2 * resources);
  }

  /** Queues the events whose first known levels are above `low` and at most `high`; even items are resources, odd ones caps. */
  private await(low: number, high: number): void {
    const { heap, resources } = this;
    const { capacityPerSec, memberCount } = resources;
    const first = low === 0;
    for (let r = 0; r < resources.count; r++) {
      if (memberCount[r] === 0) continue;
      const key = capacityPerSec[r] / resources.memberWeightSum(r);
      if (key <= high && (key > low || first)) heap.lower(2 * r, key);
    }
    if (this.flows.capped === 0) return;
    const { capPerSec, useCount, count } = this.flows;
    for (let f = 0; f < count; f++) {
      const cap = capPerSec[f];
      if (cap < Infinity && cap <= high && (cap > low || first) && useCount[f] > 0) heap.lower(2 * f + 1, cap);
    }
  }

  /** Lets the water rise from event to event, until no flow rises or the ceiling is reached. */
  private fill(): void {
    const { heap, phase } = this;
    const { capPerSec } = this.flows;
    while (this.active > 0) {
      const item = heap.pop();
      if (item < 0) return;
      this.work++;
      const id = item >> 1;
      if (heap.poppedKey > this.ceiling) {
        // Its level has risen above those put aside: it goes back among them.
        heap.lower(item, heap.poppedKey);
        return;
      }
      if (heap.poppedKey > this.level) this.level = heap.poppedKey;
      if ((item & 1) === 0) this.meetResource(id);
      else if (phase[id] === RISING) this.fix(id, capPerSec[id]);
    }
  }

  /** Keys are lower bounds: flows that stopped since have left more to the others, so the resource may fill later. */
  private meetResource(resource: ResourceId): void {
    if (this.met[resource] === 0) this.survey(resource);
    if (this.rising[resource] === 0) return;
    if (this.weight[resource] < this.firstWeight[resource] * WEIGHT_LEFT_TRUSTED) this.survey(resource);
    const full = this.left[resource] / this.weight[resource];
    if (full > this.level) this.heap.lower(2 * resource, full);
    else this.saturate(resource);
  }

  /** Adds the sums of a resource up from its members. */
  private survey(resource: ResourceId): void {
    const { memberStart, memberCount, memberFlow, memberWeight, capacityPerSec } = this.resources;
    const { phase, rate } = this;
    const end = memberStart[resource] + memberCount[resource];
    let used = 0;
    let weight = 0;
    let rising = 0;
    for (let m = memberStart[resource]; m < end; m++) {
      const flow = memberFlow[m];
      if (phase[flow] === RISING) {
        weight += memberWeight[m];
        rising++;
      } else used += memberWeight[m] * rate[flow];
    }
    this.met[resource] = 1;
    this.work += memberCount[resource];
    this.left[resource] = capacityPerSec[resource] - used;
    this.weight[resource] = weight;
    this.firstWeight[resource] = weight;
    this.rising[resource] = rising;
  }

  private saturate(resource: ResourceId): void {
    const { memberStart, memberCount, memberFlow } = this.resources;
    const { phase } = this;
    const end = memberStart[resource] + memberCount[resource];
    this.resources.level[resource] = this.level;
    this.work += memberCount[resource];
    for (let m = memberStart[resource]; m < end; m++) {
      if (phase[memberFlow[m]] === RISING) this.fix(memberFlow[m], this.level);
    }
  }

  private fix(flow: FlowId, rate: number): void {
    const { useStart, useCount, useResource, useWeight } = this.flows;
    const { met, left, weight, rising } = this;
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      if (met[resource] === 0) continue;
      left[resource] -= useWeight[use] * rate;
      weight[resource] -= useWeight[use];
      rising[resource]--;
    }
    this.phase[flow] = FIXED;
    this.rate[flow] = rate;
    this.active--;
    this.work += useCount[flow];
  }

  /** Any resource may have another level now, and any flow another limit. */
  private close(): void {
    const { level, pace, count } = this.resources;
    for (let r = 0; r < count; r++) {
      if (level[r] !== pace[r] && (level[r] < Infinity || pace[r] > 0)) this.changes.addResource(r);
    }
    for (let flow = 0; flow < this.flows.count; flow++) if (this.flows.useCount[flow] > 0) this.limit(flow);
  }

  private limit(flow: FlowId): void {
    const limit = this.resources.leastLimit(flow);
    if (limit === this.flows.bound[flow] && limit === this.flows.limit[flow]) return;
    this.resources.setLimit(flow, limit);
    this.changes.addFlow(flow);
  }
}
