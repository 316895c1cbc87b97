/**
 * What each column of numbers came to over time, in buckets that get four times wider from level to level: so that a
 * chart over hours is read from a few kilobytes.
 *
 * A bucket holds the least, the greatest, the sum and the last of the values that rows of the column were set to in it, and
 * how many there were. It is about the records, not about what lasts: a row that is not set adds nothing. Built in one
 * pass and in fixed memory: when a run outgrows the buckets, their width doubles. Widths of the finest level are powers of
 * two of nanoseconds. Values that are no finite numbers are left out; sums are rounded as doubles are.
 */
import { packPlanes, unpackF64, unpackU32 } from './byte-planes.ts';
import { PYRAMID_BUCKETS } from './format.ts';
import { Fields } from './message.ts';
import { putDouble } from './number-words.ts';
import { damaged } from './trace-problem.ts';

/** How many times wider the buckets of the next level are. */
const LEVEL_FACTOR = 4;

/** Buckets of one column side by side. */
export class Buckets {
  /** Values in each bucket; where this is 0 the other figures mean nothing. */
  readonly count: Uint32Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly sum: Float64Array;
  readonly last: Float64Array;

  constructor(length: number) {
    this.count = new Uint32Array(length);
    this.min = new Float64Array(length);
    this.max = new Float64Array(length);
    this.sum = new Float64Array(length);
    this.last = new Float64Array(length);
  }

  /** Takes one value into bucket `at`. Hot. */
  add(at: number, value: number): void {
    const isFirst = this.count[at]++ === 0;
    if (isFirst || value < this.min[at]) this.min[at] = value;
    if (isFirst || value > this.max[at]) this.max[at] = value;
    this.sum[at] += value;
    this.last[at] = value;
  }

  /** Takes a later bucket `from` of `other` into bucket `at`. */
  private take(at: number, other: Buckets, from: number): void {
    if (other.count[from] === 0) return;
    const isFirst = this.count[at] === 0;
    if (isFirst || other.min[from] < this.min[at]) this.min[at] = other.min[from];
    if (isFirst || other.max[from] > this.max[at]) this.max[at] = other.max[from];
    this.count[at] += other.count[from];
    this.sum[at] += other.sum[from];
    this.last[at] = other.last[from];
  }

  /** `factor` buckets in one, in `length` buckets; only the first `used` hold anything. */
  merged(factor: number, length: number, used: number): Buckets {
    const merged = new Buckets(length);
    for (let from = 0; from < used; from++) merged.take(Math.floor(from / factor), this, from);
    return merged;
  }

  /** Makes one of every `factor` buckets in place; only the first `used` hold anything. */
  shrink(factor: number, used: number): void {
    for (let from = 1; from < used; from++) {
      const to = Math.floor(from / factor);
      // What stood in `to` before, if it is not the first of its group, was taken already.
      if (from % factor === 0) this.clear(to);
      this.take(to, this, from);
    }
    for (let at = Math.ceil(used / factor); at < used; at++) this.clear(at);
  }

  private clear(at: number): void {
    this.count[at] = 0;
    this.sum[at] = 0;
  }

  /** The first `used` buckets. */
  first(used: number): Buckets {
    const part = new Buckets(used);
    for (const name of ['count', 'min', 'max', 'sum', 'last'] as const) part[name].set(this[name].subarray(0, used));
    return part;
  }

  /** The buckets from number `first` to `last`. */
  slice(first: number, last: number): Buckets {
    const part = new Buckets(last - first + 1);
    for (let at = first; at <= last && at < this.count.length; at++) part.take(at - first, this, at);
    return part;
  }

  /** As a map for the file: figures of those buckets that hold something. */
  pack(): object {
    const used = usedOf(this.count);
    const figures = (values: Float64Array): Uint8Array => packPlanes(wordsAt(values, used), used.length, 8);
    const { min, max, sum, last, count } = this;
    return {
      n: count.length,
      count: packPlanes(count, count.length, 4),
      min: figures(min),
      max: figures(max),
      sum: figures(sum),
      last: figures(last),
    };
  }

  /** Reads what {@link pack} gave. @throws {TraceProblem} when it is something else. */
  static unpack(fields: Fields): Buckets {
    const n = fields.int('n', 0, PYRAMID_BUCKETS);
    const buckets = new Buckets(n);
    buckets.count.set(unpackU32(fields.bytes('count'), n, 'count'));
    const used = buckets.count.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
    for (const name of ['min', 'max', 'sum', 'last'] as const) {
      const figures = unpackF64(fields.bytes(name), used, name);
      let next = 0;
      for (let at = 0; at < n; at++) if (buckets.count[at] > 0) buckets[name][at] = figures[next++];
    }
    return buckets;
  }
}

/** Numbers of the buckets that hold something. */
function usedOf(count: Uint32Array): Uint32Array {
  const used = new Uint32Array(count.length);
  let n = 0;
  for (let at = 0; at < used.length; at++) if (count[at] > 0) used[n++] = at;
  return used.subarray(0, n);
}

/** The figures of some buckets as words for the file. */
function wordsAt(values: Float64Array, used: Uint32Array): Uint32Array {
  const words = new Uint32Array(2 * used.length);
  for (let i = 0; i < used.length; i++) putDouble(words, i, values[used[i]]);
  return words;
}

