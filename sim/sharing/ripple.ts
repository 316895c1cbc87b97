/**
 * Max-min sharing after a change, re-solving only what the change reaches.
 *
 * Rates are max-min fair exactly when every resource has a level such that a flow's rate is the least of its cap and the
 * levels of its resources, and a resource with a finite level is full and one without is not overfull. (Every flow then has
 * a bottleneck; Bertsekas and Gallager, Data Networks, 6.5.2.) So the unknowns are levels of resources and not rates of
 * flows: a resource finds its level from the levels of the others that its flows use, and when it moves, the resources
 * that share a flow with it whose rate moved have to look again. They look in the order of their levels, as water would
 * rise, because a level depends on lower ones only: hardly any resource looks twice. The order is no more than that; the
 * levels are right when nobody has to look any more, in whatever order they got there.
 *
 * Most resources never fill up. One that has room even if all of its flows speed up by a margin is left alone until one of
 * its neighbours' levels rises by more than the margin.
 */

import type { Disturbance } from './disturbance.ts';
import { BOUND_BY_CAP, type FlowId, type FlowTable, type ResourceId } from './flow-table.ts';
import { grownFloat64, grownUint8 } from './growth.ts';
import type { LevelChanges } from './level-changes.ts';
import { LevelHeap } from './level-heap.ts';
import type { ResourceTable } from './resource-table.ts';

/**
 * Room below this share of a capacity is rounding, not room: sums of a few thousand doubles differ by less when they
 * are added up in another order. Larger, it would leave rates wrong; smaller, rounding alone would move levels.
 */
const ROUNDING = 1e-13;
/** How far levels may rise before the resources beside them are looked at that had room for it. */
const MARGIN = 1.25;
/** What a look at a resource costs before any of its flows is looked at, in members. */
const WORK_PER_LOOK = 6;
/** Which changes of a flow's rate a resource on its way wants to hear of: none, as it is queued or has proved its room; … */
const DEAF = 0;
/** … all of them, as it is full; … */
const FULL = 1;
/** … those that are faster, as it may fill up. */
const OPEN = 2;

/** A settlement looks at most this many times at each resource on average; more would be a circle of rounding. */
const LOOKS_PER_RESOURCE = 1000;

/** The incremental solver. It writes levels as the full one does. */
export class Ripple {
  /** Members looked at by the last `solve`. */
  work = 0;
  /** Changes of levels that were not passed on because of `tolerance`. */
  stopped = 0;

  private readonly flows: FlowTable;
  private readonly resources: ResourceTable;
  private readonly changes: LevelChanges;
  private readonly tolerance: number;

  /** Resources that must be looked at, by their levels. */
  private readonly queue = new LevelHeap();
  /** By resource: `DEAF`, `FULL` or `OPEN`. */
  private hears = new Uint8Array(16).fill(OPEN);
  /** By resource: its level stays at or below this, or those beside it lose their proof of room. */
  private guard = new Float64Array(16).fill(Infinity);
  /** By resource: 1 when it has room even if all flows run as fast as the guards allow. */
  private roomy = new Uint8Array(16);
  /** Of the resource that is being looked at: what flows use that others hold back, the fastest of them, the weight of its own. */
  private used = 0;
  private fastest = 0;
  private weight = 0;
  /** By flow that it holds: the least of the flow's other limits. */
  private others = new Float64Array(64);

  /** A full resource keeps its level while that is off by at most the share `tolerance`; 0 for exact rates. */
  constructor(flows: FlowTable, resources: ResourceTable, changes: LevelChanges, tolerance = 0) {
    this.flows = flows;
    this.resources = resources;
    this.changes = changes;
    this.tolerance = tolerance;
  }

  /**
   * Restores max-min levels after `disturbance`. Gives up and returns false when it has done `workMax` work; the levels are
   * then in disorder and a full solve must follow.
   */
  solve(disturbance: Disturbance, workMax: number): boolean {
    this.reserve();
    this.work = 0;
    for (let i = 0; i < disturbance.resourceCount; i++) this.enqueueAnew(disturbance.resources[i]);
    for (let i = 0; i < disturbance.flowCount; i++) this.begin(disturbance.flows[i]);
    return this.settle(workMax);
  }

  /** Takes levels over that another solver has found. */
  forget(): void {
    this.reserve();
    const { level, count } = this.resources;
    this.roomy.fill(0, 0, count);
    for (let r = 0; r < count; r++) {
      this.guard[r] = level[r] * MARGIN;
      this.listen(r);
    }
  }

  private reserve(): void {
    const { count } = this.resources;
    const before = this.hears.length;
    if (before >= count) return;
    this.hears = grownUint8(this.hears, count).fill(OPEN, before);
    this.roomy = grownUint8(this.roomy, count);
    this.guard = grownFloat64(this.guard, count).fill(Infinity, before);
    this.queue.reserve(this.hears.length);
  }

