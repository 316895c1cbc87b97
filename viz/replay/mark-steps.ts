/** Steps from one mark to another: the next event of the selection, of the same kind, the next decision, the cause. */
import type { MarkIndex } from '../frame-source/mark-index.ts';
import type { RowRef } from '../map/hit.ts';

/** What the next mark must have in common with where the reader is. */
export type Like = 'event' | 'kind' | 'decision';

export class MarkSteps {
  readonly #marks: MarkIndex;

  constructor(marks: MarkIndex) {
    this.#marks = marks;
  }

  /** The next or previous mark; those of the present instant count as reached. -1 when there is none. */
  find(nowNs: number, direction: 1 | -1, like: Like, selection: RowRef | null): number {
    const from = direction === 1 ? this.#marks.countUntil(nowNs) : this.#marks.countUntil(nowNs - 1) - 1;
    return this.#marks.step(from, direction, this.#filter(nowNs, like, selection));
  }

  /** The mark that caused the last mark of a row until now; -1 when it has none. */
  cause(nowNs: number, selection: RowRef | null): number {
    if (!selection) return -1;
    const until = this.#marks.countUntil(nowNs);
    const last = this.#marks
      .ofRow(selection.table, selection.row)
      .filter((at) => at < until)
      .at(-1);
    return last === undefined ? -1 : (this.#marks.chain(last)[1] ?? -1);
  }

  #filter(nowNs: number, like: Like, selection: RowRef | null): (at: number) => boolean {
    if (like === 'decision') return (at) => this.#marks.spec(at).tone !== 'info';
    if (like === 'kind') {
      const here = this.#marks.countUntil(nowNs) - 1;
      return (at) => here < 0 || this.#marks.kind[at] === this.#marks.kind[here];
    }
    if (!selection) return () => true;
    const own = new Set(this.#marks.ofRow(selection.table, selection.row));
    return (at) => own.has(at);
  }
}
