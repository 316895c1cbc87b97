/**
 * The resources that flows share, and for each the list of flows on it.
 *
 * Struct of arrays. The members of a resource are a block of consecutive cells, so a pass over them is a stream;
 * a leaving member's cell is filled by the last one.
 */

import { BlockPool } from './block-pool.ts';
import type { FlowId, FlowTable, ResourceId } from './flow-table.ts';
import { grownFloat64, grownInt32, grownUint8 } from './growth.ts';

/** An age at which every reader of a load adds it up afresh. */
export const LOAD_UNKNOWN = 1 << 30;

/** Columns by resource and by member; the solvers write loads, levels and numbers of bound flows into them. */
export class ResourceTable {
  /** Units of the resource per second. */
  capacityPerSec = new Float64Array(16);
  /**
   * Units per second in use. Kept by adding and taking away, so it carries rounding; solvers add it up afresh
   * wherever a decision hangs on it.
   */
  load = new Float64Array(16);
  /** Changes of `load` since it was added up from the members; `LOAD_UNKNOWN` when it must be before it is used. */
  loadAge = new Int32Array(16);
  /** How many flows have this resource as their bound. */
  boundCount = new Int32Array(16);
  /** The weight of those flows here, as kept by adding and taking away. */
  boundWeight = new Float64Array(16);
  /** The rate of all flows bound here, which is the largest rate on this resource; valid while `boundCount` > 0. */
  level = new Float64Array(16);
  /** First cell of the resource's members. */
  memberStart = new Int32Array(16);
  /** Number of uses of the resource by flows. */
  memberCount = new Int32Array(16);

  /** By member: the flow, the weight, and the cell of the flow's use that points back. */
  memberFlow = new Int32Array(64);
  memberWeight = new Float64Array(64);
  memberUse = new Int32Array(64);

  /** Resources so far; numbers count up from 0. */
  count = 0;
  /** Members of all resources. */
  memberTotal = 0;

  /** By resource: the weights of its members added up in their order, and 1 where members came or went since. */
  private weightSum = new Float64Array(16);
  private weightStale = new Uint8Array(16);

  private memberClass = new Int32Array(16);
  private readonly blocks = new BlockPool();
  private readonly flows: FlowTable;

  constructor(flows: FlowTable) {
    this.flows = flows;
  }

  /** A new resource without members; `capacityPerSec` in its own units. */
  add(capacityPerSec: number): ResourceId {
    const resource = this.count++;
    this.growResources(this.count);
    this.capacityPerSec[resource] = capacityPerSec;
    this.memberStart[resource] = this.takeBlock(0);
    return resource;
  }

  /** Puts a flow on the lists of the resources that it uses. */
  attach(flow: FlowId): void {
    const start = this.flows.useStart[flow];
    const end = start + this.flows.useCount[flow];
    for (let use = start; use < end; use++) this.join(flow, use);
  }

  /** Takes a flow off its lists, its rate off their loads and its bound off the count. */
  detach(flow: FlowId): void {
    const { useStart, useCount, useResource, useWeight, rate, bound } = this.flows;
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      if (useResource[use] === bound[flow]) this.unbind(bound[flow], useWeight[use]);
      this.leave(use, rate[flow]);
    }
  }

  /** Notes that a flow is held back by a resource on which it weighs `weight`. */
  bind(resource: ResourceId, weight: number): void {
    this.boundCount[resource]++;
    this.boundWeight[resource] += weight;
  }

  /** Takes that back. */
  unbind(resource: ResourceId, weight: number): void {
    this.boundWeight[resource] = --this.boundCount[resource] === 0 ? 0 : this.boundWeight[resource] - weight;
  }

  /** Adds the load of a resource up from its members. */
  freshLoad(resource: ResourceId): number {
    const { memberFlow, memberWeight } = this;
    const { rate } = this.flows;
    const end = this.memberStart[resource] + this.memberCount[resource];
    let load = 0;
    for (let m = this.memberStart[resource]; m < end; m++) load += memberWeight[m] * rate[memberFlow[m]];
    return load;
  }

  /** The weights of all members of a resource. */
  memberWeightSum(resource: ResourceId): number {
    if (this.weightStale[resource] === 0) return this.weightSum[resource];
    const { memberStart, memberWeight } = this;
    const end = memberStart[resource] + this.memberCount[resource];
    let sum = 0;
    for (let m = memberStart[resource]; m < end; m++) sum += memberWeight[m];
    this.weightSum[resource] = sum;
    this.weightStale[resource] = 0;
    return sum;
  }

  private join(flow: FlowId, use: number): void {
    const resource = this.flows.useResource[use];
    if (this.memberCount[resource] >= 1 << this.memberClass[resource]) this.widen(resource);
    const place = this.memberCount[resource]++;
    const member = this.memberStart[resource] + place;
    this.memberFlow[member] = flow;
    this.memberWeight[member] = this.flows.useWeight[use];
    this.memberUse[member] = use;
    this.flows.usePlace[use] = place;
    this.weightStale[resource] = 1;
    this.memberTotal++;
  }

  private leave(use: number, rate: number): void {
    const { useResource, useWeight, usePlace } = this.flows;
    const resource = useResource[use];
    const last = this.memberStart[resource] + --this.memberCount[resource];
    const hole = this.memberStart[resource] + usePlace[use];
    this.memberFlow[hole] = this.memberFlow[last];
    this.memberWeight[hole] = this.memberWeight[last];
    this.memberUse[hole] = this.memberUse[last];
    usePlace[this.memberUse[hole]] = hole - this.memberStart[resource];
    // An empty resource is exactly idle: no rounding is carried on.
    const load = this.load[resource] - useWeight[use] * rate;
    this.load[resource] = this.memberCount[resource] === 0 ? 0 : load;
    this.weightStale[resource] = 1;
    this.memberTotal--;
  }

  /** Moves the members of a resource to a block of twice the size. */
  private widen(resource: ResourceId): void {
    const oldClass = this.memberClass[resource];
    const from = this.memberStart[resource];
    const to = this.takeBlock(oldClass + 1);
    const end = from + this.memberCount[resource];
    this.memberFlow.copyWithin(to, from, end);
    this.memberWeight.copyWithin(to, from, end);
    this.memberUse.copyWithin(to, from, end);
    this.blocks.give(from, oldClass);
    this.memberStart[resource] = to;
    this.memberClass[resource] = oldClass + 1;
  }

  private takeBlock(sizeClass: number): number {
    const block = this.blocks.take(sizeClass);
    this.memberFlow = grownInt32(this.memberFlow, this.blocks.end);
    this.memberWeight = grownFloat64(this.memberWeight, this.blocks.end);
    this.memberUse = grownInt32(this.memberUse, this.blocks.end);
    return block;
  }

  private growResources(needed: number): void {
    if (needed <= this.level.length) return;
    this.capacityPerSec = grownFloat64(this.capacityPerSec, needed);
    this.load = grownFloat64(this.load, needed);
    this.loadAge = grownInt32(this.loadAge, needed);
    this.weightSum = grownFloat64(this.weightSum, needed);
    this.weightStale = grownUint8(this.weightStale, needed);
    this.boundCount = grownInt32(this.boundCount, needed);
    this.boundWeight = grownFloat64(this.boundWeight, needed);
    this.level = grownFloat64(this.level, needed);
    this.memberStart = grownInt32(this.memberStart, needed);
    this.memberCount = grownInt32(this.memberCount, needed);
    this.memberClass = grownInt32(this.memberClass, needed);
  }
}
