/**
 * One rung of the ladder: a stretch of time cut into buckets of equal width. It knows where a time belongs; the entries are
 * lists of the chunk store.
 *
 * Hot file: bench/hold-model.ts measures it. Everything is decided by the bucket's number, which never falls when the time
 * rises, whatever is rounded on the way: so a width may be any number.
 */

/** A rung. */
export class Rung {
  /** List number of the first bucket. */
  readonly base: number;
  /** Start of the first bucket. */
  start = 0;
  /** Buckets for each ns. */
  scale = 0;
  /** Number of the last bucket, which also takes all that is later. */
  last = 0;
  /** The first bucket that is not opened yet; earlier ones belong to what lies below. */
  opened = 1;

  constructor(base: number) {
    this.base = base;
  }

  /** Cuts `span` ns from `start` on into buckets. */
  cut(start: number, span: number, buckets: number): void {
    this.start = start;
    this.scale = buckets / span;
    this.last = buckets - 1;
    this.opened = 0;
  }

  /** From now on every time belongs to what lies below. */
  drop(): void {
    this.scale = 0;
    this.opened = 1;
  }
}
