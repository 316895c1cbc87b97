/**
 * The fewest and most successes that a fair test lets through: a perfect model stays inside with chance `confidence`.
 *
 * The binomial distribution summed term by term, in logarithms so that nothing underflows.
 */
export function binomialBound(
  trials: number,
  chance: number,
  confidence = 0.995,
  side: 'both' | 'most' = 'both',
): { fewest: number; most: number } {
  const tail = side === 'both' ? (1 - confidence) / 2 : 1 - confidence;
  const odds = Math.log(chance) - Math.log1p(-chance);
  let term = trials * Math.log1p(-chance);
  let below = 0;
  let fewest = -1;
  for (let k = 0; k <= trials; k++) {
    below += Math.exp(term);
    if (fewest < 0 && below > tail) fewest = k;
    if (below >= 1 - tail) return { fewest: side === 'both' ? fewest : 0, most: k };
    term += Math.log((trials - k) / (k + 1)) + odds;
  }
  return { fewest: side === 'both' ? fewest : 0, most: trials };
}