  private settle(workMax: number): boolean {
    const looksMax = LOOKS_PER_RESOURCE * this.resources.count;
    let looks = 0;
    for (let resource = this.queue.pop(); resource >= 0; resource = this.queue.pop()) {
      this.look(resource);
      this.listen(resource);
      if (this.work <= workMax && ++looks <= looksMax) continue;
      this.queue.clear();
      return false;
    }
    return true;
  }

  private listen(resource: ResourceId): void {
    const open = this.roomy[resource] === 1 ? DEAF : OPEN;
    this.hears[resource] = this.resources.level[resource] < Infinity ? FULL : open;
  }

  private enqueue(resource: ResourceId): void {
    this.hears[resource] = DEAF;
    this.queue.lower(resource, this.resources.level[resource]);
  }

  /** Queues a resource whose flows or capacity are not what they were. */
  private enqueueAnew(resource: ResourceId): void {
    this.roomy[resource] = 0;
    this.enqueue(resource);
  }

  /** A flow on new uses starts under the least of their levels; one that has ended since is not fresh any more. */
  private begin(flow: FlowId): void {
    const { useStart, useCount, useResource, fresh } = this.flows;
    if (fresh[flow] === 0) return;
    this.resources.setLimit(flow, this.resources.leastLimit(flow));
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) this.enqueueAnew(useResource[use]);
  }

  /** Finds the level of a resource from those of the others. */
  private look(resource: ResourceId): void {
    const { level, capacityPerSec } = this.resources;
    const old = level[resource];
    if (old === Infinity && this.hasRoom(resource)) return;
    const capacity = capacityPerSec[resource];
    const rounding = ROUNDING * capacity;
    this.measure(resource);
    const { used, weight } = this;
    if (weight === 0) {
      if (used > capacity + rounding) this.comeDown(resource, capacity / this.resources.memberWeightSum(resource));
      else if (old < Infinity) this.setLevel(resource, Infinity);
      return;
    }
    const room = capacity - used - weight * old;
    if (Math.abs(room) <= rounding) return;
    if (Math.abs(room) <= weight * old * this.tolerance) this.stopped++;
    else if (room < 0) this.comeDown(resource, Math.max(0, capacity - used) / weight);
    else this.goUp(resource, (capacity - used) / weight);
  }

  /** Whether a resource that is not full has room for all of its flows at their guards; remembers it. */
  private hasRoom(resource: ResourceId): boolean {
    const { memberStart, memberCount, memberWeight, memberLimit, memberFlow, capacityPerSec } = this.resources;
    const { guard } = this;
    const { capPerSec } = this.flows;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    this.work += WORK_PER_LOOK + memberCount[resource];
    let used = 0;
    for (let m = start; m < end; m++) {
      const limit = memberLimit[m];
      used +=
        memberWeight[m] * (limit >= 0 ? guard[limit] : limit === BOUND_BY_CAP ? capPerSec[memberFlow[m]] : Infinity);
    }
    if (!(used <= capacityPerSec[resource])) return false;
    this.roomy[resource] = 1;
    return true;
  }

  /** Adds up what the flows of a resource use that others hold back, and the weight of those that it holds itself. */
  private measure(resource: ResourceId): void {
    const { memberStart, memberCount, heldCount, memberWeight, memberLimit, memberFlow, level } = this.resources;
    const { capPerSec } = this.flows;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    let m = start;
    let weight = 0;
    for (const heldEnd = start + heldCount[resource]; m < heldEnd; m++) weight += memberWeight[m];
    let used = 0;
    let fastest = 0;
    for (; m < end; m++) {
      const limit = memberLimit[m];
      const rate = limit >= 0 ? level[limit] : limit === BOUND_BY_CAP ? capPerSec[memberFlow[m]] : Infinity;
      used += memberWeight[m] * rate;
      if (rate > fastest) fastest = rate;
    }
    this.weight = weight;
    this.used = used;
    this.fastest = fastest;
    this.work += WORK_PER_LOOK + end - start;
  }

  /** Lowers a level to `atMost` or to what is above it by flows that come down too; these are held here from now on. */
  private comeDown(resource: ResourceId, atMost: number): void {
    const { memberStart, memberCount, heldCount, memberFlow } = this.resources;
    const level = this.fastest > atMost ? this.levelBetween(resource, atMost) : atMost;
    this.setLevel(resource, level);
    const start = memberStart[resource];
    const count = memberCount[resource];
    const held = heldCount[resource];
    for (let i = 0; i < held; i++) this.slowDown(memberFlow[start + i]);
    if (this.fastest <= level) return;
    for (let i = held; i < count; i++) {
      if (this.rateOf(start + i) <= level) continue;
      const flow = memberFlow[start + i];
      this.slowDown(flow);
      this.resources.setLimit(flow, resource);
      this.changes.addFlow(flow);
    }
  }

  /** As far as the level of a member's limit says. */
  private rateOf(member: number): number {
    const { memberLimit, memberFlow, level } = this.resources;
    const limit = memberLimit[member];
    return limit >= 0 ? level[limit] : limit === BOUND_BY_CAP ? this.flows.capPerSec[memberFlow[member]] : Infinity;
  }

  /**
   * The level at which a resource is full when flows that others hold back come down to it. Newton's method from below on a
   * concave, piecewise linear function: exact once a step catches no flow less than the one before.
   */
  private levelBetween(resource: ResourceId, below: number): number {
    const { memberStart, memberCount, heldCount, memberWeight, capacityPerSec } = this.resources;
    const start = memberStart[resource];
    const end = start + memberCount[resource];
    let level = below;
    for (;;) {
      let used = 0;
      let weight = this.weight;
      for (let m = start + heldCount[resource]; m < end; m++) {
        const rate = this.rateOf(m);
        if (rate > level) weight += memberWeight[m];
        else used += memberWeight[m] * rate;
      }
      this.work += end - start;
      const next = (capacityPerSec[resource] - used) / weight;
      if (weight === 0 || !(next > level)) return level;
      level = next;
    }
  }

  /** Raises a level to `atLeast`, or more where flows are left to slower resources. */
  private goUp(resource: ResourceId, atLeast: number): void {
    const { memberStart, heldCount, memberFlow, level } = this.resources;
    const start = memberStart[resource];
    const held = heldCount[resource];
    // Its own level must not be among the others.
    level[resource] = Infinity;
    let found = atLeast;
    for (let i = 0; i < held; i++) {
      if (this.speedUp(memberFlow[start + i], atLeast)) found = Infinity;
    }
    if (found === Infinity) this.goUpWithout(resource, atLeast);
    else this.setLevel(resource, atLeast);
  }

  /** As `goUp`, where slower limits keep some flows from rising with the others. */
  private goUpWithout(resource: ResourceId, atLeast: number): void {
    const { memberStart, heldCount, memberFlow, level } = this.resources;
    const start = memberStart[resource];
    const held = heldCount[resource];
    if (this.others.length < held) this.others = grownFloat64(this.others, held);
    const { others } = this;
    for (let i = 0; i < held; i++) others[i] = this.resources.leastLevel(memberFlow[start + i]);
    const found = this.levelAbove(resource, atLeast);
    this.setLevel(resource, found);
    for (let i = held - 1; i >= 0; i--) {
      if (others[i] >= level[resource]) continue;
      const flow = memberFlow[start + i];
      this.resources.setLimit(flow, this.resources.leastLimit(flow));
      this.changes.addFlow(flow);
    }
  }

  /** The level at which a resource is full when flows with slower limits leave the rest to the others; Infinity if never. */
  private levelAbove(resource: ResourceId, below: number): number {
    const { memberStart, heldCount, memberWeight, capacityPerSec } = this.resources;
    const { others } = this;
    const start = memberStart[resource];
    const held = heldCount[resource];
    let level = below;
    for (;;) {
      let { used } = this;
      let weight = 0;
      for (let i = 0; i < held; i++) {
        if (others[i] >= level) weight += memberWeight[start + i];
        else used += memberWeight[start + i] * others[i];
      }
      this.work += held;
      if (weight === 0) return Infinity;
      const next = (capacityPerSec[resource] - used) / weight;
      if (!(next > level)) return level;
      level = next;
    }
  }

  /** Tells the other resources of a flow that is slower now. */
  private slowDown(flow: FlowId): void {
    const { useStart, useCount, useResource } = this.flows;
    const { hears } = this;
    const start = useStart[flow];
    const end = start + useCount[flow];
    this.work += end - start;
    for (let use = start; use < end; use++) if (hears[useResource[use]] === FULL) this.enqueue(useResource[use]);
  }

  /** Tells the other resources of a flow that is faster now. Returns whether one of its limits keeps it below a level. */
  private speedUp(flow: FlowId, below: number): boolean {
    const { useStart, useCount, useResource, capPerSec } = this.flows;
    const { level } = this.resources;
    const { hears } = this;
    const start = useStart[flow];
    const end = start + useCount[flow];
    this.work += end - start;
    let slower = capPerSec[flow] < below;
    for (let use = start; use < end; use++) {
      const resource = useResource[use];
      if (level[resource] < below) slower = true;
      if (hears[resource] !== DEAF) this.enqueue(resource);
    }
    return slower;
  }

  /** Keeps the guard above the level, and not too far above: a loose one proves no room. */
  private setLevel(resource: ResourceId, level: number): void {
    const { guard } = this;
    this.resources.level[resource] = level;
    this.changes.addResource(resource);
    if (level * MARGIN * MARGIN < guard[resource]) guard[resource] = level * MARGIN;
    if (level <= guard[resource]) return;
    guard[resource] = level * MARGIN;
    const { memberStart, memberCount, memberFlow } = this.resources;
    const start = memberStart[resource];
    for (let i = 0; i < memberCount[resource]; i++) this.doubtRoom(memberFlow[start + i]);
  }

  /** The resources of a flow must prove their room again. */
  private doubtRoom(flow: FlowId): void {
    const { useStart, useCount, useResource } = this.flows;
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      if (this.roomy[useResource[use]] === 1) this.enqueueAnew(useResource[use]);
    }
  }
}
