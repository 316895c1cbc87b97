/**
 * For each resource the flows that are bound by it, in the order in which they will end.
 *
 * All of them run at the resource's one rate, so that order does not change while the rate sways: it is that of the
 * flows' `tag`, the service at which a flow has had enough. Skew heaps (Sleator and Tarjan, Self-adjusting heaps), linked
 * through columns by flow: a flow is in at most one of them.
 */

import type { FlowId, FlowTable, ResourceId } from './flow-table.ts';
import { grownInt32 } from './growth.ts';

/** The heaps; links are flow numbers plus one, 0 for none. */
export class BoundQueues {
  /** By resource: the flow with the least tag. */
  private root = new Int32Array(16);
  /** By flow. */
  private left = new Int32Array(16);
  private right = new Int32Array(16);
  private parent = new Int32Array(16);
  private readonly flows: FlowTable;

  constructor(flows: FlowTable) {
    this.flows = flows;
  }

  /** Makes room for numbers below these. */
  reserve(resources: number, flows: number): void {
    this.root = grownInt32(this.root, resources);
    this.left = grownInt32(this.left, flows);
    this.right = grownInt32(this.right, flows);
    this.parent = grownInt32(this.parent, flows);
  }

  /** The flow with the least tag (of equal ones: started first), -1 when none is bound there. */
  first(resource: ResourceId): FlowId {
    return this.root[resource] - 1;
  }

  /** One of the two flows that follow a flow directly, -1 where there is none; what follows has no lower tag. */
  leftOf(flow: FlowId): FlowId {
    return this.left[flow] - 1;
  }

  /** The other one. */
  rightOf(flow: FlowId): FlowId {
    return this.right[flow] - 1;
  }

  /** Puts a flow in that is in no heap, by its present tag. */
  add(resource: ResourceId, flow: FlowId): void {
    this.left[flow] = 0;
    this.right[flow] = 0;
    this.root[resource] = this.merged(this.root[resource], flow + 1);
    this.parent[this.root[resource] - 1] = 0;
  }

  /** Takes a flow out of the heap in which it is. */
  remove(resource: ResourceId, flow: FlowId): void {
    const { left, right, parent } = this;
    const above = parent[flow];
    const rest = this.merged(left[flow], right[flow]);
    if (rest > 0) parent[rest - 1] = above;
    if (above === 0) this.root[resource] = rest;
    else if (left[above - 1] === flow + 1) left[above - 1] = rest;
    else right[above - 1] = rest;
  }

  private merged(a: number, b: number): number {
    if (a === 0) return b;
    if (b === 0) return a;
    const { left, right, parent } = this;
    const top = this.before(a, b) ? a : b;
    let node = top;
    let other = top === a ? b : a;
    while (other > 0) {
      const next = right[node - 1];
      right[node - 1] = left[node - 1];
      const child = next > 0 && this.before(next, other) ? next : other;
      other = child === next ? other : next;
      left[node - 1] = child;
      parent[child - 1] = node;
      node = child;
    }
    return top;
  }

  private before(a: number, b: number): boolean {
    const { tag, order } = this.flows;
    return tag[a - 1] < tag[b - 1] || (tag[a - 1] === tag[b - 1] && order[a - 1] < order[b - 1]);
  }
}
