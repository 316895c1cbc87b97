/** Nodes over time: how many there were, how many came and went, and what they cost. */
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';

const NS_PER_HOUR = 3600 * NS_PER_SECOND;

/** The machines of all clusters of a run, by its numbers of nodes. */
export class MachineTally {
  readonly #pricePerHour: readonly number[];
  /** Since when each machine is there. */
  readonly #since = new Map<number, TimeNs>();
  #machineNs = 0;
  #cost = 0;
  #added = 0;
  #removed = 0;
  #moved = 0;
  #peak: number;

  /** `pricePerHour` by node; `there`: nodes at the start of the run. */
  constructor(pricePerHour: readonly number[], there: readonly number[]) {
    this.#pricePerHour = pricePerHour;
    for (const node of there) this.#since.set(node, 0);
    this.#peak = there.length;
  }

  joined(node: number, nowNs: TimeNs): void {
    this.#since.set(node, nowNs);
    this.#added++;
    this.#peak = Math.max(this.#peak, this.#since.size);
  }

  left(node: number, nowNs: TimeNs): void {
    this.#pay(node, nowNs);
    this.#since.delete(node);
    this.#removed++;
  }

  /** Pods were evicted for the sake of nodes. */
  podMoved(): void {
    this.#moved++;
  }

  /** What all machines have cost up to now. */
  cost(nowNs: TimeNs): number {
    let cost = this.#cost;
    for (const [node, sinceNs] of this.#since) cost += this.#costOf(node, nowNs - sinceNs);
    return cost;
  }

  /** Keys of the catalog's metrics. */
  metrics(nowNs: TimeNs): Record<string, number> {
    const cost = this.cost(nowNs);
    let machineNs = this.#machineNs;
    for (const sinceNs of this.#since.values()) machineNs += nowNs - sinceNs;
    return {
      nodesMean: machineNs / nowNs,
      nodesPeak: this.#peak,
      nodesAdded: this.#added,
      nodesRemoved: this.#removed,
      machineCost: cost,
      machineCostPerHour: cost / (nowNs / NS_PER_HOUR),
      podsMoved: this.#moved,
    };
  }

  #pay(node: number, nowNs: TimeNs): void {
    const spanNs = nowNs - this.#since.get(node)!;
    this.#machineNs += spanNs;
    this.#cost += this.#costOf(node, spanNs);
  }

  #costOf(node: number, spanNs: TimeNs): number {
    return (spanNs / NS_PER_HOUR) * this.#pricePerHour[node]!;
  }
}
