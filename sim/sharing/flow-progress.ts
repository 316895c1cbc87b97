/**
 * How far the flows have come, and which of them ends next.
 *
 * All flows that are bound by one resource run at its pace. So the resource counts what each of them has been given since
 * the count began ("served"), and a flow has had enough when that count reaches the flow's tag; a change of the pace
 * touches none of the flows. The idea is that of virtual time in fair queueing (Parekh and Gallager, A generalized
 * processor sharing approach to flow control, 1993). Only a flow that comes under another bottleneck is drained and
 * queued anew. Flows that are bound by their own caps run at one rate to their end and stand alone.
 */

import { BoundQueues } from './bound-queues.ts';
import { FinishHeap } from './finish-heap.ts';
import { BOUND_BY_CAP, type FlowId, type FlowTable, type ResourceId } from './flow-table.ts';
import { grownInt32 } from './growth.ts';
import type { LevelChanges } from './level-changes.ts';
import type { ResourceTable } from './resource-table.ts';

/** A count begins anew after this many changes of the pace, so that large counts do not swallow digits of small flows. */
const CHANGES_PER_COUNT = 4096;
/** Tags of flows that end in the same nanosecond differ by less than the service of so many nanoseconds, … */
const SAME_INSTANT_NS = 2;
/** … and by rounding: this share of the tag. */
const TAG_ROUNDING = 1e-12;
/** So many flows beside the first are asked for their finish at most; more of them are ordered by their tags alone. */
const RIVALS_MAX = 8;

/** Drains flows, knows what each has left, and keeps the queue of finishes. */
export class FlowProgress {
  private readonly flows: FlowTable;
  private readonly resources: ResourceTable;
  private readonly queues: BoundQueues;
  /** Even items are resources with bound flows, odd ones flows that stand alone. */
  private readonly finishes = new FinishHeap();
  /** By resource: which of its flows ends first. */
  private firstFlow = new Int32Array(16);
  private readonly rivals = new Int32Array(RIVALS_MAX);

  constructor(flows: FlowTable, resources: ResourceTable) {
    this.flows = flows;
    this.resources = resources;
    this.queues = new BoundQueues(flows);
  }

  /** Units per second as of the last settlement; 0 for a flow that awaits its first. */
  rateOf(flow: FlowId): number {
    const bound = this.flows.bound[flow];
    if (bound >= 0) return this.resources.pace[bound];
    if (bound === BOUND_BY_CAP) return this.flows.capPerSec[flow];
    return this.flows.fresh[flow] === 1 ? 0 : Infinity;
  }

  /** Units of a resource in use per second, as of the last settlement. */
  loadOf(resource: ResourceId): number {
    const { memberStart, memberCount, memberFlow, memberWeight } = this.resources;
    const end = memberStart[resource] + memberCount[resource];
    let load = 0;
    for (let m = memberStart[resource]; m < end; m++) load += memberWeight[m] * this.rateOf(memberFlow[m]);
    return load;
  }

  /** Amount left at `nowNs`, never below 0. */
  leftAt(flow: FlowId, nowNs: number): number {
    const { amountLeft, sinceNs, bound, tag } = this.flows;
    if (this.paceChanged(flow)) return Math.max(0, tag[flow] - this.servedAt(bound[flow], nowNs));
    const elapsedNs = nowNs - sinceNs[flow];
    if (elapsedNs <= 0) return amountLeft[flow];
    const left = amountLeft[flow] - (this.rateOf(flow) * elapsedNs) / 1e9;
    return left > 0 ? left : 0;
  }

  /** The instant of the next finish, Infinity for none. */
  nextFinishNs(): number {
    const item = this.finishes.first();
    return item < 0 ? Infinity : this.finishes.finishOf(item);
  }

  /** The flow that ends first (of equal ones: started first), -1 when there is none. */
  first(): FlowId {
    const item = this.finishes.first();
    if (item < 0) return -1;
    return (item & 1) === 0 ? this.firstFlow[item >> 1] : item >> 1;
  }

  /** Takes a flow out of the queue, before it is ended or gets other uses. */
  leave(flow: FlowId): void {
    const bound = this.flows.bound[flow];
    if (bound < 0) {
      this.finishes.remove(2 * flow + 1);
      return;
    }
    this.queues.remove(bound, flow);
    this.refresh(bound);
  }

  /** Takes over what a settlement found: paces, bottlenecks and finishes. */
  settle(changes: LevelChanges, nowNs: number): void {
    this.reserve();
    for (let i = 0; i < changes.resourceCount; i++) this.changePace(changes.resources[i], nowNs);
    for (let i = 0; i < changes.flowCount; i++) this.rebind(changes.flows[i], nowNs, changes);
    for (let i = 0; i < changes.resourceCount; i++) this.refresh(changes.resources[i]);
  }

  private reserve(): void {
    this.queues.reserve(this.resources.count, this.flows.count);
    this.finishes.reserve(2 * Math.max(this.resources.count, this.flows.count));
    this.firstFlow = grownInt32(this.firstFlow, this.resources.count);
  }

  private changePace(resource: ResourceId, nowNs: number): void {
    const { level, pace, served, servedNs, paceChanges } = this.resources;
    const wanted = level[resource] < Infinity ? level[resource] : 0;
    if (wanted === pace[resource]) return;
    served[resource] = this.servedAt(resource, nowNs);
    servedNs[resource] = nowNs;
    pace[resource] = wanted;
    if (++paceChanges[resource] >= CHANGES_PER_COUNT) this.beginCount(resource);
  }

