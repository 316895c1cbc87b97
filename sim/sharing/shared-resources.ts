/**
 * Resources shared by flows: exact weighted max-min fair rates, and which flow ends when.
 *
 * A flow at rate x uses weight × x of each of its resources, and one resource's flows get equal x as far as their other
 * resources and their own caps allow. Fluid: amounts drain evenly at the rates, a change of rates takes effect at
 * once. Source: progressive filling, Bertsekas and Gallager, Data Networks; the same answer as SimGrid's model CM02.
 * Left out: latency, packets, windows of a transport, and any unfairness of real ones.
 */

import { assert } from '../engine/assert.ts';
import { Disturbance } from './disturbance.ts';
import { FlowProgress } from './flow-progress.ts';
import { BOUND_BY_NOTHING, type FlowId, FlowTable, type ResourceId } from './flow-table.ts';
import { LevelChanges } from './level-changes.ts';
import { RateError, type RateErrorReport } from './rate-error.ts';
import { ResourceTable } from './resource-table.ts';
import { Ripple } from './ripple.ts';
import { SolverChoice, type SolverName } from './solver-choice.ts';
import { WaterFilling } from './water-filling.ts';

export type { FlowId, RateErrorReport, ResourceId, SolverName };

/** The resources and flows of one run. Faults of the caller (unknown numbers, negative amounts) are assertions. */
export class SharedResources {
  private readonly flows = new FlowTable();
  private readonly resources = new ResourceTable(this.flows);
  private readonly disturbance = new Disturbance(this.flows);
  private readonly changes = new LevelChanges();
  private readonly progress = new FlowProgress(this.flows, this.resources);
  private readonly full = new WaterFilling(this.flows, this.resources, this.changes);
  private readonly incremental: Ripple;
  private readonly choice: SolverChoice;
  private readonly error: RateError;
  /** The instant of the changes that await `settle`. */
  private changedNs = 0;

  /**
   * Rates are exact unless a `tolerance` is given: then the incremental solver leaves a full resource's level as it is
   * while that is off by at most this share, so that a change spreads less far. A resource may then give so much more
   * than its capacity, too. Errors add up along chains of resources; `rateError` says how far.
   */
  constructor(options: { solver?: SolverName; tolerance?: number } = {}) {
    const tolerance = options.tolerance ?? 0;
    assert(tolerance >= 0 && tolerance < 1, () => `tolerance of rates: ${tolerance}`);
    this.incremental = new Ripple(this.flows, this.resources, this.changes, tolerance);
    this.choice = new SolverChoice(options.solver ?? 'auto');
    this.error = new RateError(this.flows, this.resources, this.progress, tolerance > 0);
  }

  /** What a tolerance has done to the rates so far, as measured against exact ones at some settlements. */
  rateError(): RateErrorReport {
    return this.error.report(this.incremental.stopped);
  }

  /** Compares the rates with exact ones now, for `rateError`; returns the worst relative error. Costs a full solve. */
  sampleRateError(): number {
    return this.error.sample();
  }

  /** How many settlements each solver has finished. */
  get solved(): Readonly<Record<'full' | 'incremental', number>> {
    return this.choice.solved;
  }

  /** How many flows have been started and neither stopped nor reported as finished. */
  get running(): number {
    return this.flows.running;
  }

  /** Adds a resource; numbers count up from 0. `capacityPerSec` in units of the resource, 0 stalls its flows. */
  addResource(capacityPerSec: number): ResourceId {
    assertCapacity(capacityPerSec);
    return this.resources.add(capacityPerSec);
  }

  /** Changes what a resource gives, from `nowNs` on. */
  setCapacity(resource: ResourceId, capacityPerSec: number, nowNs: number): void {
    assertCapacity(capacityPerSec);
    this.assertResource(resource);
    if (this.resources.capacityPerSec[resource] === capacityPerSec) return;
    this.noteChange(nowNs);
    this.resources.capacityPerSec[resource] = capacityPerSec;
    this.disturbance.addResource(resource);
  }

  /** Units per second that the resource gives at most. */
  capacityOf(resource: ResourceId): number {
    this.assertResource(resource);
    return this.resources.capacityPerSec[resource];
  }

  /**
   * Starts a flow of `amount` units (Infinity for one that only `stop` ends), which uses `weights[i]` units of
   * `resources[i]` for each of its own; the first `count` entries are read and copied. A weight of 0 is no use at
   * all. Without any use and cap the flow ends at once. The rate is known after `settle`.
   */
  start(
    nowNs: number,
    amount: number,
    resources: Int32Array,
    weights: Float64Array,
    count: number,
    capPerSec = Infinity,
  ): FlowId {
    assert(amount >= 0, () => `amount of a flow: ${amount}`);
    assert(capPerSec >= 0, () => `cap of a flow: ${capPerSec} per second`);
    this.assertUses(resources, weights, count);
    this.noteChange(nowNs);
    const flow = this.flows.take(nowNs, amount, capPerSec);
    this.put(flow, resources, weights, count);
    return flow;
  }

  /**
   * Lets a running flow go on over other resources, with what it has left and its cap, or with others. Its rate is 0 until
   * `settle`.
   */
  reroute(
    flow: FlowId,
    nowNs: number,
    resources: Int32Array,
    weights: Float64Array,
    count: number,
    others: { readonly amount?: number; readonly capPerSec?: number } = {},
  ): void {
    this.assertFlow(flow);
    this.assertUses(resources, weights, count);
    const { amount = this.progress.leftAt(flow, nowNs), capPerSec } = others;
    assert(amount >= 0, () => `amount of a flow: ${amount}`);
    assert(capPerSec === undefined || capPerSec >= 0, () => `cap of a flow: ${capPerSec} per second`);
    this.noteChange(nowNs);
    this.flows.amountLeft[flow] = amount;
    this.flows.sinceNs[flow] = nowNs;
    this.lift(flow);
    if (capPerSec !== undefined) this.flows.setCap(flow, capPerSec);
    this.flows.bound[flow] = BOUND_BY_NOTHING;
    this.flows.limit[flow] = BOUND_BY_NOTHING;
    this.put(flow, resources, weights, count);
  }

