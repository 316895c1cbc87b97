/**
 * A rate of arrivals that changes with time, and its inversion: when have so many arrivals been expected?
 *
 * Source: time change of a point process (Cinlar, "Introduction to Stochastic Processes", 1975, section 4.7): arrivals of a
 * unit-rate process at S1, S2, ... become arrivals of rate r(t) at L⁻¹(S1), L⁻¹(S2), ..., where L is the integral of r. So each
 * arrival takes one draw whatever the rate is, and a rate that changes moves no draw of anything else; thinning would throw draws away.
 * The curve is made of straight pieces, so that its integral and its inverse are exact. Left out: random rates (doubly stochastic
 * arrivals), for which a recorded series stands.
 */
import { assert } from '../../../sim/engine/assert.ts';
import { NS_PER_SECOND, type TimeNs } from '../../../sim/engine/sim-time.ts';

/** Straight pieces of a rate. */
export interface RatePieces {
  /** Rising, the first is 0: where pieces begin, from `originNs` on. */
  readonly timesNs: ArrayLike<number>;
  /** Arrivals a second at those instants, 0 or more. */
  readonly perSec: ArrayLike<number>;
  /** `linear`: straight from each point to the next; `step`: a value holds until the next. */
  readonly between: 'linear' | 'step';
  /** The curve begins anew after so long, in the linear form back at the first value; Infinity: the last value holds for ever. */
  readonly periodNs: number;
  /** Where a period begins, for curves that have one; default 0. */
  readonly originNs?: TimeNs;
}

/** A rate over time. Asserts that the pieces are in order. */
export class RateCurve {
  readonly #startsNs: Float64Array;
  readonly #rates: Float64Array;
  /** Change of the rate in a second, by piece. */
  readonly #slopes: Float64Array;
  readonly #periodNs: number;
  readonly #originNs: number;
  readonly #periodArea: number;
  /** The piece that was looked at last: time mostly goes on. */
  #piece = 0;

  constructor({ timesNs, perSec, between, periodNs, originNs = 0 }: RatePieces) {
    const count = timesNs.length;
    assert(count > 0 && perSec.length === count && timesNs[0] === 0, 'a rate needs points, the first at 0');
    assert(originNs === 0 || periodNs < Infinity, 'a rate without period begins at 0');
    this.#startsNs = Float64Array.from(timesNs);
    this.#rates = Float64Array.from(perSec);
    this.#slopes = new Float64Array(count);
    this.#periodNs = periodNs;
    this.#originNs = originNs;
    for (let i = 0; i < count; i++) this.#join(i, between);
    this.#periodArea = periodNs === Infinity ? Infinity : this.#areaWithin(0, periodNs);
  }

  /** Arrivals a second at an instant. */
  perSecAt(nowNs: TimeNs): number {
    const local = this.#local(nowNs);
    const piece = this.#pieceAt(local);
    return this.#rates[piece] + (this.#slopes[piece] * (local - this.#startsNs[piece])) / NS_PER_SECOND;
  }

