/** Sums by topology domain: one number for each rack and one for each node. */
import type { AffinityTerm } from '../options.ts';

/** Two columns of sums, cleared before each pod. */
export class TopologySums {
  /** Sums of the domains that are racks. */
  readonly byRack: Float64Array;
  /** Sums of the domains that are single nodes. */
  readonly byNode: Float64Array;
  /** Whether anything was added since the last clearing. */
  touched = false;
  private readonly rackOf: Int32Array;

  /** @param rackOf rack of each node, from 0 */
  constructor(rackOf: Int32Array) {
    this.rackOf = rackOf;
    this.byRack = new Float64Array(rackOf.reduce((most, rack) => Math.max(most, rack + 1), 0));
    this.byNode = new Float64Array(rackOf.length);
  }

  /** Sets all sums to zero. */
  clear(): void {
    if (!this.touched) return;
    this.touched = false;
    this.byRack.fill(0);
    this.byNode.fill(0);
  }

  /** Adds to the domain of that topology in which the node lies. */
  add(topology: AffinityTerm['topology'], node: number, amount: number): void {
    this.touched = true;
    if (topology === 'rack') this.byRack[this.rackOf[node]] += amount;
    else this.byNode[node] += amount;
  }

  /** Sum of all domains in which the node lies. */
  at(node: number): number {
    return this.byRack[this.rackOf[node]] + this.byNode[node];
  }

  /** Sum of the domain of one topology in which the node lies. */
  in(topology: AffinityTerm['topology'], node: number): number {
    return topology === 'rack' ? this.byRack[this.rackOf[node]] : this.byNode[node];
  }
}