  /** Sets the count back to 0; the order of tags stays, as all become smaller by the same. */
  private beginCount(resource: ResourceId): void {
    const { memberStart, memberCount, memberFlow, served, paceChanges } = this.resources;
    const { bound, tag } = this.flows;
    const end = memberStart[resource] + memberCount[resource];
    for (let m = memberStart[resource]; m < end; m++) {
      if (bound[memberFlow[m]] === resource) tag[memberFlow[m]] -= served[resource];
    }
    served[resource] = 0;
    paceChanges[resource] = 0;
  }

  private servedAt(resource: ResourceId, nowNs: number): number {
    const { served, pace, servedNs } = this.resources;
    return served[resource] + (pace[resource] * (nowNs - servedNs[resource])) / 1e9;
  }

  /** Whether the pace of the flow has changed since it came under its bottleneck. */
  private paceChanged(flow: FlowId): boolean {
    const bound = this.flows.bound[flow];
    return bound >= 0 && this.resources.servedNs[bound] > this.flows.sinceNs[flow];
  }

  /** Puts a flow under its present bottleneck. */
  private rebind(flow: FlowId, nowNs: number, changes: LevelChanges): void {
    const { bound, fresh, limit, amountLeft, sinceNs } = this.flows;
    const next = limit[flow];
    if (next === bound[flow] && fresh[flow] === 0) return;
    amountLeft[flow] = this.leftAt(flow, nowNs);
    sinceNs[flow] = nowNs;
    if (bound[flow] >= 0) {
      this.queues.remove(bound[flow], flow);
      changes.addResource(bound[flow]);
    }
    bound[flow] = next;
    if (next < 0) this.standAlone(flow);
    else this.join(flow, next, nowNs, changes);
  }

  private standAlone(flow: FlowId): void {
    const { bound, capPerSec, order, amountLeft, sinceNs } = this.flows;
    const rate = bound[flow] === BOUND_BY_CAP ? capPerSec[flow] : Infinity;
    this.finishes.put(2 * flow + 1, finishNs(amountLeft[flow], rate, sinceNs[flow]), order[flow]);
  }

  private join(flow: FlowId, resource: ResourceId, nowNs: number, changes: LevelChanges): void {
    const { served, servedNs, paceChanges } = this.resources;
    this.finishes.remove(2 * flow + 1);
    if (this.queues.first(resource) < 0) {
      served[resource] = 0;
      servedNs[resource] = nowNs;
      paceChanges[resource] = 0;
    }
    this.flows.tag[flow] = this.servedAt(resource, nowNs) + this.flows.amountLeft[flow];
    this.queues.add(resource, flow);
    changes.addResource(resource);
  }

  /** Finds the first flow of a resource and its finish anew. */
  private refresh(resource: ResourceId): void {
    const first = this.queues.first(resource);
    if (first < 0) {
      this.finishes.remove(2 * resource);
      return;
    }
    const flow = this.firstOf(first, resource);
    this.firstFlow[resource] = flow;
    this.finishes.put(2 * resource, this.boundFinishNs(flow), this.flows.order[flow]);
  }

  /**
   * Finishes are whole nanoseconds and tags carry rounding: of flows that end in the same instant the one that was
   * started first may have a slightly larger tag.
   */
  private firstOf(least: FlowId, resource: ResourceId): FlowId {
    const { tag, order } = this.flows;
    const limit = tag[least] * (1 + TAG_ROUNDING) + (this.resources.pace[resource] * SAME_INSTANT_NS) / 1e9;
    const { rivals, queues } = this;
    let known = 1;
    rivals[0] = least;
    let best = least;
    let bestNs = -1;
    for (let i = 0; i < known; i++) {
      for (let side = 0; side < 2; side++) {
        const rival = side === 0 ? queues.leftOf(rivals[i]) : queues.rightOf(rivals[i]);
        if (rival < 0 || known === RIVALS_MAX || tag[rival] > limit) continue;
        rivals[known++] = rival;
        if (bestNs < 0) bestNs = this.boundFinishNs(best);
        const rivalNs = this.boundFinishNs(rival);
        if (rivalNs > bestNs || (rivalNs === bestNs && order[rival] > order[best])) continue;
        best = rival;
        bestNs = rivalNs;
      }
    }
    return best;
  }

  /** The finish of a flow that is bound by a resource, as long as the pace stays. */
  private boundFinishNs(flow: FlowId): number {
    const { bound, tag, amountLeft, sinceNs } = this.flows;
    const { pace, served, servedNs } = this.resources;
    const resource = bound[flow];
    if (!this.paceChanged(flow)) return finishNs(amountLeft[flow], pace[resource], sinceNs[flow]);
    return finishNs(tag[flow] - served[resource], pace[resource], servedNs[resource]);
  }
}

/** When an amount has drained at a rate from `sinceNs` on. */
function finishNs(left: number, rate: number, sinceNs: number): number {
  if (left <= 0) return sinceNs;
  if (rate <= 0) return Infinity;
  if (rate === Infinity) return sinceNs;
  // Multiplied before it is divided: whole numbers stay whole, so a round case ends on the round nanosecond.
  const finishNs = sinceNs + Math.ceil((left * 1e9) / rate);
  return finishNs <= Number.MAX_SAFE_INTEGER ? finishNs : Infinity;
}
