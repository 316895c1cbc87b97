/**
 * The last changes of nodes, in order: whoever keeps something computed from nodes remembers a position in this log and
 * looks only at what changed since. A ring of bounded length: a reader that fell behind it starts afresh.
 */

/** Which node changed, change after change. */
export class ChangeLog {
  /** Number of changes so far: the position of the next one. */
  position = 0;
  private readonly ring: Int32Array;
  private readonly mask: number;
  /** Position of each node's latest change. */
  private readonly latest: Float64Array;

  /** For `nodes` nodes; holds at least twice as many changes. */
  constructor(nodes: number) {
    // Catching up on more changes than this costs more than computing all nodes anew.
    let length = 64;
    while (length < nodes * 2) length *= 2;
    this.ring = new Int32Array(length);
    this.mask = length - 1;
    this.latest = new Float64Array(nodes).fill(-1);
  }

  /** Notes that a node changed. */
  add(node: number): void {
    this.ring[this.position & this.mask] = node;
    this.latest[node] = this.position;
    this.position++;
  }

  /** Whether every change from that position on is still held. */
  reaches(position: number): boolean {
    return this.position - position <= this.ring.length;
  }

  /** Position of the latest change of a node; -1: none yet. */
  latestOf(node: number): number {
    return this.latest[node];
  }

  /** The node of a change; -1 if the same node changed again later, so that one look is enough. */
  nodeAt(position: number): number {
    const node = this.ring[position & this.mask];
    return this.latest[node] === position ? node : -1;
  }
}
