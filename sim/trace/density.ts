/**
 * How many records fall into which span of simulated time, in one pass and in fixed memory: when the run outgrows the
 * bins, their width doubles. Widths are powers of two of nanoseconds.
 */
import { packPlanes, unpackU32 } from './byte-planes.ts';
import { DENSITY_BINS } from './format.ts';
import type { Fields } from './message.ts';

/** A histogram over time from 0 on. */
export class Density {
  /** Records by bin. */
  readonly bins: Uint32Array;
  /** Width of a bin in nanoseconds. */
  widthNs: number;

  constructor(bins: Uint32Array = new Uint32Array(DENSITY_BINS), widthNs = 1) {
    this.bins = bins;
    this.widthNs = widthNs;
  }

  /** Counts `count` records at an instant. */
  add(timeNs: number, count: number): void {
    while (timeNs >= this.widthNs * DENSITY_BINS) this.double();
    this.bins[Math.floor(timeNs / this.widthNs)] += count;
  }

  private double(): void {
    const bins = this.bins;
    for (let i = 0; i < DENSITY_BINS / 2; i++) bins[i] = bins[2 * i] + bins[2 * i + 1];
    bins.fill(0, DENSITY_BINS / 2);
    this.widthNs *= 2;
  }

  /** As a map for the file. */
  pack(): object {
    return { width: this.widthNs, bins: packPlanes(this.bins, DENSITY_BINS, 4) };
  }

  /** Reads what {@link pack} gave. @throws {TraceProblem} when it is something else. */
  static unpack(fields: Fields): Density {
    const width = fields.int('width', 1, 9_007_199_254_740_992 - 1);
    return new Density(unpackU32(fields.bytes('bins'), DENSITY_BINS, 'bins'), width);
  }
}
