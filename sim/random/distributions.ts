/**
 * Distributions that scenarios may name, drawn by inversion or a textbook method from a `Stream`.
 *
 * Only numeric.ts and square roots are used, so a draw has the same bits in every JavaScript engine. Left out: fitting,
 * and distributions that no scenario names. Truncation of the Pareto is exact (bounded Pareto), not by rejection.
 */

import { assert } from '../engine/assert.ts';
import { exp, log, log1p, pow } from './numeric.ts';
import type { Stream } from './stream.ts';

/** A distribution of non-negative quantities, in whatever unit the caller means. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** `mean` is the mean of the quantity itself; `sigma` the standard deviation of its logarithm. */
  | { readonly kind: 'lognormal'; readonly mean: number; readonly sigma: number }
  /** Bounded Pareto: from `min` to `max`, tail exponent `shape` > 0. */
  | { readonly kind: 'pareto'; readonly min: number; readonly shape: number; readonly max: number }
  /** One of several, by weight: hyperexponential services, answers from a cache or not. */
  | { readonly kind: 'mixture'; readonly parts: readonly MixturePart[] };

/** A part of a mixture; weights need not sum to 1. */
export interface MixturePart {
  readonly weight: number;
  readonly of: Distribution;
}

/** One draw. Constants draw nothing from the stream. */
export function sample(distribution: Distribution, stream: Stream): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return uniformBetween(stream, distribution.low, distribution.high);
    case 'exponential':
      return exponential(stream, distribution.mean);
    case 'lognormal':
      return lognormal(stream, distribution.mean, distribution.sigma);
    case 'pareto':
      return boundedPareto(stream, distribution.min, distribution.shape, distribution.max);
    case 'mixture':
      return sample(drawnPart(distribution.parts, stream), stream);
  }
}

/** The mean of a distribution, in closed form. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.low + distribution.high) / 2;
    case 'exponential':
    case 'lognormal':
      return distribution.mean;
    case 'pareto':
      return boundedParetoMean(distribution.min, distribution.shape, distribution.max);
    case 'mixture':
      return weighted(distribution.parts, meanOf);
  }
}

/** The mean of the square, in closed form. */
export function meanSquareOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value * distribution.value;
    case 'uniform':
      return (
        (distribution.low * distribution.low +
          distribution.low * distribution.high +
          distribution.high * distribution.high) /
        3
      );
    case 'exponential':
      return 2 * distribution.mean * distribution.mean;
    case 'lognormal':
      return distribution.mean * distribution.mean * exp(distribution.sigma * distribution.sigma);
    case 'pareto':
      return boundedParetoMeanSquare(distribution.min, distribution.shape, distribution.max);
    case 'mixture':
      return weighted(distribution.parts, meanSquareOf);
  }
}

/** Uniform from `low` (possible) to `high` (never, save by rounding). */
export function uniformBetween(stream: Stream, low: number, high: number): number {
  return low + (high - low) * stream.uniform();
}

/** Exponential with the given mean: times between events that know nothing of each other. */
export function exponential(stream: Stream, mean: number): number {
  // 1 - u lies in (0, 1], so the logarithm is finite; log1p keeps all bits of a small u.
  return -mean * log1p(-stream.uniform());
}

/**
 * Normal with mean 0 and standard deviation 1, by Marsaglia's polar method. The second value of each pair is dropped:
 * keeping it would make a draw depend on the parity of earlier draws.
 */
export function normal(stream: Stream): number {
  for (;;) {
    const x = 2 * stream.uniform() - 1;
    const y = 2 * stream.uniform() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * log(square)) / square);
  }
}

/** Lognormal whose own mean is `mean` and whose logarithm has standard deviation `sigma`. */
export function lognormal(stream: Stream, mean: number, sigma: number): number {
  return mean * exp(sigma * normal(stream) - (sigma * sigma) / 2);
}

/** Bounded Pareto on [min, max] with tail exponent `shape`, by inversion. */
export function boundedPareto(stream: Stream, min: number, shape: number, max: number): number {
  assert(
    min > 0 && max >= min && shape > 0,
    () => `bounded Pareto needs 0 < min <= max, shape > 0: ${[min, shape, max]}`,
  );
  const kept = 1 - pow(min / max, shape);
  const drawn = min * pow(1 - stream.uniform() * kept, -1 / shape);
  // Rounding of the two powers may overshoot the bound by a last place.
  return Math.min(drawn, max);
}

/** The square of a bounded Pareto with tail exponent a is one with exponent a / 2. */
function boundedParetoMeanSquare(min: number, shape: number, max: number): number {
  return boundedParetoMean(min * min, shape / 2, max * max);
}

function weighted(parts: readonly MixturePart[], moment: (of: Distribution) => number): number {
  let [sum, all] = [0, 0];
  for (const { weight, of } of parts) {
    sum += weight * moment(of);
    all += weight;
  }
  return sum / all;
}

function drawnPart(parts: readonly MixturePart[], stream: Stream): Distribution {
  assert(parts.length > 0, 'a mixture of nothing');
  let left = stream.uniform() * parts.reduce((sum, { weight }) => sum + weight, 0);
  for (const { weight, of } of parts) {
    left -= weight;
    if (left < 0) return of;
  }
  return parts[parts.length - 1].of;
}

function boundedParetoMean(min: number, shape: number, max: number): number {
  if (min === max) return min;
  const kept = 1 - pow(min / max, shape);
  // The general formula divides by shape - 1; at shape 1 its limit is a logarithm.
  if (shape === 1) return (min * log(max / min)) / kept;
  return ((shape / (shape - 1)) * (min - max * pow(min / max, shape))) / kept;
}
