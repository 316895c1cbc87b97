/**
 * One rung of the ladder: a stretch of time cut into buckets of equal width. It knows where a time belongs; the entries are
 * lists of the chunk store.
 *
 * Hot file: bench/hold-model.ts measures it. Everything is decided by the *position* of a time, (time - start) * scale,
 * which never falls when the time rises, whatever is rounded on the way: so a width may be any number.
 */

/** A rung. */
export class Rung {
  /** List number of the first bucket. */
  readonly base: number;
  /** Start of the first bucket. */
  start = 0;
  /** Buckets for each ns. */
  scale = 1;
  /** How many buckets there are. */
  buckets = 0;
  /** The first bucket that is not opened yet. Positions before it belong to what lies below. */
  opened = 0;

  constructor(base: number) {
    this.base = base;
  }

  /** Cuts `span` ns from `start` on into buckets. */
  cut(start: number, span: number, buckets: number): void {
    this.start = start;
    this.scale = buckets / span;
    this.buckets = buckets;
    this.opened = 0;
  }

  /** No buckets: what is earlier than `border` belongs to what lies below, the rest to what lies above. */
  close(border: number): void {
    this.start = border;
    this.scale = 1;
    this.buckets = 0;
    this.opened = 0;
  }
}
