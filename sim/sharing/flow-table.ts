/**
 * The flows that share resources: how much each has left, how fast it goes, and what it uses of which resource.
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

/** Where a flow stands while rates are being found. */
export const FROZEN = 0;
/** Its rate rises with the water. */
export const ACTIVE = 1;
/** Its new rate is known. */
export const FIXED = 2;

/**
 * A flow far from its end gets a bound for its finish that lasts until its rate has grown by this factor: projecting
 * every finish after every small change of a rate would cost more than finding the rates.
 */
const PACE_MARGIN = 2;
/** What is left is rounded at every change of the rate; a million changes round by less than this share. */
const DRAIN_ROUNDING = 1e-9;

/** Columns by flow and by use; the solvers write rates, bounds, phases and finishes into them. */
export class FlowTable {
  /** Amount left at `sinceNs`, in units. */
  amountLeft = new Float64Array(16);
  /** The instant from which the flow has run at `rate`. */
  sinceNs = new Float64Array(16);
  /** Units per second. */
  rate = new Float64Array(16);
  /** The flow's own bound in units per second, Infinity for none. */
  capPerSec = new Float64Array(16);
  /** The limit that bound it: a resource, `BOUND_BY_CAP` or `BOUND_BY_NOTHING`. */
  bound = new Int32Array(16);
  /** The flow does not finish before this instant as long as its rate stays at `paceMax` or below. */
  finishNs = new Float64Array(16);
  /** The rate up to which `finishNs` holds. */
  paceMax = new Float64Array(16);
  /** 1 when `finishNs` is the finish itself, at the present rate. */
  exact = new Uint8Array(16);
  /** Number of the start: decides ties between equal finishes. */
  order = new Float64Array(16);
  /** `FROZEN`, `ACTIVE` or `FIXED`; `FROZEN` between two settlements. */
  phase = new Uint8Array(16);
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
    this.rate[flow] = 0;
    this.capPerSec[flow] = capPerSec;
    this.bound[flow] = BOUND_BY_NOTHING;
    this.finishNs[flow] = Infinity;
    this.paceMax[flow] = 0;
    this.exact[flow] = 0;
    this.order[flow] = this.nextOrder++;
    this.phase[flow] = FROZEN;
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

  /** Lets the amount drain at the present rate up to `nowNs`. */
  drain(flow: FlowId, nowNs: number): void {
    this.amountLeft[flow] = this.leftAt(flow, nowNs);
    this.sinceNs[flow] = nowNs;
  }

  /** Amount left at `nowNs`, never below 0. */
  leftAt(flow: FlowId, nowNs: number): number {
    const elapsedNs = nowNs - this.sinceNs[flow];
    if (elapsedNs <= 0) return this.amountLeft[flow];
    const left = this.amountLeft[flow] - (this.rate[flow] * elapsedNs) / 1e9;
    return left > 0 ? left : 0;
  }

  /** Bounds the finish from below for any rate up to a multiple of the present one. */
  boundFinish(flow: FlowId): void {
    const rate = this.rate[flow];
    if (this.amountLeft[flow] <= 0 || rate === Infinity) {
      this.fixFinish(flow);
      return;
    }
    const paceMax = rate * PACE_MARGIN;
    const atMostNs = (this.amountLeft[flow] * 1e9) / paceMax;
    this.paceMax[flow] = paceMax;
    this.exact[flow] = 0;
    this.finishNs[flow] = this.sinceNs[flow] + Math.max(0, atMostNs * (1 - DRAIN_ROUNDING) - 1);
  }

  /** Projects the finish at the present rate. */
  fixFinish(flow: FlowId): void {
    this.finishNs[flow] = this.projectedFinishNs(flow);
    this.paceMax[flow] = this.rate[flow];
    this.exact[flow] = 1;
  }

  /** Finish when the flow goes on at its present rate from `sinceNs`. */
  projectedFinishNs(flow: FlowId): number {
    const left = this.amountLeft[flow];
    if (left <= 0) return this.sinceNs[flow];
    const rate = this.rate[flow];
    if (rate <= 0) return Infinity;
    if (rate === Infinity) return this.sinceNs[flow];
    // Multiplied before it is divided: whole numbers stay whole, so a round case ends on the round nanosecond.
    const finishNs = this.sinceNs[flow] + Math.ceil((left * 1e9) / rate);
    return finishNs <= Number.MAX_SAFE_INTEGER ? finishNs : Infinity;
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
    if (flow >= this.rate.length) this.growFlows(this.count);
    return flow;
  }

  private growFlows(needed: number): void {
    this.amountLeft = grownFloat64(this.amountLeft, needed);
    this.sinceNs = grownFloat64(this.sinceNs, needed);
    this.rate = grownFloat64(this.rate, needed);
    this.capPerSec = grownFloat64(this.capPerSec, needed);
    this.bound = grownInt32(this.bound, needed);
    this.finishNs = grownFloat64(this.finishNs, needed);
    this.paceMax = grownFloat64(this.paceMax, needed);
    this.exact = grownUint8(this.exact, needed);
    this.order = grownFloat64(this.order, needed);
    this.phase = grownUint8(this.phase, needed);
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
