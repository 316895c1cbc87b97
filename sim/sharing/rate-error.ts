/**
 * How far the rates of a sharing with a tolerance are from exact ones.
 *
 * Measured: every so many settlements all rates are found anew by the full solver on copies of the tables, and compared.
 * Left out: the settlements in between, where the error may have been larger, and what wrong rates did to finishes.
 */

import type { FlowProgress } from './flow-progress.ts';
import { type FlowId, FlowTable, type ResourceId } from './flow-table.ts';
import { LevelChanges } from './level-changes.ts';
import { ResourceTable } from './resource-table.ts';
import { WaterFilling } from './water-filling.ts';

/** One settlement in this many is compared; the first one is, too. */
const SAMPLE_EVERY = 256;

/** What is known of the error. */
export interface RateErrorReport {
  /** Settlements whose rates were compared with exact ones. */
  readonly samples: number;
  /** The largest |rate - exact rate| / the larger of both, over all flows and samples; 0 to 1. */
  readonly worstRelativeError: number;
  /** How often a change was not passed on. */
  readonly stopped: number;
}

/** Takes the samples and keeps the worst. */
export class RateError {
  private readonly flows: FlowTable;
  private readonly resources: ResourceTable;
  private readonly progress: FlowProgress;
  private readonly wanted: boolean;
  private settlements = 0;
  private samples = 0;
  private worst = 0;

  /** `wanted` is false when rates are exact: then nothing is sampled unless asked for. */
  constructor(flows: FlowTable, resources: ResourceTable, progress: FlowProgress, wanted: boolean) {
    this.flows = flows;
    this.resources = resources;
    this.progress = progress;
    this.wanted = wanted;
  }

  /** Counts a settlement, and samples where it is due. */
  settled(): void {
    if (this.wanted && this.settlements++ % SAMPLE_EVERY === 0) this.sample();
  }

  /** Compares all rates with exact ones; returns the worst relative error. */
  sample(): number {
    const exact = exactRates(this.flows, this.resources);
    let worst = 0;
    for (let flow = 0; flow < this.flows.count; flow++) {
      if (this.flows.useCount[flow] === 0) continue;
      worst = Math.max(worst, relativeError(this.progress.rateOf(flow), exact[flow]));
    }
    this.samples++;
    this.worst = Math.max(this.worst, worst);
    return worst;
  }

  /** What was found so far; `stopped` comes from the solver. */
  report(stopped: number): RateErrorReport {
    return { samples: this.samples, worstRelativeError: this.worst, stopped };
  }
}

function relativeError(rate: number, exact: number): number {
  return rate === exact ? 0 : Math.abs(rate - exact) / Math.max(rate, exact);
}

/** The exact rate of each flow that uses something, by flow; the tables given are only read. */
function exactRates(flows: FlowTable, resources: ResourceTable): Float64Array {
  const copy = new FlowTable();
  const members = new ResourceTable(copy);
  for (let r: ResourceId = 0; r < resources.count; r++) members.add(resources.capacityPerSec[r]);
  const original: FlowId[] = [];
  for (let flow = 0; flow < flows.count; flow++) {
    if (flows.useCount[flow] === 0) continue;
    const start = flows.useStart[flow];
    const end = start + flows.useCount[flow];
    const twin = copy.take(0, Infinity, flows.capPerSec[flow]);
    copy.setUses(twin, flows.useResource.subarray(start, end), flows.useWeight.subarray(start, end), end - start);
    members.attach(twin);
    original[twin] = flow;
  }
  const solver = new WaterFilling(copy, members, new LevelChanges());
  solver.solve();
  const rates = new Float64Array(flows.count);
  for (let twin = 0; twin < copy.count; twin++) rates[original[twin]] = solver.rate[twin];
  return rates;
}