  /** Arrivals that are expected from one instant to a later one. */
  expected(fromNs: TimeNs, toNs: TimeNs): number {
    assert(toNs >= fromNs, () => `arrivals from ${fromNs} to ${toNs}`);
    const local = this.#local(fromNs);
    const end = local + (toNs - fromNs);
    if (end <= this.#periodNs) return this.#areaWithin(local, end);
    const whole = Math.floor(end / this.#periodNs);
    const rest = end - whole * this.#periodNs;
    return this.#areaWithin(local, this.#periodNs) + (whole - 1) * this.#periodArea + this.#areaWithin(0, rest);
  }

  /** The instant by which `count` more arrivals are expected from `fromNs` on, not rounded; Infinity: never. */
  after(fromNs: TimeNs, count: number): number {
    let local = this.#local(fromNs);
    let left = count;
    let passedNs = -local;
    for (;;) {
      const reached = this.#reach(local, left);
      if (reached >= 0) return fromNs + passedNs + reached;
      if (!(this.#periodArea > 0 && this.#periodNs < Infinity)) return Infinity;
      left = Math.max(0, left - this.#areaWithin(local, this.#periodNs));
      const whole = Math.floor(left / this.#periodArea);
      left = Math.max(0, left - whole * this.#periodArea);
      passedNs += (1 + whole) * this.#periodNs;
      local = 0;
    }
  }

  #join(piece: number, between: RatePieces['between']): void {
    const starts = this.#startsNs;
    const isLast = piece === starts.length - 1;
    const endNs = isLast ? this.#periodNs : starts[piece + 1];
    const rate = this.#rates[piece];
    assert(
      endNs > starts[piece] && rate >= 0 && rate < Infinity,
      () => `piece ${piece} of a rate: ${rate} from ${starts[piece]}`,
    );
    if (between === 'step' || endNs === Infinity) return;
    const next = isLast ? this.#rates[0] : this.#rates[piece + 1];
    this.#slopes[piece] = ((next - rate) / (endNs - starts[piece])) * NS_PER_SECOND;
  }

  /** The instant on the curve's own clock. */
  #local(nowNs: TimeNs): number {
    const sinceNs = nowNs - this.#originNs;
    if (this.#periodNs === Infinity) return sinceNs;
    const rest = sinceNs % this.#periodNs;
    return rest < 0 ? rest + this.#periodNs : rest;
  }

  #pieceAt(local: number): number {
    const starts = this.#startsNs;
    let piece = this.#piece;
    if (starts[piece] > local) piece = this.#search(local);
    while (piece + 1 < starts.length && starts[piece + 1] <= local) piece++;
    this.#piece = piece;
    return piece;
  }

  #search(local: number): number {
    let low = 0;
    let high = this.#startsNs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startsNs[middle] <= local) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #endOf(piece: number): number {
    return piece + 1 < this.#startsNs.length ? this.#startsNs[piece + 1] : this.#periodNs;
  }

  #areaWithin(fromNs: number, toNs: number): number {
    let area = 0;
    let at = fromNs;
    for (let piece = this.#pieceAt(fromNs); at < toNs; piece++) {
      const end = Math.min(toNs, this.#endOf(piece));
      area += this.#pieceArea(piece, at, end);
      at = end;
    }
    return area;
  }

  #pieceArea(piece: number, fromNs: number, toNs: number): number {
    const seconds = (toNs - fromNs) / NS_PER_SECOND;
    const rate = this.#rates[piece] + (this.#slopes[piece] * (fromNs - this.#startsNs[piece])) / NS_PER_SECOND;
    return Math.max(0, seconds * (rate + (this.#slopes[piece] * seconds) / 2));
  }

  /** Where on the curve's own clock `count` arrivals are reached before the period ends, else -1. */
  #reach(local: number, count: number): number {
    let left = count;
    let at = local;
    const pieces = this.#startsNs.length;
    for (let piece = this.#pieceAt(local); piece < pieces; piece++) {
      const end = this.#endOf(piece);
      const slope = this.#slopes[piece];
      const rate = Math.max(0, this.#rates[piece] + (slope * (at - this.#startsNs[piece])) / NS_PER_SECOND);
      if (end === Infinity) return rate > 0 ? at + (left / rate) * NS_PER_SECOND : -1;
      const area = this.#pieceArea(piece, at, end);
      if (left <= area && area > 0) return Math.min(end, at + secondsFor(left, rate, slope) * NS_PER_SECOND);
      left -= area;
      at = end;
    }
    return -1;
  }
}

/** How long a rate that changes evenly takes for `count`: the root of rate · x + slope · x² / 2 = count that does not cancel. */
function secondsFor(count: number, rate: number, slope: number): number {
  if (count === 0) return 0;
  return (2 * count) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * count)));
}
