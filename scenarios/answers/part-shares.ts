/** Parts of a whole in per cent beside their figures: rounded so that what is shown adds up to exactly 100. */
import { percentages } from '../../sim/stats/percentages.ts';
import type { MetricSpec } from '../../sim/trace/catalog.ts';

/** By key of a metric that is a part: its share, such as "12.3 %". `figureOf`: the figures of one run; undefined: there is none. */
export function partShares(
  specs: readonly MetricSpec[],
  figureOf: (key: string) => number | undefined,
): ReadonlyMap<string, string> {
  const wholes = new Set(specs.flatMap(({ partOf }) => partOf ?? []));
  return new Map(
    [...wholes].flatMap((whole) => {
      const keys = specs.flatMap(({ key, partOf }) => (partOf === whole ? [key] : []));
      const shares = percentages(keys.map((key) => figureOf(key) ?? 0));
      return keys.flatMap((key, at): [string, string][] => (shares.length === 0 ? [] : [[key, `${shares[at]} %`]]));
    }),
  );
}