/** Collects the finest level of each column while a run is recorded. */
export class Pyramid {
  /** All there from the start: to look behind the end of a list makes engines throw compiled code away. */
  private readonly columns: (Buckets | undefined)[];
  /** By column: width of its buckets, brought up to date when it takes a value, and the last of them that has one. */
  private readonly widths: Float64Array;
  private readonly lasts: Int32Array;
  /** Width of a bucket in ns, and the bucket of now; in a typed array for the reason told in `Recorder`. */
  private readonly place = Float64Array.of(1, 0);

  /** @param columnCount Numbers of columns are below this. */
  constructor(columnCount: number) {
    this.columns = new Array<Buckets | undefined>(columnCount).fill(undefined);
    this.widths = new Float64Array(columnCount);
    this.lasts = new Int32Array(columnCount);
  }

  /** Width of a bucket of the finest level in nanoseconds. */
  get widthNs(): number {
    return this.place[0];
  }

  /** Time goes on. */
  at(timeNs: number): void {
    if (timeNs >= this.place[0] * PYRAMID_BUCKETS) this.widen(timeNs);
    this.place[1] = Math.floor(timeNs / this.place[0]);
  }

  private widen(timeNs: number): void {
    let factor = 2;
    while (timeNs >= this.place[0] * factor * PYRAMID_BUCKETS) factor *= 2;
    this.place[0] *= factor;
  }

  /** A row of the column is set to `value` now. Hot. */
  add(column: number, value: number): void {
    // Not finite: infinity less infinity is NaN, which equals nothing.
    if (value - value !== 0) return;
    if (this.widths[column] !== this.place[0]) this.widenColumn(column);
    this.lasts[column] = this.place[1];
    this.columns[column]!.add(this.place[1], value);
  }

  /** Gives a column buckets of the width that all have now: those that are seldom set are seldom widened. */
  private widenColumn(column: number): void {
    const width = this.place[0];
    const buckets = this.columns[column];
    if (buckets === undefined) this.columns[column] = new Buckets(PYRAMID_BUCKETS);
    else if (this.widths[column] !== width) {
      const factor = width / this.widths[column];
      buckets.shrink(factor, this.lasts[column] + 1);
      this.lasts[column] = Math.floor(this.lasts[column] / factor);
    }
    this.widths[column] = width;
  }

  /** The levels of a column from the finest to one bucket; none when it never took a value. */
  levels(column: number): Buckets[] {
    const buckets = this.columns[column];
    if (buckets === undefined) return [];
    this.widenColumn(column);
    let used = this.lasts[column] + 1;
    const levels = [buckets.first(this.place[1] + 1)];
    for (let finer = levels[0]; finer.count.length > 1; finer = levels[levels.length - 1]) {
      levels.push(finer.merged(LEVEL_FACTOR, Math.ceil(finer.count.length / LEVEL_FACTOR), used));
      used = Math.ceil(used / LEVEL_FACTOR);
    }
    return levels;
  }

  /** Parts of a frame by their keys: every level of every column. */
  parts(): Record<string, object> {
    const parts: Record<string, object> = {};
    this.columns.forEach((_, column) => {
      this.levels(column).forEach((level, k) => {
        parts[levelKey(column, k)] = level.pack();
      });
    });
    return parts;
  }
}

/** The key of a level of a column in its frame. */
export function levelKey(column: number, level: number): string {
  return `${column}.${level}`;
}

/** What a column came to in one stretch of time. */
export interface PyramidSlice {
  /** Start of the first bucket, and width of each, in nanoseconds. */
  readonly fromNs: number;
  readonly widthNs: number;
  readonly buckets: Buckets;
}

/** The finest level that shows the stretch in at most `maxBuckets` buckets, or the coarsest of `levelCount`. */
export function levelFor(
  widthNs: number,
  levelCount: number,
  stretch: readonly [number, number],
  maxBuckets: number,
): number {
  const [fromNs, toNs] = stretch;
  let level = 0;
  for (let width = widthNs; level < levelCount - 1; width *= LEVEL_FACTOR, level++) {
    if (Math.floor(toNs / width) - Math.floor(fromNs / width) < maxBuckets) return level;
  }
  return level;
}

/** Cuts a stretch out of a level. */
export function sliceOf(
  level: Buckets,
  levelIndex: number,
  widthNs: number,
  fromNs: number,
  toNs: number,
): PyramidSlice {
  const width = widthNs * widthFactor(levelIndex);
  const first = Math.floor(fromNs / width);
  const last = Math.max(first, Math.min(Math.floor(toNs / width), level.count.length - 1));
  return { fromNs: first * width, widthNs: width, buckets: level.slice(first, last) };
}

/** Where the pyramid of a file stands. */
export interface PyramidPlace {
  readonly offset: number;
  readonly length: number;
  readonly widthNs: number;
}

/** Reads the place out of the head of a footer; undefined in files of before there were pyramids. @throws {TraceProblem} */
export function decodePyramidPlace(head: Fields, fileSize: number): PyramidPlace | undefined {
  const raw = head.raw('pyramid');
  if (raw === undefined) return undefined;
  const fields = new Fields(raw, 'the place of the pyramid');
  const offset = fields.int('offset', 0, fileSize);
  const length = fields.int('length', 0, fileSize - offset);
  const widthNs = fields.int('width', 1, 9_007_199_254_740_992 - 1);
  if (length === 0) throw damaged('the pyramid has no bytes');
  return { offset, length, widthNs };
}

function widthFactor(level: number): number {
  let factor = 1;
  for (let i = 0; i < level; i++) factor *= LEVEL_FACTOR;
  return factor;
}