  /** Ends a running flow and returns the amount that it had left. */
  stop(flow: FlowId, nowNs: number): number {
    this.assertFlow(flow);
    this.noteChange(nowNs);
    const left = this.progress.leftAt(flow, nowNs);
    this.end(flow);
    return left;
  }

  /**
   * Finds the rates after any number of changes at one instant. Must be called before the clock moves on; costs next to
   * nothing when nothing changed.
   */
  settle(nowNs: number): void {
    if (!this.disturbance.any) return;
    this.noteChange(nowNs);
    this.solve();
    this.noteFreshFlows();
    this.progress.settle(this.changes, nowNs);
    this.changes.clear();
    this.disturbance.clear();
    this.error.settled();
  }

  /** The instant of the next finish, Infinity when no flow will end by itself. */
  nextFinishNs(): number {
    return this.progress.nextFinishNs();
  }

  /** Ends and returns the flow that finishes first (of equal ones: started first) if that is due by `nowNs`, else -1. */
  popFinished(nowNs: number): FlowId {
    const first = this.progress.first();
    if (first < 0 || this.progress.nextFinishNs() > nowNs) return -1;
    this.noteChange(nowNs);
    this.end(first);
    return first;
  }

  /** Units per second, as of the last `settle`. */
  rate(flow: FlowId): number {
    this.assertFlow(flow);
    return this.progress.rateOf(flow);
  }

  /** Units that the flow has left at `nowNs`, which must not be later than the next change of its rate. */
  remaining(flow: FlowId, nowNs: number): number {
    this.assertFlow(flow);
    return this.progress.leftAt(flow, nowNs);
  }

  /** The limit that bound the flow: the full resource, `BOUND_BY_CAP`, or `BOUND_BY_NOTHING`. As of the last `settle`. */
  boundBy(flow: FlowId): ResourceId {
    this.assertFlow(flow);
    return this.flows.bound[flow];
  }

  /** Units of the resource in use per second, as of the last `settle`. */
  load(resource: ResourceId): number {
    this.assertResource(resource);
    return this.progress.loadOf(resource);
  }

  private solve(): void {
    const workMax = this.choice.incrementalWorkMax(
      this.resources.memberTotal,
      this.resources.count,
      this.disturbance.flowCount,
      this.running,
    );
    if (workMax > 0) {
      const done = this.incremental.solve(this.disturbance, workMax);
      this.choice.learnIncremental(this.incremental.work, done);
      if (done) return;
    }
    this.full.solve();
    this.incremental.forget();
    this.choice.learnFull(this.full.work, this.resources.memberTotal);
  }

  private put(flow: FlowId, resources: Int32Array, weights: Float64Array, count: number): void {
    this.flows.setUses(flow, resources, weights, count);
    this.resources.attach(flow);
    this.disturbance.addFlow(flow);
  }

  /** Takes a flow off its resources; those that were full may have something to give now. */
  private lift(flow: FlowId): void {
    const { useStart, useCount, useResource } = this.flows;
    this.progress.leave(flow);
    this.resources.detach(flow);
    const end = useStart[flow] + useCount[flow];
    for (let use = useStart[flow]; use < end; use++) {
      if (this.resources.level[useResource[use]] < Infinity) this.disturbance.addResource(useResource[use]);
    }
    this.flows.dropUses(flow);
    this.disturbance.any = true;
  }

  private end(flow: FlowId): void {
    this.lift(flow);
    this.flows.give(flow);
  }

  /** Flows on new uses await their first limit; an entry whose flow is not fresh has ended since. */
  private noteFreshFlows(): void {
    const { flows, flowCount } = this.disturbance;
    for (let i = 0; i < flowCount; i++) {
      const flow = flows[i];
      if (this.flows.fresh[flow] === 0) continue;
      if (this.flows.useCount[flow] === 0) this.resources.setLimit(flow, this.resources.leastLimit(flow));
      this.changes.addFlow(flow);
    }
  }

  private noteChange(nowNs: number): void {
    assert(nowNs >= this.changedNs, () => `sharing changed at ${nowNs} ns, after a change at ${this.changedNs} ns`);
    assert(
      nowNs === this.changedNs || !this.disturbance.any,
      () => `changes at ${this.changedNs} ns were not settled before ${nowNs} ns`,
    );
    this.changedNs = nowNs;
  }

  private assertUses(resources: Int32Array, weights: Float64Array, count: number): void {
    for (let i = 0; i < count; i++) {
      this.assertResource(resources[i]);
      assert(weights[i] >= 0 && weights[i] < Infinity, () => `weight ${weights[i]} of resource ${resources[i]}`);
    }
  }

  private assertResource(resource: ResourceId): void {
    assert(resource >= 0 && resource < this.resources.count, () => `no such resource: ${resource}`);
  }

  private assertFlow(flow: FlowId): void {
    assert(this.flows.alive[flow] === 1, () => `no such flow is running: ${flow}`);
  }
}

function assertCapacity(capacityPerSec: number): void {
  assert(capacityPerSec >= 0 && capacityPerSec < Infinity, () => `capacity: ${capacityPerSec} per second`);
}
