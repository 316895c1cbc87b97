/**
 * What has happened to the sharing since the last settlement: flows that await a rate, resources whose flows may have to
 * change theirs.
 */

import type { FlowId, FlowTable, ResourceId } from './flow-table.ts';
import { grownInt32, grownUint8 } from './growth.ts';

/** Two lists without duplicates, emptied by each settlement. */
export class Disturbance {
  /** Flows that were started or rerouted; an entry whose flow is no longer `fresh` has ended since. */
  flows = new Int32Array(16);
  /** Entries of `flows` that count. */
  flowCount = 0;
  /** Resources whose capacity changed, or which were full and lost a flow. */
  resources = new Int32Array(16);
  /** Entries of `resources` that count. */
  resourceCount = 0;
  /** True when rates, loads or finishes may be out of date. */
  any = false;

  private marked = new Uint8Array(16);
  private readonly table: FlowTable;

  constructor(table: FlowTable) {
    this.table = table;
  }

  /** Notes a flow that needs a rate on its present uses. */
  addFlow(flow: FlowId): void {
    this.any = true;
    if (this.table.fresh[flow] === 1) return;
    this.table.fresh[flow] = 1;
    this.flows = grownInt32(this.flows, this.flowCount + 1);
    this.flows[this.flowCount++] = flow;
  }

  /** Notes a resource whose flows may have to change their rates. */
  addResource(resource: ResourceId): void {
    this.any = true;
    this.marked = grownUint8(this.marked, resource + 1);
    if (this.marked[resource] === 1) return;
    this.marked[resource] = 1;
    this.resources = grownInt32(this.resources, this.resourceCount + 1);
    this.resources[this.resourceCount++] = resource;
  }

  /** Forgets everything, after the rates were found. */
  clear(): void {
    for (let i = 0; i < this.flowCount; i++) this.table.fresh[this.flows[i]] = 0;
    for (let i = 0; i < this.resourceCount; i++) this.marked[this.resources[i]] = 0;
    this.flowCount = 0;
    this.resourceCount = 0;
    this.any = false;
  }
}
