/**
 * How many records fall into each pixel of a timeline.
 */
import { assert } from '../engine/assert.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { Density } from './density.ts';
import { DENSITY_REQUEST_MAX } from './format.ts';
import type { TraceContents } from './trace-contents.ts';
import type { ChunkInfo } from './trace-index.ts';

/** So many chunks are opened for an exact answer; more would make a timeline slow. */
const OPENED_CHUNKS_MAX = 16;

/** See `TraceReader.density`. */
export async function densityOf(
  contents: TraceContents,
  store: ChunkStore,
  bins: number,
  fromNs: number,
  toNs: number,
): Promise<Uint32Array> {
  const isSane = Number.isInteger(bins) && bins >= 1 && bins <= DENSITY_REQUEST_MAX && fromNs <= toNs;
  assert(isSane, `cannot count records in ${bins} bins from ${fromNs} to ${toNs}`);
  const histogram = new Histogram(bins, fromNs, toNs);
  // The footer counts in bins at least as fine as those asked for: nothing else needs to be read.
  if (contents.density !== undefined && contents.density.widthNs * bins <= toNs - fromNs) {
    histogram.addDensity(contents.density, contents.endNs);
    return histogram.counts;
  }
  const chunks = contents.chunks.filter((chunk) => chunk.toNs >= fromNs && chunk.fromNs <= toNs);
  const split = chunks.filter((chunk) => !histogram.isOneBin(chunk));
  const isFew = split.length <= OPENED_CHUNKS_MAX;
  if (!isFew && contents.density !== undefined) {
    histogram.addDensity(contents.density, contents.endNs);
    return histogram.counts;
  }
  for (const chunk of chunks) {
    if (histogram.isOneBin(chunk)) histogram.addAt(chunk.fromNs, chunk.records + chunk.marks);
    else if (isFew) await addChunk(histogram, store, chunk);
    else histogram.addSpan(chunk.fromNs, chunk.toNs, chunk.records + chunk.marks);
  }
  return histogram.counts;
}

async function addChunk(histogram: Histogram, store: ChunkStore, chunk: ChunkInfo): Promise<void> {
  const records = await store.records(chunk);
  for (let i = 0; i < records.n; i++) histogram.addAt(records.times[i], 1);
  const marks = await store.marks(chunk);
  for (let i = 0; i < marks.n; i++) histogram.addAt(marks.times[i], 1);
}

class Histogram {
  readonly counts: Uint32Array;
  private readonly fromNs: number;
  private readonly toNs: number;
  private readonly perNs: number;

  constructor(bins: number, fromNs: number, toNs: number) {
    this.counts = new Uint32Array(bins);
    this.fromNs = fromNs;
    this.toNs = toNs;
    this.perNs = toNs > fromNs ? bins / (toNs - fromNs) : 0;
  }

  private binOf(timeNs: number): number {
    // The end itself belongs to the last bin: a timeline from 0 to the end shows every record.
    return Math.min(this.counts.length - 1, Math.floor((timeNs - this.fromNs) * this.perNs));
  }

  private isInside(timeNs: number): boolean {
    return timeNs >= this.fromNs && timeNs <= this.toNs;
  }

  isOneBin(chunk: ChunkInfo): boolean {
    const { fromNs, toNs } = chunk;
    return this.isInside(fromNs) && this.isInside(toNs) && this.binOf(fromNs) === this.binOf(toNs);
  }

  addAt(timeNs: number, count: number): void {
    if (this.isInside(timeNs)) this.counts[this.binOf(timeNs)] += count;
  }

  /** Spreads records evenly over a span; what the rounding leaves over moves on, so that none is lost. */
  addSpan(fromNs: number, toNs: number, count: number): void {
    // Only the part that is asked for: a span of a hostile file may be longer than any run.
    const from = Math.max(fromNs, this.fromNs);
    const length = Math.min(toNs, this.toNs) - from;
    if (length < 0) return;
    const inside = toNs > fromNs ? Math.round((count * length) / (toNs - fromNs)) : count;
    const last = this.binOf(from + length);
    let given = 0;
    for (let bin = this.binOf(from); bin <= last; bin++) {
      const share = bin === last ? 1 : ((bin + 1) / this.perNs + this.fromNs - from) / length;
      const due = Math.floor(inside * share);
      this.counts[bin] += due - given;
      given = due;
    }
  }

  addDensity(density: Density, endNs: number): void {
    const { bins, widthNs } = density;
    bins.forEach((count, i) => {
      // The last bin reaches past the end of the run, where nothing is.
      if (count > 0) this.addSpan(i * widthNs, Math.min((i + 1) * widthNs, Math.max(endNs, i * widthNs)), count);
    });
  }
}
