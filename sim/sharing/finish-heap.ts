/**
 * Which flow ends next: an indexed binary min-heap of all running flows by (finish, start order).
 *
 * Most finishes are lower bounds; only a flow that has come to the top is projected to the nanosecond, and sinks if its
 * bound was low. So the first flow is the first, and the far ones cost nothing while their rates sway.
 * A change of many finishes at once rebuilds the heap in linear time; few changes move only the flows concerned.
 */

import type { FlowId, FlowTable } from './flow-table.ts';
import { grownInt32 } from './growth.ts';

/** Moving a flow costs about this many times the share of one flow in a rebuild. */
const MOVES_PER_REBUILD_STEP = 4;

/** The heap itself; it reads finishes and start orders from the flow table and keeps none of its own. */
export class FinishHeap {
  /** Flows in the heap. */
  size = 0;
  private heap = new Int32Array(16);
  /** By flow: its place plus one, 0 when it is not there. */
  private place = new Int32Array(16);
  private readonly flows: FlowTable;

  constructor(flows: FlowTable) {
    this.flows = flows;
  }

  /** The flow that ends first, -1 when there is none; its finish is exact. */
  first(): FlowId {
    if (this.size === 0) return -1;
    const { heap, flows } = this;
    while (flows.exact[heap[0]] === 0) {
      flows.fixFinish(heap[0]);
      this.sink(0, heap[0]);
    }
    return heap[0];
  }

  /** Puts a flow in that is not there, by its present finish. */
  add(flow: FlowId): void {
    this.heap = grownInt32(this.heap, this.size + 1);
    this.place = grownInt32(this.place, flow + 1);
    this.rise(this.size++, flow);
  }

  /** Takes a flow out that is there. */
  remove(flow: FlowId): void {
    const hole = this.place[flow] - 1;
    this.place[flow] = 0;
    const last = this.heap[--this.size];
    if (last === flow) return;
    this.heap[hole] = last;
    this.place[last] = hole + 1;
    this.moved(last);
  }

  /**
   * Bounds the finishes of the first `count` flows of `changed` anew. One flow moves at a time: while a second finish is
   * not in its place, a flow that rises past it may push a later one above an earlier one.
   */
  update(changed: Int32Array, count: number): void {
    const { flows } = this;
    if (count * MOVES_PER_REBUILD_STEP > this.size) {
      for (let i = 0; i < count; i++) flows.boundFinish(changed[i]);
      this.rebuild();
      return;
    }
    for (let i = 0; i < count; i++) {
      flows.boundFinish(changed[i]);
      this.moved(changed[i]);
    }
  }

  private rebuild(): void {
    for (let i = (this.size >> 1) - 1; i >= 0; i--) this.sink(i, this.heap[i]);
  }

  private moved(flow: FlowId): void {
    this.rise(this.place[flow] - 1, flow);
    this.sink(this.place[flow] - 1, flow);
  }

  private before(a: FlowId, b: FlowId): boolean {
    const { finishNs, order } = this.flows;
    return finishNs[a] < finishNs[b] || (finishNs[a] === finishNs[b] && order[a] < order[b]);
  }

  private rise(from: number, flow: FlowId): void {
    const { heap, place } = this;
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.before(flow, heap[parent])) break;
      heap[hole] = heap[parent];
      place[heap[hole]] = hole + 1;
      hole = parent;
    }
    heap[hole] = flow;
    place[flow] = hole + 1;
  }

  private sink(from: number, flow: FlowId): void {
    const { heap, place, size } = this;
    let hole = from;
    for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && this.before(heap[child + 1], heap[child])) child++;
      if (!this.before(heap[child], flow)) break;
      heap[hole] = heap[child];
      place[heap[hole]] = hole + 1;
      hole = child;
    }
    heap[hole] = flow;
    place[flow] = hole + 1;
  }
}
