/**
 * Numbers marks and finds the cause that a file shows: the nearest ancestor that is in the file as well.
 *
 * Marks are numbered whether they are written or not, so that the digest does not depend on it.
 */
import { assert } from '../engine/assert.ts';

/** The marks of one run. */
export class MarkLineage {
  private count = 0;
  /** The nearest written mark on the way from each mark to its origin, itself included. */
  private nearest = new Int32Array(256);
  private causes = new Int32Array(256);

  /** Adds a mark with its cause (-1: none) and gives its number. */
  add(cause: number, isWritten: boolean): number {
    const index = this.count;
    assert(
      Number.isInteger(cause) && cause >= -1 && cause < index,
      () => `mark ${index} cannot have the cause ${cause}`,
    );
    if (index === this.nearest.length) this.grow();
    const ancestor = cause < 0 ? -1 : this.nearest[cause];
    this.causes[index] = ancestor;
    this.nearest[index] = isWritten ? index : ancestor;
    this.count = index + 1;
    return index;
  }

  /** The nearest written ancestor of a mark, without itself; -1 for none. */
  cause(index: number): number {
    return this.causes[index];
  }

  private grow(): void {
    this.nearest = doubled(this.nearest);
    this.causes = doubled(this.causes);
  }
}

function doubled(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 * numbers.length);
  grown.set(numbers);
  return grown;
}
