/**
 * Places in one growing array for many small lists: blocks of 1, 2, 4, … cells, returned blocks are used again.
 *
 * The pool only deals in positions; whoever owns the arrays lets them grow to `end` after a `take`. Left out: giving
 * memory back, and merging of neighbouring free blocks (the sizes of lists in one run hardly vary).
 */
export class BlockPool {
  /** The first cell that was never handed out. */
  end = 0;

  /** Free blocks of each size class; class k has 2^k cells. */
  private readonly free: number[][] = [];

  /** The size class whose blocks hold `cells` cells (at least one). */
  static classOf(cells: number): number {
    return cells <= 1 ? 0 : 32 - Math.clz32(cells - 1);
  }

  /** The first cell of a block of class `sizeClass`. */
  take(sizeClass: number): number {
    const block = this.free[sizeClass]?.pop();
    if (block !== undefined) return block;
    const start = this.end;
    this.end += 1 << sizeClass;
    return start;
  }

  /** Returns a block that `take` handed out with the same class. */
  give(block: number, sizeClass: number): void {
    while (this.free.length <= sizeClass) this.free.push([]);
    this.free[sizeClass].push(block);
  }
}
