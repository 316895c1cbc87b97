/**
 * The resources that flows share, and for each the list of flows on it.
 *
 * Struct of arrays. The members of a resource are a block of consecutive cells, so a pass over them is a stream; those that
 * the resource itself holds back stand first, and each cell says what limits its flow.
 */

import { BlockPool } from './block-pool.ts';
import { BOUND_BY_CAP, BOUND_BY_NOTHING, type FlowId, type FlowTable, type ResourceId } from './flow-table.ts';
import { grownFloat64, grownInt32, grownUint8 } from './growth.ts';

/** Columns by resource and by member; the solvers write levels, `FlowProgress` what was served. */
export class ResourceTable {
  /** Units of the resource per second. */
  capacityPerSec = new Float64Array(16);
  /**
   * The rate above which no flow on this resource goes, which is that of all flows bound here; Infinity while the
   * resource holds nobody back. A flow's rate is the least of its cap and the levels of its resources.
   */
  level = new Float64Array(16);
  /** The level as of the last settlement; 0 instead of Infinity. */
  pace = new Float64Array(16);
  /** What each flow bound here has been given from the beginning of the count up to `servedNs`, in units. */
  served = new Float64Array(16);
  /** When the pace changed last, or the count began. */
  servedNs = new Float64Array(16);
  /** Changes of the pace since the count began. */
  paceChanges = new Int32Array(16);
  /** First cell of the resource's members. */
  memberStart = new Int32Array(16);
  /** Number of uses of the resource by flows. */
  memberCount = new Int32Array(16);
  /** Number of the members whose limit is this resource; they are the first ones. */
  heldCount = new Int32Array(16);

