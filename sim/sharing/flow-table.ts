/**
 * The flows that share resources: how much each has left, what holds it back, and what it uses of which resource.
 *
 * Struct of arrays; a flow is a small integer. The uses of a flow are a block of consecutive cells in the `use…` arrays.
 * Left out: names, owners and everything that a model knows about a flow; models keep their own arrays by flow number.
 */

import { BlockPool } from './block-pool.ts';
import { grownFloat64, grownInt32, grownUint8 } from './growth.ts';

/** A small integer; the numbers of ended flows are used again. */
export type FlowId = number;
/** A small integer, consecutive from 0. */
export type ResourceId = number;

/** The flow runs at its own cap. */
export const BOUND_BY_CAP = -1;
/** No limit was found: not settled yet, or a flow that uses no resource and has no cap (it ends at once). */
export const BOUND_BY_NOTHING = -2;

/** Columns by flow and by use; `FlowProgress` writes amounts, bounds and tags into them. */
export class FlowTable {
  /** Amount left at `sinceNs`, in units. */
  amountLeft = new Float64Array(16);
  /** The instant from which the flow has been under its present limit. */
  sinceNs = new Float64Array(16);
  /** The flow's own bound in units per second, Infinity for none. */
  capPerSec = new Float64Array(16);
  /** The limit that binds the flow: a resource, `BOUND_BY_CAP` or `BOUND_BY_NOTHING`. As of the last settlement. */
  bound = new Int32Array(16);
  /** The same as of now, while levels are being found: the least of its limits. The resource table's to set. */
  limit = new Int32Array(16);
  /** The service of the resource that bound it at which the flow has had enough, in units. */
  tag = new Float64Array(16);
  /** Number of the start: decides ties between equal finishes. */
  order = new Float64Array(16);
  /** 1 when the flow awaits its first rate on its present uses. */
  fresh = new Uint8Array(16);
  /** 1 for a running flow. */
  alive = new Uint8Array(16);
  /** First cell of the flow's uses. */
  useStart = new Int32Array(16);
  /** Number of the flow's uses. */
  useCount = new Int32Array(16);

  /** By use: the resource, its weight (units of the resource per unit of the flow), the place in the resource's list. */
  useResource = new Int32Array(64);
  useWeight = new Float64Array(64);
  usePlace = new Int32Array(64);

  /** Flow numbers handed out so far; all arrays are at least this long. */
  count = 0;
  /** Flows that are alive. */
  running = 0;
  /** Flows that use something. */
  sharing = 0;
  /** Flows with a cap of their own. */
  capped = 0;

  private readonly freeIds: FlowId[] = [];
  private readonly blocks = new BlockPool();
  private nextOrder = 0;

  /** A new flow that uses nothing yet. */
  take(nowNs: number, amount: number, capPerSec: number): FlowId {
    const flow = this.freeIds.pop() ?? this.appendId();
    this.amountLeft[flow] = amount;
    this.sinceNs[flow] = nowNs;
    this.capPerSec[flow] = capPerSec;
    this.bound[flow] = BOUND_BY_NOTHING;
    this.limit[flow] = BOUND_BY_NOTHING;
    this.order[flow] = this.nextOrder++;
    this.alive[flow] = 1;
    this.useCount[flow] = 0;
    this.running++;
    if (capPerSec < Infinity) this.capped++;
    return flow;
  }

  /** Forgets a flow whose uses were given back; its number may be taken again at once. */
  give(flow: FlowId): void {
    this.alive[flow] = 0;
    this.fresh[flow] = 0;
    this.freeIds.push(flow);
    this.running--;
    if (this.capPerSec[flow] < Infinity) this.capped--;
  }

  /** Gives a flow another cap of its own. */
  setCap(flow: FlowId, capPerSec: number): void {
    if (this.capPerSec[flow] < Infinity) this.capped--;
    this.capPerSec[flow] = capPerSec;
    if (capPerSec < Infinity) this.capped++;
  }

  /**
   * Copies the uses of a flow: entries of one resource are added up, entries of weight 0 are left out.
   * `usePlace` is the resource table's to fill.
   */
  setUses(flow: FlowId, resources: Int32Array, weights: Float64Array, count: number): void {
    const start = this.blocks.take(BlockPool.classOf(count));
    this.growUses(this.blocks.end);
    this.useStart[flow] = start;
    let used = 0;
    for (let i = 0; i < count; i++) {
      if (weights[i] === 0) continue;
      const place = this.placeOf(start, used, resources[i]);
      this.useResource[place] = resources[i];
      if (place < start + used) this.useWeight[place] += weights[i];
      else this.useWeight[start + used++] = weights[i];
    }
    this.useCount[flow] = used;
    if (used > 0) this.sharing++;
    this.useClass[flow] = BlockPool.classOf(count);
  }

  /** Gives the block of the flow's uses back. */
  dropUses(flow: FlowId): void {
    this.blocks.give(this.useStart[flow], this.useClass[flow]);
    if (this.useCount[flow] > 0) this.sharing--;
    this.useCount[flow] = 0;
  }

  private useClass = new Uint8Array(16);

  /** The place of `resource` among the first `used` uses, or the next free place. */
  private placeOf(start: number, used: number, resource: ResourceId): number {
    let place = start;
    while (place < start + used && this.useResource[place] !== resource) place++;
    return place;
  }

  private appendId(): FlowId {
    const flow = this.count++;
    if (flow >= this.order.length) this.growFlows(this.count);
    return flow;
  }

  private growFlows(needed: number): void {
    this.amountLeft = grownFloat64(this.amountLeft, needed);
    this.sinceNs = grownFloat64(this.sinceNs, needed);
    this.capPerSec = grownFloat64(this.capPerSec, needed);
    this.bound = grownInt32(this.bound, needed);
    this.limit = grownInt32(this.limit, needed);
    this.tag = grownFloat64(this.tag, needed);
    this.order = grownFloat64(this.order, needed);
    this.fresh = grownUint8(this.fresh, needed);
    this.alive = grownUint8(this.alive, needed);
    this.useStart = grownInt32(this.useStart, needed);
    this.useCount = grownInt32(this.useCount, needed);
    this.useClass = grownUint8(this.useClass, needed);
  }

  private growUses(needed: number): void {
    if (needed <= this.useResource.length) return;
    this.useResource = grownInt32(this.useResource, needed);
    this.useWeight = grownFloat64(this.useWeight, needed);
    this.usePlace = grownInt32(this.usePlace, needed);
  }
}
