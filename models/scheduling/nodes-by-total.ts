/**
 * The nodes that passed, in a list for each total: who has the best one is known without a look at all nodes.
 *
 * Source: doubly linked lists in arrays. Leaves out: an order within a list; whoever walks it must not depend on one.
 */
import { longerInt, roomFor } from './demands.ts';

/** No node. */
const END = -1;

/** Lists of nodes by total, which is a whole number from 0 on. */
export class NodesByTotal {
  /** By node: the next one with its total; below 0: it is the last. */
  readonly next: Int32Array;
  private readonly before: Int32Array;
  private firsts: Int32Array;
  private counts: Int32Array;
  /** No node has a larger total. */
  private most = 0;

  /** For so many nodes, with room for totals up to `most`; larger ones make more. */
  constructor(nodes: number, most: number) {
    this.next = new Int32Array(nodes).fill(END);
    this.before = new Int32Array(nodes).fill(END);
    this.firsts = new Int32Array(most + 1).fill(END);
    this.counts = new Int32Array(most + 1);
  }

  /** The largest total that a node has. One node at least must be in. */
  best(): number {
    while (this.counts[this.most] === 0) this.most--;
    return this.most;
  }

  /** Nodes with a total. */
  count(total: number): number {
    return this.counts[total];
  }

  /** One node with a total; the others follow by `next`. Below 0: none has it. */
  first(total: number): number {
    return this.firsts[total];
  }

  /** A node that is in no list has a total now. */
  add(node: number, total: number): void {
    if (total >= this.counts.length) this.grow(total);
    const after = this.firsts[total];
    this.firsts[total] = node;
    this.next[node] = after;
    this.before[node] = END;
    if (after !== END) this.before[after] = node;
    this.counts[total]++;
    if (total > this.most) this.most = total;
  }

  /** A node has its total no longer. */
  remove(node: number, total: number): void {
    const { next, before } = this;
    const after = next[node];
    const previous = before[node];
    if (previous === END) this.firsts[total] = after;
    else next[previous] = after;
    if (after !== END) before[after] = previous;
    this.counts[total]--;
  }

  private grow(total: number): void {
    this.firsts = longerInt(this.firsts, roomFor(total), END);
    this.counts = longerInt(this.counts, roomFor(total));
  }
}