  /** By member: the flow, its limit, the weight, and the cell of the flow's use that points back. */
  memberFlow = new Int32Array(64);
  memberLimit = new Int32Array(64);
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
    this.level[resource] = Infinity;
    this.memberStart[resource] = this.takeBlock(0);
    return resource;
  }

  /** Puts a flow on the lists of the resources that it uses. */
  attach(flow: FlowId): void {
    const start = this.flows.useStart[flow];
    const end = start + this.flows.useCount[flow];
    for (let use = start; use < end; use++) this.join(flow, use);
  }

  /** Takes a flow off its lists. */
  detach(flow: FlowId): void {
    const start = this.flows.useStart[flow];
    const end = start + this.flows.useCount[flow];
    for (let use = start; use < end; use++) this.leave(use);
  }

  /** The least of the limits of a flow at the present levels; of equal ones its present one, else the first, caps last. */
  leastLimit(flow: FlowId): number {
    const { useStart, useCount, useResource, capPerSec, limit } = this.flows;
    const { level } = this;
    const end = useStart[flow] + useCount[flow];
    let least = Infinity;
    let found = BOUND_BY_NOTHING;
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      const here = level[resource];
      if (here > least || here === Infinity || (here === least && resource !== limit[flow])) continue;
      least = here;
      found = resource;
    }
    const cap = capPerSec[flow];
    return cap < least || (cap === least && cap < Infinity && limit[flow] === BOUND_BY_CAP) ? BOUND_BY_CAP : found;
  }

  /** The least of the cap of a flow and of the present levels of its resources. */
  leastLevel(flow: FlowId): number {
    const { useStart, useCount, useResource, capPerSec } = this.flows;
    const end = useStart[flow] + useCount[flow];
    let least = capPerSec[flow];
    for (let use = useStart[flow]; use < end; use++) least = Math.min(least, this.level[useResource[use]]);
    return least;
  }

  /** Notes what limits a flow now, on the lists of all resources that it uses. */
  setLimit(flow: FlowId, limit: number): void {
    const { useStart, useCount, useResource, usePlace } = this.flows;
    const { memberStart, heldCount, memberLimit } = this;
    const before = this.flows.limit[flow];
    if (limit === before) return;
    this.flows.limit[flow] = limit;
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      const resource = useResource[use];
      const start = memberStart[resource];
      if (resource === before) this.exchange(resource, usePlace[use], --heldCount[resource]);
      else if (resource === limit) this.exchange(resource, usePlace[use], heldCount[resource]++);
      memberLimit[start + usePlace[use]] = limit;
    }
  }

  private exchange(resource: ResourceId, a: number, b: number): void {
    if (a === b) return;
    const start = this.memberStart[resource];
    const flow = this.memberFlow[start + a];
    const limit = this.memberLimit[start + a];
    const weight = this.memberWeight[start + a];
    const use = this.memberUse[start + a];
    this.moveMember(resource, b, a);
    this.memberFlow[start + b] = flow;
    this.memberLimit[start + b] = limit;
    this.memberWeight[start + b] = weight;
    this.memberUse[start + b] = use;
    this.flows.usePlace[use] = b;
  }

  private moveMember(resource: ResourceId, from: number, to: number): void {
    if (from === to) return;
    const start = this.memberStart[resource];
    this.memberFlow[start + to] = this.memberFlow[start + from];
    this.memberLimit[start + to] = this.memberLimit[start + from];
    this.memberWeight[start + to] = this.memberWeight[start + from];
    this.memberUse[start + to] = this.memberUse[start + from];
    this.flows.usePlace[this.memberUse[start + to]] = to;
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
    this.memberLimit[member] = BOUND_BY_NOTHING;
    this.memberWeight[member] = this.flows.useWeight[use];
    this.memberUse[member] = use;
    this.flows.usePlace[use] = place;
    this.weightStale[resource] = 1;
    this.memberTotal++;
  }

  private leave(use: number): void {
    const { useResource, usePlace } = this.flows;
    const resource = useResource[use];
    let hole = usePlace[use];
    if (hole < this.heldCount[resource]) {
      const lastHeld = --this.heldCount[resource];
      this.moveMember(resource, lastHeld, hole);
      hole = lastHeld;
    }
    this.moveMember(resource, --this.memberCount[resource], hole);
    this.weightStale[resource] = 1;
    this.memberTotal--;
  }

  /** Moves the members of a resource to a block of twice the size. */
  private widen(resource: ResourceId): void {
    const oldClass = this.memberClass[resource];
    const from = this.memberStart[resource];
    const to = this.takeBlock(oldClass + 1);
    const count = this.memberCount[resource];
    const { memberFlow, memberLimit, memberWeight, memberUse } = this;
    // Most lists are short: loops beat copies by the runtime.
    for (let i = 0; i < count; i++) {
      memberFlow[to + i] = memberFlow[from + i];
      memberLimit[to + i] = memberLimit[from + i];
      memberWeight[to + i] = memberWeight[from + i];
      memberUse[to + i] = memberUse[from + i];
    }
    this.blocks.give(from, oldClass);
    this.memberStart[resource] = to;
    this.memberClass[resource] = oldClass + 1;
  }

  private takeBlock(sizeClass: number): number {
    const block = this.blocks.take(sizeClass);
    this.memberFlow = grownInt32(this.memberFlow, this.blocks.end);
    this.memberLimit = grownInt32(this.memberLimit, this.blocks.end);
    this.memberWeight = grownFloat64(this.memberWeight, this.blocks.end);
    this.memberUse = grownInt32(this.memberUse, this.blocks.end);
    return block;
  }

  private growResources(needed: number): void {
    if (needed <= this.level.length) return;
    this.capacityPerSec = grownFloat64(this.capacityPerSec, needed);
    this.weightSum = grownFloat64(this.weightSum, needed);
    this.weightStale = grownUint8(this.weightStale, needed);
    this.level = grownFloat64(this.level, needed);
    this.pace = grownFloat64(this.pace, needed);
    this.served = grownFloat64(this.served, needed);
    this.servedNs = grownFloat64(this.servedNs, needed);
    this.paceChanges = grownInt32(this.paceChanges, needed);
    this.memberStart = grownInt32(this.memberStart, needed);
    this.memberCount = grownInt32(this.memberCount, needed);
    this.heldCount = grownInt32(this.heldCount, needed);
    this.memberClass = grownInt32(this.memberClass, needed);
  }
}
