/**
 * One recorded quantity beside the simulated one, and whether they agree.
 */

import type { Pool } from './pooled-places.ts';

/** How far two quantities may be apart: absolute, relative to the observed one, or a phrase for sets and orders. */
export type Tolerance = number | { readonly relative: number } | string;

/** One recorded quantity, what our models give for it, and the judgement. */
export interface Quantity {
  readonly name: string;
  readonly observed: unknown;
  /** Null when our models do not produce it: that is a disagreement. */
  readonly simulated: unknown;
  readonly tolerance: Tolerance;
  readonly agree: boolean;
  /** True where a constant of the models was calibrated on this quantity, alone or among others. */
  readonly setsConstant?: true;
  /** Where it varies from repeat to repeat: judged over all cases of the family, too. */
  readonly pool?: Pool;
}

/** Judges a quantity. A number that is not simulated, or anything under a phrase, agrees only when equal as JSON. */
export function judge(name: string, observed: unknown, simulated: unknown, tolerance: Tolerance): Quantity {
  const produced = simulated === undefined ? null : simulated;
  return { name, observed, simulated: produced, tolerance, agree: agrees(observed, produced, tolerance) };
}

/** The quantity, marked where a constant of the models was calibrated on it. */
export function marked(quantity: Quantity, setsConstant: boolean): Quantity {
  return setsConstant ? { ...quantity, setsConstant } : quantity;
}

function agrees(observed: unknown, simulated: unknown, tolerance: Tolerance): boolean {
  if (simulated === null) return false;
  if (typeof observed !== 'number' || typeof simulated !== 'number' || typeof tolerance === 'string') {
    return JSON.stringify(observed) === JSON.stringify(simulated);
  }
  const allowed = typeof tolerance === 'number' ? tolerance : tolerance.relative * Math.abs(observed);
  // Written so that NaN never agrees.
  return Math.abs(simulated - observed) <= allowed;
}
