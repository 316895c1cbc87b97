/**
 * The rates that one settlement changes. A flow drains at its old rate up to now before it takes the new one; flows
 * whose rate stays the same are not touched, so their projected finish stays the same to the bit. Listed are only the
 * flows whose bound on the finish does not hold any more: after most changes those are few.
 */

import type { FlowId, FlowTable } from './flow-table.ts';
import { grownInt32 } from './growth.ts';

/** The list of one settlement: `begin`, then `assign` for each flow. */
export class RateChanges {
  /** The flows whose finish must be bounded anew; a flow may be listed twice. */
  flows = new Int32Array(16);
  /** Entries of `flows` that count. */
  count = 0;
  /** The instant of the settlement. */
  nowNs = 0;
  private readonly table: FlowTable;

  constructor(table: FlowTable) {
    this.table = table;
  }

  /** Starts an empty list for a settlement at `nowNs`. */
  begin(nowNs: number): void {
    this.nowNs = nowNs;
    this.count = 0;
  }

  /** Gives a flow its rate. A fresh flow is listed even at rate 0: an empty amount ends at once. */
  assign(flow: FlowId, rate: number): void {
    const { table } = this;
    if (table.rate[flow] === rate && table.fresh[flow] === 0) return;
    table.drain(flow, this.nowNs);
    table.rate[flow] = rate;
    if (rate > table.paceMax[flow] || table.exact[flow] === 1 || table.fresh[flow] === 1) this.list(flow);
  }

  private list(flow: FlowId): void {
    if (this.count >= this.flows.length) this.flows = grownInt32(this.flows, this.count + 1);
    this.flows[this.count++] = flow;
  }
}
