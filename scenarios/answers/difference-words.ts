/** What may be said of a pair, in a few words. */
import type { Difference } from '../../sim/experiment/results.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';
import { isDirected, shownSign, tooManyPairs, withinModels } from './difference.ts';

/** "Calico BGP is better", or why that cannot be said. */
export function differenceWords(
  spec: MetricSpec,
  difference: Difference,
  confidence: number,
  [a, b]: readonly [string, string],
): string {
  if (difference.low === null) return 'one replication: nothing can be shown';
  const sign = shownSign(difference, confidence);
  if (tooManyPairs(difference, confidence)) return 'not shown: among so many pairs, chance could do this';
  if (withinModels(difference, confidence)) return 'smaller than what the models can tell';
  if (sign === 0) return 'no difference could be shown';
  if (!isDirected(spec)) return `${sign > 0 ? a : b} has more`;
  return `${sign === (spec.better === 'higher' ? 1 : -1) ? a : b} is better`;
}

/** A p value as a reader can weigh it. */
export function pWords(p: number | null | undefined): string {
  if (p === null || p === undefined) return '\u2013';
  return p < 0.001 ? 'under 0.001' : p.toFixed(3);
}
